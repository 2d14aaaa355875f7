"""A worktable on an empty SQLite store, with a strict Slack beside it."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from fake_slack import FakeSlack
from worktable import Table, Time

from wirewatch.store import open_store


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Table]:
    """Everything that two workers need."""
    time = Time()
    store = open_store(f"sqlite:///{tmp_path}/outbox.sqlite")
    with FakeSlack(time.stamp) as slack:
        slack.hang = 0.15
        yield Table(store, slack, time)
    store.close()
