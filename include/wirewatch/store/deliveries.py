"""The workers' side of the outbox: who may deliver what, when, and how it ended.

What may follow on what is decided by `alerts/delivery.py`; here it is kept in rows. A channel's
row is its turnstile: it is locked while one is claimed, so that all workers together stay within
the channel's pace, and what a channel asked for by Retry-After binds them all.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    case,
    exists,
    false,
    func,
    or_,
    select,
    update,
)

from wirewatch.alerts import delivery as machine
from wirewatch.alerts.delivery import SETTLED, TIMES, Delivery, Outcome, State, Times
from wirewatch.records import Alert, Gathered, Health, Standing
from wirewatch.store.codec import load
from wirewatch.store.feedback import standing
from wirewatch.store.outbox import insert_new
from wirewatch.store.outbox_tables import ALERT, CHANNEL, DELIVERY, PAUSE, REFUSED

Message = Alert | Gathered | Health
_MACHINE = tuple(Delivery.__dataclass_fields__)
_D = DELIVERY.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A delivery in a worker's hand, with all that it needs to post it.

    `thread_ts` is the place of the thread's first message in the channel, `since` how far back a
    look for an earlier post must go.
    """

    delivery_id: str
    channel: str
    kind: str
    message: Message
    delivery: Delivery
    thread_ts: str | None
    edits_wanted: int

    @property
    def fence(self) -> int:
        """Shows which claim this is."""
        return self.delivery.fence


def know_channels(connection: Connection, names: Iterable[str], now: datetime) -> None:
    """Make the turnstile of each channel that has none yet."""
    insert_new(connection, CHANNEL, [{"name": name, "next_free_at": now} for name in names])


def claim(
    connection: Connection,
    pace: Mapping[str, timedelta],
    now: datetime,
    times: Times = TIMES,
) -> Claimed | None:
    """The next delivery for one of these channels, or None if nothing is due.

    `pace` is the least time between two messages by channel. Urgent ones go first, but never past
    an earlier message of their own thread: a reply waits for what it replies to.
    """
    may = (_due(now), ~_waits_for_its_thread(), ~paused(connection, now))
    row = _first_free(connection, pace, now, may, (_D.rank, _D.seq))
    if row is None:
        return None
    taken = machine.claim(delivery_of(row), now, times)
    keep(connection, row.delivery_id, taken)
    _take_turn(connection, row.channel, now + pace[row.channel])
    return Claimed(
        delivery_id=row.delivery_id,
        channel=row.channel,
        kind=row.kind,
        message=_message(connection, row),
        delivery=taken,
        thread_ts=thread_ts(connection, row),
        edits_wanted=row.edits_wanted,
    )


def take_turn(
    connection: Connection,
    channel: str,
    pace: timedelta,
    clock: Callable[[Connection], datetime],
) -> tuple[datetime, datetime]:
    """When this worker may post next in the channel, and what time it is; the turn is booked.

    The clock is read when the channel's row is ours: waiting for the row is over by then.
    """
    free = connection.execute(
        select(CHANNEL.c.next_free_at).where(CHANNEL.c.name == channel).with_for_update()
    ).scalar_one()
    now = clock(connection)
    turn: datetime = max(free, now)
    _take_turn(connection, channel, turn + pace)
    return turn, now


def settle(
    connection: Connection, claimed: Claimed, outcome: Outcome, now: datetime, times: Times = TIMES
) -> Delivery | None:
    """Keep how it ended; None if another worker has it by now, and nothing is kept."""
    row = _locked(connection, claimed.delivery_id)
    after = machine.settle(delivery_of(row), claimed.fence, outcome, now, times)
    if after is None:
        return None
    posted = after.state is State.POSTED
    keep(
        connection,
        claimed.delivery_id,
        after,
        **({"posted_at": now, "edits_done": claimed.edits_wanted} if posted else {}),
    )
    if posted:
        _settle_gathered(connection, claimed.delivery_id, after.ts, now)
    if isinstance(outcome, machine.NotNow | machine.Unclear) and outcome.wait:
        _take_turn(connection, claimed.channel, now + outcome.wait)
    return after


def give_back(connection: Connection, claimed: Claimed, now: datetime) -> None:
    """Let another claim take it at once: this one is too old to post safely."""
    row = _locked(connection, claimed.delivery_id)
    after = machine.give_back(delivery_of(row), claimed.fence, now)
    if after is not None:
        keep(connection, claimed.delivery_id, after)


def _settle_gathered(
    connection: Connection, delivery_id: str, ts: str | None, now: datetime
) -> None:
    connection.execute(
        update(DELIVERY)
        .where(_D.gathered_into == delivery_id, _D.state == State.GATHERED)
        .values(state=State.POSTED, ts=ts, posted_at=now)
    )


def _first_free(
    connection: Connection,
    pace: Mapping[str, timedelta],
    now: datetime,
    may: Iterable[ColumnElement[bool]],
    order: Iterable[ColumnElement[Any]],
) -> Any:
    """The first row that may go and whose channel's turn has come, both held; None if none."""
    return connection.execute(
        select(DELIVERY)
        .join(CHANNEL, CHANNEL.c.name == _D.channel)
        .where(_D.channel.in_(list(pace)), CHANNEL.c.next_free_at <= now, *may)
        .order_by(*order)
        .limit(1)
        .with_for_update(of=[DELIVERY, CHANNEL], skip_locked=True)
    ).first()


def _due(now: datetime) -> ColumnElement[bool]:
    return or_(
        and_(_D.state.in_([State.PENDING, State.UNKNOWN]), _D.not_before <= now),
        and_(_D.state == State.SENDING, _D.lease_until <= now),
    )


def _waits_for_its_thread() -> ColumnElement[bool]:
    earlier = DELIVERY.alias("earlier")
    return exists(
        select(earlier.c.seq).where(
            earlier.c.channel == _D.channel,
            earlier.c.thread == _D.thread,
            earlier.c.seq < _D.seq,
            earlier.c.state.not_in(SETTLED),
        )
    )


def paused(connection: Connection, now: datetime) -> ColumnElement[bool]:
    """Which deliveries a pause keeps back now."""
    scopes = connection.execute(
        select(PAUSE.c.scope).where(or_(PAUSE.c.until.is_(None), PAUSE.c.until > now))
    ).scalars()
    return or_(false(), *(_within(scope) for scope in scopes))


def _within(scope: str) -> ColumnElement[bool]:
    kind, _, name = scope.partition(":")
    if kind == "rule":
        return func.coalesce(_D.rule_id, "") == name
    if kind == "channel":
        return _D.channel == name
    if kind == "story":
        of_story = select(ALERT.c.alert_id).where(ALERT.c.story == name)
        return exists(of_story.where(ALERT.c.alert_id == _D.alert_id))
    return _D.kind != "health"


def kept_back(connection: Connection, scope: str) -> int:
    """How many messages wait that a pause of this scope concerns."""
    query = select(func.count()).where(_within(scope), _D.state.not_in([*SETTLED, State.GATHERED]))
    return connection.execute(query).scalar_one()


def thread_ts(connection: Connection, row: Any) -> str | None:
    """Where the row's thread begins in its channel: the first message there that was posted."""
    if row.kind != "reply" or row.loose:
        return None
    return connection.execute(_thread_begins(row)).scalar()


def thread_ts_of_each() -> ColumnElement[str | None]:
    """The same as a column of a question about many rows."""
    return case((and_(_D.kind == "reply", ~_D.loose), _thread_begins(_D).scalar_subquery()))


def _thread_begins(of: Any) -> Select[Any]:
    first = DELIVERY.alias("first")
    return (
        select(first.c.ts)
        .where(
            first.c.channel == of.channel,
            first.c.thread == of.thread,
            first.c.seq < of.seq,
            first.c.ts.is_not(None),
        )
        .order_by(first.c.seq)
        .limit(1)
    )


def _message(connection: Connection, row: Any) -> Message:
    if row.kind == "digest":
        return load(Gathered, row.note)
    if row.kind == "health":
        return load(Health, row.note)
    record = connection.execute(
        select(ALERT.c.record).where(ALERT.c.alert_id == row.alert_id)
    ).scalar_one()
    return load(Alert, record)


def delivery_of(row: Any) -> Delivery:
    """What the state machine sees of a row."""
    values = {name: getattr(row, name) for name in _MACHINE}
    return Delivery(**{**values, "state": State(row.state)})


def _locked(connection: Connection, delivery_id: str) -> Any:
    return connection.execute(
        select(DELIVERY).where(_D.delivery_id == delivery_id).with_for_update()
    ).one()


def keep(connection: Connection, delivery_id: str, after: Delivery, **more: Any) -> None:
    """What the state machine made of a row."""
    values = {name: getattr(after, name) for name in _MACHINE}
    connection.execute(
        update(DELIVERY).where(_D.delivery_id == delivery_id).values(**values, **more)
    )


def _take_turn(connection: Connection, channel: str, free_at: datetime) -> None:
    """The turnstile opens no sooner than that, nor sooner than it would have."""
    connection.execute(
        update(CHANNEL)
        .where(CHANNEL.c.name == channel, CHANNEL.c.next_free_at < free_at)
        .values(next_free_at=free_at)
    )


# ── Edits ─────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A posted message that shows old counts, or not yet what people did about it.

    To edit it twice does no harm; two edits at once might end with the older one, so each holds
    a lease.
    """

    delivery_id: str
    channel: str
    ts: str
    alert: Alert
    standing: Standing
    edits_wanted: int


def next_edit(connection: Connection, pace: Mapping[str, timedelta], now: datetime) -> Edit | None:
    """The next message to edit, for one of these channels; its turn is taken."""
    may = (_D.edit_after <= now, *_may_be_edited(now))
    row = _first_free(connection, pace, now, may, (_D.edit_after,))
    if row is None:
        return None
    _take_turn(connection, row.channel, now + pace[row.channel])
    # A worker that dies now leaves the edit to the next one, a minute later.
    connection.execute(
        update(DELIVERY)
        .where(_D.delivery_id == row.delivery_id)
        .values(edit_lease=now + timedelta(minutes=1))
    )
    message = _message(connection, row)
    assert isinstance(message, Alert)  # noqa: S101 - only alerts are ever edited
    return Edit(
        delivery_id=row.delivery_id,
        channel=row.channel,
        ts=row.ts,
        alert=message,
        standing=standing(connection, message, now),
        edits_wanted=row.edits_wanted,
    )


def _may_be_edited(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        or_(_D.edit_lease.is_(None), _D.edit_lease <= now),
        _D.state.in_([State.POSTED, State.SWEPT]),
        _D.ts.is_not(None),
        _D.edits_done < _D.edits_wanted,
    )


def next_edit_turn(connection: Connection, names: Iterable[str], now: datetime) -> datetime | None:
    """When the next edit of these channels may be made; None if none is wanted."""
    rows = connection.execute(
        select(_D.edit_after, CHANNEL.c.next_free_at)
        .join(CHANNEL, CHANNEL.c.name == _D.channel)
        .where(_D.channel.in_(list(names)), *_may_be_edited(now))
        .order_by(_D.edit_after)
        .limit(20)
    )
    return min((max(one, other) for one, other in rows), default=None)


def settle_edit(connection: Connection, edit: Edit, wait: timedelta | None, now: datetime) -> None:
    """The edit is made (or never will be), or waits; one that was asked for meanwhile is due."""
    free = update(DELIVERY).where(_D.delivery_id == edit.delivery_id)
    if wait is not None:
        _take_turn(connection, edit.channel, now + wait)
        connection.execute(free.values(edit_lease=None, edit_after=now + wait))
        return
    connection.execute(free.values(edit_lease=None))
    connection.execute(
        update(DELIVERY)
        .where(_D.delivery_id == edit.delivery_id, _D.edits_done < edit.edits_wanted)
        .values(edits_done=edit.edits_wanted)
    )
    connection.execute(
        update(DELIVERY)
        .where(_D.delivery_id == edit.delivery_id, _D.edits_done == _D.edits_wanted)
        .values(edit_after=None)
    )


# ── How things stand ──────────────────────────────────────────────────────────────────────────


def how_many(connection: Connection) -> dict[str, int]:
    """Deliveries by state."""
    rows = connection.execute(select(_D.state, func.count()).group_by(_D.state))
    return {state: count for state, count in rows}  # noqa: C416 - rows are no tuples to mypy


def channel_states(connection: Connection) -> dict[str, dict[str, int]]:
    """Deliveries by channel and state, without those that were taken down."""
    kept = or_(_D.state != State.DEAD, REFUSED)
    rows = connection.execute(
        select(_D.channel, _D.state, func.count()).where(kept).group_by(_D.channel, _D.state)
    )
    found: dict[str, dict[str, int]] = {}
    for channel, state, count in rows:
        found.setdefault(channel, {})[state] = count
    return found


def next_turn(connection: Connection, names: Iterable[str], now: datetime) -> datetime | None:
    """When the next pending delivery of these channels may be tried, as far as is known now."""
    rows = connection.execute(
        select(_D.not_before, CHANNEL.c.next_free_at)
        .join(CHANNEL, CHANNEL.c.name == _D.channel)
        .where(
            _D.channel.in_(list(names)),
            _D.state.in_([State.PENDING, State.UNKNOWN]),
            ~_waits_for_its_thread(),
            ~paused(connection, now),
        )
        .order_by(_D.not_before)
        .limit(20)
    )
    return min((max(one, other) for one, other in rows), default=None)
