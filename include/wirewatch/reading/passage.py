"""Where do I change how a text is cut into words? One title or text, cut once for all finders."""

import re
from bisect import bisect_right

from wirewatch.records import Where
from wirewatch.text import fold, sentences

# “U.S.” is one word, written “us”; the ’s of “Rafah's” is no part of it, the n't of “isn't” is.
# What French and Italian tie to the next word is a word of its own: l'offensive, d'entrer.
_WORD = re.compile(
    r"((?:[^\W\d_]\.){2,}|(?:[cdjlmnst]|qu|dell|all|nell|sull)(?='[^\W\d_]{2})"
    r"|[^\W_]+(?:'(?!s(?![^\W_]))[^\W_]+)*)('s(?![^\W_]))?"
)


class Passage:
    """The words of one title or text: folded, with their places and their sentences.

    `words` are folded to lower case; word `i` stands at `starts[i]` to `ends[i]` of `text`.
    `sentences` are (start, end), `first` the number of each one's first word.
    """

    __slots__ = (
        "ends",
        "first",
        "folded",
        "sentences",
        "starts",
        "styles",
        "text",
        "where",
        "words",
    )

    def __init__(self, where: Where, text: str) -> None:
        self.where: Where = where
        self.text = text
        self.folded = fold(text)
        self.words: list[str] = []
        self.starts: list[int] = []
        self.ends: list[int] = []
        for match in _WORD.finditer(self.folded):
            start, end = match.span(1)
            word = match[1]
            self.words.append(word.replace(".", "") if "." in word else word)
            self.starts.append(start)
            self.ends.append(end)
        self.sentences = sentences(text)
        self.first = self._first_words()
        self.styles: dict[int, str] = {}  # how each sentence is set, as far as somebody asked

    def _first_words(self) -> list[int]:
        first: list[int] = []
        word, count = 0, len(self.starts)
        for start, _ in self.sentences:
            while word < count and self.starts[word] < start:
                word += 1
            first.append(word)
        return first

    def sentence_of(self, word: int) -> int:
        """The number of the sentence in which a word stands."""
        return max(0, bisect_right(self.first, word) - 1)

    def words_of(self, sentence: int) -> tuple[int, int]:
        """The first word of a sentence and the one past its last."""
        after = sentence + 1
        return self.first[sentence], self.first[after] if after < len(self.first) else len(
            self.words
        )

    def between(self, word: int) -> str:
        """What stands between a word and the next one: a space, a comma, ’s, a hyphen."""
        return self.folded[self.ends[word] : self.starts[word + 1]]

    def capital(self, word: int) -> bool:
        """Whether a word begins with a capital (or is of a script that has none)."""
        char = self.text[self.starts[word]]
        return not char.islower() and not char.isdigit()

    def begins_upper(self, word: int) -> bool:
        """Whether a word begins with a letter that could have been small and is not."""
        return self.text[self.starts[word]].isupper()

    def all_capitals(self, word: int) -> bool:
        """Whether all letters of a word are capitals (or of a script that has none)."""
        return not any(map(str.islower, self.text[self.starts[word] : self.ends[word]]))


def spell(typed: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The words of a spelling: folded, and with the capitals as typed."""
    folded: list[str] = []
    cased: list[str] = []
    for match in _WORD.finditer(fold(typed)):
        folded.append(match[1].replace(".", ""))
        cased.append(typed[slice(*match.span(1))].replace(".", ""))
    return tuple(folded), tuple(cased)
