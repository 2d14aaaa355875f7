"""Writes what a judgement leaves in the memory of stories: added rows, and those they replace."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from wirewatch.store.codec import dump
from wirewatch.store.told_sql import (
    add,
    add_numbers,
    count_up,
    deleting_up_to,
    drop_numbers,
    find,
    put,
    put_plain,
)
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
from wirewatch.stories.memory import Remember, Step, ToldArticle, ToldStory

STEPS_KEPT = 200  # of one ledger


def remember(connection: Connection, kept: Remember) -> None:
    """Keep what a judgement leaves; done twice, only words are counted twice."""
    if kept.article is None:
        return
    put(connection, ARTICLE, [_article(kept.article)])
    count_up(connection, WORD, "articles", sorted({0, *kept.terms_met}))
    drop_numbers(connection, SKETCH, [(row.hash, row.article) for row in kept.sketch_dropped])
    add_numbers(connection, SKETCH, [(row.hash, row.article, row.day) for row in kept.sketch])
    if kept.story is not None:
        put(connection, STORY, [_story(kept.story)])
    drop_numbers(connection, STORY_TERM, [(r.term, r.story) for r in kept.story_terms_dropped])
    add_numbers(connection, STORY_TERM, [(row.term, row.story) for row in kept.story_terms])
    put_plain(connection, SENTENCE, [*kept.sentences, *kept.told_again])
    drop_numbers(connection, KEY, [(row.key, row.sentence) for row in kept.keys_dropped])
    add_numbers(connection, KEY, [(row.key, row.sentence) for row in kept.keys])
    _keep_steps(connection, kept.steps)
    add(connection, DEVELOPMENT, [_development(found) for found in kept.developments])
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


def _development(found: Any) -> dict[str, Any]:
    return {
        "development_id": found.development_id,
        "story": found.story,
        "article_id": found.article_id,
        "first_seen": found.first_seen,
        "record": dump(found),
    }


def _keep_steps(connection: Connection, steps: Sequence[Step]) -> None:
    """Add steps to their ledgers, and forget what is two hundred steps back."""
    if not steps:
        return
    rows = [{column.name: getattr(step, column.name) for column in STEP.c} for step in steps]
    add(connection, STEP, [{**row, "status": row["status"] and str(row["status"])} for row in rows])
    connection.execute(
        deleting_up_to(STEP, "ledger", "nth"),
        [{"its": step.ledger, "upto": step.nth - STEPS_KEPT} for step in steps],
    )


def _carry(connection: Connection, kept: Remember, at: datetime) -> None:
    """Note who carried which development, in order; an article counts once."""
    if not kept.carriers:
        return
    highest: dict[str, int] = {}
    for row in find(
        connection, CARRIER.c.development_id, {e.development_id for e, _ in kept.carriers}
    ):
        highest[row.development_id] = max(row.nth, highest.get(row.development_id, -1))
    rows = [
        {
            "development_id": echo.development_id,
            "article_id": echo.article_id,
            "publisher": echo.publisher,
            "origin": echo.origin,
            "credit": credit,
            "at": at,
            "nth": highest.get(echo.development_id, -1) + 1,
        }
        for echo, credit in kept.carriers
    ]
    add(connection, CARRIER, rows)
