"""The last step: what is owed goes out, once. Run it as often as you like, in several workers.

Claim, look if somebody may have sent it already, post, note how it ended: each a transaction of
its own, so that a worker may die between any two of them.
"""

import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from wirewatch.alerts.delivery import (
    TIMES,
    Delivery,
    Done,
    Never,
    NotNow,
    Outcome,
    State,
    Times,
    Unclear,
    may_post,
    must_look_first,
)
from wirewatch.alerts.gather import FLOOD, OLD
from wirewatch.channels import Places, Secrets, Sender, open_sender
from wirewatch.desk.feedback import hears_clicks
from wirewatch.desk.health import note_channel, note_name
from wirewatch.desk.log import event
from wirewatch.records import Alert, Channel
from wirewatch.store import Store
from wirewatch.store.deliveries import (
    Claimed,
    channel_states,
    claim,
    give_back,
    how_many,
    know_channels,
    next_edit,
    next_edit_turn,
    next_turn,
    settle,
    settle_edit,
    take_turn,
)
from wirewatch.store.outbox import database_now
from wirewatch.store.places import keep_places, known_places
from wirewatch.store.waiting import release, swept, to_sweep

PROMPT = 0.2  # seconds after its turn within which a message must be on its way
MOST_THREADS = 20  # of one sweep: Slack answers some fifty looks a minute
SOON = timedelta(seconds=2)  # an edit that waits for its turn only; counts wait for later passes
OPEN = (State.PENDING, State.SENDING, State.UNKNOWN)
Clock = Callable[[Connection], datetime]


@dataclass(slots=True)
class DeliverReport:
    """What one pass did: messages sent, edited, refused for good; what still waits, and why."""

    sent: int = 0
    edited: int = 0
    dead: int = 0
    swept: int = 0
    held: int = 0
    waiting: int = 0
    problems: list[str] = field(default_factory=list)

    def add(self, later: "DeliverReport") -> None:
        """Count what was done later too; what waits, waits as it did then."""
        self.sent, self.edited = self.sent + later.sent, self.edited + later.edited
        self.dead, self.swept = self.dead + later.dead, self.swept + later.swept
        self.held, self.waiting = later.held, later.waiting
        self.problems += later.problems

    @property
    def counts(self) -> dict[str, int]:
        """The same as numbers by name."""
        return {
            "sent": self.sent,
            "edited": self.edited,
            "dead": self.dead,
            "held": self.held,
            "waiting": self.waiting,
        }


@dataclass(frozen=True, slots=True)
class Hand:
    """What a worker works with. Tests and drills hand in a clock of their own."""

    store: Store
    senders: Mapping[str, Sender]
    clock: Clock = database_now
    sleep: Callable[[float], None] = time.sleep
    monotonic: Callable[[], float] = time.monotonic
    times: Times = TIMES
    # Called at each point where a worker might die; drills make it die there.
    passing: Callable[[str], None] = lambda point: None

    @property
    def pace(self) -> dict[str, timedelta]:
        """The least time between two messages, by channel."""
        return {name: sender.pace for name, sender in self.senders.items()}


def deliver(
    store: Store,
    channels: Iterable[Channel],
    secrets: Secrets | None = None,
    *,
    limit: int = 500,
    seconds: float = 50.0,
    again: Callable[[], bool] = lambda: False,
    needed: Collection[str] | None = None,
) -> DeliverReport:
    """Deliver what is due, for at most so many messages and seconds, pauses included.

    When nothing is due any more `again` is asked: it may wait, and says whether to go on with what
    is due by then. A channel that cannot be opened keeps its messages waiting and is told in
    `problems`, unless nothing is owed to it and it is none of those `needed` (default: all are).
    """
    with store.read() as connection:
        clicks = hears_clicks(connection)
    every, places = list(channels), places_of(store)
    secrets = replace(secrets or Secrets(), buttons=clicks)
    senders, shut = open_senders(every, secrets, places)
    problems = _that_matter(store, shut, needed)
    hand = Hand(store, senders)
    report = work(hand, limit=limit, seconds=seconds)
    while again():
        report.add(work(hand, limit=limit, seconds=seconds))
    sweep(hand, report)
    _keep_places(store, places, every)
    report.problems = [*problems, *report.problems]
    return report


def places_of(store: Store) -> Places:
    """Where channels' names led when last looked up."""
    with store.read() as connection:
        known, old = known_places(connection, database_now(connection))
    return Places(known=known, old=old)


def _keep_places(store: Store, places: Places, channels: Iterable[Channel]) -> None:
    """Keep what a pass found out, and tell once that a channel has another name now."""
    if not places.learnt and not places.wrong:
        return
    names = {address: channel.name for channel in channels for address in channel.address}
    with store.begin() as connection:
        now = database_now(connection)
        keep_places(connection, places.learnt, places.wrong, now)
        for address in places.learnt:
            note_name(connection, names[address], places.renamed.get(address), names.values(), now)


def open_senders(
    channels: Iterable[Channel], secrets: Secrets, places: Places
) -> tuple[dict[str, Sender], dict[str, str]]:
    """The channels by name, ready to post, and what keeps the others shut."""
    senders: dict[str, Sender] = {}
    problems: dict[str, str] = {}
    for channel in channels:
        try:
            senders[channel.name] = open_sender(channel, secrets, TIMES.timeout, places)
        except ValueError as error:
            problems[channel.name] = str(error)
    return senders, problems


def _that_matter(
    store: Store, shut: Mapping[str, str], needed: Collection[str] | None
) -> list[str]:
    """What keeps channels shut that somebody waits for."""
    if not shut or needed is None:
        return list(shut.values())
    with store.read() as connection:
        states = channel_states(connection)
    owed = {name for name, many in states.items() if any(many.get(state) for state in OPEN)}
    return [says for name, says in shut.items() if name in owed or name in needed]


def work(hand: Hand, *, limit: int = 500, seconds: float = 50.0) -> DeliverReport:
    """One worker's pass, until nothing is due or its messages or seconds are used up."""
    report = DeliverReport()
    end = hand.monotonic() + seconds
    with hand.store.begin() as connection:
        now = hand.clock(connection)
        know_channels(connection, hand.senders, now)
        release(connection, hand.senders, now)
    while report.sent + report.edited + report.dead < limit and hand.monotonic() < end:
        if _deliver_one(hand, report) or _edit_one(hand, report):
            continue
        wait = _until_next(hand)
        if wait is None or hand.monotonic() + wait > end:
            break
        hand.sleep(wait)
    with hand.store.read() as connection:
        states = how_many(connection)
    report.held = states.get(State.HELD, 0)
    report.waiting = sum(states.get(state, 0) for state in OPEN)
    return report


def _until_next(hand: Hand) -> float | None:
    """Seconds until something may be due; None if nothing is waiting."""
    with hand.store.read() as connection:
        now = hand.clock(connection)
        turn = next_turn(connection, hand.senders, now)
        edit = next_edit_turn(connection, hand.senders, now)
    if edit is not None and edit - now <= SOON:
        turn = edit if turn is None else min(turn, edit)
    return None if turn is None else max((turn - now).total_seconds(), 0.02)


def _deliver_one(hand: Hand, report: DeliverReport) -> bool:
    """Take one delivery through all its steps; False if none is due."""
    hand.passing("before claim")
    began = hand.monotonic()
    with hand.store.begin() as connection:
        now = hand.clock(connection)
        turn = hand.monotonic()
        claimed = claim(connection, hand.pace, now, hand.times)
    if claimed is None:
        return False
    hand.passing("after claim")
    outcome = _send(hand, claimed, now, began, turn)
    hand.passing("before mark")
    with hand.store.begin() as connection:
        now = hand.clock(connection)
        if outcome is None:
            give_back(connection, claimed, now)
            return True
        after = settle(connection, claimed, outcome, now, hand.times)
        if after is not None:
            note_channel(connection, claimed, outcome, after, hand.senders, now)
    hand.passing("after mark")
    if after is not None:
        _count(report, claimed, outcome, after)
        _log(claimed, after)
    return True


def _log(claimed: Claimed, after: Delivery) -> None:
    message = claimed.message
    event(
        "delivery",
        delivery=claimed.delivery_id,
        channel=claimed.channel,
        state=after.state.value,
        alert=message.alert_id if isinstance(message, Alert) else None,
        rule=message.rule_id if isinstance(message, Alert) else None,
        why=after.error,
    )


def _may_join_others(hand: Hand, claimed: Claimed, now: datetime) -> bool:
    """After an outage: it is not in the channel, and the next pass finds a flood of such."""
    message, first = claimed.message, claimed.delivery.first_try_at
    if not isinstance(message, Alert) or message.severity == "urgent":
        return False
    if first is None or first > now - OLD:
        return False
    with hand.store.read() as connection:
        states = channel_states(connection).get(claimed.channel, {})
    return sum(states.get(state, 0) for state in OPEN) > FLOOD


def _send(hand: Hand, claimed: Claimed, now: datetime, began: float, turn: float) -> Outcome | None:
    """Look, then post in turn; None if the claim has become too old to post under."""
    sender = hand.senders[claimed.channel]
    if must_look_first(claimed.delivery):
        since = claimed.delivery.first_try_at
        assert since is not None  # noqa: S101 - a claimed delivery has been tried
        found = sender.find(claimed.delivery_id, since, claimed.thread_ts)
        if found is not None:
            return found
        if _may_join_others(hand, claimed, now):
            return NotNow(None, "it waits for a message with others")
    unready = sender.ready()
    if unready is not None:
        return unready
    while sender.pace and hand.monotonic() - turn > PROMPT:
        # Looking or waiting for the database took its time: others may have posted since.
        if not may_post(timedelta(seconds=hand.monotonic() - began), hand.times):
            return None
        turn = _wait_for_turn(hand, claimed, sender)
    if not may_post(timedelta(seconds=hand.monotonic() - began), hand.times):
        return None
    hand.passing("before post")
    return sender.post(
        claimed.message,
        claimed.delivery_id,
        claimed.thread_ts,
        plain=claimed.delivery.plain,
    )


def _wait_for_turn(hand: Hand, claimed: Claimed, sender: Sender) -> float:
    """Book the channel's next turn and wait for it; when it is, on the worker's own clock."""
    with hand.store.begin() as connection:
        turn, now = take_turn(connection, claimed.channel, sender.pace, hand.clock)
        here = hand.monotonic()
    wait = min(max((turn - now).total_seconds(), 0.0), hand.times.lease.total_seconds())
    hand.sleep(wait)
    return here + wait


def _count(report: DeliverReport, claimed: Claimed, outcome: Outcome, after: Delivery) -> None:
    if isinstance(outcome, Done):
        report.sent += 1
    elif after.state is State.DEAD:
        report.dead += 1
        report.problems.append(f"channel {claimed.channel}: {after.error}")


def edit_due(hand: Hand, *, seconds: float = 10.0) -> DeliverReport:
    """Make the edits that are wanted now, in turn with all else; for at most so many seconds."""
    report = DeliverReport()
    end = hand.monotonic() + seconds
    while hand.monotonic() < end:
        if _edit_one(hand, report):
            continue
        with hand.store.read() as connection:
            now = hand.clock(connection)
            turn = next_edit_turn(connection, hand.senders, now)
        if turn is None or (turn - now).total_seconds() > end - hand.monotonic():
            break
        hand.sleep(max((turn - now).total_seconds(), 0.02))
    return report


def _edit_one(hand: Hand, report: DeliverReport) -> bool:
    with hand.store.begin() as connection:
        edit = next_edit(connection, hand.pace, hand.clock(connection))
    if edit is None:
        return False
    outcome = hand.senders[edit.channel].edit(edit.ts, edit.alert, edit.standing)
    wait = outcome.wait or timedelta(minutes=1) if isinstance(outcome, NotNow | Unclear) else None
    with hand.store.begin() as connection:
        settle_edit(connection, edit, wait, hand.clock(connection))
    report.edited += 1
    if isinstance(outcome, Never):
        report.problems.append(f"channel {edit.channel}: an edit was refused: {outcome.error}")
    return True


def sweep(hand: Hand, report: DeliverReport | None = None) -> DeliverReport:
    """Look once more at what was posted, and take away what a server committed twice."""
    report = report or DeliverReport()
    for name, sender in hand.senders.items():
        with hand.store.read() as connection:
            now = hand.clock(connection)
            rows = to_sweep(connection, name, now - hand.times.sweep_after)
        by_thread: dict[str | None, dict[str, str]] = {}
        for row in rows:
            by_thread.setdefault(row.thread_ts, {})[row.delivery_id] = row.ts
        since = min((row.first_try_at for row in rows), default=now)
        for thread_ts, posted in list(by_thread.items())[:MOST_THREADS]:
            gone = sender.sweep(posted, since, thread_ts)
            if gone is None:
                continue
            report.swept += gone
            with hand.store.begin() as connection:
                swept(connection, posted)
    return report
