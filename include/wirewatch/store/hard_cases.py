"""What could not be judged: how often it was tried, and what was set aside after that.

An article that is set aside waits for nobody: it is tried again when somebody asks, when its page
changes, or after an upgrade.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from importlib import metadata
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Integer,
    Select,
    String,
    Table,
    Text,
    delete,
    insert,
    or_,
    select,
    update,
)

from wirewatch.store.article_tables import ARTICLE
from wirewatch.store.metadata import METADATA, UTCTime

MOST_TRIES: Final = 5
# Tries that follow one another at once are one: what stood in the way may need a moment to go.
BETWEEN_TRIES: Final = timedelta(seconds=20)

HARD_CASE = Table(
    "hard_case",
    METADATA,
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("article_id", String(200), nullable=False),
    Column("url", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("last_try", UTCTime, nullable=False),
    Column("set_aside_at", UTCTime),
    Column("program", String(40), nullable=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HardCase:
    """An article that could not be judged, and why. `set_aside_at` is None while it is tried."""

    sequence: int
    article_id: str
    url: str
    reason: str
    tries: int
    last_try: datetime
    set_aside_at: datetime | None


@lru_cache(maxsize=1)
def program() -> str:
    """The version of the program that judges: another one tries again what this one set aside."""
    return metadata.version("wirewatch")


def aside() -> Select[Any]:
    """The places in the queue that are passed over by this version of the program."""
    return select(HARD_CASE.c.sequence).where(
        HARD_CASE.c.set_aside_at.is_not(None), HARD_CASE.c.program == program()
    )


def failed(
    connection: Connection,
    sequence: int,
    article_id: str,
    url: str,
    reason: str,
    now: datetime,
) -> bool:
    """Count a failed try; True if this was the last one and the article is set aside now."""
    before = connection.execute(
        select(HARD_CASE).where(HARD_CASE.c.sequence == sequence)
    ).one_or_none()
    if before is None or before.program != program():
        forget(connection, sequence)
        row = {"sequence": sequence, "article_id": article_id, "url": url, "tries": 1}
        row |= {"reason": reason, "last_try": now, "program": program()}
        connection.execute(insert(HARD_CASE), row)
        return False
    if now - before.last_try < BETWEEN_TRIES:
        return False
    is_last = bool(before.tries + 1 >= MOST_TRIES)
    values = {"reason": reason, "tries": before.tries + 1, "last_try": now}
    values["set_aside_at"] = now if is_last else None
    connection.execute(update(HARD_CASE).where(HARD_CASE.c.sequence == sequence).values(values))
    return is_last


def known(connection: Connection, sequences: Iterable[int]) -> dict[int, str]:
    """Which of these have failed before, with their addresses."""
    rows = connection.execute(
        select(HARD_CASE.c.sequence, HARD_CASE.c.url).where(
            HARD_CASE.c.sequence.in_(list(sequences))
        )
    )
    return {row.sequence: row.url for row in rows}


def forget(connection: Connection, sequence: int) -> None:
    """It was judged, or its page has a newer version."""
    connection.execute(delete(HARD_CASE).where(HARD_CASE.c.sequence == sequence))


def cases(connection: Connection) -> list[HardCase]:
    """All that still wait, the newest first."""
    waits = select(ARTICLE.c.sequence).where(ARTICLE.c.judged_at.is_(None))
    query = select(HARD_CASE).where(HARD_CASE.c.sequence.in_(waits))
    rows = connection.execute(query.order_by(HARD_CASE.c.last_try.desc()))
    return [
        HardCase(
            sequence=row.sequence,
            article_id=row.article_id,
            url=row.url,
            reason=row.reason,
            tries=row.tries,
            last_try=row.last_try,
            set_aside_at=row.set_aside_at,
        )
        for row in rows
    ]


def retry(connection: Connection, what: str) -> int:
    """Try again what is set aside: an address, an article's id, or `all`. How many there were."""
    which = or_(HARD_CASE.c.url == what, HARD_CASE.c.article_id == what)
    query = delete(HARD_CASE) if what == "all" else delete(HARD_CASE).where(which)
    return int(connection.execute(query).rowcount)
