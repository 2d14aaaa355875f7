"""Where is it kept which lines a host prints again and again? Here: hashes only, no words."""

from collections.abc import Iterable, Sequence
from typing import Final

from sqlalchemy import Column, Connection, Index, Integer, String, Table, Text, delete, select

from wirewatch.articles.repeated import DAYS_KEPT, Sighting
from wirewatch.store.metadata import METADATA
from wirewatch.store.told_sql import add

HOST_LINE: Final = Table(
    "host_line",
    METADATA,
    Column("host_hash", String(20), primary_key=True),
    Column("line_hash", String(20), primary_key=True),
    Column("article_hash", String(20), primary_key=True),
    Column("day", Integer, nullable=False),
    Column("words", Text, nullable=False),
    Index("ix_host_line_day", "day"),
)


def sightings(
    connection: Connection, host_hash: str, line_hashes: Iterable[str], since_day: int
) -> list[Sighting]:
    """Where these lines stood on that host since then."""
    query = select(HOST_LINE).where(
        HOST_LINE.c.host_hash == host_hash,
        HOST_LINE.c.line_hash.in_(list(line_hashes)),
        HOST_LINE.c.day >= since_day,
    )
    return [
        Sighting(
            host=row.host_hash,
            line=row.line_hash,
            article=row.article_hash,
            day=row.day,
            title_words=frozenset(row.words.split()),
        )
        for row in connection.execute(query)
    ]


def save_sightings(connection: Connection, seen: Sequence[Sighting]) -> None:
    """Keep where these lines stood; the same line of the same article counts once."""
    rows = [
        {
            "host_hash": one.host,
            "line_hash": one.line,
            "article_hash": one.article,
            "day": one.day,
            "words": " ".join(sorted(one.title_words)),
        }
        for one in seen
    ]
    if rows:
        add(connection, HOST_LINE, rows)


def forget_lines(connection: Connection, today: int) -> None:
    """Delete what is too old to count."""
    connection.execute(delete(HOST_LINE).where(HOST_LINE.c.day < today - DAYS_KEPT))


def forget_article(connection: Connection, article_hash: str) -> None:
    """Delete what was learnt from one article."""
    connection.execute(delete(HOST_LINE).where(HOST_LINE.c.article_hash == article_hash))
