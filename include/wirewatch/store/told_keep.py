"""Writes what a judgement leaves in the memory of stories: added rows, and those they replace."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, and_, bindparam, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from wirewatch.store.codec import dump
from wirewatch.store.told_tables import (
    ARTICLE,
    CARRIER,
    DEVELOPMENT,
    KEY,
    SENTENCE,
    SKETCH,
    STEP,
    STORY,
    STORY_TERM,
    WORD,
)
from wirewatch.stories.memory import Remember, Step, ToldArticle, ToldSentence, ToldStory

STEPS_KEPT = 200  # of one ledger


def remember(connection: Connection, kept: Remember) -> None:
    """Keep what a judgement leaves. Done twice, the second time changes nothing but counts of words."""
    if kept.article is None:
        return
    _put(connection, ARTICLE, [_article(kept.article)])
    _count_words(connection, kept.terms_met)
    _drop(connection, SKETCH, [{"hash": r.hash, "article": r.article} for r in kept.sketch_dropped])
    _add(connection, SKETCH, [{"hash": r.hash, "article": r.article, "day": r.day} for r in kept.sketch])
    if kept.story is not None:
        _put(connection, STORY, [_story(kept.story)])
    _drop(connection, STORY_TERM, [{"term": r.term, "story": r.story} for r in kept.story_terms_dropped])
    _add(connection, STORY_TERM, [{"term": r.term, "story": r.story} for r in kept.story_terms])
    _put(connection, SENTENCE, [_sentence(told) for told in (*kept.sentences, *kept.told_again)])
    _drop(connection, KEY, [{"key": r.key, "sentence": r.sentence} for r in kept.keys_dropped])
    _add(connection, KEY, [{"key": r.key, "sentence": r.sentence} for r in kept.keys])
    _keep_steps(connection, kept.steps)
    _add(connection, DEVELOPMENT, [_development(found) for found in kept.developments])
    _carry(connection, kept, kept.article.at)


def _article(told: ToldArticle) -> dict[str, Any]:
    values = {column.name: getattr(told, column.name) for column in ARTICLE.c}
    return {**values, "numbers": " ".join(sorted(told.numbers))}


def _story(told: ToldStory) -> dict[str, Any]:
    words = " ".join(told.vector)
    weights = " ".join(f"{weight:g}" for weight in told.vector.values())
    return {
        "story": told.story,
        "number": told.number,
        "articles": told.articles,
        "last_at": told.last_at,
        "vector": f"{words}\n{weights}",
    }


def _sentence(told: ToldSentence) -> dict[str, Any]:
    values = {column.name: getattr(told, column.name) for column in SENTENCE.c}
    return {**values, "facts": " ".join(told.facts)}


def _development(found: Any) -> dict[str, Any]:
    return {
        "development_id": found.development_id,
        "story": found.story,
        "article_id": found.article_id,
        "first_seen": found.first_seen,
        "record": dump(found),
    }


def _insert(connection: Connection, table: Table) -> Any:
    """INSERT of the database at hand: both know ON CONFLICT, each in its own module."""
    return (sqlite if connection.dialect.name == "sqlite" else postgresql).insert(table)


def _add(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add rows; those that are there stay as they are."""
    if rows:
        connection.execute(_insert(connection, table).on_conflict_do_nothing(), rows)


def _put(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add rows, or overwrite those with the same key."""
    if not rows:
        return
    statement = _insert(connection, table)
    key = [column.name for column in table.primary_key]
    put = {column.name: statement.excluded[column.name] for column in table.c if column.name not in key}
    connection.execute(statement.on_conflict_do_update(index_elements=key, set_=put), rows)


def _drop(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Delete the rows with these keys."""
    if rows:
        key = and_(*(column == bindparam(f"old_{column.name}") for column in table.primary_key))
        old = [{f"old_{name}": value for name, value in row.items()} for row in rows]
        connection.execute(delete(table).where(key), old)


def _count_words(connection: Connection, words: Sequence[int]) -> None:
    statement = _insert(connection, WORD)
    more = {"articles": WORD.c.articles + 1}
    rows = [{"word": word, "articles": 1} for word in sorted({0, *words})]
    connection.execute(statement.on_conflict_do_update(index_elements=["word"], set_=more), rows)


def _keep_steps(connection: Connection, steps: Sequence[Step]) -> None:
    """Add steps to their ledgers, and forget what is two hundred steps back."""
    if not steps:
        return
    rows = [{column.name: getattr(step, column.name) for column in STEP.c} for step in steps]
    _add(connection, STEP, [{**row, "status": row["status"] and str(row["status"])} for row in rows])
    connection.execute(
        delete(STEP).where(and_(STEP.c.ledger == bindparam("its"), STEP.c.nth <= bindparam("upto"))),
        [{"its": step.ledger, "upto": step.nth - STEPS_KEPT} for step in steps],
    )


def _carry(connection: Connection, kept: Remember, at: datetime) -> None:
    """Note who carried which development, in order; an article counts once."""
    if not kept.carriers:
        return
    ids = sorted({echo.development_id for echo, _ in kept.carriers})
    highest = (
        select(CARRIER.c.development_id, func.max(CARRIER.c.nth))
        .where(CARRIER.c.development_id.in_(ids))
        .group_by(CARRIER.c.development_id)
    )
    so_far = {row[0]: row[1] for row in connection.execute(highest)}
    rows = [
        {
            "development_id": echo.development_id,
            "article_id": echo.article_id,
            "publisher": echo.publisher,
            "origin": echo.origin,
            "credit": credit,
            "at": at,
            "nth": so_far.get(echo.development_id, -1) + 1,
        }
        for echo, credit in kept.carriers
    ]
    _add(connection, CARRIER, rows)
