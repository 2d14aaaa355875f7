"""What is held, paused, dead or ailing, and how it comes out of that.

Nothing here drops an alert: held ones are let go when due, alone or gathered in one message;
dead ones wait for `wirewatch alerts retry`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, literal, or_, select, update

from wirewatch.alerts import delivery as machine
from wirewatch.alerts.delivery import SETTLED, State
from wirewatch.alerts.gather import Group, Waiting, gather
from wirewatch.records import Alert, Gathered, Health
from wirewatch.store.codec import dump, load
from wirewatch.store.deliveries import delivery_of, keep, paused, thread_ts_of_each
from wirewatch.store.outbox import insert_new, want_edit
from wirewatch.store.outbox_tables import AILING, ALERT, DELIVERY, PAUSE, REFUSED
from wirewatch.text import digest

_D = DELIVERY.c


def release(connection: Connection, channels: Iterable[str], now: datetime) -> int:
    """Let go what is due: alone, or gathered into one message. How many messages that makes.

    What is paused stays as it is: a digest must not carry it past its pause.
    """
    rows = connection.execute(
        select(DELIVERY)
        .where(
            _D.channel.in_(list(channels)),
            _D.state.not_in([*SETTLED, State.GATHERED]),
            ~paused(connection, now),
        )
        .order_by(_D.seq)
        .with_for_update()
    ).all()
    plan = gather([_waiting(row) for row in rows], now)
    if plan.alone:
        connection.execute(
            update(DELIVERY)
            .where(_D.delivery_id.in_(plan.alone), _D.state == State.HELD)
            .values(state=State.PENDING)
        )
    for group in plan.groups:
        _gather(connection, group, now)
    return len(plan.alone) + len(plan.groups)


def _waiting(row: Any) -> Waiting:
    return Waiting(
        delivery_id=row.delivery_id,
        channel=row.channel,
        thread=row.thread,
        rule_id=row.rule_id,
        kind=row.kind,
        free=row.state in (State.HELD, State.PENDING) and not row.in_doubt,
        held=row.state == State.HELD,
        together=row.together,
        urgent=row.rank == 0,
        due_at=row.not_before,
        since=row.first_try_at or row.not_before,
    )


def _gather(connection: Connection, group: Group, now: datetime) -> None:
    rows = connection.execute(
        select(_D.delivery_id, ALERT.c.record)
        .join(DELIVERY, _D.alert_id == ALERT.c.alert_id)
        .where(_D.delivery_id.in_(group.delivery_ids))
    )
    records = {row.delivery_id: row.record for row in rows}
    gathered = Gathered(
        gathered_id=digest("gathered", group.channel, *sorted(group.delivery_ids)),
        reason=group.reason,
        alerts=tuple(load(Alert, records[one]) for one in group.delivery_ids),
        at=now,
    )
    delivery_id = digest("delivery", gathered.gathered_id, group.channel)
    row = {
        "delivery_id": delivery_id,
        "channel": group.channel,
        "kind": "digest",
        "rank": 1,
        # One after another: a story's news may be spread over several of them.
        "thread": digest("gathered in", group.channel),
        "note": dump(gathered),
        "state": State.PENDING,
        "not_before": now,
        "created_at": now,
    }
    insert_new(connection, DELIVERY, [row])
    connection.execute(
        update(DELIVERY)
        .where(_D.delivery_id.in_(group.delivery_ids))
        .values(state=State.GATHERED, gathered_into=delivery_id)
    )


# ── Dead ones ─────────────────────────────────────────────────────────────────────────────────


def retry(connection: Connection, what: str, now: datetime) -> int:
    """Try refused deliveries again: those of an alert, of a channel, or `all`. How many."""
    rows = connection.execute(
        select(DELIVERY)
        .where(
            REFUSED,
            or_(
                _D.alert_id == what,
                _D.delivery_id == what,
                _D.channel == what,
                literal(what) == "all",
            ),
        )
        .with_for_update()
    ).all()
    for row in rows:
        keep(connection, row.delivery_id, machine.retry(delivery_of(row), now))
    return len(rows)


# ── Pauses ────────────────────────────────────────────────────────────────────────────────────


def pause(
    connection: Connection, scope: str, until: datetime | None, by: str | None, now: datetime
) -> None:
    """Keep back `all`, `rule:ID`, `story:ID` or `channel:NAME`, until a time or until `resume`."""
    connection.execute(delete(PAUSE).where(PAUSE.c.scope == scope))
    insert_new(connection, PAUSE, [{"scope": scope, "until": until, "by": by, "since": now}])


def resume(connection: Connection, scope: str) -> bool:
    """Whether there was such a pause; it is over."""
    return bool(connection.execute(delete(PAUSE).where(PAUSE.c.scope == scope)).rowcount)


def pauses(connection: Connection, now: datetime) -> list[Any]:
    """The pauses that hold now: scope, until, by, since."""
    return list(
        connection.execute(
            select(PAUSE)
            .where(or_(PAUSE.c.until.is_(None), PAUSE.c.until > now))
            .order_by(PAUSE.c.scope)
        )
    )


def take(connection: Connection, alert_id: str, who: str, now: datetime) -> bool:
    """Somebody has an alert in hand, and its message shows it; False if there is no such alert."""
    taken = connection.execute(
        update(ALERT).where(ALERT.c.alert_id == alert_id).values(taken_by=who, taken_at=now)
    ).rowcount
    return bool(taken and want_edit(connection, alert_id, now) >= 0)


def takers(connection: Connection, alert_ids: Iterable[str]) -> dict[str, str]:
    """Who has which of these alerts in hand."""
    rows = connection.execute(
        select(ALERT.c.alert_id, ALERT.c.taken_by).where(
            ALERT.c.alert_id.in_(list(alert_ids)), ALERT.c.taken_by.is_not(None)
        )
    )
    return {row.alert_id: row.taken_by for row in rows}


# ── Health ────────────────────────────────────────────────────────────────────────────────────


def note_health(connection: Connection, health: Health, channels: Iterable[str]) -> bool:
    """Owe one message when a thing falls ill and one when it is well again; True if owed.

    A thing that is as it was makes no message, however often it is looked at.
    """
    ill = connection.execute(
        select(AILING.c.since).where(AILING.c.about == health.about).with_for_update()
    ).first()
    if health.well == (ill is None):
        return False
    if health.well:
        connection.execute(delete(AILING).where(AILING.c.about == health.about))
    else:
        row = {"about": health.about, "says": health.says, "since": health.at}
        if not insert_new(connection, AILING, [row]):
            return False
    tell_health(connection, health, channels)
    return True


def tell_health(connection: Connection, health: Health, channels: Iterable[str]) -> None:
    """Owe a health message to these channels, whatever was told before."""
    told = replace(health, health_id=digest("health", health.about, health.well, health.at))
    for channel in channels:
        row = {
            "delivery_id": digest("delivery", told.health_id, channel),
            "channel": channel,
            "kind": "health",
            "rank": 0,
            "thread": told.health_id,
            "note": dump(told),
            "state": State.PENDING,
            "not_before": health.at,
            "created_at": health.at,
        }
        insert_new(connection, DELIVERY, [row])


def ailing(connection: Connection) -> list[Any]:
    """What fails now: about, says, since."""
    return list(connection.execute(select(AILING).order_by(AILING.c.since)))


# ── Sweeping ──────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Posted:
    """A message to look at once more."""

    delivery_id: str
    ts: str
    thread_ts: str | None
    first_try_at: datetime


def to_sweep(connection: Connection, channel: str, before: datetime) -> list[Posted]:
    """The oldest messages of a channel, posted before then, that were not looked at since."""
    rows = connection.execute(
        select(_D.delivery_id, _D.ts, thread_ts_of_each().label("thread_ts"), _D.first_try_at)
        .where(
            _D.channel == channel,
            _D.state == State.POSTED,
            _D.posted_at <= before,
            _D.gathered_into.is_(None),
        )
        .order_by(_D.seq)
        .limit(200)
    )
    return [Posted(**row._mapping) for row in rows]


def swept(connection: Connection, delivery_ids: Iterable[str]) -> None:
    """These were found once, or once too often and mended."""
    ids = list(delivery_ids)
    connection.execute(
        update(DELIVERY)
        .where(
            or_(_D.delivery_id.in_(ids), _D.gathered_into.in_(ids)),
            _D.state == State.POSTED,
        )
        .values(state=State.SWEPT)
    )
