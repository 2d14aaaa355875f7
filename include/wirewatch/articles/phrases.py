"""Where do I add a phrase of another language? In `phrases.toml`; this file reads it, once."""

import re
import tomllib
from functools import cache
from importlib.resources import files


@cache
def _every() -> dict[str, list[str]]:
    return tomllib.loads((files(__package__) / "phrases.toml").read_text(encoding="utf-8"))


@cache
def phrases(name: str, around: str = "{}") -> re.Pattern[str]:
    """Any of the phrases of that name; `around` says what must stand about them."""
    return re.compile(around.format("(?:" + "|".join(_every()[name]) + ")"), re.I)
