"""A misbehaving server for each test that wants one."""

from collections.abc import Iterator

import pytest
from misbehaving import Server


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        yield running
