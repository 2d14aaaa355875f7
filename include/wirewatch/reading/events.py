"""Where do I change how a defined event is found? One of `what`, near one of `where`."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from wirewatch.reading.languages import LanguageData
from wirewatch.reading.passage import Passage
from wirewatch.reading.phrases import PhraseBook
from wirewatch.reading.status import CuedSentence, status_rules
from wirewatch.reading.where import Definition, Key, Place, Scene, Seen, happens_elsewhere
from wirewatch.records import DateFound, Event, EventDefinition, Mention, Span, Status

NEARS = ("sentence", "next sentence", "article")
_ONE_LITTLE_WORD = 4  # characters from an event to its year: “the siege of 2019”


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
        self._directions = frozenset(data.words("names", "directions"))
        known = frozenset(entities)
        self._definitions = [self._compile(definition, known) for definition in definitions]
        self._by_what: dict[int, set[int]] = defaultdict(set)
        self._by_where: dict[str, dict[Key, set[int]]] = {near: defaultdict(set) for near in NEARS}
        self._anywhere: set[int] = set()
        self._plain: set[int] = set()
        for number, definition in enumerate(self._definitions):
            self._index(number, definition)

    def _compile(self, definition: EventDefinition, known: frozenset[str]) -> Definition:
        def keys(typed: Iterable[str]) -> frozenset[Key]:
            return frozenset(word if word in known else self._book.add(word) for word in typed)

        return Definition(
            definition,
            frozenset(self._book.add(word) for word in definition.what),
            keys(definition.where),
            keys(definition.with_any),
            frozenset(self._book.add(word) for word in definition.not_in),
        )

    def _index(self, number: int, definition: Definition) -> None:
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
        today: date | None = None,
    ) -> list[Event]:
        """The events of all passages, in order of place; one for each time that one is named.

        What is told as a fact of a day after `today` is planned: “at Thursday's talks”; of a year
        before that of `today` it is over: “during the siege of 2019”.
        """
        if not self._definitions:
            return []
        scene = Scene([s for passage in passages for s in self._sentences(passage, mentions)])
        article = {key for sentence in scene.sentences for key in sentence.keys}
        found: list[Event] = []
        for at, sentence in enumerate(scene.sentences):
            if sentence.phrases:
                for number in sorted(self._candidates(sentence, scene.beside(at), article)):
                    found += self._events(number, scene, at, dates)
        found = [_long_past(_not_yet(event, today), dates, today) for event in found]
        return sorted(found, key=lambda e: (e.span.where == "text", e.span.start, e.what, e.event))

    def _sentences(self, passage: Passage, mentions: Sequence[Mention]) -> list[Seen]:
        sentences = [Seen(passage, number) for number in range(len(passage.sentences))]
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
                seen = sentences[passage.sentence_of(first)]
                seen.keys.setdefault(mention.entity, []).append((first, after))
                if mention.kind == "place":
                    seen.places.append(((first, after), mention.entity))
        return sentences

    def _candidates(self, sentence: Seen, beside: Sequence[Seen], article: set[Key]) -> set[int]:
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
        scene: Scene,
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
        asked = {key for _, key in here}
        placed = any(entity in asked for _, entity in sentence.places)
        named = [found for found in here if isinstance(found[1], str)]
        for what in close or whats:
            if placed and happens_elsewhere(sentence, cued, what, here, self._directions):
                continue
            key = _nearest(what, named) if named else where
            if not isinstance(key, str):  # found by a plain word: whose ledger, the article says
                key = scene.named(number, definition, at)
            yield self._event(definition, sentence, what, key, dates)

    def _cued(self, sentence: Seen) -> CuedSentence:
        if sentence.cued is None:
            first, after = sentence.passage.words_of(sentence.number)
            sentence.cued = self._status.sentence(sentence.passage, first, after)
        return sentence.cued

    def _event(
        self,
        definition: Definition,
        sentence: Seen,
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


def _not_yet(event: Event, today: date | None) -> Event:
    if event.cues or event.status is not Status.UNDER_WAY or not (event.day and today):
        return event
    if event.day <= today:
        return event
    return replace(event, status=Status.PLANNED, why="its day is still to come")


def _long_past(event: Event, dates: Sequence[DateFound], today: date | None) -> Event:
    if event.cues or event.status is not Status.UNDER_WAY or not today:
        return event
    for found in dates:
        beside = 0 < found.span.start - event.what[1] <= _ONE_LITTLE_WORD
        if beside and found.span.where == event.span.where and _year(found) < today.year:
            return replace(event, status=Status.OVER, why="its year is past")
    return event


def _year(found: DateFound) -> int:
    """The year of a date; the last one that there is if it names none (P2D)."""
    return int(found.value[:4]) if found.value[:4].isdigit() else date.max.year


def _span(passage: Passage, place: Place) -> tuple[int, int]:
    return passage.starts[place[0]], passage.ends[place[1] - 1]


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
