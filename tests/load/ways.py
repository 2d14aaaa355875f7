"""How long each leg of the way took: printed → polled → read → judged → sent, in seconds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median, quantiles
from typing import Final

from sqlalchemy import select

from wirewatch.store import Store
from wirewatch.store.article_tables import ARTICLE, ARTICLE_VERSION
from wirewatch.store.entries import ENTRY
from wirewatch.store.outbox_tables import ALERT, DELIVERY

LEGS: Final = ("printed → polled", "polled → read", "read → judged", "judged → sent")


@dataclass(frozen=True, slots=True)
class Way:
    """One message's way: when its page was printed, and each leg. `feed_id` is its feed."""

    feed_id: str
    printed: datetime
    polled: datetime
    legs: tuple[float, ...]

    @property
    def after(self) -> float:
        """Seconds from the poll that brought it to its end."""
        return sum(self.legs[1:])

    @property
    def whole(self) -> float:
        """Seconds from print to the end."""
        return sum(self.legs)


def to_the_judge(store: Store) -> list[Way]:
    """All first versions of pages that were news, as far as their judgement."""
    return _ways(store, sent=False)


def to_the_channel(store: Store) -> list[Way]:
    """The ways of all messages that were posted."""
    return _ways(store, sent=True)


def _ways(store: Store, *, sent: bool) -> list[Way]:
    columns = [ENTRY.c.published, ENTRY.c.first_seen, ARTICLE_VERSION.c.at, ARTICLE.c.judged_at]
    tables = ENTRY.join(ARTICLE, ARTICLE.c.url_key == ENTRY.c.url_key)
    tables = tables.join(ARTICLE_VERSION, ARTICLE_VERSION.c.article_id == ARTICLE.c.article_id)
    if sent:
        columns.append(DELIVERY.c.posted_at)
        tables = tables.join(ALERT, ALERT.c.article_id == ARTICLE.c.article_id)
        tables = tables.join(DELIVERY, DELIVERY.c.alert_id == ALERT.c.alert_id)
    query = (
        select(ENTRY.c.feed_id, *columns)
        .select_from(tables)
        .where(ARTICLE.c.version == 1, ARTICLE.c.silent.is_(False))
        .where(*(column.is_not(None) for column in columns))
    )
    with store.read() as connection:
        rows = connection.execute(query).all()
    return [
        Way(feed_id, times[0], times[1], tuple((b - a).total_seconds() for a, b in pairs))
        for feed_id, *times in rows
        if (pairs := list(zip(times, times[1:], strict=False)))
    ]


def told(seconds: Sequence[float]) -> str:
    """The median, and what nine in ten do not exceed."""
    if len(seconds) < 2:
        return "too few to say"
    return f"median {median(seconds):.1f} s, nine in ten {quantiles(seconds, n=10)[8]:.1f}"


def lines(ways: Sequence[Way]) -> list[str]:
    """Each leg in words."""
    legs = zip(*(way.legs for way in ways), strict=True)
    return [f"  {name}: {told(leg)}" for name, leg in zip(LEGS, legs, strict=False)]
