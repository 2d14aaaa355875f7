"""How the values of a rule may be written: amounts, hours, days, digests, statuses, languages."""

import re
from datetime import datetime, time
from typing import Annotated, Literal
from zoneinfo import available_timezones

from pydantic import BeforeValidator, WithJsonSchema

from wirewatch.forms import Mistake, Word, suggest
from wirewatch.records import Amount, Digest, QuietHours, Status

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
STATUS_WORDS = {status.value.replace("_", " "): status for status in Status}
_MEANT_STATUS = {
    "underway": "under way", "started": "under way", "begun": "under way", "ongoing": "under way",
    "halted": "paused", "suspended": "paused", "stopped": "over", "ended": "over",
    "finished": "over", "cancelled": "collapsed", "failed": "collapsed", "announced": "ordered",
    "approved": "ordered", "considered": "talked about", "rumoured": "talked about",
}  # fmt: skip
LANGUAGES = {
    "english": "en", "french": "fr", "german": "de", "spanish": "es", "arabic": "ar",
    "hebrew": "he", "norwegian": "no", "russian": "ru", "chinese": "zh", "portuguese": "pt",
    "italian": "it", "dutch": "nl", "turkish": "tr", "persian": "fa", "ukrainian": "uk",
    "japanese": "ja", "hindi": "hi", "swedish": "sv", "danish": "da", "polish": "pl",
}  # fmt: skip


def read_status(value: object) -> Status:
    """A status as people write it, or as the readings do (`under_way`). Raises Mistake."""
    if isinstance(value, Status):
        return value
    text = str(value).strip() if isinstance(value, str) else ""
    status = STATUS_WORDS.get(text.replace("_", " "))
    if status:
        return status
    near = _MEANT_STATUS.get(text.lower()) or suggest(text, STATUS_WORDS)
    raise Mistake(f"there is no status “{text}”. There are: {', '.join(STATUS_WORDS)}.", near)


def read_amount(value: object) -> Amount:
    """`5%` is a share, `5` and `0.5` are amounts. Raises Mistake for anything else, or for 0."""
    if isinstance(value, Amount):
        return value
    text = str(value).strip() if isinstance(value, str) else ""
    exact = re.fullmatch(r"(0|[1-9]\d{0,14})(\.\d{1,9})?(%?)", text)
    if exact:
        number = float(exact[1] + (exact[2] or ""))
        if number > 0:
            return Amount(value=number / 100 if exact[3] else number, share=bool(exact[3]))
        raise Mistake(f"“{text}” is nothing: every figure rises by that")
    loose = re.fullmatch(
        r"[+-]?(\d[\d,' ]*)(?:[.,](\d{1,2}))?\s*(%|percent|per cent|pct)?", text.lower()
    )
    mend = None
    if loose and re.sub(r"\D", "", loose[1]).strip("0"):
        digits = re.sub(r"\D", "", loose[1])
        mend = digits + (f".{loose[2]}" if loose[2] else "") + ("%" if loose[3] else "")
    raise Mistake(f"“{text}” is no amount. Write a share as 5% or a number as 500", mend)


def _minute(text: str) -> int | None:
    found = re.fullmatch(r"([01]\d|2[0-3]):([0-5]\d)", text)
    return int(found[1]) * 60 + int(found[2]) if found else None


def _tidy_time(text: str) -> str | None:
    """The time as it should be written, if it can be told: 7:30 → 07:30, 10pm → 22:00."""
    found = re.fullmatch(r"(\d{1,2})(?:[:.h](\d{2}))?\s*(am|pm)?", text.strip().lower())
    if not found:
        return None
    hour = int(found[1]) % 12 + (12 if found[3] == "pm" else 0) if found[3] else int(found[1])
    minute = int(found[2] or 0)
    return f"{hour:02}:{minute:02}" if hour < 24 and minute < 60 else None


def read_quiet_hours(value: object) -> QuietHours | Literal["never"]:
    """`22:00-06:30 Europe/London`, `22:00-06:30` in the desk's zone, or `never`. Raises Mistake."""
    if isinstance(value, QuietHours):
        return value
    text = str(value).strip() if isinstance(value, str) else ""
    if text == "never":
        return "never"
    hours, _, zone = text.partition(" ")
    start, _, end = hours.partition("-")
    begins, ends = _minute(start), _minute(end)
    if begins is None or ends is None:
        raise Mistake(
            f"“{text}” are no hours. Write 22:00-06:30 Europe/London, or never", _tidy_hours(text)
        )
    if begins == ends:
        raise Mistake(f"“{hours}” begins when it ends. Write two times, or never")
    zone = zone.strip()
    if zone and zone not in available_timezones():
        near = suggest(zone, available_timezones()) or _city(zone)
        mend = f"{hours} {near}" if near else None
        raise Mistake(f"there is no time zone “{zone}”. Write one like Europe/London.", mend)
    return QuietHours(start=begins, end=ends, zone=zone or None)


def _city(word: str) -> str | None:
    cities = {name.rpartition("/")[2]: name for name in sorted(available_timezones())}
    near = suggest(word, cities)
    return cities[near] if near else None


def _tidy_hours(text: str) -> str | None:
    found = re.fullmatch(
        r"([\d:.h]+\s*(?:am|pm)?)\s*(?:-|–|—|to|until)\s*([\d:.h]+\s*(?:am|pm)?)\s*(.*)",
        text.lower(),
    )
    times = found and (_tidy_time(found[1]), _tidy_time(found[2]))
    if not found or not times or None in times:
        return "never" if suggest(text, ("never", "none", "no", "off")) else None
    zone = text[found.start(3) :].strip()
    return f"{times[0]}-{times[1]} {zone}".strip()


def read_digest(value: object) -> Digest:
    """`hourly`, `daily 08:00` or `weekly Monday 08:00`; 08:00 if no time is given."""
    if isinstance(value, Digest):
        return value
    text = str(value).strip() if isinstance(value, str) else ""
    words = text.split()
    every = words[0] if words else ""
    if every == "hourly" and len(words) == 1:
        return Digest(every="hourly")
    if every == "daily" and len(words) <= 2:
        return Digest(every="daily", minute_of_day=_digest_time(text, words[1:]))
    if every == "weekly" and 2 <= len(words) <= 3:
        if words[1] in DAYS:
            minute = _digest_time(text, words[2:])
            return Digest(every="weekly", minute_of_day=minute, weekday=DAYS.index(words[1]))
        near = suggest(words[1], DAYS)
        mend = " ".join(["weekly", near, *words[2:]]) if near else None
        raise Mistake(f"“{words[1]}” is no day of the week", mend)
    how = "Write hourly, daily 08:00 or weekly Monday 08:00"
    near = suggest(every, ("hourly", "daily", "weekly"))
    mend = " ".join([near, *words[1:]]) if near and near != every else None
    raise Mistake(f"“{text}” is no digest. {how}", mend)


def _digest_time(text: str, rest: list[str]) -> int:
    if not rest:
        return 480
    minute = _minute(rest[0])
    if minute is None:
        tidy = _tidy_time(rest[0])
        mend = text[: text.rindex(rest[0])] + tidy if tidy else None
        raise Mistake(f"“{rest[0]}” is no time of day. Write it as 08:00", mend)
    return minute


def read_moment(value: object) -> datetime:
    """`2024-02-09 08:00`, or `2024-02-09` for its beginning; naive unless a zone is given."""
    if isinstance(value, datetime):
        return value
    text = str(value).strip() if isinstance(value, str) else ""
    shape = r"\d{4}-\d\d-\d\d([ T]\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)?)?"
    if re.fullmatch(shape, text):
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            raise Mistake(f"“{text}” is no day of the calendar, or no time of day") from None
    raise Mistake(f"“{text}” is no time. Write it as 2024-02-09 08:00", _tidy_moment(text))


def _tidy_moment(text: str) -> str | None:
    found = re.fullmatch(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})[ T]*(.*)", text)
    if not found:
        return None
    clock = _tidy_time(found[4]) if found[4] else ""
    mend = f"{found[1]}-{int(found[2]):02}-{int(found[3]):02} {clock or ''}".strip()
    try:
        datetime.fromisoformat(mend)
    except ValueError:
        return None
    return mend if clock is not None else None


def is_bare_day(value: object) -> bool:
    """Whether a moment as typed names a day only."""
    return isinstance(value, str) and len(value.strip()) == 10


NOON = time(12)


def read_language(value: object) -> str:
    """A language as its code: en, no, pt-BR. Raises Mistake, with the code for a name."""
    text = str(value).strip() if isinstance(value, str) else ""
    if re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", text):
        return text
    near = LANGUAGES.get(text.lower()) or LANGUAGES.get(suggest(text, LANGUAGES) or "")
    if near is None and re.fullmatch(r"[A-Za-z]{2}", text):
        near = text.lower()
    raise Mistake(f"“{text}” is no language code. Write en, fr, ar …", near)


def read_count(value: object) -> int:
    """A whole number from 1. Raises Mistake."""
    from wirewatch.forms.values import read_number

    number = int(read_number(value if isinstance(value, Word) else Word(str(value)), whole=True))
    if number < 1:
        raise Mistake(f"“{number}” is too small: the least is 1")
    return number


StatusWord = Annotated[
    Status, BeforeValidator(read_status), WithJsonSchema({"enum": list(STATUS_WORDS)})
]
AmountText = Annotated[
    Amount,
    BeforeValidator(read_amount),
    WithJsonSchema(
        {"type": ["string", "number"], "pattern": r"^[0-9.]+%?$", "exclusiveMinimum": 0}
    ),
]
Hours = Annotated[
    QuietHours | Literal["never"],
    BeforeValidator(read_quiet_hours),
    WithJsonSchema({"type": "string", "pattern": r"^(never|\d\d:\d\d-\d\d:\d\d( \S+)?)$"}),
]
DigestText = Annotated[
    Digest,
    BeforeValidator(read_digest),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": r"^(hourly|daily( \d\d:\d\d)?|weekly [A-Z][a-z]+day( \d\d:\d\d)?)$",
        }
    ),
]
Moment = Annotated[
    datetime,
    BeforeValidator(read_moment),
    WithJsonSchema({"type": "string", "pattern": r"^\d{4}-\d\d-\d\d"}),
]
Language = Annotated[
    str,
    BeforeValidator(read_language),
    WithJsonSchema({"type": "string", "pattern": "^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"}),
]
Count = Annotated[
    int, BeforeValidator(read_count), WithJsonSchema({"type": "integer", "minimum": 1})
]
