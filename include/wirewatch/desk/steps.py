"""The steps of the DAGs: each takes the settings, does its part, and answers with counts.

Every step can be run again at any time. A step raises RuntimeError at its end if an alert may be
late because of it, when all else that it could do is done.

Polling and reading take one batch after another until nothing is due or their time is over, so
that an alert does not wait behind a large batch; what is left comes in the next run. Where one
task is not enough, `shares` in a step's counts says into how many parts its work is cut.
"""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from wirewatch.channels import Secrets
from wirewatch.channels.load import channels_for
from wirewatch.desk.deliver import deliver
from wirewatch.desk.health import look_after, told_in
from wirewatch.desk.judge import Desk, judge_waiting
from wirewatch.desk.log import event, masking
from wirewatch.desk.poll import poll
from wirewatch.desk.read import read
from wirewatch.desk.retell import retell
from wirewatch.desk.settings import Settings
from wirewatch.desk.shares import (
    Share,
    at_a_time,
    is_mine,
    seconds_each,
    shares,
    urgent_feeds,
)
from wirewatch.desk.watch import Watch, live_watch
from wirewatch.records import Channel, Feed
from wirewatch.store import (
    Store,
    articles,
    hard_cases,
    open_store,
    retention,
    rules,
    told_tidy,
)
from wirewatch.store.archive import open_archive
from wirewatch.store.entries import waiting_count
from wirewatch.store.feeds import due_count
from wirewatch.store.outbox import database_now
from wirewatch.store.runs import added, note_step, recent
from wirewatch.store.writer import somebody_writes

Counts = dict[str, Any]
_LOG = logging.getLogger(__name__)

# How long a step begins new batches. An urgent alert waits this long for the others, at the most.
POLL_SECONDS, READ_SECONDS, JUDGE_SECONDS = 15.0, 30.0, 20.0
# The writer's, where somebody stands by and sends meanwhile: it writes from run to run.
JUDGE_ON_SECONDS = 60.0
# A writer whom nobody has seen write, and whose queue has not moved for so long, is lost.
LOST_AFTER_SECONDS = 3.0
# With more tasks at once there are several workers: runs overlap, and one stands by the writer.
TASKS_OF_ONE_MACHINE = 2


def poll_step(
    settings: Settings, run: str = "", share: Share | None = None, *, may_share: bool = False
) -> Counts:
    """Ask the feeds that are due; their new entries are stored.

    With `share`, only the hosts that fall to it. With `may_share`, more than one task's work is
    left to shares, and only the feeds of urgent rules are asked at once.
    """
    with _opened(settings, run) as store:
        watch = _watch(settings, store)
        begun, now = time.monotonic(), _clock(store)()
        feeds = [feed for feed in watch.feeds if feed.enabled]
        urgent = urgent_feeds(watch.rules, feeds)
        with store.read() as connection:
            cost = seconds_each("poll", "feeds_asked", recent(connection, "poll"))
            due = due_count(connection, feeds, now) if may_share else 0
        cut = shares(due, cost, settings.at_once)

        def ask(some: Sequence[Feed]) -> Counts:
            report = poll(
                store,
                some,
                now,
                allow=settings.allow,
                contact=settings.contact,
                limit=at_a_time(cost),
                logins=settings.logins,
                first={feed.feed_id for feed in urgent},
                mine=is_mine(share),
            )
            return {
                "feeds_asked": report.asked,
                "fed": report.new,
                "changed": report.changed,
                "unchanged": report.unchanged,
                "failed": report.failed,
            }

        asked = urgent if cut else feeds
        counts = _in_batches(lambda: ask(asked), "feeds_asked", begun, POLL_SECONDS)
        return {**_noted(store, run, "poll", counts), "shares": cut}


def read_step(
    settings: Settings, run: str = "", share: Share | None = None, *, may_share: bool = False
) -> Counts:
    """Fetch the pages of new entries, extract and read them. Shared out as `poll_step`."""
    with _opened(settings, run) as store:
        watch = _watch(settings, store)
        begun, clock = time.monotonic(), _clock(store)
        first = [feed.feed_id for feed in urgent_feeds(watch.rules, watch.feeds)]
        with store.read() as connection:
            cost = seconds_each("read", "handled", recent(connection, "read"))
            waiting = waiting_count(connection, clock()) if may_share else 0
        cut = shares(waiting, cost, settings.at_once)
        archive = open_archive(settings.archive)

        def fetch() -> Counts:
            report = read(
                store,
                watch,
                clock(),
                allow=settings.allow,
                contact=settings.contact,
                archive=archive,
                limit=at_a_time(cost),
                logins=settings.logins,
                model=settings.model,
                first=first,
                mine=is_mine(share) if share else None,
            )
            done = report.read, report.from_feed, report.known, report.refused, report.failed
            return {
                "handled": sum(done) + report.waiting,
                "read": report.read,
                "from_feed": report.from_feed,
                "known": report.known,
                "waiting": report.waiting,
                "refused": report.refused,
                "failed": report.failed,
                "why": dict(report.why),
            }

        # What is shared out is left to the shares, but for one batch with the urgent feeds' first.
        budget = READ_SECONDS if not cut else 0.0
        counts = _in_batches(fetch, "handled", begun, budget)
        return {**_noted(store, run, "read", counts), "shares": cut}


def _in_batches(step: Callable[[], Counts], did: str, begun: float, seconds: float) -> Counts:
    """Take batch after batch, until one did nothing or the time is over; what they did in all."""
    total = step()
    last = total
    while last[did] and time.monotonic() - begun < seconds:
        last = step()
        total = added(total, last)
    return {**total, "seconds": round(time.monotonic() - begun, 2)}


def judge_step(settings: Settings, run: str = "") -> Counts:
    """Compare and judge what was read, in sequence; the alerts that come of it are owed."""
    with _opened(settings, run) as store:
        watch = _watch(settings, store)
        begun, clock = time.monotonic(), _clock(store)
        window = timedelta(days=settings.window_days)
        desk = Desk.of(watch.rules, watch.vocabulary, settings.zone, window, run=run)
        names = told_in(channel.name for channel in channels_of(watch, settings))
        report = judge_waiting(
            store,
            desk,
            clock,
            seconds=_writer_seconds(settings),
            first=[feed.url for feed in urgent_feeds(watch.rules, watch.feeds)],
            tell=names,
        )
        report.matched += len(retell(store, desk, clock))
        counts = {**report.counts, "seconds": round(time.monotonic() - begun, 2)}
        _noted(store, run, "judge", counts)
        if report.failed:
            said = "; ".join(report.problems[:3])
            raise RuntimeError(f"{report.failed} articles could not be judged yet: {said}")
        return counts


def _writer_seconds(settings: Settings) -> float:
    """How long the writer may go on in one run, while something waits for it."""
    return JUDGE_ON_SECONDS if settings.at_once > TASKS_OF_ONE_MACHINE else JUDGE_SECONDS


def stand_by(settings: Settings, run: str = "") -> Counts:
    """Send what the writer owes while it writes on; if it is lost, judge for it too.

    Ends at once when nothing waits. Two writers do no harm: the pen is one.
    """
    with _opened(settings, run) as store:
        watch = _watch(settings, store)
        writer = _Watched(store, time.monotonic() + _writer_seconds(settings))
        if not writer.goes_on():
            return {"took_over": 0, "sent": 0}
        channels, secrets = channels_of(watch, settings), secrets_of(settings)
        sent = deliver(store, channels, secrets, seconds=1.0, again=writer.goes_on).sent
    if not writer.is_lost:
        return {"took_over": 0, "sent": sent}
    judged = judge_step(settings, run)
    sent += deliver_step(settings, run)["sent"]
    return {"took_over": 1, "judged": judged["judged"], "sent": sent}


class _Watched:
    """The writer as another worker sees it: by its queue, and by the pen in its hand."""

    def __init__(self, store: Store, until: float) -> None:
        self.is_lost = False
        self._store, self._until = store, until
        self._left: int | None = None
        self._moved = time.monotonic()

    def goes_on(self) -> bool:
        """Whether something waits and the writer is well, half a second later than before."""
        if self._left is not None:
            time.sleep(0.5)
        with self._store.read() as connection:
            waiting = articles.waiting_count(connection, but=hard_cases.aside())
            writes = somebody_writes(connection)
        if not waiting or time.monotonic() > self._until:
            return False
        if writes or waiting != self._left:
            self._left, self._moved = waiting, time.monotonic()
        self.is_lost = time.monotonic() - self._moved > LOST_AFTER_SECONDS
        return not self.is_lost


def deliver_step(settings: Settings, run: str = "") -> Counts:
    """Send what is owed and not held."""
    with _opened(settings, run) as store:
        watch = _watch(settings, store)
        channels = channels_of(watch, settings)
        look_after(store, watch, channels)
        needed = {"health", *(name for rule in watch.rules for name in rule.send.to)}
        report = deliver(store, channels, secrets_of(settings), needed=needed)
        counts = _noted(store, run, "deliver", report.counts)
        if report.problems:
            raise RuntimeError("; ".join(report.problems))
        return counts


def digest_step(settings: Settings, run: str = "") -> Counts:
    """Send the digests that have come due."""
    return deliver_step(settings, run)


def tidy_step(settings: Settings, run: str = "") -> Counts:
    """Take out what is older than the desk keeps: each kind in a transaction of its own."""
    window = timedelta(days=settings.window_days)
    keep = timedelta(days=settings.keep_days)
    with _opened(settings, run) as store:
        now = _clock(store)()
        with store.begin() as connection:
            told_tidy.forget(connection, now, window, keep)
        with store.begin() as connection:
            rules.forget(connection, waiting_before=now - window, whys_before=now - window)
        taken_out = retention.take_out(store, now, keep)
        return _noted(store, run, "tidy", {**taken_out, "kept_days": settings.keep_days})


def channels_of(watch: Watch, settings: Settings) -> list[Channel]:
    """Where the rules' alerts may go: what is written, or what their names mean by themselves."""
    names = (name for rule in watch.rules for name in rule.send.to)
    return channels_for(names, watch.channels, has_slack=bool(settings.slack_token))


def secrets_of(settings: Settings) -> Secrets:
    """What channels need and no editor's file holds."""
    return Secrets(
        slack_token=settings.slack_token,
        slack_app_token=settings.slack_app_token,
        slack_url=settings.slack_url,
        smtp_url=settings.smtp_url,
        console_file=settings.console_file,
    )


def _watch(settings: Settings, store: Store) -> Watch:
    return live_watch(settings.watch, store, _clock(store)(), settings.zone)


def _noted(store: Store, run: str, step: str, counts: Counts) -> Counts:
    now = _clock(store)()
    with store.begin() as connection:
        note_step(connection, run, step, counts, now)
    event("step", step=step, **{name: n for name, n in counts.items() if not isinstance(n, dict)})
    return counts


@contextmanager
def _opened(settings: Settings, run: str = "") -> Iterator[Store]:
    """The store, while every line that is logged names the run and holds no secret."""
    own = settings
    secrets = (own.store, own.slack_token, own.slack_app_token, own.smtp_url, *own.logins.values())
    with masking(run, secrets), open_store(settings.store) as store:
        yield store


def _clock(store: Store) -> Callable[[], datetime]:
    """The database's clock, asked once and counted on: a machine's own may be wrong."""
    with store.read() as connection:
        asked, then = time.monotonic(), database_now(connection)
    return lambda: then + timedelta(seconds=time.monotonic() - asked)


def backtest_step(settings: Settings, *, days: int, rules: list[str]) -> Counts:
    """What the rules would have sent over the last days; nothing is sent or stored."""
    from wirewatch.desk.backtest import backtest

    with _opened(settings) as store:
        report = backtest(
            store,
            _watch(settings, store),
            _clock(store)(),
            days=days,
            rules=rules,
            zone=settings.zone,
            window=timedelta(days=settings.window_days),
            progress=_tenths(),
        )
    return {**report.counts, "headlines": [alert.headline for alert in report.alerts[:100]]}


def _tenths() -> Callable[[int, int], None]:
    """Says in the log how far a long run has come, ten times at most."""
    said = 0

    def progress(done: int, of: int) -> None:
        nonlocal said
        if of and done * 10 // of > said:
            said = done * 10 // of
            _LOG.info("%s of %s articles tried", f"{done:,}", f"{of:,}")

    return progress
