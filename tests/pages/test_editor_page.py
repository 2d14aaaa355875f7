"""The editor in a real browser: mistakes, mends, offers, meanings, saving, conflicts, versions."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from starlette.testclient import TestClient
from tests.pages.conftest import Asking, Served
from tests.pages.serve import by_cookie

from wirewatch.pages.app import make_app
from wirewatch.pages.place import Place

Judge = Callable[[Page], None]
GAZA = "/rules/files/gaza.yaml"
BAD = "  - {watch: Port strikes, when: {event: rafah-opration}, send: {to: x}}"


def disk(served: Served, name: str = "rules/gaza.yaml") -> str:
    return (served.settings.watch / name).read_text(encoding="utf-8")


def at_the_end(page: Page, path: str = GAZA) -> None:
    page.goto(path)
    page.locator(".cm-content").click()
    page.keyboard.press("Control+End")


def test_a_mistake_is_underlined_mended_at_one_click_and_saved(page: Page, served: Served) -> None:
    at_the_end(page)
    page.keyboard.insert_text(BAD)
    expect(page.locator(".cm-lintRange-error")).to_have_text("rafah-opration")
    expect(page.locator("#problems")).to_contain_text("Did you mean “rafah-operation”?")
    page.get_by_role("button", name="Write “rafah-operation”").click()
    expect(page.locator(".cm-lintRange-error")).to_have_count(0)
    expect(page.locator("#status")).to_contain_text("No problems")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#said")).to_contain_text("Saved.")
    assert disk(served).endswith(BAD.replace("opration", "operation"))
    page.get_by_role("link", name="Versions").click()
    expect(page.locator(".versions li").first).to_contain_text("editor")


def test_all_of_it_goes_by_keyboard(page: Page, served: Served) -> None:
    at_the_end(page)
    page.keyboard.insert_text(BAD)
    expect(page.locator(".cm-lintRange-error")).to_have_count(1)
    page.keyboard.press("Control+Home")
    page.keyboard.press("F8")
    page.keyboard.press("Control+.")
    expect(page.locator(".cm-lintRange-error")).to_have_count(0)
    page.keyboard.press("Control+s")
    expect(page.locator("#said")).to_contain_text("Saved.")
    assert "rafah-operation}, send" in disk(served)
    inside = "document.activeElement.closest('#editor') !== null"
    page.keyboard.press("Tab")
    assert page.evaluate(inside), "Tab indents"
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    assert not page.evaluate(inside), "Esc, then Tab, leaves the editor"


def test_names_and_keys_are_offered_and_conditions_explained(page: Page) -> None:
    at_the_end(page)
    page.keyboard.type("  - watch: A\nwhen:\n  event: hostage-r")
    offer = page.locator(".cm-tooltip-autocomplete:not(.cm-tooltip-autocomplete-disabled)")
    expect(offer.locator("[aria-selected]")).to_contain_text("hostage-release")
    expect(page.locator(".cm-completionInfo")).to_contain_text("Hostages held in Gaza go free")
    page.wait_for_timeout(300)  # CodeMirror takes no key for an offer that came this moment
    page.keyboard.press("Enter")
    page.keyboard.type("\nbec")
    expect(offer.locator("[aria-selected]")).to_contain_text("becomes")
    page.wait_for_timeout(300)
    page.keyboard.press("Enter")
    expect(offer).to_contain_text("under way")
    page.keyboard.press("Escape")
    expect(page.locator(".cm-content")).to_contain_text("event: hostage-release")
    expect(page.locator(".cm-content")).to_contain_text("becomes: ")
    page.keyboard.press("ArrowUp")
    expect(page.locator("#meaning")).to_contain_text("Hostages held in Gaza go free")
    page.locator(".cm-line", has_text="becomes").last.locator("span").first.hover()
    expect(page.locator(".cm-tooltip-hover")).to_contain_text("A change of status is meant")


def test_two_editors_and_neither_text_is_lost(page: Page, served: Served) -> None:
    path = served.settings.watch / "rules/gaza.yaml"
    at_the_end(page)
    page.keyboard.insert_text("# mine\n")
    path.write_text(disk(served) + "# theirs\n", encoding="utf-8")
    page.keyboard.press("Control+s")
    notice = page.locator("#outcome .notice")
    expect(notice).to_contain_text("Nothing was written over")
    expect(notice.locator("ins")).to_have_text("# mine")
    expect(notice.locator("del")).to_have_text("# theirs")
    assert disk(served).endswith("# theirs\n")
    page.get_by_role("button", name="Go on writing").click()
    page.keyboard.press("Control+s")
    page.get_by_role("button", name="Keep mine over it").click()
    expect(page.locator("#said")).to_contain_text("Saved.")
    assert disk(served).endswith("# mine\n")
    page.goto("/rules/versions/gaza.yaml")
    expect(page.locator(".versions li")).to_have_count(2)  # what was by hand on the disk is kept
    page.locator(".versions a").last.click()
    expect(page.locator(".diff ins")).to_have_text("# theirs")
    page.get_by_role("button", name="Bring it back").click()
    expect(page.locator(".cm-content")).to_be_visible()
    assert disk(served).endswith("# theirs\n")


def test_what_is_edited_on_the_disk_shows_in_an_open_page(page: Page, served: Served) -> None:
    page.clock.install()
    page.goto(GAZA)
    expect(page.locator(".cm-content")).to_be_visible()
    path = served.settings.watch / "rules/gaza.yaml"
    path.write_text("# by hand\n" + disk(served), encoding="utf-8")
    page.clock.run_for(4_100)
    expect(page.locator(".cm-line").first).to_have_text("# by hand")
    page.locator(".cm-content").click()
    page.keyboard.press("Control+End")
    page.keyboard.insert_text("# mine\n")
    path.write_text("# again\n" + disk(served), encoding="utf-8")
    page.clock.run_for(4_100)
    expect(page.locator("#said")).to_contain_text("Your text is untouched")
    expect(page.locator(".cm-line").first).to_have_text("# by hand")


def test_errors_are_saved_only_at_a_second_word(page: Page, served: Served) -> None:
    before = disk(served)
    at_the_end(page)
    page.keyboard.insert_text(BAD)
    page.keyboard.press("Control+s")
    notice = page.locator("#outcome .notice")
    expect(notice).to_contain_text("Not saved: there is an error in this text")
    assert disk(served) == before
    page.get_by_role("button", name="Save all the same").click()
    expect(page.locator("#said")).to_contain_text("Saved.")
    assert disk(served) == before + BAD


def test_what_was_not_saved_outlives_the_page(page: Page, served: Served) -> None:
    at_the_end(page)
    page.keyboard.insert_text("# half a thought")
    while not page.evaluate("Object.keys(localStorage).some((key) => /^wirewatch/.test(key))"):
        page.wait_for_timeout(50)
    page.goto("/rules")
    page.goto(GAZA)
    expect(page.locator("#outcome")).to_contain_text("and not saved is back")
    page.locator(".cm-content").click()
    page.keyboard.press("Control+End")  # lines out of sight are not in the page
    expect(page.locator(".cm-content")).to_contain_text("# half a thought")
    page.get_by_role("button", name="Drop it").click()
    expect(page.locator("#status")).to_contain_text("saved")
    assert "half a thought" not in page.locator(".cm-content").inner_text()


def test_a_new_file_begins_with_a_template_and_its_first_save(page: Page, served: Served) -> None:
    page.goto("/rules")
    page.get_by_label("A new file").fill("Night Desk")
    page.get_by_role("button", name="Begin it").click()
    expect(page.locator("h1")).to_contain_text("night-desk.yaml")
    assert not (served.settings.watch / "rules/night-desk.yaml").exists()
    expect(page.locator(".cm-focused")).to_be_visible()
    page.keyboard.press("Control+Space")
    expect(page.locator(".cm-tooltip-autocomplete")).to_contain_text("a new rule")
    page.keyboard.press("Escape")
    page.keyboard.insert_text("{watch: Night, when: {about: rafah}, send: {to: x}}\n")
    page.keyboard.press("Control+s")
    expect(page.locator("#said")).to_contain_text("Saved.")
    assert disk(served, "rules/night-desk.yaml").startswith("watches:\n  - {watch: Night")


def test_a_test_that_does_not_hold_is_told_after_a_pause_and_a_draft_can_be_tried(
    page: Page,
) -> None:
    at_the_end(page, "/rules/files/demo.yaml")
    page.keyboard.insert_text(
        "  - watch: Rafah too\n    when: {about: rafah}\n    send: {to: x}\n"
        "    tests: [{text: It rains in Paris., expect: alert}]\n"
    )
    expect(page.locator("#problems")).to_contain_text("expected alert, it is silent")
    page.get_by_label("Text", exact=True).fill("Tanks rolled into Rafah overnight, residents said.")
    page.get_by_role("button", name="Try", exact=True).click()
    expect(page.locator("#tried .message", has_text="Rafah too")).to_be_visible()


@pytest.mark.parametrize("page", ["light", "dark"], indirect=True)
def test_everybody_can_use_the_editor(page: Page, axe: Judge) -> None:
    at_the_end(page)
    page.keyboard.insert_text(BAD)
    expect(page.locator(".cm-lintRange-error")).to_have_count(1)
    axe(page)
    page.keyboard.press("Control+s")
    expect(page.locator("#outcome .notice")).to_be_visible()
    axe(page)


def test_a_viewer_reads_and_cannot_write(page: Page, served: Served) -> None:
    page.context.add_cookies([{"name": "as", "value": "viewer", "url": served.address}])
    page.goto(GAZA)
    page.locator(".cm-content").click()
    page.keyboard.type("xyz")
    assert "xyz" not in page.locator(".cm-content").inner_text()
    expect(page.get_by_role("button", name="Save")).to_have_count(0)
    page.keyboard.press("Control+Home")
    page.locator(".cm-line", has_text="becomes").first.locator("span").first.hover()
    expect(page.locator(".cm-tooltip-hover")).to_contain_text("A change of status is meant")


def test_no_name_of_a_file_leads_elsewhere(ask: Asking, served: Served) -> None:
    outside = Path(served.settings.watch).parent / "x.yaml"
    outside.write_text("secret: yes\n", encoding="utf-8")
    for name in ("..%2f..%2fx.yaml", "..%2fx.yaml", "%2e%2e%2fx.yaml", "x.yaml%00", ".x.yaml"):
        answer = ask.get(f"/rules/files/{name}")
        assert answer.status_code == 404, name
        assert "secret" not in answer.text
    for file in ("../x.yaml", "rules/../../x.yaml", "schema/rules.yaml", "rules/x.sh", ""):
        body = {"file": file, "text": "x", "loaded": "", "place": 0, "insist": True}
        for path in ("save", "problems", "trials", "offer", "meaning"):
            assert ask.change(f"/editor/{path}", json=body).status_code == 404, (path, file)
    assert outside.read_text(encoding="utf-8") == "secret: yes\n"
    assert not re.search("x.sh", str(list(served.settings.watch.rglob("*.sh"))))


def test_what_one_server_saves_another_sees_at_once_and_writes_over_nothing(
    served: Served, ask: Asking
) -> None:
    place = Place(lambda: served.settings)
    other = TestClient(make_app(who=by_cookie, secret=b"of the tests", place=place))
    first = other.get("/editor/text?file=rules/gaza.yaml").json()
    body = {"file": "rules/gaza.yaml", "text": "watches: []\n", "loaded": first["body"]}

    saved = ask.change("/editor/save", json=body)

    assert saved.status_code == 200
    assert other.get("/editor/there?file=rules/gaza.yaml").json() == {"body": saved.json()["body"]}
    assert other.get("/editor/text?file=rules/gaza.yaml").json()["who"] == "editor"
    assert "Rafah operation" not in other.get("/rules").text
    headers = {"X-Wirewatch-Token": ask.token("editor")}
    late = other.post("/editor/save", json={**body, "text": "watches:\n"}, headers=headers)
    assert late.status_code == 409
    assert late.json()["error"] == "Editor saved this file since you opened it."
    assert disk(served) == "watches: []\n"
    place.close()


def test_it_works_in_the_sandbox_that_airflow_s_shell_frames_pages_in(
    page: Page, served: Served
) -> None:
    frame = (
        '<html class="dark"><iframe sandbox="allow-scripts allow-same-origin allow-forms '
        f'allow-downloads" src="{GAZA}" width="1200" height="800"></iframe></html>'
    )
    page.route("**/shell", lambda route: route.fulfill(body=frame, content_type="text/html"))
    page.goto("/shell")
    inside = page.frame_locator("iframe")
    expect(inside.locator("html.dark")).to_have_count(1)
    inside.locator(".cm-content").click()
    page.keyboard.press("Control+End")
    page.keyboard.insert_text(BAD)
    inside.get_by_role("button", name="Write “rafah-operation”").click()
    page.keyboard.press("Control+s")
    expect(inside.locator("#said")).to_contain_text("Saved.")
    assert disk(served).endswith(BAD.replace("opration", "operation"))
    inside.get_by_role("link", name="Versions").click()
    expect(inside.locator(".versions li").first).to_contain_text("editor")
