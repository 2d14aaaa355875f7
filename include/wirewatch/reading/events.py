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
        sentences = [s for passage in passages for s in self._sentences(passage, mentions)]
        article = {key for sentence in sentences for key in sentence.keys}
        found: list[Event] = []
        for at, sentence in enumerate(sentences):
            if not sentence.phrases:
                continue
            beside = _beside(sentences, at)
            for number in sorted(self._candidates(sentence, beside, article)):
                scope = self._scope(self._definitions[number], sentences, at)
                found += self._events(self._definitions[number], sentence, scope, dates)
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
                first = min(bisect_left(passage.ends, mention.span.start + 1), len(passage.ends) - 1)
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

    def _scope(
        self, definition: _Definition, sentences: Sequence[_Sentence], at: int
    ) -> Sequence[_Sentence]:
        if definition.event.near == "sentence":
            return sentences[at : at + 1]
        return sentences if definition.event.near == "article" else _beside(sentences, at)

    def _events(
        self,
        definition: _Definition,
        sentence: _Sentence,
        scope: Sequence[_Sentence],
        dates: Sequence[DateFound],
    ) -> Iterator[Event]:
        whats = _merged(
            found
            for phrase in definition.what
            for found in sentence.phrases.get(phrase, ())
            if not _covered((found.first, found.after), definition, sentence)
        )
        if not whats:
            return
        wheres = list(_places(definition, definition.where, scope))
        if definition.where and not wheres:
            return
        if definition.with_any and not any(True for _ in _places(definition, definition.with_any, scope)):
            return
        cued = self._cued(sentence)
        here = [(key, place) for key, other, place in wheres if other is sentence]
        close = [what for what in whats if any(cued.same_clause(what[0], p[0]) for _, p in here)]
        for what in close or whats:
            key = _nearest(what, here, wheres)
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


def _beside(sentences: Sequence[_Sentence], at: int) -> list[_Sentence]:
    """A sentence and its neighbours in the same title or text."""
    here = sentences[at].passage
    return [s for s in sentences[max(0, at - 1) : at + 2] if s.passage is here]


def _span(passage: Passage, place: Place) -> tuple[int, int]:
    return passage.starts[place[0]], passage.ends[place[1] - 1]


def _places(
    definition: _Definition, keys: Iterable[Key], scope: Sequence[_Sentence]
) -> Iterator[tuple[Key, _Sentence, Place]]:
    """Where one of `keys` stands in the scope, outside what `not` covers."""
    for sentence in scope:
        for key in keys:
            for place in sentence.keys.get(key, ()):
                if not _covered(place, definition, sentence):
                    yield key, sentence, place


def _covered(place: Place, definition: _Definition, sentence: _Sentence) -> bool:
    """Whether a phrase of `not` covers these words; one that reaches over the event's does not."""
    for phrase in definition.not_in:
        for found in sentence.phrases.get(phrase, ()):
            if found.first <= place[0] and place[1] <= found.after:
                between = set(range(found.first, found.after)) - set(found.words)
                if not between or not _has_what(between, definition, sentence):
                    return True
    return False


def _has_what(words: set[int], definition: _Definition, sentence: _Sentence) -> bool:
    return any(
        found.first in words
        for phrase in definition.what
        for found in sentence.phrases.get(phrase, ())
    )


def _merged(found: Iterable[Found]) -> list[Place]:
    """The places of the finds in order, the longer one where they overlap."""
    places = sorted({(f.first, f.after) for f in found}, key=lambda place: (place[0], -place[1]))
    kept: list[Place] = []
    for place in places:
        if not kept or place[0] >= kept[-1][1]:
            kept.append(place)
    return kept


def _nearest(
    what: Place,
    here: Sequence[tuple[Key, Place]],
    wheres: Sequence[tuple[Key, _Sentence, Place]],
) -> Key | None:
    if here:
        return min(here, key=lambda found: abs(found[1][0] - what[0]))[0]
    return wheres[0][0] if wheres else None


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
