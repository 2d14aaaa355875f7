"""Where do I add an aggregator's marks? Here: what it puts around other papers' stories."""

import re

_PREFIX = re.compile(
    r"^(?:date \d{4}-\d\d-\d\d )?\((?P<name>MENAFN|EIN Presswire|NewMediaWire|IANS Life)\s*-\s*"
    r"(?P<paper>[^()]{2,60})\)\s*(?:[-–—]\s*)?"
)
_ID = re.compile(r"\s*\b(?:MENAFN\d{8,}\w*|ID\d{8,})\s*$")
_LEGAL = re.compile(r"^(?:Legal Disclaimer:?|MENAFN provides the information)\b", re.I)


def without_marks(paragraphs: list[str]) -> list[str]:
    """The paragraphs without an aggregator's prefix, its trailing id and its legal notice."""
    kept = [_ID.sub("", line) for line in paragraphs if not _LEGAL.match(line)]
    if kept:
        kept[0] = _PREFIX.sub("", kept[0])
    return [line for line in kept if line.strip()]


def prefix(text: str) -> int:
    """How many characters at the start of a text are an aggregator's prefix."""
    found = _PREFIX.match(text)
    return found.end() if found else 0
