"""What readers think of alerts, and whether somebody hears their clicks.

One verdict counts for a person and an alert: the one that was said last.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, Connection, Index, String, Table, func, or_, select, update

from wirewatch.records import Alert, Pause, Standing
from wirewatch.store.metadata import METADATA, UTCTime
from wirewatch.store.outbox import insert_new
from wirewatch.store.outbox_tables import ALERT, DELIVERY, PAUSE

# A service that was not heard for longer is not there: a restart takes a minute.
HEARD_WITHIN = timedelta(minutes=15)

FEEDBACK = Table(
    "feedback",
    METADATA,
    Column("alert_id", String(40), primary_key=True),
    Column("who", String(200), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("rule_id", String(200), nullable=False),
    Column("verdict", String(10), nullable=False),
    Column("at", UTCTime, nullable=False),
    Index("ix_feedback_rule", "rule_id", "verdict"),
)

SERVICE = Table(
    "service",
    METADATA,
    Column("name", String(40), primary_key=True),
    Column("seen_at", UTCTime, nullable=False),
)


def say(
    connection: Connection, alert_id: str, verdict: str, who: str, name: str, at: datetime
) -> bool:
    """Keep a verdict; False if there is no such alert. One said earlier changes nothing.

    `who` tells people apart, `name` is what they are called.
    """
    rule_id = connection.execute(
        select(ALERT.c.rule_id).where(ALERT.c.alert_id == alert_id)
    ).scalar()
    if rule_id is None:
        return False
    said = {"name": name, "verdict": verdict, "at": at}
    row = {"alert_id": alert_id, "who": who, "rule_id": rule_id, **said}
    if not insert_new(connection, FEEDBACK, [row]):
        own = (FEEDBACK.c.alert_id == alert_id, FEEDBACK.c.who == who, FEEDBACK.c.at <= at)
        connection.execute(update(FEEDBACK).where(*own).values(**said))
    return True


def by_rule(connection: Connection) -> dict[str, tuple[int, int]]:
    """How often readers found alerts of each rule useful, and how often noise."""
    return _counted(connection, FEEDBACK.c.rule_id)


def by_alert(connection: Connection, alert_ids: Iterable[str]) -> dict[str, tuple[int, int]]:
    """The same for each of these alerts that somebody judged."""
    return _counted(connection, FEEDBACK.c.alert_id, FEEDBACK.c.alert_id.in_(list(alert_ids)))


def _counted(connection: Connection, key: Any, *where: Any) -> dict[str, tuple[int, int]]:
    rows = connection.execute(
        select(key, FEEDBACK.c.verdict, func.count())
        .where(*where)
        .group_by(key, FEEDBACK.c.verdict)
    )
    found: dict[str, dict[str, int]] = {}
    for one, word, count in rows:
        found.setdefault(one, {})[word] = count
    return {one: (said.get("useful", 0), said.get("noise", 0)) for one, said in found.items()}


def told_by_rule(connection: Connection) -> dict[str, int]:
    """How many alerts each rule has made."""
    rows = connection.execute(select(ALERT.c.rule_id, func.count()).group_by(ALERT.c.rule_id))
    return {rule_id: count for rule_id, count in rows}  # noqa: C416 - rows are no tuples to mypy


def standing(connection: Connection, alert: Alert, now: datetime) -> Standing:
    """What people have done about an alert so far."""
    row = connection.execute(
        select(ALERT.c.taken_by, ALERT.c.taken_at).where(ALERT.c.alert_id == alert.alert_id)
    ).first()
    scopes = (f"rule:{alert.rule_id}", f"story:{alert.story}")
    holding = connection.execute(
        select(PAUSE).where(
            PAUSE.c.scope.in_(scopes), or_(PAUSE.c.until.is_(None), PAUSE.c.until > now)
        )
    )
    paused = {row.scope: Pause(until=row.until, by=row.by) for row in holding}
    useful, noise = by_alert(connection, [alert.alert_id]).get(alert.alert_id, (0, 0))
    return Standing(
        taken_by=row.taken_by if row else None,
        taken_at=row.taken_at if row else None,
        muted=paused.get(scopes[0]),
        snoozed=paused.get(scopes[1]),
        useful=useful,
        noise=noise,
    )


def stands_at(connection: Connection, alert_id: str, ts: str) -> bool:
    """Whether a message of this alert is there: only then a click on it is believed."""
    found = select(DELIVERY.c.seq).where(DELIVERY.c.alert_id == alert_id, DELIVERY.c.ts == ts)
    return connection.execute(found.limit(1)).first() is not None


def is_told(connection: Connection, story: str) -> bool:
    """Whether any alert is of that story."""
    found = select(ALERT.c.alert_id).where(ALERT.c.story == story).limit(1)
    return connection.execute(found).first() is not None


# ── The service that hears clicks ─────────────────────────────────────────────────────────────


def note_service(connection: Connection, name: str, now: datetime) -> None:
    """It is there."""
    if not insert_new(connection, SERVICE, [{"name": name, "seen_at": now}]):
        own = SERVICE.c.name == name
        connection.execute(update(SERVICE).where(own).values(seen_at=now))


def end_service(connection: Connection, name: str) -> None:
    """It was stopped on purpose."""
    connection.execute(SERVICE.delete().where(SERVICE.c.name == name))


def last_heard(connection: Connection, name: str) -> datetime | None:
    """When it was last there; None if it never was, or was stopped."""
    return connection.execute(select(SERVICE.c.seen_at).where(SERVICE.c.name == name)).scalar()


def is_heard(connection: Connection, name: str, now: datetime) -> bool:
    """Whether it is there, or only restarts."""
    seen = last_heard(connection, name)
    return seen is not None and now - seen <= HEARD_WITHIN
