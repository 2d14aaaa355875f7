"""Which hub would tell us of news at once? What a Link header says where the feed is silent.

It is only recorded: a hub needs an address on the open web to call back. Source: WebSub, section 4.
"""

import re
from typing import Final

from wirewatch.feeds.fields import web_link

_LINK: Final = re.compile(r"<([^<>]{1,2000})>((?:\s*;\s*[^;,<>\"]{1,40}(?:\"[^\"]{0,200}\")?)*)")
_REL: Final = re.compile(r";\s*rel\s*=\s*\"?([^\";]+)", re.I)


def hub_in(link_header: str, url: str) -> str | None:
    """The first hub of a Link header, absolute against `url`; None if it names none."""
    for found in _LINK.finditer(link_header[:8192]):
        rel = _REL.search(found.group(2))
        if rel and "hub" in rel.group(1).lower().split():
            return web_link(found.group(1), url)
    return None
