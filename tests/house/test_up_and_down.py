"""`make up` and `make down` for real: to the first alert, through a crash, nothing left over."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from house import redis
from house.leftovers import MARK
from house.places import Places
from house.ports import is_free
from house.watchman import Watchman

ROOT = Path(__file__).resolve().parents[2]

pytestmark = [pytest.mark.airflow, pytest.mark.timeout(900)]


def house(places: Places, module: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW")}
    return subprocess.run(
        [sys.executable, "-m", f"house.{module}"],
        cwd=places.checkout,
        env={**kept, "PYTHONPATH": str(places.checkout / "include"), **environment},
        capture_output=True,
        text=True,
    )


def running(places: Places) -> list[str]:
    found = []
    for process in psutil.process_iter():
        try:
            title = " ".join(process.cmdline())
            # Airflow's workers write their title over their environment.
            stands_here = title.startswith("airflow ") and process.cwd() == str(places.checkout)
            if stands_here or process.environ().get(MARK) == str(places.checkout):
                found.append(title)
        except psutil.Error:
            continue
    return found


@pytest.fixture
def places(tmp_path: Path) -> Iterator[Places]:
    """A checkout of its own; its environment is the one that runs this test."""
    for name in ("include", "dags", "plugins"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("*.egg-info"))
    (tmp_path / ".venv").symlink_to(sys.prefix)
    found = Places(tmp_path)
    yield found
    house(found, "down")


def wait_until_running(watchman: Watchman, name: str, but_not: int) -> int:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        pid = watchman.pid_of(name)
        if pid not in (0, but_not):
            return pid
        time.sleep(0.2)
    raise AssertionError(f"{name} did not come back")


@pytest.mark.parametrize("database", ["postgres", "sqlite"])
def test_up_shows_the_first_alert_and_down_leaves_nothing(places: Places, database: str) -> None:
    with contextlib.ExitStack() as stack:
        if is_free(8080):
            busy = stack.enter_context(socket.socket())
            busy.bind(("127.0.0.1", 8080))
            busy.listen()
        up = house(places, "up", DB=database)
    assert up.returncode == 0, up.stdout + up.stderr
    assert "Port 8080 is taken" in up.stdout
    assert "Karsund operation: ordered" in up.stdout
    assert ("PostgreSQL" in up.stdout) == (database == "postgres")

    watchman = Watchman(places)
    scheduler = watchman.pid_of("scheduler")
    os.kill(scheduler, signal.SIGKILL)
    wait_until_running(watchman, "scheduler", but_not=scheduler)

    again = house(places, "up")
    assert again.returncode == 0, again.stdout + again.stderr
    port = json.loads((places.home / "house.json").read_text())["port"]
    assert f"http://127.0.0.1:{port}" in again.stdout
    assert "password in" in again.stdout  # it was told once

    down = house(places, "down")
    assert down.returncode == 0, down.stdout + down.stderr
    assert running(places) == []
    assert house(places, "down").returncode == 0


def test_many_workers_show_the_first_alert_and_one_that_is_killed_comes_back(
    places: Places,
) -> None:
    try:
        redis.program()
    except redis.Unusable as error:
        pytest.skip(f"NO REDIS HERE, SCALE=celery is untested: {error}")
    up = house(places, "up", SCALE="celery", WIREWATCH_WORKER_TASKS="2")
    assert up.returncode == 0, up.stdout + up.stderr
    assert "Karsund operation: ordered" in up.stdout
    status = house(places, "status")
    assert status.returncode == 0, status.stdout
    listed = {line.split()[0] for line in status.stdout.splitlines() if line.endswith("running")}
    assert {"postgres", "redis", "triggerer", "worker-1", "worker-2"} <= listed

    watchman = Watchman(places)
    for name in ("worker-1", "redis"):
        before = watchman.pid_of(name)
        os.kill(before, signal.SIGKILL)
        wait_until_running(watchman, name, but_not=before)

    down = house(places, "down")
    assert down.returncode == 0, down.stdout + down.stderr
    assert running(places) == []
