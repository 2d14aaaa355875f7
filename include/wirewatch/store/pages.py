"""Where is it kept what became of each page that was asked for? Here: one line a try."""

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
    select,
)

from wirewatch.articles.canonical import url_key
from wirewatch.store.metadata import METADATA, UTCTime
from wirewatch.text import digest

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
    Index("ix_page_url_hash_at", "url_hash", "at"),
    Index("ix_page_at", "at"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageNote:
    """What came of one try: `outcome` is a word (read, refused, again …), `reason` says more.

    `archived` is the page's name in the archive, `canonical` another address that the page names.
    """

    url: str
    at: datetime
    outcome: str
    status: int | None = None
    reason: str = ""
    size: int = 0
    archived: str | None = None
    canonical: str | None = None


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
        },
    )


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


def forget_pages(connection: Connection, url: str) -> None:
    """Delete all notes on an address."""
    connection.execute(delete(PAGE).where(PAGE.c.url_hash == _hash(url)))


def _hash(url: str) -> str:
    return digest(url_key(url))
