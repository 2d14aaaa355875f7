"""A thousand hostile headlines are text: they run nothing, load nothing, lead nowhere."""

import re
from urllib.parse import urlsplit

from lxml import html
from playwright.sync_api import Page, Request
from tests.pages.conftest import Asking, Served
from tests.pages.made import hostile, keep_hostile_articles, tell

from wirewatch.alerts.wording import clean
from wirewatch.store import open_store

MANY = 1_000
TAGS = frozenset(
    "a article bdi button datalist div form h1 h2 h3 header input label li main mark nav option p "  # noqa: SIM905
    "select small span strong time ul html head body title meta link script".split()
)


def harmless(text: str) -> None:
    """Nothing in the page is of the headlines' making but text."""
    assert "\x00" not in text
    page = html.document_fromstring(text)
    for element in page.iter():
        if not isinstance(element.tag, str):
            continue
        assert element.tag in TAGS, element.tag
        for name, value in element.attrib.items():
            assert not name.startswith("on"), (element.tag, name)
            assert name != "style"
            if name in ("href", "src", "action"):
                assert urlsplit(value).scheme in ("", "http", "https", "data"), value
                assert value.startswith(("/", "#", "https://", "http://", "data:,")), value
                assert not value.startswith("//"), value
            if name.startswith("hx-"):
                assert "evil" not in value
    assert len(page.findall(".//script")) == 3
    assert all(not (one.text or "").strip() for one in page.findall(".//script"))


def test_a_thousand_hostile_headlines_are_shown_as_text(served: Served, ask: Asking) -> None:
    made = [hostile(number) for number in range(MANY)]
    with open_store(served.settings.store) as store:
        tell(store, made)
    expected = {one.alert_id: clean(one.headline) for one in made}
    path, seen = "/alerts", 0
    while path:
        text = ask.get(path).text
        harmless(text)
        page = html.document_fromstring(text)
        for row in page.iterfind(".//article"):
            alert_id = row.attrib["id"].removeprefix("alert-")
            if alert_id not in expected:
                continue
            headline = row.find(".//h2").text_content()
            assert headline == (expected.pop(alert_id) or "(taken down)")
            seen += 1
        more = page.xpath("//p[@class='more']/a/@href")
        path = more[0] if more else ""
    assert seen == MANY
    for one in made[:20]:
        harmless(ask.get(f"/alerts/{one.alert_id}").text)


def test_no_hostile_headline_reaches_the_browser_as_code(page: Page, served: Served) -> None:
    with open_store(served.settings.store) as store:
        tell(store, [hostile(number) for number in range(60)])
        keep_hostile_articles(store, 60)
    asked: list[str] = []

    def heard(request: Request) -> None:
        asked.append(request.url)

    page.on("request", heard)
    page.on("dialog", lambda dialog: asked.append(f"dialog {dialog.message}"))
    for path in ("/alerts", "/alerts?older=40", "/search", "/search?words=pier", "/alerts/live"):
        page.goto(path)
        page.wait_for_load_state("networkidle")
        assert page.evaluate("window.hit") is None
    assert [url for url in asked if not url.startswith((served.address, "data:"))] == []
    page.goto("/search?words=" + "%22%3E%3Cscript%3Ewindow.hit%3D1%3C%2Fscript%3E")
    assert page.evaluate("window.hit") is None
    shown = page.input_value("#words")
    assert re.fullmatch(r'"><script>window\.hit=1</script>', shown)
