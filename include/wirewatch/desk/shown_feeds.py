"""What pages show of feeds: how each fares, those that need somebody first; one with its polls."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, select

from wirewatch.desk.health import feed_trouble
from wirewatch.desk.watch import Watch
from wirewatch.records import Feed
from wirewatch.store import Store
from wirewatch.store.entries import ENTRY
from wirewatch.store.feed_tables import FEED, POLL
from wirewatch.store.feeds import FeedRow, feed_rows, poll_log
from wirewatch.text import fold, without_keys

PART: Final = 25
DAYS: Final = 7
STATES: Final[Mapping[str, str]] = {
    "": "any",
    "trouble": "in trouble or silent",
    "well": "well",
    "new": "not asked yet",
    "off": "switched off",
}
_FIRST: Final = ("trouble", "new", "well", "off")


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownFeed:
    """A feed as its row shows it. `days` are its new entries a day, the last one today's."""

    row: FeedRow
    state: str
    file: str
    trouble: str
    days: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One page of the list, how many feeds there are of each state, and the files."""

    rows: Sequence[ShownFeed]
    all: int
    page: int
    states: Mapping[str, int]
    files: Sequence[str]

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.all // PART))


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownOne:
    """One feed with its last polls and its newest entries (title, link, first seen, what came)."""

    feed: ShownFeed
    polls: Sequence[Mapping[str, Any]]
    entries: Sequence[Mapping[str, Any]]


def feeds(
    store: Store, watch: Watch, now: datetime, *, words: str = "", state: str = "", page: int = 1
) -> Listed:
    """The feeds that pass the filters: those in trouble first, then the most silent ones."""
    light = (FEED.c.feed_id, FEED.c.trouble, FEED.c.last_new, FEED.c.entries_per_day)
    with store.read() as connection:
        query = select(*light, FEED.c.last_polled)
        known = {row.feed_id: row for row in connection.execute(query)}
        states = {feed.feed_id: _state(feed, known.get(feed.feed_id), now) for feed in watch.feeds}
        asked = fold(words).split()
        kept = [
            feed
            for feed in watch.feeds
            if (not state or states[feed.feed_id] == state)
            and all(word in fold(without_keys(f"{feed.publisher} {feed.url}")) for word in asked)
        ]
        kept.sort(
            key=lambda feed: (
                _FIRST.index(states[feed.feed_id]),
                -_missed(known.get(feed.feed_id), now),
                feed.publisher.casefold(),
            )
        )
        page = min(page, max(1, -(-len(kept) // PART)))
        part = kept[(page - 1) * PART : page * PART]
        rows = _shown(connection, watch, part, now)
    return Listed(
        rows=rows,
        all=len(kept),
        page=page,
        states=Counter(states.values()),
        files=sorted({file for kind, file in _files(watch) if kind == "feeds"}),
    )


def one(store: Store, watch: Watch, feed_id: str, now: datetime) -> ShownOne | None:
    """One feed of the folder; None if it is not written there."""
    feed = next((one for one in watch.feeds if one.feed_id == feed_id), None)
    if feed is None:
        return None
    seen = ENTRY.c.first_seen
    query = (
        select(ENTRY.c.title, ENTRY.c.link, seen, ENTRY.c.state, ENTRY.c.reason)
        .where(ENTRY.c.feed_id == feed_id)
        .order_by(seen.desc())
        .limit(20)
    )
    with store.read() as connection:
        (shown,) = _shown(connection, watch, [feed], now)
        polls = poll_log(connection, feed_id)
        entries = [dict(row._mapping) for row in connection.execute(query)]
    return ShownOne(feed=shown, polls=polls, entries=entries)


def _files(watch: Watch) -> list[tuple[str, str]]:
    return [(kind, file) for (kind, _), file in watch.files.items()]


def _state(feed: Feed, row: Any, now: datetime) -> str:
    if not feed.enabled:
        return "off"
    if row is None or row.last_polled is None:
        return "new"
    return "trouble" if row.trouble or _missed(row, now) > 10 else "well"


def _missed(row: Any, now: datetime) -> float:
    """How many entries should have come since the last one, by the feed's own pace."""
    if row is None or row.last_new is None or not row.entries_per_day:
        return 0.0
    days = (now - row.last_new).total_seconds() / 86400
    return float(days * row.entries_per_day) if days >= 1 else 0.0


def _shown(
    connection: Connection, watch: Watch, part: Sequence[Feed], now: datetime
) -> list[ShownFeed]:
    ids = [feed.feed_id for feed in part]
    known = {row.feed.feed_id: row for row in feed_rows(connection, ids)} if ids else {}
    days = _days(connection, ids, now)
    shown = []
    for feed in part:
        row = known.get(feed.feed_id) or FeedRow(feed=feed, url=feed.url, next_poll=now)
        row = replace(row, feed=feed)  # as the file has it now, not as it was at the last pass
        state = _state(feed, row, now)
        trouble = (feed_trouble(row, now) or row.trouble or "") if state == "trouble" else ""
        counted = days.get(feed.feed_id, {})
        shown.append(
            ShownFeed(
                row=row,
                state=state,
                file=watch.files.get(("feeds", feed.url), ""),
                trouble=trouble,
                days=tuple(
                    counted.get((now - timedelta(days=ago)).astimezone(UTC).date(), 0)
                    for ago in reversed(range(DAYS))
                ),
            )
        )
    return shown


def _days(connection: Connection, ids: Sequence[str], now: datetime) -> dict[str, dict[date, int]]:
    """New entries by feed and day."""
    if not ids:
        return {}
    query = select(POLL.c.feed_id, POLL.c.at, POLL.c.new).where(
        POLL.c.feed_id.in_(ids), POLL.c.at >= now - timedelta(days=DAYS), POLL.c.new > 0
    )
    found: dict[str, dict[date, int]] = {}
    for row in connection.execute(query):
        day = found.setdefault(row.feed_id, {})
        day[row.at.date()] = day.get(row.at.date(), 0) + row.new
    return found
