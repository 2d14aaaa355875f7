"""Page in → judged, in CPU seconds of a process: extract, read, story, match, with 1,000 rules."""

import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

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


class Printed(NamedTuple):
    """A page as it is fetched."""

    url: str
    publisher: str
    at: datetime
    html: bytes


@dataclass(frozen=True, slots=True)
class Whole:
    """Articles a CPU second, and the seconds of an article by step."""

    articles: int
    a_second: float
    by_step: dict[str, float]


def whole(count: int, rules: int = 1_000, pages: Sequence[Printed] | None = None) -> Whole:
    """Take pages through all steps, on SQLite on disk: so many of the town's, or these."""
    town = Town(50, count, NOW, timedelta(hours=6))
    pages = town_pages(town) if pages is None else pages
    with tempfile.TemporaryDirectory() as folder:
        for name, text in watch_files(town, "http://127.0.0.{host}:9/f{feed}/x", rules).items():
            Path(folder, name).parent.mkdir(exist_ok=True)
            Path(folder, name).write_text(text, encoding="utf-8")
        watch = load_watch(Path(folder))
        assert not watch.errors, watch.errors[:3]
        desk, tagger = Desk.of(watch.rules, watch.vocabulary, UTC), Tagger(watch.vocabulary)
        spent = dict.fromkeys(("extract", "read", "keep", "judge"), 0.0)
        with open_store(f"sqlite:///{folder}/store.sqlite") as store:
            for page in pages:
                at = [time.process_time()]
                article = extract_page(page.html, page.url).article
                article = replace(article, publisher=page.publisher)
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
            assert judged == len(pages), judged
    by_step = {name: seconds / len(pages) for name, seconds in spent.items()}
    return Whole(len(pages), 1 / sum(by_step.values()), by_step)


def town_pages(town: Town) -> list[Printed]:
    """All that the town prints, as its servers would answer."""
    outlet = Outlet("f0", "Paper", "invented")
    return [
        Printed(
            f"https://p{page.feed}.example/{page.slug}",
            f"Paper {page.feed}",
            page.at,
            _html(outlet, page).encode(),
        )
        for page in town.pages()
    ]


def _html(outlet: Outlet, page: Page) -> str:
    return look.page(outlet, _as_demo(page), page.at, [], "https://paper.example")
