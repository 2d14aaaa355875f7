"""How an older database comes up to date.

Steps stand in `migrations/versions`, numbered in order. All that are missing run in one
transaction, under a lock: of several workers that start at once, one does it and the others wait.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, inspect, text

from wirewatch.store import NoStore, Store, search

STEPS = Path(__file__).parent / "migrations"
# Any number that no other program is likely to lock; it spells "wire".
LOCK = 0x77697265


def head() -> str:
    """The number of the newest step."""
    names = sorted(path.name for path in (STEPS / "versions").glob("[0-9][0-9][0-9][0-9]_*.py"))
    return names[-1][:4] if names else "0000"


def upgrade(store: Store) -> None:
    """Run the steps that this database lacks; nothing if it lacks none.

    Raises NoStore for a database that a newer Wirewatch made.
    """
    with store.read() as connection:
        if stands_at(connection) == head():
            return
    with store.begin() as connection:
        hold(store, connection)
        at = stands_at(connection)
        if at is not None and at > head():
            raise NoStore(
                f"this store was made by a newer Wirewatch (its tables are of step {at}, "
                f"this one knows {head()}): update Wirewatch, or name another WIREWATCH_STORE"
            )
        if at != head():
            climb(connection)
            # Where a step rebuilds a table (SQLite alters by copying), what hangs on it is gone.
            search.fill(connection)


def hold(store: Store, connection: Connection) -> None:
    """Keep others from changing the schema until this transaction ends."""
    if not store.is_sqlite:  # there, the transaction itself keeps others out
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})


def climb(connection: Connection, step: str = "head") -> None:
    """Run the steps up to this one that the database lacks."""
    with_alembic(connection, lambda command, config: command.upgrade(config, step))


def stands_at(connection: Connection) -> str | None:
    """The number of the last step that this database took, or None if it has none of ours."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def with_alembic(connection: Connection, what: Callable[[Any, Any], Any]) -> Any:
    """What Alembic's `command` and our configuration make of this database, in this transaction."""
    from alembic import command
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(STEPS).replace("%", "%%"))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    return what(command, config)
