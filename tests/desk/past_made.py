"""A desk's past, stored and judged as the main job would have: what a rule is tried on."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select
from tests.stories.streams import REPLAY, parsed

from wirewatch.articles.finish import complete
from wirewatch.cli.shapes import article_in
from wirewatch.desk.backtest import BacktestReport, backtest
from wirewatch.desk.judge import Desk, judge_waiting
from wirewatch.desk.watch import Watch, load_watch
from wirewatch.reading.tagger import Tagger
from wirewatch.records import Alert, Article
from wirewatch.store import Store, articles, outbox
from wirewatch.store.schema import all_tables

PAIR = Path(__file__).parents[1] / "data" / "replay"
NOW = datetime(2024, 2, 9, 12, tzinfo=UTC)
EARLY = NOW - timedelta(hours=9)
EVERYTHING = "anything-said-or-done-about-velmar-and-its-war"


def pair() -> list[Article]:
    lines = (PAIR / "pair.jsonl").read_text(encoding="utf-8").splitlines()
    return [complete(article_in(json.loads(line))) for line in lines]


def streamed() -> list[Article]:
    return [complete(one.article) for one in parsed(REPLAY / "goma/stream.txt")]


def hourly(some: list[Article], first: datetime) -> list[Article]:
    return [
        replace(one, arrived=first + timedelta(hours=number)) for number, one in enumerate(some)
    ]


def keep(store: Store, watch: Watch, some: list[Article], first: datetime = EARLY) -> None:
    """Articles as the main job has them once they are judged, an hour after one another."""
    waiting(store, watch, hourly(some, first))
    judged(store, watch, first)


def waiting(store: Store, watch: Watch, some: list[Article], *, silent: bool = False) -> None:
    """Store articles with their readings; they wait to be judged."""
    tagger = Tagger(watch.vocabulary)
    for one in some:
        with store.begin() as connection:
            articles.save_article_and_reading(
                connection, one, tagger.read(one), one.arrived or NOW, silent=silent
            )


def judged(store: Store, watch: Watch, first: datetime = EARLY) -> None:
    """Let the main job judge what waits, its clock going with the articles."""
    desk = Desk.of(watch.rules, watch.vocabulary, UTC)
    hours = iter(range(10_000))
    done = judge_waiting(store, desk, lambda: first + timedelta(hours=next(hours)))
    assert not done.problems


def sent(store: Store) -> list[Alert]:
    """What the main job owes, as its messages stand now."""
    with store.read() as connection:
        return [alert for alert, _ in outbox.newest(connection, 10_000)]


def run(store: Store, watch: Watch, **more: object) -> BacktestReport:
    return backtest(store, watch, NOW, days=7, zone=UTC, **more)  # type: ignore[arg-type]


def by_id(alerts: list[Alert]) -> list[Alert]:
    return sorted(alerts, key=lambda alert: alert.alert_id)


def draft(folder: Path, vocabulary: str, rules: str) -> Watch:
    for name, text in (("vocabulary", vocabulary), ("rules", rules)):
        (folder / name).mkdir(exist_ok=True)
        (folder / name / "a.yaml").write_text(text, encoding="utf-8")
    watch = load_watch(folder)
    assert not watch.errors
    return watch


HALABI = "entities:\n  halabi: {name: Idris Halabi, kind: person}\n"
ABOUT = "watches:\n  - watch: Halabi\n    when: {about: halabi}\n    send: {to: desk}\n"


def rows(store: Store) -> dict[str, int]:
    with store.read() as connection:
        return {
            name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in all_tables().tables.items()
        }
