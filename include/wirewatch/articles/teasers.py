"""Where do I change what is cut off a page as another story? Here, before its text is taken.

Teasers are the dangerous kind of clutter: they are prose, and bring the names of another story
into this one. Six signs, each on the tree: a container named as one, a link around whole blocks,
a paragraph or list that is nothing but links, another `<article>` beside the one with the
headline, a box whose heading leads to another page (`boxes.py`), an embedded post.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import Any

from wirewatch.articles.boxes import boxes
from wirewatch.articles.page import inner
from wirewatch.articles.phrases import phrases
from wirewatch.articles.wording import letters

# A part of this share of the page's paragraphs is the story itself, whatever it is called.
LARGEST_SHARE = 0.35
# Of a menu's letters so many stand in links.
MENU_SHARE = 0.6

_NAMED = phrases("container", r"(?:^|[\s_-]){}(?:$|[\s_-])")
_LEAD_IN = phrases("lead_in", r"^{}\b")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_BLOCKS = ("p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article", "ul", "li")
_ENTRY = re.compile(r"(?:^|\s)post-(\d+)(?:\s|$)")
_LINES = frozenset(("p", "li", "h2", "h3", "h4"))
_CONTAINERS = tuple(
    "div section aside ul ol dl nav form figure figcaption footer header blockquote details dialog "  # noqa: SIM905
    "table article iframe".split()
)


def cut_teasers(tree: Any, title: str, url: str = "") -> int:
    """How many parts were cut off; the tree is changed in place."""
    body = tree.find(".//body") if tree.tag == "html" else tree
    if body is None:
        return 0
    for element in list(tree.iter("style", "svg", "template", "script")):
        _drop(element)
    whole = _prose(body)
    headline = letters(title)
    doomed = [
        element
        for element in _candidates(body)
        if _prose(element) <= LARGEST_SHARE * whole and not _holds_headline(element, headline)
    ]
    doomed += _other_articles(body, title)
    doomed += boxes(body, title, url)
    for element in doomed:
        _drop(element)
    return len(doomed)


def _candidates(body: Any) -> Iterator[Any]:
    """What looks like a part of another story by its name or its links."""
    for element in body.iter(*_CONTAINERS):
        name = f"{element.get('class') or ''} {element.get('id') or ''}"
        if len(name) > 1 and _is_named_as_one(name):
            yield element
    yield from (menu for menu in body.iter("nav") if _mostly_links(menu))
    lines: dict[Any, None] = {}
    for link in body.iter("a"):
        if not _leads_away(link):
            continue
        if next(link.iter(*_BLOCKS), None) is not None:
            yield link
        for parent in islice(link.iterancestors(), 4):
            if parent.tag in _LINES:
                lines[parent] = None
    yield from (line for line in lines if _only_a_link(line))


@lru_cache(maxsize=20_000)
def _is_named_as_one(name: str) -> bool:
    """Whether class and id call a container a teaser; pages use few names, over and over."""
    return _NAMED.search(_CAMEL.sub("-", name[:500])) is not None


def _leads_away(link: Any) -> bool:
    """Whether a link goes to another page, not to a place in this one."""
    return not (link.get("href") or "#").startswith(("#", "javascript:"))


def _mostly_links(element: Any) -> bool:
    """Whether a menu is one: some pages never close theirs, and the story stands inside."""
    inside = sum(len(inner(link).strip()) for link in element.iter("a"))
    return inside >= MENU_SHARE * len(inner(element).strip())


def _only_a_link(element: Any) -> bool:
    """A line that is one link of several words, or “Read also:” and a link."""
    links = [link for link in element.iter("a") if _leads_away(link)]
    if not links:
        return False
    text = inner(element).strip()
    inside = sum(len(inner(link).strip()) for link in links)
    if _LEAD_IN.match(text) and inside * 2 > len(text):
        return True
    share = 0.65 if element.tag == "li" else 0.9
    return len(text.split()) >= 4 and inside >= share * len(text)


def _other_articles(body: Any, title: str) -> list[Any]:
    """The `<article>` elements with a headline of their own, beside or inside the story's own.

    A page may also cut one story into several articles; those parts have no link in their
    headings and no `<h1>`, and stay.
    """
    articles = list(body.iter("article"))
    if len(articles) < 2:
        return []
    size = {article: _size(article) for article in articles}
    largest = max(articles, key=size.__getitem__)
    own = _with_headline(body, title)
    sure = own is not None and 6 * size[own] > size[largest]
    if own is None or not sure:
        own = largest
    around = set(own.iterancestors("article")) | {own}
    number = _entry_number(own)
    others = [
        one
        for one in articles
        if one not in around and (_headed(one) or _entry_number(one) not in ("", number))
    ]
    return others if sure else [one for one in others if size[one] <= LARGEST_SHARE * size[own]]


def _holds_headline(element: Any, headline: str) -> bool:
    """Whether the story's own headline stands inside."""
    return any(letters(inner(h1)) == headline for h1 in element.iter("h1"))


def _with_headline(body: Any, title: str) -> Any | None:
    """The innermost `<article>` around the heading that is the page's title."""
    wanted = letters(title)
    for heading in body.iter("h1"):
        if wanted and letters(inner(heading)) == wanted:
            return next(heading.iterancestors("article"), None)
    return None


def _entry_number(article: Any) -> str:
    """WordPress marks each entry as `post-123`; "" for pages of other systems."""
    found = _ENTRY.search(article.get("class") or "")
    return found.group(1) if found else ""


def _size(element: Any) -> int:
    """How many characters are shown inside."""
    hidden = sum(len(script.text or "") for script in element.iter("script", "style", "noscript"))
    return len(inner(element)) - hidden


def _headed(article: Any) -> bool:
    """Whether an article has a headline of its own: an `<h1>`, or one that leads elsewhere."""
    for heading in article.iter("h1", "h2", "h3", "h4"):
        linked = next(heading.iter("a"), None) is not None
        if heading.tag == "h1" or linked or next(heading.iterancestors("a"), None) is not None:
            return True
    return False


def _prose(element: Any) -> int:
    """How many characters the paragraphs under an element hold."""
    return sum(len(inner(p)) for p in element.iter("p"))


def _drop(element: Any) -> None:
    """Take an element out and leave the words that follow it."""
    parent, tail = element.getparent(), element.tail
    if parent is None:
        return
    if tail and tail.strip():
        before = element.getprevious()
        if before is None:
            parent.text = (parent.text or "") + tail
        else:
            before.tail = (before.tail or "") + tail
    parent.remove(element)
