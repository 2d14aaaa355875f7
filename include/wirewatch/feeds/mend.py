"""What publishers get wrong in XML, put right before it is parsed: bare & and HTML's entities.

A strict parser stops at “AT&T” or &nbsp;, and a lenient one makes “AT&T;” of it. CDATA and
comments stay as they are.
"""

import html
import re
from html.entities import html5
from typing import Final

_OPENING: Final = re.compile(r"<!\[CDATA\[|<!--")
_WRONG: Final = re.compile(
    r"&(?!#[0-9]{1,7};|#[xX][0-9A-Fa-f]{1,6};|(?:amp|lt|gt|quot|apos);)([A-Za-z][A-Za-z0-9]{1,31};)?"
)


def mended(text: str) -> str:
    """The text with every & in order. A document with entities of its own is left alone."""
    if _WRONG.search(text) is None or "<!ENTITY" in text:
        return text
    parts: list[str] = []
    position = 0
    while (opening := _OPENING.search(text, position)) is not None:
        parts.append(_WRONG.sub(_right, text[position : opening.start()]))
        end = text.find("]]>" if opening.group() == "<![CDATA[" else "-->", opening.end())
        if end < 0:
            return "".join([*parts, text[opening.start() :]])
        parts.append(text[opening.start() : end])
        position = end
    return "".join([*parts, _WRONG.sub(_right, text[position:])])


def _right(found: re.Match[str]) -> str:
    name = found.group(1)
    if name is None:
        return "&amp;"
    return html.escape(html5[name]) if name in html5 else f"&amp;{name}"
