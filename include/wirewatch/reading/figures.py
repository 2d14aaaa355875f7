"""Where do I change which figures are kept, and whose ledger is theirs? Sentence by sentence."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from wirewatch.reading.counts import Count, CountWords, count_words, counts
from wirewatch.reading.languages import LanguageData
from wirewatch.reading.ledgers import Ledgers, Stand, Whose, with_the_text
from wirewatch.reading.numbers import NumberWords, Sheet, cut, has_number, number_words, numbers
from wirewatch.reading.places import PlaceFinder
from wirewatch.reading.scopes import Scopes, scope_of, scopes
from wirewatch.records import Article, Figure, Mention, Quote, Span, Where

_LONGEST = 5_000  # characters: a longer “sentence” is read in pieces of this size
_BACK = 600  # characters: how far before a figure its place may have been named
_LOOK_BACK = 40  # quotes: how many before a figure may still contain it


@dataclass(frozen=True, slots=True, eq=False)
class _Words:
    numbers: NumberWords
    counts: CountWords
    scopes: Scopes
    no_places: frozenset[str]


def find_figures(
    article: Article,
    sentences: Sequence[Span],
    mentions: Sequence[Mention],
    ledgers: Ledgers,
    language_data: LanguageData,
    quotes: Sequence[Quote] = (),
) -> list[Figure]:
    """What is counted in title and text, in order of place.

    `quotes` (direct and reported) say who vouches for a figure.
    """
    words = _words(language_data)
    if words is None:
        return []
    finder = _Finder(article, sentences, mentions, ledgers, words, quotes)
    return with_the_text([figure for span in sentences for figure in finder.sentence(span)])


@lru_cache(maxsize=32)
def _words(language: LanguageData) -> _Words | None:
    read, kinds, scope = number_words(language), count_words(language), scopes(language)
    if read is None or kinds is None or scope is None:
        return None
    no_places = frozenset(language.section("figures")["scope"].get("no_places", "").split())
    return _Words(read, kinds, scope, no_places)


class _Finder:
    """Reads the figures of one article, sentence by sentence."""

    def __init__(
        self,
        article: Article,
        sentences: Sequence[Span],
        mentions: Sequence[Mention],
        ledgers: Ledgers,
        words: _Words,
        quotes: Sequence[Quote],
    ) -> None:
        self.words, self.nouns = words, ledgers.nouns
        self.stems = (*words.counts.stems, *ledgers.nouns)
        self.texts: dict[Where, str] = {"title": article.title, "text": article.text}
        self.whose = Whose(ledgers, self.texts, sentences, mentions)
        self.possible = {where: self._may_count(text.lower()) for where, text in self.texts.items()}
        self.places = PlaceFinder(mentions)
        self.quotes: dict[Where, list[Quote]] = {"title": [], "text": []}
        for quote in quotes:
            if quote.speaker:
                self.quotes[quote.span.where].append(quote)
        self.quote_starts = {
            where: [quote.span.start for quote in found] for where, found in self.quotes.items()
        }

    def _may_count(self, low: str) -> bool:
        return any(stem in low for stem in self.stems)

    def sentence(self, span: Span) -> Iterator[Figure]:
        """The figures of one sentence; a monstrous one is read in pieces."""
        if not self.possible[span.where]:
            return
        for start in range(span.start, span.end, _LONGEST):
            end = min(span.end, start + _LONGEST)
            low = self.texts[span.where][start:end].lower()
            if self._may_count(low) and has_number(low, self.words.numbers):
                yield from self._figures(span.where, start, end)

    def _figures(self, where: Where, start: int, end: int) -> Iterator[Figure]:
        sheet = cut(self.texts[where], start, end, self.words.numbers)
        found = counts(sheet, numbers(sheet, self.words.numbers), self.words.counts, self.nouns)
        for index, count in enumerate(found):
            first, last = sheet.start[count.number.start], sheet.end[count.number.last - 1]
            low = sheet.end[found[index - 1].number.last - 1] if index else start
            after = found[index + 1] if index + 1 < len(found) else None
            high = sheet.start[after.number.start] if after else end
            mention = self._place(where, (first, last), start, high)
            place = mention.entity or mention.text if mention else None
            place = place or self._unlisted(self.texts[where][last:high])
            stand = Stand(where, first, (start, end), place)
            yield self._figure(sheet, stand, count, (low, first, last, high))

    def _figure(
        self,
        sheet: Sheet,
        stand: Stand,
        count: Count,
        at: tuple[int, int, int, int],
    ) -> Figure:
        low, first, last, high = at
        where, place = stand.where, stand.place
        text = self.texts[where]
        said = sheet.start[count.first], sheet.end[min(count.last, len(sheet.end) - 1)]
        scope, cue = scope_of(
            text[low:first].lower(),
            text[last : max(last, said[1])].lower(),
            text[last:high].lower(),
            self.words.scopes,
            toll=count.toll,
        )
        definition = None
        if not count.part or scope == "day":
            definition, place = self.whose.ledger(count.counts, scope, stand)
        return Figure(
            span=Span(where=where, start=first, end=last),
            figure=definition.figure_id if definition else None,
            counts=count.counts,
            value=count.number.value,
            bound=count.number.bound,
            scope=scope,
            place=place,
            attribution=self._vouches(where, first),
            why=f"{text[min(said[0], first) : max(said[1], last)]}"[:200]
            + (f" · {cue}" if cue else ""),
        )

    def _place(self, where: Where, number: tuple[int, int], low: int, high: int) -> Mention | None:
        """The place named after a number up to `high`, else before it in its clause from `low`."""
        after = self.places.inside(where, number[1], high)
        if after:
            return after[0]
        before = self.places.inside(where, max(low, number[0] - _BACK), number[0])
        if not before:
            return None
        between = self.texts[where][before[-1].span.end : number[0]].lower()
        return None if self.words.scopes.clause.search(between) else before[-1]

    def _unlisted(self, right: str) -> str | None:
        match = self.words.scopes.place.search(right)
        first = match[1].split()[0].lower() if match else ""
        if match is None or first in self.words.numbers.months or first in self.words.no_places:
            return None
        return match[1].rstrip("’'-")

    def _vouches(self, where: Where, first: int) -> str | None:
        """Who said it: the speaker of the innermost quote or report that holds the figure."""
        at = bisect_right(self.quote_starts[where], first)
        for quote in reversed(self.quotes[where][max(0, at - _LOOK_BACK) : at]):
            if quote.span.start <= first < quote.span.end and quote.speaker:
                return quote.speaker.text
        return None
