"""Where do I change which story an article belongs to? The likest story of the last month.

An article is its heaviest words (title twice and the first 300 words); a story is the sum of its
articles. The score is the mean likeness to the story's articles, not the likeness to their mean:
measured, that is 3 points of BCubed F1 better, and needs only a sum and a count. The likest story
must stand out from the next likest: two that are alike are parts of something larger.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice
from math import log1p, log10, sqrt

from wirewatch.stories.memory import Known, TermRow, ToldStory
from wirewatch.stories.words import Weights, term

WORDS = 300
HEAVIEST = 120
LOOKED_UP = 20
KEPT_IN_STORY = 120
JOINS = 0.11
JOINS_MORE = 0.03  # for each tenfold of articles counted: the more there are, the more look alike
JOINS_MOST = 0.22
IDLE = 0.035  # times log(1 + days without articles) is taken off the score
STANDS_OUT = 0.3  # of the next likest story's score is taken off before the bar
KIN = 0.05
ONE_WORD = 0.35
SELDOM = 0.8  # below 1: one seldom name does not make a story
WINDOW = timedelta(days=30)
ROWS_PER_TERM = 64


def lead_counts(title: Sequence[str], text: Sequence[str]) -> dict[str, int]:
    """How often each stem stands in the title (twice) and the first 300 words."""
    counts = Counter(text[:WORDS])
    for word in title:
        counts[word] += 2
    return dict(counts)


def vector(counts: Mapping[str, int], weights: Weights) -> dict[str, float]:
    """The 120 heaviest stems by log count × weight, heaviest first, as a vector of length one."""
    weighed = {
        word: log1p(count) * weights[word] ** SELDOM
        for word, count in counts.items()
        if len(word) > 1
    }
    heaviest = heaviest_first(weighed)[:HEAVIEST]
    length = sqrt(sum(weighed[word] ** 2 for word in heaviest))
    return (
        {word: weighed[word] / length for word in heaviest if weighed[word] > 0} if length else {}
    )


def heaviest_first(weighed: Mapping[str, float]) -> list[str]:
    """The words by weight; equal ones by the alphabet."""
    return [word for _, word in sorted([(-weight, word) for word, weight in weighed.items()])]


def heaviest_terms(of: Mapping[str, float], most: int = LOOKED_UP) -> tuple[int, ...]:
    """The terms that a story is looked up by. `of` is heaviest first, as `vector` gives it."""
    return tuple([term(word) for word in islice(of, most)])


def likely(rows: Sequence[TermRow], of: Mapping[str, float], most: int = 12) -> tuple[int, ...]:
    """The stories (by number) that share the heaviest terms with a vector, best first.

    `rows` are of its heaviest terms.
    """
    heavy = {term(word): weight for word, weight in islice(of.items(), LOOKED_UP)}
    shared: dict[int, float] = {}
    for row in rows:
        shared[row.story] = shared.get(row.story, 0.0) + heavy.get(row.term, 0.0) ** 2
    return tuple(sorted(shared, key=lambda story: (-shared[story], story))[:most])


def score(of: Mapping[str, float], told: ToldStory, now: datetime) -> float:
    """The mean likeness of an article to a story's articles, less while the story is idle.

    One word gives a third of it at most: Cairo in Illinois is not the Cairo of the talks.
    """
    there = told.vector
    shared = [weight * there[word] for word, weight in of.items() if word in there]
    if not shared:
        return 0.0
    dot = sum(shared)
    dot -= max(0.0, max(shared) - ONE_WORD * dot)
    idle = max(0.0, (now - told.last_at).total_seconds() / 86400)
    return dot / told.articles - IDLE * log1p(idle)


def nearest(
    of: Mapping[str, float], stories: Sequence[ToldStory], now: datetime
) -> list[ToldStory]:
    """The three likest open stories."""
    open_ = [told for told in stories if now - told.last_at <= WINDOW]
    return sorted(open_, key=lambda told: (-score(of, told, now), told.number))[:3]


def kin(of: Mapping[str, float], stories: Sequence[ToldStory], now: datetime) -> frozenset[str]:
    """The stories that an article is somewhat like, and may be part of."""
    return frozenset(told.story for told in stories if score(of, told, now) >= KIN)


def joins(articles: int) -> float:
    """The score from which an article joins a story, when so many articles were counted.

    Measured: lower is better for some hundred labelled articles alone, higher when thousands of
    others stream by.
    """
    return min(JOINS_MOST, JOINS + JOINS_MORE * log10(1 + articles / 100))


def choose(
    of: Mapping[str, float], stories: Sequence[ToldStory], now: datetime, articles: int
) -> tuple[ToldStory | None, float, float]:
    """The story to join, None if none is like enough or stands out; the best score and the next."""
    best, best_score, next_score = None, 0.0, 0.0
    for told in sorted(stories, key=lambda told: told.number):
        if now - told.last_at > WINDOW:
            continue
        scored = score(of, told, now)
        if scored > best_score:
            best, best_score, next_score = told, scored, best_score
        else:
            next_score = max(next_score, scored)
    stands_out = best_score - STANDS_OUT * next_score >= joins(articles)
    return best if stands_out else None, best_score, next_score


def joined(told: ToldStory, of: Mapping[str, float], now: datetime) -> ToldStory:
    """The story with one more article; only its heaviest words are kept."""
    summed = dict(told.vector)
    for word, weight in of.items():
        summed[word] = round(summed.get(word, 0.0) + weight, 4)
    if len(summed) > KEPT_IN_STORY:
        summed = {word: summed[word] for word in heaviest_first(summed)[:KEPT_IN_STORY]}
    return ToldStory(
        story=told.story,
        number=told.number,
        articles=told.articles + 1,
        last_at=max(now, told.last_at),
        vector=summed,
    )


def term_rows(
    told: ToldStory, of: Mapping[str, float], known: Known
) -> tuple[tuple[TermRow, ...], tuple[TermRow, ...]]:
    """The rows by which the story is found from now on, and those that they push out."""
    held: dict[int, list[int]] = {}
    for row in known.terms:
        held.setdefault(row.term, []).append(row.story)
    added, dropped = [], []
    for key in heaviest_terms(of):
        there = held.get(key, [])
        if told.number in there:
            continue
        if len(there) >= ROWS_PER_TERM:
            dropped.append(TermRow(term=key, story=min(there)))
        added.append(TermRow(term=key, story=told.number))
    return tuple(added), tuple(dropped)
