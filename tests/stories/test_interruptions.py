"""Crashes, repeated deliveries and other orders of arrival: what is told stays the same."""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from streams import DATA, REPLAY, Marked, judge_all, parsed, read_all, stream

from wirewatch.desk.watch import load_watch
from wirewatch.records import Article, Echo, Judgement, Reading, Vocabulary
from wirewatch.store import Store, open_store, told_keep, told_tables
from wirewatch.store.told import carriers, recall, remember
from wirewatch.stories import ask, judge
from wirewatch.stories.memory import Remember, ToldArticle
from wirewatch.text import digest

WRITES = ("put_rows", "count_up", "put_lists", "_keep_steps", "add_rows", "_carry")
KEPT = ("ARTICLE", "WORD", "LIST", "STORY", "SENTENCE", "STEP", "DEVELOPMENT", "CARRIER")


def _judge(store: Store, article: Article, reading: Reading) -> Judgement:
    now = article.published
    assert isinstance(now, datetime)
    with store.begin() as connection:
        asked = ask(article, reading)
        judgement, kept = judge(article, reading, asked, recall(connection, asked, now), now)
        remember(connection, kept)
    return judgement


def _memory(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of the memory, in order."""
    with store.read() as connection:
        return {
            name: sorted(
                tuple(bytes(value) if isinstance(value, memoryview) else value for value in row)
                for row in connection.execute(select(getattr(told_tables, name)))
            )
            if name != "CARRIER"
            else sorted(map(repr, connection.execute(select(told_tables.CARRIER))))
            for name in KEPT
        }


class KilledError(Exception):
    """The process ends here."""


@contextmanager
def _killed_at(write: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Every write of the memory counts; the one with this number does not happen."""
    done: list[int] = []

    def counted(name: str) -> Any:
        real = getattr(told_keep, name)

        def step(*values: Any, **named: Any) -> None:
            if len(done) == write:
                raise KilledError(name)
            done.append(write)
            real(*values, **named)

        return step

    with monkeypatch.context() as patched:
        for name in WRITES:
            patched.setattr(told_keep, name, counted(name))
        yield done


def test_a_crash_at_any_write_leaves_nothing_of_an_article(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    articles = [m.article for m in stream("stream_before.txt") if m.name.startswith("ferry")][:3]
    readings = read_all(articles)
    clean = open_store()
    expected = [_judge(clean, *pair) for pair in zip(articles, readings, strict=True)]
    for pair, judgement in zip(list(zip(articles, readings, strict=True)), expected, strict=True):
        crashes, before = 0, _memory(store)
        while True:
            with _killed_at(crashes, monkeypatch):
                try:
                    again = _judge(store, *pair)
                    break
                except KilledError:
                    crashes += 1
            assert _memory(store) == before
        assert crashes >= len(WRITES)
        assert again == judgement
    assert _memory(store) == _memory(clean)


def test_what_is_delivered_again_changes_no_row(store: Store) -> None:
    articles = [m.article for m in stream("stream_after.txt")][:8]
    list(judge_all(store, articles))
    before = _memory(store)
    again = list(judge_all(store, articles))
    assert _memory(store) == before
    assert not any(judgement.developments or judgement.echoes for judgement in again)


def test_both_databases_judge_alike(store: Store) -> None:
    articles = [m.article for m in stream("stream_before.txt")]
    assert list(judge_all(store, articles)) == list(judge_all(open_store(), articles))


Pairs = list[tuple[Article, Reading]]


def _stories(marked: Sequence[Marked], vocabulary: Vocabulary) -> dict[str, Pairs]:
    """The stories of a stream in order of time, read."""
    found: dict[str, list[Article]] = defaultdict(list)
    for one in marked:
        found[one.name.rsplit("-", 1)[0]].append(one.article)
    in_time = {name: sorted(some, key=lambda a: str(a.published)) for name, some in found.items()}
    return {
        name: list(zip(some, read_all(some, vocabulary), strict=True))
        for name, some in in_time.items()
    }


@cache
def _world(name: str) -> dict[str, Pairs]:
    if name == "own":
        marked = [*stream("stream_before.txt"), *stream("stream_after.txt")]
        return _stories(marked, Vocabulary())
    folder = REPLAY / name
    return _stories(parsed(folder / "stream.txt"), load_watch(folder / "watch").vocabulary)


@cache
def _alone(world: str, name: str) -> dict[str, set[str]]:
    """What a story brings on a memory of its own."""
    return _developments(_world(world)[name])


@pytest.mark.parametrize("world", ["own", "kalonga"])
@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_stories_woven_into_each_other_bring_what_each_brings_alone(world: str, data: Any) -> None:
    stories = _world(world)
    names = data.draw(st.permutations(sorted(stories)), label="order")
    names = names[: data.draw(st.sampled_from((len(names), 4)), label="stories")]
    dice = data.draw(st.randoms(use_true_random=False))
    left = {name: list(stories[name]) for name in names}
    woven = []
    while any(left.values()):
        name = dice.choice([name for name in names if left[name]])
        woven.append(left[name].pop(0))
    alone = {url: ids for name in names for url, ids in _alone(world, name).items()}
    assert _developments(woven) == alone


def _developments(pairs: Pairs) -> dict[str, set[str]]:
    """Page → what it brought, its later versions too."""
    store, found = open_store(), defaultdict(set)
    for article, reading in pairs:
        developments = _judge(store, article, reading).developments
        found[article.url].update(one.development_id for one in developments)
    return found


def test_a_copy_is_one_whichever_came_first() -> None:
    """Each pair comes both ways round, two months apart."""
    bare = Reading(article_id="", tagger="none", language="en")
    for pair in json.loads((DATA / "copies.json").read_text(encoding="utf-8")):
        store, at, found = open_store(), datetime(2031, 1, 1, tzinfo=UTC), []
        for texts in ((pair["one"], pair["other"]), (pair["other"], pair["one"])):
            at += timedelta(days=60)
            articles = [_article(text, at, number) for number, text in enumerate(texts)]
            judged = [_judge(store, article, bare) for article in articles]
            found.append((judged[1].copy_of is not None, judged[1].copied))
        assert found[0] == found[1], pair["what"]


def _article(text: str, at: datetime, number: int) -> Article:
    url = f"https://{number}.example/{at:%Y%m%d}"
    return Article(
        article_id=digest(url), url=url, publisher=f"paper {number}", title="", text=text,
        published=at, language="en",
    )  # fmt: skip


def test_an_event_that_everybody_names_gets_no_dearer_and_counts_all_outlets(
    store: Store,
) -> None:
    """A hundred articles of two papers carry one development, then one of a third."""
    at = datetime(2031, 1, 1, tzinfo=UTC)
    papers = [f"paper {number % 2}" for number in range(100)] + ["a third"]
    with store.begin() as connection:
        for number, paper in enumerate(papers, 1):
            told = ToldArticle(
                number=number, article_id=f"a{number}", url="", publisher=paper, origin=paper,
                story="s", at=at, text_hash=1, size=1, runs=b"", numbers=frozenset(),
            )  # fmt: skip
            echo = Echo(
                development_id="d", article_id=told.article_id, publisher=paper, origin=paper
            )
            remember(connection, Remember(article=told, carriers=((echo, None),)))
        noted = connection.execute(select(told_tables.CARRIER)).all()
        who = carriers(connection, ["d"])["d"]
    assert len(noted) == told_keep.CARRIERS_KEPT + 1
    assert who.publishers == ("paper 0", "paper 1", "a third")
