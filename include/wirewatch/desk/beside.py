"""Two articles side by side: which passage is whose, what was reworded, left out, added.

Sentences are paired by the words that they share; of a pair the words that differ are marked.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final, Literal

from wirewatch.records import Article
from wirewatch.text import fold, sentences, words

MOST: Final = 300  # sentences of each; more are left out
_ALIKE: Final = 0.4  # share of common words from which on two sentences are one reworded


@dataclass(frozen=True, slots=True)
class Pair:
    """A row of the comparison: pieces of either side, each with what it is; () for nothing."""

    left: Sequence[tuple[str, bool]]
    right: Sequence[tuple[str, bool]]
    kind: Literal["same", "reworded", "left out", "added"]


def beside(one: Article, other: Article) -> list[Pair]:
    """The rows in the order of `one`, with what only `other` has where `other` has it."""
    lefts, rights = list(_cut(one))[:MOST], list(_cut(other))[:MOST]
    partner = _partners(lefts, rights)
    taken = {right: left for left, right in partner.items()}
    rows: list[Pair] = []
    done = 0
    for number, text in enumerate(lefts):
        if number not in partner:
            rows.append(Pair([(text, True)], (), "left out"))
            continue
        at = partner[number]
        while done < at:  # what the other has before its own passage
            if done not in taken:
                rows.append(Pair((), [(rights[done], True)], "added"))
            done += 1
        done = max(done, at + 1)
        rows.append(_pair(text, rights[at]))
    rest = (n for n in range(done, len(rights)) if n not in taken)
    rows += [Pair((), [(rights[number], True)], "added") for number in rest]
    return rows


def _cut(article: Article) -> Iterator[str]:
    for text in (article.title, article.text):
        yield from (text[start:end] for start, end in sentences(text))


def _partners(lefts: Sequence[str], rights: Sequence[str]) -> dict[int, int]:
    """Which sentence of the right is which of the left; the likest pairs first, each once."""
    bags = [_bag(text) for text in rights]
    scored = []
    for i, text in enumerate(lefts):
        own = _bag(text)
        for j, bag in enumerate(bags):
            shared = len(own & bag)
            score = 2 * shared / max(1, len(own) + len(bag))
            if score >= _ALIKE:
                scored.append((score, i, j))
    found: dict[int, int] = {}
    used: set[int] = set()
    for _, i, j in sorted(scored, key=lambda one: (-one[0], abs(one[1] - one[2]), one[1])):
        if i not in found and j not in used:
            found[i] = j
            used.add(j)
    return found


def _bag(text: str) -> set[str]:
    folded = fold(text)
    return {folded[start:end] for start, end in words(folded)}


def _pair(left: str, right: str) -> Pair:
    if left == right:
        return Pair([(left, False)], [(right, False)], "same")
    a, b = left.split(), right.split()
    marked: tuple[list[tuple[str, bool]], list[tuple[str, bool]]] = ([], [])
    matcher = SequenceMatcher(None, [fold(w) for w in a], [fold(w) for w in b], autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        differs = tag != "equal"
        if i2 > i1:
            marked[0].append((" ".join(a[i1:i2]), differs))
        if j2 > j1:
            marked[1].append((" ".join(b[j1:j2]), differs))
    return Pair(marked[0], marked[1], "reworded")
