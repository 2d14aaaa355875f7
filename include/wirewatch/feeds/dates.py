"""Dates that feeds write in ways of their own: other languages, other orders, named zones.

feedparser reads the forms of the standards; this reads what is left, where it can mean one time
only. A date without a zone is taken as UTC; one of which day and month cannot be told is None.
"""

import re
import unicodedata
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

# Each month by the beginnings of its names: western European, Slavic, Turkish, Greek, Arabic.
_MONTHS: Final = """
jan ene gen sty oca янв січ ιαν يناير
feb fev fév lut şub фев лют φεβ فبراير
mar mär mrt мар бер μαρ مارس
apr avr abr kwi nis апр кві απρ أبريل ابريل
may mai maj mag mei май мая тра μαι μαϊ مايو
jun juin giu cze haz июн чер ιουν يونيو
jul juil lug lip tem июл лип ιουλ يوليو
aug aoû ago sie ağu авг сер αυγ أغسطس اغسطس
sep set wrz eyl сен вер σεπ سبتمبر
oct okt ott out paź eki окт жов οκτ أكتوبر اكتوبر
nov kas ноя лис νοε نوفمبر
dec dez dic déc dek gru ara дек гру δεκ ديسمبر
""".strip().split("\n")
# Hours east of Greenwich of zone names that mean one zone in feeds. IST is India's: its papers
# are most of those who write so.
_ZONES: Final = {
    "UTC": 0, "GMT": 0, "Z": 0, "UT": 0, "WET": 0, "WEST": 1, "BST": 1, "CET": 1, "MEZ": 1,
    "WAT": 1, "CEST": 2, "MESZ": 2, "EET": 2, "SAST": 2, "CAT": 2, "EEST": 3, "MSK": 3, "EAT": 3,
    "TRT": 3, "GST": 4, "PKT": 5, "IST": 5.5, "WIB": 7, "ICT": 7, "SGT": 8, "HKT": 8, "PHT": 8,
    "AWST": 8, "JST": 9, "KST": 9, "ACST": 9.5, "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13,
    "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7,
}  # fmt: skip
_WORD: Final = r"[^\W\d_]{3,12}"
_CLOCK: Final = (
    r"(?:[T\s,·|-]+(?:at|um|à|as|às|alle|kl|о|в|klo)?\.?\s*"
    r"(?P<early>[AP]M|오전|오후|上午|下午)?\s*"
    r"(?P<hour>\d{1,2})[:.hH](?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d{1,9})?)?"
    r"\s*(?P<half>[AaPp]\.?[Mm]\.?)?)?"
    r"\s*\(?(?P<zone>[+-]\d{2}:?\d{2}|(?:UTC|GMT)\s?[+-]\d{1,2}(?::?\d{2})?|[A-Z]{1,4})?\)?"
    r"(?:\[[A-Za-z_/]{2,40}\])?\s*$"
)
_FORMS: Final = [
    re.compile(form + _CLOCK)
    for form in (
        r"^\s*(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})(?=T)",
        r"^\s*(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})",
        r"^\s*(?P<year>\d{4})\s?[年년]\s?(?P<month>\d{1,2})\s?[月월]\s?(?P<day>\d{1,2})\s?[日일]",
        r"^\s*(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.\s?(?P<year>\d{4})",
        r"^\s*(?P<one>\d{1,2})/(?P<two>\d{1,2})/(?P<year>\d{4})",
        (
            rf"^(?:\s*[^\d,]{{1,16}}[,.،]+|\s*{_WORD})?\s*(?P<day>\d{{1,2}})(?:\.|er|º|st|nd|rd|th)?[\s-]+(?:de\s+)?"
            rf"(?P<name>{_WORD})\.?,?[\s-]+(?:de\s+)?(?P<year>\d{{4}})"
        ),
        (
            rf"^(?:\s*[^\d,]{{1,16}}[,.،]+)?\s*(?P<name>{_WORD})\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+"
            r"(?P<year>\d{4})"
        ),
    )
]
_BASIC_CLOCK: Final = re.compile(r"^(\s*\d{8}T\d{2})(\d{2})(\d{2})?(?=\D|$)")
_MISREAD: Final = re.compile(
    r"^\s*(?:\d{8}T|\d{4}(?:[/.]|\s?[年년]))"
)  # “2024/02/06”: November 1st
_NAMED_ZONE: Final = re.compile(r"\d\s*\(?([A-Z]{2,4})(\s?[+-]\d{1,2}(?::?\d{2})?)?\)?\s*$")


def _plain(word: str) -> str:
    split = unicodedata.normalize("NFKD", word.casefold())
    return "".join(char for char in split if not unicodedata.combining(char))


_BY_START: Final = {
    _plain(start): number for number, line in enumerate(_MONTHS, 1) for start in line.split()
}


def needs_us(written: str) -> bool:
    """Whether feedparser would misread this: a zone's name, a year with another sign behind it."""
    if _MISREAD.match(written):
        return True
    zone = _NAMED_ZONE.search(written)
    if zone is None:
        return False
    return zone.group(2) is not None or zone.group(1) in _ZONES


def written_time(written: str) -> datetime | None:
    """The time that these words mean, in UTC; None if they can mean several, or none."""
    text = _BASIC_CLOCK.sub(lambda m: f"{m[1]}:{m[2]}:{m[3] or '00'}", written[:80])
    for form in _FORMS:
        found = form.match(text)
        if found is None:
            continue
        parts = found.groupdict()
        try:
            return _time(parts)
        except (ValueError, OverflowError):
            return None
    return None


def _time(parts: dict[str, str | None]) -> datetime | None:
    day, month = _day_and_month(parts)
    offset = _offset(parts["zone"])
    if day is None or month is None or offset is None:
        return None
    hour = int(parts["hour"] or 0)
    half = (parts["half"] or parts["early"] or "").replace(".", "").upper()
    if half in ("PM", "오후", "下午") and hour < 12:
        hour += 12
    elif half in ("AM", "오전", "上午") and hour == 12:
        hour = 0
    minute, second = int(parts["minute"] or 0), int(parts["second"] or 0)
    zone = timezone(offset)
    year = int(parts["year"] or 0)
    return datetime(year, month, day, hour, minute, second, tzinfo=zone).astimezone(UTC)


def _day_and_month(parts: dict[str, str | None]) -> tuple[int | None, int | None]:
    if parts.get("one"):
        one, two = int(parts["one"] or 0), int(parts["two"] or 0)
        if one > 12 or one == two:
            return one, two
        return (two, one) if two > 12 else (None, None)
    if parts.get("name"):
        return int(parts["day"] or 0), _month(parts["name"] or "")
    return int(parts["day"] or 0), int(parts["month"] or 0)


def _month(name: str) -> int | None:
    plain = _plain(name)
    for length in (6, 5, 4, 3):
        if plain[:length] in _BY_START:
            return _BY_START[plain[:length]]
    return None


def _offset(zone: str | None) -> timedelta | None:
    """Nothing said is UTC; a name that is not known says nothing that we could use."""
    if not zone:
        return timedelta(0)
    digits = re.search(r"([+-])(\d{1,2}):?(\d{2})?$", zone)
    if digits:
        minutes = 60 * int(digits.group(2)) + int(digits.group(3) or 0)
        return timedelta(minutes=-minutes if digits.group(1) == "-" else minutes)
    hours = _ZONES.get(zone)
    return None if hours is None else timedelta(hours=hours)
