"""Where do I change what makes a figure a total, a day's, one incident's? The words near it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from wirewatch.reading.languages import LanguageData

Scope = Literal["total", "day", "incident"]
_NEAR = 50  # characters: a weekday further to the left tells of something else
_GROUPS = ("total_before", "total_after", "day", "weekday", "incident")


@dataclass(frozen=True, slots=True, eq=False)
class Scopes:
    """One pattern for all that tells a scope; its groups are the keys of [figures.scope]."""

    pattern: re.Pattern[str]
    after: re.Pattern[str]
    weekday: re.Pattern[str]
    perfect: re.Pattern[str]
    lasting: re.Pattern[str]
    place: re.Pattern[str]
    said_on: re.Pattern[str]
    clause: re.Pattern[str]


@lru_cache(maxsize=32)
def scopes(language: LanguageData) -> Scopes | None:
    """The scopes of a language, None for one without [figures]."""
    section = language.section("figures").get("scope")
    if not section:
        return None
    groups = {key: _either(section[key]) for key in _GROUPS}
    before = ("day", "total_before", "weekday", "incident")
    after = ("day", "total_after", "weekday", "incident")
    perfect = _either("|".join(section["perfect"].split()))
    small = "|".join(map(re.escape, section["place_words"].split()))
    return Scopes(
        pattern=re.compile("|".join(f"(?P<{key}>{groups[key]})" for key in before)),
        after=re.compile("|".join(f"(?P<{key}>{groups[key]})" for key in after)),
        weekday=re.compile(groups["weekday"]),
        said_on=re.compile(rf"{_either(section.get('says', ''))}(?:\W+\w+){{0,2}}\W*$"),
        clause=re.compile(rf"[;:—]|{_either(section['clause'])}"),
        perfect=re.compile(perfect),
        lasting=re.compile(
            rf"{_either(section.get('lasting', ''))}.*{perfect}(?:\W+\w+){{0,4}}\W*$"
        ),
        place=re.compile(
            rf"(?<!\w)(?:{small})\s+((?:[^\W\d_]+\s+)?[^\W\d_a-z][\w’'-]+(?:\s+[^\W\d_a-z][\w’'-]+){{0,3}})"
        ),
    )


def _either(phrases: str) -> str:
    if not phrases.strip():
        return r"(?!)"  # nothing says it in this language
    inside = "|".join(re.escape(phrase.strip()) for phrase in phrases.split("|"))
    return rf"(?<!\w)(?:{inside})(?:s)?(?!\w)"


def scope_of(
    left: str, between: str, right: str, words: Scopes, *, toll: bool
) -> tuple[Scope | None, str]:
    """A figure's scope and the word that says so, from the (lower case) words around it.

    `left` and `right` reach to the figures beside it; `between` is what stands between the number
    and what it counts.
    """
    if toll:
        return "total", "toll"
    after = _first(
        found
        for found in words.after.finditer(right)
        if found.lastgroup != "weekday" or not words.said_on.search(right[: found.start()])
    )
    before = _first(words.pattern.finditer(left))
    if before.get("weekday") and not words.weekday.search(left[-_NEAR:]):
        del before["weekday"]
    for group, scope in (("day", "day"), ("total_after", "total"), ("total_before", "total")):
        for found in (after, before):
            if group in found:
                return scope, found[group]  # type: ignore[return-value]
    lasting = words.lasting.search(left)
    if lasting:
        return "total", lasting.group()[:40].strip()
    for group, scope in (("incident", "incident"), ("weekday", "day")):
        for found in (after, before):
            if group in found:
                return scope, found[group]  # type: ignore[return-value]
    perfect = words.perfect.search(between)
    if perfect:
        return "total", perfect.group()
    return None, ""


def _first(matches: Iterable[re.Match[str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for match in matches:
        found.setdefault(match.lastgroup or "", match.group())
    return found
