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
    placed: frozenset[str]
    particles: frozenset[str]


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
        placed=key("placed"),
        particles=key("particles"),
    )


def style(passage: Passage, word: int) -> str:
    """How the sentence of a word is set: “plain”, “title” (Every Word So) or “capitals”.

    Where every word has a capital, capitals say nothing about names.
    """
    sentence = passage.sentence_of(word)
    if sentence not in passage.styles:
        first, after = passage.words_of(sentence)
        passage.styles[sentence] = _style(passage, range(first, min(after, first + 80)))
    return passage.styles[sentence]


def _style(passage: Passage, words: range) -> str:
    long = [i for i in words if passage.ends[i] - passage.starts[i] > 3]
    if len(long) < 3:
        capitals = len(words) > 2 and all(map(passage.all_capitals, words))
        return "capitals" if capitals else "plain"
    if sum(map(passage.all_capitals, long)) > 0.7 * len(long):
        return "capitals"
    return "title" if sum(map(passage.begins_upper, long)) > 0.7 * len(long) else "plain"


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
        head = passage.words[before - 1] in known.heads and passage.begins_upper(before - 1)
        return before - 1 if head and set_as == "plain" else None
    if gap == " " and word in known.particles and before > first:
        return before if passage.begins_upper(before - 1) and set_as == "plain" else None
    if gap == "-":
        return before if word in known.before else None
    initial = gap == ". " and len(word) == 1
    if not (gap == " " or initial) or set_as != "plain" or not passage.begins_upper(before):
        return None
    if _no_part(word, known) or (before == first and _opens(word, known)):
        return None
    return before


def _after(passage: Passage, i: int, listed: set[int], known: Neighbours, set_as: str) -> bool:
    after = i + 1
    if after in listed or passage.sentence_of(after) != passage.sentence_of(i):
        return False
    word = passage.words[after]
    if passage.between(i) != " " or not passage.begins_upper(after):
        return False
    if word in known.tails:
        return True
    if i > 0 and passage.words[i - 1] in known.placed and passage.between(i - 1) == " ":
        return False
    return set_as == "plain" and not _no_part(word, known)


def _no_part(word: str, known: Neighbours) -> bool:
    return (
        word in known.beside
        or word in known.openers
        or (word.endswith(known.endings) and len(word) > 4)
    )


def _opens(word: str, known: Neighbours) -> bool:
    return word.endswith(known.opener_endings) and len(word) > 4
