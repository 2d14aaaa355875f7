"""What the desk measures of itself, by name: for Airflow's StatsD or OpenTelemetry to carry away.

`counters` come of what a step did; `gauges` are how the desk stands. Names and meanings stand in
`MEASURES` alone: the manual, the dashboard and the alert rules are tested against it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import Connection, func, select

from wirewatch.alerts.delivery import State
from wirewatch.desk.health import feed_trouble
from wirewatch.store import Store, articles, hard_cases
from wirewatch.store.entries import ENTRY, WAITING
from wirewatch.store.feeds import feed_rows
from wirewatch.store.outbox import database_now
from wirewatch.store.outbox_tables import DELIVERY, REFUSED
from wirewatch.store.runs import last_finished
from wirewatch.store.waiting import ailing

Kind = Literal["counter", "gauge", "timer"]

MEASURES: Final[Mapping[str, tuple[Kind, str]]] = {
    "wirewatch.poll.feeds_asked": ("counter", "feeds that were asked"),
    "wirewatch.poll.fed": ("counter", "new entries that feeds brought"),
    "wirewatch.poll.changed": ("counter", "known entries that had changed"),
    "wirewatch.poll.unchanged": ("counter", "feeds that had nothing new"),
    "wirewatch.poll.failed": ("counter", "feeds that could not be read"),
    "wirewatch.read.read": ("counter", "pages that were read"),
    "wirewatch.read.from_feed": ("counter", "articles taken from the feed's own text"),
    "wirewatch.read.known": ("counter", "pages that we had as they are"),
    "wirewatch.read.refused": ("counter", "pages that are no article, or may not be read"),
    "wirewatch.read.failed": ("counter", "pages that could not be had, for good"),
    "wirewatch.judge.judged": ("counter", "articles that were judged"),
    "wirewatch.judge.new": ("counter", "developments that they brought"),
    "wirewatch.judge.matched": ("counter", "alerts that rules made of them"),
    "wirewatch.judge.held": ("counter", "alerts of these that wait for a digest or an hour"),
    "wirewatch.judge.failed": ("counter", "articles that could not be judged yet"),
    "wirewatch.judge.set_aside": ("counter", "articles that were given up on"),
    "wirewatch.dropped.first_pass_of_its_feed": ("counter", "not told: old news of a new feed"),
    "wirewatch.dropped.a_copy": ("counter", "not told: a copy of what was judged"),
    "wirewatch.dropped.nothing_new": ("counter", "not told: no development in it"),
    "wirewatch.dropped.no_rule_matched": ("counter", "not told: no rule asks for it"),
    "wirewatch.deliver.sent": ("counter", "messages that were sent"),
    "wirewatch.deliver.edited": ("counter", "messages that were brought up to date"),
    "wirewatch.deliver.dead": ("counter", "messages that a channel refused for good"),
    "wirewatch.poll.seconds": ("timer", "how long polling took"),
    "wirewatch.read.seconds": ("timer", "how long reading took"),
    "wirewatch.judge.seconds": ("timer", "how long judging took"),
    "wirewatch.entries.waiting": ("gauge", "entries whose page is not read yet"),
    "wirewatch.entries.oldest_seconds": ("gauge", "age of the oldest of them that is due"),
    "wirewatch.articles.waiting": ("gauge", "articles that are read and not judged"),
    "wirewatch.articles.oldest_seconds": ("gauge", "age of the oldest of them: the lag"),
    "wirewatch.articles.aside": ("gauge", "articles that were given up on and stay so"),
    "wirewatch.messages.owed": ("gauge", "messages that are due and not sent"),
    "wirewatch.messages.oldest_seconds": ("gauge", "age of the oldest of them"),
    "wirewatch.messages.held": ("gauge", "messages that wait for a digest or an hour"),
    "wirewatch.messages.dead": ("gauge", "messages that were refused for good"),
    "wirewatch.feeds.known": ("gauge", "feeds in use"),
    "wirewatch.feeds.in_trouble": ("gauge", "feeds that fail, are silent or gone"),
    "wirewatch.feeds.late_seconds": ("gauge", "how long the most overdue feed is due"),
    "wirewatch.ailing": ("gauge", "things of which the desk has said that they are not well"),
    "wirewatch.pass.age_seconds": ("gauge", "how long ago the pass before this one ended"),
}


@dataclass(frozen=True, slots=True)
class Measure:
    """One value. A counter's is what came to it, a timer's is in seconds."""

    name: str
    kind: Kind
    value: float


def counters(step: str, counts: Mapping[str, Any]) -> Iterator[Measure]:
    """What a step did, as far as it is measured; `counts` are those that the step answers with."""
    for name, value in counts.items():
        if isinstance(value, Mapping) and name == "dropped":
            for reason, many in value.items():
                yield from _known(f"wirewatch.dropped.{_slug(reason)}", many)
        elif isinstance(value, int | float):
            yield from _known(f"wirewatch.{step}.{name}", value)


def _known(name: str, value: float) -> Iterator[Measure]:
    if name in MEASURES:
        yield Measure(name, MEASURES[name][0], value)


def _slug(reason: str) -> str:
    return re.sub(r"[^a-z]+", "_", reason.lower()).strip("_")


def gauges(store: Store) -> list[Measure]:
    """How the desk stands now: every gauge of `MEASURES`."""
    with store.read() as connection:
        now = database_now(connection)
        found = {
            **_entries(connection, now),
            **_articles(connection, now),
            **_messages(connection, now),
            **_feeds(connection, now),
            "ailing": len(ailing(connection)),
            "pass.age_seconds": _age(last_finished(connection, "deliver"), now),
        }
    return [Measure(f"wirewatch.{name}", "gauge", value) for name, value in found.items()]


def _entries(connection: Connection, now: datetime) -> dict[str, float]:
    waiting = ENTRY.c.state.in_(WAITING)
    query = select(func.count(), func.min(ENTRY.c.not_before)).where(waiting)
    many, oldest = connection.execute(query).one()
    return {"entries.waiting": many, "entries.oldest_seconds": _age(oldest, now)}


def _articles(connection: Connection, now: datetime) -> dict[str, float]:
    but = hard_cases.aside()
    oldest = articles.oldest_waiting(connection, but=but)
    return {
        "articles.waiting": articles.waiting_count(connection, but=but),
        "articles.oldest_seconds": _age(oldest, now),
        "articles.aside": sum(c.set_aside_at is not None for c in hard_cases.cases(connection)),
    }


def _messages(connection: Connection, now: datetime) -> dict[str, float]:
    query = select(DELIVERY.c.state, func.count()).group_by(DELIVERY.c.state)
    many = {row[0]: row[1] for row in connection.execute(query)}
    owed = DELIVERY.c.state.in_((State.PENDING, State.SENDING, State.UNKNOWN))
    since = func.coalesce(DELIVERY.c.first_try_at, DELIVERY.c.not_before)
    oldest = connection.execute(select(func.min(since)).where(owed)).scalar()
    dead = select(func.count()).select_from(DELIVERY).where(REFUSED)
    return {
        "messages.owed": sum(many.get(s, 0) for s in (State.PENDING, State.SENDING, State.UNKNOWN)),
        "messages.oldest_seconds": _age(oldest, now),
        "messages.held": many.get(State.HELD, 0),
        "messages.dead": connection.execute(dead).scalar_one(),
    }


def _feeds(connection: Connection, now: datetime) -> dict[str, float]:
    rows = [row for row in feed_rows(connection) if row.feed.enabled]
    due = [row.next_poll for row in rows if not row.gone]
    return {
        "feeds.known": len(rows),
        "feeds.in_trouble": sum(feed_trouble(row, now) is not None for row in rows),
        "feeds.late_seconds": _age(min(due, default=None), now),
    }


def _age(since: datetime | None, now: datetime) -> float:
    """Seconds since then; zero if there is nothing, or it is yet to come."""
    return 0.0 if since is None else max(0.0, round((now - since).total_seconds(), 1))
