"""Which page does a link through somebody's counter mean? Where do I add such a link? Here.

Some aggregators' links carry the page's address inside them: it is read there, nobody is asked.
Links that only their server can resolve are asked once, like any redirect.
"""

import base64
import binascii
import re
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

# Host and path of a counter → the parameter that holds the page's address.
_CARRIERS: Final = (
    (re.compile(r"^(?:www\.)?google\.[a-z.]{2,6}/url$"), ("q", "url")),
    (re.compile(r"^(?:www\.)?bing\.com/news/apiclick\.aspx$"), ("url",)),
    (re.compile(r"^lm?\.facebook\.com/l\.php$"), ("u",)),
    (re.compile(r"^(?:www\.)?youtube\.com/redirect$"), ("q",)),
    (re.compile(r"^(?:out|away)\.reddit\.com/"), ("url",)),
)
_GOOGLE_NEWS: Final = re.compile(r"^news\.google\.com/(?:__i/)?(?:rss/)?(?:articles|read)/([\w-]+)")
_YAHOO: Final = re.compile(r"^r\.search\.yahoo\.com/.*?/RU=([^/]+)/", re.S)


def unwrapped(link: str) -> str:
    """The address that a link carries inside it, else the link itself."""
    try:
        parts = urlsplit(link)
        place = f"{(parts.hostname or '').lower()}{parts.path}"
    except ValueError:
        return link
    if coded := _GOOGLE_NEWS.match(place):
        return _inside(coded.group(1)) or link
    if found := _YAHOO.match(place):
        return _web(unquote(found.group(1))) or link
    for carrier, names in _CARRIERS:
        if carrier.match(place):
            given = parse_qs(parts.query)
            return next((url for name in names if (url := _web(given.get(name, [""])[0]))), link)
    return link


def _inside(coded: str) -> str | None:
    """The address in Google News' older codes: field 4 of a protocol buffer, length and text."""
    try:
        data = base64.urlsafe_b64decode(coded + "=" * (-len(coded) % 4))
    except (binascii.Error, ValueError):
        return None
    start = data.find(b'"')
    if start < 0 or start > 8 or len(data) < start + 3:
        return None
    size, start = data[start + 1], start + 2
    if size & 0x80:
        size, start = (size & 0x7F) | data[start] << 7, start + 1
    return _web(data[start : start + size].decode("utf-8", "replace"))


def _web(text: str) -> str | None:
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    good = parts.scheme in ("http", "https") and bool(parts.hostname) and text.isprintable()
    return text if good and " " not in text and "\ufffd" not in text else None
