"""What a rule sees of an article: each sentence with its names, events, figures and words."""

from bisect import bisect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from wirewatch.records import Article, Development, Event, Reading, Span, Where
from wirewatch.rules.memory import Told
from wirewatch.rules.words import Words, all_words, first_place


def event_key(event_id: str) -> str:
    """How an event stands in the index."""
    return f"event:{event_id}"


def figure_key(figure_id: str) -> str:
    """How a figure stands in the index."""
    return f"figure:{figure_id}"


def speaker_key(entity_id: str) -> str:
    """How somebody's remarks stand in the index."""
    return f"says:{entity_id}"


def name_key(entity_id: str) -> str:
    """How a named entity stands in the index."""
    return f"names:{entity_id}"


class Passage:
    """A sentence or the title, and what stands in it; each part is found when it is asked for."""

    def __init__(self, article: Article, reading: Reading, span: Span):
        self.span = span
        self.article = article
        self.reading = reading
        self.keys: set[str] | None = None  # what the index finds here

    @cached_property
    def text(self) -> str:
        """The words as printed."""
        whole = self.article.title if self.span.where == "title" else self.article.text
        return whole[self.span.start : self.span.end]

    @cached_property
    def words(self) -> Words:
        """The words with their places, counted from the passage's beginning."""
        return Words.of(self.text)

    @cached_property
    def printed(self) -> set[str]:
        """The words as printed, with hyphenated ones joined too."""
        return all_words(self.text)

    @cached_property
    def names(self) -> Mapping[str, list[Span]]:
        """Where each entity is named here."""
        found: dict[str, list[Span]] = {}
        for mention in self.reading.mentions:
            if mention.entity and self._holds(mention.span):
                found.setdefault(mention.entity, []).append(mention.span)
        return found

    @cached_property
    def events(self) -> Mapping[str, Event]:
        """The defined events that this passage tells of."""
        found: dict[str, Event] = {}
        for event in self.reading.events:
            if self._holds(event.span) or self._within(event.span):
                found.setdefault(event.event, event)
        return found

    def place_of(self, first: int, last: int) -> Span:
        """The span in the article of words `first` to `last` of this passage."""
        return Span(
            where=self.span.where,
            start=self.span.start + self.words.starts[first],
            end=self.span.start + self.words.ends[last],
        )

    def _holds(self, span: Span) -> bool:
        own = self.span
        return span.where == own.where and own.start <= span.start and span.end <= own.end

    def _within(self, span: Span) -> bool:
        own = self.span
        return span.where == own.where and span.start <= own.start and own.end <= span.end


@dataclass
class Scene:
    """One article as the rules see it; passages are shared by all rules.

    `printed` is filled when a decision is explained: each key that is a word, as it is printed.
    """

    article: Article
    reading: Reading
    names: Mapping[str, str] = field(default_factory=dict)
    printed: dict[str, list[str]] = field(default_factory=dict)
    _pairs: dict[str, tuple[Passage, ...]] = field(default_factory=dict)
    _passages: dict[Span, Passage] = field(default_factory=dict)

    def passage(self, span: Span) -> Passage:
        """The passage of a span, made once."""
        if span not in self._passages:
            self._passages[span] = Passage(self.article, self.reading, span)
        return self._passages[span]

    def passages_of(self, development: Development) -> tuple[Passage, ...]:
        """The development's sentence, then the title; made once."""
        found = self._pairs.get(development.development_id)
        if found is None:
            in_title = development.span.where == "title"
            found = (self.title,) if in_title else (self.passage(development.span), self.title)
            self._pairs[development.development_id] = found
        return found

    def first_place(self, key: str) -> tuple[bool, int] | None:
        """Where something that is filed under that key of the index first stands.

        Whether in the text (and not in the title), and at which letter.
        """
        if ":" in key:
            span = self.first_places.get(key)
            return (span.where == "text", span.start) if span else None
        places = [place for raw in self.printed.get(key, ()) if (place := self._first_word(raw))]
        return min(places, default=None)

    def sentence_at(self, place: tuple[bool, int]) -> str | None:
        """The sentence at such a place."""
        at = bisect(self.ends, place)
        known = at < len(self.ends)
        return self.passage(self.reading.sentences[at]).text if known else None

    @cached_property
    def words(self) -> set[str]:
        """Every word of title and text as printed."""
        return all_words(f"{self.article.title}\n{self.article.text}")

    def _first_word(self, raw: str) -> tuple[bool, int] | None:
        for in_text, text in ((False, self.article.title), (True, self.article.text)):
            at = first_place(raw, text)
            if at >= 0:
                return in_text, at
        return None

    @cached_property
    def first_places(self) -> Mapping[str, Span]:
        """Where each key of the index, but for words, first stands in the article."""
        reading = self.reading
        finds = [(event_key(e.event), e.span) for e in reading.events]
        finds += [(name_key(m.entity), m.span) for m in reading.mentions if m.entity]
        finds += [(figure_key(f.figure), f.span) for f in reading.figures if f.figure]
        finds += [
            (speaker_key(q.speaker.entity), q.span)
            for q in reading.quotes
            if q.speaker and q.speaker.entity
        ]
        return dict(reversed(finds))

    @cached_property
    def ends(self) -> Sequence[tuple[bool, int]]:
        """Where each sentence ends: whether in the text, and at which letter."""
        return [(s.where == "text", s.end) for s in self.reading.sentences]

    @property
    def title(self) -> Passage:
        """The headline."""
        where: Where = "title"
        return self.passage(Span(where=where, start=0, end=len(self.article.title)))


@dataclass(slots=True)
class View:
    """One development as one rule sees it, with what the rule remembers of its ledger."""

    scene: Scene
    development: Development
    told: Told | None = None

    def label(self, *ids: str | None) -> str:
        """What people call these: the vocabulary's names for the ids, joined by “or”."""
        known = self.scene.names
        return " or ".join(known.get(each, each) for each in ids if each)

    @property
    def sentence(self) -> Passage:
        """The development's own sentence."""
        return self.passages[0]

    @property
    def passages(self) -> tuple[Passage, ...]:
        """The sentence, then the title: where names and words are looked for."""
        return self.scene.passages_of(self.development)
