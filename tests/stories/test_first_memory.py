"""A store that the first version filled: what it was told is known after the update."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, delete, insert, inspect, select, text
from streams import judge_all, stream

from wirewatch.records import Judgement
from wirewatch.store import Store, open_store, told_tables
from wirewatch.store.told import forget
from wirewatch.store.told_before import ANY_LEFT
from wirewatch.store.told_lists import DAY_BITS, RUNS, TERMS
from wirewatch.store.upgrade import upgrade, with_alembic

OLD = (told_tables.OLD_SKETCH, told_tables.OLD_STORY_TERM, told_tables.OLD_KEY)


def _lists(connection: Connection) -> dict[int, tuple[int, ...]]:
    found = {}
    for key, packed in connection.execute(select(told_tables.LIST)):
        data = bytes(packed)
        found[key] = tuple(
            int.from_bytes(data[at : at + 8], "big") for at in range(0, len(data), 8)
        )
    return found


def _old_rows(lists: dict[int, tuple[int, ...]]) -> dict[str, list[dict[str, int]]]:
    """The rows that the first version had for these lists: one for each entry."""
    rows: dict[str, list[dict[str, int]]] = {table.name: [] for table in OLD}
    for key, numbers in lists.items():
        for number in numbers:
            if key in RUNS:
                article, day = number >> DAY_BITS, number % (1 << DAY_BITS)
                row = {"hash": key - RUNS.start, "article": article, "day": day}
                rows["told_sketch"].append(row)
            elif key in TERMS:
                rows["told_story_term"].append({"term": key - TERMS.start, "story": number})
            else:
                rows["told_key"].append({"key": key, "sentence": number})
    return rows


def _put_back(connection: Connection) -> int:
    """Keep the memory as the first version did; how many rows that makes."""
    old = _old_rows(_lists(connection))
    connection.execute(delete(told_tables.LIST))
    for table in OLD:
        connection.execute(insert(table), old[table.name])
    return sum(map(len, old.values()))


def _shown(judged: list[Judgement]) -> list[Any]:
    return [(one.copy_of, one.sentences, one.developments, one.story) for one in judged]


def test_news_that_the_first_version_told_is_not_told_again(store: Store) -> None:
    articles = [m.article for m in stream("stream_before.txt")]
    half = len(articles) // 2
    expected = list(judge_all(open_store(), articles))
    list(judge_all(store, articles[:half]))
    with store.begin() as connection:
        assert _put_back(connection) > 1000
    judged = list(judge_all(store, articles[half:]))
    assert _shown(judged) == _shown(expected[half:])


def test_lists_move_when_they_are_written_and_the_rest_goes_with_the_window(store: Store) -> None:
    articles = [m.article for m in stream("stream_before.txt")]
    list(judge_all(store, articles[:6]))
    with store.begin() as connection:
        before = _put_back(connection)
    list(judge_all(store, articles[6:12]))
    with store.begin() as connection:
        old = sum(len(connection.execute(select(table)).all()) for table in OLD)
        assert 0 < old < before
        hashes = {row.hash for row in connection.execute(select(told_tables.OLD_SKETCH))}
        assert not hashes & {key - RUNS.start for key in _lists(connection) if key in RUNS}
        forget(connection, datetime(2100, 1, 1, tzinfo=UTC), keep=timedelta(days=36_500))
        assert not connection.execute(text(f"SELECT {ANY_LEFT}")).scalar()
        assert not _lists(connection)


@pytest.mark.parametrize("told_before", [True, False])
def test_a_database_of_the_first_step_comes_up_with_its_memory(
    tmp_path: Path, told_before: bool
) -> None:
    articles = [m.article for m in stream("stream_before.txt")][:5]
    filled = open_store()
    list(judge_all(filled, articles))
    store = open_store(f"sqlite:///{tmp_path}/first.sqlite", migrate=False)
    with store.begin() as connection:
        with_alembic(connection, lambda command, config: command.upgrade(config, "0001"))
        if told_before:
            _copy_memory(filled, connection)
    upgrade(store)
    judged = list(judge_all(store, [_reworded(article) for article in articles]))
    fresh = [bool(one.developments) for one in judged]
    assert any(fresh) != told_before


def _reworded(article: Any) -> Any:
    """The same text on another paper's page."""
    from dataclasses import replace

    return replace(article, article_id=article.article_id[::-1], url=f"{article.url}/again")


def _copy_memory(filled: Store, connection: Connection) -> None:
    """Write a memory into a database of step 0001, in the columns that it has."""
    with filled.read() as reading:
        old = _old_rows(_lists(reading))
        for name in ("ARTICLE", "WORD", "STORY", "SENTENCE", "STEP", "DEVELOPMENT", "CARRIER"):
            table = getattr(told_tables, name)
            there = {column["name"] for column in inspect(connection).get_columns(table.name)}
            columns = [column for column in table.c if column.name in there]
            rows = [dict(row._mapping) for row in reading.execute(select(*columns))]
            if rows:
                connection.execute(insert(table), rows)
    for table in OLD:
        connection.execute(insert(table), old[table.name])
