"""The pages Alerts, Search, a run's and the card in a real browser, by keyboard and by mouse."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import Engine, event, select
from tests.pages.conftest import Asking, Served
from tests.pages.filled import RUN
from tests.pages.made import plain, tell

from wirewatch.store import open_store
from wirewatch.store.outbox_tables import ALERT, DELIVERY

Judge = Callable[[Page], None]


@pytest.mark.parametrize("page", ["light", "dark"], indirect=True)
def test_everybody_can_use_the_pages(page: Page, axe: Judge) -> None:
    for path in ("/alerts", "/search?words=operation", f"/runs/watch/{RUN}", "/card"):
        page.goto(path)
        axe(page)
    page.goto("/alerts")
    page.locator("article h2 a").first.click()
    expect(page.locator("h1")).to_contain_text(":")
    axe(page)
    page.goto("/no-such-page")
    axe(page)


def test_filters_stand_in_the_address_and_back_undoes_them(page: Page) -> None:
    page.goto("/alerts")
    expect(page.locator("article")).not_to_have_count(1)
    page.keyboard.press("/")  # as in Airflow's lists
    page.keyboard.type("Houthis")
    expect(page.locator("article")).to_have_count(1)
    assert page.url.endswith("/alerts?words=Houthis")
    page.get_by_label("Severity").select_option("urgent")
    expect(page.get_by_text("No alert passes these filters.")).to_be_visible()
    assert page.url.endswith("/alerts?words=Houthis&severity=urgent")
    page.go_back()
    expect(page.locator("article")).to_have_count(1)
    expect(page.get_by_label("Words")).to_have_value("Houthis")
    expect(page.get_by_label("Severity")).to_have_value("")
    page.reload()
    expect(page.locator("article")).to_have_count(1)


def test_an_alert_shows_what_is_new_its_evidence_and_where_it_went(page: Page) -> None:
    page.goto("/alerts?words=displaced")
    row = page.locator("article")
    expect(row.locator(".before")).to_contain_text("8,900,000")
    expect(row.locator("strong").first).to_have_text("about 10,300,000 displaced")
    expect(row).to_contain_text("1 outlet, 1 origin")
    expect(row).to_contain_text("why: ")
    expect(row.locator(".badge").first).to_have_text("normal")
    page.goto("/alerts?words=earthquake&severity=urgent")
    expect(page.locator("article mark").first).to_have_text("earthquake")
    page.goto("/alerts?state=dead")
    expect(page.locator("article")).to_contain_text("refused: channel_not_found")
    expect(page.locator("article")).to_contain_text("type /invite @Wirewatch in the channel")
    page.goto("/alerts?state=held")
    expect(page.locator("article")).to_contain_text("held: quiet hours until")


def test_an_alert_is_taken_and_judged_with_the_keyboard_alone(page: Page, served: Served) -> None:
    page.goto("/alerts?words=Houthis")
    row = page.locator("article")
    button = row.get_by_role("button", name="I have it")
    for _ in range(40):
        page.keyboard.press("Tab")
        if button.evaluate("one => one === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(row.get_by_text("You have it")).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="You have it.")).to_be_visible()
    useful = row.get_by_role("button", name="Useful")
    useful.focus()
    page.keyboard.press("Space")
    expect(useful).to_have_attribute("aria-pressed", "true")
    expect(useful).to_be_focused()  # the next word is one key away
    row.get_by_role("button", name="Noise").click()
    expect(useful).to_have_attribute("aria-pressed", "false")
    page.reload()
    expect(row.get_by_role("button", name="Noise")).to_have_attribute("aria-pressed", "true")
    page.context.add_cookies([{"name": "as", "value": "viewer", "url": served.address}])
    page.reload()
    expect(row.get_by_text("editor has it")).to_be_visible()
    expect(row.get_by_role("button")).to_have_count(0)


def test_a_refused_message_is_tried_again(page: Page) -> None:
    page.goto("/alerts?state=dead")
    row = page.locator("article")
    row.get_by_role("button", name="Try again").click()
    expect(row.locator(".deliveries")).to_contain_text("waits")
    expect(page.get_by_text("It is tried again at the next delivery.")).to_be_visible()


def test_a_form_works_without_scripts_too(ask: Asking, served: Served) -> None:
    with open_store(served.settings.store) as store, store.read() as connection:
        alert_id = connection.execute(select(ALERT.c.alert_id).limit(1)).scalar_one()
    form = {"token": ask.token("editor"), "verdict": "useful"}
    answer = ask("POST", f"/alerts/{alert_id}/say", data=form)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/alerts/{alert_id}"
    assert ask.change(f"/alerts/{alert_id}/say", data={"verdict": "so-so"}).status_code == 422


def test_a_new_alert_and_a_delivery_appear_by_themselves(page: Page, served: Served) -> None:
    page.clock.install()
    page.goto("/alerts")
    before = page.locator("article").count()
    page.clock.fast_forward(11_000)  # nothing new: nothing moves
    expect(page.locator("article")).to_have_count(before)
    with open_store(served.settings.store) as store:
        tell(store, [plain(1, datetime.now(UTC))])
    page.clock.fast_forward(11_000)
    expect(page.locator("article")).to_have_count(before + 1)
    first = page.locator("article").first
    expect(first.locator("h2")).to_have_text("Pier 1 is closed")
    expect(first.locator(".deliveries")).to_contain_text("waiting")
    expect(page.locator("#heard")).to_have_text("1 new alert: Pier 1 is closed")
    with open_store(served.settings.store) as store, store.begin() as connection:
        own = DELIVERY
        where = own.c.alert_id == plain(1).alert_id
        connection.execute(own.update().where(where).values(state="posted"))
    page.clock.fast_forward(11_000)
    expect(first.locator(".deliveries")).to_contain_text("sent")
    expect(page.locator("article")).to_have_count(before + 1)


def test_older_alerts_come_below_without_gap_or_double(page: Page, served: Served) -> None:
    with open_store(served.settings.store) as store:
        tell(store, [plain(number) for number in range(75)])
    page.goto("/alerts?rule=harbour-1&words=pier")
    expect(page.locator("article")).to_have_count(11)
    page.goto("/alerts?words=pier")
    expect(page.locator("article")).to_have_count(30)
    page.get_by_role("link", name="Older alerts").click()
    expect(page.locator("article")).to_have_count(60)
    page.get_by_role("link", name="Older alerts").press("Enter")
    expect(page.locator("article")).to_have_count(75)
    ids = page.locator("article").evaluate_all("all => all.map(one => one.id)")
    assert len(set(ids)) == 75


def test_articles_are_searched_as_one_types(page: Page) -> None:
    page.goto("/search")
    page.get_by_label("Words").fill('"prepare to operate"')
    expect(page.locator("article").first.locator("mark").first).to_have_text("prepare to operate")
    assert "words=%22prepare" in page.url
    page.get_by_label("Entity or event").fill("rafah")
    page.keyboard.press("Tab")
    expect(page.locator("article").first).to_contain_text("Rafah")
    page.get_by_label("Words").fill("nothing holds this word")
    expect(page.get_by_text("No article holds all of that.")).to_be_visible()


def test_a_run_shows_what_it_did_and_the_alerts_it_made(page: Page) -> None:
    page.goto(f"/runs/watch/{RUN}")
    expect(page.get_by_role("region", name="Judge what is new")).to_contain_text("no rule matched")
    expect(page.get_by_role("region", name="Deliver alerts")).to_contain_text("1 refused")
    expect(page.locator("article")).not_to_have_count(0)
    page.goto("/runs/watch/manual__never")
    expect(page.get_by_text("Nothing is known of this run")).to_be_visible()
    page.goto("/runs/backtest/manual__x")
    expect(page.get_by_text("this is a run of “backtest”")).to_be_visible()


# ── However much is stored ──


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that every store of this process runs meanwhile."""
    ran: list[str] = []

    def heard(_c: object, _u: object, statement: str, *_: object) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            ran.append(statement)

    event.listen(Engine, "before_cursor_execute", heard)
    yield ran
    event.remove(Engine, "before_cursor_execute", heard)


PAGES = ("/alerts", "/alerts?words=pier&state=sent&period=7d", "/search?words=the", "/card",
         f"/runs/watch/{RUN}")  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_a_page_takes_the_same_few_queries_however_much_it_shows(
    ask: Asking, served: Served, path: str
) -> None:
    ask.get(path)  # what a process learns once
    with counted() as few:
        ask.get(path)
    with open_store(served.settings.store) as store:
        tell(store, [plain(number) for number in range(200)], run=RUN)
    with counted() as many:
        shown = ask.get(path)
    assert shown.status_code == 200
    assert len(many) == len(few) <= 9, "\n".join(many)
