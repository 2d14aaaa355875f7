"""Where do I change what is read in an article, and in which order? Everything here is pure."""

from collections.abc import Callable

from wirewatch.reading.entities import Names
from wirewatch.reading.events import Events
from wirewatch.reading.languages import LanguageData, language_data
from wirewatch.reading.passage import Passage
from wirewatch.records import Article, DateFound, Mention, Reading, Span, Vocabulary

VERSION = "1"
_SHORT = 200  # characters under which no language is told apart for sure


class Tagger:
    """A vocabulary compiled once; `read` is then a pure function of an article."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.tagger = f"{VERSION}/{vocabulary.version}/none"
        self._names = Names(vocabulary.entities)
        self._events: dict[str, Events] = {}

    def read(self, article: Article) -> Reading:
        """Everything found in title and text, in order of place, title first."""
        passages = (Passage("title", article.title), Passage("text", article.text))
        language = article.language
        data = language_data(language or "en")
        sentences = tuple(
            Span(where=passage.where, start=start, end=end)
            for passage in passages
            for start, end in passage.sentences
        )
        mentions = self._names.find(passages, data)
        dates: tuple[DateFound, ...] = ()
        return Reading(
            article_id=article.article_id,
            tagger=self.tagger,
            language=language,
            sentences=sentences,
            mentions=tuple(mentions),
            events=tuple(self._events_in(data).find(passages, mentions, dates)),
        )

    def _events_in(self, data: LanguageData) -> Events:
        if data.code not in self._events:
            known = [entity.entity_id for entity in self.vocabulary.entities]
            self._events[data.code] = Events(self.vocabulary.events, known, data)
        return self._events[data.code]
