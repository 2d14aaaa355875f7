"""What one value may look like: a number, a yes-or-no, a length of time, and the mend if not."""

import re
from datetime import timedelta
from typing import Annotated

from pydantic import BeforeValidator, WithJsonSchema

from wirewatch.forms.spelling import suggest


class Word(str):
    """A scalar as typed. Only a `plain` one, without quotes, may become a number or yes-or-no."""

    __slots__ = ("plain",)
    plain: bool

    def __new__(cls, text: str, *, plain: bool = True) -> "Word":
        """The text, and whether it stood without quotes."""
        word = super().__new__(cls, text)
        word.plain = plain
        return word


class Mistake(ValueError):  # noqa: N818 - what an editor made is a mistake, not an error of ours
    """What a value's reader raises: the message, the likely word, the key it is about."""

    def __init__(self, message: str, suggestion: str | None = None, key: str | None = None):
        super().__init__(message)
        self.suggestion = suggestion
        self.key = key


_NUMBER_WORDS = {
    word: str(number)
    for number, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
        ]
    )
}
_YES_NO = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
_GROUPED = re.compile(r"-?\d{1,3}([,' \u00a0\u202f_]\d{3})+")


def read_number(value: object, *, whole: bool) -> float | int:
    """The number that a plain scalar says. Raises Mistake for anything else."""
    if not isinstance(value, Word):
        raise Mistake("this wants one number")
    text = str(value).strip()
    if not value.plain:
        raise Mistake(f"“{text}” is in quotes, so it is text. Write the number without quotes")
    if re.fullmatch(r"[+-]?(0|[1-9]\d{0,17})", text):
        return int(text)
    if not whole and re.fullmatch(r"[+-]?(0|[1-9]\d{0,17})\.\d{1,17}", text):
        return float(text)
    kind = "whole number" if whole else "number"
    mend = _NUMBER_WORDS.get(text.lower())
    if mend is None and _GROUPED.fullmatch(text):
        mend = re.sub(r"[^\d-]", "", text)
    raise Mistake(f"“{text}” is no {kind}." + (f" Write {mend}." if mend else ""), mend)


def read_yes_no(value: object) -> bool:
    """What a plain `yes`, `no`, `true`, `false`, `on` or `off` says. Raises Mistake."""
    text = str(value) if isinstance(value, Word) else ""
    if isinstance(value, Word) and value.plain and text.lower() in _YES_NO:
        return _YES_NO[text.lower()]
    near = suggest(text, _YES_NO) or {"y": "yes", "n": "no", "t": "true", "f": "false"}.get(
        text[:1].lower()
    )
    raise Mistake(f"“{text}” is neither yes nor no", near)


_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_DURATION = re.compile(r"(\d{1,6})\s*([a-z]*)")
_SPOKEN = {"s": "s", "sec": "s", "m": "m", "min": "m", "h": "h", "hr": "h", "hour": "h"} | {
    "second": "s", "minute": "m", "d": "d", "day": "d", "w": "w", "week": "w"
}  # fmt: skip


def read_duration(value: object) -> timedelta:
    """The time that `90s`, `5m`, `24h`, `7d` or `2w` says. Raises Mistake, with the mend."""
    if isinstance(value, timedelta):
        return value
    text = str(value).strip() if isinstance(value, str) else ""
    exact = re.fullmatch(r"(\d{1,6})([smhdw])", text)
    if exact and int(exact[1]) > 0:
        seconds = int(exact[1]) * _UNITS[exact[2]]
        if seconds <= 10 * 365 * 86400:
            return timedelta(seconds=seconds)
        raise Mistake(f"“{text}” is longer than ten years")
    mend = None
    loose = _DURATION.fullmatch(_digits(text.lower()))
    if loose:
        unit = _SPOKEN.get(loose[2]) or _SPOKEN.get(loose[2].removesuffix("s"), "")
        mend = f"{int(loose[1])}{unit or 'm'}" if int(loose[1]) > 0 else None
    raise Mistake(f"“{text}” is no length of time. Write a number and s, m, h, d or w: 30m", mend)


def _digits(text: str) -> str:
    first, _, rest = text.partition(" ")
    return f"{_NUMBER_WORDS[first]} {rest}" if first in _NUMBER_WORDS else text


Duration = Annotated[
    timedelta,
    BeforeValidator(read_duration),
    WithJsonSchema({"type": "string", "pattern": "^[1-9][0-9]{0,5}[smhdw]$"}),
]
