"""Where do I change how a defined event is found? One of `what`, near one of `where`."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from wirewatch.reading.languages import LanguageData
from wirewatch.reading.passage import Passage
from wirewatch.reading.phrases import Found, PhraseBook
from wirewatch.reading.status import CuedSentence, status_rules
from wirewatch.records import DateFound, Event, EventDefinition, Mention, Span

Key = str | int  # an entity's id, or the number of a plain word or phrase
Place = tuple[int, int]  # words, from the first to the one after the last
NEARS = ("sentence", "next sentence", "article")


@dataclass(frozen=True, slots=True)
class _Definition:
    event: EventDefinition
    what: frozenset[int]
    where: frozenset[Key]
    with_any: frozenset[Key]
    not_in: frozenset[int]


@dataclass(slots=True)
class _Sentence:
    """What one sentence holds: the phrases and the names found, by their keys."""

    passage: Passage
    number: int
    phrases: dict[int, list[Found]] = field(default_factory=dict)
    keys: dict[Key, list[Place]] = field(default_factory=dict)
    cued: CuedSentence | None = None


class _Scene:
    """The sentences of an article, and which of their words each definition may use."""

    def __init__(self, sentences: Sequence[_Sentence]) -> None:
        self.sentences = sentences
        self._covered: dict[tuple[int, int], set[int]] = {}
        self._anywhere: dict[tuple[int, frozenset[Key]], Key | None] = {}

    def beside(self, at: int) -> Sequence[_Sentence]:
        """A sentence and its neighbours in the same title or text."""
        here = self.sentences[at].passage
        return [s for s in self.sentences[max(0, at - 1) : at + 2] if s.passage is here]

    def covered(self, number: int, definition: _Definition, at: int) -> set[int]:
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

    def whats(self, number: int, definition: _Definition, at: int) -> list[Place]:
        """The places of the event's words in a sentence, the longer one where they overlap."""
        covered, phrases = self.covered(number, definition, at), self.sentences[at].phrases
        return _merged(
            found
            for phrase in definition.what
            for found in phrases.get(phrase, ())
            if not covered.issuperset(range(found.first, found.after))
        )

    def here(
        self, number: int, definition: _Definition, keys: Iterable[Key], at: int
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
        self, number: int, definition: _Definition, keys: frozenset[Key], at: int
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

    def _one(
        self, number: int, definition: _Definition, keys: Iterable[Key], among: Iterable[int]
    ) -> Key | None:
        for at in among:
            if not self.sentences[at].keys.keys().isdisjoint(keys):
                found = self.here(number, definition, keys, at)
                if found:
                    return found[0][1]
        return None


class Events:
    """The event definitions of a vocabulary, compiled for one language.

    Definitions are looked up by the place and by the word that they ask for, so that a thousand
    cost hardly more than ten.
    """

    def __init__(
        self, definitions: Sequence[EventDefinition], entities: Iterable[str], data: LanguageData
    ) -> None:
        self._book = PhraseBook(data)
        self._status = status_rules(data)
        known = frozenset(entities)
        self._definitions = [self._compile(definition, known) for definition in definitions]
        self._by_what: dict[int, set[int]] = defaultdict(set)
        self._by_where: dict[str, dict[Key, set[int]]] = {near: defaultdict(set) for near in NEARS}
        self._anywhere: set[int] = set()
        self._plain: set[int] = set()
        for number, definition in enumerate(self._definitions):
            self._index(number, definition)

    def _compile(self, definition: EventDefinition, known: frozenset[str]) -> _Definition:
        def keys(typed: Iterable[str]) -> frozenset[Key]:
            return frozenset(word if word in known else self._book.add(word) for word in typed)

        return _Definition(
            definition,
            frozenset(self._book.add(word) for word in definition.what),
            keys(definition.where),
            keys(definition.with_any),
            frozenset(self._book.add(word) for word in definition.not_in),
        )

    def _index(self, number: int, definition: _Definition) -> None:
        for phrase in definition.what:
            self._by_what[phrase].add(number)
        for key in definition.where:
            self._by_where[definition.event.near][key].add(number)
        if not definition.where:
            self._anywhere.add(number)
        asked = (*definition.where, *definition.with_any)
        self._plain |= {key for key in asked if isinstance(key, int)}

    def find(
        self,
        passages: Sequence[Passage],
        mentions: Sequence[Mention],
        dates: Sequence[DateFound] = (),
    ) -> list[Event]:
        """The events of all passages, in order of place; one for each time that one is named."""
        if not self._definitions:
            return []
        scene = _Scene([s for passage in passages for s in self._sentences(passage, mentions)])
        article = {key for sentence in scene.sentences for key in sentence.keys}
        found: list[Event] = []
        for at, sentence in enumerate(scene.sentences):
            if sentence.phrases:
                for number in sorted(self._candidates(sentence, scene.beside(at), article)):
                    found += self._events(number, scene, at, dates)
        return sorted(found, key=lambda e: (e.span.where == "text", e.span.start, e.what, e.event))

    def _sentences(self, passage: Passage, mentions: Sequence[Mention]) -> list[_Sentence]:
        sentences = [_Sentence(passage, number) for number in range(len(passage.sentences))]
        for found in self._book.find(passage):
            sentence = sentences[passage.sentence_of(found.first)]
            sentence.phrases.setdefault(found.phrase, []).append(found)
            if found.phrase in self._plain:
                sentence.keys.setdefault(found.phrase, []).append((found.first, found.after))
        for mention in mentions:
            if mention.entity and mention.span.where == passage.where and passage.words:
                first = min(
                    bisect_left(passage.ends, mention.span.start + 1), len(passage.ends) - 1
                )
                after = max(bisect_left(passage.starts, mention.span.end), first + 1)
                keys = sentences[passage.sentence_of(first)].keys
                keys.setdefault(mention.entity, []).append((first, after))
        return sentences

    def _candidates(
        self, sentence: _Sentence, beside: Sequence[_Sentence], article: set[Key]
    ) -> set[int]:
        near = {
            "sentence": sentence.keys.keys(),
            "next sentence": {key for other in beside for key in other.keys},
            "article": article,
        }
        found: set[int] = set()
        for phrase in sentence.phrases:
            defined = self._by_what.get(phrase)
            if not defined:
                continue
            found |= defined & self._anywhere
            for name, keys in near.items():
                by_key = self._by_where[name]
                for key in keys & by_key.keys():
                    found |= defined & by_key[key]
        return found

    def _events(
        self,
        number: int,
        scene: "_Scene",
        at: int,
        dates: Sequence[DateFound],
    ) -> Iterator[Event]:
        definition, sentence = self._definitions[number], scene.sentences[at]
        whats = scene.whats(number, definition, at)
        if not whats:
            return
        where = scene.first(number, definition, definition.where, at)
        if definition.where and where is None:
            return
        if definition.with_any and scene.first(number, definition, definition.with_any, at) is None:
            return
        here = scene.here(number, definition, definition.where, at)
        cued = self._cued(sentence)
        clauses = {cued.clauses[place[0] - cued.first] for place, _ in here}
        close = [what for what in whats if cued.clauses[what[0] - cued.first] in clauses]
        for what in close or whats:
            key = _nearest(what, here) if here else where
            yield self._event(definition, sentence, what, key, dates)

    def _cued(self, sentence: _Sentence) -> CuedSentence:
        if sentence.cued is None:
            first, after = sentence.passage.words_of(sentence.number)
            sentence.cued = self._status.sentence(sentence.passage, first, after)
        return sentence.cued

    def _event(
        self,
        definition: _Definition,
        sentence: _Sentence,
        what: Place,
        where: Key | None,
        dates: Sequence[DateFound],
    ) -> Event:
        passage = sentence.passage
        verdict = self._status.judge(self._cued(sentence), *what)
        start, end = passage.sentences[sentence.number]
        cues = tuple(_span(passage, cue) for cue in verdict.cues)
        words = " … ".join(passage.text[a:b] for a, b in cues)
        return Event(
            span=Span(where=passage.where, start=start, end=end),
            event=definition.event.event_id,
            status=verdict.status,
            what=_span(passage, what),
            cues=cues,
            place=where if isinstance(where, str) else None,
            day=_day(passage, (start, end), _span(passage, what), dates),
            why=f"{verdict.why}: {words}" if words else verdict.why,
        )


def _span(passage: Passage, place: Place) -> tuple[int, int]:
    return passage.starts[place[0]], passage.ends[place[1] - 1]


def _merged(found: Iterable[Found]) -> list[Place]:
    """The places of the finds in order, the longer one where they overlap."""
    places = sorted({(f.first, f.after) for f in found}, key=lambda place: (place[0], -place[1]))
    kept: list[Place] = []
    for place in places:
        if not kept or place[0] >= kept[-1][1]:
            kept.append(place)
    return kept


def _nearest(what: Place, here: Sequence[tuple[Place, Key]]) -> Key:
    """The key of the place that stands nearest to an event's words; `here` is in order."""
    at = bisect_left(here, what[0], key=lambda found: found[0][0])
    near = here[max(0, at - 1) : at + 1]
    return min(near, key=lambda found: abs(found[0][0] - what[0]))[1]


def _day(
    passage: Passage, sentence: tuple[int, int], what: tuple[int, int], dates: Sequence[DateFound]
) -> date | None:
    """The day that the sentence gives nearest to the event's words, if it gives one."""
    days = [
        (abs(found.span.start - what[0]), found.value)
        for found in dates
        if found.span.where == passage.where
        and sentence[0] <= found.span.start < sentence[1]
        and len(found.value) >= 10
    ]
    for _, value in sorted(days):
        try:
            return date.fromisoformat(value[:10])
        except ValueError:
            continue
    return None
