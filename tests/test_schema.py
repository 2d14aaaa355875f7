"""The schema: its steps make the tables of the code, on both databases, whoever starts first."""

import threading
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

from wirewatch.store import Store, open_store, upgrade
from wirewatch.store.schema import all_tables, bring_up_to_date
from wirewatch.store.search import is_compared

# A step that warns does something that its database does not know. What earlier tests left open
# may be collected here, whose it is not.
pytestmark = pytest.mark.filterwarnings(
    "error", "ignore::ResourceWarning", "ignore:XDG_RUNTIME_DIR"
)


def test_the_steps_make_what_the_code_says(store: Store) -> None:
    with store.read() as connection:
        assert upgrade.stands_at(connection) == upgrade.head()
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_name": is_compared}
        )
        assert compare_metadata(context, all_tables()) == []


def test_a_store_that_is_up_to_date_is_left_alone(store: Store) -> None:
    with store.begin() as connection:
        connection.execute(text("CREATE TABLE of_somebody_else (a INTEGER)"))
    bring_up_to_date(store)
    with store.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM of_somebody_else")).scalar() == 0


def test_many_workers_may_start_at_once(store: Store, tmp_path: Path) -> None:
    names = [f"DROP TABLE {table.name}" for table in reversed(all_tables().sorted_tables)]
    with store.begin() as connection:
        for statement in [*names, "DROP TABLE alembic_version"]:
            connection.execute(text(statement))
    failed: list[BaseException] = []

    def start() -> None:
        url = store.engine.url.render_as_string(hide_password=False)
        try:
            open_store(url).close()
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    with store.read() as connection:
        assert upgrade.stands_at(connection) == upgrade.head()


def test_a_store_of_a_newer_wirewatch_is_refused_in_plain_words(store: Store) -> None:
    with store.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(ValueError, match="newer Wirewatch"):
        upgrade.upgrade(store)
