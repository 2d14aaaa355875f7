"""What an article costs in the stories room and its memory, and whether that grows with history."""

import gzip
import json
import random
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from tests.bench.measure import Bench

from wirewatch.desk.garbage import left_alone
from wirewatch.records import Article, Reading, Span
from wirewatch.store import open_store
from wirewatch.store.told import recall, remember
from wirewatch.stories import ask, judge
from wirewatch.text import digest, nfc, sentences

START = datetime(2031, 1, 1, tzinfo=UTC)
ARTICLES = 1200
PRINTED = 300
PER_DAY = 400


def benches(folder: Path | None = None) -> Iterator[Bench]:
    """Copy and story alone; with every sentence judged; growth; MinHash as the baseline."""
    articles = list(_invented(ARTICLES))
    alone = costs(articles, with_sentences=False)
    whole = costs(articles[: ARTICLES // 2], with_sentences=True)
    yield from _each("", articles, alone, whole)
    if folder is not None:
        real = list(islice(printed(folder, "stream_tls"), PRINTED))
        yield from _each(
            ", real articles",
            real,
            costs(real, with_sentences=False),
            costs(real, with_sentences=True),
        )
    for name, some in (("copy + story", alone), ("with sentences", whole)):
        fourth = len(some) // 4
        yield Bench(
            room="stories",
            name=f"growth, {name}: last quarter to second",
            value=_mean(some[-fourth:]) / _mean(some[fourth : 2 * fourth]),
            unit="×",
            target=1.5,
            note=f"{len(some)} articles, {PER_DAY} a day",
        )
    yield from _stored(500, 5_000)


def _each(
    of: str, articles: list[Article], alone: list[float], whole: list[float]
) -> Iterator[Bench]:
    """What an article costs alone, and each of its sentences on top of that."""
    baseline = _minhash_ms(articles[:200])
    yield Bench(
        room="stories",
        name=f"copy + story{of}, articles per CPU-second",
        value=1000 / _mean(alone),
        unit="articles/s",
        target=250,
        baseline="MinHash of 128 alone (datasketch)",
        baseline_value=1000 / baseline,
        lower_is_better=False,
        note="with the store in memory: lookups and writes are in it",
    )
    judged = articles[: len(whole)]
    per_article = sum(len(reading_of(a).sentences) for a in judged) / len(judged)
    yield Bench(
        room="stories",
        name=f"a sentence judged{of}",
        value=(_mean(whole) - _mean(alone[: len(judged)])) / per_article,
        unit="ms",
        target=0.5,
        baseline="MinHash of a whole article",
        baseline_value=baseline,
        note=f"on top of copy + story; {per_article:.0f} sentences an article, all stored",
    )


def _stored(few: int, many: int) -> Iterator[Bench]:
    """What an article costs on a large memory against a small one; larger ones: `growth.py`."""
    from tests.bench.growth import fill, measure, median

    stores = [(stored, open_store()) for stored in (few, many)]
    for stored, store in stores:
        fill(store, stored)
    for name, with_sentences in (("copy + story", False), ("with sentences", True)):
        one, other = measure(stores, 40, with_sentences=with_sentences)
        yield Bench(
            room="stories",
            name=f"growth, {name}: {many:,} stored to {few:,}",
            value=median(other.cpu) / median(one.cpu),
            unit="×",
            target=1.5,
            note="python -m tests.bench.growth --stored 10000 100000 measures larger ones",
        )


def _mean(costs: list[float]) -> float:
    return sum(costs) / len(costs)


def costs(articles: list[Article], *, with_sentences: bool) -> list[float]:
    """CPU milliseconds of each article, from asking to remembering."""
    store = open_store()
    found = []
    with left_alone():  # as the writer does
        for article in articles:
            reading = reading_of(article) if with_sentences else without_sentences(article)
            now = article.published
            assert isinstance(now, datetime)
            began = time.process_time()
            with store.begin() as connection:
                asked = ask(article, reading)
                _, kept = judge(article, reading, asked, recall(connection, asked, now), now)
                remember(connection, kept)
            found.append(1000 * (time.process_time() - began))
    store.close()
    return found


def reading_of(article: Article) -> Reading:
    """An article's sentences, and nothing else that a tagger finds."""
    spans = tuple(Span(where="text", start=a, end=b) for a, b in sentences(article.text))
    return Reading(article_id=article.article_id, tagger="bench", language="en", sentences=spans)


def without_sentences(article: Article) -> Reading:
    """A reading for copy and story alone."""
    return Reading(article_id=article.article_id, tagger="bench", language="en")


def _minhash_ms(articles: list[Article]) -> float:
    from datasketch import MinHash

    began = time.process_time()
    for article in articles:
        words = article.text.lower().split()
        signature = MinHash(num_perm=128)
        signature.update_batch([" ".join(words[i : i + 5]).encode() for i in range(len(words) - 4)])
    return 1000 * (time.process_time() - began) / len(articles)


def printed(folder: Path, stream: str) -> Iterator[Article]:
    """The articles of a stream that papers printed, with every line as it stands."""
    path = folder / "stories" / f"{stream}.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            row = json.loads(line)
            yield Article(
                article_id=digest(stream, number),
                url=f"https://bench.example/{stream}/{number}",
                publisher=f"paper {number % 40}",
                title=nfc(row.get("title") or ""),
                text=nfc(row["text"]),
                published=START + timedelta(days=number / PER_DAY),
                language="en",
            )


def _invented(count: int) -> Iterator[Article]:
    """Articles of some 400 words: many stories at once, a fifth of them copies with a new head."""
    dice = random.Random(7)
    words = list(dict.fromkeys(word(dice, 6) for _ in range(40_000)))[:30_000]
    stories: list[list[str]] = []
    text = ""
    for number in range(count):
        if not stories or dice.random() < 0.3:
            stories.append([dice.choice(words) for _ in range(120)])
        story = stories[-1 - min(len(stories) - 1, int(dice.expovariate(0.05)))]
        if number and dice.random() < 0.2:
            text = f"{_sentence(dice, words, story)}\n{text}"
        else:
            text = "\n".join(_sentence(dice, words, story) for _ in range(20))
        yield Article(
            article_id=digest(number),
            url=f"https://bench.example/{number}",
            publisher=f"paper {number % 40}",
            title=_sentence(dice, words, story),
            text=text,
            published=START + timedelta(days=number / PER_DAY),
            language="en",
        )


def word(dice: random.Random, syllables: int = 3) -> str:
    """An invented word."""
    return "".join(
        dice.choice(("ba", "ko", "ri", "sel", "mun", "ta", "dor", "e")) for _ in range(syllables)
    )


def _sentence(dice: random.Random, words: list[str], story: list[str]) -> str:
    """Some 23 words as news has them: 4 of 10 only build the sentence, 2 are the story's own.

    The others are frequent more often than seldom.
    """
    chosen = []
    for _ in range(dice.randint(12, 34)):
        kind = dice.random()
        if kind < 0.4:
            chosen.append(dice.choice(_BUILDING))
        elif kind < 0.6:
            chosen.append(dice.choice(story))
        else:
            chosen.append(words[min(len(words) - 1, int(20 * dice.paretovariate(0.7)) - 20)])
    return " ".join(chosen).capitalize() + "."


_BUILDING = "the a of to in and for that on with was were as by at from it has had is after".split()  # noqa: SIM905
