"""Which lines does a host print under or over all its stories? Where do I change that? Here.

Newsletter offers, house rules and evergreen teasers stand at the edge of articles that have nothing
else in common. A line goes when it was seen there in several different stories; what a
story tells, however often it is printed, stays: quotes, figures, and all that only one story has.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlsplit

from wirewatch.articles.canonical import url_key
from wirewatch.articles.wording import letters
from wirewatch.records import Article
from wirewatch.text import digest, fold

DAYS_KEPT: Final = 14
# How many unlike stories must have the line, when they are of one day and when of several.
STORIES: Final = 3
STORIES_OF_ONE_DAY: Final = 5
AT_THE_TOP: Final = 2
AT_THE_END: Final = 6
MOST_WORDS: Final = 60
# Titles that share more than this part of their words may be of one story.
ALIKE: Final = 0.2
_QUOTED: Final = frozenset('“”„‟«»‹›"「」『』')


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """A line at the edge of an article, as hashes; `day` counts from the year 1."""

    host: str
    line: str
    article: str
    day: int
    title_words: frozenset[str]


def sightings(article: Article, day: int) -> list[Sighting]:
    """The lines of an article that may turn out to be its host's, not its story's."""
    host = _hash(urlsplit(article.url).hostname or "")
    key, words = article_hash(article.url), _title_words(article.title)
    return [
        Sighting(host=host, line=line, article=key, day=day, title_words=words)
        for line in dict.fromkeys(edge_lines(article).values())
    ]


def article_hash(url: str) -> str:
    """The article's name in sightings."""
    return _hash(url_key(url))


def edge_lines(article: Article) -> dict[int, str]:
    """The hash of each line that could be furniture, by its place in the text."""
    lines = article.text.split("\n")
    places = [*range(AT_THE_TOP), *range(max(AT_THE_TOP, len(lines) - AT_THE_END), len(lines))]
    return {
        place: _hash(letters(lines[place]))
        for place in places
        if place < len(lines) and _may_be_furniture(lines[place])
    }


def without_repeated(article: Article, known: Iterable[Sighting], day: int) -> tuple[Article, int]:
    """The article without its host's lines, and how many those were. Never all of its lines."""
    seen: dict[str, list[Sighting]] = {}
    for one in (*known, *sightings(article, day)):
        seen.setdefault(one.line, []).append(one)
    edges = edge_lines(article)
    doomed = {place for place, line in edges.items() if is_furniture(seen[line])}
    lines = article.text.split("\n")
    if not doomed or len(doomed) == len(lines):
        return article, 0
    kept = [line for place, line in enumerate(lines) if place not in doomed]
    return replace(article, text="\n".join(kept)), len(doomed)


def is_furniture(seen: Sequence[Sighting]) -> bool:
    """Whether a line that was seen in these places belongs to the host, not to one story.

    Articles whose titles share words count as one story: a statement that a paper prints in
    three reports of a day is news.
    """
    if len({one.article for one in seen}) < STORIES:
        return False
    stories: list[frozenset[str]] = []
    by_article: Mapping[str, Sighting] = {one.article: one for one in seen}
    for one in by_article.values():
        if one.title_words and not any(_alike(one.title_words, other) for other in stories):
            stories.append(one.title_words)
    days = len({one.day for one in seen})
    return len(stories) >= (STORIES if days > 1 else STORIES_OF_ONE_DAY)


def _may_be_furniture(line: str) -> bool:
    """What quotes somebody or counts something is never dropped by its repetition."""
    if not 3 <= len(line.split()) <= MOST_WORDS:
        return False
    return not any(letter in _QUOTED or letter.isdigit() for letter in line)


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    return len(one & other) > ALIKE * len(one | other)


def _title_words(title: str) -> frozenset[str]:
    """The title's longer words as hashes; pairs of letters where words have no spaces between."""
    words = [word for word in fold(title).split() if len(word) > 3]
    if len(words) < 3:
        plain = letters(title)
        words = [plain[place : place + 2] for place in range(len(plain) - 1)]
    return frozenset(_hash(word)[:6] for word in words)


def _hash(text: str) -> str:
    return digest("line", text)[:20]
