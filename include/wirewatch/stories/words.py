"""Where do I change how words are made comparable? Spelling, numbers, stems, and their weight.

Every step of the room cuts text with `tokens`, so that two papers' spellings meet: U.S. is us,
27,708 is 27708, cease-fire is ceasefire, Oct. is october. A word's weight is how seldom it is.
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import cache, lru_cache
from math import log
from zlib import crc32

from wirewatch.stories.language import Language, language
from wirewatch.stories.number_words import in_digits
from wirewatch.text import fold

_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:'[^\W\d_]+)?")
_DOTTED = re.compile(r"\b(?:[^\W\d_]\.){2,}")
_MAGNITUDE = re.compile(r"(?<=\d)(?=[^\W\d_])")


SHORT_TEXT = 600  # letters: a sentence, a quote, a name; they come back many times


def tokens(text: str, code: str | None = "en") -> list[str]:
    """The words of a text in order, in one spelling; not stemmed."""
    return list(_short_tokens(text, code)) if len(text) <= SHORT_TEXT else _tokens(text, code)


@lru_cache(maxsize=8192)
def _short_tokens(text: str, code: str | None) -> tuple[str, ...]:
    return tuple(_tokens(text, code))


@lru_cache(maxsize=32_768)
def word_tokens(word: str, code: str | None) -> tuple[str, ...]:
    """The same of one printed word; kept apart, for words come back more often than sentences."""
    return tuple(_tokens(word, code))


def _tokens(text: str, code: str | None) -> list[str]:
    table = language(code)
    folded = in_digits(fold(text), table.code).replace("-", " ")
    if "." in folded:
        folded = _DOTTED.sub(lambda found: found.group().replace(".", "") + " ", folded)
    spelt = _spellings(table.code)
    words = [spelt[word] for word in _TOKEN.findall(folded)]
    return words if table.joined_ends.isdisjoint(words) else _joined(words, table)


def _joined(words: list[str], table: Language) -> list[str]:
    """Two words that the language also writes as one (e-mail, cease fire) become one."""
    out: list[str] = []
    for word in words:
        if word in table.joined_ends and out and (one := out[-1] + word) in table.joined:
            out[-1] = one
        else:
            out.append(word)
    return out


MOST_SPELLINGS = 200_000


class _Spellings(dict[str, str]):
    """Folded word → its one spelling, filled as words are met and emptied when it is full."""

    def __init__(self, code: str) -> None:
        super().__init__()
        self.code = code

    def __missing__(self, word: str) -> str:
        if len(self) >= MOST_SPELLINGS:
            self.clear()
        self[word] = spelt = spelling(word, self.code)
        return spelt


@cache
def _spellings(code: str) -> _Spellings:
    return _Spellings(code)


@lru_cache(maxsize=MOST_SPELLINGS)
def spelling(word: str, code: str) -> str:
    """The one spelling of a folded word."""
    if word[0].isdigit():
        return _number(word)
    word = word.removesuffix("'s").removesuffix("'")
    table = language(code)
    return table.spelling.get(word) or table.numbers.get(word) or _british(word)


def _number(word: str) -> str:
    whole, dot, rest = word.replace(",", "").partition(".")
    return whole + dot + rest if rest.strip("0") else whole


def _british(word: str) -> str:
    """Organised and organized are one word."""
    if len(word) > 6 and "is" in word:
        for end in ("ise", "ised", "ises", "ising", "isation", "isations"):
            if word.endswith(end) and not word.endswith(_ALWAYS_S):
                return word[: len(word) - len(end)] + "iz" + end[2:]
    return word


_ALWAYS_S = (
    "advise", "advised", "advises", "advising", "raise", "raised", "raises", "raising", "promise",
    "promised", "promises", "promising", "exercise", "exercised", "exercises", "exercising",
    "surprise", "surprised", "surprises", "surprising", "enterprise", "enterprises", "otherwise",
    "revise", "revised", "revises", "revising", "compromise", "compromised", "compromises",
    "comprise", "comprised", "comprises", "comprising", "premise", "premises", "franchise",
    "merchandise", "supervise", "supervised", "supervising", "devise", "devised", "disguise",
    "disguised", "expertise", "praise", "praised", "praises", "praising", "cruise", "cruises",
    "bruise", "bruised", "likewise", "precise", "concise", "paradise", "treatise", "televise",
    "televised", "noises", "poised", "raising",
)  # fmt: skip


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """A rough stem: attacks, attacked and attacking are one; short words stay as they are."""
    if len(word) < 4 or word[0].isdigit():
        return word
    for end, least, put in _ENDS if word[-1] in _LAST else ():
        if word.endswith(end) and len(word) - len(end) >= least:
            cut = word[: len(word) - len(end)] + put
            if not put and len(cut) > 3 and cut[-1] == cut[-2] and cut[-1] not in "slze":
                cut = cut[:-1]
            return cut.removesuffix("e") if len(cut) > 3 else cut
    return word.removesuffix("e") if len(word) > 4 else word


_ENDS = (
    ("ies", 2, "y"), ("ied", 2, "y"), ("sses", 2, "ss"), ("ches", 2, "ch"), ("shes", 2, "sh"),
    ("xes", 2, "x"), ("ing", 3, ""), ("ed", 3, ""), ("ss", 1, "ss"), ("us", 1, "us"),
    ("is", 1, "is"), ("s", 3, ""),
)  # fmt: skip
_LAST = frozenset(end[-1] for end, _, _ in _ENDS)  # most words end otherwise


@cache
def shares(code: str) -> Mapping[str, float]:
    """Stem → share of articles that have it, for the everyday words of a language."""
    table = language(code)
    out: dict[str, float] = {}
    for band in ("quite", "many", "most", "function"):
        for word in table.bands[band]:
            out[stem(spelling(word, table.code))] = table.band_shares[band]
    return out


@lru_cache(maxsize=200_000)
def term(word: str) -> int:
    """A word's number in the store."""
    return crc32(word.encode("utf-8", "surrogatepass"))


def normal(text: str, code: str | None = "en") -> str:
    """The text as its tokens: equal for two tellings that differ in spelling and marks only."""
    return " ".join(tokens(text, code))


def last_place(value: float) -> float:
    """What a figure is exact to: 27,700 to a hundred, 10.3 million to a hundred thousand."""
    exponent = Decimal(f"{value:.12g}").normalize().as_tuple().exponent
    return 10.0**exponent if isinstance(exponent, int) else 0.0


def is_number(word: str) -> bool:
    """Whether a token is written in digits."""
    return word[0].isdigit()


class Weights(dict[str, float]):
    """How much a stem tells: log of how seldom articles have it, in general and in the store.

    What a language's table says counts as much as `PRIOR` articles; the store's own counts take
    over as it grows. It fills as stems are asked for: `weights[stem]` or `weights(stem)`.
    """

    PRIOR = 500.0

    __slots__ = ("_counts", "_otherwise", "_shares", "_total", "articles")

    def __init__(self, code: str | None, counts: Mapping[int, int], articles: int) -> None:
        super().__init__()
        table: Language = language(code)
        self._shares = shares(table.code)
        self._otherwise = table.band_shares["unknown"]
        self._counts = counts
        self._total = self.PRIOR + articles
        self.articles = articles

    def __call__(self, word: str) -> float:
        """The weight of a stem: 0 for function words, about 8 for a name never met."""
        return self[word]

    def __missing__(self, word: str) -> float:
        if len(self) >= MOST_SPELLINGS:
            self.clear()
        share = self._shares.get(word, self._otherwise)
        weight = 0.0
        if share < 1.0:
            met = self.PRIOR * share + self._counts.get(term(word), 0)
            weight = max(0.0, log((self._total + 1) / (met + 0.5)))
        self[word] = weight
        return weight


@cache
def general_weights(code: str) -> Weights | None:
    """What words tell by the language's table alone; None for a language without a table."""
    return Weights(code, {}, 0) if shares(code) else None
