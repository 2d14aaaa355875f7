"""The plain words of a feed's HTML: for comparing, for titles, and where no page can be had."""

import html
import re
from typing import Final

from wirewatch.text import nfc

_NOT_TEXT: Final = re.compile(r"<(script|style|template|noscript)\b.*?(?:</\1\s*>|$)", re.I | re.S)
_COMMENT: Final = re.compile(r"<!--.*?(?:-->|$)", re.S)
_BLOCK: Final = re.compile(
    r"</?(?:p|div|br|h[1-6]|li|ul|ol|tr|table|blockquote|section|article|figure|figcaption|hr)\b"
    r"[^<>]*>",
    re.I,
)
_TAG: Final = re.compile(r"</?[A-Za-z][^<>]*>")
_INVISIBLE: Final = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")


def plain_text(markup: str | None) -> str:
    """NFC text, paragraphs parted by one newline; no tags, no invisible marks."""
    if not markup:
        return ""
    text = _COMMENT.sub(" ", _NOT_TEXT.sub(" ", markup))
    text = _TAG.sub("", _BLOCK.sub("\n", text))
    lines = (" ".join(line.split()) for line in _INVISIBLE.sub("", _unescaped(text)).split("\n"))
    return nfc("\n".join(line for line in lines if line))


def plain_line(markup: str | None) -> str:
    """The same on one line, as for a title."""
    return plain_text(markup).replace("\n", " ")


def _unescaped(text: str) -> str:
    """Entities undone; also those that a publisher escaped twice (&amp;#8217;)."""
    once = html.unescape(text)
    return html.unescape(once) if re.search(r"&(?:#\w{1,7}|[a-z]{2,8});", once) else once
