"""The main job's delivery in real Airflow: killed, run twice, beside a backfill: each alert once.

Every run is a process of its own, and a strict Slack on loopback counts the messages. Only the task
that delivers is run: the others have nothing to do with it, and `test_watch_run.py` runs them.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "delivery"))

from alerts_made import alert
from fake_slack import TOKEN, FakeSlack
from sqlalchemy import select

from wirewatch.store import Store, open_store
from wirewatch.store.outbox import add, database_now
from wirewatch.store.outbox_tables import DELIVERY

ROOT = Path(__file__).resolve().parents[2]
RULES = """
watches:
  - watch: Harbour
    when: {any_of: [harbour]}
    send: {to: desk}
"""
START = datetime(2026, 5, 1, tzinfo=UTC)

pytestmark = [pytest.mark.airflow, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def airflow() -> None:
    """Airflow's database."""
    from airflow.utils.db import initdb

    initdb()


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    with FakeSlack() as made:
        yield made


@pytest.fixture
def desk(
    airflow: None, slack: FakeSlack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Store]:
    """A desk without feeds, that owes five alerts of two stories."""
    (tmp_path / "watch" / "rules").mkdir(parents=True)
    (tmp_path / "watch" / "rules" / "harbour.yaml").write_text(RULES, encoding="utf-8")
    url = f"sqlite:///{tmp_path}/store.sqlite"
    for name, value in {
        "WIREWATCH_WATCH": str(tmp_path / "watch"),
        "WIREWATCH_STORE": url,
        "WIREWATCH_ARCHIVE": f"file://{tmp_path}/pages",
        "WIREWATCH_SLACK_TOKEN": TOKEN,
        "WIREWATCH_SLACK_URL": slack.url,
    }.items():
        monkeypatch.setenv(name, value)
    first = alert(1)
    with open_store(url) as store:
        with store.begin() as connection:
            now = database_now(connection)
            for one in (first, alert(2, of=first), alert(3, of=first), alert(4), alert(5)):
                add(connection, one, ["desk"], now)
        yield store


JOB = f"""
import sys
from datetime import datetime

from airflow.dag_processing.dagbag import DagBag

bag = DagBag(dag_folder="{ROOT}/dags/watch.py", safe_mode=False)
deliver = bag.dags["watch"].partial_subset("deliver", include_upstream=False)
ended = deliver.test(logical_date=datetime.fromisoformat(sys.argv[1]))
sys.exit(ended.state != "success")
"""


def run(minute: int) -> subprocess.Popen[bytes]:
    """A run of the main job in a process of its own, which has begun; a fork could hang."""
    date = START + timedelta(minutes=minute)
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.Popen([sys.executable, "-c", JOB, date.isoformat()], **quiet)


def counted(slack: FakeSlack) -> list[int]:
    return sorted(slack.delivered().values())


def numbers(slack: FakeSlack) -> list[int]:
    return [int(m["text"].split(")")[0][-1]) for m in slack.messages]


def test_a_task_that_is_killed_while_it_delivers_and_tried_again_tells_each_alert_once(
    desk: Store, slack: FakeSlack
) -> None:
    killed: list[int] = []

    def kill() -> None:
        os.kill(job.pid, signal.SIGKILL)
        killed.append(job.pid)

    slack.hung = kill
    slack.faults.extend(["", "hang after"])  # the second is stored, and nobody hears that it is
    job = run(0)
    assert (job.wait(120), len(killed)) == (-signal.SIGKILL, 1)
    assert len(slack.delivered()) == 2
    with desk.begin() as connection:  # instead of waiting until the dead worker's lease ends
        late = database_now(connection) - timedelta(seconds=1)
        sending = DELIVERY.update().where(DELIVERY.c.state == "sending")
        assert connection.execute(sending.values(lease_until=late)).rowcount == 1
    assert run(0).wait(120) == 0
    assert counted(slack) == [1] * 5
    assert [n for n in numbers(slack) if n <= 3] == [1, 2, 3]


def test_the_same_run_twice_and_a_backfill_beside_the_schedule_tell_each_alert_once(
    desk: Store, slack: FakeSlack
) -> None:
    jobs = [run(10), run(-5000)]  # this minute's run, and one of days ago, at the same time
    assert [job.wait(200) for job in jobs] == [0, 0]
    assert counted(slack) == [1] * 5
    assert run(10).wait(120) == 0
    assert counted(slack) == [1] * 5
    assert slack.too_fast == 0
    with desk.read() as connection:
        states = connection.execute(select(DELIVERY.c.state)).scalars()
        assert set(states) <= {"posted", "swept"}
