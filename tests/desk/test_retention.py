"""What is old is taken out by class and in small steps; what is still needed stays."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, insert, select, update

from wirewatch.records import Article, Reading
from wirewatch.store import Store, articles, retention
from wirewatch.store.article_tables import ARTICLE, ARTICLE_VERSION
from wirewatch.store.feed_tables import POLL
from wirewatch.store.judgements import JUDGEMENT, VOCABULARY
from wirewatch.store.runs import STEP, note_step
from wirewatch.store.search import SEARCH

NOW = datetime(2031, 5, 4, 6, tzinfo=UTC)
YEAR = timedelta(days=365)


def polls(store: Store, many: int, days_ago: int) -> None:
    row = {
        "feed_id": "f", "outcome": "", "status": 200, "new": 0, "changed": 0, "bytes": 0,
        "reason": "", "next_poll": NOW, "why_then": "", "at": NOW - timedelta(days=days_ago),
    }  # fmt: skip
    with store.begin() as connection:
        connection.execute(insert(POLL), [row] * many)


def arrive(store: Store, name: str, days_ago: int) -> None:
    at = NOW - timedelta(days=days_ago)
    url = f"http://a.example/{name}"
    one = Article(
        article_id=name, url=url, publisher="A", title=name, text="The dam holds.", arrived=at
    )
    with store.begin() as connection:
        reading = Reading(article_id=name, tagger="1/x/none", language="en")
        articles.save_article_and_reading(connection, one, reading, at)
        if name != "waiting":
            connection.execute(
                update(ARTICLE).where(ARTICLE.c.article_id == name).values(judged_at=at)
            )


def judge(store: Store, place: int, vocabulary: str, days_ago: int) -> None:
    at = NOW - timedelta(days=days_ago)
    row = {
        "sequence": place, "article_id": "a", "content_hash": "", "at": at, "silent": False,
        "vocabulary": vocabulary, "known_share": 0.0, "verdicts": "", "finds": "", "record": b"",
    }  # fmt: skip
    with store.begin() as connection:
        connection.execute(insert(JUDGEMENT), row)


def count(store: Store, table: object) -> int:
    with store.read() as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())  # type: ignore[arg-type]


def test_each_class_has_its_age(store: Store) -> None:
    polls(store, 3, 20)
    polls(store, 2, 10)
    with store.begin() as connection:
        note_step(connection, "r", "poll", {}, NOW - timedelta(days=40))
        note_step(connection, "s", "poll", {}, NOW - timedelta(days=20))
    for name, days in (("old", 400), ("young", 300), ("waiting", 400)):
        arrive(store, name, days)
    gone = retention.take_out(store, NOW, YEAR)
    assert {name: many for name, many in gone.items() if many} == {
        "polls": 3, "steps": 1, "articles": 1,
    }  # fmt: skip
    assert (count(store, POLL), count(store, STEP)) == (2, 1)
    with store.read() as connection:
        left = set(connection.execute(select(ARTICLE.c.article_id)).scalars())
    assert left == {"young", "waiting"}  # what waits to be judged is never too old
    assert count(store, ARTICLE_VERSION) == 2
    assert count(store, SEARCH) == 2
    assert not any(retention.take_out(store, NOW, YEAR).values())


def test_a_vocabulary_stays_as_long_as_a_judgement_by_it(store: Store) -> None:
    for place, days in enumerate((500, 400, 300)):
        judge(store, place, "in use" if days == 300 else "gone", days)
    with store.begin() as connection:
        for version in ("in use", "gone"):
            row = {"version": version, "at": NOW - timedelta(days=500), "record": b""}
            connection.execute(insert(VOCABULARY), row)
    gone = retention.take_out(store, NOW, YEAR)
    assert {name: many for name, many in gone.items() if many} == {
        "judgements": 2, "vocabularies": 1,
    }  # fmt: skip
    with store.read() as connection:
        assert connection.execute(select(VOCABULARY.c.version)).scalar_one() == "in use"


def test_others_write_between_two_steps(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "AT_ONCE", 10)
    polls(store, 35, 20)
    seen: list[int] = []
    real = store.begin

    class Watched:
        is_sqlite = store.is_sqlite

        def begin(self):  # type: ignore[no-untyped-def]
            polls(store, 1, 1)  # another worker gets its turn before each step
            seen.append(count(store, POLL))
            return real()

    gone = retention.take_out(Watched(), NOW, YEAR)  # type: ignore[arg-type]
    assert gone["polls"] == 35
    assert seen[:4] == [36, 27, 18, 9]
