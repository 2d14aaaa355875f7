"""Where do I change where a clause ends? Cue words count within their clause only."""

from functools import lru_cache

from wirewatch.reading.languages import LanguageData
from wirewatch.reading.passage import Passage

_MARKS = frozenset(",;:()[]|…!?")


@lru_cache(maxsize=32)
def _openers(data: LanguageData) -> frozenset[str]:
    return frozenset(data.words("clauses", "openers"))


def clauses(passage: Passage, first: int, after: int, data: LanguageData) -> list[int]:
    """For each word from `first` to `after` the number of its clause.

    A clause ends at a comma, a colon, brackets, a dash between spaces, and before the words that
    open another (as, while, who …), which belong to the clause that they open.
    """
    openers = _openers(data)
    number = 0
    found: list[int] = []
    for word in range(first, after):
        if word > first and (passage.words[word] in openers or _ends(passage, word - 1)):
            number += 1
        found.append(number)
    return found


def _ends(passage: Passage, word: int) -> bool:
    gap = passage.between(word)
    if gap == " ":
        return False
    if gap == "-":
        return passage.text[passage.ends[word]] == "—"
    return not _MARKS.isdisjoint(gap) or " - " in gap or "--" in gap
