"""A worktable on an empty store, with a strict Slack beside it."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from fake_slack import FakeSlack
from sqlalchemy import create_engine, make_url, text
from worktable import Table, Time

from wirewatch.store import Store, open_store
from wirewatch.store.feedback import FEEDBACK
from wirewatch.store.outbox_tables import AILING, ALERT, CHANNEL, DELIVERY, PAUSE, TOLD_BY_RULE


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Table]:
    """Everything that two workers need."""
    time = Time()
    store = open_store(f"sqlite:///{tmp_path}/outbox.sqlite")
    with FakeSlack(time.stamp) as slack:
        slack.hang = 0.15
        yield Table(store, slack, time)
    store.close()


@pytest.fixture(scope="session")
def one_postgres(postgres_url: str) -> Iterator[Store]:
    """One database for many tests; `either_table` empties it for each."""
    name = f"delivery_{os.getpid()}"
    url = make_url(postgres_url)
    admin = create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    with open_store(url.set(database=name).render_as_string(hide_password=False)) as store:
        yield store
    with admin.connect() as connection:
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    admin.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def either_table(request: pytest.FixtureRequest) -> Iterator[Table]:
    """The worktable, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        yield request.getfixturevalue("table")
        return
    store: Store = request.getfixturevalue("one_postgres")
    with store.begin() as connection:
        for each in (AILING, ALERT, CHANNEL, DELIVERY, FEEDBACK, PAUSE, TOLD_BY_RULE):
            connection.execute(each.delete())
    time = Time()
    with FakeSlack(time.stamp) as slack:
        slack.hang = 0.15
        yield Table(store, slack, time)
