"""A store with something in it for every page: the shipped rules' own test articles, judged."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from wirewatch.articles.finish import complete
from wirewatch.desk.judge import Desk, judge_waiting
from wirewatch.desk.watch import Watch, live_watch, load_watch
from wirewatch.reading.tagger import Tagger
from wirewatch.records import Article
from wirewatch.store import Store, articles, runs
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
    """Articles read and judged, alerts owed to their channels; the watch that judged them."""
    now = now or datetime.now(UTC)
    watch = load_watch(folder)
    live_watch(folder, store, now - timedelta(days=3))
    desk = Desk.of(watch.rules, watch.vocabulary, UTC)
    tagger = Tagger(watch.vocabulary)
    for article in told_by_tests(watch, now):
        whole = complete(article)
        with store.begin() as connection:
            articles.save_article_and_reading(
                connection, whole, tagger.read(whole), whole.arrived or now
            )
        judge_waiting(store, desk, lambda at=whole.arrived or now: at)
    with store.begin() as connection:
        runs.note_step(connection, RUN, "poll", {"feeds_asked": 12, "fed": 31}, now)
    return watch
