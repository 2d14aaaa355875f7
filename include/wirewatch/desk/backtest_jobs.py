"""Backtests in the background: begun by one server process, seen and stopped from any.

Each runs in a process of its own, so that it slows no page; how far it is, whether it shall stop
and what it came to stands in the store. A draft is tried beside what is saved, and the difference
is told: which alerts there would be more, and which no longer.
"""

import json
import logging
import os
import pickle
import secrets
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any, Final, cast

from wirewatch.desk.backtest import BacktestReport, backtest_steps
from wirewatch.desk.settings import Settings
from wirewatch.desk.watch import Watch, load_draft, load_watch
from wirewatch.records import Alert
from wirewatch.store import Store, backtests, open_store
from wirewatch.store.backtests import Job
from wirewatch.store.codec import dump_all, load_all

LOG: Final = logging.getLogger("wirewatch.backtests")
MOST_AT_ONCE: Final = 2
MOST_SHOWN: Final = 200
_BEAT: Final = timedelta(seconds=0.7)


class TooMany(Exception):  # noqa: N818 - said to people as it is
    """As many run already as this machine should bear."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What it came to. `saved` are the counts of the rules as saved, where a draft was tried."""

    counts: dict[str, Any] = field(default_factory=dict)
    saved: dict[str, Any] | None = None
    alerts: Sequence[Alert] = ()
    more: Sequence[Alert] = ()
    fewer: Sequence[Alert] = ()
    more_count: int = 0
    fewer_count: int = 0
    broken: int = 0
    error: str = ""

    @property
    def days(self) -> list[tuple[str, int, int | None]]:
        """Each day with its count, and that of the rules as saved."""
        own = self.counts.get("a_day", {})
        theirs = self.saved.get("a_day", {}) if self.saved is not None else None
        every = sorted({*own, *(theirs or {})})
        if every:
            first, last = datetime.fromisoformat(every[0]), datetime.fromisoformat(every[-1])
            span = (last - first).days + 1
            every = [(first + timedelta(days=n)).date().isoformat() for n in range(span)]
        return [
            (day, own.get(day, 0), None if theirs is None else theirs.get(day, 0)) for day in every
        ]


def begin(
    store: Store,
    settings: Settings,
    *,
    who: str,
    days: int,
    rule_id: str = "",
    file: str = "",
    draft: str | None = None,
) -> str:
    """Begin one; its id. With a `draft`, the text of `file`, that is tried beside what is saved.

    Raises TooMany.
    """
    now = datetime.now(UTC)
    job = Job(
        job_id=secrets.token_hex(8), who=who, began_at=now, beat_at=now, state="waiting",
        stop=False, days=days, rule_id=rule_id, file=file, draft=draft, done=0, of=0, result=None,
    )  # fmt: skip
    with store.begin() as connection:
        if backtests.running(connection, now) >= MOST_AT_ONCE:
            raise TooMany(f"{MOST_AT_ONCE} backtests run already. Wait for one, or stop it.")
        backtests.begin(connection, job)
    _start(settings, job.job_id)
    return job.job_id


def _start(settings: Settings, job_id: str) -> None:
    """A process of its own; what it must know goes through its pipe, as a URL may be a secret."""
    ours = str(Path(__file__).parents[2])
    path = os.pathsep.join(filter(None, [ours, os.environ.get("PYTHONPATH")]))
    process = subprocess.Popen(
        [sys.executable, "-P", "-c", "from wirewatch.desk.backtest_jobs import main; main()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": path},
    )
    with cast(IO[bytes], process.stdin) as pipe:
        pipe.write(pickle.dumps((settings, job_id)))
    threading.Thread(target=process.wait, daemon=True).start()


def result_of(job: Job) -> Result | None:
    """What a backtest came to, if it came to anything."""
    if job.result is None:
        return None
    found = json.loads(job.result)
    for name in ("alerts", "more", "fewer"):
        found[name] = load_all(Alert, found.get(name, "[]"))
    return Result(**found)


# ── In the process ────────────────────────────────────────────────────────────────────────────


def main() -> None:
    """Do the job that stdin names."""
    settings, job_id = pickle.loads(sys.stdin.buffer.read())  # noqa: S301 - from our own process
    os.nice(10)  # pages and the main job go first
    with open_store(settings.store, migrate=False) as store:
        run(store, settings, job_id)


def run(store: Store, settings: Settings, job_id: str) -> None:
    """Run one that was begun, to its end or until somebody stops it."""
    with store.read() as connection:
        job = backtests.get(connection, job_id)
    if job is None:
        return
    try:
        state, result = _Run(store, settings, job).run()
    except Exception as error:
        LOG.exception("backtest %s", job_id)
        state, result = "failed", json.dumps({"error": f"{type(error).__name__}: {error}"[:500]})
    with store.begin() as connection:
        backtests.end(connection, job_id, state, result, datetime.now(UTC))


class _Run:
    """One on its way: the draft first, then what is saved."""

    def __init__(self, store: Store, settings: Settings, job: Job) -> None:
        self._store, self._settings, self._job = store, settings, job
        self._beat = datetime.fromtimestamp(0, UTC)
        self._parts = 1 if job.draft is None else 2

    def run(self) -> tuple[str, str]:
        """How it ended, and the result as text."""
        folder, zone = self._settings.watch, self._settings.zone
        saved = load_watch(folder, zone)
        watch = saved
        if self._job.draft is not None:
            draft = self._job.draft.encode("utf-8", "replace")
            watch = load_draft(folder, {self._job.file: draft}, zone)
        report, whole = self._try(watch, 0)
        before: BacktestReport | None = None
        if self._parts == 2 and whole:
            before, whole = self._try(saved, 1)
        return ("done" if whole else "stopped"), self._told(
            watch, report, before if whole else None
        )

    def _try(self, watch: Watch, part: int) -> tuple[BacktestReport, bool]:
        """One set of rules over the past, and whether it came to its end."""
        report = BacktestReport(days=self._job.days)
        chosen = self._chosen(watch)
        if not chosen and (self._job.rule_id or self._job.file.startswith("rules/")):
            return report, True
        steps = backtest_steps(
            self._store,
            watch,
            self._job.began_at,
            days=self._job.days,
            rules=chosen,
            zone=self._settings.zone,
            window=timedelta(days=self._settings.window_days),
            report=report,
        )
        for _ in steps:
            if not self._go_on(report, part):
                steps.close()
                return report, False
        return report, True

    def _chosen(self, watch: Watch) -> list[str]:
        """The rules to try: one, those of a drafted file, or all that are switched on."""
        return [
            rule.rule_id
            for rule in watch.rules
            if rule.enabled or self._job.rule_id
            if not self._job.rule_id or rule.rule_id == self._job.rule_id
            if not self._job.file.startswith("rules/") or rule.file == self._job.file
        ]

    def _go_on(self, report: BacktestReport, part: int) -> bool:
        now = datetime.now(UTC)
        if now - self._beat < _BEAT:
            return True
        self._beat = now
        done, of = part * report.of + report.articles, self._parts * report.of
        with self._store.begin() as connection:
            return backtests.step(connection, self._job.job_id, done, of, now)

    def _told(self, watch: Watch, report: BacktestReport, before: BacktestReport | None) -> str:
        more: list[Alert] = []
        fewer: list[Alert] = []
        if before is not None:
            more = _beyond(report.alerts, before.alerts)
            fewer = _beyond(before.alerts, report.alerts)
        return json.dumps(
            {
                "counts": report.counts,
                "saved": before.counts if before else None,
                "alerts": dump_all(Alert, tuple(report.alerts[-MOST_SHOWN:])),
                "more": dump_all(Alert, tuple(more[-MOST_SHOWN:])),
                "fewer": dump_all(Alert, tuple(fewer[-MOST_SHOWN:])),
                "more_count": len(more),
                "fewer_count": len(fewer),
                "broken": sum(problem.severity == "error" for problem in watch.problems),
            }
        )


def _beyond(those: Sequence[Alert], these: Sequence[Alert]) -> list[Alert]:
    """Which of `those` alerts are not among `these`: another rule, or another article."""
    known = Counter((alert.rule_id, alert.url) for alert in these)
    found = []
    for alert in those:
        key = (alert.rule_id, alert.url)
        if known[key]:
            known[key] -= 1
        else:
            found.append(alert)
    return found
