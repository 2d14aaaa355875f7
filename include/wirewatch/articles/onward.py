"""Does a page only lead on to another? What counters answer where a redirect would do.

Two forms: a refresh at once to another address on a page that says next to nothing, and the
attribute in which Google News names the page behind its codes. Codes whose page names no address
are not taken apart any further: that would take calls which their owner made for its own scripts.
"""

import html
import re
from typing import Final
from urllib.parse import urljoin, urlsplit

from wirewatch.articles.canonical import url_key

AT_ONCE: Final = 5.0  # seconds; a page that is read meanwhile refreshes later
LARGEST: Final = 64 * 1024
FEW_WORDS: Final = 60
_NOSCRIPT: Final = re.compile(r"<noscript\b.*?(?:</noscript>|$)", re.I | re.S)
_HIDDEN: Final = re.compile(r"<(script|style|head)\b.*?(?:</\1\s*>|$)", re.I | re.S)
_TAG: Final = re.compile(r"<[^<>]{0,2000}>")
_META: Final = re.compile(r"<meta\s[^<>]{0,2000}>", re.I)
_IS_REFRESH: Final = re.compile(r"http-equiv\s*=\s*[\"']?refresh\b", re.I)
_CONTENT: Final = re.compile(r"content\s*=\s*(?:\"([^\"]{0,2000})\"|'([^']{0,2000})')", re.I)
_TARGET: Final = re.compile(r"^\s*(\d{1,4}(?:\.\d*)?)\s*[;,]\s*url\s*=\s*[\"']?([^\"']+)", re.I)
_NAMED: Final = re.compile(r"\bdata-n-au=\"(https?://[^\"<>\s]{4,2000})\"")


def leads_on(page: bytes, url: str) -> str | None:
    """The address that this page only leads to; None for a page that is read itself."""
    text = page.decode("utf-8", "replace")
    named = _NAMED.search(text)
    if named is not None:
        return _other(html.unescape(named.group(1)), url)
    if len(page) > LARGEST:
        return None
    text = _NOSCRIPT.sub("", text)
    for meta in _META.finditer(text):
        content = _CONTENT.search(meta.group())
        if content is None or not _IS_REFRESH.search(meta.group()):
            continue
        target = _TARGET.match(html.unescape(content.group(1) or content.group(2) or ""))
        if target and float(target.group(1)) <= AT_ONCE and _says_nothing(text):
            return _other(target.group(2).strip(), url)
    return None


def _says_nothing(text: str) -> bool:
    return len(_TAG.sub(" ", _HIDDEN.sub(" ", text)).split()) < FEW_WORDS


def _other(target: str, url: str) -> str | None:
    try:
        full = urljoin(url, target)
        good = urlsplit(full).scheme in ("http", "https") and bool(urlsplit(full).hostname)
    except ValueError:
        return None
    return full if good and url_key(full) != url_key(url) else None
