"""Word about Wirewatch itself: a channel that fails, a feed that is silent, a rule that is broken.

One message when it begins, one when it is over, in the other channels: never among the alerts.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import Connection

from wirewatch.alerts.delivery import Delivery, Done, Outcome, State
from wirewatch.records import Health
from wirewatch.store.deliveries import Claimed
from wirewatch.store.waiting import note_health

FAILING_AFTER = timedelta(minutes=10)


def note_channel(
    connection: Connection,
    claimed: Claimed,
    outcome: Outcome,
    after: Delivery,
    channels: Iterable[str],
    now: datetime,
) -> None:
    """Tell the other channels when this one begins to refuse or to fail, and when it is well."""
    others = [name for name in channels if name != claimed.channel]
    about = f"channel {claimed.channel}"
    if isinstance(outcome, Done):
        says = "Messages reach it again."
        well = Health(health_id="", about=about, says=says, well=True, at=now)
        note_health(connection, well, others)
        return
    began = after.first_try_at or now
    if after.state is State.DEAD:
        says = f"It refuses messages: {after.error}."
        mend = f"{_mend(after.error)} Then: wirewatch alerts retry {claimed.channel}".strip()
    elif now - began >= FAILING_AFTER:
        says = f"It has taken no message since {began:%H:%M} UTC: {after.error}."
        mend = "What is owed waits and is tried again."
    else:
        return
    ill = Health(health_id="", about=about, says=says, well=False, at=now, mend=mend)
    note_health(connection, ill, others)


def note(
    connection: Connection,
    about: str,
    well: bool,
    says: str,
    channels: Iterable[str],
    now: datetime,
    *,
    mend: str = "",
) -> bool:
    """Tell once that a feed or a rule fails, or is well again; True if somebody is told."""
    health = Health(health_id="", about=about, says=says, well=well, at=now, mend=mend)
    return note_health(connection, health, channels)


def _mend(error: str | None) -> str:
    from wirewatch.channels.slack.errors import MENDS

    return MENDS.get(error or "", "")
