"""Watch folders and stores that several of these tests look at."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.desk.past_made import PAIR, keep, pair

from wirewatch.desk.watch import Watch, load_watch
from wirewatch.store import open_store


@pytest.fixture
def watch() -> Watch:
    return load_watch(PAIR / "watch")


@pytest.fixture
def filled(tmp_path: Path, watch: Watch, monkeypatch: pytest.MonkeyPatch) -> str:
    url = f"sqlite:///{tmp_path}/w.sqlite"
    with open_store(url) as store:
        keep(store, watch, pair(), datetime.now(UTC) - timedelta(hours=3))
    monkeypatch.setenv("WIREWATCH_STORE", url)
    monkeypatch.setenv("WIREWATCH_WATCH", str(PAIR / "watch"))
    return url
