"""Where do I change what counts as new? How much of a sentence the nearest told ones cover.

A sentence is looked up by its seldom words and pairs of them, whatever story told them. What the
nearest told sentences leave uncovered (three-word runs, weight of words, figures, names) makes its
novelty, from 0 (told word for word) to 1. The weights were fitted on labelled events and rounded.
How much a word tells hangs on its language and on the story: no story moves another's limits.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import lru_cache
from math import exp, log

from wirewatch.stories.memory import SENTENCES, AskedSentence, Known
from wirewatch.stories.words import Weights, general_weights, is_number, stem, term

SINGLES = 10
PAIRED = 4
NAMED = 1.0  # a name or figure counts that much more than another word as seldom
LEAD = 3  # title and first sentences are compared with those of their story
LIGHTEST = 1.5  # a lighter word finds half the store
ROWS_PER_KEY = 30
OWN = 2.0  # a key shared within the story counts as much as two
COMPARED = 8
_MASK = (1 << 62) - 1

NEW = 0.45  # novelty from which a sentence is new


def keys(sentence: AskedSentence, weights: Weights) -> tuple[int, ...]:
    """The keys that find a sentence and that it looks others up by."""
    named = {stem(word) for word in sentence.upper}
    worth = [
        (-(weight + NAMED) if word in named or word[0].isdigit() else -weight, word)
        for word in frozenset(sentence.stems)
        if (weight := weights[word]) >= LIGHTEST
    ]
    worth.sort()
    found = [term(word) for _, word in worth[:SINGLES]]
    return tuple(found + pair_keys(found))


def pair_keys(found: Sequence[int]) -> list[int]:
    """The keys of the pairs of a sentence's seldomest terms; `found` has the seldomest first."""
    paired = sorted(found[:PAIRED])
    return [
        ((first * 0x9E3779B1 + second) & _MASK) | (1 << 62)
        for place, first in enumerate(paired)
        for second in paired[place + 1 :]
    ]


def lead_key(story_id: str) -> int:
    """The key that finds the titles and first sentences of a story."""
    return (term(f"lead of {story_id}") << 28 | 1) & _MASK | (1 << 61)


def nearest(
    asked: Sequence[int], by_key: Mapping[int, Sequence[int]], own: AbstractSet[int] = frozenset()
) -> list[int]:
    """The told sentences (by number) that share most keys, best first; a seldom key counts more.

    `own` are articles (by number) of the likest story: what others tell must not push theirs out.
    """
    shared: defaultdict[int, float] = defaultdict(float)
    for key in asked:
        if found := by_key.get(key):
            worth = _WORTH[len(found)]
            for number in found:
                shared[number] += worth
    if own:
        for number in shared:
            if number // SENTENCES in own:
                shared[number] *= OWN
    least = sorted(shared.values())[-COMPARED] if len(shared) > COMPARED else 0.0
    best = [(value, number) for number, value in shared.items() if value >= least]
    best.sort(reverse=True)
    return [number for _, number in best[:COMPARED]]


class _Worth(dict[int, float]):
    """What a key is worth that leads to so many sentences: a seldom one counts more."""

    def __missing__(self, found: int) -> float:
        self[found] = worth = 1.0 / (1.0 + log(found))
        return worth


_WORTH = _Worth()


def weights_in(story_id: str, code: str, known: Known) -> Weights:
    """What words tell in a story: less, the more of its articles have them.

    A language without a table has no everyday words but those that the store has counted.
    """
    if general_weights(code) is None:
        return known.weights
    articles: defaultdict[str, set[str]] = defaultdict(set)
    for told in known.sentences.values():
        if told.story == story_id:
            articles[told.article_id] |= _stems(told.stems)
    counts = Counter([term(word) for words in articles.values() for word in words])
    return Weights(code, counts, len(articles))


class Told:
    """A told sentence made ready for comparing: its stems, and in order as `text`."""

    __slots__ = ("number", "stems", "text")

    def __init__(self, number: int, stems: Sequence[str] | str) -> None:
        self.number = number
        self.text = stems if isinstance(stems, str) else " ".join(stems)
        self.stems = _stems(self.text)

    @property
    def runs(self) -> frozenset[str]:
        """Its three-word runs."""
        return runs(self.text.split())


@lru_cache(maxsize=8192)
def _stems(text: str) -> frozenset[str]:
    """The stems of a told sentence; the next article is compared with it too."""
    return frozenset(text.split())


def runs(stems: Sequence[str]) -> frozenset[str]:
    """The three-word runs of a sentence, or the whole of a shorter one."""
    return frozenset(map(" ".join, _threes(stems)))


def _threes(stems: Sequence[str]) -> frozenset[tuple[str, ...]]:
    if len(stems) < 3:
        return frozenset((tuple(stems),)) if stems else frozenset()
    return frozenset(zip(stems, stems[1:], stems[2:], strict=False))


@dataclass(frozen=True, slots=True)
class Cover:
    """How the nearest told sentences cover one: each figure is the share left uncovered.

    `shingle` of its three-word runs, `one` and `two` of its words' weight by the best and the best
    two sentences, `all_` by all of them. `numbers` and `names` count those that none has. `best` is
    the number of the nearest.
    """

    shingle: float = 1.0
    one: float = 1.0
    two: float = 1.0
    all_: float = 1.0
    numbers: int = 0
    names: int = 0
    length: int = 0
    best: int | None = None
    nearest: tuple[int, ...] = ()


def cover(sentence: AskedSentence, told: Sequence[Told], weights: Weights) -> Cover:
    """How much of a sentence these told ones leave uncovered."""
    weighed = {word: weights[word] + 0.1 for word in sentence.stems}
    total = sum(weighed.values())
    if not told or not total:
        return _nothing_like_it(sentence)
    words, weight = frozenset(weighed), weighed.__getitem__
    shared = [words & one.stems for one in told]
    # rounded, and never -0.0, so that nothing hangs on the order in which a set gives its words
    left = [round(total - sum(map(weight, some)), 9) + 0.0 for some in shared]
    best = min(range(len(told)), key=left.__getitem__)
    rest = unseen = words - shared[best]
    two, second = left[best], None
    for place, some in enumerate(shared):
        if more := rest & some:
            both = round(left[best] - sum(map(weight, more)), 9)
            unseen -= more
            if both < two:
                two, second = both, place
    mine = _threes(sentence.stems)
    fewest = min(2, len(words))
    like = [one for one, some in zip(told, shared, strict=True) if len(some) >= fewest]
    return Cover(
        shingle=_not_told(mine, like, unseen) / len(mine) if mine else 1.0,
        one=left[best] / total,
        two=two / total,
        all_=round(sum(map(weight, unseen)), 9) / total,
        numbers=sum(1 for word in unseen if word[0].isdigit()),
        names=sum(1 for word in sentence.upper if _is_unseen(stem(word), words, unseen, told)),
        length=len(sentence.stems),
        best=told[best].number,
        nearest=_nearest_few(told, left, second),
    )


def left_by(
    sentence: AskedSentence, told: Sequence[Told], weights: Weights
) -> list[tuple[float, float]]:
    """The share of a sentence that each told one leaves, and the weight that it has; no figures."""
    weighed = {word: weights[word] for word in sentence.stems if not is_number(word)}
    words, total = frozenset(weighed), sum(weighed.values())
    if not total:
        return [(1.0, 0.0)] * len(told)
    shared = [sum(map(weighed.__getitem__, words & one.stems)) for one in told]
    return [(round(1 - some / total, 9), round(some, 9)) for some in shared]


def _not_told(
    mine: frozenset[tuple[str, ...]], told: Sequence[Told], unseen: frozenset[str]
) -> int:
    """How many of these runs no told sentence has; those with an unseen word need no search."""
    everything = f" {'  '.join([one.text for one in told])} "
    may_be = [run for run in mine if unseen.isdisjoint(run)] if unseen else mine
    return len(mine) - sum([f" {' '.join(run)} " in everything for run in may_be])


def _is_unseen(
    word: str, words: frozenset[str], unseen: frozenset[str], told: Sequence[Told]
) -> bool:
    return word in unseen or (word not in words and not any(word in one.stems for one in told))


def _nearest_few(
    told: Sequence[Told], left: Sequence[float], second: int | None
) -> tuple[int, ...]:
    """The best, one that leaves hardly more, and the one that helps the best most."""
    order = sorted(range(len(told)), key=left.__getitem__)
    few = [place for place in order if left[place] <= 1.25 * left[order[0]] + 1.0][:2]
    if second is not None and second not in few:
        few.append(second)
    return tuple(told[place].number for place in few)


def _nothing_like_it(sentence: AskedSentence) -> Cover:
    return Cover(
        numbers=sum(1 for word in sentence.stems if is_number(word)),
        names=len(sentence.upper),
        length=len(sentence.stems),
    )


# intercept and weights of: shingle, one, two, all_, numbers, names, log length
WEIGHTS = (-5.6, 6.1, 4.5, 2.5, -2.2, 0.5, 0.1, -0.7)


def features(found: Cover) -> tuple[float, ...]:
    """What the weights are for, in their order."""
    return (
        1.0,
        found.shingle,
        found.one,
        found.two,
        found.all_,
        min(found.numbers, 4),
        min(found.names, 4),
        log(1 + found.length),
    )


def novelty(found: Cover) -> float:
    """From 0, told word for word, to 1, nothing like it told."""
    if found.best is None:
        return 1.0
    total = sum(weight * value for weight, value in zip(WEIGHTS, features(found), strict=True))
    return 1.0 / (1.0 + exp(-max(-30.0, min(30.0, total))))
