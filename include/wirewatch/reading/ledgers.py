"""Where do I change which of the desk's figures a number belongs to? What, where, how long."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from wirewatch.reading.counts import count_words
from wirewatch.reading.languages import LanguageData
from wirewatch.reading.passage import Passage
from wirewatch.reading.phrases import PhraseBook
from wirewatch.reading.places import PlaceFinder
from wirewatch.reading.scopes import Scope
from wirewatch.records import Figure, FigureDefinition, Mention, Span, Vocabulary, Where

_BACK = 600  # characters: how far before a figure its place may have been named
_ROUNDED = 1.05  # “more than 27,000” in a title may be the text's 27,708, never its 30,000


@dataclass(frozen=True, slots=True)
class Ledger:
    """A desk's figure with its `where` sorted: entities, words, and names that nobody listed."""

    definition: FigureDefinition
    places: frozenset[str]
    others: frozenset[str]
    words: frozenset[int]
    names: frozenset[int]
    typed: frozenset[str]


class Ledgers:
    """The figures of a vocabulary, compiled for one language."""

    def __init__(self, vocabulary: Vocabulary, language: LanguageData) -> None:
        self._kinds = count_words(language)
        self.book = PhraseBook(language)
        self.nouns: dict[str, str] = {}
        self.by_kind: dict[str, list[Ledger]] = defaultdict(list)
        entities = {entity.entity_id: entity.kind for entity in vocabulary.entities}
        for definition in vocabulary.figures:
            self._add(definition, entities)

    def _add(self, definition: FigureDefinition, entities: Mapping[str, str]) -> None:
        noun = definition.counts.lower()
        kind = self._kinds.kind(noun) if self._kinds else None
        if kind is None:
            self.nouns |= {noun: definition.counts, noun + "s": definition.counts}
            self.nouns[noun.removesuffix("s")] = definition.counts
        plain = [word for word in definition.where if word not in entities]
        ledger = Ledger(
            definition,
            frozenset(word for word in definition.where if entities.get(word) == "place"),
            frozenset(word for word in definition.where if entities.get(word, "place") != "place"),
            frozenset(self.book.add(word) for word in plain if not word[:1].isupper()),
            frozenset(self.book.add(word) for word in plain if word[:1].isupper()),
            frozenset(word.lower() for word in definition.where),
        )
        self.by_kind[kind or definition.counts].append(ledger)


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a figure stands: its own place in the text, its sentence, the place it is about."""

    where: Where
    first: int
    sentence: tuple[int, int]
    place: str | None


class Whose:
    """Answers for one article which of the desk's figures a number belongs to."""

    def __init__(
        self,
        ledgers: Ledgers,
        texts: Mapping[Where, str],
        sentences: Sequence[Span],
        mentions: Sequence[Mention],
    ) -> None:
        self._ledgers, self._texts = ledgers, texts
        self._places = PlaceFinder(mentions)
        self._others = PlaceFinder(mentions, others=True)
        self._lead = next((span for span in sentences if span.where == "text"), None)
        self._said: dict[tuple[Where, int, int], frozenset[int]] = {}

    def ledger(
        self, kind: str, scope: Scope | None, stand: Stand
    ) -> tuple[FigureDefinition | None, str | None]:
        """The first definition that fits and the place that it was taken to be about."""
        for ledger in self._ledgers.by_kind.get(kind, ()):
            if ledger.definition.scope in (None, scope) or self._is_of_incident(
                ledger, scope, stand
            ):
                there, place = self._is_there(ledger, stand)
                if there:
                    return ledger.definition, place
        return None, stand.place

    def _is_of_incident(self, ledger: Ledger, scope: Scope | None, stand: Stand) -> bool:
        """Whether a total is that of one incident (“earthquake”), which its every count is of."""
        if ledger.definition.scope != "total" or scope == "day" or not ledger.words:
            return False
        return not ledger.words.isdisjoint(self._phrases(stand))

    def _is_there(self, ledger: Ledger, stand: Stand) -> tuple[bool, str | None]:
        if not ledger.definition.where:
            return True, stand.place
        around = {stand.place} if stand.place else self._places_around(stand)
        for place in sorted(around):
            if place in ledger.places or place.lower() in ledger.typed:
                return True, place
        if not around and ledger.names and not ledger.names.isdisjoint(self._phrases(stand)):
            return True, None
        if ledger.words and not ledger.words.isdisjoint(self._phrases(stand)):
            return True, stand.place
        return bool(ledger.others and not ledger.others.isdisjoint(self._named(stand))), stand.place

    def _places_around(self, stand: Stand) -> set[str]:
        """The place last named before a figure that names none, else the title's.

        A title without one takes that of the text's first sentence, if that names only one.
        """
        before = self._places.inside(stand.where, max(0, stand.first - _BACK), stand.first)
        if before:
            return _entities(before[-1:])
        title = _entities(self._places.inside("title", 0, len(self._texts["title"])))
        if title or stand.where == "text" or self._lead is None:
            return title
        lead = _entities(self._places.inside("text", self._lead.start, self._lead.end))
        return lead if len(lead) == 1 else set()

    def _phrases(self, stand: Stand) -> frozenset[int]:
        """The plain words of definitions that stand in a figure's sentence or in the title."""
        return self._spoken(stand.where, *stand.sentence) | self._spoken(
            "title", 0, len(self._texts["title"])
        )

    def _spoken(self, where: Where, start: int, end: int) -> frozenset[int]:
        key = (where, start, end)
        if key not in self._said:
            passage = Passage(where, self._texts[where][start:end])
            self._said[key] = frozenset(f.phrase for f in self._ledgers.book.find(passage))
        return self._said[key]

    def _named(self, stand: Stand) -> set[str | None]:
        here = self._others.inside(stand.where, *stand.sentence)
        title = self._others.inside("title", 0, len(self._texts["title"]))
        return {mention.entity for mention in (*here, *title)}


def _entities(mentions: Iterable[Mention]) -> set[str]:
    return {mention.entity for mention in mentions if mention.entity}


def with_the_text(found: Sequence[Figure]) -> list[Figure]:
    """The figures, those of a title with what the text says of the same number: where, how long."""
    text = [figure for figure in found if figure.span.where == "text"]
    return [
        _filled(figure, text) if figure.span.where == "title" and not figure.figure else figure
        for figure in found
    ]


def _filled(figure: Figure, text: Iterable[Figure]) -> Figure:
    for other in text:
        if (
            other.counts == figure.counts
            and _is_same_number(figure, other)
            and figure.scope in (None, other.scope)
            and figure.place in (None, other.place)
        ):
            return replace(
                figure, figure=other.figure, scope=other.scope, place=figure.place or other.place
            )
    return figure


def _is_same_number(title: Figure, other: Figure) -> bool:
    if title.value == other.value:
        return True
    rounded = title.bound in ("about", "at least", "more than") and title.value >= 100
    return rounded and title.value <= other.value <= title.value * _ROUNDED
