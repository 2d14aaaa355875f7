"""How a new step of the schema is written: `make migration`."""

import sys
import tempfile
from pathlib import Path

from sqlalchemy import Connection

from wirewatch.store import open_store
from wirewatch.store.schema import all_tables
from wirewatch.store.upgrade import head, upgrade, with_alembic


def write_step(connection: Connection, message: str) -> Path:
    """Write the step that takes this database to what the tables in code say now; its file."""
    number = f"{int(head()) + 1:04}"
    step = with_alembic(
        connection,
        lambda command, config: command.revision(
            config, message=message, autogenerate=True, rev_id=number
        ),
    )
    path = Path(step.path)
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if "# ###" not in line), encoding="utf-8")
    return path


def main(message: str) -> None:
    """Write the step from what the steps make so far to what the tables in code say."""
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{folder}/draft.sqlite", migrate=False)
        upgrade(store)
        all_tables()
        with store.begin() as connection:
            write_step(connection, message)
        store.close()


if __name__ == "__main__":
    main(sys.argv[1])
