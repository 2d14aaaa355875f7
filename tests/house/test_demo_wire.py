"""The demo wire: its story unfolds as it is read, survives a restart, answers as a paper does."""

import http.client
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import feedparser
import pytest

from demo.story import Wire, load
from demo.wire import Publisher

NOW = datetime(2024, 2, 7, 12, 0, tzinfo=UTC)
PAPERS = ("harbour-post", "inland-courier", "delta-herald")


def read_all(wire: Wire, now: datetime) -> list[int]:
    return [step for paper in PAPERS if (step := wire.is_known(paper, now)) is not None]


def test_the_first_step_waits_until_every_paper_is_known(tmp_path: Path) -> None:
    wire = Wire(tmp_path / "state", NOW)
    assert wire.is_known("harbour-post", NOW) is None
    assert wire.is_known("harbour-post", NOW) is None
    assert wire.is_known("inland-courier", NOW) is None
    assert wire.is_known("delta-herald", NOW) == 1


def test_later_steps_come_one_by_one_and_not_too_soon(tmp_path: Path) -> None:
    wire = Wire(tmp_path / "state", NOW)
    assert read_all(wire, NOW) == [1]
    assert read_all(wire, NOW + timedelta(seconds=5)) == []
    times = [NOW + timedelta(minutes=minutes) for minutes in range(1, 9)]
    assert [step for at in times for step in read_all(wire, at)] == [2, 3, 4]


def test_a_restart_goes_on_where_the_story_stood(tmp_path: Path) -> None:
    before = Wire(tmp_path / "state", NOW)
    read_all(before, NOW)
    after = Wire(tmp_path / "state", NOW + timedelta(hours=1))
    assert after.printed("harbour-post") == before.printed("harbour-post")
    assert read_all(after, NOW + timedelta(hours=1)) == [2]


def test_old_news_is_older_than_the_story_and_no_article_is_alone(tmp_path: Path) -> None:
    wire = Wire(tmp_path / "state", NOW)
    outlets, articles = load()
    for paper in outlets:
        assert all(at < NOW for _, at in wire.printed(paper))
    assert {article.step for article in articles} == {0, 1, 2, 3, 4}
    assert len({(article.outlet, article.slug) for article in articles}) == len(articles)


@pytest.fixture
def publisher(tmp_path: Path) -> Iterator[Publisher]:
    with Publisher("127.0.0.1", 0, tmp_path / "state") as serving:
        thread = threading.Thread(target=serving.serve_forever, daemon=True)
        thread.start()
        yield serving
        serving.shutdown()


def get(publisher: Publisher, path: str, tag: str = "") -> tuple[int, str, str]:
    connection = http.client.HTTPConnection("127.0.0.1", publisher.server_port, timeout=5)
    connection.request("GET", path, headers={"If-None-Match": tag} if tag else {})
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, text, answer.getheader("ETag") or ""


def await_page(publisher: Publisher, path: str) -> None:
    """The story goes on after the answer that showed that its papers are known."""
    until = time.monotonic() + 10
    while get(publisher, path)[0] != 200:
        assert time.monotonic() < until, f"{path} was not printed"
        time.sleep(0.02)


def test_its_feeds_are_well_formed_and_every_link_leads_to_its_page(publisher: Publisher) -> None:
    for paper in PAPERS:
        _, _, tag = get(publisher, f"/{paper}/rss.xml")
        get(publisher, f"/{paper}/rss.xml", tag)
    await_page(publisher, "/harbour-post/halvek-orders-army.html")
    parsed = feedparser.parse(get(publisher, "/harbour-post/rss.xml")[1])
    assert not parsed.bozo
    assert parsed.entries[0].title.startswith("Halvek orders army")
    for entry in parsed.entries:
        status, page, _ = get(publisher, entry.link.removeprefix(publisher.base))
        assert status == 200
        assert "<article>" in page


def test_an_unchanged_feed_answers_that_nothing_changed(publisher: Publisher) -> None:
    _, _, tag = get(publisher, "/inland-courier/rss.xml")
    assert get(publisher, "/inland-courier/rss.xml", tag)[0] == 304


def test_a_feed_that_was_sent_and_not_kept_does_not_move_the_story(publisher: Publisher) -> None:
    for _ in range(3):
        for paper in PAPERS:
            get(publisher, f"/{paper}/rss.xml")
    assert get(publisher, "/harbour-post/halvek-orders-army.html")[0] == 404


def test_a_fetched_newest_article_shows_that_its_feed_was_kept(publisher: Publisher) -> None:
    for paper in PAPERS:
        newest = feedparser.parse(get(publisher, f"/{paper}/rss.xml")[1]).entries[0]
        get(publisher, newest.link.removeprefix(publisher.base))
    await_page(publisher, "/harbour-post/halvek-orders-army.html")


def test_what_is_not_printed_yet_cannot_be_read(publisher: Publisher) -> None:
    assert get(publisher, "/harbour-post/halvek-orders-army.html")[0] == 404
    assert get(publisher, "/nobody/rss.xml")[0] == 404
    assert get(publisher, "/../../etc/passwd")[0] == 404
