"""The page Backtest in a real browser: a draft against what is saved, progress, stopping."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect
from tests.desk.test_backtest_jobs import waiting
from tests.pages.conftest import Asking, Served

from wirewatch.store import backtests, open_store

Judge = Callable[[Page], None]


@pytest.mark.parametrize("page", ["light", "dark"], indirect=True)
def test_a_draft_is_tried_on_the_past_and_the_difference_is_told(page: Page, axe: Judge) -> None:
    page.set_default_timeout(40_000)
    page.goto("/rules/files/demo.yaml")
    page.locator(".cm-content").click()
    page.keyboard.press("Control+End")
    page.keyboard.insert_text(
        "  - {watch: Rafah too, when: {about: rafah}, send: {to: night-desk}}\n"
    )
    page.get_by_role("button", name="Backtest this draft").click()
    expect(page.locator(".difference")).to_contain_text("more, 0 fewer", timeout=40_000)
    more = page.get_by_role("region", name="more")
    expect(more.locator(".message").first).to_contain_text("Rafah too")
    expect(page.locator("figure.bars svg")).to_be_visible()
    axe(page)
    page.goto("/rules/tools/backtest")
    expect(page.locator("tbody tr").first).to_contain_text("a draft of rules/demo.yaml")
    axe(page)


def test_one_of_another_server_shows_how_far_it_is_and_is_stopped(
    page: Page, served: Served, ask: Asking
) -> None:
    with open_store(served.settings.store, migrate=False) as store:
        waiting(store, "abc")
        with store.begin() as connection:
            assert backtests.step(connection, "abc", 300, 1200, datetime.now(UTC))
        page.goto("/rules/tools/backtest/abc")
        expect(page.locator("#how-far")).to_contain_text("300 of 1,200 articles")
        with store.begin() as connection:
            assert backtests.step(connection, "abc", 600, 1200, datetime.now(UTC))
        expect(page.locator("#how-far")).to_contain_text("600 of 1,200 articles")
        page.get_by_role("button", name="Stop").click()
        expect(page.get_by_role("button", name="It stops …")).to_be_disabled()
        with store.begin() as connection:
            assert not backtests.step(connection, "abc", 700, 1200, datetime.now(UTC))
            counts = (
                '{"counts": {"articles": 700, "of": 1200, "alerts": 0, "updates": 0, "held": 0,'
            )
            counts += ' "a_day": {}, "by_rule": {}, "too_many": {}, "waiting": 0}}'
            backtests.end(connection, "abc", "stopped", counts, datetime.now(UTC))
    expect(page.get_by_text("Stopped after 700 articles of 1,200")).to_be_visible()
    assert ask.get("/rules/tools/backtest/no-such").status_code == 404
