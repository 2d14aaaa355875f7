"""Word about Wirewatch itself: a channel that fails, a feed that is silent, a rule that is broken.

One message when it begins, one when it is over, in the other channels: never among the alerts.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from wirewatch.alerts.delivery import Delivery, Done, Outcome, State
from wirewatch.desk.watch import Watch
from wirewatch.records import Channel, Health, Problem, Rule
from wirewatch.store import Store
from wirewatch.store.deliveries import Claimed
from wirewatch.store.feeds import FeedRow, feed_rows
from wirewatch.store.waiting import ailing, note_health

FAILING_AFTER = timedelta(minutes=10)
FEED_FAILING_AFTER = timedelta(hours=1)
# A feed is silent when nothing came for ten times its usual gap, a day at the least.
SILENT_GAPS = 10
SILENT_AFTER = timedelta(days=1)
MOST = 5  # more that begin at once have one cause: they are told in one message


@dataclass(frozen=True, slots=True)
class Ill:
    """A thing that is not well: what is told of it, and what somebody may do."""

    about: str
    says: str
    mend: str = ""


# ── Feeds and rules, looked after at each delivery ────────────────────────────────────────────


def look_after(store: Store, watch: Watch, channels: Iterable[Channel], now: datetime) -> int:
    """Tell what has fallen ill since the last look, and what is well again; how many messages.

    Looks at the feeds of `watch` and at its rules. A channel is looked after when it is delivered
    to. To look again changes nothing.
    """
    names = [channel.name for channel in channels]
    with store.begin() as connection:
        rows = {row.feed.feed_id: row for row in feed_rows(connection)}
        ill = {one.about: one for one in (*_ill_feeds(watch, rows, now), *_broken_rules(watch))}
        known = {row.about for row in ailing(connection) if _is_ours(row.about)}
        fresh = [one for about, one in ill.items() if about not in known]
        if len(fresh) > MOST:
            return _note_many(connection, fresh, names, now)
        for one in fresh:
            note(connection, one.about, False, one.says, names, now, mend=one.mend)
        over = [about for about in known if about not in ill]
        quiet = len(over) > MOST
        for about in over:
            note(connection, about, True, _recovered(about), [] if quiet else names, now)
        if quiet:
            _say(connection, "feeds and rules", f"{len(over)} of them are well again.", names, now)
        return len(fresh) + (1 if quiet else len(over))
