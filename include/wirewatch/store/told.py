"""The memory of the stories room: what it looks up before it judges, and what it keeps after.

`recall` answers an `Ask` through indexes only; `remember` writes what a judgement leaves. There is
one writer, so that what was recalled still holds when it is written.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select

from wirewatch.records import Carriers, Development, Status
from wirewatch.store.codec import load
from wirewatch.store.told_keep import remember
from wirewatch.store.told_sql import find, find_lists, find_numbers, highest
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
from wirewatch.store.told_tidy import forget
from wirewatch.stories import WINDOW, copies, novelty, story
from wirewatch.stories.keeping import day_number
from wirewatch.stories.memory import STORY as EACH_STORY
from wirewatch.stories.memory import (
    Ask,
    Known,
    SketchRow,
    Step,
    TermRow,
    ToldArticle,
    ToldSentence,
    ToldStory,
)
from wirewatch.stories.words import Weights, term

__all__ = ["carriers", "developments", "forget", "recall", "remember", "timeline"]


def recall(connection: Connection, ask: Ask, now: datetime, window: timedelta = WINDOW) -> Known:
    """All that judging this article needs to know; sentences last told before `window` are not."""
    met = find_numbers(connection, WORD, WORD.c.word, _words(ask))
    counts: dict[int, int] = {int(word): int(articles) for word, articles in met}
    counted = counts.pop(0, 0)
    weights = Weights(ask.language, counts, counted)
    same = _same(connection, ask.article_id)
    sketch = tuple(
        map(SketchRow._make, find_numbers(connection, SKETCH, SKETCH.c.hash, ask.sketch))
    )
    articles = _articles(connection, copies.likely(sketch, day_number(now)))
    vector = story.vector(ask.counts, weights)
    heavy = story.heaviest_terms(vector)
    terms = tuple(
        map(TermRow._make, find_numbers(connection, STORY_TERM, STORY_TERM.c.term, heavy))
    )
    own_stories = _story_ids(same, articles)
    stories = _stories(connection, story.likely(terms, vector), own_stories)
    told = _word_for_word(connection, ask, int((now - window).timestamp()))
    exact = {sentence.hash for sentence in told.values()}
    asked_keys = tuple(
        () if sentence.hash in exact else novelty.keys(sentence, weights)
        for sentence in ask.sentences
    )
    lead_keys = _lead_keys(story.nearest(vector, stories, now), own_stories)
    wanted_keys = lead_keys.union(*asked_keys) if ask.sentences else ()
    by_key = find_lists(connection, KEY, wanted_keys)
    near = tuple(novelty.nearest(keys, by_key) for keys in asked_keys)
    wanted = {number for numbers in near for number in numbers}
    wanted |= {number for key in lead_keys for number in by_key.get(key, ())}
    told |= _sentences(connection, wanted - told.keys(), int((now - window).timestamp()))
    last_article, last_story = highest(connection, ARTICLE.c.number, STORY.c.number)
    return Known(
        next_article=last_article + 1,
        next_story=last_story + 1,
        weights=weights,
        vector=vector,
        same=same,
        sketch=sketch,
        articles=articles,
        terms=terms,
        stories=stories,
        by_key=by_key,
        asked_keys=asked_keys,
        near=near,
        sentences=told,
        steps=_steps(connection, ask.ledgers, [told.story for told in stories]),
    )


def _lead_keys(likest: Sequence[ToldStory], own: Iterable[str]) -> set[int]:
    return {novelty.lead_key(one) for one in (*own, *(told.story for told in likest))}


def _words(ask: Ask) -> set[int]:
    """The terms whose counts matter: those of the lead and of all sentences. 0 is the total."""
    found = {term(word) for sentence in ask.sentences for word in sentence.stems}
    return found | {term(word) for word in ask.counts} | {0}


def _told_article(row: Row[Any]) -> ToldArticle:
    values = dict(row._mapping)
    numbers = frozenset(values["numbers"].split())
    return ToldArticle(**{**values, "numbers": numbers, "runs": bytes(values["runs"])})


def _same(connection: Connection, article_id: str) -> ToldArticle | None:
    rows = list(find(connection, ARTICLE.c.article_id, [article_id]))
    return _told_article(rows[0]) if rows else None


def _articles(connection: Connection, numbers: Sequence[int]) -> dict[int, ToldArticle]:
    rows = find(connection, ARTICLE.c.number, numbers)
    return {row.number: _told_article(row) for row in rows}


def _story_ids(same: ToldArticle | None, articles: dict[int, ToldArticle]) -> set[str]:
    return {told.story for told in articles.values()} | ({same.story} if same else set())


def _stories(
    connection: Connection, numbers: Sequence[int], ids: Iterable[str]
) -> tuple[ToldStory, ...]:
    rows = [
        *find(connection, STORY.c.number, numbers),
        *find(connection, STORY.c.story, ids),
    ]
    return tuple({row.number: _told_story(row) for row in rows}.values())


def _told_story(row: Row[Any]) -> ToldStory:
    words, weights = row.vector.split("\n") if row.vector else ("", "")
    vector = dict(zip(words.split(), map(float, weights.split()), strict=True))
    return ToldStory(
        story=row.story,
        number=row.number,
        articles=row.articles,
        last_at=row.last_at,
        vector=vector,
    )


def _word_for_word(connection: Connection, ask: Ask, oldest: int) -> dict[int, ToldSentence]:
    """The told sentences with the words of one of the article's, or those of its template."""
    found = _sentences(connection, {sentence.hash for sentence in ask.sentences}, oldest, "hash")
    masks = {sentence.mask for sentence in ask.sentences}
    return found | _sentences(connection, masks, oldest, "mask")


def _sentences(
    connection: Connection, wanted: Iterable[int], oldest: int, by: str = "number"
) -> dict[int, ToldSentence]:
    """Told sentences by number, hash or mask; those last told before `oldest` are not."""
    rows = find_numbers(connection, SENTENCE, SENTENCE.c[by], wanted)
    return {told.number: told for told in map(ToldSentence._make, rows) if told.last_at >= oldest}


def _steps(
    connection: Connection, ledgers: Sequence[str], stories: Sequence[str]
) -> dict[str, tuple[Step, ...]]:
    wanted: set[str] = set()
    for ledger in ledgers:
        if ledger.endswith(EACH_STORY):
            wanted |= {ledger.replace(EACH_STORY, f"story:{one}") for one in stories}
        else:
            wanted.add(ledger)
    found: dict[str, list[Step]] = {}
    for row in find(connection, STEP.c.ledger, wanted):
        values = dict(row._mapping)
        status = Status(values["status"]) if values["status"] else None
        found.setdefault(row.ledger, []).append(Step(**{**values, "status": status}))
    return {key: tuple(sorted(steps, key=lambda s: s.nth)) for key, steps in found.items()}


def carriers(connection: Connection, development_ids: Iterable[str]) -> dict[str, Carriers]:
    """Who has carried each development so far: outlets, independent origins and agencies."""
    found: dict[str, list[Row[Any]]] = {}
    for row in find(connection, CARRIER.c.development_id, set(development_ids)):
        found.setdefault(row.development_id, []).append(row)
    return {id_: _carriers(sorted(rows, key=lambda row: row.nth)) for id_, rows in found.items()}


def _carriers(rows: Sequence[Row[Any]]) -> Carriers:
    return Carriers(
        publishers=tuple(dict.fromkeys(row.publisher for row in rows if row.publisher)),
        origins=tuple(dict.fromkeys(row.origin for row in rows)),
        credits=tuple(dict.fromkeys(row.credit for row in rows if row.credit)),
    )


def timeline(connection: Connection, story_id: str) -> list[tuple[Development, Carriers]]:
    """A story's developments in order of time, each with who carried it; empty if there is none."""
    chosen = select(DEVELOPMENT).where(DEVELOPMENT.c.story == story_id)
    rows = connection.execute(chosen.order_by(DEVELOPMENT.c.first_seen))
    found = [load(Development, row.record) for row in rows]
    found.sort(key=lambda one: (str(one.first_seen), one.article_id, one.span.start))
    who = carriers(connection, [one.development_id for one in found])
    return [(one, who.get(one.development_id, Carriers())) for one in found]


def developments(connection: Connection, development_ids: Iterable[str]) -> dict[str, Development]:
    """The developments of these ids, as they were first told."""
    rows = find(connection, DEVELOPMENT.c.development_id, set(development_ids))
    return {row.development_id: load(Development, row.record) for row in rows}
