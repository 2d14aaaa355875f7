"""The entries of all feeds, their versions, and how far each has come on its way to an article."""

import json
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Index,
    Integer,
    String,
    Table,
    Text,
    and_,
    bindparam,
    case,
    func,
    insert,
    or_,
    select,
    update,
)

from wirewatch.feeds.identity import Known, News, Sorted, look_up
from wirewatch.feeds.plain import plain_line
from wirewatch.records import Entry
from wirewatch.store.feed_tables import FEED
from wirewatch.store.leases import LEASE
from wirewatch.store.metadata import METADATA, UTCTime
from wirewatch.text import digest

AT_ONCE: Final = 500  # as many values as every SQLite takes in one statement
WAITING: Final = ("new", "again")
MOST_SHARES: Final = 100  # workers that may share what waits

ENTRY = Table(
    "entry",
    METADATA,
    Column("entry_key", String(40), primary_key=True),
    Column("feed_id", String(40), nullable=False),
    Column("guid", Text, nullable=False),
    Column("guid_hash", String(40), nullable=False),
    Column("repeated_guid", Boolean, nullable=False),
    Column("url_key", Text),
    Column("url_hash", String(40)),
    Column("content_hash", String(40), nullable=False),
    Column("versions", Integer, nullable=False),
    Column("link", Text),
    Column("title", Text),
    Column("summary", Text),
    Column("content", Text),
    Column("authors", Text, nullable=False),
    Column("language", String(40)),
    Column("published", UTCTime),
    Column("updated", UTCTime),
    Column("first_seen", UTCTime, nullable=False),
    Column("changed_at", UTCTime, nullable=False),
    Column("silent", Boolean, nullable=False),
    # where it stands in its feed: the piece of the document that it was read from
    Column("piece", String(20)),
    Column("gone_at", UTCTime),
    # on its way to an article
    Column("state", String(20), nullable=False),
    Column("reason", Text, nullable=False),
    Column("not_before", UTCTime, nullable=False),
    Column("lease_until", UTCTime),
    Column("attempts", Integer, nullable=False),
    Index("ix_entry_feed_guid", "feed_id", "guid_hash"),
    Index("ix_entry_feed_url", "feed_id", "url_hash"),
    Index("ix_entry_feed_content", "feed_id", "content_hash"),
    Index("ix_entry_state_due", "state", "not_before"),
)

ENTRY_VERSION = Table(
    "entry_version",
    METADATA,
    Column("entry_key", String(40), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("content_hash", String(40), nullable=False),
    Column("title", Text),
    Column("seen_at", UTCTime, nullable=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryRow:
    """An entry that waits for its article, with what its feed says of it.

    `title` is plain text. `arrived` is when this version came; `version` counts from 1, later ones
    are edits. A `silent` one was there when the feed was new: it is told to nobody.
    """

    entry_key: str
    entry: Entry
    title: str
    feed_id: str
    feed_url: str
    publisher: str
    language: str | None
    groups: tuple[str, ...]
    full_text: Literal["page", "feed"]
    login: str | None
    silent: bool
    arrived: datetime
    version: int
    attempts: int


def known_entries(connection: Connection, feed_id: str, entries: Iterable[Entry]) -> list[Known]:
    """What the store has of this feed that any of these entries might be."""
    guids, links, words = look_up(entries)
    asked = [
        (ENTRY.c.guid_hash, [digest(guid) for guid in guids]),
        (ENTRY.c.url_hash, [digest(link) for link in links]),
        (ENTRY.c.content_hash, list(words)),
    ]
    found: dict[str, Any] = {}
    for column, values in asked:
        for start in range(0, len(values), AT_ONCE):
            part = values[start : start + AT_ONCE]
            query = select(ENTRY).where(ENTRY.c.feed_id == feed_id, column.in_(part))
            found.update((row.entry_key, row) for row in connection.execute(query))
    hashes = _version_hashes(connection, [key for key, row in found.items() if row.versions > 1])
    return [
        Known(
            entry_key=row.entry_key,
            guid=row.guid,
            url_key=row.url_key,
            content_hash=row.content_hash,
            versions=row.versions,
            hashes=frozenset(hashes.get(row.entry_key, ())),
            repeated_guid=row.repeated_guid,
        )
        for row in sorted(found.values(), key=lambda row: (row.first_seen, row.entry_key))
    ]


def _version_hashes(connection: Connection, keys: Sequence[str]) -> dict[str, list[str]]:
    hashes: dict[str, list[str]] = {}
    for start in range(0, len(keys), AT_ONCE):
        part = keys[start : start + AT_ONCE]
        query = select(ENTRY_VERSION).where(ENTRY_VERSION.c.entry_key.in_(part))
        for row in connection.execute(query):
            hashes.setdefault(row.entry_key, []).append(row.content_hash)
    return hashes


def save_entries(
    connection: Connection,
    feed_id: str,
    entries: Sequence[Sorted],
    now: datetime,
    *,
    silent_before: datetime | None,
) -> tuple[int, int]:
    """Keep what is new and what changed, and return how many of each there were.

    New entries dated earlier than `silent_before` are told to nobody; those without a date count
    as dated now.
    """
    new = [one for one in entries if one.news is News.NEW]
    moved = [one for one in entries if one.news is News.MOVED]
    changed = [one for one in entries if one.news is News.CHANGED]
    rows = []
    for one in new:
        dated = one.entry.published or one.entry.updated or now
        silent = silent_before is not None and dated < silent_before
        rows.append(_new_row(feed_id, one, now, silent=silent))
    rows += [_new_row(feed_id, one, now, silent=True) for one in moved]
    if rows:
        connection.execute(insert(ENTRY), rows)
        connection.execute(insert(ENTRY_VERSION), [_version(row, 1, now) for row in rows])
    for one in changed:
        _save_change(connection, one, now)
    _note_pieces(connection, entries)
    return len(new), len(changed)


def _note_pieces(connection: Connection, entries: Sequence[Sorted]) -> None:
    """Keep where each entry stands in its feed now; one that came back is not gone any more."""
    places = {one.entry_key: one.piece for one in entries if one.piece}
    if places:
        connection.execute(
            update(ENTRY).where(ENTRY.c.entry_key == bindparam("its_key")),
            [{"its_key": key, "piece": piece, "gone_at": None} for key, piece in places.items()],
        )


def note_gone(
    connection: Connection, feed_id: str, pieces: Sequence[str], now: datetime
) -> list[str]:
    """Note that a feed's entries of these pieces are gone; their titles. They are kept."""
    gone: list[str] = []
    for start in range(0, len(pieces), AT_ONCE):
        part = pieces[start : start + AT_ONCE]
        where = (ENTRY.c.feed_id == feed_id, ENTRY.c.piece.in_(part), ENTRY.c.gone_at.is_(None))
        rows = connection.execute(select(ENTRY.c.title, ENTRY.c.link).where(*where)).all()
        gone += [plain_line(row.title) or row.link or "an entry without a title" for row in rows]
        connection.execute(update(ENTRY).where(*where).values(gone_at=now))
    return gone


def _save_change(connection: Connection, one: Sorted, now: datetime) -> None:
    """A new version of a known entry; it has to be read again, as an update."""
    where = ENTRY.c.entry_key == one.entry_key
    before = connection.execute(select(ENTRY).where(where)).one()
    versions = before.versions + 1
    values = _fields(one) | {
        "versions": versions,
        # An edit of what a desk was never told is none: not before the first version is read.
        "silent": before.silent and before.state in WAITING,
        "changed_at": now,
        "state": "new",
        "reason": one.news.value,
        "not_before": now,
        "attempts": 0,
    }
    connection.execute(update(ENTRY).where(where), values)
    row = {"entry_key": one.entry_key, **values}
    connection.execute(insert(ENTRY_VERSION), _version(row, versions, now))


def entries_to_read(
    connection: Connection,
    now: datetime,
    limit: int = 200,
    lease: timedelta = LEASE,
    *,
    first: Collection[str] = (),
    mine: Callable[[str], bool] | None = None,
) -> list[EntryRow]:
    """Entries that have no article yet, oldest first; no other worker gets them meanwhile.

    Those of the feeds whose ids are in `first` come before all others, the ones of a feed's first
    poll last: nobody waits for them. `mine` says by its page's address whether an entry is this
    worker's: so several share them without two asking one host.
    """
    keys = _due_keys(connection, now, limit, first, mine)
    rows: list[Any] = []
    for start in range(0, len(keys), AT_ONCE):
        part = ENTRY.c.entry_key.in_(keys[start : start + AT_ONCE])
        locked = select(ENTRY).where(part, _is_due(now)).with_for_update(skip_locked=True)
        found = connection.execute(locked).all()
        taken = ENTRY.c.entry_key.in_([row.entry_key for row in found])
        connection.execute(update(ENTRY).where(taken).values(lease_until=now + lease))
        rows += found
    place = {key: number for number, key in enumerate(keys)}
    rows.sort(key=lambda row: place[row.entry_key])
    ids = {row.feed_id for row in rows}
    feeds = {
        row.feed_id: row for row in connection.execute(select(FEED).where(FEED.c.feed_id.in_(ids)))
    }
    return [_entry_row(row, feeds[row.feed_id]) for row in rows]


def _is_due(now: datetime) -> Any:
    free = or_(ENTRY.c.lease_until.is_(None), ENTRY.c.lease_until <= now)
    return and_(ENTRY.c.state.in_(WAITING), ENTRY.c.not_before <= now, free)


def _due_keys(
    connection: Connection,
    now: datetime,
    limit: int,
    first: Collection[str],
    mine: Callable[[str], bool] | None,
) -> list[str]:
    turn = [case((ENTRY.c.feed_id.in_(list(first)), 0), else_=1)] if first else []
    order = [ENTRY.c.silent, *turn, ENTRY.c.changed_at, ENTRY.c.published, ENTRY.c.entry_key]
    query = select(ENTRY.c.entry_key, ENTRY.c.link).where(_is_due(now)).order_by(*order)
    if mine is None:
        return [row.entry_key for row in connection.execute(query.limit(limit))]
    rows = connection.execute(query.limit(limit * MOST_SHARES))
    return [row.entry_key for row in rows if mine(row.link or "")][:limit]


def waiting_count(connection: Connection, now: datetime) -> int:
    """How many entries wait for their page to be read."""
    query = select(func.count()).select_from(ENTRY).where(_is_due(now))
    return int(connection.execute(query).scalar_one())


def mark_entry(
    connection: Connection,
    entry_key: str,
    state: Literal["read", "again", "refused", "failed", "skipped"],
    reason: str = "",
    not_before: datetime | None = None,
) -> None:
    """Say how far an entry has come, and why; give it back.

    `again` is tried once more from `not_before` on, and counts an attempt; the others are final.
    """
    values: dict[Any, Any] = {"state": state, "reason": reason, "lease_until": None}
    if state == "again":
        values["attempts"] = ENTRY.c.attempts + 1
    if not_before is not None:
        values["not_before"] = not_before
    connection.execute(update(ENTRY).where(ENTRY.c.entry_key == entry_key).values(values))


# ── Rows and records ──────────────────────────────────────────────────────────────────────────


def _fields(one: Sorted) -> dict[str, Any]:
    entry = one.entry
    return {
        "guid": entry.entry_id,
        "guid_hash": digest(entry.entry_id),
        "url_key": one.url_key,
        "url_hash": digest(one.url_key) if one.url_key else None,
        "content_hash": one.content_hash,
        "link": entry.link,
        "title": entry.title,
        "summary": entry.summary,
        "content": entry.content,
        "authors": json.dumps(entry.authors, ensure_ascii=False),
        "language": entry.language,
        "published": entry.published,
        "updated": entry.updated,
    }


def _new_row(feed_id: str, one: Sorted, now: datetime, *, silent: bool) -> dict[str, Any]:
    return _fields(one) | {
        "entry_key": one.entry_key,
        "feed_id": feed_id,
        "repeated_guid": one.repeated_guid,
        "versions": 1,
        "first_seen": now,
        "changed_at": now,
        "silent": silent,
        "state": "new",
        "reason": one.news.value,
        "not_before": now,
        "attempts": 0,
    }


def _version(row: dict[str, Any], number: int, now: datetime) -> dict[str, Any]:
    return {
        "entry_key": row["entry_key"],
        "version": number,
        "content_hash": row["content_hash"],
        "title": row["title"],
        "seen_at": now,
    }


def _entry_row(row: Any, feed: Any) -> EntryRow:
    authors = tuple(json.loads(row.authors))
    return EntryRow(
        entry_key=row.entry_key,
        entry=Entry(
            entry_id=row.guid,
            link=row.link,
            title=row.title,
            published=row.published,
            updated=row.updated,
            author=", ".join(authors) or None,
            authors=authors,
            summary=row.summary,
            content=row.content,
            language=row.language,
        ),
        title=plain_line(row.title),
        feed_id=row.feed_id,
        feed_url=feed.written_url,
        publisher=feed.publisher,
        language=feed.language,
        groups=tuple(json.loads(feed.groups)),
        full_text="feed" if feed.full_text == "feed" else "page",
        login=feed.login,
        silent=row.silent,
        arrived=row.changed_at,
        version=row.versions,
        attempts=row.attempts,
    )
