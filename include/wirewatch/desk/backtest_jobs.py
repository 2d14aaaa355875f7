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
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any, Final, cast

from wirewatch.desk.backtest import (
    BacktestReport,
    Difference,
    backtest_steps,
    compare_steps,
)
from wirewatch.desk.settings import Settings
from wirewatch.desk.watch import Watch, load_draft, load_watch
from wirewatch.records import Alert, Rule
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
    """One on its way: what is saved, then the draft if there is one."""

    def __init__(self, store: Store, settings: Settings, job: Job) -> None:
        self._store, self._settings, self._job = store, settings, job
        self._beat = datetime.fromtimestamp(0, UTC)
        self._told = Difference(BacktestReport(days=job.days), BacktestReport(days=job.days))

    def run(self) -> tuple[str, str]:
        """How it ended, and the result as text."""
        watch = load_watch(self._settings.watch, self._settings.zone)
        draft = self._draft()
        steps = self._steps(watch, draft)
        whole = all(self._go_on() for _ in steps)
        steps.close()
        return ("done" if whole else "stopped"), self._result(draft or watch, whole=whole)

    def _draft(self) -> Watch | None:
        if self._job.draft is None:
            return None
        text = self._job.draft.encode("utf-8", "replace")
        return load_draft(self._settings.watch, {self._job.file: text}, self._settings.zone)

    def _steps(self, watch: Watch, draft: Watch | None) -> Generator[object, None, None]:
        rules = self._chosen([*watch.rules, *(draft.rules if draft else ())])
        if not rules:
            return
        now, zone = self._job.began_at, self._settings.zone
        window = timedelta(days=self._settings.window_days)
        if draft is None:
            yield from backtest_steps(
                self._store, watch, now, days=self._job.days, rules=rules, zone=zone,
                window=window, report=self._told.after,
            )  # fmt: skip
            return
        yield from compare_steps(
            self._store, watch, draft, now, days=self._job.days, rules=rules, zone=zone,
            window=window, difference=self._told,
        )  # fmt: skip

    def _chosen(self, rules: Sequence[Rule]) -> list[str]:
        """The rules to try: one, those of a drafted file, or all that are switched on."""
        only, file = self._job.rule_id, self._job.file
        found = [
            rule.rule_id
            for rule in rules
            if (rule.rule_id == only if only else rule.enabled)
            if not file.startswith("rules/") or rule.file == file
        ]
        return list(dict.fromkeys(found))

    def _go_on(self) -> bool:
        """Note how far it is, not too often; whether nobody asked it to stop."""
        now = datetime.now(UTC)
        if now - self._beat < _BEAT:
            return True
        self._beat = now
        done, of = self._told.done, self._told.of
        if self._job.draft is not None and not self._told.after.of:
            of *= 2  # the second round is as long as the first
        with self._store.begin() as connection:
            return backtests.step(connection, self._job.job_id, done, of, now)

    def _result(self, watch: Watch, *, whole: bool) -> str:
        told, is_compared = self._told, whole and self._job.draft is not None
        more, fewer = (told.more, told.fewer) if is_compared else ([], [])
        return json.dumps(
            {
                "counts": told.after.counts,
                "saved": told.before.counts if is_compared else None,
                "alerts": dump_all(Alert, tuple(told.after.alerts[-MOST_SHOWN:])),
                "more": dump_all(Alert, tuple(more[-MOST_SHOWN:])),
                "fewer": dump_all(Alert, tuple(fewer[-MOST_SHOWN:])),
                "more_count": len(more),
                "fewer_count": len(fewer),
                "broken": len(watch.errors),
            }
        )
