"""What `wirewatch why` says of an article that is not there."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import insert, update

from wirewatch.desk.not_stored import why_not_stored
from wirewatch.feeds.urls import url_key
from wirewatch.records import Feed
from wirewatch.store import Store
from wirewatch.store.entries import ENTRY
from wirewatch.store.feeds import FEED, sync_feeds
from wirewatch.text import digest

NOON = datetime(2024, 2, 9, 12, tzinfo=UTC)
FEEDS = [
    Feed(feed_id="f1", url="https://post.example/rss", publisher="The Post"),
    Feed(feed_id="f2", url="https://herald.example/rss", publisher="Herald"),
    Feed(feed_id="f3", url="https://old.example/rss", publisher="Old News", enabled=False),
]


@pytest.fixture
def desk(store: Store) -> Store:
    with store.begin() as connection:
        sync_feeds(connection, FEEDS, NOON)
        failed = {"trouble": "not found (HTTP 404)", "last_polled": NOON}
        connection.execute(update(FEED).where(FEED.c.feed_id == "f2").values(**failed))
        connection.execute(update(FEED).where(FEED.c.feed_id == "f1").values(last_polled=NOON))
        for number, (state, reason, attempts) in enumerate(ENTRIES):
            connection.execute(insert(ENTRY), entry(number, state, reason, attempts))
    return store


ENTRIES = [
    ("new", "", 0),
    ("again", "the server failed (HTTP 500)", 2),
    ("refused", "not an article", 0),
]


def entry(number: int, state: str, reason: str, attempts: int) -> dict[str, object]:
    url = f"https://post.example/{number}"
    named = {"entry_key": str(number), "guid": url, "guid_hash": str(number), "link": url}
    key = url_key(url)
    known = {"feed_id": "f1", "url_key": key, "url_hash": digest(key or ""), "content_hash": "x"}
    stands = {"state": state, "reason": reason, "attempts": attempts, "not_before": NOON}
    rest = {"repeated_guid": False, "versions": 1, "authors": "[]", "silent": False}
    return {**named, **known, **stands, **rest, "first_seen": NOON, "changed_at": NOON}


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("https://post.example/0", "at 2024-02-09 12:00 UTC: it is read in one of the next"),
        ("https://post.example/1", "page did not come yet (the server failed (HTTP 500)): it is"),
        ("https://post.example/2", "but it is no article here: not an article."),
        ("https://www.post.example/9", "no feed brought it. The Post was asked last at 2024-02-09"),
        ("https://herald.example/9", "Herald cannot be read: not found (HTTP 404)."),
        ("https://old.example/9", "no feed brought it. Old News is switched off."),
        ("https://no.example/9", "no feed of no.example has been asked"),
        ("3f2a91c0", "no article has this id or address, and no alert this id"),
        ("http://[", "is not stored"),
    ],
)
def test_it_says_how_far_an_article_came(desk: Store, url: str, said: str) -> None:
    with desk.read() as connection:
        assert said in why_not_stored(connection, url)
