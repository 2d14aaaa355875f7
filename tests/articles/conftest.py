"""A newspaper of our own for each test that wants one."""

from collections.abc import Iterator

import pytest
from made import Newspaper


@pytest.fixture
def paper() -> Iterator[Newspaper]:
    with Newspaper() as running:
        yield running
