"""What is the page's headline, without the paper's name?

Asked in order: the headline of JSON-LD, og:title, the one `<h1>`, `<title>`. Where the first of
these has a tail that the visible `<h1>` lacks, the tail is the paper's name and goes.
"""

import html
import re
from typing import Any

from wirewatch.articles.linked_data import Node, text_of
from wirewatch.articles.page import plain
from wirewatch.text import fold, nfc

_TAIL = re.compile(r"\s+(?:[|•·»–—-]|::)\s+([^|•·»–—]{2,60})$")
_SPACES = re.compile(r"\s+")
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2069"), None)


def clean(text: str) -> str:
    """One line of NFC without markup, doubled entities, soft hyphens and invisible marks."""
    text = html.unescape(html.unescape(text))
    if "<" in text:
        text = re.sub(r"</?[a-zA-Z][^<>]{0,200}>", "", text)
    return nfc(_SPACES.sub(" ", text.translate(_INVISIBLE)).strip())


def title(tree: Any, node: Node, metas: dict[str, str]) -> str:
    """The headline, or "" where the page has none."""
    shown = _headings(tree)
    site = clean(metas.get("og:site_name", ""))
    head = _without_site(clean(text_of(node.get("headline"))), site)
    shared = clean(metas.get("og:title") or metas.get("twitter:title") or "")
    tab = tree.find(".//head/title")
    in_tab = clean(plain(tab)) if tab is not None else ""
    for candidate in (head, shared):
        for heading in shown:
            if agreed := _agreed(heading, candidate):
                return agreed
    if head and not head.endswith(("…", "...")):
        return head
    if len(shown) == 1 and _shares_words(shown[0], shared or in_tab):
        return shown[0]
    return _without_tail(_without_site(shared or in_tab, site), shown) or "".join(shown[:1])


def _headings(tree: Any) -> list[str]:
    texts = (clean(plain(element)) for element in tree.iter("h1"))
    return [text for text in texts if len(text) > 4][:5]


def _agreed(heading: str, candidate: str) -> str:
    """The headline that a visible heading and what the page declares share, else "".

    A heading that puts a kicker before the headline, or a declared title that puts the paper's
    name after it, is longer by just that.
    """
    one, other = _letters(heading), _letters(candidate)
    if one and (one == other or (len(other) >= 25 and one.endswith(other))):
        return candidate
    if len(one) >= 12 and other.startswith(one):
        return heading
    return ""


def _shares_words(heading: str, declared: str) -> bool:
    """Whether the only heading is about what the page declares, not the paper's name or “Blog”."""
    one, other = set(fold(heading).split()), set(fold(declared).split())
    return not other or 2 * len(one & other) >= len(one)


def _letters(text: str) -> str:
    return "".join(char for char in fold(text) if char.isalnum())


def _without_site(text: str, site: str) -> str:
    """The title without the site's own name at its end."""
    tail = _TAIL.search(text)
    named = tail is not None and _letters(tail.group(1)) in (_letters(site), _letters(site) + "com")
    return text[: tail.start()] if tail is not None and named else text


def _without_tail(text: str, shown: list[str]) -> str:
    """The title without “ - The Paper”: a short tail that no heading of the page has."""
    tail = _TAIL.search(text)
    if tail is None or len(tail.group(1).split()) > 4:
        return text
    return text if any(tail.group(1) in heading for heading in shown) else text[: tail.start()]
