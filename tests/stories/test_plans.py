"""Every look-up of the memory goes through an index, on both databases."""

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import Connection, text
from streams import judge_all, stream

from wirewatch.store import Store, told_lists, told_sql
from wirewatch.store import told as told_store


def test_no_look_up_reads_a_whole_table(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    articles = [m.article for m in stream("stream_before.txt")]
    list(judge_all(store, articles[:-3]))
    if not store.is_sqlite:
        with store.begin() as connection:  # it would read a small table as a whole
            connection.execute(text("ANALYZE"))
    asked: dict[str, Sequence[Any]] = {}
    real = told_sql.rows

    def noted(connection: Connection, question: str, values: Sequence[Any] = ()) -> Any:
        asked[question] = values
        return real(connection, question, values)

    with monkeypatch.context() as patched:
        for module in (told_sql, told_store, told_lists):
            patched.setattr(module, "rows", noted)
        list(judge_all(store, articles[-3:]))
    assert len(asked) >= 8
    for column in ("hash", "mask"):  # `latest` asks SQLite one by one
        own = f"SELECT * FROM told_sentence WHERE {column} = 7 ORDER BY number DESC LIMIT 30"
        asked[own] = ()
    with store.begin() as connection:
        for question, values in asked.items():
            for line in _plan(connection, question, values):
                assert not _reads_all(line), f"{line}: {question[:300]}"


def _plan(connection: Connection, question: str, values: Sequence[Any]) -> list[str]:
    if connection.dialect.name == "sqlite":
        found = told_sql.rows(connection, f"EXPLAIN QUERY PLAN {question}", values)
        return [row[-1] for row in found]
    connection.execute(text("SET LOCAL enable_seqscan = off"))
    return [row[0] for row in told_sql.rows(connection, f"EXPLAIN {question}", values)]


def _reads_all(line: str) -> bool:
    """Whether a line of a plan names a told table without its index; the old lists are empty."""
    old = ("told_sketch", "told_story_term", "told_key")
    if any(name in line for name in old):
        return False
    scanned = line.startswith("SCAN told_") and "INDEX" not in line
    return scanned or "Seq Scan on told_" in line
