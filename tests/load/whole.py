"""Page in → judged, in CPU seconds of a process: extract, read, story, match, with 1,000 rules."""

import tempfile
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.load.serve import _as_demo
from tests.load.town import Page, Town, watch_files

from demo import look
from demo.story import Outlet
from wirewatch.articles.extract import extract_page
from wirewatch.desk.judge import Desk, judge_waiting
from wirewatch.desk.watch import load_watch
from wirewatch.reading.tagger import Tagger
from wirewatch.store import articles, open_store

NOW = datetime(2024, 2, 7, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Whole:
    """Articles a CPU second, and the seconds of an article by step."""

    articles: int
    a_second: float
    by_step: dict[str, float]


def whole(count: int, rules: int = 1_000) -> Whole:
    """Take so many pages through all steps, on SQLite on disk."""
    town = Town(50, count, NOW, timedelta(hours=6))
    outlet = Outlet("f0", "Paper", "invented")
    pages = [(page, _html(outlet, page).encode()) for page in town.pages()]
    with tempfile.TemporaryDirectory() as folder:
        for name, text in watch_files(town, "http://127.0.0.{host}:9/f{feed}/x", rules).items():
            Path(folder, name).parent.mkdir(exist_ok=True)
            Path(folder, name).write_text(text, encoding="utf-8")
        watch = load_watch(Path(folder))
        assert not watch.errors, watch.errors[:3]
        desk, tagger = Desk.of(watch.rules, watch.vocabulary, UTC), Tagger(watch.vocabulary)
        spent = dict.fromkeys(("extract", "read", "keep", "judge"), 0.0)
        with open_store(f"sqlite:///{folder}/store.sqlite") as store:
            for page, body in pages:
                at = [time.process_time()]
                url = f"https://p{page.feed}.example/{page.slug}"
                article = extract_page(body, url).article
                article = replace(article, publisher=f"Paper {page.feed}")
                at.append(time.process_time())
                reading = tagger.read(article)
                at.append(time.process_time())
                with store.begin() as connection:
                    articles.save_article_and_reading(connection, article, reading, page.at)
                at.append(time.process_time())
                for name, begun, end in zip(spent, at, at[1:], strict=False):
                    spent[name] += end - begun
            begun = time.process_time()
            judged = judge_waiting(store, desk, lambda: NOW).judged
            spent["judge"] = time.process_time() - begun
            assert judged == count, judged
    by_step = {name: seconds / count for name, seconds in spent.items()}
    return Whole(count, 1 / sum(by_step.values()), by_step)


def _html(outlet: Outlet, page: Page) -> str:
    return look.page(outlet, _as_demo(page), page.at, [], "https://paper.example")
