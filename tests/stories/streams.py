"""Reads the streams in `data/`: articles in time order, each sentence marked as news or not."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from wirewatch.records import Article, Judgement, Reading, Vocabulary
from wirewatch.store import Store
from wirewatch.store.told import recall, remember
from wirewatch.stories import ask, judge
from wirewatch.text import digest

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Marked:
    """An article and the marks of its sentences: title first, then one for each line."""

    name: str
    article: Article
    marks: str


def stream(name: str) -> list[Marked]:
    """The articles of a stream file, in the order of the file."""
    found: list[Marked] = []
    head, lines = "", []
    for line in [*(DATA / name).read_text(encoding="utf-8").splitlines(), "@"]:
        if line.startswith("@"):
            if head:
                found.append(_marked(head, lines))
            head, lines = line[1:].strip(), []
        elif line and not line.startswith("#"):
            lines.append(line)
    return found


def _marked(head: str, lines: list[str]) -> Marked:
    name, publisher, at, title = (part.strip() for part in head.split("|"))
    url = f"https://news.example/{name}"
    return Marked(
        name=name,
        article=Article(
            article_id=digest("article", url),
            url=url,
            publisher=publisher,
            title=title[2:],
            text="\n".join(line[2:] for line in lines),
            published=datetime.strptime(at, "%Y-%m-%d %H:%M").replace(tzinfo=UTC),
            language="en",
        ),
        marks=title[0] + "".join(line[0] for line in lines),
    )


def read_all(articles: list[Article], vocabulary: Vocabulary | None = None) -> list[Reading]:
    """The readings of these articles."""
    from wirewatch.reading.tagger import Tagger

    tagger = Tagger(vocabulary or Vocabulary())
    return [tagger.read(article) for article in articles]


def judge_all(
    store: Store, articles: list[Article], vocabulary: Vocabulary | None = None
) -> Iterator[Judgement]:
    """The judgements of articles in order, on one memory; the clock is `published`."""
    for article, reading in zip(articles, read_all(articles, vocabulary), strict=True):
        now = article.published
        assert isinstance(now, datetime)
        with store.begin() as connection:
            asked = ask(article, reading)
            known = recall(connection, asked, now)
            judgement, kept = judge(article, reading, asked, known, now)
            remember(connection, kept)
        yield judgement
