"""Is an article dearer the more are stored? `python -m tests.bench.growth --stored 10000 100000`

History is written straight into the memory's tables, in their own form: invented sentences over a
long-tailed vocabulary, their keys and hashes, in thirty days. Then the same new articles are judged
on every store in turn, so that a busy machine is slow for all of them alike.

`--streams EVAL --new 5000` tells what articles cost that papers printed, as they stream by.
"""

import argparse
import random
import time
from array import array
from collections import Counter, defaultdict, deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import accumulate, islice
from pathlib import Path
from zlib import crc32

import numpy as np
from tests.bench.stories import START, costs, printed, reading_of, without_sentences, word

from wirewatch.records import Article
from wirewatch.store import Store, open_store
from wirewatch.store.told import recall, remember
from wirewatch.store.told_lists import DAY_BITS, RUNS, TERMS, put_lists
from wirewatch.store.told_sql import kept_time, put_rows
from wirewatch.store.told_tables import ARTICLE, SENTENCE, STORY, WORD
from wirewatch.stories import WINDOW, ask, judge
from wirewatch.stories.keeping import day_number
from wirewatch.stories.memory import SENTENCES
from wirewatch.stories.novelty import ROWS_PER_KEY, pair_keys
from wirewatch.stories.story import ROWS_PER_TERM
from wirewatch.text import digest

WORDS = 60_000
SENTENCES_EACH = 5
RUNS_EACH = 30
AN_STORY = 8  # articles of one story
AT_ONCE = 5_000
LISTS_AT_ONCE = 1_000_000
NOW = START + WINDOW


@dataclass(frozen=True, slots=True)
class Grown:
    """A store with so many articles, and what the new ones cost on it: milliseconds of each."""

    stored: int
    store: Store
    cpu: list[float]
    wall: list[float]


def measure(stores: Sequence[tuple[int, Store]], new: int, *, with_sentences: bool) -> list[Grown]:
    """What `new` articles cost on each of these stores, each article on all of them in turn."""
    grown = [Grown(stored, store, [], []) for stored, store in stores]
    for number, article in enumerate(_new_articles(new + 10)):
        reading = reading_of(article) if with_sentences else without_sentences(article)
        for one in grown:
            cpu, wall = time.process_time(), time.perf_counter()
            with one.store.begin() as connection:
                asked = ask(article, reading)
                known = recall(connection, asked, NOW)
                remember(connection, judge(article, reading, asked, known, NOW)[1])
            if number >= 10:  # the first ones fill caches
                one.cpu.append(1000 * (time.process_time() - cpu))
                one.wall.append(1000 * (time.perf_counter() - wall))
    return grown


def median(costs: Sequence[float]) -> float:
    """The middle one: a pause of the machine must not count."""
    return sorted(costs)[len(costs) // 2]


def _vocabulary() -> tuple[list[str], list[float]]:
    dice = random.Random(7)
    words = list(dict.fromkeys(word(dice, 6) for _ in range(2 * WORDS)))[:WORDS]
    return words, list(accumulate(1.0 / (rank + 20) for rank in range(len(words))))


def _new_articles(count: int) -> Iterator[Article]:
    """Articles of 20 sentences over the stored vocabulary; a fifth repeats the one before."""
    dice = random.Random(11)
    words, worth = _vocabulary()
    text = ""
    for number in range(count):
        lines = [" ".join(_words(dice, words, worth)).capitalize() + "." for _ in range(20)]
        text = f"{lines[0]}\n{text}" if number % 5 == 4 else "\n".join(lines)
        yield Article(
            article_id=digest("new", number),
            url=f"https://bench.example/new/{number}",
            publisher=f"paper {number % 40}",
            title=lines[-1],
            text=text,
            published=NOW,
            language="en",
        )


def _words(dice: random.Random, words: list[str], worth: list[float]) -> list[str]:
    return dice.choices(words, cum_weights=worth, k=20)


def fill(store: Store, articles: int) -> None:
    """Write the memory of so many articles, evenly over the window.

    Lists are written in the order of their keys and indexes are made afterwards: a million articles
    bring seventy million lists, and one by one each would be looked up on the disk.
    """
    dice, chance = random.Random(articles), np.random.default_rng(articles)
    words, worth = _vocabulary()
    terms = [crc32(one.encode()) for one in words]
    singles: dict[int, deque[int]] = defaultdict(lambda: deque(maxlen=ROWS_PER_KEY))
    of_term: dict[int, deque[int]] = defaultdict(lambda: deque(maxlen=ROWS_PER_TERM))
    met: Counter[int] = Counter()
    keys, led = array("q"), array("q")
    numbers = iter(range(1, articles + 1))
    vector = "\n".join((" ".join(words[:40]), " ".join(["0.1"] * 40)))
    with _indexed_afterwards(store):
        while some := list(islice(numbers, AT_ONCE)):
            rows: list[tuple[object, ...]] = []
            heads: list[tuple[int, datetime, int]] = []
            drawn = chance.random((len(some), SENTENCES_EACH, 20)) * worth[-1]
            ranks = np.searchsorted(np.array(worth), drawn).tolist()
            for number, of_article in zip(some, ranks, strict=True):
                at = START + WINDOW * (number / articles) - timedelta(minutes=1)
                day, seconds, story = day_number(at), int(at.timestamp()), number // AN_STORY + 1
                heads.append((number, at, story))
                for place, of_sentence in enumerate(of_article):
                    told = [words[rank] for rank in of_sentence]
                    rarest = [terms[rank] for rank in sorted({*of_sentence})[:-11:-1]]
                    mine = number * SENTENCES + place
                    for term in rarest:
                        singles[term].append(mine)
                    paired = pair_keys(rarest)
                    keys.extend(paired)
                    led.extend([mine] * len(paired))
                    for term in rarest[:4]:
                        stories = of_term[term | TERMS.start]
                        if not stories or stories[-1] != story:
                            stories.append(story)
                    met.update(rarest[:4])
                    rows.append(_sentence(dice, told, number, place, day, seconds, str(story)))
                keys.extend(dice.getrandbits(32) & ~7 | RUNS.start for _ in range(RUNS_EACH))
                led.extend([number << DAY_BITS | day] * RUNS_EACH)
            with store.begin() as connection:
                put_rows(
                    connection,
                    ARTICLE,
                    [
                        (digest(number), number, "", "paper", "paper", str(story),
                         kept_time(connection, at), number, 400, b"", "")
                        for number, at, story in heads
                    ],
                )  # fmt: skip
                put_rows(
                    connection,
                    STORY,
                    [
                        (str(story), story, AN_STORY, kept_time(connection, at), vector)
                        for story, at in {story: at for _, at, story in heads}.items()
                    ],
                )
                put_rows(connection, SENTENCE, rows)
        rest = {key: list(found) for key, found in (*singles.items(), *of_term.items())}
        with store.begin() as connection:
            put_lists(connection, rest)
            put_rows(connection, WORD, [(0, articles), *met.items()])
        for lists in _in_order(keys, led):
            with store.begin() as connection:
                put_lists(connection, lists)
    if not store.is_sqlite:
        with store.begin() as connection:
            connection.exec_driver_sql("ANALYZE")


@contextmanager
def _indexed_afterwards(store: Store) -> Iterator[None]:
    """Without the indexes of sentences, which are made when all stand there."""
    with store.begin() as connection:
        for index in SENTENCE.indexes:
            index.drop(connection)
    yield
    with store.begin() as connection:
        for index in SENTENCE.indexes:
            index.create(connection)


def _in_order(keys: "array[int]", led: "array[int]") -> Iterator[dict[int, list[int]]]:
    """Key → the last numbers that it leads to, lowest keys first, many at a time."""
    all_keys, numbers = np.frombuffer(keys, np.int64), np.frombuffer(led, np.int64)
    order = np.argsort(all_keys, kind="stable")
    for start in range(0, len(order), LISTS_AT_ONCE):
        part = order[start : start + LISTS_AT_ONCE]
        lists: dict[int, list[int]] = {}
        for key, number in zip(all_keys[part].tolist(), numbers[part].tolist(), strict=True):
            lists.setdefault(key, []).append(number)
        yield {key: found[-ROWS_PER_KEY:] for key, found in lists.items()}


def _sentence(
    dice: random.Random, told: list[str], number: int, place: int, day: int, at: int, story: str
) -> tuple[object, ...]:
    text = " ".join(told)
    return (
        number * SENTENCES + place, dice.getrandbits(60), dice.getrandbits(60), digest(number),
        f"https://bench.example/{number}", "paper", "paper", story, day, at, 1, text, text, "",
    )  # fmt: skip


def _streams(folder: Path, at_once: int) -> None:
    """What articles of both streams cost, mixed, the first after the caches are filled."""
    articles = [*printed(folder, "stream_tls"), *printed(folder, "stream_reuters")]
    random.Random(5).shuffle(articles)
    in_order = [
        replace(article, published=START + WINDOW * (place / len(articles)))
        for place, article in enumerate(articles)
    ]
    found = costs(in_order, with_sentences=False)
    first = sum(found[at_once : 2 * at_once])
    for start in range(0, len(found) - at_once + 1, at_once):
        some = sum(found[start : start + at_once])
        print(
            f"copy + story: {start:,} to {start + at_once:,} stored: {some / at_once:.2f} ms; "
            f"× {some / first:.2f} of the second {at_once:,}"
        )


def main() -> None:
    """Print what an article costs, for each number of stored articles."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.growth", description=__doc__)
    parser.add_argument("--stored", type=int, nargs="+", default=[1_000, 10_000])
    parser.add_argument("--new", type=int, default=100, help="articles to judge on each")
    parser.add_argument(
        "--store", action="append", help="an empty database for each of --stored; else SQLite"
    )
    parser.add_argument("--streams", type=Path, help="labelled data: its two streams instead")
    asked = parser.parse_args()
    if asked.streams is not None:
        _streams(asked.streams, asked.new)
        return
    urls = asked.store or ["sqlite://"] * len(asked.stored)
    stores = []
    for stored, url in zip(asked.stored, urls, strict=True):
        store = open_store(url)
        began = time.perf_counter()
        fill(store, stored)
        print(f"{stored:,} articles written in {time.perf_counter() - began:.0f} s", flush=True)
        stores.append((stored, store))
    for name, with_sentences in (("copy + story", False), ("with sentences", True)):
        first, *_ = grown = measure(stores, asked.new, with_sentences=with_sentences)
        for one in grown:
            print(
                f"{name}: {one.stored:,} stored: {median(one.cpu):.2f} ms of CPU, "
                f"{median(one.wall):.2f} ms in all; × {median(one.cpu) / median(first.cpu):.2f} "
                f"and × {median(one.wall) / median(first.wall):.2f} of the first"
            )


if __name__ == "__main__":
    main()
