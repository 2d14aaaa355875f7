"""Where do I change what is remembered of an article? The rows that its judgement leaves."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from wirewatch.records import Article, Echo, Verdict
from wirewatch.stories import copies, novelty, story
from wirewatch.stories.finds import Finds
from wirewatch.stories.memory import (
    SENTENCES,
    Ask,
    AskedSentence,
    Known,
    Remember,
    SketchRow,
    ToldArticle,
    ToldSentence,
    ToldStory,
)
from wirewatch.stories.verdicts import Judged
from wirewatch.stories.words import term


def day_number(now: datetime) -> int:
    """Days since 1970."""
    return int(now.timestamp() // 86400)


def told_article(
    article: Article, ask: Ask, number: int, origin: str, story_id: str, now: datetime
) -> ToldArticle:
    """An article as it is remembered."""
    return ToldArticle(
        number=number, article_id=article.article_id, url=article.url, publisher=article.publisher,
        origin=origin, story=story_id, at=now, text_hash=ask.text_hash, size=ask.size,
        runs=copies.packed(ask.runs),
        numbers=ask.numbers,
    )  # fmt: skip


def remember(
    told: ToldArticle,
    ask: Ask,
    known: Known,
    judged: Sequence[Judged],
    finds: Finds,
    told_story: ToldStory,
    vector: Mapping[str, float],
    now: datetime,
) -> Remember:
    """All rows that this judgement leaves."""
    sentences, again = _sentences(told, ask, judged, finds, now)
    leads = finds.sentences.lead_places
    origins = {found.development_id: found.origin or told.origin for found in finds.developments}
    own = [
        Echo(
            development_id=id_, article_id=told.article_id, publisher=told.publisher, origin=origin
        )
        for id_, origin in origins.items()
    ]
    echoed = [echo for id_, echo in finds.echoes.items() if id_ not in origins]
    return Remember(
        article=told,
        terms_met=tuple([term(word) for word in ask.counts if known.weights[word] > 0]),
        sketch=_sketch(ask, known, told.number, now), story=told_story,
        story_terms=_terms(told_story, vector, known),
        sentences=sentences, told_again=again, keys=_keys(known, sentences, told, leads),
        steps=tuple(finds.added), developments=tuple(finds.developments),
        carriers=tuple((echo, finds.article.credit) for echo in own + echoed),
        moving=known.moving,
    )  # fmt: skip


def _sentences(
    told: ToldArticle, ask: Ask, judged: Sequence[Judged], finds: Finds, now: datetime
) -> tuple[tuple[ToldSentence, ...], tuple[ToldSentence, ...]]:
    """The sentences to add, and those told before that were told again."""
    added: dict[int, ToldSentence] = {}
    again: dict[int, ToldSentence] = {}
    for one in judged[:SENTENCES]:
        asked = ask.sentences[one.place]
        facts = tuple(dict.fromkeys(finds.facts.get(one.place, ())))
        if one.nearest is not None and one.nearest.hash == asked.hash:
            again[one.nearest.number] = _told_again(one.nearest, facts, now)
        elif one.verdict is not Verdict.BOILERPLATE or one.nearest is not None:
            added.setdefault(asked.hash, _told_sentence(one, asked, told, finds, facts, now))
    return tuple(added.values()), tuple(again.values())


def _told_again(told: ToldSentence, facts: tuple[str, ...], now: datetime) -> ToldSentence:
    last_day = told.last_at // 86400
    merged = " ".join(dict.fromkeys((*told.facts.split(), *facts)))
    last_at = max(int(now.timestamp()), told.last_at)
    return told._replace(
        last_at=last_at, days=told.days + (day_number(now) > last_day), facts=merged
    )


def _told_sentence(
    one: Judged,
    asked: AskedSentence,
    told: ToldArticle,
    finds: Finds,
    facts: tuple[str, ...],
    now: datetime,
) -> ToldSentence:
    return ToldSentence(
        number=told.number * SENTENCES + one.place, hash=asked.hash, mask=asked.mask,
        article_id=told.article_id, url=told.url, publisher=told.publisher,
        origin=finds.origin_of(one), story=told.story, first_day=day_number(now),
        last_at=int(now.timestamp()), days=1,
        text=one.text, stems=" ".join(asked.stems), facts=" ".join(facts),
    )  # fmt: skip


def _sketch(ask: Ask, known: Known, number: int, now: datetime) -> dict[int, list[SketchRow]]:
    """The lists of the article's kept hashes, with the article."""
    added, dropped = copies.rows_to_keep(ask, known.sketch, number, day_number(now))
    lists = {row.hash: [row] for row in added}
    for row in known.sketch:
        if row.hash in lists:
            lists[row.hash].append(row)
    for row in dropped:
        lists[row.hash].remove(row)
    return lists


def _terms(told: ToldStory, vector: Mapping[str, float], known: Known) -> dict[int, list[int]]:
    """The lists of the heaviest terms by which the story is not found yet, with the story."""
    added, dropped = story.term_rows(told, vector, known)
    lists = {row.term: [row.story] for row in added}
    for row in known.terms:
        if row.term in lists:
            lists[row.term].append(row.story)
    for row in dropped:
        lists[row.term].remove(row.story)
    return {term_: sorted(stories) for term_, stories in lists.items()}


def _keys(
    known: Known,
    added: Sequence[ToldSentence],
    article: ToldArticle,
    leads: frozenset[int],
) -> dict[int, Sequence[int]]:
    """The lists of the added sentences' keys, with them: thirty sentences at most, the latest."""
    lists: dict[int, Sequence[int]] = {}
    lead = novelty.lead_key(article.story)
    for told in added:
        number, place = told.number, told.number - article.number * SENTENCES
        own = known.asked_keys[place]
        for key in (*own, lead) if place in leads else own:
            there = lists.get(key) or known.by_key.get(key, ())
            lists[key] = (*there[1 - novelty.ROWS_PER_KEY :], number)
    return lists
