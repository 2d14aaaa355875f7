"""Where do I change what is remembered of an article? The rows that its judgement leaves."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from wirewatch.records import Article, Echo, Verdict
from wirewatch.stories import copies, novelty, story
from wirewatch.stories.finds import Finds
from wirewatch.stories.memory import (
    Ask,
    AskedSentence,
    KeyRow,
    Known,
    Remember,
    ToldArticle,
    ToldSentence,
    ToldStory,
)
from wirewatch.stories.verdicts import Judged
from wirewatch.stories.words import Weights, term

SENTENCES = 1000  # of one article; what is longer is no news story


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
    weights: Weights,
    judged: Sequence[Judged],
    finds: Finds,
    told_story: ToldStory,
    vector: Mapping[str, float],
    now: datetime,
) -> Remember:
    """All rows that this judgement leaves."""
    sketch, sketch_dropped = copies.rows_to_keep(ask, known.sketch, told.number, day_number(now))
    terms, terms_dropped = story.term_rows(told_story, vector, known)
    sentences, again = _sentences(told, ask, judged, finds, now)
    leads = finds.sentences.lead_places
    keys, keys_dropped = _keys(known, sentences, told, leads)
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
        terms_met=tuple(term(word) for word in ask.counts if weights(word) > 0),
        sketch=sketch, sketch_dropped=sketch_dropped,
        story=told_story, story_terms=terms, story_terms_dropped=terms_dropped,
        sentences=sentences, told_again=again, keys=keys, keys_dropped=keys_dropped,
        steps=tuple(finds.added), developments=tuple(finds.developments),
        carriers=tuple((echo, finds.article.credit) for echo in own + echoed),
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


def _keys(
    known: Known,
    added: Sequence[ToldSentence],
    article: ToldArticle,
    leads: frozenset[int],
) -> tuple[tuple[KeyRow, ...], tuple[KeyRow, ...]]:
    """The keys of the added sentences; a key leads to thirty sentences at most, the latest."""
    held: dict[int, list[int]] = {}
    rows: list[KeyRow] = []
    dropped: list[KeyRow] = []
    for told in added:
        place = told.number - article.number * SENTENCES
        own = known.asked_keys[place]
        for key in (*own, novelty.lead_key(article.story)) if place in leads else own:
            there = held.get(key)
            if there is None:
                there = held[key] = list(known.by_key.get(key, ()))
            if len(there) >= novelty.ROWS_PER_KEY:
                oldest = min(there)
                there.remove(oldest)
                dropped.append(KeyRow(key=key, sentence=oldest))
            there.append(told.number)
            rows.append(KeyRow(key=key, sentence=told.number))
    new = {(row.key, row.sentence) for row in rows}
    return (
        tuple(dict.fromkeys(rows)),
        tuple(row for row in dropped if (row.key, row.sentence) not in new),
    )
