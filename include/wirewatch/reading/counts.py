"""Where do I change what a number counts: the killed, the injured …? Letters and patterns.

A sentence becomes one letter for each word and number, and a few patterns are tried at each
number, as “N w b V”: a number, a noun, a helper, a verb that is done to people.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from wirewatch.reading.languages import LanguageData
from wirewatch.reading.numbers import Number, Sheet

KINDS = ("killed", "injured", "missing", "displaced", "arrested", "hostages", "released")
_REACH = 26  # letters to either side of a number

# Letters: N number, V done to people (killed), G doing it (killing), J a count of it (dead), D it
# happened (died), Q both count and “of” (deaths), O only “of”, T toll, L lives, K takes lives,
# S suffers, H harm, B to be, b other helpers, o of, i including, a and, r who, p other small
# words, m them, w any other word, “,”, “(”, “)”, x what ends a clause.
_NOUNS = r"[wo]{0,6}(?:aw{1,4})?"
_MORE = r"(?:(?:,a?|a)[wo]{0,2}N[wo]{0,6}){0,4}"
_ASIDE = r"(?:\([^()x]{0,12}\)|,[iwaopNr]{1,14},)?"
_DONE = re.compile(
    rf"(?P<nouns>{_NOUNS})(?P<more>{_MORE}){_ASIDE}(?P<who>r?)(?P<be>[Bb]{{0,4}})\(?(?:w(?=[VDQ]))?(?P<verb>[VDJQH])"
)
_BARE = re.compile(r"o?w{0,5}(?:aw{1,3})?")  # nouns before a verb without a helper
_DONE_FAR = re.compile(
    r"[wo]{0,6}J?(?:p[wNa]{1,6}|o[wa]{1,6}){1,3},?r?(?=[Bb]*B)[Bb]{1,4}w?(?P<verb>[VDJ])"
)
_DIED_FAR = re.compile(r"[wo]{0,6}(?:p[wNa]{1,6}|o[wa]{1,6}){1,3}b{0,3}(?P<verb>D)")
_DOES = re.compile(r"(?P<verb>[VG])[wb]{0,3}$")
_DOES_TOO = re.compile(r"(?P<verb>[VG])[wb]{0,3}N[wo]{0,6}(?:,a?|a)[w]{0,3}$")
_DOES_AND = re.compile(r"(?P<verb>[VG])w{1,4}aw?$")
_OF = re.compile(r"(?P<verb>[QOG])ow{0,2}$")
_TOLL = re.compile(r"(?P<verb>T)[^xN]{0,18}$")
_LIVES = re.compile(r"[wo]{0,3}L")
_TAKES = re.compile(r"K[wb]{0,3}$")
_SUFFERS = re.compile(r"[wob]{0,6}S[wo]{0,6}(?P<verb>[HJ])")
_PART = re.compile(r"i[wo]{0,3}$")
_OF_WHOM = re.compile(r"om[wo]{0,1}$")
_OF_THEM = re.compile(r"om")
_THEN_DONE = re.compile(r"[wbB]{0,4}V")


@dataclass(frozen=True, slots=True)
class Count:
    """A number with what it counts; `part` if it is only a part of another one (“including 7”)."""

    number: Number
    counts: str
    first: int  # the tokens that say so, the number with them
    last: int
    toll: bool = False
    part: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class CountWords:
    """The letter and the kind of each word of a language's [figures]."""

    letters: Mapping[str, tuple[str, str]]
    phrases: Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]
    stems: tuple[str, ...]
    same: Mapping[str, str]
    needs: Mapping[str, tuple[str, ...]]
    number_of: tuple[tuple[str, ...], ...] = ()
    some_of: frozenset[str] = frozenset()

    def kind(self, noun: str) -> str | None:
        """The kind that a noun stands for (“deaths”: killed), None for a plain noun."""
        noun = self.same.get(noun, noun)
        return noun if noun in KINDS else None


@lru_cache(maxsize=32)
def count_words(language: LanguageData) -> CountWords | None:
    """What a language's [figures] say of each word, None without them."""
    section = language.section("figures")
    if not section:
        return None
    letters: dict[str, tuple[str, str]] = dict(_small_words(section["words"]))
    phrases: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    stems: set[str] = set()
    for phrase in section["words"].get("be_phrases", ()):
        parts = tuple(phrase.split())
        phrases.setdefault(parts[0], []).append((parts, ""))
    for kind in KINDS:
        words = section.get(kind, {})
        found = dict(_letters_of(words))
        letters.update({word: (letter, kind) for word, letter in found.items()})
        stems.update(word for word, letter in found.items() if letter not in "KSL")
        for phrase in words.get("phrases", ()):
            parts = tuple(phrase.split())
            phrases.setdefault(parts[0], []).append((parts, kind))
            stems.add(phrase)
    return CountWords(
        letters=letters,
        phrases={
            first: tuple(sorted(rest, key=lambda one: -len(one[0])))
            for first, rest in phrases.items()
        },
        stems=_shortest(stems | set(section["killed"].get("lives", "").split())),
        same=section.get("same", {}),
        needs={
            kind: tuple(section[kind]["needs"].strip().split("|"))
            for kind in KINDS
            if "needs" in section.get(kind, {})
        },
        number_of=tuple(tuple(p.split()) for p in section["words"].get("number_of", ())),
        some_of=frozenset(section["words"].get("some_of", "").split()),
    )


def _small_words(words: Mapping[str, Any]) -> Iterator[tuple[str, tuple[str, str]]]:
    for key, letter in (
        ("stop", "p"),
        ("helpers", "b"),
        ("be", "B"),
        ("and_words", "a"),
        ("clause", "c"),
        ("including", "i"),
        ("of", "o"),
        ("who", "r"),
        ("them", "m"),
    ):
        for word in words[key].split():
            yield word, (letter, "")


def _letters_of(words: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Each word of a kind with its letter; the later of two uses wins, so the order matters."""
    sets = {
        key: set(value.split())
        for key, value in words.items()
        if isinstance(value, str) and key != "needs"
    }
    for key, letter in (
        ("harm", "H"),
        ("of", "O"),
        ("count", "J"),
        ("doing", "G"),
        ("happened", "D"),
        ("done", "V"),
        ("toll", "T"),
        ("lives", "L"),
        ("takes_lives", "K"),
        ("suffers", "S"),
    ):
        for word in sets.get(key, ()):
            yield word, letter
    for word in sets.get("of", set()) & sets.get("count", set()):
        yield word, "Q"


def _shortest(words: set[str]) -> tuple[str, ...]:
    """The words that hold none of the others: enough to see whether any may be in a text."""
    kept: list[str] = []
    for word in sorted(words, key=len):
        if not any(short in word for short in kept):
            kept.append(word)
    return tuple(kept)


def counts(
    sheet: Sheet, found: list[Number], words: CountWords, nouns: Mapping[str, str]
) -> list[Count]:
    """What each number of a sentence counts, in order; those that count nothing known are left out.

    `nouns` are the plain nouns that a desk keeps figures of.
    """
    items = _items(sheet, found, words)
    tags = "".join(letter for letter, _, _, _ in items)
    result: list[Count] = []
    for place, (letter, _, _, number) in enumerate(items):
        if letter == "N" and number is not None:
            count = _count(place, number, items, tags, result)
            count = count or _noun(place, number, items, sheet, nouns, result)
            if count and _is_of_people(count, sheet, words):
                result.append(count)
    return result


def _is_of_people(count: Count, sheet: Sheet, words: CountWords) -> bool:
    needs = words.needs.get(count.counts)
    return needs is None or any(word.startswith(needs) for word in sheet.low)


_Item = tuple[str, str, int, Number | None]  # letter, kind, first token, the number


def _items(sheet: Sheet, found: list[Number], words: CountWords) -> list[_Item]:
    items: list[_Item] = []
    by_start = {number.start: number for number in found}
    at, low = 0, sheet.low
    while at < len(low):
        number = by_start.get(at)
        if number is not None:
            items.append(("N", "", at, number))
            at = number.last
            continue
        word = low[at]
        for parts, kind in words.phrases.get(word, ()):
            if tuple(low[at : at + len(parts)]) == parts:
                items.append(("V" if kind else "B", kind, at, None))
                at += len(parts)
                break
        else:
            items.append((*_letter(word, words), at, None))
            at += 1
    return _with_number_of(items, low, words)


def _with_number_of(items: list[_Item], low: Sequence[str], words: CountWords) -> list[_Item]:
    """The items, with a toll for the verb in “the number of people killed has risen to 40”."""
    for place, (_, _, at, _) in enumerate(items):
        for parts in words.number_of:
            if tuple(low[at : at + len(parts)]) != parts:
                continue
            if not words.some_of.isdisjoint(low[max(0, at - 2) : at]):
                continue
            first = place + len(parts)
            for after, (letter, kind, start, _) in enumerate(items[first : first + 5], first):
                if letter in "VJDQ":
                    items[after] = ("T", kind, start, None)
                    break
    return items


def _letter(word: str, words: CountWords) -> tuple[str, str]:
    known = words.letters.get(word)
    if known:
        return known
    if word[0].isalnum():
        return "w", ""
    if word in ",()":
        return word, ""
    return ("w" if word in "'’\"“”‘." else "x"), ""


def _count(
    place: int, number: Number, items: list[_Item], tags: str, before: list[Count]
) -> Count | None:
    right = tags[place + 1 : place + 1 + _REACH]
    left = tags[max(0, place - _REACH) : place]
    base = place - len(left)

    part = bool(before) and (_PART.search(left) or _OF_WHOM.search(left)) is not None

    def made(at: int, *, toll: bool = False) -> Count:
        low, high = sorted((place, at))
        return Count(number, items[at][1], items[low][2], items[high][2], toll, part)

    toll = _TOLL.search(left)
    if toll:
        return made(base + toll.start("verb"), toll=True)
    does = _active(left, base, tags)
    done = _done(right)
    if done is not None:
        at = place + 1 + done
        of = _OF.search(left)
        if items[at][1] == "hostages" and (does is not None or of):
            return made(does if does is not None else base + of.start("verb") if of else at)
        freed = _THEN_DONE.match(tags, at + 1)
        if items[at][1] == "hostages" and freed and items[freed.end() - 1][1] == "released":
            at = freed.end() - 1
        return made(at)
    if does is not None:
        return made(does)
    if _LIVES.match(right) and _TAKES.search(left):
        return made(place + right.index("L") + 1)
    suffers = _SUFFERS.match(right)
    if suffers:
        return made(place + 1 + suffers.start("verb"))
    of = _OF.search(left)
    if of:
        return made(base + of.start("verb"))
    if before and (part or _OF_THEM.match(right)):
        last = before[-1]
        return Count(number, last.counts, last.first, items[place][2], part=True)
    return None


def _done(right: str) -> int | None:
    """How far to the right of a number stands what is said of it, None if nothing is."""
    near = _DONE.match(right)
    far = _DONE_FAR.match(right) or _DIED_FAR.match(right)
    if near is None or (far and right[near.start("verb")] == "J"):
        return far.start("verb") if far else None
    verb, helped = near.start("verb"), "B" in near["be"]
    letter = right[verb]
    if near["more"] and right[verb - 1] == "N":
        return None  # “139,000 cases and 8,500 deaths”
    if letter != "D" and not helped and not _BARE.fullmatch(near["nouns"]):
        return None  # “hundreds attend the funeral of a worker killed …”
    if letter in "JQ" and len(near["nouns"]) > 4 and not near["be"]:
        return None
    if letter == "V" and not helped and (near["who"] or _leads(right[verb + 1 :])):
        return None  # “gunmen who killed 10”
    return verb


def _leads(after: str) -> bool:
    number = re.match(r"[wb]{0,2}N", after)
    return number is not None and _DONE.match(after, number.end()) is None


def _active(left: str, base: int, tags: str) -> int | None:
    """Where the verb stands that does it to the number: “killed 40”, not “were killed 40 …”."""
    for pattern in (_DOES, _DOES_TOO, _DOES_AND):
        match = pattern.search(left)
        if match:
            at = match.start("verb")
            passive = left[at] == "V" and re.search(r"B[bw]?$", left[:at]) is not None
            return None if passive else base + at
    return None


def _noun(
    place: int,
    number: Number,
    items: list[_Item],
    sheet: Sheet,
    nouns: Mapping[str, str],
    before: Sequence[Count],
) -> Count | None:
    """A plain noun of the desk: “120 trucks”, “inflation rose to 3.4”.

    A noun before a number is another number's if that stands before it (“120 trucks for 9 towns”).
    """
    if not nouns:
        return None
    for at in range(place + 1, min(len(items), place + 5)):
        word = sheet.low[items[at][2]]
        if word in nouns:
            return Count(number, nouns[word], items[place][2], items[at][2])
        if items[at][0] not in "wob":
            break
    for at in range(place - 1, max(-1, place - 9), -1):
        word = sheet.low[items[at][2]]
        if word in nouns:
            taken = any(count.last == items[at][2] for count in before)
            return None if taken else Count(number, nouns[word], items[at][2], items[place][2])
        if items[at][0] in "Nxc,":
            break
    return None
