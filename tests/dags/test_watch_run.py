"""The main job in real Airflow, against a publisher on loopback: from a feed to an alert, once."""

import shutil
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from demo.wire import Publisher

ROOT = Path(__file__).resolve().parents[2]
UNTIL_DUE = 4.6  # an `every: 1s` is stretched to four seconds for a feed that brings little

pytestmark = [pytest.mark.airflow, pytest.mark.timeout(400)]


@pytest.fixture
def between_steps() -> timedelta:
    """How long the story stands still before it goes on."""
    return timedelta(0)


@pytest.fixture
def publisher(tmp_path: Path, between_steps: timedelta) -> Iterator[Publisher]:
    with Publisher("127.0.0.1", 0, tmp_path / "story", between_steps) as serving:
        threading.Thread(target=serving.serve_forever, daemon=True).start()
        yield serving
        serving.shutdown()


@pytest.fixture
def desk(publisher: Publisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A desk that reads the demo wire with the demo's rule; the address of its store."""
    shipped, watch = ROOT / "include/watch", tmp_path / "watch"
    for kind in ("feeds", "vocabulary", "rules"):
        (watch / kind).mkdir(parents=True)
        shutil.copy(shipped / kind / "demo.yaml", watch / kind)
    feeds = (watch / "feeds/demo.yaml").read_text()
    (watch / "feeds/demo.yaml").write_text(feeds.replace("http://127.0.0.1:8655", publisher.base))
    store = f"sqlite:///{tmp_path}/store.sqlite"
    settings = {
        "WIREWATCH_WATCH": str(watch),
        "WIREWATCH_STORE": store,
        "WIREWATCH_ARCHIVE": f"file://{tmp_path}/pages",
        "WIREWATCH_ALLOW": publisher.base.removeprefix("http://"),
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    return store


@pytest.fixture(scope="module")
def airflow_database() -> None:
    from airflow.utils.db import initdb

    initdb()


def run_watch(when: datetime) -> str:
    from airflow.dag_processing.dagbag import DagBag

    bag = DagBag(dag_folder=str(ROOT / "dags/watch.py"), safe_mode=False)
    return str(bag.dags["watch"].test(logical_date=when).state)


def told(store: str) -> list[tuple[str, str, int]]:
    """Every alert so far: its kind, its headline, how often it was posted."""
    from wirewatch.store import open_store, outbox

    opened = open_store(store)
    with opened.read() as connection:
        found = outbox.newest(connection, 100)
    opened.close()
    return [
        (alert.kind, alert.headline, sum(row.posted_at is not None for row in rows))
        for alert, rows in reversed(found)
    ]


def test_the_story_is_told_once_and_then_only_what_is_new(
    desk: str, airflow_database: None
) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    seen = []
    for minute in range(6):
        assert run_watch(start + timedelta(minutes=minute)) == "success"
        seen.append(told(desk))
        time.sleep(UNTIL_DUE)
    silent, first, *_, before_last, last = seen
    assert silent == []  # what stood in the feeds before was not news
    assert [kind for kind, _, _ in first] == ["alert"]
    assert "Karsund" in first[0][1]
    assert [kind for kind, _, _ in last].count("alert") == 1
    assert [kind for kind, _, _ in last].count("update") >= 1
    assert last == before_last  # the background piece adds nothing
    assert {posted for _, _, posted in last} == {1}


@pytest.mark.parametrize("between_steps", [timedelta(days=1)])
def test_a_run_that_is_run_again_sends_nothing_again(desk: str, airflow_database: None) -> None:
    start = datetime(2026, 2, 1, tzinfo=UTC)
    run_watch(start)
    time.sleep(UNTIL_DUE)
    run_watch(start + timedelta(minutes=1))
    before = told(desk)
    assert len(before) == 1
    assert run_watch(start + timedelta(minutes=1)) == "success"
    assert told(desk) == before


def test_a_desk_with_many_workers_shares_its_work_and_tells_the_same(
    desk: str, airflow_database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from wirewatch.store import open_store
    from wirewatch.store.runs import note_step, recent

    monkeypatch.setenv("WIREWATCH_AT_ONCE", "4")
    start = datetime(2026, 3, 1, tzinfo=UTC)
    with open_store(desk) as store, store.begin() as connection:
        dear = {"feeds_asked": 100, "handled": 100, "seconds": 600.0}  # two tasks' work
        for step in ("poll", "read"):
            note_step(connection, "before", step, dear, start)
    for minute in range(2):
        assert run_watch(start + timedelta(minutes=minute)) == "success"
        time.sleep(UNTIL_DUE * (1 - minute))
    alerts = told(desk)
    assert [kind for kind, _, _ in alerts].count("alert") == 1
    assert {posted for _, _, posted in alerts} == {1}
    with open_store(desk) as store, store.read() as connection:
        notes = recent(connection, "poll", 100)
    helped = [note for note in notes if note.get("fed")]
    assert len(notes) > 1 + 2, "each run noted its helpers' polls beside its own"
    assert helped
