"""What each site's robots.txt said, and until when that is believed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Column, Connection, String, Table, Text, delete, insert, select

from wirewatch.store.metadata import METADATA, UTCTime

_AT_ONCE: Final = 500

ROBOTS: Final = Table(
    "robots",
    METADATA,
    Column("origin", String(300), primary_key=True),
    Column("answer", String(10), nullable=False),
    Column("text", Text, nullable=False),
    Column("until", UTCTime, nullable=False),
)


@dataclass(frozen=True, slots=True)
class RobotsRow:
    """A site's answer: `rules` with their text, `all` (it has none), or `wait` (it failed)."""

    origin: str
    answer: str
    text: str
    until: datetime


def known_robots(
    connection: Connection, origins: Iterable[str], now: datetime
) -> dict[str, RobotsRow]:
    """What is still believed of these origins (`https://host:port`)."""
    wanted = list(dict.fromkeys(origins))
    found: dict[str, RobotsRow] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        query = select(ROBOTS).where(
            ROBOTS.c.origin.in_(wanted[start : start + _AT_ONCE]), ROBOTS.c.until > now
        )
        for row in connection.execute(query):
            found[row.origin] = RobotsRow(row.origin, row.answer, row.text, row.until)
    return found


def save_robots(connection: Connection, rows: Iterable[RobotsRow]) -> None:
    """Keep these answers in place of older ones."""
    for row in rows:
        connection.execute(delete(ROBOTS).where(ROBOTS.c.origin == row.origin))
        connection.execute(
            insert(ROBOTS),
            {"origin": row.origin, "answer": row.answer, "text": row.text, "until": row.until},
        )
