"""Where do I change when a name is part of a longer one? George Santos is not Santos."""

from dataclasses import dataclass
from functools import lru_cache

from wirewatch.reading.languages import LanguageData
from wirewatch.reading.passage import Passage


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The words that may stand beside a name with a capital and be no part of it."""

    guarded: bool
    openers: frozenset[str]
    beside: frozenset[str]
    before: frozenset[str]
    heads: frozenset[str]
    tails: frozenset[str]
    endings: tuple[str, ...]
    opener_endings: tuple[str, ...]
    plain_words: frozenset[str]
    links: frozenset[str]


@lru_cache(maxsize=32)
def neighbours(data: LanguageData) -> Neighbours:
    """What a language's file says about the words beside names; without it nothing is guarded."""

    def key(name: str) -> frozenset[str]:
        return frozenset(data.words("names", name))

    return Neighbours(
        guarded=bool(data.section("names").get("guard")),
        openers=key("openers"),
        beside=key("directions") | key("titles") | key("days") | key("peoples"),
        before=key("before"),
        heads=key("heads"),
        tails=key("tails"),
        endings=data.words("names", "people_endings"),
        opener_endings=data.words("names", "opener_endings"),
        plain_words=key("plain_words"),
        links=key("links"),
    )


def style(passage: Passage, word: int) -> str:
    """How the sentence of a word is set: “plain”, “title” (Every Word So) or “capitals”.

    Where every word has a capital, capitals say nothing about names.
    """
    first, after = passage.words_of(passage.sentence_of(word))
    first, after = max(first, word - 40), min(after, word + 40)
    long = [i for i in range(first, after) if passage.ends[i] - passage.starts[i] > 3]
    if len(long) < 3:
        return "capitals" if after - first > 2 and _all_capitals(passage, first, after) else "plain"
    if sum(map(passage.all_capitals, long)) > 0.7 * len(long):
        return "capitals"
    return "title" if sum(map(passage.capital, long)) > 0.7 * len(long) else "plain"


def _all_capitals(passage: Passage, first: int, after: int) -> bool:
    return all(map(passage.all_capitals, range(first, after)))


def longer_name(passage: Passage, i: int, listed: set[int], known: Neighbours) -> str | None:
    """The longer name that a one-word name is part of, or None.

    `listed` are the words that belong to other listed names, which are never part of this one.
    """
    if not known.guarded:
        return None
    set_as = style(passage, i)
    before = _before(passage, i, listed, known, set_as)
    if before is not None:
        return passage.text[passage.starts[before] : passage.ends[i]]
    if i + 1 < len(passage.words) and _after(passage, i, listed, known, set_as):
        return passage.text[passage.starts[i] : passage.ends[i + 1]]
    return None


def _before(
    passage: Passage, i: int, listed: set[int], known: Neighbours, set_as: str
) -> int | None:
    first = passage.first[passage.sentence_of(i)]
    before = i - 1
    if before < first or before in listed:
        return None
    gap = passage.between(before)
    word = passage.words[before]
    if gap == " " and word in known.links and before > first:
        return before - 1 if passage.words[before - 1] in known.heads else None
    if gap == "-":
        return before if word in known.before else None
    initial = gap == ". " and len(word) == 1
    if not (gap == " " or initial) or set_as != "plain" or not passage.capital(before):
        return None
    if _no_part(word, known) or (before == first and _opens(word, known)):
        return None
    return before


def _after(passage: Passage, i: int, listed: set[int], known: Neighbours, set_as: str) -> bool:
    after = i + 1
    if after in listed or passage.sentence_of(after) != passage.sentence_of(i):
        return False
    word = passage.words[after]
    if passage.between(i) != " " or not passage.capital(after):
        return False
    if word in known.tails:
        return True
    return set_as == "plain" and not _no_part(word, known)


def _no_part(word: str, known: Neighbours) -> bool:
    return (
        word in known.beside
        or word in known.openers
        or word.endswith(known.endings)
        and len(word) > 4
    )


def _opens(word: str, known: Neighbours) -> bool:
    return word.endswith(known.opener_endings) and len(word) > 4
