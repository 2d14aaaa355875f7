"""That the store was put back from a backup, and until when deliveries look before they post."""

from datetime import datetime

from sqlalchemy import Column, Connection, Integer, Table, bindparam, delete, insert, select

from wirewatch.store.metadata import METADATA, UTCTime

RESTORED = Table(
    "restored",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("since", UTCTime, nullable=False),
    Column("until", UTCTime, nullable=False),
)


def note(connection: Connection, since: datetime, until: datetime) -> None:
    """The store is that of `since`; until `until`, what is owed may stand in its channel."""
    connection.execute(delete(RESTORED))
    connection.execute(insert(RESTORED), {"since": since, "until": until})


_SINCE = select(RESTORED.c.since).where(RESTORED.c.until > bindparam("now", type_=UTCTime))


def looks_back_to(connection: Connection, now: datetime) -> datetime | None:
    """Since when a new delivery may stand in its channel already; None in usual times."""
    found: datetime | None = connection.execute(_SINCE, {"now": now}).scalar()
    return found
