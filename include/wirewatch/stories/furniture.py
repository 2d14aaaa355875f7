"""Where do I change which lines are never news? Furniture, cross-heads, questions, background."""

import re
from collections.abc import Sequence
from datetime import date, timedelta

from wirewatch.records import Article, DateFound, Span
from wirewatch.stories.language import language
from wirewatch.stories.words import is_number, tokens

SHORTEST = 3
CROSS_HEAD = 12
NOT_REACH = 3  # words between a figure and the “not” of the one that was wrong
_ENDS = (".", "!", "?", "…", '"', "”", "'", "’", ")", ":", ";", ",", "»")
_LONG_ID = re.compile(r"^\S*\d{8,}\S*$")
_DIGIT = re.compile(r"\d")  # “April” alone may be the next one
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


def why_furniture(article: Article, span: Span, text: str, length: int, code: str) -> str | None:
    """Why a line of so many words is no news by its form alone, or None."""
    table = language(code)
    lowered = " ".join(text.lower().split())
    if _LONG_ID.match(text):
        return "a page's number"
    if lowered.startswith(table.furniture_starts) or _holds(lowered, table.furniture_holds):
        return "site furniture"
    if text.rstrip("\"'”’»)").endswith("?"):
        return "a question"
    if length < (SHORTEST if text.endswith(_ENDS) else SHORTEST + 1):
        return None if span.where == "title" and length > 1 else "too short"
    if span.where == "text" and _is_cross_head(article.text, span, text):
        return "a cross-head"
    return None


def _is_cross_head(text: str, span: Span, line: str) -> bool:
    """A short line of its own without an end, in a text whose lines have ends."""
    if line.endswith(_ENDS) or len(line.split()) > CROSS_HEAD:
        return False
    before, after = text[: span.start], text[span.end :]
    if (before and not before.endswith("\n")) or (after and not after.startswith("\n")):
        return False
    lines = [other.rstrip() for other in text.split("\n") if other.strip()]
    ended = sum(1 for other in lines if other.endswith(_ENDS))
    return len(lines) >= 3 and ended * 2 >= len(lines)


def why_background(
    text: str, dates: Sequence[DateFound], today: date, window: timedelta, code: str
) -> str | None:
    """Why a sentence without fresh facts tells the past: all its days are older than the window.

    A sentence without a day is background only by its words (“the war began when”).
    """
    table = language(code)
    lowered = text.lower()
    days = [
        day
        for found in dates
        if _DIGIT.search(found.text) and (day := _latest_day(found.value)) is not None
    ]
    years = [int(found) for found in _YEAR.findall(text)]
    known = _holds(lowered, table.background)
    if not (days or years or known) or table.names_day(words := tokens(text, code)):
        return None
    oldest = today - window
    if not known and _is_measured_by_the_past(words, code):
        return None
    if days and all(day < oldest for day in days):
        return "background: its days are long past"
    if not days and years and all(year < today.year - 1 for year in years):
        return "background: its year is long past"
    if known and not any(day >= oldest for day in days):
        return "background: what everyone knows"
    return None


def _is_measured_by_the_past(words: Sequence[str], code: str) -> bool:
    """Whether the past is the yardstick of something new: the first since 2015, the worst since."""
    table = language(code)
    measured = False
    for word in words:
        measured = measured or word in table.yardsticks
        if measured and word in table.since:
            return True
    return False


def _latest_day(value: str) -> date | None:
    """The last day that a date's value can mean; None for durations, years and what has no year."""
    try:
        if len(value) == 10:
            return date.fromisoformat(value)
        if len(value) == 7 and value[5:].isdigit():
            year, month = int(value[:4]), int(value[5:])
            return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
    except ValueError:
        return None
    return None


def correction(text: str, code: str) -> str | None:
    """Whether a sentence corrects, withdraws (`corrects`) or denies (`denies`) something."""
    table = language(code)
    lowered = " ".join(text.lower().split())
    if lowered.startswith(table.correction_starts) or _holds(lowered, table.correction_holds):
        return "corrects"
    if not _holds(lowered, table.denials):
        return None
    padded = f" {' '.join(tokens(text, code))} "
    return "denies" if any(f" {held} " in padded for held in table.denials) else None


def _holds(text: str, listed: Sequence[str]) -> bool:
    """Whether any of these stands in a text; a loop, as every line is asked for dozens of them."""
    for held in listed:  # noqa: SIM110
        if held in text:
            return True
    return False


def speaks_of_revision(text: str, code: str) -> bool:
    """Whether a figure's sentence says that the figure was revised."""
    if _holds(text.lower(), language(code).revised):
        return True
    words = tokens(text, code)
    for place, word in enumerate(words):
        if word == language(code).not_ and any(map(is_number, words[place + 1 : place + 2])):
            return any(map(is_number, words[max(0, place - NOT_REACH) : place]))
    return False
