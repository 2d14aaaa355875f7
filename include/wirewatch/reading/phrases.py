"""Where do I change how the words of a definition are looked up? Phrases in all their forms."""

from collections.abc import Iterator
from dataclasses import dataclass

from wirewatch.reading.languages import LanguageData
from wirewatch.reading.passage import Passage, spell
from wirewatch.reading.word_forms import forms

GAP = 2  # words that may stand between two words of a phrase: “push deeper into”
_LONG_ENOUGH = 7  # “air strike” for “airstrike”, never “in to” for “into”


@dataclass(frozen=True, slots=True)
class _Slot:
    forms: frozenset[str]
    capital: bool
    gap: int


@dataclass(frozen=True, slots=True)
class Found:
    """A phrase found: its number and the places of its words in the passage."""

    phrase: int
    words: tuple[int, ...]

    @property
    def first(self) -> int:
        """Its first word."""
        return self.words[0]

    @property
    def after(self) -> int:
        """The word after its last."""
        return self.words[-1] + 1


class PhraseBook:
    """Phrases of one language, each looked up once however many definitions use it.

    A phrase's words keep their order; `gap` words may stand between (none at a hyphen, three
    where “…” is written). Hyphen, space and joined are one; “=talk” is only “talk”.
    """

    def __init__(self, data: LanguageData, gap: int = GAP) -> None:
        self._data = data
        self._gap = gap
        self._numbers: dict[str, int] = {}
        self._by_first: dict[str, list[tuple[int, tuple[_Slot, ...]]]] = {}

    def add(self, typed: str) -> int:
        """The number of a phrase, the same for the same phrase. −1 for one without a word."""
        key = " ".join(typed.split())
        if key not in self._numbers:
            slots = self._slots(key)
            if not slots:
                return -1
            number = len(self._numbers)
            self._numbers[key] = number
            self._index(number, slots)
            if len(slots) == 2 and "…" not in key and not any(slot.capital for slot in slots):
                self._index(number, (self._slot("".join(spell(key)[0]), False, 0),))
        return self._numbers[key]

    def _index(self, number: int, slots: tuple[_Slot, ...]) -> None:
        for form in slots[0].forms:
            self._by_first.setdefault(form, []).append((number, slots))

    def _slots(self, typed: str) -> tuple[_Slot, ...]:
        slots: list[_Slot] = []
        gap = 0
        for piece in typed.split():
            if piece == "…":
                gap = 3
                continue
            words, cased = spell(piece)
            for word, written in zip(words, cased, strict=True):
                slots.append(self._slot(word, written[0].isupper(), gap, piece.startswith("=")))
                gap = 0
            gap = self._gap
        return tuple(slots)

    def _slot(self, word: str, capital: bool, gap: int, exact: bool = False) -> _Slot:
        found = (word,) if capital or exact else forms(word, self._data)
        return _Slot(frozenset(found), capital, gap)

    def find(self, passage: Passage, first: int = 0, after: int | None = None) -> list[Found]:
        """Every phrase that begins among the words `first` to `after`, in order of place."""
        words, by_first = passage.words, self._by_first
        end = len(words) if after is None else after
        found: list[Found] = []
        for i in range(first, end):
            for number, slots in by_first.get(words[i], ()):
                places = _match(passage, i, slots, end)
                if places:
                    found.append(Found(number, places))
            if i + 1 < end:
                found += self._joined(passage, i)
        return found

    def _joined(self, passage: Passage, i: int) -> Iterator[Found]:
        """“cease-fire” and “cease fire” where “ceasefire” is typed."""
        joined = passage.words[i] + passage.words[i + 1]
        if joined not in self._by_first:
            return
        gap = passage.between(i)
        if gap == "-" or (gap == " " and len(joined) >= _LONG_ENOUGH):
            for number, slots in self._by_first[joined]:
                if len(slots) == 1 and not slots[0].capital:
                    yield Found(number, (i, i + 1))


def _match(passage: Passage, i: int, slots: tuple[_Slot, ...], end: int) -> tuple[int, ...]:
    """The places of a phrase's words from word `i` on, each as near as may be; or none."""
    if slots[0].capital and not passage.capital(i):
        return ()
    places = [i]
    for slot in slots[1:]:
        last = places[-1]
        for word in range(last + 1, min(last + slot.gap + 2, end)):
            if _parted(passage, word - 1):
                return ()
            if passage.words[word] in slot.forms and not (
                slot.capital and not passage.capital(word)
            ):
                places.append(word)
                break
        else:
            return ()
    return tuple(places)


_PARTING = frozenset(".,;:!?()[]|…")


def _parted(passage: Passage, word: int) -> bool:
    gap = passage.between(word)
    return gap != " " and not _PARTING.isdisjoint(gap)
