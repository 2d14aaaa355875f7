"""A whole house for drills: `make up` in its own checkout, a paper that prints, a strict Slack.

Airflow itself runs: its scheduler, its api-server, its workers. The main job runs every ten
seconds; the paper prints when it is told to; Slack counts.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import Engine, Row, create_engine, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool
from tests.drills.small_desk import PAPER, TOKEN, FakeSlack, Paper

from house.demo import ADDRESS
from house.places import Places
from house.watchman import Watchman
from wirewatch.records import Alert
from wirewatch.store import codec, open_store
from wirewatch.store.outbox_tables import ALERT, DELIVERY

ROOT = Path(__file__).resolve().parents[2]
MAIN_JOB = "watch"
EVERY_SECONDS = 10
MADE = ("include", "dags", "plugins")
# A run that goes on while everything around it comes back, on a machine that does much else.
MOST_SECONDS = 420


class LocalPaper(Paper):
    """The drills' paper at its address on loopback; `takes` is how many seconds an answer takes."""

    takes = 0.0

    @property
    def address(self) -> str:
        """Host and port."""
        return f"127.0.0.1:{self.port}"

    def answer(self, path: str) -> tuple[str, str] | None:
        """As the paper says it, with links that lead here."""
        time.sleep(self.takes)
        found = super().answer(path)
        return found and (found[0], found[1].replace(PAPER, self.address))


@dataclass
class DisturbedHouse:
    """The house, and what a drill does to it and asks of it."""

    places: Places
    kind: str
    paper: LocalPaper
    slack: FakeSlack
    environment: dict[str, str]

    # ── What is done to it ──

    def make(self, word: str) -> subprocess.CompletedProcess[str]:
        """`make up` or `make down` here."""
        command = [sys.executable, "-m", f"house.{word}"]
        return self._run(command, self.environment)

    def airflow(self, *words: str) -> str:
        """Airflow's own command line here; what it printed.

        SQLite has one writer: a command that finds it locked has done nothing, and is given again.
        """
        told = json.loads((self.places.home / "environment.json").read_text(encoding="utf-8"))
        command = [sys.executable, "-m", "airflow", *words]
        for _ in range(10 if self.kind == "sqlite" else 1):
            done = self._run(command, {**self.environment, **told})
            if done.returncode == 0 or "database is locked" not in done.stderr:
                break
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def _run(
        self, command: list[str], environment: dict[str, str]
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, cwd=self.places.checkout, env=environment, capture_output=True, text=True
        )

    def parts(self) -> set[str]:
        """What the supervisor runs."""
        return set(Watchman(self.places).states())

    def kill_part(self, name: str) -> None:
        """Kill -9 of a part's own process; it comes back as another one."""
        watchman = Watchman(self.places)
        before = watchman.pid_of(name)
        os.kill(before, signal.SIGKILL)
        self.until(lambda: watchman.pid_of(name) not in (0, before), f"{name} does not come back")

    @contextmanager
    def frozen(self, name: str) -> Iterator[None]:
        """A part and its children, stopped in the middle of whatever they do."""
        whole = psutil.Process(Watchman(self.places).pid_of(name))
        processes = [whole, *whole.children(recursive=True)]
        for process in processes:
            process.suspend()
        try:
            yield
        finally:
            for process in processes:
                process.resume()

    def kill_task(self, step: str, *, with_worker: bool = False) -> None:
        """Kill -9 of the process that does a step of the main job, soon after it has begun.

        `with_worker` kills the process first that watches over the task and reports for it.
        """

        def killed() -> bool:
            for row in self.ask(
                "SELECT pid FROM task_instance WHERE dag_id = :dag AND task_id = :step"
                " AND state = 'running' AND pid IS NOT NULL",
                step=step,
            ):
                try:
                    process = psutil.Process(row.pid)
                    victims = [process.parent(), process] if with_worker else [process]
                    for victim in victims:
                        assert victim is not None
                        assert "airflow" in " ".join(victim.cmdline()), victim.cmdline()
                        victim.kill()
                except psutil.NoSuchProcess:
                    return False  # it had ended: the next run
                return True
            return False

        self.until(killed, f"no {step} was seen at work", every=0.05)

    # ── What is asked of it ──

    def ask(self, query: str, **values: Any) -> list[Row[Any]]:
        """Rows of Airflow's own database; none while it is away."""
        try:
            with self._airflow_database.connect() as connection:
                return list(connection.execute(text(query), {"dag": MAIN_JOB, **values}))
        except DBAPIError:
            return []

    @property
    def _airflow_database(self) -> Engine:
        return create_engine(self._setting("airflow.cfg", "sql_alchemy_conn"), poolclass=NullPool)

    def _setting(self, file: str, name: str) -> str:
        for line in (self.places.home / file).read_text(encoding="utf-8").splitlines():
            key, _, value = line.partition("=")
            if key.strip() == name:
                return value.strip().replace("%%", "%") if file.endswith("cfg") else value.strip()
        raise KeyError(name)

    def runs(self, kind: str) -> Counter[str]:
        """The states of the main job's runs of a kind: scheduled, backfill, manual."""
        query = "SELECT state FROM dag_run WHERE dag_id = :dag AND run_type = :kind"
        return Counter(row.state for row in self.ask(query, kind=kind))

    def newest_that_ended_well(self, number: int) -> dict[str, str]:
        """The newest runs of the schedule that ended well, by id, with their dates."""
        query = (
            "SELECT run_id, logical_date FROM dag_run WHERE dag_id = :dag AND state = 'success'"
            " AND run_type = 'scheduled' ORDER BY logical_date DESC LIMIT :number"
        )
        return {row.run_id: str(row.logical_date) for row in self.ask(query, number=number)}

    def ran_again(self, run: str) -> bool:
        """Whether a run that was cleared has been done once more, and well."""
        query = (
            "SELECT r.state, t.try_number FROM dag_run r JOIN task_instance t"
            " ON t.dag_id = r.dag_id AND t.run_id = r.run_id"
            " WHERE r.dag_id = :dag AND r.run_id = :run AND t.task_id = 'report'"
        )
        return any(
            row.state == "success" and row.try_number > 1 for row in self.ask(query, run=run)
        )

    def told(self) -> Counter[int]:
        """How many messages lead to each article that the paper has printed."""
        with self.slack.lock:
            self.slack.delivered()
            texts = [json.dumps(message) for message in self.slack.messages]
        return Counter(
            {
                n: sum(f"{self.paper.address}/{n}.html" in one for one in texts)
                for n in range(1, self.paper.printed + 1)
            }
        )

    def is_at_work(self) -> bool:
        """Whether a task of the main job is being done."""
        query = "SELECT pid FROM task_instance WHERE dag_id = :dag AND state = 'running'"
        return any(row.pid and psutil.pid_exists(row.pid) for row in self.ask(query))

    def owed(self) -> int:
        """How many deliveries in our store are not at their end."""
        return sum(row.state not in ("posted", "swept") for row in self._deliveries())

    def demo_alerts(self) -> list[str]:
        """The kinds of the demo story's alerts, the oldest first; each was posted once."""
        wire = ADDRESS.search((self.places.checkout / "include/watch/feeds/demo.yaml").read_text())
        assert wire is not None
        delivered, kinds = self.slack.delivered(), []
        for row in self._deliveries():
            assert delivered[row.delivery_id] == 1, row
            if row.record and (alert := codec.load(Alert, row.record)).url.startswith(wire[0]):
                kinds.append(str(alert.kind))
        return kinds

    def _deliveries(self) -> Sequence[Row[Any]]:
        columns = (DELIVERY.c.delivery_id, DELIVERY.c.state, DELIVERY.c.kind, ALERT.c.record)
        joined = DELIVERY.outerjoin(ALERT, ALERT.c.alert_id == DELIVERY.c.alert_id)
        query = select(*columns).select_from(joined).order_by(DELIVERY.c.seq)
        url = self._setting("env", "WIREWATCH_STORE")
        with open_store(url, migrate=False) as store, store.read() as connection:
            return connection.execute(query).all()

    def print_news(self) -> int:
        """The paper prints an article; its number."""
        self.paper.printed += 1
        return self.paper.printed

    def seconds_until_told(self, n: int) -> float:
        """Wait until Slack holds article `n` and a run that began later has ended well."""
        begun = time.monotonic()
        self.until(lambda: self.told()[n] > 0, f"article {n} is not told")
        told = time.monotonic() - begun
        before = self.runs("scheduled")["success"]
        self.until(lambda: self.runs("scheduled")["success"] > before, "no run ends well any more")
        self.each_told_once()
        return told

    def each_told_once(self) -> None:
        """Fails unless each article but the first, which is old news, was told exactly once."""
        expected = {n: int(n > 1) for n in range(1, self.paper.printed + 1)}
        assert dict(self.told()) == expected
        assert set(self.slack.delivered().values()) == {1}
        assert self.slack.too_fast == 0

    def until(
        self, done: Callable[[], bool], else_say: str, *, every: float = 0.5, most: float = 0.0
    ) -> None:
        """Wait for something to become so. Raises TimeoutError after `most` seconds."""
        until = time.monotonic() + (most or MOST_SECONDS)
        while not done():
            if time.monotonic() > until:
                raise TimeoutError(f"{else_say}; {self.state()}")
            time.sleep(every)

    def state(self) -> str:
        """What Airflow thinks of its newest runs, for who reads that a drill failed."""
        rows = self.ask(
            "SELECT run_id, task_id, state, try_number FROM task_instance WHERE dag_id = :dag"
            " AND state IS NOT NULL AND state NOT IN ('success', 'skipped')"
        )
        now = datetime.now(UTC)
        return f"{now:%H:%M:%S} {self.runs('scheduled')} {[tuple(row) for row in rows[-12:]]}"


@contextmanager
def disturbed_house(folder: Path, kind: str) -> Iterator[DisturbedHouse]:
    """A house (sqlite, postgres, celery) that is up and has told the demo's first alert."""
    for name in MADE:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("*.egg-info"))
    (folder / ".venv").symlink_to(sys.prefix)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW")}
    with LocalPaper(printed=1) as paper, FakeSlack() as slack:
        slack.channels["C0000002"] = {"id": "C0000002", "name": "demo-desk"}
        slack.members.add("C0000002")
        _write_watch_files(folder / "include/watch", paper)
        environment = {
            **kept,
            "PYTHONPATH": str(folder / "include"),
            "WIREWATCH_EVERY": f"{EVERY_SECONDS}s",
            "WIREWATCH_ALLOW": paper.address,
            "WIREWATCH_SLACK_URL": slack.url,
            "WIREWATCH_SLACK_TOKEN": TOKEN,
            **({"SCALE": "celery"} if kind == "celery" else {"DB": kind}),
        }
        house = DisturbedHouse(Places(folder), kind, paper, slack, environment)
        try:
            up = house.make("up")
            assert up.returncode == 0, up.stdout + up.stderr
            yield house
        finally:
            house.make("down")


def _write_watch_files(watch: Path, paper: LocalPaper) -> None:
    (watch / "feeds/paper.yaml").write_text(
        f'feeds:\n  - {{feed: "http://{paper.address}/rss.xml", publisher: The Paper, language: en,'
        " every: 1s}\n",
        encoding="utf-8",
    )
    (watch / "rules/storms.yaml").write_text(
        "watches:\n  - watch: Storms\n    when: {any_of: [storm]}\n    send: {to: desk}\n",
        encoding="utf-8",
    )
