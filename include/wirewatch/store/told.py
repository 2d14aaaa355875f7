"""The memory of the stories room: what it looks up before it judges, and what it keeps after.

`recall` answers an `Ask` through indexes only; `remember` writes what a judgement leaves. There is
one writer, so that what was recalled still holds when it is written.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, select

from wirewatch.records import Carriers, Development, Status
from wirewatch.store import told_before
from wirewatch.store.codec import load
from wirewatch.store.told_keep import Carried, find_carried, remember
from wirewatch.store.told_lists import DAY_BITS, RUNS, TERMS, find_lists
from wirewatch.store.told_sql import find_numbers, find_texts, latest, read_time, rows
from wirewatch.store.told_tables import ARTICLE, DEVELOPMENT, SENTENCE, STEP, STORY, WORD
from wirewatch.store.told_tidy import forget
from wirewatch.stories import WINDOW, copies, novelty, story
from wirewatch.stories.keeping import day_number
from wirewatch.stories.memory import (
    SENTENCES,
    Ask,
    Known,
    SketchRow,
    Step,
    TermRow,
    ToldArticle,
    ToldSentence,
    ToldStory,
)
from wirewatch.stories.memory import STORY as EACH_STORY
from wirewatch.stories.words import Weights, general_weights, term

__all__ = ["carriers", "developments", "forget", "recall", "remember", "timeline"]

TELLINGS = 4  # rows of one sentence: all but the last have left the window and wait for the tidying


def recall(connection: Connection, ask: Ask, now: datetime, window: timedelta = WINDOW) -> Known:
    """All that judging this article needs to know; sentences last told before `window` are not."""
    oldest = int((now - window).timestamp())
    counts: dict[int, int] = dict(find_numbers(connection, WORD, WORD.c.word, _words(ask)))
    counted = counts.pop(0, 0)
    weights = Weights(ask.language, counts, counted)
    last_article, last_story, moving = _standing(connection)
    same = _same(connection, ask.article_id)
    runs = find_lists(connection, [hash_ | RUNS.start for hash_ in ask.sketch], moving=moving)
    sketch = _sketch(runs)
    articles = _articles(connection, copies.likely(sketch, day_number(now)))
    vector = story.vector(ask.counts, weights)
    told = _word_for_word(connection, ask, oldest)
    exact = {sentence.hash for sentence in told.values()}
    of_sentences = general_weights(ask.language) or weights
    asked_keys = tuple(
        () if sentence.hash in exact else novelty.keys(sentence, of_sentences)
        for sentence in ask.sentences
    )
    heavy = [term_ | TERMS.start for term_ in story.heaviest_terms(vector)]
    by_key = dict(find_lists(connection, set(heavy).union(*asked_keys), moving=moving))
    terms = tuple(
        [_new(TermRow, (key - TERMS.start, one)) for key in heavy for one in by_key.pop(key, ())]
    )
    own_stories = _story_ids(same, articles)
    stories = _stories(connection, story.likely(terms, vector), own_stories)
    likest = story.nearest(vector, stories, now) if ask.sentences else []
    lead_keys = _lead_keys(likest, own_stories) if ask.sentences else set()
    by_key |= find_lists(connection, lead_keys, moving=moving)
    own = _articles_of(by_key, likest[:1], own_stories)
    near = tuple(novelty.nearest(keys, by_key, own) for keys in asked_keys)
    wanted = {number for numbers in near for number in numbers}
    wanted |= {number for key in lead_keys for number in by_key.get(key, ())}
    if wanted := wanted - told.keys():
        told |= _in_window(find_numbers(connection, SENTENCE, SENTENCE.c.number, wanted), oldest)
    return Known(
        next_article=last_article + 1,
        next_story=last_story + 1,
        moving=moving,
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


def _articles_of(
    by_key: Mapping[int, Sequence[int]], likest: Sequence[ToldStory], own: Iterable[str]
) -> frozenset[int]:
    """The latest articles of these stories, by number."""
    leads = (by_key.get(key, ()) for key in _lead_keys(likest, own))
    return frozenset(number // SENTENCES for some in leads for number in some)


def _words(ask: Ask) -> set[int]:
    """The terms whose counts matter, those of the lead; 0 is the total.

    In a language without a table those of all sentences too.
    """
    words = set(ask.counts)
    if general_weights(ask.language) is None:
        words.update(*(sentence.stems for sentence in ask.sentences))
    return {0, *map(term, words)}


def _standing(connection: Connection) -> tuple[int, int, bool]:
    """The last article's and story's numbers, and whether lists of the first version are left."""
    asked = (
        f"SELECT (SELECT max(number) FROM {ARTICLE.name}), "  # noqa: S608
        f"(SELECT max(number) FROM {STORY.name}), {told_before.ANY_LEFT}"
    )
    ((of_article, of_story, moving),) = rows(connection, asked)
    return of_article or 0, of_story or 0, bool(moving)


def _sketch(found: Mapping[int, Sequence[int]]) -> tuple[SketchRow, ...]:
    day = (1 << DAY_BITS) - 1
    return tuple(
        [
            _new(SketchRow, (key - RUNS.start, number >> DAY_BITS, number & day))
            for key, numbers in found.items()
            for number in numbers
        ]
    )


def _told_article(row: Sequence[Any]) -> ToldArticle:
    values = dict(zip(ARTICLE.c.keys(), row, strict=True))
    values["at"] = read_time(values["at"])
    values["numbers"] = frozenset(values["numbers"].split())
    values["runs"] = bytes(values["runs"])
    return ToldArticle(**values)


def _same(connection: Connection, article_id: str) -> ToldArticle | None:
    found = find_texts(connection, ARTICLE.c.article_id, [article_id])
    return _told_article(found[0]) if found else None


def _articles(connection: Connection, numbers: Sequence[int]) -> dict[int, ToldArticle]:
    if not numbers:
        return {}
    found = map(_told_article, find_numbers(connection, ARTICLE, ARTICLE.c.number, numbers))
    return {told.number: told for told in found}


def _story_ids(same: ToldArticle | None, articles: dict[int, ToldArticle]) -> set[str]:
    return {told.story for told in articles.values()} | ({same.story} if same else set())


def _stories(
    connection: Connection, numbers: Sequence[int], ids: Iterable[str]
) -> tuple[ToldStory, ...]:
    found = find_numbers(connection, STORY, STORY.c.number, numbers) if numbers else []
    told = {one.story: one for one in map(_told_story, found)}
    if others := set(ids) - told.keys():
        told |= {row[0]: _told_story(row) for row in find_texts(connection, STORY.c.story, others)}
    return tuple(told.values())


def _told_story(row: Sequence[Any]) -> ToldStory:
    values = dict(zip(STORY.c.keys(), row, strict=True))
    values["last_at"] = read_time(values["last_at"])
    values["vector"] = _vector(values["vector"])
    return ToldStory(**values)


@lru_cache(maxsize=1024)
def _vector(kept: str) -> Mapping[str, float]:
    """A story's words and their weights; the next article is likely to ask for the same stories."""
    words, weights = kept.split("\n") if kept else ("", "")
    return MappingProxyType(dict(zip(words.split(), map(float, weights.split()), strict=True)))


def _word_for_word(connection: Connection, ask: Ask, oldest: int) -> dict[int, ToldSentence]:
    """The told sentences with the words of one of the article's, or those of its template."""
    hashes = {sentence.hash for sentence in ask.sentences}
    found = _in_window(latest(connection, SENTENCE, SENTENCE.c.hash, hashes, TELLINGS), oldest)
    exact = {told.hash for told in found.values()}
    masks = {sentence.mask for sentence in ask.sentences if sentence.hash not in exact}
    alike = latest(connection, SENTENCE, SENTENCE.c.mask, masks, novelty.ROWS_PER_KEY)
    return found | _in_window(alike, oldest)


def _in_window(found: Iterable[Sequence[Any]], oldest: int) -> dict[int, ToldSentence]:
    """Told sentences by number, without those that were last told before `oldest`."""
    return {row[0]: _new(ToldSentence, row) for row in found if row[_LAST_AT] >= oldest}


_new = tuple.__new__  # thousands for an article: a NamedTuple's own way costs three times as much


_LAST_AT = ToldSentence._fields.index("last_at")


def _steps(
    connection: Connection, ledgers: Sequence[str], stories: Sequence[str]
) -> dict[str, tuple[Step, ...]]:
    wanted: set[str] = set()
    for ledger in ledgers:
        if ledger.endswith(EACH_STORY):
            wanted |= {ledger.replace(EACH_STORY, f"story:{one}") for one in stories}
        else:
            wanted.add(ledger)
    if not wanted:
        return {}
    found: dict[str, list[Step]] = {}
    asked = select(STEP).where(STEP.c.ledger.in_(sorted(wanted)))
    for row in connection.execute(asked):
        values = dict(row._mapping)
        status = Status(values["status"]) if values["status"] else None
        found.setdefault(row.ledger, []).append(Step(**{**values, "status": status}))
    return {key: tuple(sorted(steps, key=lambda s: s.nth)) for key, steps in found.items()}


def carriers(connection: Connection, development_ids: Iterable[str]) -> dict[str, Carriers]:
    """Who has carried each development so far: outlets, independent origins and agencies."""
    carried = find_carried(connection, set(development_ids))
    return {id_: _carriers(found) for id_, found in carried.items()}


def _carriers(found: Sequence[Carried]) -> Carriers:
    return Carriers(
        publishers=tuple(dict.fromkeys(one.publisher for one in found if one.publisher)),
        origins=tuple(dict.fromkeys(one.origin for one in found)),
        credits=tuple(dict.fromkeys(one.credit for one in found if one.credit)),
    )


def timeline(connection: Connection, story_id: str) -> list[tuple[Development, Carriers]]:
    """A story's developments in order of time, each with who carried it; empty if there is none."""
    chosen = select(DEVELOPMENT).where(DEVELOPMENT.c.story == story_id)
    in_order = connection.execute(chosen.order_by(DEVELOPMENT.c.first_seen))
    found = [load(Development, row.record) for row in in_order]
    found.sort(key=lambda one: (str(one.first_seen), one.article_id, one.span.start))
    who = carriers(connection, [one.development_id for one in found])
    return [(one, who.get(one.development_id, Carriers())) for one in found]


def developments(connection: Connection, development_ids: Iterable[str]) -> dict[str, Development]:
    """The developments of these ids, as they were first told."""
    found = find_texts(connection, DEVELOPMENT.c.development_id, set(development_ids))
    return {row[0]: load(Development, row[-1]) for row in found}
