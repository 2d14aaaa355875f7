"""Backtests in the background: seen and stopped from any process, a draft beside what is saved."""

import shutil
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.pages.filled import ROOT, fill

from wirewatch.desk import backtest_jobs
from wirewatch.desk.backtest_jobs import TooMany, result_of
from wirewatch.desk.settings import Settings
from wirewatch.store import Store, backtests, open_store
from wirewatch.store.backtests import Job

FILE = "rules/shipping.yaml"


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("jobs") / "filled.sqlite"
    with open_store(f"sqlite:///{path}") as store:
        fill(store)
    return path


@pytest.fixture
def settings(filled: Path, tmp_path: Path) -> Settings:
    for part in filled.parent.glob("filled.sqlite*"):
        shutil.copy(part, tmp_path / part.name)
    watch = Path(shutil.copytree(ROOT / "include/watch", tmp_path / "watch"))
    return Settings(watch=watch, store=f"sqlite:///{tmp_path}/filled.sqlite", archive="memory://")


@pytest.fixture
def here(settings: Settings) -> Iterator[Store]:
    with open_store(settings.store, migrate=False) as store:
        yield store


def ended(store: Store, job_id: str) -> Job:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with store.read() as connection:
            job = backtests.get(connection, job_id)
        assert job
        if job.state not in backtests.OPEN:
            return job
        time.sleep(0.1)
    raise AssertionError("it never ended")


def test_a_draft_is_tried_in_a_process_of_its_own_and_the_difference_is_told(
    settings: Settings, here: Store
) -> None:
    text = (settings.watch / FILE).read_text(encoding="utf-8")
    # The first rule now wants freighters only, and there is a new one.
    draft = text.replace("tanker* OR container* OR freighter* OR vessel*", "freighter*")
    draft += "  - {watch: Rafah too, when: {about: rafah}, send: {to: business-desk}}\n"

    job_id = backtest_jobs.begin(here, settings, who="ana", days=7, file=FILE, draft=draft)
    job = ended(here, job_id)

    assert (job.state, job.who) == ("done", "ana")
    result = result_of(job)
    assert result
    assert result.saved
    more, fewer = {a.rule_id for a in result.more}, {a.rule_id for a in result.fewer}
    assert more == {"rafah-too"}
    assert fewer == {"red-sea-shipping"}
    assert result.more_count - result.fewer_count == len(result.alerts) - sum(
        result.saved[kind] for kind in ("alerts", "updates")
    )
    assert {a.rule_id for a in result.alerts} >= {"ships-hit-by-the-houthis", "rafah-too"}
    assert sum(own for _, own, _ in result.days) == len(result.alerts)


def test_rules_as_saved_give_what_they_sent(settings: Settings, here: Store) -> None:
    job_id = backtest_jobs.begin(here, settings, who="ana", days=7, rule_id="earthquakes")
    result = result_of(ended(here, job_id))
    assert result
    assert [a.rule_id for a in result.alerts] == ["earthquakes"]
    assert result.saved is None


def waiting(store: Store, job_id: str = "one", **more: object) -> Job:
    now = datetime.now(UTC)
    values: dict[str, object] = {
        "job_id": job_id, "who": "ana", "began_at": now, "beat_at": now, "state": "waiting",
        "stop": False, "days": 7, "rule_id": "", "file": "", "draft": None, "done": 0, "of": 0,
        "result": None, **more,
    }  # fmt: skip
    job = Job(**values)  # type: ignore[arg-type]
    with store.begin() as connection:
        backtests.begin(connection, job)
    return job


def test_one_that_is_stopped_from_elsewhere_keeps_what_it_found(
    settings: Settings, here: Store
) -> None:
    waiting(here)
    with open_store(settings.store, migrate=False) as other, other.begin() as connection:
        assert backtests.stop(connection, "one")

    backtest_jobs.run(here, settings, "one")

    job = ended(here, "one")
    assert job.state == "stopped"
    assert result_of(job)
    with here.begin() as connection:
        assert not backtests.stop(connection, "one"), "it is over"


def test_one_that_breaks_says_so(settings: Settings, here: Store) -> None:
    waiting(here, rule_id="nobody-knows-it")
    backtest_jobs.run(here, settings, "one")
    assert ended(here, "one").state == "done"  # no such rule any more: it sends nothing
    waiting(here, "two", days=10**9)
    backtest_jobs.run(here, settings, "two")
    job = ended(here, "two")
    assert job.state == "failed"
    result = result_of(job)
    assert result
    assert "OverflowError" in result.error


def test_two_at_once_are_enough_and_one_whose_process_died_takes_no_place(
    settings: Settings, here: Store
) -> None:
    waiting(here, "one")
    waiting(here, "two")
    with pytest.raises(TooMany):
        backtest_jobs.begin(here, settings, who="ben", days=1)
    long_ago = datetime.now(UTC) - timedelta(minutes=5)
    waiting(here, "dead", beat_at=long_ago)
    with here.read() as connection:
        dead = backtests.get(connection, "dead")
        assert dead
        assert dead.is_lost(datetime.now(UTC))
        assert backtests.running(connection, datetime.now(UTC)) == 2


def test_old_ones_are_forgotten_on_every_database(store: Store) -> None:
    waiting(store, "old", began_at=datetime.now(UTC) - timedelta(days=8))
    waiting(store, "new")
    with store.read() as connection:
        assert [job.job_id for job in backtests.latest(connection)] == ["new"]
    with store.begin() as connection:
        assert backtests.step(connection, "new", 3, 9, datetime.now(UTC))
        assert backtests.stop(connection, "new")
        assert not backtests.step(connection, "new", 4, 9, datetime.now(UTC))
        backtests.end(connection, "new", "stopped", None, datetime.now(UTC))
        job = backtests.get(connection, "new")
    assert job
    assert (job.state, job.done, job.of) == ("stopped", 4, 9)
