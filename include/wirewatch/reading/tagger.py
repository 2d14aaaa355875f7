"""Where do I change what is read in an article, and in which order? Everything here is pure."""

from wirewatch.reading.dates import day_of, find_dates
from wirewatch.reading.entities import Names
from wirewatch.reading.events import Events
from wirewatch.reading.figures import find_figures
from wirewatch.reading.language import detect
from wirewatch.reading.languages import LanguageData, language_data
from wirewatch.reading.ledgers import Ledgers
from wirewatch.reading.names import FindsNames, model_names, model_version
from wirewatch.reading.passage import Passage
from wirewatch.reading.quotes import find_quotes
from wirewatch.records import Article, Mention, Reading, Span, Vocabulary

VERSION = "1"
_SHORT = 300  # characters: of a shorter text the language is not told for sure


class Tagger:
    """A vocabulary compiled once; `read` is then a pure function of an article.

    `model` is a spaCy package that finds names which nobody listed, or “none”. Raises NoModel.
    """

    def __init__(self, vocabulary: Vocabulary, model: str = "none") -> None:
        self.vocabulary = vocabulary
        self.tagger = f"{VERSION}/{vocabulary.version}/{model_version(model)}"
        self._model: FindsNames | None = model_names(model)
        self._names = Names(vocabulary.entities)
        self._events: dict[str, Events] = {}
        self._ledgers: dict[str, Ledgers] = {}

    def read(self, article: Article) -> Reading:
        """Everything found in title and text, in order of place, title first."""
        passages = (Passage("title", article.title), Passage("text", article.text))
        language, data = _language(article)
        sentences = tuple(
            Span(where=passage.where, start=start, end=end)
            for passage in passages
            for start, end in passage.sentences
        )
        mentions = self._names.find(passages, data)
        dates = find_dates(article, sentences, data)
        quotes = find_quotes(article, sentences, mentions, data)
        figures = find_figures(article, sentences, mentions, self._ledgers_in(data), data, quotes)
        return Reading(
            article_id=article.article_id,
            tagger=self.tagger,
            language=language,
            sentences=sentences,
            mentions=tuple(self._with_unlisted(article, mentions)),
            events=tuple(self._events_in(data).find(passages, mentions, dates, day_of(article))),
            figures=tuple(figures),
            quotes=tuple(quotes),
            dates=tuple(dates),
        )

    def _with_unlisted(self, article: Article, mentions: list[Mention]) -> list[Mention]:
        if self._model is None:
            return mentions
        found = [*mentions, *self._model(article, mentions)]
        return sorted(found, key=lambda m: (m.span.where == "text", m.span.start, m.span.end))

    def _events_in(self, data: LanguageData) -> Events:
        if data.code not in self._events:
            known = [entity.entity_id for entity in self.vocabulary.entities]
            definitions = self.vocabulary.events if data.section("status") else ()
            self._events[data.code] = Events(definitions, known, data)
        return self._events[data.code]

    def _ledgers_in(self, data: LanguageData) -> Ledgers:
        if data.code not in self._ledgers:
            self._ledgers[data.code] = Ledgers(self.vocabulary, data)
        return self._ledgers[data.code]


def _language(article: Article) -> tuple[str | None, LanguageData]:
    """The language, and the data to read by: for a short text of a doubtful language, English."""
    if article.language:
        return article.language, language_data(article.language)
    language = detect(f"{article.title}\n{article.text}")
    data = language_data(language)
    if not data.known and len(article.title) + len(article.text) < _SHORT:
        data = language_data("en")
    return language, data
