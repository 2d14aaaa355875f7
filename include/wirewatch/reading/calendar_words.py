"""Where do I change how the words of [dates] are looked up? One record for each language."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from wirewatch.reading.languages import LanguageData
from wirewatch.text import fold

_NEVER = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True, eq=False)
class DateWords:
    """The [dates] of a language file: words by what they are, and the patterns made of them."""

    months: Mapping[str, int]
    weekdays: Mapping[str, int]
    days: Mapping[str, int]
    parts: Mapping[str, str]
    units: Mapping[str, str]
    shifts: Mapping[str, int]
    numbers: Mapping[str, float]
    capital: frozenset[str]
    since: frozenset[str]
    until: frozenset[str]
    future: frozenset[str]
    past: frozenset[str]
    past_endings: tuple[str, ...]
    no_verb: frozenset[str]
    to: frozenset[str]
    had: frozenset[str]
    be: frozenset[str]
    determiners: frozenset[str]
    month_first: bool
    trigger: re.Pattern[str]
    iso: re.Pattern[str]
    slashed: re.Pattern[str]
    before_year: re.Pattern[str]
    day_before: re.Pattern[str]
    day_after: re.Pattern[str]
    year_after: re.Pattern[str]
    then_month: re.Pattern[str]
    part_after: re.Pattern[str]
    shift_before: re.Pattern[str]
    shift_after: re.Pattern[str]
    count_before: re.Pattern[str]
    ago: re.Pattern[str]

    def number(self, word: str) -> int | None:
        """The value of “24” or “two”."""
        if word.isdigit():
            return int(word[:6])
        value = self.numbers.get(word)
        return int(value) if value is not None else None


@lru_cache(maxsize=32)
def date_words(language: LanguageData) -> DateWords | None:
    """What a language's [dates] say, None for a language without them."""
    section = language.section("dates")
    if not section:
        return None
    months = _numbered(section["months"], 1)
    weekdays = _numbered(section["weekdays"], 0)
    days, parts, units = (_folded(section[key]) for key in ("days", "parts", "units"))
    written = _folded(language.section("figures")["numbers"])
    numbers = {word: value for word, value in written.items() if value < 100}

    def words(key: str) -> frozenset[str]:
        return frozenset(fold(section.get(key, "")).split())

    shifts = {fold(word): int(value) for word, value in section["shift"].items()}
    return DateWords(
        months=months,
        weekdays=weekdays,
        days={word: int(value) for word, value in days.items()},
        parts=parts,
        units=units,
        shifts=shifts | {fold(w): int(v) for w, v in section.get("shift_after", {}).items()},
        numbers=numbers,
        capital=words("capital"),
        since=words("since"),
        until=words("until"),
        future=words("future"),
        past=words("past"),
        past_endings=tuple(fold(section["past_endings"]).split()),
        no_verb=words("no_verb"),
        to=words("to"),
        had=words("had"),
        be=words("be"),
        determiners=words("determiners"),
        month_first=bool(section["month_first"]),
        trigger=re.compile(
            "|".join(
                [_either([*months, *weekdays, *days, *parts, *units]), r"\d{4}(?!\d)", r"\d\d?/"]
            )
        ),
        **_numbers_around(section, months),
        **_words_around(section, parts, shifts, numbers),
    )


def _numbers_around(section: Any, months: Mapping[str, int]) -> dict[str, re.Pattern[str]]:
    """What finds days and years, in numbers alone or beside a month."""
    month = _either(months)
    ordinal = rf"(?:{_either(fold(section['ordinals']).split())})?"
    of = _either([fold(section["of"])])
    day_before = rf"(?<![\w.,])(\d\d?){ordinal}(?:\s+{of})?\s+$"
    if section.get("day_dot"):
        day_before = r"(?<![\w,])(\d\d?)\.?\s+$"
    return {
        "iso": re.compile(r"(\d{4})-(\d\d)-(\d\d)(?!\d)"),
        "slashed": re.compile(r"(\d\d?)[/](\d\d?)[/](\d{4}|\d\d)(?!\d)"),
        "before_year": re.compile(
            rf"(?:^|[^\w])(?:{_either(fold(section['before_year']).split())})\s$|\($"
        ),
        "day_before": re.compile(day_before),
        "day_after": re.compile(rf"\s+(\d\d?){ordinal}(?!\d|:\d|%|,\d)"),
        "year_after": re.compile(r",?\s+((?:19|20)\d\d)(?!\d)"),
        "then_month": re.compile(rf",?\s+(?:the\s+)?(?:(?:{month})\b|\d\d?\.?\s+(?:{month})\b)"),
    }


def _words_around(
    section: Any, parts: Mapping[str, str], shifts: Mapping[str, int], numbers: Mapping[str, float]
) -> dict[str, re.Pattern[str]]:
    """What finds “morning”, “last”, “two days … ago” around the words of a date."""
    after = [fold(word) for word in section.get("shift_after", {})]
    lead = _either([*shifts, *fold(section["lead_count"]).split()])
    return {
        "part_after": re.compile(rf"\s+({_either(parts)})(?!\w)"),
        "shift_before": re.compile(rf"(?<!\w)({_either(shifts)})\s+$"),
        "shift_after": re.compile(rf"\s+({_either(after)})(?!\w)") if after else _NEVER,
        "count_before": re.compile(
            rf"(?:(?<!\w)(?P<lead>{lead})\s+)?(?<!\w)(?P<n>\d{{1,4}}|{_either(numbers)})[\s-]+$"
        ),
        "ago": re.compile(rf"\s+(?:{_either(fold(section['ago']).split())})(?!\w)"),
    }


def _folded(words: Mapping[str, Any]) -> dict[str, Any]:
    return {fold(word): value for word, value in words.items()}


def _numbered(lines: list[str], first: int) -> dict[str, int]:
    return {word: at for at, line in enumerate(lines, first) for word in fold(line).split()}


def _either(words: "Mapping[str, object] | list[str]") -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
