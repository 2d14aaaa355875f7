"""Writes what a judgement leaves in the memory of stories: added rows, and those they replace."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection

from wirewatch.records import Development
from wirewatch.store.codec import dump
from wirewatch.store.told_lists import DAY_BITS, RUNS, TERMS, put_lists
from wirewatch.store.told_sql import (
    add,
    add_rows,
    count_up,
    deleting_up_to,
    find_texts,
    kept_time,
    put_rows,
)
from wirewatch.store.told_tables import (
    ARTICLE,
    CARRIER,
    DEVELOPMENT,
    SENTENCE,
    STEP,
    STORY,
    WORD,
)
from wirewatch.stories.memory import Remember, Step, ToldArticle, ToldStory

STEPS_KEPT = 200  # of one ledger
CARRIERS_KEPT = 50  # of one development, and all that are another outlet, origin or agency


def remember(connection: Connection, kept: Remember) -> None:
    """Keep what a judgement leaves; done twice, only words are counted twice."""
    if kept.article is None:
        return
    put_rows(connection, ARTICLE, [_article(connection, kept.article)])
    count_up(connection, WORD, {0, *kept.terms_met})
    put_lists(connection, _lists(kept), moving=kept.moving)
    if kept.story is not None:
        put_rows(connection, STORY, [_story(connection, kept.story)])
    put_rows(connection, SENTENCE, [*kept.sentences, *kept.told_again])
    _keep_steps(connection, kept.steps)
    add_rows(
        connection, DEVELOPMENT, [_development(connection, found) for found in kept.developments]
    )
    _carry(connection, kept, kept.article.at)


def _lists(kept: Remember) -> dict[int, Sequence[int]]:
    """All lists to keep, under the keys that the store has for them."""
    lists: dict[int, Sequence[int]] = dict(kept.keys)
    for term, stories in kept.story_terms.items():
        lists[term | TERMS.start] = stories
    for hash_, found in kept.sketch.items():
        lists[hash_ | RUNS.start] = sorted([article << DAY_BITS | day for _, article, day in found])
    return lists


def _article(connection: Connection, told: ToldArticle) -> tuple[Any, ...]:
    values = {column.name: getattr(told, column.name) for column in ARTICLE.c}
    values |= {"at": kept_time(connection, told.at), "numbers": " ".join(sorted(told.numbers))}
    return tuple(values.values())


def _story(connection: Connection, told: ToldStory) -> tuple[Any, ...]:
    words = " ".join(told.vector)
    weights = " ".join([f"{weight:g}" for weight in told.vector.values()])
    at = kept_time(connection, told.last_at)
    return told.story, told.number, told.articles, at, f"{words}\n{weights}"


def _development(connection: Connection, found: Development) -> tuple[Any, ...]:
    seen = found.first_seen and kept_time(connection, found.first_seen)
    return found.development_id, found.story, found.article_id, seen, dump(found)


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


class Carried(NamedTuple):
    """Who carried a development, in the order of the columns; `nth` counts them from 0."""

    development_id: str
    article_id: str
    publisher: str | None
    origin: str
    credit: str | None
    at: Any
    nth: int


def find_carried(connection: Connection, ids: Iterable[str]) -> dict[str, list[Carried]]:
    """Who carried each development so far, in order."""
    carried: dict[str, list[Carried]] = {}
    for row in find_texts(connection, CARRIER.c.development_id, ids):
        carried.setdefault(row[0], []).append(Carried(*row))
    for found in carried.values():
        found.sort(key=lambda one: one.nth)
    return carried


def _carry(connection: Connection, kept: Remember, at: datetime) -> None:
    """Note who carried which development, in order.

    After fifty, an article that adds no outlet, origin or agency is not noted: what thousands of
    articles repeat would make each of them dearer than the one before.
    """
    if not kept.carriers:
        return
    carried = find_carried(connection, {echo.development_id for echo, _ in kept.carriers})
    time = kept_time(connection, at)
    new: list[Carried] = []
    for echo, credit in kept.carriers:
        before = carried.setdefault(echo.development_id, [])
        told = (echo.publisher, echo.origin, credit)
        if any(one.article_id == echo.article_id for one in before):
            continue
        is_another = all((one.publisher, one.origin, one.credit) != told for one in before)
        if len(before) >= CARRIERS_KEPT and not is_another:
            continue
        nth = before[-1].nth + 1 if before else 0
        before.append(Carried(echo.development_id, echo.article_id, *told, time, nth))
        new.append(before[-1])
    add_rows(connection, CARRIER, new)
