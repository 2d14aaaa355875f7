"""Where do I change how a number is read: “27,708”, “2.4 million”? Only counts are kept.

Ages, dates, years, times, money, shares and measures are no counts and are left out.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from wirewatch.reading.languages import LanguageData

Bound = Literal["exactly", "at least", "about", "more than", "up to"]
_LONGEST_BOUND = 4  # words
_DIGITS = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Number:
    """A count: tokens `first` to `last`, with the words that bound it (“at least”) from `start`."""

    first: int
    last: int
    start: int
    value: float
    bound: Bound


@dataclass(frozen=True, slots=True, eq=False)
class NumberWords:
    """How a language writes numbers, and what beside one makes it no count."""

    token: re.Pattern[str]
    thousands: str
    decimal: str
    values: Mapping[str, float]
    vague: frozenset[str]
    bounds: Mapping[str, Bound]
    units: frozenset[str]
    money: frozenset[str]
    months: frozenset[str]
    not_after: frozenset[str]
    lead_year: frozenset[str]
    of: frozenset[str]
    and_words: frozenset[str]


@lru_cache(maxsize=32)
def number_words(language: LanguageData) -> NumberWords | None:
    """The numbers of a language's [figures], None for a language without them."""
    section = language.section("figures")
    if not section:
        return None
    words = section["words"]
    values: dict[str, float] = {key: float(value) for key, value in section["numbers"].items()}
    thousands, decimal = section["thousands"], section["decimal"]
    return NumberWords(
        token=re.compile(
            rf"\d{{1,3}}(?:[{re.escape(thousands)}]\d{{3}})+(?!\d)(?:{re.escape(decimal)}\d+)?"
            rf"|\d+(?:{re.escape(decimal)}\d+)?(?:[^\W\d_]+)?(?:[-–][^\W_]+)*"
            r"|[^\W\d_]+(?:['’-][^\W_]+)*|[^\w\s]"
        ),
        thousands=thousands,
        decimal=decimal,
        values=values,
        vague=frozenset(section["vague"].split()),
        bounds=_bounds(section["bounds"]),
        units=frozenset(words["units"].split()),
        money=frozenset(words["money"].split()),
        months=frozenset(words["months"].split()),
        not_after=frozenset(words["ordinal_before"].split()),
        lead_year=frozenset(words["lead_year"].split()),
        of=frozenset(words["of"].split()),
        and_words=frozenset(words["and_words"].split()[:1]),
    )


def _bounds(section: Mapping[str, Any]) -> dict[str, Bound]:
    return {
        " ".join(phrase.split()): bound  # type: ignore[misc]
        for bound, phrases in section.items()
        for phrase in phrases.split("|")
    }


@dataclass(frozen=True, slots=True)
class Sheet:
    """The tokens of a sentence, in lower case, with their places in the text."""

    text: str
    low: list[str]
    start: list[int]
    end: list[int]


def cut(text: str, start: int, end: int, words: NumberWords) -> Sheet:
    """The words, numbers and marks of a stretch of text."""
    found = list(words.token.finditer(text, start, end))
    return Sheet(
        text,
        [match.group().lower() for match in found],
        [match.start() for match in found],
        [match.end() for match in found],
    )


def numbers(sheet: Sheet, words: NumberWords) -> list[Number]:
    """The counts of a sentence, in order."""
    found: list[Number] = []
    at, count = 0, len(sheet.low)
    while at < count:
        read = _read(sheet, at, words)
        if read is None:
            at += 1
            continue
        last, value, bound = read
        if not _is_no_count(sheet, at, last, value, words):
            start, said = _bound(sheet, at, words)
            found.append(Number(at, last, start, value, said or bound))
        at = last
    return found


def _read(sheet: Sheet, at: int, words: NumberWords) -> tuple[int, float, Bound] | None:
    """The token past a number that starts at `at`, its value, and how exact it is."""
    low = sheet.low
    first = low[at]
    if first[0].isdigit():
        read = _digits(first, words)
        if read is None:
            return None
        value, bound = read
        at += 1
        while at < len(low) and words.values.get(low[at], 0) >= 100 and len(low[at]) > 2:
            value *= words.values[low[at]]
            at += 1
        return at, value, bound
    if first in words.vague:
        value = words.values[first]
        if at + 2 < len(low) and low[at + 1] in words.of and low[at + 2] in words.vague:
            return at + 3, value * words.values[low[at + 2]] / 2, "at least"
        return at + 1, value, "at least"
    return _spelled(low, at, words)


def _digits(token: str, words: NumberWords) -> tuple[float, Bound] | None:
    plain = re.sub(f"(?<=\\d)[{re.escape(words.thousands)}](?=\\d{{3}})", "", token)
    lowest, dash, highest = plain.replace("–", "-").partition("-")
    bound: Bound = "exactly"
    if dash:
        if not highest.isdigit() or not lowest.isdigit() or int(highest) <= int(lowest):
            return None
        bound = "at least"
    match = re.fullmatch(rf"(\d+(?:{re.escape(words.decimal)}\d+)?)([^\W\d_]*)", lowest)
    if match is None or len(match[1]) > 15:
        return None
    value = float(match[1].replace(words.decimal, "."))
    if match[2]:
        if match[2] not in words.values:
            return None
        value *= words.values[match[2]]
    return value, bound


def _spelled(low: list[str], at: int, words: NumberWords) -> tuple[int, float, Bound] | None:
    """“two hundred and fifty”, “twenty-one”, “a dozen”."""
    total, part, start = 0.0, 0.0, at
    while at < len(low):
        pieces = low[at].split("-")
        values = [words.values.get(piece, -1.0) for piece in pieces]
        alone = len(low[at]) == 1 and at > start  # “a” may begin a number, “m” and “k” may not
        if min(values) < 0 or low[at] in words.vague or alone:
            joins = part >= 100 and low[at] in words.and_words and at + 1 < len(low)
            if not (joins and 0 < words.values.get(low[at + 1], 0) < 100):
                break
            at += 1
            continue
        for value in values:
            if value >= 1000:
                total, part = total + (part or 1) * value, 0
            elif value >= 100 or (value == 12 and part):
                part = (part or 1) * value
            elif part == 1 and value >= 10:
                part = value  # “a dozen”, “une trentaine”
            else:
                part += value
        at += 1
    if at == start or (at == start + 1 and len(low[start]) == 1):
        return None  # “a” alone is no number
    return at, total + part, "exactly"


def _is_no_count(sheet: Sheet, first: int, last: int, value: float, words: NumberWords) -> bool:
    low = sheet.low
    before = low[first - 1] if first else ""
    after = low[last] if last < len(low) else ""
    if value == 1 and after in words.of:
        return True  # “one of the injured”
    if after in words.units or before in words.money or before in words.not_after:
        return True
    if after in ":." and last + 1 < len(low) and low[last + 1][0].isdigit():
        return sheet.start[last + 1] == sheet.end[last - 1] + 1
    if after in ("am", "pm") or (after in ("a", "p") and low[last + 1 : last + 3] == [".", "m"]):
        return True
    if value <= 31 and (before in words.months or after in words.months):
        return True
    if before == "." and first > 1 and low[first - 2] in words.months:
        return True
    digits = low[first]
    if last == first + 1 and len(digits) == 4 and digits.isdigit() and 1000 <= value < 2100:
        if before in words.lead_year or before in words.months:
            return True
        if value >= 1900 and before in (",", "(", "/", "-"):
            return True
    return _is_age(sheet, first, last, value)


def _is_age(sheet: Sheet, first: int, last: int, value: float) -> bool:
    """“Smith, 25,”: a name, a comma, up to three digits, a comma."""
    if value > 120 or first < 2 or sheet.low[first - 1] != "," or not sheet.low[first].isdigit():
        return False
    after = sheet.low[last] if last < len(sheet.low) else "."
    return after in ",.)" and sheet.text[sheet.start[first - 2]].isupper()


def _bound(sheet: Sheet, first: int, words: NumberWords) -> tuple[int, Bound | None]:
    """Where the words that bound a number begin (“at least”), and what they say."""
    for size in range(min(_LONGEST_BOUND, first), 0, -1):
        phrase = " ".join(sheet.low[first - size : first])
        bound = words.bounds.get(phrase)
        if bound:
            return first - size, bound
    return first, None


def has_number(text: str, words: NumberWords) -> bool:
    """Whether a text (in lower case) holds a digit or a number word: quick, may say yes in vain."""
    return _DIGITS.search(text) is not None or any(
        word in text for word in words.values if len(word) > 2
    )
