"""Where do I change which words an editor is told an event may be missing? Those by its place.

Read are the sentences that name one of the event's `where` and that the event does not find; a
word counts for more the rarer it is in all other sentences.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from math import log

from wirewatch.reading.languages import LanguageData, language_data
from wirewatch.reading.passage import Passage
from wirewatch.reading.phrases import PhraseBook
from wirewatch.reading.tagger import Tagger
from wirewatch.reading.word_forms import forms
from wirewatch.records import Article, EventDefinition, Reading

_NEAR = 12  # words to either side of the place
_SHORTEST = 3  # letters


@dataclass(frozen=True, slots=True)
class Missing:
    """A word that the event does not have, in how many sentences it stands, and one of them."""

    word: str
    forms: tuple[str, ...]
    count: int
    weight: float
    example: str
    url: str


@dataclass(slots=True)
class MissingWords:
    """Counts the words by an event's place, article after article."""

    tagger: Tagger
    event: EventDefinition
    found: int = 0
    beside: int = 0
    others: int = 0
    _near: Counter[str] = field(default_factory=Counter)
    _else: Counter[str] = field(default_factory=Counter)
    _examples: dict[str, tuple[str, str]] = field(default_factory=dict)
    _language: LanguageData = field(default_factory=lambda: language_data("en"))

    def read(self, article: Article) -> None:
        """Count the words of one article's sentences."""
        reading = self.tagger.read(article)
        self._language = language_data(reading.language or "en")
        told = {
            (e.span.where, e.span.start) for e in reading.events if e.event == self.event.event_id
        }
        for passage in (Passage("title", article.title), Passage("text", article.text)):
            named = _places(passage, self.event, reading, self._language)
            for number, (start, end) in enumerate(passage.sentences):
                if number not in named:
                    self.others += 1
                    self._else.update(set(_plain(passage, *passage.words_of(number))))
                elif (passage.where, start) in told:
                    self.found += 1
                else:
                    self._count(
                        passage, number, named[number], (passage.text[start:end], article.url)
                    )

    def _count(
        self, passage: Passage, number: int, at: list[int], example: tuple[str, str]
    ) -> None:
        self.beside += 1
        first, after = passage.words_of(number)
        low, high = max(first, min(at) - _NEAR), min(after, max(at) + _NEAR + 1)
        for word in set(_plain(passage, low, high)):
            self._near[word] += 1
            self._examples.setdefault(word, example)

    def words(self, at_least: int = 2) -> list[Missing]:
        """The words in at least so many of the sentences, the most telling first."""
        groups: dict[str, list[str]] = defaultdict(list)
        for word in sorted(self._near, key=len):
            base = next((b for b in groups if word in forms(b, self._language)), word)
            groups[base].append(word)
        every = [self._weighed(base, group) for base, group in groups.items()]
        return sorted(
            (one for one in every if one.count >= at_least and one.weight > 0),
            key=lambda one: (-one.weight, one.word),
        )

    def _weighed(self, base: str, group: list[str]) -> Missing:
        """A word's count, times the log of how much commoner it is here than elsewhere."""
        count = sum(self._near[word] for word in group)
        here = count / max(1, self.beside)
        there = (sum(self._else[word] for word in group) + 0.5) / (self.others + 1)
        example, url = self._examples[group[0]]
        weight = round(count * log(here / there), 2)
        return Missing(base, tuple(group), count, weight, example, url)


def _places(
    passage: Passage, event: EventDefinition, reading: Reading, language: LanguageData
) -> dict[int, list[int]]:
    """By sentence the words where one of the event's places stands."""
    book = PhraseBook(language)
    for word in event.where or event.with_any:
        book.add(word)
    found: dict[int, list[int]] = defaultdict(list)
    for phrase in book.find(passage):
        found[passage.sentence_of(phrase.first)].append(phrase.first)
    starts = {start: word for word, start in enumerate(passage.starts)}
    for mention in reading.mentions:
        if mention.span.where == passage.where and mention.entity in (
            event.where or event.with_any
        ):
            at = starts.get(mention.span.start)
            if at is not None:
                found[passage.sentence_of(at)].append(at)
    return found


def _plain(passage: Passage, low: int, high: int) -> Iterator[str]:
    """The words in small letters: names are `wirewatch names`' business."""
    for word in range(low, high):
        text = passage.words[word]
        if len(text) >= _SHORTEST and text.isalpha() and not passage.begins_upper(word):
            yield text


def missing_words(
    tagger: Tagger, event: EventDefinition, articles: Iterable[Article]
) -> MissingWords:
    """The count over all these articles."""
    counted = MissingWords(tagger, event)
    for article in articles:
        counted.read(article)
    return counted
