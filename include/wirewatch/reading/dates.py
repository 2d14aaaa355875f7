"""Where do I change how “Thursday”, “Feb. 7” or “last week” becomes a date? Value by value.

Everything is resolved against the article's own day: its dateline's, else that of its publication.
Without one only full dates get a value. A weekday lies behind us unless its verb looks ahead.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from wirewatch.reading.calendar_words import DateWords, date_words
from wirewatch.reading.languages import LanguageData
from wirewatch.reading.tense import direction
from wirewatch.records import Article, DateFound, Span
from wirewatch.text import fold

_BEFORE, _AFTER = 90, 90  # characters in which the verb of a date is looked for
_NEAR = timedelta(days=120)  # a day this near is meant whatever the verb says


def find_dates(
    article: Article, sentences: Sequence[Span], language_data: LanguageData
) -> list[DateFound]:
    """The date expressions of title and text with a TIMEX3 value, in order of place."""
    words = date_words(language_data)
    if words is None:
        return []
    today = day_of(article)
    found: list[DateFound] = []
    for where, text in (("title", article.title), ("text", article.text)):
        starts = [span.start for span in sentences if span.where == where]
        for start, end, value in _Dates(text, today, words, starts).all():
            span = Span(where=where, start=start, end=end)  # type: ignore[arg-type]
            found.append(DateFound(span=span, text=text[start:end], value=value))
    return found


def day_of(article: Article) -> date | None:
    """The article's own day: its dateline's, else that of its publication."""
    if article.dateline and article.dateline.day:
        return article.dateline.day
    when = article.published
    return when.date() if isinstance(when, datetime) else when


_Found = tuple[int, int, str]


class _Dates:
    """The dates of one text."""

    def __init__(
        self, text: str, today: date | None, words: DateWords, sentences: list[int]
    ) -> None:
        self.text, self.low = text, fold(text)
        self.today, self.words, self.sentences = today, words, sentences

    def all(self) -> Iterator[_Found]:
        """Start, end and value of each date expression; none overlaps another."""
        done = 0
        for match in self.words.trigger.finditer(self.low):
            start, word = match.start(), match.group()
            if start < done or not self._whole(start, match.end()):
                continue
            found = self._one(word, start, match.end())
            if found and found[0] >= done:
                yield found
                done = found[1]

    def _whole(self, start: int, end: int) -> bool:
        before = self.low[start - 1 : start]
        after = self.low[end : end + 2]
        if after[:1] == "s" and self.low[start].isdigit():
            after = after[1:]  # “the 1990s”
        return not (before.isalnum() or after[:1].isalpha())

    def _one(self, word: str, start: int, end: int) -> _Found | None:
        words = self.words
        if word[0].isdigit():
            return self._numeric(start, end)
        if word in words.capital and not self.text[start].isupper():
            return None
        if word in words.months:
            return self._month(words.months[word], start, end)
        if word in words.weekdays:
            return self._weekday(words.weekdays[word], start, end)
        if word in words.days:
            return self._day(word, start, end)
        return self._unit(word, start, end)

    # ── written in digits ─────────────────────────────────────────────────────────────────────

    def _numeric(self, start: int, end: int) -> _Found | None:
        low = self.low
        match = self.words.iso.match(low, start)
        if match:
            day = _date(int(match[1]), int(match[2]), int(match[3]))
            return (start, match.end(), day.isoformat()) if day else None
        match = self.words.slashed.match(low, start)
        if match:
            one, two, year = int(match[1]), int(match[2]), int(match[3])
            if (self.words.month_first and one <= 12) or two > 12:
                one, two = two, one
            day = _date(year + (0 if year > 99 else 1900 if year > 40 else 2000), two, one)
            return (start, match.end(), day.isoformat()) if day else None
        return self._year(start, end)

    def _year(self, start: int, end: int) -> _Found | None:
        if end - start != 4 or self.low[start:end][:2] not in ("19", "20"):
            return None
        if self.low[end : end + 1] in "," and self.low[end + 1 : end + 4].isdigit():
            return None
        if self.low[end : end + 1] == "s":
            return start, end + 1, self.low[start : end - 1]
        before = self.low[max(0, start - 14) : start]
        if not self.words.before_year.search(before):
            return None
        return start, end, self.low[start:end]

    # ── months ────────────────────────────────────────────────────────────────────────────────

    def _month(self, month: int, start: int, end: int) -> _Found | None:
        if self.low[end : end + 1] == ".":
            end += 1
        before = self.words.day_before.search(self.low, max(0, start - 12), start)
        if before:
            year = self.words.year_after.match(self.low, end)
            return self._day_of(
                before.start(1), year.end() if year else end, int(before[1]), month, year
            )
        after = self.words.day_after.match(self.low, end)
        if after:
            year = self.words.year_after.match(self.low, after.end())
            return self._day_of(
                start, year.end() if year else after.end(), int(after[1]), month, year
            )
        year = self.words.year_after.match(self.low, end)
        if year:
            return start, year.end(), f"{year[1]}-{month:02d}"
        return self._bare_month(month, start, end)

    def _day_of(
        self, start: int, end: int, day: int, month: int, year: re.Match[str] | None
    ) -> _Found | None:
        if year:
            exact = _date(int(year[1]), month, day)
            return (start, end, exact.isoformat()) if exact else None
        if self.today is None:
            return None
        candidates = [_date(self.today.year + step, month, day) for step in (-1, 0, 1)]
        possible = [one for one in candidates if one]
        if not possible:
            return None
        shift, begin, end = self._shift(start, end)
        if shift is not None and shift < 0:
            return begin, end, self._nearest(possible, self.today, -1).isoformat()
        best = self._nearest(possible, self.today, 0)
        if abs(best - self.today) > _NEAR:
            best = self._nearest(possible, self.today, self._direction(start, end))
        return start, end, best.isoformat()

    def _nearest(self, possible: list[date], today: date, direction: int) -> date:
        if direction < 0:
            return max((day for day in possible if day <= today), default=possible[0])
        if direction > 0:
            return min((day for day in possible if day >= today), default=possible[-1])
        return min(possible, key=lambda day: abs(day - today))

    def _bare_month(self, month: int, start: int, end: int) -> _Found | None:
        if self.today is None:
            return None
        shift, begin, end = self._shift(start, end)
        first = date(self.today.year, month, 1)
        if shift is None:
            options = [first.replace(year=first.year + step) for step in (-1, 0, 1)]
            here = self.today.replace(day=1)
            year = self._nearest(options, here, self._direction(start, end)).year
        elif shift == 0:
            year = first.year
        elif shift < 0:
            year = first.year - (first >= self.today.replace(day=1))
        else:
            year = first.year + (first <= self.today.replace(day=1))
        return begin, end, f"{year}-{month:02d}"

    # ── days ──────────────────────────────────────────────────────────────────────────────────

    def _weekday(self, weekday: int, start: int, end: int) -> _Found | None:
        full = self.words.then_month.match(self.low, end)
        if full:
            return None  # “Thursday, Feb. 8”: the month tells it
        if self.today is None:
            return None
        shift, begin, end = self._shift(start, end)
        back = (self.today.weekday() - weekday) % 7
        if shift is not None and shift < 0:
            day = self.today - timedelta(days=back or 7)
        elif shift is not None and shift > 0:
            day = self.today + timedelta(days=(7 - back) % 7 or 7)
        elif back and self._direction(start, end) > 0:
            day = self.today + timedelta(days=7 - back)
        else:
            day = self.today - timedelta(days=back)
        return self._with_part(begin, end, day)

    def _day(self, word: str, start: int, end: int) -> _Found | None:
        if self.today is None:
            return None
        day = self.today + timedelta(days=self.words.days[word])
        if word in self.words.parts:
            return start, end, f"{day.isoformat()}T{self.words.parts[word]}"
        return self._with_part(start, end, day)

    def _with_part(self, start: int, end: int, day: date) -> _Found:
        match = self.words.part_after.match(self.low, end)
        if match:
            return start, match.end(), f"{day.isoformat()}T{self.words.parts[match[1]]}"
        return start, end, day.isoformat()

    # ── units: “last week”, “two days ago”, “the past 24 hours” ───────────────────────────────

    def _unit(self, word: str, start: int, end: int) -> _Found | None:
        if self.today is None:
            return None
        if word in self.words.parts:
            return self._part_of_day(word, start, end)
        unit = self.words.units[word]
        shift, begin, end = self._shift(start, end)
        if shift is not None:
            value = _shifted(unit, shift, self.today)
            return (begin, end, value) if value else None
        return self._counted(unit, start, end)

    def _part_of_day(self, word: str, start: int, end: int) -> _Found | None:
        shift, begin, end = self._shift(start, end)
        if shift is None or self.today is None or shift > 0:
            return None
        day = self.today + timedelta(days=shift)
        return begin, end, f"{day.isoformat()}T{self.words.parts[word]}"

    def _counted(self, unit: str, start: int, end: int) -> _Found | None:
        match = self.words.count_before.search(self.low, max(0, start - 30), start)
        if match is None or self.today is None:
            return None
        count = self.words.number(match["n"])
        if count is None or not 0 < count < 10_000:
            return None
        ago = self.words.ago.match(self.low, end)
        if ago:
            value = _ago(unit, count, self.today)
            return (match.start("n"), ago.end(), value) if value else None
        if not match["lead"]:
            return None
        code = unit if unit[0] != "T" else unit[1]
        scale, code = (10, "Y") if code == "E" else (1, code)
        if code not in "HMSDWY" or (unit == "Q"):
            return None
        return match.start(), end, f"P{'T' if unit[0] == 'T' else ''}{count * scale}{code}"

    # ── where a date lies ─────────────────────────────────────────────────────────────────────

    def _shift(self, start: int, end: int) -> tuple[int | None, int, int]:
        """−1 for “last”, 0 for “this”, 1 for “next” beside a date, and where they both stand."""
        match = self.words.shift_before.search(self.low, max(0, start - 14), start)
        if match:
            return self.words.shifts[match[1]], match.start(1), end
        match = self.words.shift_after.match(self.low, end)
        if match:
            return self.words.shifts[match[1]], start, match.end()
        return None, start, end

    def _direction(self, start: int, end: int) -> int:
        low, high = self._sentence(start)
        before = self.low[max(low, start - _BEFORE) : start]
        return direction(before, self.low[end : min(high, end + _AFTER)], self.words)

    def _sentence(self, place: int) -> tuple[int, int]:
        at = bisect_right(self.sentences, place)
        low = self.sentences[at - 1] if at else 0
        high = self.sentences[at] if at < len(self.sentences) else len(self.text)
        near = max(low, place - _BEFORE)
        return max(near, self.text.rfind("\n", near, place) + 1), high


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _shifted(unit: str, shift: int, today: date) -> str | None:
    if unit == "D":
        return (today + timedelta(days=shift)).isoformat()
    if unit in ("W", "WE"):
        week = (today + timedelta(weeks=shift)).isocalendar()
        return f"{week.year}-W{week.week:02d}" + ("-WE" if unit == "WE" else "")
    if unit == "Y":
        return str(today.year + shift)
    if unit == "M":
        month = today.year * 12 + today.month - 1 + shift
        return f"{month // 12}-{month % 12 + 1:02d}"
    if unit == "Q":
        quarter = today.year * 4 + (today.month - 1) // 3 + shift
        return f"{quarter // 4}-Q{quarter % 4 + 1}"
    return None


def _ago(unit: str, count: int, today: date) -> str | None:
    try:
        if unit == "D":
            return (today - timedelta(days=count)).isoformat()
        if unit == "W":
            week = (today - timedelta(weeks=count)).isocalendar()
            return f"{week.year}-W{week.week:02d}"
    except OverflowError:
        return None
    if unit == "TH" and count < 24:
        return today.isoformat()
    if unit == "M":
        month = today.year * 12 + today.month - 1 - count
        return f"{month // 12:04d}-{month % 12 + 1:02d}" if month > 0 else None
    if unit == "Y":
        return f"{today.year - count:04d}" if count < today.year else None
    return None
