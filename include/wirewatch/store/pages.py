"""Where is it kept what became of each page that was asked for? Here: one line a try."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    Integer,
    String,
    Table,
    Text,
    delete,
    insert,
    or_,
    select,
)

from wirewatch.articles.canonical import url_key
from wirewatch.store.metadata import METADATA, UTCTime
from wirewatch.text import digest

_AT_ONCE: Final = 500  # as many values as every SQLite takes in one statement

PAGE: Final = Table(
    "page",
    METADATA,
    Column("page_id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("url_hash", String(40), nullable=False),
    Column("url", Text, nullable=False),
    Column("at", UTCTime, nullable=False),
    Column("outcome", String(40), nullable=False),
    Column("status", Integer),
    Column("reason", Text, nullable=False),
    Column("bytes", Integer, nullable=False),
    Column("archived", Text),
    Column("canonical", Text),
    # the link that led there, where it is another address
    Column("asked_hash", String(40)),
    Index("ix_page_url_hash_at", "url_hash", "at"),
    Index("ix_page_at", "at"),
    Index("ix_page_asked_hash", "asked_hash"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageNote:
    """What came of one try: `outcome` is a word (read, refused, again …), `reason` says more.

    `archived` is the page's name in the archive, `canonical` another address that the page names,
    `asked` the link that led there.
    """

    url: str
    at: datetime
    outcome: str
    status: int | None = None
    reason: str = ""
    size: int = 0
    archived: str | None = None
    canonical: str | None = None
    asked: str | None = None


def save_page(connection: Connection, note: PageNote) -> None:
    """Keep the note."""
    connection.execute(
        insert(PAGE),
        {
            "url_hash": _hash(note.url),
            "url": note.url,
            "at": note.at,
            "outcome": note.outcome,
            "status": note.status,
            "reason": note.reason,
            "bytes": note.size,
            "archived": note.archived,
            "canonical": note.canonical,
            "asked_hash": _other_hash(note),
        },
    )


def where_links_led(connection: Connection, links: Iterable[str]) -> dict[str, str]:
    """Link → the page to which it led before, for those that lead to another address."""
    by_hash = {_hash(link): link for link in links}
    hashes = list(by_hash)
    found: dict[str, str] = {}
    for start in range(0, len(hashes), _AT_ONCE):
        query = select(PAGE.c.asked_hash, PAGE.c.url).where(
            PAGE.c.asked_hash.in_(hashes[start : start + _AT_ONCE])
        )
        for row in connection.execute(query.order_by(PAGE.c.page_id)):
            found[by_hash[row.asked_hash]] = row.url
    return found


def page_log(connection: Connection, url: str, limit: int = 20) -> list[PageNote]:
    """What came of the last tries for an address, newest first."""
    query = (
        select(PAGE)
        .where(PAGE.c.url_hash == _hash(url))
        .order_by(PAGE.c.page_id.desc())
        .limit(limit)
    )
    return [
        PageNote(
            url=row.url,
            at=row.at,
            outcome=row.outcome,
            status=row.status,
            reason=row.reason,
            size=row.bytes,
            archived=row.archived,
            canonical=row.canonical,
        )
        for row in connection.execute(query)
    ]


def link_hashes(connection: Connection, url: str) -> list[str]:
    """The hashes of the links that led to an address."""
    query = select(PAGE.c.asked_hash).where(
        PAGE.c.url_hash == _hash(url), PAGE.c.asked_hash.is_not(None)
    )
    return list(dict.fromkeys(connection.execute(query).scalars()))


def forget_pages(connection: Connection, url: str) -> int:
    """Delete all notes on an address, and on the links that led there; how many there were."""
    gone = connection.execute(
        delete(PAGE).where(or_(PAGE.c.url_hash == _hash(url), PAGE.c.asked_hash == _hash(url)))
    )
    return int(gone.rowcount)


def _other_hash(note: PageNote) -> str | None:
    """The link's hash, if it is not the page's own."""
    hashed = _hash(note.asked) if note.asked else None
    return hashed if hashed != _hash(note.url) else None


def _hash(url: str) -> str:
    return digest(url_key(url))
