"""What is known of each feed: how its last poll went, when it is due, who holds it just now.

The entries themselves stand in `entries.py`; `save_poll` keeps them, the validators they stand for
and the time of the next poll in one transaction, so a crash at any moment only repeats a poll.
"""

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal

from sqlalchemy import Connection, and_, delete, insert, or_, select, update

from wirewatch.feeds.identity import Sorted
from wirewatch.feeds.poll import Reason
from wirewatch.records import Feed
from wirewatch.store.entries import (
    AT_ONCE,
    ENTRY,
    ENTRY_VERSION,
    EntryRow,
    entries_to_read,
    known_entries,
    mark_entry,
    note_gone,
    save_entries,
)
from wirewatch.store.feed_tables import FEED, HOST_WAIT, POLL
from wirewatch.store.leases import LEASE, is_held

__all__ = [
    "ENTRY",
    "ENTRY_VERSION",
    "Brought",
    "EntryRow",
    "FeedRow",
    "PollNote",
    "due_count",
    "entries_to_read",
    "feed_rows",
    "known_entries",
    "lease_due",
    "mark_entry",
    "poll_log",
    "put_off",
    "save_poll",
    "sync_feeds",
    "wait_for_host",
    "waiting_hosts",
]

URLS_KEPT: Final = 10
LONG_SILENCE: Final = timedelta(days=1)
STILL_NEWS: Final = timedelta(days=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRow:
    """A feed as the editors wrote it, with all that is known of it. New ones have the defaults."""

    feed: Feed
    url: str
    next_poll: datetime
    url_history: tuple[str, ...] = ()
    moved_to: str | None = None
    moved_since: datetime | None = None
    moved_polls: int = 0
    etag: str | None = None
    last_modified: str | None = None
    last_whole: datetime | None = None
    straight_304s: int = 0
    body_hash: str | None = None
    pieces: tuple[str, ...] = ()
    why_then: str = "not asked yet"
    wait: timedelta | None = None
    entries_per_day: float | None = None
    lease_until: datetime | None = None
    gone: bool = False
    failures: int = 0
    last_polled: datetime | None = None
    last_good: datetime | None = None
    last_new: datetime | None = None
    outcome: str | None = None
    trouble: str | None = None
    trouble_since: datetime | None = None
    note: str | None = None
    title: str | None = None
    hub: str | None = None
    hint: timedelta | None = None
    skip_hours: frozenset[int] = field(default_factory=frozenset)
    skip_days: frozenset[int] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True, kw_only=True)
class PollNote:
    """One line of the log: what came of a poll."""

    at: datetime
    outcome: str
    status: int | None
    size: int
    reason: str


@dataclass(frozen=True, slots=True)
class Brought:
    """How many entries of a poll were new, how many had changed; titles of those taken out."""

    new: int
    changed: int
    taken_out: tuple[str, ...] = ()


def sync_feeds(connection: Connection, feeds: Iterable[Feed], now: datetime) -> None:
    """Make the store know these feeds as they are written now.

    A feed whose address was rewritten by hand is asked there, and a gone one again.
    """
    columns = [FEED.c[name] for name in _WRITTEN]  # not the long ones: there may be 50,000 feeds
    known = {row.feed_id: row for row in connection.execute(select(*columns))}
    for feed in feeds:
        row = known.get(feed.feed_id)
        written = _written(feed)
        if row is None:
            fresh = FeedRow(feed=feed, url=feed.url, next_poll=now)
            connection.execute(insert(FEED), written | _columns(fresh))
        elif any(row._mapping[name] != value for name, value in written.items()):
            moved = {}
            if row.written_url != feed.url:
                moved = {"url": feed.url, "gone": False, "next_poll": now}
            changes = written | moved
            connection.execute(update(FEED).where(FEED.c.feed_id == feed.feed_id), changes)


def lease_due(
    connection: Connection,
    feeds: Sequence[Feed],
    now: datetime,
    limit: int = 200,
    lease: timedelta = LEASE,
    *,
    first: Collection[str] = (),
    mine: Callable[[str], bool] = lambda url: True,
) -> list[FeedRow]:
    """The feeds of these that are due, most overdue first; no other worker gets them meanwhile.

    Those whose ids are in `first` come before all others. `mine` says by its address whether a
    feed is this worker's to ask: so several share them without two asking one host.
    """
    sync_feeds(connection, feeds, now)
    wanted = [row.feed_id for row in _due(connection, feeds, now) if mine(row.url)]
    order = {feed_id: place for place, feed_id in enumerate(wanted)}
    wanted = sorted(wanted, key=lambda feed_id: (feed_id not in first, order[feed_id]))[:limit]
    rows: list[FeedRow] = []
    for start in range(0, len(wanted), AT_ONCE):
        part = FEED.c.feed_id.in_(wanted[start : start + AT_ONCE])
        locked = select(FEED).where(part, _is_free(now)).with_for_update(skip_locked=True)
        found = [_row(row) for row in connection.execute(locked)]
        taken = FEED.c.feed_id.in_([row.feed.feed_id for row in found])
        connection.execute(update(FEED).where(taken).values(lease_until=now + lease))
        rows += [replace(row, lease_until=now + lease) for row in found]
    place = {feed_id: number for number, feed_id in enumerate(wanted)}
    return sorted(rows, key=lambda row: place[row.feed.feed_id])


def _is_free(now: datetime) -> Any:
    free = or_(FEED.c.lease_until.is_(None), FEED.c.lease_until <= now)
    return and_(FEED.c.next_poll <= now, free, FEED.c.gone.is_(False))


def _due(connection: Connection, feeds: Sequence[Feed], now: datetime) -> list[Any]:
    """Of these feeds the ids and addresses of those that are due, most overdue first."""
    ids = {feed.feed_id for feed in feeds if feed.enabled}
    query = select(FEED.c.feed_id, FEED.c.url).where(_is_free(now))
    rows = connection.execute(query.order_by(FEED.c.next_poll, FEED.c.feed_id))
    return [row for row in rows if row.feed_id in ids]


def due_count(connection: Connection, feeds: Sequence[Feed], now: datetime) -> int:
    """How many of these feeds are due, as far as the store knows them; new ones count too."""
    enabled = {feed.feed_id for feed in feeds if feed.enabled}
    known = set(connection.execute(select(FEED.c.feed_id)).scalars())
    return len(_due(connection, feeds, now)) + len(enabled - known)


def put_off(connection: Connection, feed_id: str, until: datetime) -> None:
    """Give a leased feed back unpolled, to be asked no sooner than then."""
    values = {"lease_until": None, "next_poll": until, "why_then": Reason.SERVER.value}
    connection.execute(update(FEED).where(FEED.c.feed_id == feed_id).values(values))


def save_poll(
    connection: Connection,
    before: FeedRow,
    after: FeedRow,
    entries: Sequence[Sorted],
    note: PollNote,
    *,
    taken_out: Sequence[str] = (),
    times: Collection[datetime | None] = (),
) -> Brought | None:
    """Keep what a poll brought, all of it or nothing, and give the feed back.

    None, and nothing is kept, if the lease ran out and another worker has the feed: if it holds
    none of our `times`, which is the one that it was leased with unless that was renewed.
    """
    ours = times or (before.lease_until,)
    if not is_held(connection, FEED.c.feed_id, before.feed.feed_id, ours):
        return None
    new, changed = save_entries(
        connection,
        before.feed.feed_id,
        entries,
        note.at,
        silent_before=_old_news_before(before, note.at),
    )
    gone = note_gone(connection, before.feed.feed_id, taken_out, note.at)
    connection.execute(
        update(FEED).where(FEED.c.feed_id == before.feed.feed_id),
        _columns(replace(after, lease_until=None)),
    )
    connection.execute(
        insert(POLL),
        {
            "feed_id": before.feed.feed_id,
            "at": note.at,
            "outcome": note.outcome,
            "status": note.status,
            "new": new,
            "changed": changed,
            "bytes": note.size,
            "reason": "; ".join([note.reason, *(f"taken out: {title}" for title in gone[:5])]),
            "next_poll": after.next_poll,
            "why_then": after.why_then,
        },
    )
    return Brought(new, changed, tuple(gone))


def _old_news_before(before: FeedRow, now: datetime) -> datetime | None:
    """Until when a feed's entries are old news that nobody is told: all of its first poll.

    A feed that was off for days has gathered old news as well; what it dates within the last two
    days is told all the same.
    """
    if before.last_good is None:
        return datetime.max.replace(tzinfo=UTC)
    return now - STILL_NEWS if now - before.last_good > LONG_SILENCE else None


def wait_for_host(connection: Connection, host: str, until: datetime) -> None:
    """Nobody asks this host before then."""
    connection.execute(delete(HOST_WAIT).where(HOST_WAIT.c.host == host))
    connection.execute(insert(HOST_WAIT), {"host": host, "until": until})


def waiting_hosts(connection: Connection, now: datetime) -> dict[str, datetime]:
    """The hosts that asked us to wait, and until when."""
    rows = connection.execute(select(HOST_WAIT).where(HOST_WAIT.c.until > now))
    return {row.host: row.until for row in rows}


def feed_rows(connection: Connection, feed_ids: Sequence[str] | None = None) -> list[FeedRow]:
    """All that is known of these feeds, or of all, in the order of their addresses."""
    query = select(FEED).order_by(FEED.c.written_url)
    if feed_ids is not None:
        query = query.where(FEED.c.feed_id.in_(feed_ids))
    return [_row(row) for row in connection.execute(query)]


def poll_log(connection: Connection, feed_id: str, limit: int = 20) -> list[Mapping[str, Any]]:
    """The last polls of a feed, newest first."""
    query = select(POLL).where(POLL.c.feed_id == feed_id).order_by(POLL.c.poll_id.desc())
    return [dict(row._mapping) for row in connection.execute(query.limit(limit))]


# ── Rows and records ──────────────────────────────────────────────────────────────────────────

_PLAIN: Final[tuple[str, ...]] = (
    *("url", "moved_to", "moved_since", "moved_polls", "etag", "last_modified", "last_whole"),
    *("straight_304s", "body_hash", "next_poll", "why_then", "entries_per_day", "lease_until"),
    *("gone", "failures", "last_polled", "last_good", "last_new", "outcome", "trouble"),
    *("trouble_since", "note", "title", "hub"),
)


_WRITTEN: Final[tuple[str, ...]] = (
    *("feed_id", "written_url", "publisher", "language", "groups", "full_text", "login"),
    *("every_seconds", "enabled"),
)


def _written(feed: Feed) -> dict[str, Any]:
    return {
        "feed_id": feed.feed_id,
        "written_url": feed.url,
        "publisher": feed.publisher,
        "language": feed.language,
        "groups": json.dumps(feed.groups),
        "full_text": feed.full_text,
        "login": feed.login,
        "every_seconds": feed.every.total_seconds() if feed.every else None,
        "enabled": feed.enabled,
    }


def _columns(row: FeedRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _PLAIN} | {
        "url_history": json.dumps(row.url_history[-URLS_KEPT:]),
        "pieces": json.dumps(row.pieces),
        "wait_seconds": row.wait.total_seconds() if row.wait else None,
        "hint_seconds": row.hint.total_seconds() if row.hint else None,
        "skip_hours": json.dumps(sorted(row.skip_hours)),
        "skip_days": json.dumps(sorted(row.skip_days)),
    }


def _row(row: Any) -> FeedRow:
    plain: dict[str, Any] = {name: row._mapping[name] for name in _PLAIN}
    return FeedRow(
        feed=feed_of(row),
        url_history=tuple(json.loads(row.url_history)),
        pieces=tuple(json.loads(row.pieces)),
        wait=_seconds(row.wait_seconds),
        hint=_seconds(row.hint_seconds),
        skip_hours=frozenset(json.loads(row.skip_hours)),
        skip_days=frozenset(json.loads(row.skip_days)),
        **plain,
    )


def feed_of(row: Any) -> Feed:
    """The feed as the editors wrote it."""
    full_text: Literal["page", "feed"] = "feed" if row.full_text == "feed" else "page"
    return Feed(
        feed_id=row.feed_id,
        url=row.written_url,
        publisher=row.publisher,
        language=row.language,
        groups=tuple(json.loads(row.groups)),
        login=row.login,
        every=_seconds(row.every_seconds),
        full_text=full_text,
        enabled=row.enabled,
    )


def _seconds(value: float | None) -> timedelta | None:
    return None if value is None else timedelta(seconds=value)
