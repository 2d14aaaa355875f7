"""Where do I change which names are offered as new? Those with capitals that nobody listed."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from wirewatch.reading.languages import language_data
from wirewatch.reading.longer_names import neighbours, style
from wirewatch.reading.passage import Passage
from wirewatch.reading.tagger import Tagger
from wirewatch.records import Article

_LONGEST = 5  # words


@dataclass(slots=True)
class SeenNames:
    """The names of articles that no entity of the vocabulary covers, counted once an article."""

    articles: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    kinds: dict[str, str] = field(default_factory=dict)
    examples: dict[str, tuple[str, str]] = field(default_factory=dict)

    def common(self, at_least: int) -> list[tuple[str, int]]:
        """The names in at least so many articles, the commonest first."""
        ranked = sorted(self.counts.items(), key=lambda one: (-one[1], one[0]))
        return [(name, count) for name, count in ranked if count >= at_least]


def seen_names(tagger: Tagger, articles: Iterable[Article]) -> SeenNames:
    """All names that these articles hold and the vocabulary does not."""
    seen = SeenNames()
    for article in articles:
        seen.articles += 1
        here: dict[str, tuple[str, str]] = {}
        for name, kind, sentence in _names(tagger, article):
            here.setdefault(name, (kind, sentence))
        for name, (kind, sentence) in here.items():
            seen.counts[name] += 1
            seen.examples.setdefault(name, (sentence, article.url))
            if kind:
                seen.kinds[name] = kind
    return seen


def _names(tagger: Tagger, article: Article) -> Iterator[tuple[str, str, str]]:
    """Name, kind (of the model's finds) and sentence, from the model and from capital letters."""
    reading = tagger.read(article)
    plain = neighbours(language_data(reading.language or "en"))
    not_names = plain.openers | plain.plain_words | plain.beside
    for passage in (Passage("title", article.title), Passage("text", article.text)):
        listed = [m for m in reading.mentions if m.span.where == passage.where]
        covered = {at for m in listed if m.entity for at in range(m.span.start, m.span.end)}
        for mention in listed:
            if mention.entity is None and covered.isdisjoint(
                range(mention.span.start, mention.span.end)
            ):
                yield mention.text, mention.kind, _sentence(passage, mention.span.start)
        for first, after in _runs(passage, covered, not_names):
            start, end = passage.starts[first], passage.ends[after - 1]
            yield passage.text[start:end], "", _sentence(passage, start)


def _sentence(passage: Passage, place: int) -> str:
    for start, end in passage.sentences:
        if start <= place < end:
            return passage.text[start:end]
    return ""


def _runs(
    passage: Passage, covered: set[int], not_names: frozenset[str]
) -> Iterator[tuple[int, int]]:
    """Stretches of words with a capital, where plain words have none.

    The first word of a sentence has a capital anyway: alone it is no name.
    """
    opening = set(passage.first)

    def may(word: int) -> bool:
        return (
            passage.begins_upper(word)
            and passage.starts[word] not in covered
            and not_names.isdisjoint((passage.words[word], passage.words[word].removesuffix("s")))
            and style(passage, word) == "plain"
        )

    word, count = 0, len(passage.words)
    while word < count:
        first = word
        while (
            word < count
            and word - first < _LONGEST
            and may(word)
            and (word == first or passage.between(word - 1) in (" ", "-"))
        ):
            word += 1
        if word > first + (first in opening):
            yield first, word
        word = max(word, first + 1)
