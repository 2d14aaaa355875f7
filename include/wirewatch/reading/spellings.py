"""Where do I change how a spelling is looked up? An index by first word: flat in its number."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from wirewatch.reading.passage import Passage, spell
from wirewatch.text import fold

Role = Literal["name", "last", "not", "with"]

# Capitals that a word of a spelling asks for.
ANY, CAPITAL, CAPITALS, CAPITAL_INSIDE = range(4)
SHORT = 3  # “WHO” is not “Who”; from four letters on, “Nato” is NATO

# Words of names that are written with a capital or without: “Al-Shifa”, “al-Shifa”.
_PARTICLES = frozenset({"al", "el", "as", "ash", "at", "ar", "bin", "ibn", "de", "van", "von"})

# Letters that Arabic and Hebrew write in one word with the name that follows.
_ARABIC = ("", *"وفبكلس", "وب", "ول", "فب", "فل", "وك")
_HEBREW = ("", *"והשבכלמ", "וב", "ול", "ומ", "וה", "שב", "של", "שה", "מה", "כש")
_ARTICLE = "ال"


@dataclass(frozen=True, slots=True)
class Spelling:
    """One way of writing something: its words, the capitals they ask for, what finding it means.

    `skip` counts the letters of an attached prefix, which are no part of the name.
    """

    owner: int
    role: Role
    typed: str
    words: tuple[str, ...]
    capitals: tuple[int, ...]
    skip: int = 0


@dataclass(frozen=True, slots=True)
class Hit:
    """A spelling found: code points `start` to `end`, words `word` to `after` (−1: inside one)."""

    spelling: Spelling
    passage: Passage
    start: int
    end: int
    word: int
    after: int


class Spellings:
    """Finds every listed spelling; costs the same with a hundred of them and a hundred thousand."""

    def __init__(self, listed: Iterable[tuple[int, Role, str]]) -> None:
        self._by_first: dict[str, tuple[set[int], dict[tuple[str, ...], list[Spelling]]]] = {}
        self._unspaced: list[Spelling] = []
        for owner, role, typed in listed:
            for spelling in _variants(owner, role, typed):
                self._add(spelling)

    def _add(self, spelling: Spelling) -> None:
        if any(map(_has_no_spaces, spelling.typed)):
            self._unspaced.append(spelling)
            return
        lengths, bucket = self._by_first.setdefault(spelling.words[0], (set(), {}))
        lengths.add(len(spelling.words))
        bucket.setdefault(spelling.words, []).append(spelling)

    def find(self, passage: Passage) -> list[Hit]:
        """Every spelling at whole words with the capitals it asks for; they may overlap."""
        hits: list[Hit] = []
        words, by_first = passage.words, self._by_first
        for i, word in enumerate(words):
            found = by_first.get(word)
            if found:
                hits += _at(passage, i, *found)
        if "-" in passage.folded:
            hits += self._joined(passage)
        if self._unspaced and not passage.text.isascii():
            hits += self._inside(passage)
        return hits

    def _joined(self, passage: Passage) -> Iterator[Hit]:
        """“Al-Shifa” in the text where “Alshifa” is listed."""
        words = passage.words
        for i in range(len(words) - 1):
            if passage.ends[i] + 1 == passage.starts[i + 1] and passage.between(i) == "-":
                _, bucket = self._by_first.get(words[i] + words[i + 1], (None, {}))
                for spelling in bucket.get((words[i] + words[i + 1],), ()):
                    if capitals_fit(passage, i, spelling.capitals[0]):
                        yield _hit(spelling, passage, i, i + 2)

    @cached_property
    def _automaton(self) -> Any:
        from ahocorasick_rs import AhoCorasick

        return AhoCorasick([fold(spelling.typed) for spelling in self._unspaced])

    def _inside(self, passage: Passage) -> Iterator[Hit]:
        """Names in scripts that write no spaces: wherever their letters stand."""
        for number, start, end in self._automaton.find_matches_as_indexes(
            passage.folded, overlapping=True
        ):
            yield Hit(self._unspaced[number], passage, start, end, -1, -1)


def _at(
    passage: Passage, i: int, lengths: set[int], bucket: dict[tuple[str, ...], list[Spelling]]
) -> Iterator[Hit]:
    for length in lengths:
        if i + length > len(passage.words):
            continue
        for spelling in bucket.get(tuple(passage.words[i : i + length]), ()):
            fits = all(
                asks == ANY or capitals_fit(passage, i + n, asks)
                for n, asks in enumerate(spelling.capitals)
            )
            if fits and (length == 1 or hangs_together(passage, i, i + length)):
                yield _hit(spelling, passage, i, i + length)


def _hit(spelling: Spelling, passage: Passage, i: int, after: int) -> Hit:
    start = passage.starts[i] + spelling.skip
    return Hit(spelling, passage, start, passage.ends[after - 1], i, after)


def hangs_together(passage: Passage, i: int, after: int) -> bool:
    """Whether only spaces, hyphens and the dots of abbreviations part the words."""
    for word in range(i, after - 1):
        gap = passage.between(word)
        if gap == " " or gap == "-":
            if passage.text[passage.ends[word]] == "\n":
                return False
        elif (
            gap.strip(" -'.") or "\n" in passage.text[passage.ends[word] : passage.starts[word + 1]]
        ) or ("." in gap and passage.ends[word] - passage.starts[word] > 4):
            return False
    return True


def capitals_fit(passage: Passage, word: int, asks: int) -> bool:
    """Whether a word of the text has the capitals that the spelling asks for."""
    if asks == ANY:
        return True
    if asks == CAPITALS:
        return passage.all_capitals(word)
    if asks == CAPITAL_INSIDE and passage.first[passage.sentence_of(word)] == word:
        return passage.all_capitals(word)
    return passage.capital(word)


def _asks(cased: str) -> int:
    if not cased[:1].isupper():
        return ANY
    if len(cased) < 2 or not cased.isupper():
        return CAPITAL
    return CAPITALS if len(cased) <= SHORT else CAPITAL_INSIDE


def _variants(owner: int, role: Role, typed: str) -> Iterator[Spelling]:
    words, cased = spell(typed)
    if not words:
        return
    asks = tuple(
        ANY if word in _PARTICLES and len(words) > 1 else _asks(written)
        for word, written in zip(words, cased, strict=True)
    )
    yield Spelling(owner, role, typed, words, asks)
    if "-" in fold(typed) and len(words) == 2:
        yield Spelling(owner, role, typed, ("".join(words),), asks[:1])
    for prefix, rest in _attached(words[0]):
        yield Spelling(owner, role, typed, (prefix + rest, *words[1:]), asks, len(prefix))


def _attached(word: str) -> Iterator[tuple[str, str]]:
    letter = word[0]
    if "א" <= letter <= "ת":
        yield from ((prefix, word) for prefix in _HEBREW[1:])
    elif "ء" <= letter <= "ي":
        yield from ((prefix, word) for prefix in _ARABIC[1:])
        if word.startswith(_ARTICLE):  # l + the article is written in one: li-l-
            yield "لل", word[2:]
            yield "ولل", word[2:]
        else:
            yield from ((prefix + _ARTICLE, word) for prefix in _ARABIC if prefix != "ل")


def _has_no_spaces(char: str) -> bool:
    """Whether a letter belongs to a script that is written without spaces between words."""
    return char >= "฀" and (
        "฀" <= char <= "໿"  # Thai, Lao
        or "က" <= char <= "႟"  # Burmese
        or "ក" <= char <= "៿"  # Khmer
        or "぀" <= char <= "ヿ"  # kana
        or "㐀" <= char <= "鿿"  # Han
        or "豈" <= char <= "﫿"
        or "𠀀" <= char <= "𿿽"
    )
