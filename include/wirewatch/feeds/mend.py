"""What publishers get wrong in XML, put right before it is parsed: bare & and HTML's entities.

A strict parser stops at “AT&T” or &nbsp;, and a lenient one makes “AT&T;” of it. A number that is
no character (half of a pair, &#0;) would break the parser itself. CDATA and comments stay as they
are.
"""

import html
import re
from html.entities import html5
from typing import Final

_OPENING: Final = re.compile(r"<!\[CDATA\[|<!--")
_REFERENCE: Final = re.compile(
    r"&(?!(?:amp|lt|gt|quot|apos);)"
    r"(?:#(?P<number>[0-9]{1,7}|[xX][0-9A-Fa-f]{1,6});|(?P<name>[A-Za-z][A-Za-z0-9]{1,31};))?"
)
_NO_CHARACTER: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def mended(text: str) -> str:
    """The text with every & in order. A document with entities of its own is left alone."""
    if _REFERENCE.search(text) is None or "<!ENTITY" in text:
        return text
    parts: list[str] = []
    position = 0
    while (opening := _OPENING.search(text, position)) is not None:
        parts.append(_REFERENCE.sub(_right, text[position : opening.start()]))
        end = text.find("]]>" if opening.group() == "<![CDATA[" else "-->", opening.end())
        if end < 0:
            return "".join([*parts, text[opening.start() :]])
        parts.append(text[opening.start() : end])
        position = end
    return "".join([*parts, _REFERENCE.sub(_right, text[position:])])


def _right(found: re.Match[str]) -> str:
    number, name = found.group("number", "name")
    if number is not None:
        point = int(number[1:], 16) if number[0] in "xX" else int(number)
        good = point <= 0x10FFFF and not _NO_CHARACTER.match(chr(point))
        return f"&#{number.lower()};" if good else "\ufffd"
    if name is None:
        return "&amp;"
    return html.escape(html5[name]) if name in html5 else f"&amp;{name}"
