"""Where do I change how numbers of several words are read? They become digits before anything else.

Twenty-one is 21, two hundred and six is 206, half a dozen is 6; a number of one word is the
business of the spellings. The words stand in the language's file, section `number_words`.
"""

import re
from functools import cache
from typing import NamedTuple

from wirewatch.stories.language import language


def in_digits(text: str, code: str) -> str:
    """The text with each number of several words in digits; unchanged without words for them."""
    words = _words(code)
    if words is None:
        return text
    if not _hints_at_one(text, words):
        return text
    parts = _BREAK.split(text)  # of an article only the clauses that may have one are searched
    for at, part in enumerate(parts):
        if _hints_at_one(part, words):
            parts[at] = words.number.sub(lambda found: _digits(found.group(), words), part)
    return "".join(parts)


_BREAK = re.compile(r"([.;:!?\n]+)")  # no number goes over these


def _hints_at_one(text: str, words: "_Words") -> bool:
    lowered = text.lower()
    for hint in words.hints:  # noqa: SIM110 - a loop, as every sentence is asked
        if hint in lowered:
            return True
    return False


class _Words(NamedTuple):
    """A language's number words: what tells that there may be one, how it is built, its worth."""

    hints: tuple[str, ...]
    number: re.Pattern[str]
    worth: dict[str, float]
    times: dict[str, int]


def _digits(said: str, words: _Words) -> str:
    """What a number is worth; one word alone stays."""
    parts = [part for part in re.split(r"[-, ]+", said.lower()) if part]
    if len(parts) == 1:
        return said
    total = now = 0.0
    for part in parts:
        if part not in words.times:
            now += words.worth.get(part, 0)
            continue
        now = (now or 1) * words.times[part]
        if words.times[part] == max(words.times.values()):
            total, now = total + now, 0.0
    return f"{total + now:.0f}"


@cache
def _words(code: str) -> _Words | None:
    table = language(code).number_words
    if not table:
        return None
    worth: dict[str, float] = {}
    for key, least, step in (("units", 1, 1), ("teens", 10, 1), ("tens", 20, 10)):
        worth |= {word: least + step * at for at, word in enumerate(table[key].split())}
    dozen, hundred, thousand = table["dozen"], table["hundred"], table["thousand"]
    half, a, and_ = table["half"], table["one"], table["and"]
    worth |= {half: 0.5}
    tens, units = ("|".join(table[key].split()) for key in ("tens", "units"))
    small = rf"(?:(?:{tens})-(?:{units})|{'|'.join(word for word in worth if word != half)})"
    below = rf"(?:(?:{a}|{small}) {hundred}(?: (?:{and_} )?{small})?|{small})"
    thousands = rf"(?:{a}|{below}) {thousand}(?:,? (?:{and_} )?{below})?"
    number = rf"\b(?:(?:{half} {a}|{a}|{small}) {dozen}|{thousands}|{below})\b"
    more = rf"(?![- ](?:{dozen}|{hundred}|{thousand})\b)"
    return _Words(
        (dozen, hundred, thousand, f"{_common_end(table['tens'].split())}-"),
        re.compile(number + more, re.IGNORECASE),
        worth,
        {dozen: 12, hundred: 100, thousand: 1000},
    )


def _common_end(words: list[str]) -> str:
    """The letters that all these words end in."""
    end = words[0]
    while not all(word.endswith(end) for word in words):
        end = end[1:]
    return end
