"""A store with something in it for every page: the shipped rules' own test articles, judged."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, insert, select, update

from wirewatch.articles.finish import complete
from wirewatch.desk.judge import Desk, judge_waiting
from wirewatch.desk.watch import Watch, live_watch, load_watch
from wirewatch.reading.tagger import Tagger
from wirewatch.records import Article
from wirewatch.store import Store, articles, runs
from wirewatch.store.feed_tables import FEED, POLL
from wirewatch.store.feeds import sync_feeds
from wirewatch.store.outbox_tables import DELIVERY
from wirewatch.text import digest

ROOT = Path(__file__).resolve().parents[2]
OUTLETS = ("The Harbour Post", "Inland Courier", "Delta Herald", "Evening Star")
RUN = "scheduled__2026-11-22T10:40:00+00:00"


def told_by_tests(watch: Watch, now: datetime) -> list[Article]:
    """The articles of all rules' tests as pages of four papers, spread over the last two days."""
    found = []
    tests = [(rule, test) for rule in watch.rules for test in rule.tests]
    for place, (rule, test) in enumerate(tests):
        began = now - timedelta(hours=44) * (1 - place / len(tests))
        for nth, each in enumerate(test.articles):
            url = f"https://news.example/{rule.rule_id}/{place}-{nth}"
            first = each.text.strip().split("\n")[0]
            title = each.title or first.split(". ")[0][:90]
            found.append(
                Article(
                    article_id=digest("article", url),
                    url=url,
                    publisher=each.publisher or OUTLETS[(place + nth) % len(OUTLETS)],
                    title=title,
                    text=each.text.strip(),
                    published=began + timedelta(minutes=7 * nth),
                    arrived=began + timedelta(minutes=7 * nth + 1),
                )
            )
    return found


def fill(store: Store, folder: Path = ROOT / "include/watch", now: datetime | None = None) -> Watch:
    """Articles read and judged, alerts owed to their channels; the watch that judged them.

    Of the deliveries, oldest first, one is refused, one held, one waits; the others are sent.
    """
    now = now or datetime.now(UTC)
    watch = load_watch(folder)
    live_watch(folder, store, now - timedelta(days=3))
    desk = Desk.of(watch.rules, watch.vocabulary, UTC, run=RUN)
    tagger = Tagger(watch.vocabulary)
    counts: Counter[str] = Counter()
    dropped: Counter[str] = Counter()
    for article in told_by_tests(watch, now):
        whole = complete(article)
        with store.begin() as connection:
            articles.save_article_and_reading(
                connection, whole, tagger.read(whole), whole.arrived or now
            )
        report = judge_waiting(store, desk, lambda at=whole.arrived or now: at)
        if report.problems:
            raise RuntimeError(report.problems[0])
        counts.update(judged=report.judged, new=report.new, matched=report.matched)
        dropped.update(report.dropped)
    with store.begin() as connection:
        _polls(connection, watch, now)
        _deliver(connection, now)
        done = {
            "poll": {"feeds_asked": 12, "fed": counts["judged"], "changed": 0, "failed": 1},
            "read": {"read": counts["judged"], "refused": 2, "why": {"paywall": 2}},
            "judge": {**counts, "dropped": dict(dropped)},
            "deliver": {"sent": counts["matched"] - 3, "edited": 4, "held": 1, "dead": 1},
        }
        for step, numbers in done.items():
            runs.note_step(connection, RUN, step, numbers, now - timedelta(seconds=50))
    return watch


def _deliver(connection: Connection, now: datetime) -> None:
    """Have the deliveries stand as they do on a day."""
    own = DELIVERY
    rows = connection.execute(select(own.c.seq, own.c.created_at).order_by(own.c.seq)).all()
    odd: list[dict[str, object]] = [
        {"state": "dead", "error": "channel_not_found"},
        {"state": "held", "held": "quiet hours", "not_before": now + timedelta(hours=5)},
        {"state": "pending"},
    ]
    for row in rows:
        sent = {"state": "posted", "posted_at": row.created_at + timedelta(seconds=4), "ts": "1.2"}
        values = odd.pop() if odd and row.seq % 2 == 0 else sent
        connection.execute(update(own).where(own.c.seq == row.seq).values(**values))


def _polls(connection: Connection, watch: Watch, now: datetime) -> None:
    """A week of polls of the demo feeds: one lively, one that fails, one that fell silent."""
    sync_feeds(connection, watch.feeds, now - timedelta(days=7))
    lively, failing, silent = [one for one in watch.feeds if one.enabled][:3]
    for feed, facts in (
        (lively, {"last_new": now - timedelta(minutes=9), "outcome": "new entries"}),
        (
            failing,
            {
                "last_new": now - timedelta(days=1),
                "failures": 14,
                "outcome": "error",
                "trouble": "the server answers 503",
                "trouble_since": now - timedelta(hours=20),
            },
        ),
        (silent, {"last_new": now - timedelta(days=5), "outcome": "nothing new"}),
    ):
        common = {"last_polled": now, "last_good": now, "entries_per_day": 12.0}
        timing = {"next_poll": now + timedelta(minutes=5), "wait_seconds": 300.0}
        connection.execute(
            update(FEED)
            .where(FEED.c.feed_id == feed.feed_id)
            .values(why_then="how often it brings something new", **common, **timing, **facts)
        )
        for hours in reversed(range(7 * 24)):
            at = now - timedelta(hours=hours)
            connection.execute(
                insert(POLL),
                {
                    "feed_id": feed.feed_id,
                    "at": at,
                    "outcome": "new entries" if at < facts["last_new"] else facts["outcome"],
                    "status": 200,
                    "new": (hours % 5) // 2 if at < facts["last_new"] else 0,
                    "changed": 0,
                    "bytes": 18_000,
                    "reason": "the body changed",
                    "next_poll": at + timedelta(hours=1),
                    "why_then": "how often it brings something new",
                },
            )
