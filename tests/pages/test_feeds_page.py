"""The page Feeds in a real browser: who is in trouble, try and add, switch, import and export."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select, update
from tests.pages.conftest import Asking, Served

from wirewatch.desk.feed_trial import feeds_of_page
from wirewatch.desk.watch import load_watch
from wirewatch.store import open_store
from wirewatch.store.feed_tables import FEED

Judge = Callable[[Page], None]


def as_operator(page: Page, served: Served) -> None:
    page.context.add_cookies([{"name": "as", "value": "operator", "url": served.address}])


@pytest.mark.parametrize("page", ["light", "dark"], indirect=True)
def test_everybody_can_use_the_pages_of_feeds(page: Page, axe: Judge) -> None:
    page.goto("/feeds")
    axe(page)
    page.locator("tbody a").first.click()
    expect(page.get_by_role("heading", name="Last polls")).to_be_visible()
    axe(page)
    page.goto("/feeds/tools/try")
    axe(page)


def test_those_in_trouble_come_first_and_say_what_it_is(page: Page) -> None:
    page.goto("/feeds")
    rows = page.locator("tbody tr")
    expect(rows.nth(0)).to_contain_text("silent for 5 days")
    expect(rows.nth(1)).to_contain_text("the server answers 503")
    expect(rows.nth(2)).to_contain_text("well")
    page.get_by_label("State").select_option("off")
    expect(rows.first).to_contain_text("switched off")
    page.get_by_label("Publisher or address").fill("harbour")
    expect(page.get_by_text("No feed is like that.")).to_be_visible()
    assert page.url.endswith("/feeds?words=harbour&state=off")


def test_an_operator_switches_a_feed_in_its_file(page: Page, served: Served) -> None:
    as_operator(page, served)
    page.goto("/feeds?words=harbour")
    page.get_by_role("link", name="The Harbour Post").click()
    page.get_by_role("button", name="Switch off").click()
    expect(page.get_by_text("It is not asked any more.")).to_be_visible()
    expect(page.locator("#state")).to_have_text("switched off")
    text = (served.settings.watch / "feeds/demo.yaml").read_text(encoding="utf-8")
    assert text.count("enabled: no") == 1
    assert text.startswith("# The demo wire")
    page.get_by_role("button", name="Switch on").click()
    expect(page.get_by_text("It is asked at the next pass.")).to_be_visible()
    assert all(
        feed.enabled for feed in load_watch(served.settings.watch).feeds if "8655" in feed.url
    )


def test_an_editor_sees_no_switch(page: Page) -> None:
    page.goto("/feeds?words=harbour")
    page.get_by_role("link", name="The Harbour Post").click()
    expect(page.get_by_role("button", name="Switch off")).to_have_count(0)


def test_an_address_that_is_not_public_is_refused_in_words(page: Page) -> None:
    page.goto("/feeds/tools/try")
    page.get_by_label("Address").fill("http://127.0.0.1:9/rss.xml")
    page.keyboard.press("Enter")
    expect(page.locator("#tried")).to_contain_text("This cannot be read as a feed")


def test_a_list_is_taken_in_and_given_out(
    page: Page, served: Served, ask: Asking, tmp_path: Path
) -> None:
    opml = tmp_path / "papers.opml"
    opml.write_text(
        '<opml version="2.0"><body><outline text="Coast"><outline type="rss" text="Pier News" '
        'xmlUrl="https://pier.example/rss"/></outline></body></opml>',
        encoding="utf-8",
    )
    page.goto("/feeds")
    page.get_by_label("An OPML file").set_input_files(opml)
    page.get_by_role("button", name="Import").click()
    expect(page.get_by_role("heading", name="1 feed taken in")).to_be_visible()
    feed = next(
        one for one in load_watch(served.settings.watch).feeds if one.publisher == "Pier News"
    )
    assert feed.groups == ("Coast",)
    page.goto("/feeds")
    with page.expect_download() as found:
        page.get_by_role("link", name="Export OPML").click()
    assert "https://pier.example/rss" in Path(found.value.path()).read_text(encoding="utf-8")


def test_a_list_that_is_none_is_told_and_nothing_is_written(ask: Asking, served: Served) -> None:
    headers = {"X-Wirewatch-Token": ask.token("editor")}
    before = sorted((served.settings.watch / "feeds").iterdir())
    answer = ask(
        "POST", "/feeds/tools/import", "editor", headers=headers,
        files={"file": ("../../x.opml", b"<html>", "text/xml")},
    )  # fmt: skip
    assert answer.status_code == 409
    assert "no OPML" in answer.text
    assert sorted((served.settings.watch / "feeds").iterdir()) == before


def test_a_feed_that_is_gone_says_so_and_names_no_next_poll(ask: Asking, served: Served) -> None:
    with open_store(served.settings.store) as store, store.begin() as connection:
        feed_id = connection.execute(select(FEED.c.feed_id).limit(1)).scalar_one()
        here = FEED.c.feed_id == feed_id
        connection.execute(update(FEED).where(here).values(gone=True, trouble="gone"))
    rows = ask.get("/feeds?state=trouble").text
    (row,) = [part for part in rows.split("<tr>") if feed_id in part]
    assert "not any more" in row
    assert "next" not in row
    page = ask.get(f"/feeds/{feed_id}").text
    assert "none: it is gone for good" in page
    assert "it is not asked any more" in page


def test_the_key_of_a_private_feed_stands_on_no_page_and_is_not_searched_for(
    ask: Asking, served: Served
) -> None:
    private = "https://pier.example/own.xml?token=opensesame"
    file = served.settings.watch / "feeds/added.yaml"
    asked = {"url": private, "publisher": "Pier Wire"}
    leads_to = ask.change("/feeds/tools/add", data=asked).headers["location"]
    try:
        assert private in file.read_text(encoding="utf-8")
        feed = next(one for one in load_watch(served.settings.watch).feeds if one.url == private)
        pages = [leads_to, f"/feeds/{feed.feed_id}", "/feeds/versions/added.yaml"]
        seen = [ask.get(page).text for page in pages]
        assert all("own.xml?token=***" in text for text in seen)
        assert not any("opensesame" in text for text in (leads_to, *seen[:2]))
        assert "Pier Wire" not in ask.get("/feeds?words=token=opensesame").text
    finally:
        file.unlink()


def test_a_page_past_the_last_one_is_the_last_one(ask: Asking) -> None:
    assert 'rel="prev"' in (last := ask.get("/feeds?page=999").text)
    assert "No feed is" not in last


def test_a_page_made_to_be_slow_names_its_feeds_at_once() -> None:
    body = (b"<link " + b"a" * 1990 + b">") * 260
    good = b'<link rel=alternate type="application/rss+xml" href="/rss">'
    began = time.process_time()
    assert feeds_of_page(good + body, "http://a.example/") == ("http://a.example/rss",)
    assert time.process_time() - began < 2
