"""A misbehaving server, and a store in memory, for each test that wants one."""

from collections.abc import Iterator

import pytest
from misbehaving import Server

from wirewatch.store import Store, open_store


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


@pytest.fixture
def memory() -> Iterator[Store]:
    with open_store() as opened:
        yield opened
