"""A feed of a few entries, polled once, and what the store knows of it then."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from wirewatch.desk.poll import PollReport, poll
from wirewatch.records import Feed
from wirewatch.store import Store
from wirewatch.store.entries import ENTRY
from wirewatch.store.feeds import FeedRow, feed_rows

NOW = datetime(2024, 2, 7, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
TUESDAY = "Tue, 06 Feb 2024 00:00:00 GMT"


def item(number: int, text: str = "", **other: str) -> str:
    fields = {
        "title": f"Ferry {number} sails",
        "link": f"https://harbour.example/{number}",
        "guid": f"ferry-{number}",
        "description": text or f"Ferry {number} left the harbour.",
    } | other
    return "<item>" + "".join(f"<{k}>{v}</{k}>" for k, v in fields.items() if v) + "</item>"


def rss(*items: str, head: str = "") -> bytes:
    inside = f"<title>Harbour News</title>{head}{''.join(items)}"
    return f'<rss version="2.0"><channel>{inside}</channel></rss>'.encode()


def feed(url: str, **other: Any) -> Feed:
    return Feed(feed_id=url, url=url, publisher="Harbour News", **other)


def ask(store: Store, *feeds: Feed, at: datetime = NOW, **options: Any) -> PollReport:
    return poll(store, feeds, at, allow=["127.0.0.1"], **options)


def state(store: Store, one: Feed) -> FeedRow:
    with store.read() as connection:
        (row,) = feed_rows(connection, [one.feed_id])
    return row


def titles(store: Store) -> list[str]:
    with store.read() as connection:
        return [row.title for row in connection.execute(select(ENTRY).order_by(ENTRY.c.title))]
