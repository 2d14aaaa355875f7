"""What each pass did: counts by step, so that a run can say what it fed, read, told and dropped."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    Integer,
    String,
    Table,
    Text,
    insert,
    select,
)

from wirewatch.store.metadata import METADATA, UTCTime

STEP = Table(
    "step",
    METADATA,
    Column("step_id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("run", String(250), nullable=False),
    Column("step", String(20), nullable=False),
    Column("finished_at", UTCTime, nullable=False),
    Column("counts", Text, nullable=False),
    Index("ix_step_run", "run"),
    Index("ix_step_finished_at", "finished_at"),
)


def note_step(
    connection: Connection, run: str, step: str, counts: dict[str, Any], at: datetime
) -> None:
    """Keep what one step of a run did."""
    connection.execute(
        insert(STEP).values(run=run, step=step, counts=json.dumps(counts), finished_at=at)
    )


def steps_of(connection: Connection, run: str) -> dict[str, dict[str, Any]]:
    """The steps of a run with their counts; of a step that was tried twice, both are added."""
    rows = connection.execute(
        select(STEP.c.step, STEP.c.counts).where(STEP.c.run == run).order_by(STEP.c.step_id)
    )
    steps: dict[str, dict[str, Any]] = {}
    for step, text in rows:
        steps[step] = added(steps.get(step, {}), json.loads(text))
    return steps


def added(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """The counts of two passes of a step together."""
    return {**before, **{key: _added(before.get(key), value) for key, value in after.items()}}


def recent(connection: Connection, step: str, limit: int = 20) -> list[dict[str, Any]]:
    """The counts of a step's last passes, the newest first."""
    query = select(STEP.c.counts).where(STEP.c.step == step)
    rows = connection.execute(query.order_by(STEP.c.finished_at.desc()).limit(limit))
    return [json.loads(text) for text in rows.scalars()]


def _added(before: Any, value: Any) -> Any:
    if isinstance(value, dict):
        return added(before or {}, value)
    if isinstance(value, int | float) and isinstance(before, int | float):
        return before + value
    return value


def last_finished(connection: Connection, step: str) -> datetime | None:
    """When that step last ended, in any run."""
    return connection.execute(
        select(STEP.c.finished_at)
        .where(STEP.c.step == step)
        .order_by(STEP.c.finished_at.desc())
        .limit(1)
    ).scalar()


def last_ends(connection: Connection, step: str, limit: int = 20) -> list[datetime]:
    """When that step ended the last times, in any run, the newest first."""
    query = select(STEP.c.finished_at).where(STEP.c.step == step)
    newest = query.order_by(STEP.c.finished_at.desc()).limit(limit)
    return list(connection.execute(newest).scalars())
