"""What the rules would have sent over the last days: stored articles through the real steps.

Everything happens in a memory of its own: nothing is sent, nothing is stored. Readings are taken
as they are stored where the vocabulary is still the same, and made anew where it is not.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, tzinfo
from itertools import islice
from typing import Any

from wirewatch.desk.replay import Replay, clock
from wirewatch.desk.watch import Watch
from wirewatch.records import Alert
from wirewatch.store import Store, articles

TOO_MANY_A_DAY = 50  # what a desk still reads
_AT_ONCE = 200


@dataclass(slots=True)
class BacktestReport:
    """What would have gone out: `alerts` in order, and what they amount to.

    `articles` were tried, of `of` that are stored.
    """

    days: int
    articles: int = 0
    of: int = 0
    alerts: list[Alert] = field(default_factory=list)

    @property
    def a_day(self) -> dict[str, int]:
        """Alerts and updates by day (UTC)."""
        return dict(sorted(Counter(a.at.date().isoformat() for a in self.alerts).items()))

    @property
    def counts(self) -> dict[str, Any]:
        """The figures by name."""
        return {
            "days": self.days,
            "articles": self.articles,
            "of": self.of,
            "alerts": sum(1 for a in self.alerts if a.kind == "alert"),
            "updates": sum(1 for a in self.alerts if a.kind == "update"),
            "threads": len({a.thread for a in self.alerts}),
            "held": sum(1 for a in self.alerts if a.held),
            "a_day": self.a_day,
            "too_many": self.too_many,
        }

    @property
    def too_many(self) -> dict[str, int]:
        """Rules that would send more on some day than a desk still reads, with that day's count."""
        by_day = Counter((a.rule_id, a.at.date()) for a in self.alerts if not a.held)
        worst: dict[str, int] = {}
        for (rule, _), count in by_day.items():
            if count > TOO_MANY_A_DAY:
                worst[rule] = max(worst.get(rule, 0), count)
        return worst


def backtest(
    store: Store,
    watch: Watch,
    now: datetime,
    *,
    days: int,
    rules: Collection[str] = (),
    zone: tzinfo,
    window: timedelta,
    progress: Callable[[int, int], None] | None = None,
    report: BacktestReport | None = None,
    most: int | None = None,
) -> BacktestReport:
    """Run the watch's rules (or only those named) over what was stored in the last `days`.

    `progress` is called with articles done and in all. A `report` of the caller's is filled as it
    goes, so that one who breaks off has what was done; `most` stops after so many articles. The
    memory begins empty: the first article of a story that is older than `days` counts as its
    first. Raises KeyError for an unknown rule.
    """
    known = {rule.rule_id: replace(rule, since=None) for rule in watch.rules}
    chosen = [known[rule] for rule in rules] if rules else list(known.values())
    report = report or BacktestReport(days=days)
    first = now - timedelta(days=days)
    with store.read() as connection:
        of = report.of = articles.count_since(connection, first)
    with Replay(replace(watch, rules=tuple(chosen)), zone=zone, window=window) as replay:
        for one in islice(_stored(store, first), most):
            article = one.article
            replay.now = clock(article.arrived or article.published, replay.now)
            reading = one.reading
            if reading.tagger != replay.tagger.tagger:
                reading = replay.tagger.read(article)
            outcome = replay.judge(article, reading, silent=one.silent)
            report.articles += 1
            report.alerts += outcome.alerts
            if progress:
                progress(report.articles, of)
    return report


def _stored(store: Store, first: datetime) -> Iterator[articles.Stored]:
    """The stored articles in their sequence, a part at a time: history may be long."""
    after = 0
    while True:
        with store.read() as connection:
            part = articles.since(connection, first, _AT_ONCE, after=after)
        if not part:
            return
        yield from part
        after = part[-1].sequence
