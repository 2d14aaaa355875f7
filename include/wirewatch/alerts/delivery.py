"""Which state a delivery is in, and what may happen to it next.

    held → pending → sending → posted → swept
                        ├→ pending   the channel was busy: it certainly was not posted
                        ├→ unknown   it may have been posted: look before any second post
                        └→ dead      refused; `wirewatch alerts retry` makes it pending again
    held or pending → gathered → posted, when it is told inside another message

The rule that keeps an alert single: whoever claims a delivery that somebody may have sent already
looks for it in the channel first, and nobody begins to post unless enough of the lease is left
for the request and for a late commit of the server. Every function is pure and is driven by the
store and by the exhaustive model alike.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum


class State(StrEnum):
    """How far a delivery has come."""

    HELD = "held"
    PENDING = "pending"
    SENDING = "sending"
    UNKNOWN = "unknown"
    GATHERED = "gathered"
    POSTED = "posted"
    SWEPT = "swept"
    DEAD = "dead"


SETTLED = (State.POSTED, State.SWEPT, State.DEAD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """The waits. `grace`: how late a server may still commit a request that we gave up on."""

    lease: timedelta = timedelta(seconds=75)
    timeout: timedelta = timedelta(seconds=10)
    grace: timedelta = timedelta(seconds=15)
    margin: timedelta = timedelta(seconds=5)
    longest_wait: timedelta = timedelta(minutes=5)
    sweep_after: timedelta = timedelta(minutes=2)

    @property
    def post_within(self) -> timedelta:
        """How old a claim may be when its post begins."""
        return self.lease - self.timeout - self.grace - self.margin


TIMES = Times()


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What the transitions need to know of a delivery; `in_doubt`: it may have been posted."""

    state: State = State.PENDING
    not_before: datetime
    fence: int = 0
    lease_until: datetime | None = None
    attempts: int = 0
    first_try_at: datetime | None = None
    in_doubt: bool = False
    plain: bool = False
    loose: bool = False
    ts: str | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """It is in the channel, at this place; `note` says what is not quite well about it."""

    ts: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class NotNow:
    """It certainly was not posted; the channel asks to wait this long, if it says how long."""

    wait: timedelta | None = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class Unclear:
    """It may have been posted, or may yet be; or a look for it could not be finished."""

    error: str = ""
    wait: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class Never:
    """It will never be taken like this. `mend` is what may be tried instead."""

    error: str
    mend: str | None = None  # "plain": without blocks; "loose": outside its thread
    needs: str = ""  # the permission that is lacking, if Slack names it


Outcome = Done | NotNow | Unclear | Never


def may_be_claimed(delivery: Delivery, now: datetime) -> bool:
    """Whether a worker may take it: it is due, or its worker's lease has run out."""
    if delivery.state is State.SENDING:
        return delivery.lease_until is not None and delivery.lease_until <= now
    return delivery.state in (State.PENDING, State.UNKNOWN) and delivery.not_before <= now


def claim(delivery: Delivery, now: datetime, times: Times = TIMES) -> Delivery:
    """The delivery in a worker's hand. A higher fence shuts out whoever had it before."""
    return replace(
        delivery,
        state=State.SENDING,
        fence=delivery.fence + 1,
        lease_until=now + times.lease,
        attempts=delivery.attempts + 1,
        first_try_at=delivery.first_try_at or now,
        in_doubt=delivery.in_doubt or delivery.state in (State.SENDING, State.UNKNOWN),
    )


def must_look_first(delivery: Delivery) -> bool:
    """Whether it may be in the channel already."""
    return delivery.in_doubt


def may_post(age_of_claim: timedelta, times: Times = TIMES) -> bool:
    """Whether a post that begins now ends, late commit and all, before another may claim it."""
    return timedelta() <= age_of_claim <= times.post_within


def give_back(delivery: Delivery, fence: int, now: datetime) -> Delivery | None:
    """Back in the queue, unsent by this worker; what was in doubt stays so."""
    if not _holds(delivery, fence):
        return None
    state = State.UNKNOWN if delivery.in_doubt else State.PENDING
    return replace(delivery, state=state, lease_until=None, not_before=now)


def settle(
    delivery: Delivery, fence: int, outcome: Outcome, now: datetime, times: Times = TIMES
) -> Delivery | None:
    """The delivery after a post or a look; None if the worker has lost its hold on it."""
    if not _holds(delivery, fence):
        return None
    after = replace(delivery, lease_until=None)
    if isinstance(outcome, Done):
        return replace(
            after, state=State.POSTED, ts=outcome.ts, in_doubt=False, error=outcome.note or None
        )
    if isinstance(outcome, NotNow):
        wait = outcome.wait if outcome.wait is not None else _patience(delivery.attempts, times)
        return replace(
            after,
            # What was looked for and not found is no longer in doubt; see `Unclear` for a look
            # that could not be finished.
            state=State.PENDING,
            in_doubt=False,
            not_before=now + wait,
            error=outcome.error,
        )
    if isinstance(outcome, Unclear):
        wait = max(times.grace, outcome.wait, _patience(delivery.attempts, times))
        return replace(
            after,
            state=State.UNKNOWN,
            in_doubt=True,
            not_before=now + wait,
            error=outcome.error,
        )
    return _refused(after, outcome, now)


def _refused(delivery: Delivery, outcome: Never, now: datetime) -> Delivery:
    plain = delivery.plain or outcome.mend == "plain"
    loose = delivery.loose or outcome.mend == "loose"
    if (plain, loose) != (delivery.plain, delivery.loose):
        return replace(
            delivery,
            state=State.PENDING,
            in_doubt=False,
            plain=plain,
            loose=loose,
            not_before=now,
            error=outcome.error,
        )
    return replace(delivery, state=State.DEAD, error=outcome.error)


def retry(delivery: Delivery, now: datetime) -> Delivery:
    """A dead delivery tried again, once somebody has mended the cause."""
    state = State.UNKNOWN if delivery.in_doubt else State.PENDING
    return replace(delivery, state=state, not_before=now, attempts=0, plain=False, loose=False)


def _holds(delivery: Delivery, fence: int) -> bool:
    return delivery.state is State.SENDING and delivery.fence == fence


def _patience(attempts: int, times: Times) -> timedelta:
    """Twice as long after each failure: 1, 2, 4 … seconds, up to the longest wait."""
    return min(timedelta(seconds=float(2 ** min(attempts - 1, 20))), times.longest_wait)
