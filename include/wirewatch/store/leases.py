"""Who works on a row just now: a lease, renewed while the work goes on.

The holder writes into `lease_until` until when the row is his, and writes a later time before that
one comes. He knows the row by the times that he has written: one that holds another time, or none,
is not his any more. So a lease is short, whatever a batch takes, and a dead holder's soon ends.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Column, Connection, select, update

LEASE: Final = timedelta(seconds=90)
RENEWED_EACH: Final = LEASE / 4  # a machine that is busy, or a database away, may miss two
_AT_ONCE: Final = 400  # as many values as every SQLite takes in one statement, with the times


def is_held(
    connection: Connection, key: Column[str], value: str, times: Collection[datetime | None]
) -> bool:
    """Whether the row still holds one of its holder's times; nobody else changes it meanwhile."""
    until = key.table.c.lease_until
    query = select(until).where(key == value).with_for_update()
    return connection.execute(query).scalar_one_or_none() in times


def renew(
    connection: Connection, key: Column[str], keys: Sequence[str], times: Sequence[datetime]
) -> None:
    """Write the last of the holder's times into those of the rows that are his."""
    _write(connection, key, keys, times, times[-1])


def give_back(
    connection: Connection, key: Column[str], keys: Sequence[str], times: Sequence[datetime]
) -> None:
    """Free those of the rows that are his."""
    _write(connection, key, keys, times, None)


def _write(
    connection: Connection,
    key: Column[str],
    keys: Sequence[str],
    times: Sequence[datetime],
    value: datetime | None,
) -> None:
    until: Any = key.table.c.lease_until
    for part in _parts(keys):
        his = key.in_(part), until.in_(times)
        connection.execute(update(key.table).where(*his).values({until: value}))


def _parts(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(keys), _AT_ONCE):
        yield keys[start : start + _AT_ONCE]
