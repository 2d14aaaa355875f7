"""How an older database comes up to date, and how a new step is written: `make migration`.

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
    _run(connection, lambda command, config: command.upgrade(config, step))


def stands_at(connection: Connection) -> str | None:
    """The number of the last step that this database took, or None if it has none of ours."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def write_step(connection: Connection, message: str) -> Path:
    """Write the step that takes this database to what the tables in code say now; its file."""
    number = f"{int(head()) + 1:04}"
    step = _run(
        connection,
        lambda command, config: command.revision(
            config, message=message, autogenerate=True, rev_id=number
        ),
    )
    path = Path(step.path)
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if "# ###" not in line), encoding="utf-8")
    return path


def _run(connection: Connection, what: Callable[[Any, Any], Any]) -> Any:
    from alembic import command
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(STEPS).replace("%", "%%"))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    return what(command, config)


def main(message: str) -> None:
    """Write the step from what the steps make so far to what the tables in code say."""
    import tempfile

    from wirewatch.store import open_store
    from wirewatch.store.schema import all_tables

    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{folder}/draft.sqlite", migrate=False)
        upgrade(store)
        all_tables()
        with store.begin() as connection:
            write_step(connection, message)
        store.close()


if __name__ == "__main__":
    import sys

    main(sys.argv[1])
