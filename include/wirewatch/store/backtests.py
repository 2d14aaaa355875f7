"""Backtests that pages began: how far each is, what it came to, and whether to stop it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Index,
    Integer,
    String,
    Table,
    Text,
    delete,
    func,
    insert,
    select,
    update,
)

from wirewatch.store.metadata import METADATA, UTCTime

KEPT_FOR: Final = timedelta(days=7)
SILENT_FOR: Final = timedelta(seconds=60)  # whose process was not heard for longer has none
OPEN: Final = ("waiting", "running")

BACKTEST = Table(
    "backtest",
    METADATA,
    Column("job_id", String(40), primary_key=True),
    Column("who", String(200), nullable=False),
    Column("began_at", UTCTime, nullable=False),
    Column("beat_at", UTCTime, nullable=False),
    Column("state", String(10), nullable=False),
    Column("stop", Boolean, nullable=False),
    Column("days", Integer, nullable=False),
    Column("rule_id", String(200), nullable=False),
    Column("file", String(400), nullable=False),
    Column("draft", Text),
    Column("done", Integer, nullable=False),
    Column("of", Integer, nullable=False),
    Column("result", Text),
    Index("ix_backtest_began_at", "began_at"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A backtest as it stands. `draft` is None for the rules as saved, `result` until it ended.

    States: waiting, running, done, stopped, failed.
    """

    job_id: str
    who: str
    began_at: datetime
    beat_at: datetime
    state: str
    stop: bool
    days: int
    rule_id: str
    file: str
    draft: str | None
    done: int
    of: int
    result: str | None

    def is_lost(self, now: datetime) -> bool:
        """Whether its process is gone without a word."""
        return self.state in OPEN and now - self.beat_at > SILENT_FOR


def begin(connection: Connection, job: Job) -> None:
    """Keep a new one, and forget those that are old."""
    values = {name: getattr(job, name) for name in BACKTEST.c.keys()}  # noqa: SIM118
    connection.execute(insert(BACKTEST).values(**values))
    connection.execute(delete(BACKTEST).where(BACKTEST.c.began_at < job.began_at - KEPT_FOR))


def running(connection: Connection, now: datetime) -> int:
    """How many are on their way."""
    query = select(func.count()).where(
        BACKTEST.c.state.in_(OPEN), BACKTEST.c.beat_at > now - SILENT_FOR
    )
    return connection.scalar(query) or 0


def get(connection: Connection, job_id: str) -> Job | None:
    """One of them."""
    row = connection.execute(select(BACKTEST).where(BACKTEST.c.job_id == job_id)).first()
    return Job(**row._mapping) if row else None


def latest(connection: Connection, most: int = 20) -> Sequence[Job]:
    """The newest, without drafts and results."""
    columns = [c for c in BACKTEST.c if c.name not in ("draft", "result")]
    query = select(*columns).order_by(BACKTEST.c.began_at.desc()).limit(most)
    return [Job(**row._mapping, draft=None, result=None) for row in connection.execute(query)]


def step(connection: Connection, job_id: str, done: int, of: int, now: datetime) -> bool:
    """Note how far it is; whether to go on."""
    connection.execute(
        update(BACKTEST)
        .where(BACKTEST.c.job_id == job_id)
        .values(state="running", done=done, of=of, beat_at=now)
    )
    stop = connection.scalar(select(BACKTEST.c.stop).where(BACKTEST.c.job_id == job_id))
    return stop is False


def end(connection: Connection, job_id: str, state: str, result: str | None, now: datetime) -> None:
    """Note how it ended and what it came to."""
    values: dict[str, Any] = {"state": state, "result": result, "beat_at": now}
    connection.execute(update(BACKTEST).where(BACKTEST.c.job_id == job_id).values(**values))


def stop(connection: Connection, job_id: str) -> bool:
    """Ask it to stop; False if it is not on its way."""
    own = (BACKTEST.c.job_id == job_id, BACKTEST.c.state.in_(OPEN))
    return connection.execute(update(BACKTEST).where(*own).values(stop=True)).rowcount > 0
