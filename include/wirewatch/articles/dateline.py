"""Where do I change how a dateline is found? Here: the place and the day a story is filed from.

“RAFAH, Feb 7 (AFP) —”, “Berlin (dpa) -”, “JERUSALEM —”. With an agency in brackets any capitalised
place will do; without one only a place in capitals before a dash, or a city of the list before a
colon: bare capitals are more often a label.
"""

import re
from datetime import date, datetime

from wirewatch.articles.agencies import PATTERN
from wirewatch.articles.aggregators import prefix
from wirewatch.articles.cities import cities
from wirewatch.records import Dateline

_MONTHS = (
    "jan:ene:janv:gen feb:fev:fév:févr mar:mär:mars:mrz apr:abr:avr:avril may:mai:mag:mayo "
    "jun:juni:juin:giu jul:juli:juil:lug aug:ago:août:aout sep:sept:set oct:okt:ott:out nov "
    "dec:dez:déc:dic"
)
_MONTH = {
    name: number
    for number, names in enumerate(_MONTHS.split(), start=1)
    for name in names.split(":")
}
_MONTH_WORD = r"[A-Za-zÀ-ž]{3,9}\.?"
_DAY = (
    rf"(?:(?P<m1>{_MONTH_WORD})\s+(?P<d1>\d{{1,2}})|(?P<d2>\d{{1,2}})\.?\s+(?P<m2>{_MONTH_WORD}))"
    r"(?:,?\s+(?P<y>\d{4}))?"
)
_WORD = r"[A-ZÀ-ŽÇŞİ][\w'’.-]*"
_PLACE = (
    rf"(?P<place>{_WORD}(?:[ /](?:{_WORD}|de|da|do|del|el|al|la|of|am|an|der|den|upon|sur)){{0,4}})"
)
_REGION = (
    rf"(?P<region>(?:,\s*(?!{_MONTH_WORD}\s+\d){_WORD}(?:\s{_WORD}){{0,2}}\.?"
    r"|\s*\([A-ZÀ-Ž][^()]{2,40}\)){0,2})"
)
_DASH = r"\s*(?:--|[—–-])\s*"
_AGENCY = rf"\((?:[^()]{{0,30}}[\s/])?(?:{PATTERN})(?:[^()]{{0,40}})?\)"
_WITH_AGENCY = re.compile(
    rf"{_PLACE}{_REGION}(?:,?\s+{_DAY})?\s*,?\s*{_AGENCY}\s*(?:--|[—–:.-])?\s*"
)
_WITH_DAY = re.compile(rf"{_PLACE}{_REGION},?\s+{_DAY}(?:{_DASH}|\s*:\s)")
_BARE = re.compile(
    rf"(?P<place>[A-ZÀ-Ž][A-ZÀ-Ž'’. -]{{2,30}}){_REGION}(?:\s+(?:--|[—–-])|—|–)\s*(?=[\"“‘'A-ZÀ-Ž])"
)
_COLON = re.compile(rf"{_PLACE}\s*:\s+(?=[\"“‘'A-ZÀ-Ž])")
_LABELS = frozenset(
    "SUMMARY TLDR TL UPDATE UPDATED BREAKING EXCLUSIVE WATCH LIVE OPINION ANALYSIS EXPLAINER "  # noqa: SIM905
    "EXPLAINED VIDEO PHOTOS PHOTO GALLERY HOST REVIEW EDITORIAL COMMENT INTERVIEW FACTBOX NOTE "
    "RELATED READ ADVERTISEMENT QUESTION ANSWER FAQ NEWS SPORT SPORTS WORLD BUSINESS POLITICS "
    "FILE CORRECTION CORRECTED WARNING".split()
)
_LONGEST = 140


def dateline(text: str, published: datetime | date | None = None) -> Dateline | None:
    """The dateline at the start of a text, or of its second paragraph after a standfirst; or None.

    A day without a year is that of the year which puts it nearest to `published`; without
    `published` its day is unknown.
    """
    start = prefix(text)
    for line in text[start : start + 2_000].split("\n", 2)[:2]:
        for pattern in (_WITH_AGENCY, _WITH_DAY, _BARE, _COLON):
            found = pattern.match(line[:_LONGEST])
            if found and _believed(found, pattern):
                day = _day(found, published)
                return Dateline(place=_place(found), day=day, text=found.group().strip())
    return None


def _believed(found: "re.Match[str]", pattern: "re.Pattern[str]") -> bool:
    place = found.group("place").strip(" -")
    if set(re.split(r"[\s.-]+", place.upper())) & _LABELS:
        return False
    if pattern is _COLON:
        return place.casefold() in cities()
    if pattern is _WITH_DAY:
        month = (found.group("m1") or found.group("m2")).strip(".").casefold()
        return _month(month) is not None and (place.isupper() or place.casefold() in cities())
    if pattern is _BARE:
        return place.casefold() in cities() or bool(found.group("region"))
    return True


def _place(found: "re.Match[str]") -> str:
    """The place as people write it: capitals only at the start of its words."""
    place = found.group("place").strip(" ,-")
    return place.title() if place.isupper() and len(place) > 3 else place


def _month(word: str) -> int | None:
    return _MONTH.get(word) or _MONTH.get(word[:4]) or _MONTH.get(word[:3])


def _day(found: "re.Match[str]", published: datetime | date | None) -> date | None:
    groups = found.groupdict()
    word, number = groups.get("m1") or groups.get("m2"), groups.get("d1") or groups.get("d2")
    month = _month(word.strip(".").casefold()) if word else None
    if month is None or number is None:
        return None
    if groups.get("y"):
        return _date(int(groups["y"]), month, int(number))
    if published is None:
        return None
    near = published.date() if isinstance(published, datetime) else published
    days = [_date(near.year + step, month, int(number)) for step in (-1, 0, 1)]
    return min((day for day in days if day), key=lambda day: abs(day - near), default=None)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
