"""Where do I change which blocks are other stories by their headings alone? Here.

A box that nobody named as one still shows what it is: its heading is a link to another page of the
same site, and a few words of prose stand below. A front page is made of nothing else.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Any, Final
from urllib.parse import urlsplit

from wirewatch.articles.page import inner
from wirewatch.articles.wording import letters

MOST_LETTERS: Final = 900  # of a box; more is a section of the story
# Where boxes hold more of the prose than this, they may be the items of a list that is the story.
MOST_OF_A_STORY: Final = 0.5
OF_A_FRONT_PAGE: Final = 0.8
FEWEST_OF_A_FRONT_PAGE: Final = 6
LEAST_OF_A_FRONT_PAGE: Final = 1_000  # letters: a page with less prose keeps its story elsewhere
_HEADINGS: Final = ("h1", "h2", "h3", "h4", "h5", "h6")
_BLOCKS: Final = frozenset(("div", "li", "section", "article", "td", "aside", "ul", "ol"))


def boxes(body: Any, title: str, url: str) -> list[Any]:
    """The blocks that tell of other stories; none where they are most of the page."""
    found = _found(body, title, url)
    whole = _letters(body)
    told = sum(_letters(box) for box in found)
    return found if told <= MOST_OF_A_STORY * whole else []


def is_front_page(body: Any, title: str, url: str) -> bool:
    """Whether the page's prose stands in many such blocks, and hardly any outside of them."""
    found = _found(body, title, url)
    if len(found) < FEWEST_OF_A_FRONT_PAGE:
        return False
    told = sum(_letters(box) for box in found)
    return told >= max(LEAST_OF_A_FRONT_PAGE, OF_A_FRONT_PAGE * _letters(body))


def _found(body: Any, title: str, url: str) -> list[Any]:
    headline, host = letters(title), _host(url)
    found: dict[Any, None] = {}
    for heading in body.iter(*_HEADINGS):
        own = letters(inner(heading))
        if len(own) < 8 or own == headline or not _leads_to_another_page(heading, own, url, host):
            continue
        if (box := _around(heading)) is not None:
            found[box] = None
    return list(found)


def _around(heading: Any) -> Any | None:
    """The smallest block around a heading that has prose; None where that is more than a box."""
    for block in heading.iterancestors():
        if block.tag not in _BLOCKS:
            continue
        if len(list(islice(block.iter(*_HEADINGS), 2))) > 1:
            return None  # asked first: blocks with one heading only are small or few
        if size := _letters(block):
            return block if size <= MOST_LETTERS else None
    return None


def _leads_to_another_page(heading: Any, own: str, url: str, host: str) -> bool:
    around = next(heading.iterancestors("a"), None)
    links = [around] if around is not None else list(heading.iter("a"))
    inside = own if around is not None else letters("".join(_texts(links)))
    if 10 * len(inside) < 9 * len(own):
        return False
    targets = [link.get("href") or "" for link in links]
    return all(_is_another_page(target, url, host) for target in targets) and bool(targets)


def _texts(links: list[Any]) -> Iterator[str]:
    return (inner(link) for link in links)


def _is_another_page(target: str, url: str, host: str) -> bool:
    if not target or target.startswith(("#", "javascript:", "mailto:")):
        return False
    try:
        parts = urlsplit(target)
        own = urlsplit(url)
    except ValueError:
        return False
    if parts.netloc and _host(target) != host:
        return False
    return bool(parts.path) and parts.path.rstrip("/") != own.path.rstrip("/")


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _letters(element: Any) -> int:
    """How many characters the paragraphs of an element hold."""
    return sum(len(inner(p).strip()) for p in element.iter("p"))
