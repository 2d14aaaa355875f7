"""A day of 10 to 50,000 feeds by simulation: the shipped planner, measured costs, no network.

Each feed publishes by chance at a rate of its own; `next_poll` says when it is asked again. Runs
begin each minute, cut the work into shares as the shipped code does, and end when the time of a
step is over. What comes out: polls and articles an hour, how late polls are, cores that it takes.
"""

import heapq
import random
import statistics
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from wirewatch.desk.shares import shares
from wirewatch.desk.steps import POLL_SECONDS
from wirewatch.feeds.poll import FeedState, new_rate, next_poll
from wirewatch.records import Feed

NOW = datetime(2024, 2, 7, 12, tzinfo=UTC)
RUN_SECONDS = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """CPU seconds of one poll that found nothing new, one that did, and one article to its end;
    `judged` of that are the writer's. `wall_each` is what a poll takes of one task's time on the
    clock (a hundred are asked at once).
    """

    unchanged: float
    changed: float
    article: float
    judged: float
    wall_each: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulated:
    """What a desk of so many feeds would see, over the hours after the first.

    `writer` is the share of one core that the one writer takes: at 1 its queue begins to grow.
    """

    feeds: int
    tasks: int
    polls_an_hour: float
    articles_an_hour: float
    late_median: float
    late_worst: float
    cores: float
    writer: float


def simulate(
    feeds: int, costs: Costs, *, tasks: int, hours: float = 3.0, seed: int = 7
) -> Simulated:
    """Run the planner for some hours; times in seconds."""
    chance = random.Random(seed)
    # Entries a day: half of all feeds print fewer than eight, one in twenty more than a hundred.
    rates = [min(chance.lognormvariate(2.1, 1.6), 2_000.0) for _ in range(feeds)]
    known = [Feed(feed_id=str(n), url=f"http://{n}.example/", publisher="p") for n in range(feeds)]
    states = [FeedState(entries_per_day=rate) for rate in rates]
    polled = [NOW] * feeds
    due = [(NOW + timedelta(seconds=chance.uniform(0, 3600)), n) for n in range(feeds)]
    heapq.heapify(due)
    clock, end = NOW, NOW + timedelta(hours=hours)
    polls = articles = changed = 0
    late: list[float] = []
    while clock < end:
        ready = []
        while due and due[0][0] <= clock:
            ready.append(heapq.heappop(due))
        parts = len(shares(len(ready), costs.wall_each, tasks)) or 1
        most = int(parts * POLL_SECONDS / costs.wall_each)
        for when, number in ready[most:]:
            heapq.heappush(due, (when, number))
        for place, (when, number) in enumerate(ready[:most]):
            at = clock + timedelta(seconds=place * costs.wall_each / parts)
            elapsed = at - polled[number]
            new = _poisson(chance, rates[number] * (elapsed / timedelta(days=1)))
            rate = new_rate(states[number].entries_per_day, new, elapsed, None)
            states[number] = FeedState(entries_per_day=rate)
            plan = next_poll(known[number], states[number], at, timedelta(0))
            heapq.heappush(due, (plan.at, number))
            polled[number] = at
            polls, articles, changed = polls + 1, articles + new, changed + bool(new)
            if at > NOW + timedelta(hours=1):
                late.append((at - when).total_seconds())
        clock += timedelta(seconds=RUN_SECONDS)
    cpu = (polls - changed) * costs.unchanged + changed * costs.changed + articles * costs.article
    return Simulated(
        feeds=feeds,
        tasks=tasks,
        polls_an_hour=polls / hours,
        articles_an_hour=articles / hours,
        late_median=statistics.median(late) if late else 0.0,
        late_worst=max(late, default=0.0),
        cores=cpu / (hours * 3600),
        writer=articles * costs.judged / (hours * 3600),
    )


def _poisson(chance: random.Random, mean: float) -> int:
    """How many events fall into a span; a normal draw where they are many."""
    if mean > 50:
        return max(0, round(chance.gauss(mean, mean**0.5)))
    count, left = 0, chance.expovariate(1.0)
    while left < mean:
        count, left = count + 1, left + chance.expovariate(1.0)
    return count
