"""Reads the streams in `data/` and `tests/data/replay`: articles in time order, marked by hand."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from wirewatch.desk.replay import Replay
from wirewatch.desk.watch import load_watch
from wirewatch.records import Article, Judgement, Reading, Verdict, Vocabulary
from wirewatch.store import Store
from wirewatch.store.told import recall, remember
from wirewatch.stories import ask, judge
from wirewatch.text import digest

DATA = Path(__file__).parent / "data"
REPLAY = Path(__file__).parent.parent / "data" / "replay"
FRESH = (Verdict.NEW, Verdict.CHANGED)


@dataclass(frozen=True)
class Marked:
    """An article and the marks of its sentences: title first, then one for each line.

    `due` are the rules that must tell it, `free` those that may: every other is to keep silent.
    """

    name: str
    article: Article
    marks: str
    due: frozenset[str] = frozenset()
    free: frozenset[str] = frozenset()


@dataclass
class Errors:
    """What a replayed stream was told wrongly, in words, and out of how much."""

    due: int = 0
    sentences: int = 0
    missed: list[str] = field(default_factory=list)
    needless: list[str] = field(default_factory=list)
    verdicts: list[str] = field(default_factory=list)


def stream(name: str) -> list[Marked]:
    """The articles of a stream file, in the order of the file."""
    return parsed(DATA / name)


def replayed(name: str) -> Errors:
    """The errors of a stream under `tests/data/replay`, told by the rules of its watch folder."""
    folder, found = REPLAY / name, Errors()
    watch = load_watch(folder / "watch")
    assert not [p for p in watch.problems if p.severity == "error"], watch.problems
    with Replay(watch) as replay:
        for one in parsed(folder / "stream.txt"):
            outcome = replay.tell(one.article)
            told = {alert.rule_id: alert for alert in outcome.alerts}
            found.due += len(one.due)
            found.missed += [f"{one.name} {rule}" for rule in sorted(one.due - told.keys())]
            found.needless += [
                f"{one.name} {rule}: {told[rule].headline}"
                for rule in sorted(told.keys() - one.due - one.free)
            ]
            for verdict in _wrong(one, outcome.judgement):
                found.verdicts.append(f"{one.name} {verdict}")
            found.sentences += sum(mark != "?" for mark in one.marks)
    return found


def _wrong(one: Marked, judgement: Judgement) -> Iterator[str]:
    assert len(one.marks) == len(judgement.sentences), one.name
    for mark, sentence in zip(one.marks, judgement.sentences, strict=True):
        if mark != "?" and (sentence.verdict in FRESH) != (mark == "+"):
            text = one.article.title if sentence.span.where == "title" else one.article.text
            said = text[sentence.span.start : sentence.span.end]
            yield f"{mark} {sentence.verdict} {sentence.novelty:.2f} ({sentence.reason}) {said}"


def parsed(path: Path) -> list[Marked]:
    """The articles of a file, in its order, with their marks."""
    found: list[Marked] = []
    head = ""
    lines: list[str] = []
    for line in [*path.read_text(encoding="utf-8").splitlines(), "@"]:
        if line.startswith("@"):
            if head:
                found.append(_marked(head, lines))
            head, lines = line[1:].strip(), []
        elif line and not line.startswith("#"):
            lines.append(line)
    return found


def _marked(head: str, all_lines: list[str]) -> Marked:
    """A head is “name | publisher | time | title”, before the title perhaps a language.

    A name that comes again is the same page; “&” after a mark: of the same paragraph.
    """
    lines = [line for line in all_lines if line[0] not in ">~"]
    name, publisher, at, *language, title = (part.strip() for part in head.split("|"))
    url = f"https://news.example/{name}"
    return Marked(
        name=name,
        article=Article(
            article_id=digest("article", url),
            url=url,
            publisher=publisher,
            title=title[2:],
            text="".join((" " if line[1] == "&" else "\n") + line[2:].strip() for line in lines)[
                1:
            ],
            published=datetime.strptime(at, "%Y-%m-%d %H:%M").replace(tzinfo=UTC),
            language=language[0] if language else "en",
        ),
        marks=title[0] + "".join(line[0] for line in lines),
        due=frozenset(line[2:] for line in all_lines if line[0] == ">"),
        free=frozenset(line[2:] for line in all_lines if line[0] == "~"),
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
