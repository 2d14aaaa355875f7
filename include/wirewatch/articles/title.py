"""Where do I change how a headline is found, without the paper's name? Here.

Asked in order: the headline of JSON-LD, og:title, the one `<h1>`, `<title>`. Where the first of
these has a tail that the visible `<h1>` lacks, the tail is the paper's name and goes.
"""

import re
from typing import Any

from wirewatch.articles.linked_data import Node, text_of
from wirewatch.articles.page import plain
from wirewatch.articles.wording import clean, clean_markup, letters
from wirewatch.text import fold

_BREAK = re.compile(r"\s*[|•·»–—ㅣ-]|\s*::")
_KICKER = re.compile(r"^.{3,60}?(?::\s+|\s+[–—-]\s+)(.+)$")
_TAIL = re.compile(r"\s+(?:[|•·»–—-]|::)\s+([^|•·»–—]{2,60})$")


def title(tree: Any, node: Node, metas: dict[str, str]) -> str:
    """The headline, or "" where the page has none."""
    shown = _headings(tree)
    site = clean_markup(metas.get("og:site_name", ""))
    head = _without_site(clean_markup(text_of(node.get("headline"))), site)
    shared = clean_markup(metas.get("og:title") or metas.get("twitter:title") or "")
    tab = tree.find(".//head/title")
    in_tab = clean(plain(tab)) if tab is not None else ""
    for heading in shown:
        if letters(head) != letters(shared) and (kicked := _without_kicker(heading, shared)):
            return kicked
        for candidate in (shared, head):
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
    one, other = letters(heading), letters(candidate)
    if one and (one == other or (len(other) >= 25 and one.endswith(other))):
        return candidate
    if len(one) >= 12 and other.startswith(one):
        tail = _BREAK.search(candidate, len(heading) - 3)
        return (
            candidate[: tail.start()]
            if tail and letters(candidate[: tail.start()]) == one
            else heading
        )
    return ""


def _without_kicker(heading: str, declared: str) -> str:
    """The headline after two different kickers: “War – Town taken” and “Front: Town taken”.

    For a page that declares two titles; one that is declared twice is the headline as it is.
    """
    if letters(heading) == letters(declared):
        return ""
    one, other = _KICKER.match(heading), _KICKER.match(declared)
    if one is None or other is None or letters(one.group(1)) != letters(other.group(1)):
        return ""
    return other.group(1) if len(letters(other.group(1))) >= 25 else ""


def _shares_words(heading: str, declared: str) -> bool:
    """Whether the only heading is about what the page declares, not the paper's name or “Blog”."""
    one, other = set(fold(heading).split()), set(fold(declared).split())
    return not other or 2 * len(one & other) >= len(one)


def _without_site(text: str, site: str) -> str:
    """The title without the site's own name at its end."""
    tail = _TAIL.search(text)
    named = tail is not None and letters(tail.group(1)) in (letters(site), letters(site) + "com")
    return text[: tail.start()] if tail is not None and named else text


def _without_tail(text: str, shown: list[str]) -> str:
    """The title without “ - The Paper”: a short tail that no heading of the page has."""
    tail = _TAIL.search(text)
    if tail is None or len(tail.group(1).split()) > 4:
        return text
    return text if any(tail.group(1) in heading for heading in shown) else text[: tail.start()]
