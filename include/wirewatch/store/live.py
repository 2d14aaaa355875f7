"""What is live of the editors' folder, as it was worked out after its last change."""

from sqlalchemy import Column, Connection, String, Table, Text, delete, insert, select

from wirewatch.store.metadata import METADATA

# One row, for the version that was read last.
LIVE_WATCH = Table(
    "live_watch",
    METADATA,
    Column("version", String(40), primary_key=True),
    Column("record", Text, nullable=False),
)


def live(connection: Connection, version: str) -> str | None:
    """What was kept for that version of the folder; None if another one was read last."""
    table = LIVE_WATCH
    query = select(table.c.record).where(table.c.version == version)
    found: str | None = connection.execute(query).scalar()
    return found


def keep_live(connection: Connection, version: str, record: str) -> None:
    """Keep it in place of what was live before. The caller holds the pen."""
    connection.execute(delete(LIVE_WATCH))
    connection.execute(insert(LIVE_WATCH).values(version=version, record=record))
