"""Where do I change which words and places a definition may use? In a sentence or near it."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from wirewatch.reading.passage import Passage
from wirewatch.reading.phrases import Found
from wirewatch.reading.status import CuedSentence
from wirewatch.records import EventDefinition

Key = str | int  # an entity's id, or the number of a plain word or phrase
Place = tuple[int, int]  # words, from the first to the one after the last


@dataclass(frozen=True, slots=True)
class Definition:
    """An event's definition with its words as numbers of phrases."""

    event: EventDefinition
    what: frozenset[int]
    where: frozenset[Key]
    with_any: frozenset[Key]
    not_in: frozenset[int]


@dataclass(slots=True)
class Seen:
    """What one sentence holds: the phrases and the names found, by their keys."""

    passage: Passage
    number: int
    phrases: dict[int, list[Found]] = field(default_factory=dict)
    keys: dict[Key, list[Place]] = field(default_factory=dict)
    places: list[tuple[Place, Key]] = field(default_factory=list)
    cued: CuedSentence | None = None


class Scene:
    """The sentences of an article, and which of their words each definition may use."""

    def __init__(self, sentences: Sequence[Seen]) -> None:
        self.sentences = sentences
        self._covered: dict[tuple[int, int], set[int]] = {}
        self._anywhere: dict[tuple[int, frozenset[Key]], Key | None] = {}
        self._named: dict[int, list[tuple[int, str]]] = {}

    def beside(self, at: int) -> Sequence[Seen]:
        """A sentence and its neighbours in the same title or text."""
        here = self.sentences[at].passage
        return [s for s in self.sentences[max(0, at - 1) : at + 2] if s.passage is here]

    def covered(self, number: int, definition: Definition, at: int) -> set[int]:
        """The words that phrases of `not` cover; one that reaches over the event's own does not."""
        if (number, at) not in self._covered:
            phrases = self.sentences[at].phrases
            own = {f.first for phrase in definition.what for f in phrases.get(phrase, ())}
            covered: set[int] = set()
            for phrase in definition.not_in:
                for found in phrases.get(phrase, ()):
                    words = set(range(found.first, found.after))
                    if own.isdisjoint(words - set(found.words)):
                        covered |= words
            self._covered[number, at] = covered
        return self._covered[number, at]

    def whats(self, number: int, definition: Definition, at: int) -> list[Place]:
        """The places of the event's words in a sentence, the longer one where they overlap."""
        covered, phrases = self.covered(number, definition, at), self.sentences[at].phrases
        return merged(
            found
            for phrase in definition.what
            for found in phrases.get(phrase, ())
            if not covered.issuperset(range(found.first, found.after))
        )

    def here(
        self, number: int, definition: Definition, keys: Iterable[Key], at: int
    ) -> list[tuple[Place, Key]]:
        """Where one of `keys` stands in a sentence, in order of place."""
        covered, stands = self.covered(number, definition, at), self.sentences[at].keys
        found = [
            (place, key)
            for key in keys
            for place in stands.get(key, ())
            if not covered.issuperset(range(*place))
        ]
        return sorted(found, key=lambda one: one[0])

    def first(
        self, number: int, definition: Definition, keys: frozenset[Key], at: int
    ) -> Key | None:
        """One of `keys` that stands near a sentence, as the definition means near."""
        near = definition.event.near
        if near == "article":
            if (number, keys) not in self._anywhere:
                everywhere = range(len(self.sentences))
                self._anywhere[number, keys] = self._one(number, definition, keys, everywhere)
            return self._anywhere[number, keys]
        if near == "sentence":
            return self._one(number, definition, keys, (at,))
        here = self.sentences[at].passage
        beside = (n for n in (at, at - 1, at + 1) if 0 <= n < len(self.sentences))
        return self._one(
            number, definition, keys, (n for n in beside if self.sentences[n].passage is here)
        )

    def named(self, number: int, definition: Definition, at: int) -> str | None:
        """The entity of `where` that the article names last before a sentence, else first."""
        if number not in self._named:
            names = frozenset(key for key in definition.where if isinstance(key, str))
            found = ((n, self._one(number, definition, names, (n,))) for n in self._with(names))
            self._named[number] = [(n, key) for n, key in found if isinstance(key, str)]
        named = self._named[number]
        last = bisect_right(named, at, key=lambda one: one[0]) - 1
        return named[max(0, last)][1] if named else None

    def _with(self, names: frozenset[str]) -> Iterator[int]:
        for at, sentence in enumerate(self.sentences):
            if not sentence.keys.keys().isdisjoint(names):
                yield at

    def _one(
        self, number: int, definition: Definition, keys: Iterable[Key], among: Iterable[int]
    ) -> Key | None:
        for at in among:
            if not self.sentences[at].keys.keys().isdisjoint(keys):
                found = self.here(number, definition, keys, at)
                if found:
                    return found[0][1]
        return None


def merged(found: Iterable[Found]) -> list[Place]:
    """The places of the finds in order, the longer one where they overlap."""
    places = sorted({(f.first, f.after) for f in found}, key=lambda place: (place[0], -place[1]))
    kept: list[Place] = []
    for place in places:
        if not kept or place[0] >= kept[-1][1]:
            kept.append(place)
    return kept


def happens_elsewhere(
    seen: Seen,
    cued: CuedSentence,
    what: Place,
    here: Sequence[tuple[Place, Key]],
    directions: frozenset[str],
) -> bool:
    """Whether another listed place than those that were asked for is the object of the words.

    “They push into northern Lund as warplanes hit Karsund” is no push into Karsund, though both
    stand in one sentence; “they push into Skane's Karsund” is one.
    """
    after = what[1]
    words = seen.passage.words
    if after < len(words) and words[after] in directions:
        after += 1
    objects = _starting(seen.places, after)
    if not objects or _starting(here, after):
        return False
    end = objects[0][0][1]
    return not any(
        _starting(here, word) and cued.same_clause(word, what[0])
        for word in range(end, min(end + 3, cued.first + len(cued.clauses)))
    )


def _starting(places: Sequence[tuple[Place, Key]], word: int) -> Sequence[tuple[Place, Key]]:
    at = bisect_left(places, word, key=lambda found: found[0][0])
    return [found for found in places[at : at + 3] if found[0][0] == word]
