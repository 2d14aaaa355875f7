"""A desk of many feeds for real: publishers on loopback, PostgreSQL, as many workers as asked.

The steps are the shipped ones, begun and shared out as Airflow's main job does it: with more than
two workers runs overlap, each step once at a time, and one stands by the writer. Airflow's own
seconds a task are measured apart (docs/operations.md). CPU is counted of all processes.
"""

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import func, select, text
from tests.load import ways
from tests.load.town import Town, watch_files
from tests.postgres_here import postgres, url_of

from house.ports import take
from wirewatch.desk import steps
from wirewatch.desk.settings import Settings
from wirewatch.desk.shares import Share
from wirewatch.store import Store, articles, entries, open_store
from wirewatch.store.outbox_tables import DELIVERY

ROOT = Path(__file__).resolve().parents[2]
EVERY = 60.0
AT_ONCE = 3  # runs of a desk with many workers
CHANGES = ("handled", "judged", "sent")


@dataclass(slots=True)
class Ran:
    """What a run for real brought. `cpu` and `memory_mb` are by step, PostgreSQL and the town."""

    feeds: int
    workers: int
    printed: int = 0
    seconds: float = 0.0
    runs: int = 0
    polls: int = 0
    judged: int = 0
    sent: int = 0
    failed: int = 0
    cpu: dict[str, float] = field(default_factory=dict)
    memory_mb: dict[str, float] = field(default_factory=dict)
    judged_ways: list[ways.Way] = field(default_factory=list)
    messages: list[ways.Way] = field(default_factory=list)
    database_mb: float = 0.0
    left: str = ""
    troubles: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        """The figures in words."""
        ours = {name: cpu for name, cpu in self.cpu.items() if name != "town"}
        cpu = ", ".join(f"{name} {seconds:.0f}" for name, seconds in self.cpu.items())
        memory = ", ".join(f"{name} {mb:.0f}" for name, mb in self.memory_mb.items())
        return [
            f"{self.feeds} feeds, {self.workers} workers, {self.seconds:.0f} s, {self.runs} runs",
            (
                f"  {self.polls} polls, {self.judged} articles judged, {self.sent} messages,"
                f" {self.failed} failures of feeds and pages; {self.left}"
            ),
            f"  {self.judged / self.seconds * 3600:,.0f} articles an hour on this machine",
            f"  CPU of ours {sum(ours.values()):.0f} s: {cpu}",
            f"  {sum(ours.values()) / max(self.judged, 1) * 1000:.0f} ms of CPU an article in all",
            *ways.lines(self.judged_ways),
            f"  polled → sent: {ways.told([way.after for way in self.messages])}",
            f"  most memory, MB: {memory}",
            (
                f"  database {self.database_mb:.1f} MB, "
                f"{self.database_mb * 1024 / max(self.judged, 1):.1f} kB an article"
            ),
            *(f"  trouble: {trouble}" for trouble in self.troubles[:5]),
        ]


def _do(step: str, settings: Settings, share: Share | None, may_share: bool) -> Any:
    """One task, in a worker's process: its counts, CPU seconds and megabytes."""
    before = _cpu(psutil.Process())
    functions: dict[str, Callable[..., Any]] = {
        "judge": steps.judge_step,
        "stand_by": steps.stand_by,
        "deliver": steps.deliver_step,
    }
    if step in functions:
        counts = functions[step](settings, "load")
    else:
        shared = steps.poll_step if step == "poll" else steps.read_step
        counts = shared(settings, "load", share, may_share=may_share)
    own = psutil.Process()
    return counts, _cpu(own) - before, _memory([own, *own.children(recursive=True)])


def _cpu(process: psutil.Process) -> float:
    """CPU seconds of a process and of all its children, also of those that have ended."""
    total = 0.0
    for one in (process, *process.children(recursive=True)):
        with suppress(psutil.Error):
            total += sum(one.cpu_times()[:4])
    return total


def _memory(processes: list[psutil.Process]) -> float:
    """Megabytes, shared ones divided among those who share them."""
    total = 0
    for process in processes:
        with suppress(psutil.Error):
            total += process.memory_full_info().pss
    return total / 2**20


def run(
    feeds: int,
    articles_: int,
    seconds: int,
    workers: int,
    *,
    most: float | None = None,
    rules: int = 1_000,
    say: Callable[[str], None] = lambda line: None,
) -> Ran:
    """Print and read so many articles within so many seconds; look at all until `most` seconds."""
    ran = Ran(feeds, workers, articles_)
    with tempfile.TemporaryDirectory(prefix="ww-load-") as folder, _database(folder) as found:
        url, postgres = found
        port = take(18_000)
        town = Town(feeds, articles_, datetime.now(UTC), timedelta(seconds=seconds))
        base = f"http://127.0.0.{{host}}:{port}/f{{feed}}/rss.xml"
        for name, content in watch_files(town, base, rules, one_in=20).items():
            path = Path(folder, "watch", name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
        settings = Settings(
            watch=Path(folder, "watch"),
            store=url,
            archive=f"file://{folder}/pages",
            allow=tuple(f"127.0.0.{host}:{port}" for host in range(2, 102)),
            console_file=Path(folder, "console.log"),
            at_once=workers,
        )
        with _served(port, feeds, articles_, seconds) as server, open_store(url) as store:
            desk = _Desk(ran, settings, store, postgres, say)
            desk.work(seconds, most or 3 * seconds + 120)
            ran.cpu["town"] = _cpu(psutil.Process(server.pid))
            ran.cpu["PostgreSQL"] = _cpu(postgres)
            ran.left = left(store)
            ran.judged_ways, ran.messages = ways.to_the_judge(store), ways.to_the_channel(store)
            ran.database_mb = _size(store)
    return ran


class _Desk:
    """Begins runs as the schedule does, and counts what they did."""

    def __init__(
        self,
        ran: Ran,
        settings: Settings,
        store: Store,
        postgres: psutil.Process,
        say: Callable[[str], None],
    ) -> None:
        self.ran, self.settings, self.store, self.postgres, self.say = (
            ran,
            settings,
            store,
            postgres,
            say,
        )
        self.begun = time.monotonic()
        many = ran.workers > steps.TASKS_OF_ONE_MACHINE
        self._runs = threading.Semaphore(AT_ONCE if many else 1)
        self._once = {name: threading.Lock() for name in ("poll", "read", "judge", "deliver")}
        self._by_writer = threading.Lock() if many else None
        self._counting = threading.Lock()
        self._idle = False

    def work(self, seconds: float, most: float) -> None:
        """Begin runs until all that was printed is told, or the time is over."""
        context = get_context("spawn")
        going: list[threading.Thread] = []
        with ProcessPoolExecutor(self.ran.workers, mp_context=context) as pool:
            while self._seconds() < most and not (self._idle and self._seconds() > seconds):
                next_run = time.monotonic() + EVERY
                if self._runs.acquire(timeout=max(most - self._seconds(), 1)):
                    self.ran.runs += 1
                    going.append(threading.Thread(target=self._run, args=(pool,)))
                    going[-1].start()
                self._look()
                while time.monotonic() < next_run and not self._idle:
                    time.sleep(0.5)
                while self._idle and self._seconds() < seconds and time.monotonic() < next_run:
                    time.sleep(0.5)
            for thread in going:
                thread.join()
        self.ran.seconds = self._seconds()

    def _seconds(self) -> float:
        return time.monotonic() - self.begun

    def _run(self, pool: ProcessPoolExecutor) -> None:
        before = self._seconds()
        try:
            did = self._step(pool, "poll") + self._step(pool, "read")
            if self._by_writer is None:
                did += self._step(pool, "judge")
            else:
                beside = threading.Thread(target=self._stand_by, args=(pool,))
                beside.start()
                did += self._step(pool, "judge")
                beside.join()
            did += self._step(pool, "deliver")
            self._idle = not did and before > 0
        finally:
            self._runs.release()

    def _stand_by(self, pool: ProcessPoolExecutor) -> None:
        assert self._by_writer is not None
        with self._by_writer:
            self._count("stand_by", pool.submit(_do, "stand_by", self.settings, None, False))

    def _step(self, pool: ProcessPoolExecutor, step: str) -> int:
        """A step with its helpers; how much it changed."""
        with self._once[step]:
            did, cut = self._count(step, pool.submit(_do, step, self.settings, None, True))
        more = [pool.submit(_do, step, self.settings, share, False) for share in cut]
        return did + sum(self._count(step, one)[0] for one in more)

    def _count(self, step: str, task: "Future[Any]") -> tuple[int, list[Share]]:
        try:
            counts, cpu, memory = task.result()
        except Exception as error:  # a task that fails is told; the next run goes on
            with self._counting:
                self.ran.troubles.append(f"{step}: {type(error).__name__}: {error}"[:300])
            return 0, []
        ran = self.ran
        with self._counting:
            ran.cpu[step] = ran.cpu.get(step, 0.0) + cpu
            ran.memory_mb[step] = max(ran.memory_mb.get(step, 0.0), memory)
            ran.polls += counts.get("feeds_asked", 0)
            ran.judged += counts.get("judged", 0)
            ran.sent += counts.get("sent", 0)
            ran.failed += counts.get("failed", 0)
        return sum(counts.get(name, 0) for name in CHANGES), counts.get("shares", [])

    def _look(self) -> None:
        """Say how far it is, and how much memory PostgreSQL has."""
        ran = self.ran
        own = [self.postgres, *self.postgres.children(recursive=True)]
        ran.memory_mb["PostgreSQL"] = max(ran.memory_mb.get("PostgreSQL", 0.0), _memory(own))
        self.say(
            f"  at {self._seconds():5.0f} s: {ran.polls} polls, {ran.judged} judged,"
            f" {ran.sent} sent, {left(self.store)}, database {_size(self.store):.0f} MB,"
            f" CPU of steps {sum(ran.cpu.values()):.0f} s, load {os.getloadavg()[0]:.1f}"
        )


def left(store: Store) -> str:
    """What waits: pages to be read, articles to be judged, messages to be sent."""
    with store.read() as connection:
        now = datetime.now(UTC)
        pages = entries.waiting_count(connection, now)
        read = articles.waiting_count(connection)
        owed = connection.execute(
            select(func.count()).select_from(DELIVERY).where(DELIVERY.c.state == "pending")
        ).scalar_one()
    return f"{pages} pages, {read} articles and {owed} messages wait"


def _size(store: Store) -> float:
    with store.read() as connection:
        size = connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one()
    return float(size) / 2**20


@contextmanager
def _served(
    port: int, feeds: int, articles_: int, seconds: int, *how: str
) -> Iterator["subprocess.Popen[bytes]"]:
    numbers = map(str, (port, feeds, articles_, seconds))
    words = [sys.executable, "-m", "tests.load.serve", *numbers, *how]
    path = os.pathsep.join([str(ROOT), str(ROOT / "include")])
    with subprocess.Popen(
        words, cwd=ROOT, env={**os.environ, "PYTHONPATH": path}, stdout=subprocess.PIPE
    ) as server:
        assert server.stdout is not None
        try:
            if server.stdout.readline() != b"serving\n":
                raise RuntimeError("the town does not serve: is its port taken?")
            yield server
        finally:
            server.kill()


@contextmanager
def _database(folder: str) -> Iterator[tuple[str, psutil.Process]]:
    """A PostgreSQL of its own: its address, and its first process."""
    with postgres(Path(folder, "pg")) as server:
        yield url_of(server), psutil.Process(server.get_pid())
