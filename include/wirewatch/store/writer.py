"""One writer at a time: whoever judges holds the pen until the transaction ends."""

from sqlalchemy import Connection, text

# Any number will do, as long as nothing else in this database takes the same.
_PEN = 7_205_759_403


# A writer that is stopped but not dead, or whose machine is gone, loses the pen after this.
_SILENT_FOR = "60s"


def hold_the_pen(connection: Connection) -> None:
    """Wait for the pen. It is laid down when the transaction ends, also when its process dies.

    On SQLite a transaction of ours is the only writer from its beginning.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SET LOCAL idle_in_transaction_session_timeout = '{_SILENT_FOR}'"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:pen)"), {"pen": _PEN})


# Between two of its statements a writer thinks; on a machine that is very busy, for seconds.
_THINKS = "10s"
_WHO_WRITES = text(
    "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid)"
    " WHERE locktype = 'advisory' AND granted AND classid::bigint = :high AND objid::bigint = :low"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    " AND state_change > clock_timestamp() - CAST(:thinks AS interval)"
)


def somebody_writes(connection: Connection) -> bool:
    """Whether the pen is held by one who did something lately: slow, perhaps, but not lost.

    False on SQLite, where nobody can be asked.
    """
    if connection.dialect.name != "postgresql":
        return False
    high, low = divmod(_PEN, 1 << 32)
    asked = {"high": high, "low": low, "thinks": _THINKS}
    return bool(connection.execute(_WHO_WRITES, asked).scalar())
