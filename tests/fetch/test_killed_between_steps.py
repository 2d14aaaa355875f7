"""A poll or a reading that is killed between any two of its steps: the next pass goes on.

Nothing is lost and nothing comes twice, on both databases. Each step is died at once.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
from dying import Steps, at_once, die_at
from misbehaving import Server, answer, conditional
from sqlalchemy import select

from wirewatch.articles.extract import extract
from wirewatch.desk import poll as poll_desk
from wirewatch.desk import read as read_desk
from wirewatch.desk.poll import poll
from wirewatch.desk.read import read
from wirewatch.feeds.parse import parse_feed
from wirewatch.fetch import Request, fetch_now
from wirewatch.fetch.web import Web
from wirewatch.records import Feed, Vocabulary
from wirewatch.store import Store, articles
from wirewatch.store.archive import Archive, open_archive
from wirewatch.store.article_tables import ARTICLE, ARTICLE_VERSION
from wirewatch.store.entries import ENTRY, ENTRY_VERSION
from wirewatch.store.pages import page_log

NOW = datetime(2024, 2, 7, tzinfo=UTC)
HOUR = timedelta(hours=1)
ALLOW = ["127.0.0.1"]
WORDS = "The ferry {n} left the harbour of Port Ellery at dawn, its master Ines Caldera said. " * 6


class Desk:
    """What reading needs of what editors wrote: here, nothing."""

    vocabulary = Vocabulary(entities=(), version="v")


def url_of(store: Store) -> str:
    return store.engine.url.render_as_string(hide_password=False)


def feed(server: Server, number: int) -> Feed:
    url = server.url(f"/{number}")
    return Feed(feed_id=url, url=url, publisher="Harbour News")


def until_none_dies(work_on: Callable[[int], int | None]) -> int:
    """How often the work was begun: once for each of its steps, then once to its end."""
    number = 1
    while work_on(number) is None:
        number += 1
    assert number > 15, "the steps were not counted"
    return number


def document(server: Server, number: int, items: int) -> bytes:
    inside = "".join(
        f"<item><guid>{number}-{n}</guid><title>Ferry {number}-{n} sails</title>"
        f"<link>{server.url(f'/page/{number}-{n}')}</link></item>"
        for n in range(items)
    )
    return f"<rss version='2.0'><channel><title>x</title>{inside}</channel></rss>".encode()


def test_a_poll_killed_between_any_two_steps_loses_nothing_and_doubles_nothing(
    server: Server, store: Store
) -> None:
    def work_on(number: int) -> int | None:
        server.routes[f"/{number}"] = conditional(document(server, number, 3), f'"{number}"')
        one = feed(server, number)

        def work(opened: Store, steps: Steps) -> None:
            with (
                patch.object(Web, "fetch", _stepped(steps)),
                patch.object(poll_desk, "run_killable", steps.around(at_once)),
            ):
                poll(opened, [one], NOW, allow=ALLOW)

        return die_at(number, url_of(store), work)

    count = until_none_dies(work_on)
    feeds = [feed(server, number) for number in range(1, count + 1)]
    for hours in (1, 3):
        report = poll(store, feeds, NOW + hours * HOUR, allow=ALLOW)
        assert report.problems == []
    with store.read() as connection:
        kept = [row.guid for row in connection.execute(select(ENTRY))]
        versions = connection.execute(select(ENTRY_VERSION)).all()
    assert sorted(kept) == sorted(f"{f}-{n}" for f in range(1, count + 1) for n in range(3))
    assert len(versions) == len(kept)


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return open_archive(f"file://{tmp_path}/pages")


@pytest.fixture(scope="module", autouse=True)
def _warm() -> Iterator[None]:
    """Load what asks the web and reads it once, here, not in each process that dies."""
    fetch_now([Request(url="http://127.0.0.2/")])
    parse_feed(b"<rss><channel><item><title>x</title></item></channel></rss>")
    extract(f"<html><body><article><p>{WORDS}</p></article></body></html>", "https://x.example/a")
    return


def test_a_reading_killed_between_any_two_steps_loses_nothing_and_doubles_nothing(
    server: Server, store: Store, archive: Archive
) -> None:
    def work_on(number: int) -> int | None:
        server.routes[f"/{number}"] = answer(200, document(server, number, 1))
        words = f"<h1>Ferry {number}-0 sails</h1><p>{WORDS.format(n=number)}</p>"
        page = f"<html><body><article>{words}</article></body></html>"
        server.routes[f"/page/{number}-0"] = answer(200, page)
        poll(store, [feed(server, number)], NOW, allow=ALLOW)

        def work(opened: Store, steps: Steps) -> None:
            with (
                patch.object(Web, "fetch", _stepped(steps)),
                patch.object(read_desk, "run_killable", steps.around(at_once)),
                patch.object(Archive, "put", steps.around(Archive.put)),
                patch.object(Path, "replace", steps.around(Path.replace)),
            ):
                read(opened, Desk(), NOW, allow=ALLOW, archive=archive)

        return die_at(number, url_of(store), work)

    server.routes["/robots.txt"] = answer(404)
    count = until_none_dies(work_on)
    for hours in (1, 3):
        read(store, Desk(), NOW + hours * HOUR, allow=ALLOW, archive=archive, gap=0)
    pages = [server.url(f"/page/{number}-0") for number in range(1, count + 1)]
    with store.read() as connection:
        kept = [row.url for row in connection.execute(select(ARTICLE))]
        versions = connection.execute(select(ARTICLE_VERSION)).all()
        queue = [waiting.sequence for waiting in articles.unjudged(connection, 1000)]
        states = Counter(row.state for row in connection.execute(select(ENTRY)))
        raw = [page_log(connection, url)[0].archived for url in pages]
    assert sorted(kept) == sorted(pages)
    assert len(versions) == len(pages)
    assert len(set(queue)) == len(pages)
    assert states == {"read": len(pages)}
    for url, name in zip(pages, raw, strict=True):
        assert archive.names(url) == [name]
        assert b"<article>" in archive.get(str(name))


def _stepped(steps: Steps) -> object:
    """`Web.fetch` with a step before the question and one after the answer."""
    fetch = Web.fetch

    async def stepped(web: Web, request: object) -> object:
        steps()
        answered = await fetch(web, request)  # type: ignore[arg-type]
        steps()
        return answered

    return stepped
