"""Drills: a whole desk is killed, loses its database, its disk, its clock, its names, and goes on.

Real processes do the steps on a real store; the stand-in for Slack counts what it was told. Each
says how long it took until the news was told. `make drills` runs far more of them.
"""

import ast
import importlib
import inspect
import os
import resource
import signal
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.drills.small_desk import PHASES, SmallDesk, small_desk

from wirewatch.desk.backup import backup, restore
from wirewatch.store import Store, open_store

# Where in a step it is killed: short in CI, `make drills` (DRILLS=long) at every twentieth of it.
PARTS = [n / 20 for n in range(1, 20)] if os.environ.get("DRILLS") == "long" else [0.6, 0.9]
Say = Callable[[str], None]


@pytest.fixture
def desk(store: Store, tmp_path: Path) -> Iterator[SmallDesk]:
    with small_desk(tmp_path, store) as made:
        yield made


def seconds(span: timedelta) -> str:
    return f"{span.total_seconds():.0f} s"


def test_a_pass_killed_in_each_of_its_steps_tells_each_article_once(
    desk: SmallDesk, say: Say
) -> None:
    desk.paper.printed += 1
    many = desk.run().statements
    desk.later(timedelta(minutes=1))
    for phase in PHASES:
        took = []
        for part in PARTS:
            kill_in(desk, phase, part, many)
            took.append(desk.recover(desk.paper.printed))
            desk.later(timedelta(minutes=1))
        longest = seconds(max(took))
        say(f"killed in {phase} at {len(took)} points: told {longest} later, at the most")
    desk.all_told_once()


def kill_in(desk: SmallDesk, phase: str, part: float, many: dict[str, int]) -> None:
    """Print an article, and kill the pass that brings it after this part of a step's statements.

    How many those are depends on how long it waits for its turn: a pass that was not killed says.
    """
    for _ in range(5):
        desk.paper.printed += 1
        ended = desk.run((phase, max(1, int(many[phase] * part))))
        if ended.killed:
            return
        assert not ended.failed, ended.failed
        many[phase] = ended.statements[phase]
        desk.later(timedelta(minutes=1))
    pytest.fail(f"{phase} ended five times before it could be killed")


def test_two_passes_of_the_same_run_at_once_tell_each_article_once(desk: SmallDesk) -> None:
    desk.paper.printed += 2
    for pid in [desk.begin(), desk.begin()]:
        assert os.waitpid(pid, 0)[1] == 0
    desk.recover(2)
    desk.recover(3)
    desk.all_told_once()


def test_names_that_lead_nowhere_for_an_hour_lose_nothing(desk: SmallDesk, say: Say) -> None:
    desk.dns_is_dead = True
    desk.paper.printed += 1
    for _ in range(4):
        desk.run()
        desk.later(timedelta(minutes=15))
    assert not desk.is_told(2)
    desk.dns_is_dead = False
    say(f"names led nowhere: told {seconds(desk.recover(2, timedelta(days=2)))} later")
    desk.all_told_once()


_IN_A_PASS = ("steps", "poll", "polled", "read", "page", "robots", "judge", "retell", "watch")


@pytest.mark.parametrize("name", _IN_A_PASS)
def test_no_step_reads_a_machines_clock_so_that_one_that_jumps_does_no_harm(name: str) -> None:
    code = ast.parse(inspect.getsource(importlib.import_module(f"wirewatch.desk.{name}")))
    calls = {ast.unparse(node.func) for node in ast.walk(code) if isinstance(node, ast.Call)}
    assert not {"datetime.now", "datetime.utcnow", "time.time"} & calls


def test_a_full_disk_under_the_judge_and_under_delivery_loses_nothing(
    desk: SmallDesk, say: Say
) -> None:
    if not desk.store.is_sqlite:
        pytest.skip("a limit on files holds for our process, not for PostgreSQL's")
    for phase in ("judge", "deliver"):
        desk.paper.printed += 1

        def fill(here: str, phase: str = phase) -> None:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            full = (1, resource.RLIM_INFINITY) if here == phase else (resource.RLIM_INFINITY,) * 2
            resource.setrlimit(resource.RLIMIT_FSIZE, full)

        ended = desk.run(before=fill)
        assert list(ended.failed) == [phase], ended.failed
        assert "OperationalError" in ended.failed[phase]
        say(f"disk full in {phase}: told {seconds(desk.recover(desk.paper.printed))} later")
    desk.all_told_once()


@pytest.mark.postgres
def test_a_database_that_restarts_in_each_step_loses_nothing(
    own_postgres: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = own_postgres.get_uri().replace("postgresql://", "postgresql+psycopg2://")
    with open_store(url) as store, small_desk(tmp_path, store) as desk:
        desk.paper.printed += 1
        undisturbed = desk.run().statements
        for phase in PHASES:
            desk.later(timedelta(minutes=1))
            desk.paper.printed += 1

            def restart(done: Path = tmp_path / phase) -> None:
                own_postgres.stop()
                own_postgres.ensure_postgres_running()
                done.touch()

            desk.run((phase, max(2, undisturbed[phase] // 2)), restart)
            assert (tmp_path / phase).exists(), "the database was not restarted"
            took = desk.recover(desk.paper.printed)
            with capsys.disabled():
                print(f"\n    database restarted in {phase}: told {seconds(took)} later", end="")
        desk.all_told_once()


def test_a_desk_restored_from_a_backup_tells_nothing_twice_and_all_that_is_new(
    desk: SmallDesk, tmp_path: Path, say: Say
) -> None:
    desk.paper.printed += 1
    desk.recover(2)
    backup(desk.store, tmp_path / "desk.backup", tmp_path / "watch")
    desk.later(timedelta(minutes=5))
    desk.paper.printed += 2
    desk.recover(3)
    desk.later(timedelta(minutes=1))
    desk.recover(4)
    assert sum(desk.told().values()) == 3
    restore(desk.settings.store, tmp_path / "desk.backup", replace=True)
    desk.paper.printed += 1
    say(f"restored: news told {seconds(desk.recover(5))} later")
    desk.all_told_once()
