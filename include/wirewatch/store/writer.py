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
