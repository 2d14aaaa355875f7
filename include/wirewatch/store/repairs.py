"""Who put which stories together or apart? The memory itself is mended, and every mend is kept.

All that the memory knows of the moved articles goes along: their sentences, developments, steps in
the story's ledgers, the words that the story is found by, and alerts, so that later news replies in
the thread that is there. Ids of developments stay. A mend can be undone; what arrived since stays.
"""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Index,
    String,
    Table,
    Text,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from wirewatch.store.metadata import METADATA, UTCTime
from wirewatch.store.outbox_tables import ALERT
from wirewatch.store.told_lists import TERMS, find_lists, put_lists
from wirewatch.store.told_sql import find_numbers
from wirewatch.store.told_tables import ARTICLE, DEVELOPMENT, SENTENCE, STEP, STORY, WORD
from wirewatch.stories import novelty, story
from wirewatch.stories.memory import SENTENCES
from wirewatch.stories.words import Weights, term
from wirewatch.text import digest

REPAIR = Table(
    "story_repair",
    METADATA,
    Column("repair_id", String(64), primary_key=True),
    Column("kind", String(10), nullable=False),
    Column("story", String(64), nullable=False),
    Column("other", String(64), nullable=False),
    Column("articles", Text, nullable=False),
    Column("was", Text, nullable=False),
    Column("who", String(200), nullable=False),
    Column("at", UTCTime, nullable=False),
    Column("undone_by", String(200)),
    Column("undone_at", UTCTime),
    Index("ix_story_repair_story", "story"),
    Index("ix_story_repair_other", "other"),
)


class CannotRepair(ValueError):  # noqa: N818 - said to people, who read what they cannot
    """Why stories cannot be put together or apart, for whoever asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """A merge (`story` went into `other`) or a split (`articles` of `story` went to `other`)."""

    repair_id: str
    kind: str
    story: str
    other: str
    articles: Sequence[str]
    who: str
    at: datetime
    undone_by: str | None = None
    undone_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Row:
    """A story as it stands in its table."""

    story: str
    number: int
    articles: int
    last_at: datetime
    vector: Mapping[str, float]


def merge(connection: Connection, one: str, into: str, who: str, at: datetime) -> Repair:
    """Put all of the story `one` into another, which takes its later articles too.

    Raises CannotRepair if there is no such story, or both are one.
    """
    if one == into:
        raise CannotRepair("a story cannot be merged into itself")
    gone, kept = _story(connection, one), _story(connection, into)
    moved = _articles_of(connection, one)
    _move(connection, set(moved), one, into)
    _dissolve(connection, gone, kept)
    was = json.dumps({"number": gone.number, "vector": dict(gone.vector)})
    return _keep(connection, "merge", one, into, moved, was, who, at)


def split(
    connection: Connection, story_id: str, articles: Collection[str], who: str, at: datetime
) -> Repair:
    """Put some articles (urls or ids) of a story into a story of their own.

    Raises CannotRepair if one of them is not the story's, or none would stay.
    """
    old = _story(connection, story_id)
    moved = _named(connection, story_id, articles)
    if len(moved) >= len(_articles_of(connection, story_id)):
        raise CannotRepair("none of the story's articles would stay in it")
    vector = _vector_of(connection, moved, old)
    last = connection.execute(select(func.max(STORY.c.number))).scalar() or 0
    new = digest("story", "split", story_id, at.isoformat(), *moved)
    _part(connection, old, new, last + 1, moved, vector)
    return _keep(connection, "split", story_id, new, moved, "", who, at)


def undo(connection: Connection, repair_id: str, who: str, at: datetime) -> Repair:
    """Take a mend back: its articles return; those that came since stay where they are.

    Raises CannotRepair if there is none of that id, or a later mend stands in the way.
    """
    row = connection.execute(select(REPAIR).where(REPAIR.c.repair_id == repair_id)).first()
    if row is None or row.undone_at is not None:
        raise CannotRepair(f"there is no repair “{repair_id}” to undo")
    if row.kind == "merge":
        into, was, moved = _story(connection, row.other), json.loads(row.was), row.articles.split()
        here = [one for one in moved if one in set(_articles_of(connection, row.other))]
        if not here or _exists(connection, row.story):
            raise CannotRepair("a later repair moved its articles: undo that one first")
        _part(connection, into, row.story, was["number"], here, was["vector"])
    else:
        gone, kept = _story(connection, row.other), _story(connection, row.story)
        _move(connection, set(_articles_of(connection, row.other)), row.other, row.story)
        _dissolve(connection, gone, kept)
    undone = {"undone_by": who, "undone_at": at}
    connection.execute(update(REPAIR).where(REPAIR.c.repair_id == repair_id).values(**undone))
    return _repair(connection.execute(select(REPAIR).where(REPAIR.c.repair_id == repair_id)).one())


def repairs(connection: Connection, story_id: str | None = None) -> list[Repair]:
    """The mends of a story, or all, newest first."""
    asked = select(REPAIR).order_by(REPAIR.c.at.desc(), REPAIR.c.repair_id)
    if story_id is not None:
        asked = asked.where(or_(REPAIR.c.story == story_id, REPAIR.c.other == story_id))
    return [_repair(row) for row in connection.execute(asked)]


def _repair(row: Any) -> Repair:
    values = {key: value for key, value in row._mapping.items() if key != "was"}
    return Repair(**{**values, "articles": tuple(row.articles.split())})


def _keep(
    connection: Connection,
    kind: str,
    one: str,
    other: str,
    moved: Sequence[str],
    was: str,
    who: str,
    at: datetime,
) -> Repair:
    repair_id = digest("repair", kind, one, other, at.isoformat())[:10]
    row = {"repair_id": repair_id, "kind": kind, "story": one, "other": other, "who": who, "at": at}
    connection.execute(insert(REPAIR).values(**row, articles=" ".join(moved), was=was))
    return Repair(**row, articles=tuple(moved))  # type: ignore[arg-type]


# ── Stories and their words ──


def _exists(connection: Connection, story_id: str) -> bool:
    return (
        connection.execute(select(STORY.c.number).where(STORY.c.story == story_id)).first()
        is not None
    )


def _story(connection: Connection, story_id: str) -> _Row:
    row = connection.execute(select(STORY).where(STORY.c.story == story_id)).first()
    if row is None:
        raise CannotRepair(f"there is no story “{story_id}”")
    words, weights = row.vector.split("\n") if row.vector else ("", "")
    vector = dict(zip(words.split(), map(float, weights.split()), strict=True))
    return _Row(row.story, row.number, row.articles, row.last_at, vector)


def _write(connection: Connection, one: _Row) -> None:
    words = sorted(one.vector, key=lambda word: (-one.vector[word], word))[: story.KEPT_IN_STORY]
    vector = f"{' '.join(words)}\n{' '.join(f'{one.vector[word]:g}' for word in words)}"
    connection.execute(delete(STORY).where(STORY.c.story == one.story))
    connection.execute(
        insert(STORY).values(
            story=one.story, number=one.number, articles=one.articles, last_at=one.last_at,
            vector=vector,
        )
    )  # fmt: skip


def _dissolve(connection: Connection, gone: _Row, kept: _Row) -> None:
    """Sum two stories' words, and let what found the first find the second."""
    summed = {
        word: kept.vector.get(word, 0.0) + gone.vector.get(word, 0.0)
        for word in (*kept.vector, *gone.vector)
    }
    last_at = max(gone.last_at, kept.last_at)
    articles = gone.articles + kept.articles
    _write(connection, _Row(kept.story, kept.number, articles, last_at, summed))
    connection.execute(delete(STORY).where(STORY.c.story == gone.story))
    found_by = {term(word) | TERMS.start for word in gone.vector}

    def instead(numbers: Sequence[int]) -> set[int]:
        return {kept.number if number == gone.number else number for number in numbers}

    _change(connection, found_by, instead)
    leads = _list(connection, novelty.lead_key(gone.story))
    _change(connection, {novelty.lead_key(kept.story)}, lambda there: {*there, *leads}, last=True)


def _part(
    connection: Connection,
    old: _Row,
    new: str,
    number: int,
    moved: Sequence[str],
    vector: Mapping[str, float],
) -> None:
    """Take articles and their words out of a story, into one of their own."""
    _move(connection, set(moved), old.story, new)
    times = connection.execute(select(ARTICLE.c.at).where(ARTICLE.c.article_id.in_(moved)))
    rest = {
        word: left
        for word, weight in old.vector.items()
        if (left := weight - vector.get(word, 0.0)) > 0.0
    }
    _write(connection, _Row(new, number, len(moved), max(times.scalars()), vector))
    staying = max(1, old.articles - len(moved))
    _write(connection, _Row(old.story, old.number, staying, old.last_at, rest))
    heaviest = dict.fromkeys(story.heaviest_first(vector), 0.0)
    found_by = {one | TERMS.start for one in story.heaviest_terms(heaviest, story.HEAVIEST)}
    _change(connection, found_by, lambda there: {*there, number})
    own = set(connection.execute(
        select(ARTICLE.c.number).where(ARTICLE.c.article_id.in_(moved))
    ).scalars())  # fmt: skip
    leads = _list(connection, novelty.lead_key(old.story))
    gone = {lead for lead in leads if lead // SENTENCES in own}
    _change(connection, {novelty.lead_key(old.story)}, lambda there: set(there) - gone)
    _change(connection, {novelty.lead_key(new)}, lambda there: {*there, *gone})


def _list(connection: Connection, key: int) -> Sequence[int]:
    return find_lists(connection, [key], moving=True).get(key, ())


def _change(
    connection: Connection,
    keys: set[int],
    change: Callable[[Sequence[int]], set[int]],
    *,
    last: bool = False,
) -> None:
    """Write lists anew; of leads (`last`) the latest thirty stay."""
    there = find_lists(connection, keys, moving=True)
    lists = {key: sorted(change(there.get(key, ()))) for key in keys}
    if last:
        lists = {key: numbers[-novelty.ROWS_PER_KEY :] for key, numbers in lists.items()}
    kept = {key: numbers for key, numbers in lists.items() if numbers or key in there}
    put_lists(connection, kept, moving=True)


def _vector_of(connection: Connection, moved: Sequence[str], old: _Row) -> dict[str, float]:
    """The summed words of some articles, from their sentences; a copy has its share of them."""
    counted: dict[int, int] = dict(find_numbers(connection, WORD, WORD.c.word, [0]))
    summed: dict[str, float] = {}
    for number in connection.execute(
        select(ARTICLE.c.number).where(ARTICLE.c.article_id.in_(moved))
    ).scalars():
        places = SENTENCE.c.number.between(number * SENTENCES, number * SENTENCES + SENTENCES - 1)
        rows = connection.execute(
            select(SENTENCE.c.stems).where(places).order_by(SENTENCE.c.number)
        ).scalars()
        stems = [row.split() for row in rows]
        if not stems:
            own = {word: weight / max(1, old.articles) for word, weight in old.vector.items()}
        else:
            text = [word for sentence in stems[1:] for word in sentence]
            counts = story.lead_counts(stems[0], text)
            wanted = {term(word) for word in counts}
            met: dict[int, int] = dict(find_numbers(connection, WORD, WORD.c.word, wanted))
            own = story.vector(counts, Weights("en", met, counted.get(0, 0)))
        for word, weight in own.items():
            summed[word] = summed.get(word, 0.0) + weight
    return summed


# ── What moves along ──


def _articles_of(connection: Connection, story_id: str) -> list[str]:
    asked = select(ARTICLE.c.article_id).where(ARTICLE.c.story == story_id)
    return list(connection.execute(asked.order_by(ARTICLE.c.number)).scalars())


def _named(connection: Connection, story_id: str, articles: Collection[str]) -> list[str]:
    """The ids of these articles of a story, by url or id."""
    asked = select(ARTICLE.c.article_id, ARTICLE.c.url).where(ARTICLE.c.story == story_id)
    ids = {}
    for row in connection.execute(asked.order_by(ARTICLE.c.number)):
        ids[row.article_id] = ids[row.url] = row.article_id
    strange = [one for one in articles if one not in ids]
    if strange or not articles:
        which = strange[0] if strange else "none"
        raise CannotRepair(f"the story has no such article: {which}")
    return list(dict.fromkeys(ids[one] for one in articles))


def _move(connection: Connection, moved: set[str], one: str, other: str) -> None:
    """Let articles, sentences, developments, steps and alerts of a story belong to another."""
    for table in (ARTICLE, SENTENCE, ALERT):
        own = (table.c.story == one, table.c.article_id.in_(moved))
        connection.execute(update(table).where(*own).values(story=other))
    own = (DEVELOPMENT.c.story == one, DEVELOPMENT.c.article_id.in_(moved))
    for row in connection.execute(select(DEVELOPMENT).where(*own)).all():
        values = {"story": other, "record": row.record.replace(one, other)}
        its = DEVELOPMENT.c.development_id == row.development_id
        connection.execute(update(DEVELOPMENT).where(its).values(**values))
    _move_steps(connection, moved, one, other)


def _move_steps(connection: Connection, moved: set[str], one: str, other: str) -> None:
    """Part or join the story's ledgers; the steps of each are counted anew in order of time."""
    asked = select(STEP).where(STEP.c.ledger.like(f"%|story:{one}"))
    ledgers = {row.ledger for row in connection.execute(asked)}
    for ledger in sorted(ledgers):
        target = ledger.replace(f"story:{one}", f"story:{other}")
        both = (ledger, target)
        rows = connection.execute(select(STEP).where(STEP.c.ledger.in_(both))).all()
        connection.execute(delete(STEP).where(STEP.c.ledger.in_(both)))
        steps = [dict(row._mapping) for row in sorted(rows, key=lambda row: (row.at, row.nth))]
        for step in steps:
            if step["article_id"] in moved:
                step["ledger"] = target
        for its in both:
            own = [step for step in steps if step["ledger"] == its]
            if own:
                connection.execute(
                    insert(STEP), [{**step, "nth": nth} for nth, step in enumerate(own)]
                )
