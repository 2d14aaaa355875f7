"""The steps of the DAGs: each takes the settings, does its part, and answers with counts.

Every step can be run again at any time. A step raises RuntimeError at its end if an alert may be
late because of it, when all else that it could do is done.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from wirewatch.channels import Secrets
from wirewatch.channels.load import channels_for
from wirewatch.desk.deliver import deliver
from wirewatch.desk.health import look_after
from wirewatch.desk.judge import Desk, judge_waiting
from wirewatch.desk.poll import poll
from wirewatch.desk.read import read
from wirewatch.desk.settings import Settings
from wirewatch.desk.watch import Watch, live_watch
from wirewatch.records import Channel
from wirewatch.store import Store, articles, open_store, rules, told_tidy
from wirewatch.store.archive import open_archive
from wirewatch.store.runs import note_step

Counts = dict[str, Any]


def poll_step(settings: Settings, run: str = "") -> Counts:
    """Ask the feeds that are due; their new entries are stored."""
    with open_store(settings.store) as store:
        watch = _watch(settings, store)
        report = poll(
            store,
            [feed for feed in watch.feeds if feed.enabled],
            _now(),
            allow=settings.allow,
            contact=settings.contact,
            logins=settings.logins,
        )
        counts: Counts = {
            "feeds_asked": report.asked,
            "fed": report.new,
            "changed": report.changed,
            "unchanged": report.unchanged,
            "failed": report.failed,
        }
        return _noted(store, run, "poll", counts)


def read_step(settings: Settings, run: str = "") -> Counts:
    """Fetch the pages of new entries, extract and read them."""
    with open_store(settings.store) as store:
        watch = _watch(settings, store)
        report = read(
            store,
            watch,
            _now(),
            allow=settings.allow,
            contact=settings.contact,
            archive=open_archive(settings.archive),
            logins=settings.logins,
            model=settings.model,
        )
        counts: Counts = {
            "read": report.read,
            "from_feed": report.from_feed,
            "known": report.known,
            "waiting": report.waiting,
            "refused": report.refused,
            "failed": report.failed,
            "why": dict(report.why),
        }
        return _noted(store, run, "read", counts)


def judge_step(settings: Settings, run: str = "") -> Counts:
    """Compare and judge what was read, in sequence; the alerts that come of it are owed."""
    with open_store(settings.store) as store:
        watch = _watch(settings, store)
        window = timedelta(days=settings.window_days)
        desk = Desk.of(watch.rules, watch.vocabulary, settings.zone, window)
        report = judge_waiting(store, desk, _now)
        counts = _noted(store, run, "judge", report.counts)
        if report.failed:
            said = "; ".join(report.problems[:3])
            raise RuntimeError(f"{report.failed} articles could not be judged yet: {said}")
        return counts


def deliver_step(settings: Settings, run: str = "") -> Counts:
    """Send what is owed and not held."""
    with open_store(settings.store) as store:
        watch = _watch(settings, store)
        channels = channels_of(watch, settings)
        look_after(store, watch, channels)
        report = deliver(store, channels, secrets_of(settings))
        counts = _noted(store, run, "deliver", report.counts)
        if report.problems:
            raise RuntimeError("; ".join(report.problems))
        return counts


def digest_step(settings: Settings, run: str = "") -> Counts:
    """Send the digests that have come due."""
    return deliver_step(settings, run)


def tidy_step(settings: Settings, run: str = "") -> Counts:
    """Take out what is older than the desk keeps: each kind in a transaction of its own."""
    now = _now()
    window = timedelta(days=settings.window_days)
    keep = timedelta(days=settings.keep_days)
    with open_store(settings.store) as store:
        with store.begin() as connection:
            told_tidy.forget(connection, now, window, keep)
        with store.begin() as connection:
            rules.forget(connection, waiting_before=now - window, whys_before=now - window)
        with store.begin() as connection:
            dropped = articles.drop_before(connection, now - keep)
        return _noted(store, run, "tidy", {"articles": dropped, "kept_days": settings.keep_days})


def channels_of(watch: Watch, settings: Settings) -> list[Channel]:
    """Where the rules' alerts may go: what is written, or what their names mean by themselves."""
    names = (name for rule in watch.rules for name in rule.send.to)
    return channels_for(names, watch.channels, has_slack=bool(settings.slack_token))


def secrets_of(settings: Settings) -> Secrets:
    """What channels need and no editor's file holds."""
    return Secrets(
        slack_token=settings.slack_token,
        slack_url=settings.slack_url,
        smtp_url=settings.smtp_url,
        console_file=settings.console_file,
    )


def _watch(settings: Settings, store: Store) -> Watch:
    return live_watch(settings.watch, store, _now(), settings.zone)


def _noted(store: Store, run: str, step: str, counts: Counts) -> Counts:
    with store.begin() as connection:
        note_step(connection, run, step, counts, _now())
    return counts


def _now() -> datetime:
    return datetime.now(UTC)


def backtest_step(settings: Settings, *, days: int, rules: list[str]) -> Counts:
    """What the rules would have sent over the last days; nothing is sent or stored."""
    from wirewatch.desk.backtest import backtest

    with open_store(settings.store) as store:
        report = backtest(
            store,
            _watch(settings, store),
            _now(),
            days=days,
            rules=rules,
            zone=settings.zone,
            window=timedelta(days=settings.window_days),
        )
    return {**report.counts, "headlines": [alert.headline for alert in report.alerts[:100]]}
