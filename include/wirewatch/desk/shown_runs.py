"""What a run of the main job did, and how the desk stands now: for a run's page and for a card."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any

from sqlalchemy import func, select

from wirewatch.store import Store
from wirewatch.store.article_tables import ARTICLE
from wirewatch.store.metadata import UTCTime
from wirewatch.store.outbox import database_now
from wirewatch.store.outbox_tables import ALERT, DELIVERY, REFUSED
from wirewatch.store.runs import last_finished, steps_of
from wirewatch.store.waiting import ailing

LATE = timedelta(minutes=10)  # a pass that ended longer ago is worth a look
# What each count is called on a page, step by step in the order of the work.
_WORDS: Mapping[str, Mapping[str, str]] = {
    "poll": {
        "feeds_asked": "feeds asked",
        "fed": "new entries",
        "changed": "changed entries",
        "failed": "feeds that failed",
    },
    "read": {
        "read": "pages read",
        "from_feed": "read from the feed alone",
        "known": "known already",
        "waiting": "pages to be tried again",
        "refused": "no articles",
        "failed": "pages that failed",
    },
    "judge": {
        "judged": "articles judged",
        "new": "new developments",
        "matched": "alerts made",
        "held": "held for later",
        "failed": "could not be judged",
    },
    "deliver": {
        "sent": "messages sent",
        "edited": "counts brought up to date",
        "held": "held",
        "waiting": "still waiting",
        "dead": "refused by their channel",
    },
}
_TITLES = {
    "poll": "Poll the feeds",
    "read": "Read new articles",
    "judge": "Judge what is new",
    "deliver": "Deliver alerts",
}


@dataclass(frozen=True, slots=True)
class Count:
    """One number of a step; `bad` if somebody should look at it."""

    says: str
    many: int
    bad: bool = False


@dataclass(frozen=True, slots=True)
class StepDone:
    """What one step did: its numbers, and what it let drop, with the reason of each."""

    name: str
    title: str
    counts: Sequence[Count]
    dropped: Sequence[tuple[str, int]] = ()


def steps(store: Store, run: str) -> list[StepDone]:
    """What each step of a run did, in the order of the work; nothing if the run is unknown."""
    with store.read() as connection:
        found = steps_of(connection, run)
    order = [*_TITLES, *(name for name in found if name not in _TITLES)]
    return [_step(name, found[name]) for name in order if name in found]


def _step(name: str, counts: Mapping[str, Any]) -> StepDone:
    known = _WORDS.get(name, {})
    numbers = [
        Count(known.get(key, key.replace("_", " ")), int(value), bad=key in ("failed", "dead"))
        for key, value in counts.items()
        if isinstance(value, int | float) and (value or key in list(known)[:3])
    ]
    reasons = [
        (str(reason), int(many))
        for value in counts.values()
        if isinstance(value, Mapping)
        for reason, many in value.items()
        if isinstance(many, int | float)
    ]
    return StepDone(
        name=name,
        title=_TITLES.get(name, name.capitalize()),
        counts=numbers,
        dropped=sorted(reasons, key=lambda pair: -pair[1]),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How the desk stands: the last pass, how far judging is behind, today's alerts, what is ill.

    `behind` is how long the oldest article that waits for the judge has waited.
    """

    last_pass: datetime | None
    is_late: bool
    behind: timedelta
    waiting: int
    alerts_today: int
    dead: int
    feeds_in_trouble: int
    other_troubles: int


def standing(store: Store, zone: tzinfo) -> Standing:
    """How the desk stands now; `zone` says when its day began."""
    with store.read() as connection:
        now = database_now(connection)
        midnight = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
        last = last_finished(connection, "deliver")
        waiting, oldest = connection.execute(
            select(func.count(), func.min(ARTICLE.c.arrived, type_=UTCTime)).where(
                ARTICLE.c.judged_at.is_(None)
            )
        ).one()
        today = connection.execute(
            select(func.count()).select_from(ALERT).where(ALERT.c.at >= midnight)
        ).scalar_one()
        dead = connection.execute(
            select(func.count()).select_from(DELIVERY).where(REFUSED)
        ).scalar_one()
        ill = [row.about for row in ailing(connection)]
    feeds = sum(about.startswith("feed ") for about in ill)
    return Standing(
        last_pass=last,
        is_late=last is None or now - last > LATE,
        behind=now - oldest if oldest else timedelta(),
        waiting=waiting,
        alerts_today=today,
        dead=dead,
        feeds_in_trouble=feeds,
        other_troubles=len(ill) - feeds,
    )
