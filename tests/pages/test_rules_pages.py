"""The pages Rules, Vocabulary and Try in a real browser: states, figures, files, hostile texts."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import Engine, event
from tests.pages.conftest import Asking, Served

from wirewatch.desk import feedback
from wirewatch.pages.look import in_file
from wirewatch.store import open_store
from wirewatch.store.outbox_tables import ALERT

Judge = Callable[[Page], None]
ORDER = "Netanyahu told a televised briefing that he had ordered the troops to operate in Rafah."
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>"


@pytest.mark.parametrize("page", ["light", "dark"], indirect=True)
def test_everybody_can_use_the_pages(page: Page, axe: Judge) -> None:
    for path in (
        "/rules",
        "/rules/rafah-operation",
        "/vocabulary",
        "/vocabulary?part=entities",
        "/rules/versions/gaza.yaml",
    ):
        page.goto(path)
        axe(page)
    page.goto("/rules/tools/try")
    page.get_by_label("Text").fill(ORDER)
    page.get_by_role("button", name="Try").click()
    expect(page.get_by_text("1 rule of 10 would tell it")).to_be_visible()
    axe(page)


def test_each_rule_shows_its_state_its_alerts_and_what_readers_thought(
    page: Page, served: Served
) -> None:
    with open_store(served.settings.store, migrate=False) as store:
        with store.read() as connection:
            told = connection.execute(ALERT.select()).all()
        own = [row.alert_id for row in told if row.rule_id == "rafah-operation"]
        feedback.say(store, own[0], "useful", "ana")
        feedback.say(store, own[0], "noise", "ben")
        feedback.mute_rule(store, "cairo-talks", timedelta(days=1), "ana")
    gaza = served.settings.watch / "rules/gaza.yaml"
    text = gaza.read_text(encoding="utf-8")
    gaza.write_text(text.replace("figure: gaza-toll", "figure: gaza-tol"), encoding="utf-8")
    (served.settings.watch / "rules/new.yaml").write_text(
        "watches:\n  - {watch: Brand new, when: {about: rafah}, send: {to: x}}\n"
        "  - {watch: Bad, when: {evnt: x}, send: {to: x}}\n"
        "  - {watch: Off, when: {about: hamas}, send: {to: x}, enabled: no}\n",
        encoding="utf-8",
    )

    page.goto("/rules")

    row = lambda name: page.locator("tbody tr", has_text=name)  # noqa: E731
    expect(row("Rafah operation")).to_contain_text("live")
    expect(row("Rafah operation")).to_contain_text("50 % of 2")
    expect(row("Rafah operation").locator("svg")).to_have_attribute(
        "aria-label", re.compile(r"0, \d+ in the last 12 weeks")
    )
    expect(row("Cairo talks")).to_contain_text("muted until")
    expect(row("Death toll in Gaza")).to_contain_text("last good version in force")
    expect(row("Death toll in Gaza")).to_contain_text("1 problem")
    expect(row("Brand new")).to_contain_text("from the next pass on")
    expect(row("Bad")).to_contain_text("not live")
    expect(row("Off")).to_contain_text("switched off")

    page.get_by_label("State").select_option("muted")
    expect(page.locator("tbody tr")).to_have_count(1)
    assert page.url.endswith("state=muted")
    page.get_by_label("State").select_option("problems")
    expect(page.locator("tbody tr")).to_have_count(2)
    page.go_back()
    expect(page.locator("tbody tr")).to_have_count(1)

    page.goto("/rules/death-toll-in-gaza")
    expect(page.locator(".notice")).to_contain_text("Did you mean “gaza-toll”?")
    page.get_by_role("link", name="Edit").click()
    expect(page.locator(".cm-activeLine")).to_contain_text("Death toll in Gaza")


def test_the_vocabulary_says_whether_its_sentences_hold_and_who_asks_for_it(
    page: Page, served: Served
) -> None:
    path = served.settings.watch / "vocabulary/conflict_and_diplomacy.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("roll into, ", ""), encoding="utf-8")
    page.goto("/vocabulary")
    row = page.locator("tbody tr", has_text="rafah-operation").first
    expect(row).to_contain_text("1 of 7 fail")
    expect(row.get_by_role("link", name="rafah-operation").last).to_have_attribute(
        "href", "/rules/rafah-operation"
    )
    expect(page.locator("tbody tr", has_text="cairo-talks").first).to_contain_text("all 4 hold")
    page.get_by_role("link", name="Entities").click()
    page.wait_for_load_state()
    page.keyboard.press("/")
    page.keyboard.type("guterres")
    expect(page.locator("tbody tr")).to_have_count(1)


def test_an_address_is_tried_for_editors_only_and_never_in_the_house(
    served: Served, ask: Asking
) -> None:
    given = {"url": f"{served.address}/alerts"}
    refused = ask.change("/rules/tools/try", "editor", data=given)
    assert refused.status_code == 422
    assert "did not come" in refused.text
    viewer = ask.change("/rules/tools/try", "viewer", data=given)
    assert viewer.status_code == 403
    assert "Paste its text" in viewer.text
    assert ask.change("/rules/tools/try", "viewer", data={"text": ORDER}).status_code == 200


def test_hostile_texts_are_text(page: Page, served: Served) -> None:
    (served.settings.watch / "rules/hostile.yaml").write_text(
        f"watches:\n  - watch: '{HOSTILE}'\n"
        f"    when: {{about: rafah}}\n    send: {{to: '{HOSTILE}'}}\n"
        f"  - watch: '</script>{HOSTILE}'\n    when: {{event: '{HOSTILE}'}}\n",
        encoding="utf-8",
    )
    (served.settings.watch / "vocabulary/hostile.yaml").write_text(
        f"entities:\n  '{HOSTILE}': {{name: '{HOSTILE}', kind: '{HOSTILE}'}}\n", encoding="utf-8"
    )
    for path in (
        "/rules?words=script",
        "/rules/script-alert-1-script-img-src-x-onerror-alert-2",
        "/vocabulary?part=entities&words=script",
        "/rules/files/hostile.yaml",
    ):
        page.goto(path)
        expect(page.get_by_text("onerror=alert(2)").first).to_be_visible()
        assert page.locator("img").count() == 0, path
    page.goto("/rules/tools/try?url=javascript:alert(1)")
    page.get_by_label("Title").fill(HOSTILE)
    page.get_by_label("Text").fill(f"{HOSTILE} {ORDER}")
    page.get_by_label("Or the address").fill("")
    page.get_by_role("button", name="Try").click()
    expect(page.locator("#tried")).to_contain_text(HOSTILE)
    assert page.locator("#tried img").count() == 0


def test_more_rules_are_listed_in_parts_by_as_many_queries(served: Served, ask: Asking) -> None:
    def queries(path: str) -> int:
        asked: list[str] = []

        def note(*given: object) -> None:
            asked.append(str(given[2]))

        event.listen(Engine, "before_cursor_execute", note)
        ask.get(path)
        event.remove(Engine, "before_cursor_execute", note)
        return len(asked)

    ask.get("/rules")
    paths = ("/rules", "/rules/rafah-operation", "/vocabulary?tried=true")
    before = [queries(path) for path in paths]
    rules = "".join(
        f"  - {{watch: Rule {n}, when: {{about: rafah}}, send: {{to: x}}}}\n" for n in range(300)
    )
    (served.settings.watch / "rules/many.yaml").write_text(f"watches:\n{rules}", encoding="utf-8")

    assert [queries(path) for path in paths] == before
    assert max(before) < 10
    answer = ask.get("/rules")
    assert answer.text.count("<tr>") == 101
    assert "page 1 of 4" in answer.text
    assert "Rule 299" in ask.get("/rules?page=4").text


def test_a_file_with_an_odd_name_is_linked_to_all_the_same() -> None:
    address = in_file({"root": "/desk"}, "rules/a #1?.yaml", 3)  # type: ignore[arg-type]
    assert address == "/desk/rules/files/a%20%231%3F.yaml?line=3"
