"""`wirewatch feeds` and `wirewatch entries`, as they are called."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from misbehaving import Server, answer

from wirewatch.cli.entries_ import command as entries
from wirewatch.cli.feeds_ import command as feeds
from wirewatch.desk.article_trial import CannotTry, article_at
from wirewatch.desk.poll import poll
from wirewatch.desk.settings import Settings
from wirewatch.desk.watch import load_watch
from wirewatch.desk.workers import close_workers
from wirewatch.store import open_store

RSS = (
    "<rss version='2.0'><channel><title>Harbour News</title><item><guid>1</guid>"
    "<title>Ferry sails</title><link>{link}</link>"
    "<pubDate>Wed, 07 Feb 2024 12:00:00 GMT</pubDate></item></channel></rss>"
)
STORY = "The ferry left the harbour at dawn, its master said, and nobody was left behind. " * 8


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "watch" / "feeds").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    close_workers()  # those of the tests before stand in another folder
    monkeypatch.setenv("WIREWATCH_WATCH", str(tmp_path / "watch"))
    monkeypatch.setenv("WIREWATCH_STORE", f"sqlite:///{tmp_path}/store.sqlite")
    monkeypatch.setenv("WIREWATCH_ALLOW", "127.0.0.1")
    return tmp_path


def call(command: Any, *words: str, data: str | None = None) -> Result:
    return CliRunner().invoke(command, list(words), input=data)


def test_entries_of_one_file(desk: Path) -> None:
    (desk / "f.xml").write_text(RSS.format(link="/1"))
    result = call(entries, "f.xml", "--url", "https://h.example/feed")
    assert json.loads(result.stdout) == {
        "id": "1",
        "link": "https://h.example/1",
        "title": "Ferry sails",
        "published": "2024-02-07T12:00:00Z",
        "updated": None,
        "author": None,
        "authors": [],
        "summary": None,
        "content": None,
        "language": None,
    }


def test_a_file_that_is_no_feed_is_an_error_and_not_zero_entries(desk: Path) -> None:
    (desk / "f.html").write_text("<html><title>Log in</title></html>")
    result = call(entries, "f.html")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "this is a web page titled “Log in”, not a feed" in result.stderr


def test_many_files_are_answered_in_order_and_a_bad_one_costs_its_line(desk: Path) -> None:
    (desk / "f.xml").write_text(RSS.format(link="/1"))
    lines = [
        {"url": "https://a.example/", "file": "f.xml"},
        {"url": "https://b.example/", "file": "gone.xml"},
        {"url": "https://c.example/"},
        {"url": "https://d.example/", "file": "f.xml"},
    ]
    text = "\n".join(map(json.dumps, lines)) + "\nnot json\n"
    result = call(entries, "--jsonl", data=text)
    found = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.exit_code == 1
    assert [(one.get("feed"), one.get("url"), one.get("line")) for one in found] == [
        ("https://a.example/", None, None),
        (None, "https://b.example/", 2),
        (None, "https://c.example/", 3),
        ("https://d.example/", None, None),
        (None, None, 5),
    ]
    assert "file" in found[2]["error"]


def test_the_table_tells_how_feeds_fare(desk: Path, server: Server) -> None:
    server.routes["/good"] = answer(200, RSS.format(link="/1"))
    (desk / "watch/feeds/all.yaml").write_text(
        "feeds:\n"
        f"  - {{feed: '{server.url('/good')}', publisher: Harbour News}}\n"
        f"  - {{feed: '{server.url('/bad')}', publisher: Tide Times}}\n"
        "  - {feed: 'https://off.example/', publisher: Off, enabled: no}\n"
    )
    with open_store(f"sqlite:///{desk}/store.sqlite") as store:
        watched = load_watch(desk / "watch").feeds
        on = [feed for feed in watched if feed.enabled]
        poll(store, on, datetime.now(UTC), allow=["127.0.0.1"])
    shown = " ".join(call(feeds).stdout.split())
    assert "not found (HTTP 404)" in shown
    assert "Harbour News" in shown
    assert "Off" not in shown
    lines = [json.loads(line) for line in call(feeds, "--json", "--all").stdout.splitlines()]
    assert [(line["publisher"], line["failures"]) for line in lines] == [
        ("Tide Times", 1),
        ("Harbour News", 0),
        ("Off", 0),
    ]


def test_a_feed_that_is_gone_has_no_next_time(desk: Path, server: Server) -> None:
    server.routes["/gone"] = answer(410)
    (desk / "watch/feeds/all.yaml").write_text(
        f"feeds:\n  - {{feed: '{server.url('/gone')}', publisher: Tide Times}}\n"
    )
    with open_store(f"sqlite:///{desk}/store.sqlite") as store:
        poll(store, load_watch(desk / "watch").feeds, datetime.now(UTC), allow=["127.0.0.1"])
    assert "not any more gone (410)" in " ".join(call(feeds).stdout.split())
    (line,) = call(feeds, "--json").stdout.splitlines()
    assert (json.loads(line)["gone"], json.loads(line)["next_poll"]) == (True, None)


def test_trying_a_feed_shows_entries_and_the_first_page(desk: Path, server: Server) -> None:
    server.routes["/feed"] = answer(200, RSS.format(link="/1"))
    page = f"<html><head><title>Ferry sails</title></head><body><article><h1>Ferry sails</h1><p>{STORY}</p></article></body></html>"  # noqa: E501
    server.routes["/1"] = answer(200, page, {"Content-Type": "text/html"})
    shown = call(feeds, "try", server.url("/feed")).stdout
    assert "Harbour News: 1 entry" in shown
    assert "07 Feb 2024 12:00 UTC" in shown
    assert "its master said" in shown
    (line,) = call(feeds, "try", server.url("/feed"), "--json").stdout.splitlines()
    assert json.loads(line)["entries"][0]["title"] == "Ferry sails"


def test_a_sites_address_finds_its_feeds(desk: Path, server: Server) -> None:
    head = '<link rel="alternate" type="application/rss+xml" href="/rss?a=1&amp;b=2">'
    server.routes["/"] = answer(200, f"<!doctype html><html><head>{head}</head></html>")
    result = call(feeds, "try", server.url("/"))
    assert result.exit_code == 1
    assert f"wirewatch feeds try {server.url('/rss?a=1&b=2')}" in result.stdout


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://127.0.0.2/feed", "the address is not public"),
        ("http://127.0.0.2/feed", "name its host in WIREWATCH_ALLOW"),
        ("ftp://h.example/feed", "only http and https are read"),
        ("h.example/feed", "Did you mean “https://h.example/feed”?"),
        ("http://ann:secret@h.example/feed", "use login"),
    ],
)
def test_why_an_address_cannot_be_tried_is_told_in_words(desk: Path, url: str, words: str) -> None:
    result = call(feeds, "try", url)
    assert result.exit_code == 1
    assert words in result.output
    assert "secret" not in result.output


def test_feeds_come_in_and_go_out_as_opml(desk: Path) -> None:
    (desk / "mine.opml").write_text(
        '<opml><body><outline text="Coast"><outline text="Harbour: “News”" '
        'xmlUrl="https://h.example/rss"/></outline></body></opml>'
    )
    assert "1 feed written" in call(feeds, "import", "mine.opml").stdout
    assert call(feeds, "import", "mine.opml").exit_code == 1  # nothing is overwritten
    (feed,) = load_watch(desk / "watch").feeds
    assert (feed.publisher, feed.groups) == ("Harbour: “News”", ("Coast",))
    assert 'xmlUrl="https://h.example/rss"' in call(feeds, "export").stdout


def test_the_key_of_a_private_feed_is_shown_to_nobody_and_given_out_whole(desk: Path) -> None:
    private = "https://h.example/rss?token=opensesame"
    assert call(feeds, "add", private, "--publisher", "Harbour News").exit_code == 0
    for shown in (call(feeds).stdout, call(feeds, "--json").stdout):
        assert "https://h.example/rss?token=***" in shown
        assert "opensesame" not in shown
    assert f'xmlUrl="{private}"' in call(feeds, "export").stdout


def test_a_feed_is_added_once_and_only_if_it_is_one(desk: Path) -> None:
    words = ["--publisher", "Harbour: News", "--group", "coast", "--language", "en"]
    assert call(feeds, "add", "https://h.example/rss", *words).exit_code == 0
    again = call(feeds, "add", "https://h.example/rss", *words)
    assert "this feed is listed already, under Harbour: News" in again.stderr
    assert call(feeds, "add", "h.example", *words).exit_code == 1
    (feed,) = load_watch(desk / "watch").feeds
    assert (feed.publisher, feed.groups, feed.language) == ("Harbour: News", ("coast",), "en")


def test_a_feed_is_tried_as_no_page(server: Server) -> None:
    head = "<?xml version='1.0'?>\n<!-- made by hand -->\n"
    server.routes["/feed"] = answer(200, f"{head}<rss version='2.0'><channel/></rss>")
    allowed = ("127.0.0.1",)
    settings = Settings(watch=Path("x"), store="sqlite://", archive="memory://", allow=allowed)
    with pytest.raises(CannotTry, match="a feed and no page: wirewatch feeds try"):
        article_at(server.url("/feed"), settings)
