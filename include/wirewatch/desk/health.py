"""Word about Wirewatch itself: a channel that fails, a feed that is silent, a file that is broken.

One message when it begins and one when it is over, never among the alerts: in the channel that is
called `health`, else in the first one that does not fail itself.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from sqlalchemy import Connection

from wirewatch.alerts.delivery import Delivery, Done, Outcome, State
from wirewatch.desk.feedback import BUTTONS
from wirewatch.desk.watch import Watch
from wirewatch.records import Channel, Health, Problem
from wirewatch.store import Store, hard_cases
from wirewatch.store.articles import oldest_waiting
from wirewatch.store.deliveries import Claimed
from wirewatch.store.feedback import HEARD_WITHIN, last_heard
from wirewatch.store.feeds import FeedRow, feed_rows
from wirewatch.store.outbox import database_now
from wirewatch.store.runs import last_ends
from wirewatch.store.waiting import ailing, note_health, tell_health
from wirewatch.text import without_keys

FAILING_AFTER = timedelta(minutes=10)
FEED_FAILING_AFTER = timedelta(hours=1)
# A feed is silent when nothing came for ten times its usual gap, and for a day at the least.
LATE_AFTER = timedelta(minutes=10)
LATE_GAPS = 3  # a desk that passes each hour is late after three
SILENT_GAPS = 10
SILENT_AFTER = timedelta(days=1)
MOST = 5  # more that begin at once have one cause: they are told in one message
_LONGEST = 200  # letters of what a message is about
_BETTER = {
    "feed": "It is read again, or was taken out.",
    "file": "It is well written now.",
    "buttons": "Clicks are heard again, or the service was stopped.",
    "passes": "They come again.",
    "articles": "They are judged in time again.",
}


@dataclass(frozen=True, slots=True)
class Ill:
    """A thing that is not well: what is told of it, and what somebody may do."""

    about: str
    says: str
    mend: str


def told_in(names: Iterable[str], failing: str | None = None) -> list[str]:
    """The one channel that word about Wirewatch goes to; never the one that fails."""
    others = [name for name in names if name != failing]
    return ["health"] if "health" in others else others[:1]


# ── Feeds and files, looked after before each delivery ────────────────────────────────────────


def look_after(
    store: Store, watch: Watch, channels: Iterable[Channel], now: datetime | None = None
) -> int:
    """Tell what has fallen ill since the last look, and what is well again; how many messages.

    Looks at the feeds of `watch`, at the files that editors wrote, at the buttons' service, and
    whether the desk itself is late; a channel is looked after when something is delivered to it. To
    look again changes nothing. `now` is the database's clock unless given.
    """
    names = told_in(channel.name for channel in channels)
    with store.begin() as connection:
        now = now or database_now(connection)
        rows = {row.feed.feed_id: row for row in feed_rows(connection)}
        found = (
            *_ill_feeds(watch, rows, now),
            *_broken_files(watch),
            *_deaf(connection, now),
            *_late(connection, now),
        )
        ill = {one.about: one for one in found}
        known = [row.about for row in ailing(connection)]
        ours = [about for about in known if about.split(" ")[0] in _BETTER]
        fresh = [one for about, one in ill.items() if about not in known]
        over = [about for about in ours if about not in ill]
        return _begin(connection, fresh, names, now) + _end(connection, over, names, now)


def _begin(connection: Connection, fresh: list[Ill], names: list[str], now: datetime) -> int:
    each = names if len(fresh) <= MOST else []
    new = [
        one
        for one in fresh
        if note(connection, one.about, False, one.says, each, now, mend=one.mend)
    ]
    if len(fresh) <= MOST or not new:
        return len(new)
    some = ", ".join(one.about for one in new[:3])
    says = f"{len(new)} are not well since now, among them {some}."
    mend = "If all fail at once, look at this machine's network first; then: wirewatch feeds"
    return _tell_all(connection, Health(
        health_id="", about="several feeds or files", says=says, well=False, at=now, mend=mend,
    ), names)  # fmt: skip


def _end(connection: Connection, over: list[str], names: list[str], now: datetime) -> int:
    each = names if len(over) <= MOST else []
    done = [
        about
        for about in over
        if note(connection, about, True, _BETTER[about.split(" ")[0]], each, now)
    ]
    if len(over) <= MOST or not done:
        return len(done)
    says = f"{len(done)} are well again, among them {', '.join(done[:3])}."
    return _tell_all(connection, Health(
        health_id="", about="several feeds or files", says=says, well=True, at=now,
    ), names)  # fmt: skip


def _tell_all(connection: Connection, health: Health, names: list[str]) -> int:
    tell_health(connection, health, names)
    return 1


def _ill_feeds(watch: Watch, rows: Mapping[str, FeedRow], now: datetime) -> Iterator[Ill]:
    for feed in watch.feeds:
        row = rows.get(feed.feed_id)
        says = feed_trouble(row, now) if row and feed.enabled else None
        if says:
            shown = without_keys(feed.url)
            about = f"feed {feed.publisher} {shown}"
            if len(about) > _LONGEST or shown != feed.url:  # what is hidden may tell two apart
                about = f"{about[:_LONGEST]}… {feed.feed_id[:8]}"
            yield Ill(about, says, f"wirewatch feeds try {shown}")


def feed_trouble(row: FeedRow, now: datetime) -> str | None:
    """What is wrong with a feed in a sentence: gone, failing or silent; None if it is well."""
    if row.gone:
        return "Its publisher says that it is gone for good: it is not asked any more."
    if row.trouble and row.trouble_since and now - row.trouble_since >= FEED_FAILING_AFTER:
        return f"It has failed since {row.trouble_since:%d %b %H:%M} UTC: {row.trouble}."
    if row.last_new and row.entries_per_day:
        gap = timedelta(days=1 / max(row.entries_per_day, 0.001))
        silence = now - row.last_new
        if silence > max(SILENT_AFTER, SILENT_GAPS * gap):
            return f"It has been silent for {_long(silence)}; its usual gap is {_long(gap)}."
    return None


def _deaf(connection: Connection, now: datetime) -> Iterator[Ill]:
    """The service behind Slack's buttons, if it went away without being stopped."""
    seen = last_heard(connection, BUTTONS)
    if seen is not None and now - seen > HEARD_WITHIN:
        says = f"No click has been heard of since {seen:%d %b %H:%M} UTC: the service is away."
        yield Ill("buttons in Slack", says, "Start it again: wirewatch buttons")


def _late(connection: Connection, now: datetime) -> Iterator[Ill]:
    """The desk itself, if its main job does not come or does not keep up.

    A main job that is dead cannot say so: the job that sends digests looks here too.
    """
    ends = last_ends(connection, "judge")
    if not ends:
        return
    gaps = [(later - sooner).total_seconds() for later, sooner in pairwise(ends)]
    usual = timedelta(seconds=median(gaps)) if gaps else timedelta()
    patience = max(LATE_AFTER, LATE_GAPS * usual)
    if now - ends[0] > patience:
        says = f"None has ended for {_long(now - ends[0])}: news is not told."
        yield Ill("passes of the main job", says, "wirewatch doctor; is the DAG “watch” paused?")
    oldest = oldest_waiting(connection, but=hard_cases.aside())
    if oldest is not None and now - oldest > patience:
        says = f"One has waited for {_long(now - oldest)}: alerts come late."
        mend = "wirewatch doctor; docs/operations.md says how many workers a desk needs"
        yield Ill("articles to be judged", says, mend)


def _broken_files(watch: Watch) -> Iterator[Ill]:
    errors: dict[str, list[Problem]] = {}
    for problem in watch.errors:
        errors.setdefault(problem.file, []).append(problem)
    kept: dict[str, list[str]] = {}
    for name in watch.kept:
        kind, _, item = name.partition("/")
        kept.setdefault(watch.files.get((kind, item), ""), []).append(item)
    for file, found in errors.items():
        many = f"{len(found)} errors, the first" if len(found) > 1 else "an error"
        says = f"It has {many} in line {found[0].line}: {found[0].message.rstrip('.')}."
        if kept.get(file):
            items = without_keys(", ".join(kept[file][:5]))
            says += f" Still in force as last written well: {items}."
        yield Ill(f"file {file}"[:_LONGEST], says, "wirewatch check")


def _long(span: timedelta) -> str:
    minutes = span.total_seconds() / 60
    for unit, size in (("days", 1440), ("h", 60)):
        if minutes >= 2 * size:
            return f"{minutes / size:.0f} {unit}"
    return f"{max(minutes, 1):.0f} min"


# ── Channels, looked after at each message ────────────────────────────────────────────────────


def note_channel(
    connection: Connection,
    claimed: Claimed,
    outcome: Outcome,
    after: Delivery,
    channels: Iterable[str],
    now: datetime,
) -> None:
    """Tell another channel when this one begins to refuse or to fail, and when it is well."""
    others = told_in(channels, failing=claimed.channel)
    about = f"channel {claimed.channel}"
    if isinstance(outcome, Done):
        note(connection, about, True, "Messages reach it again.", others, now)
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
    note(connection, about, False, says, others, now, mend=mend)


def note_name(
    connection: Connection,
    channel: str,
    renamed: str | None,
    channels: Iterable[str],
    now: datetime,
) -> None:
    """Tell once that a channel has another name in Slack now, and once that they agree again."""
    says = f"It is called #{renamed} in Slack now. Messages still reach it."
    mend = f'Write slack: "#{renamed}" in channels.yaml, or the id, which stays.'
    note(
        connection,
        f"name of channel {channel}",
        renamed is None,
        says if renamed else "Its name leads to it.",
        told_in(dict.fromkeys(channels)),
        now,
        mend=mend if renamed else "",
    )


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
    """Tell once that a thing fails, or is well again; True if that is news."""
    health = Health(health_id="", about=about, says=says, well=well, at=now, mend=mend)
    return note_health(connection, health, channels)


def _mend(error: str | None) -> str:
    from wirewatch.channels.slack.errors import MENDS

    return MENDS.get(error or "", "")
