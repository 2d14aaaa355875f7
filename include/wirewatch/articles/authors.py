"""Where do I change who wrote a story? Here: names as a list, the byline as it is printed.

Asked in order: JSON-LD, meta tags, elements marked as author. A name that is only the paper's own
waits until nobody else is found.
"""

import re
from typing import Any

from wirewatch.articles.linked_data import Node
from wirewatch.articles.page import plain
from wirewatch.articles.wording import clean_markup, letters

_BY = re.compile(
    r"^(?:(?:written|story|text|report(?:ed|ing)?|posted|published|author|autor)?\s*"
    r"(?:by|von|par|por|di|av|door)\b|author|autor|text)[\s:]+",
    re.I,
)
_AND = re.compile(r"\s*(?:,|;|\||&|\b(?:and|und|et|y|och|og|en)\b)\s*", re.I)
_MARGIN = re.compile(r"\s*\([^)]{0,40}\)$")
_NO_NAME = re.compile(
    r"https?:|@|^www\.|\d{3}|^\W|\bimage\b|"
    r"^(?:admin|authors?|editor|staff|none|null|undefined|unknown|share|follow|read more)$",
    re.I,
)
_METAS = (
    "author",
    "article:author",
    "parsely-author",
    "sailthru.author",
    "dc.creator",
    "dcterms.creator",
    "byl",
)
_PROFILES = ("/author/", "/authors/", "/autor/", "/profile/", "/reporter/")
_CLASSES = ("author-name", "authorName", "author__name", "byline", "Byline", "author", "Author")
_MARKED = (
    './/*[@itemprop="author"]//*[@itemprop="name"]',
    './/*[@itemprop="author"]',
    './/a[contains(@rel, "author")]',
    f".//a[{' or '.join(f'contains(@href, {path!r})' for path in _PROFILES)}]",
    f".//*[{' or '.join(f'contains(@class, {name!r})' for name in _CLASSES)}]",
)


def authors(
    tree: Any, nodes: list[Node], node: Node, metas: dict[str, list[str]]
) -> tuple[str, ...]:
    """The names, in order, each once; () where the page names nobody."""
    site = _site_names(node, metas)
    by_id = {one["@id"]: one for one in nodes if isinstance(one.get("@id"), str)}
    declared = _declared(node, by_id, metas)
    people = tuple(name for name in declared if not _is_site(name, site))
    return people or _unique(_marked(tree, site)) or declared


def split_names(text: str) -> list[str]:
    """The names in “By A. Writer, B. Other and C. Third”."""
    text = _BY.sub("", clean_markup(text))
    return [part for part in _AND.split(text) if part]


def _declared(node: Node, by_id: dict[str, Node], metas: dict[str, list[str]]) -> tuple[str, ...]:
    for key in ("author", "creator", "contributor"):
        if found := _unique(_named(node.get(key), by_id)):
            return found
    for key in _METAS:
        names = [name for text in metas.get(key, ()) for name in split_names(text)]
        if found := _unique(names):
            return found
    return ()


def _named(value: Any, by_id: dict[str, Node], depth: int = 0) -> list[str]:
    """Names in a JSON-LD value; a person's name may end in “, MD”."""
    if depth > 4:
        return []
    if isinstance(value, list):
        return [name for item in value for name in _named(item, by_id, depth + 1)]
    if isinstance(value, dict):
        name = value.get("name") or by_id.get(str(value.get("@id")), {}).get("name")
        if isinstance(name, str):
            return _people(_MARGIN.sub("", _BY.sub("", clean_markup(name)).strip(" ,|")))
        return _named(name, by_id, depth + 1)
    return split_names(value) if isinstance(value, str) else []


def _people(name: str) -> list[str]:
    """One name, or several where every part between commas and “and” looks like one."""
    parts = [part for part in _AND.split(name) if part]
    return parts if all(_looks_like_a_name(part) for part in parts) else [name]


def _site_names(node: Node, metas: dict[str, list[str]]) -> set[str]:
    publisher = node.get("publisher")
    names = [publisher.get("name") if isinstance(publisher, dict) else publisher]
    for key in ("og:site_name", "application-name", "twitter:site"):
        names += metas.get(key, [])
    return {letters(name) for name in names if isinstance(name, str)} - {""}


def _is_site(name: str, site: set[str]) -> bool:
    """Whether the “author” is the paper: its name, or an internet address."""
    return letters(name) in site or re.search(r"\.(?:com|net|org|[a-z]{2})\b\)?$", name) is not None


def _marked(tree: Any, site: set[str]) -> list[str]:
    """The names of the first element marked as author that has any, and of those beside it."""
    for path in _MARKED:
        elements = tree.xpath(path)[:8]
        for place, element in enumerate(elements):
            if names := _names_in(element, site):
                beside = [one for one in elements[place + 1 :] if _is_beside(one, element)]
                return names + [name for one in beside for name in _names_in(one, site)]
    return []


def _names_in(element: Any, site: set[str]) -> list[str]:
    text = plain(element) or element.get("content") or ""
    if not 3 <= len(text) <= 80:
        return []
    names = [name for name in split_names(text) if _looks_like_a_name(name)]
    return [] if all(_is_site(name, site) for name in names) else names


def _is_beside(one: Any, other: Any) -> bool:
    """Whether two elements stand in one line or list: the same parent, or one further up."""
    parent, others = one.getparent(), other.getparent()
    if parent is others:
        return True
    near = parent is not None and others is not None
    return near and parent.tag == others.tag and parent.getparent() is others.getparent()


def _looks_like_a_name(text: str) -> bool:
    """Two to five words with capitals, or a short word of a script without them."""
    parts = text.split()
    if text.isascii() or any(char.islower() for char in text):
        return 2 <= len(parts) <= 5 and sum(part[0].isupper() for part in parts) >= 2
    return 2 <= len(text) <= 20


def _unique(names: list[str]) -> tuple[str, ...]:
    kept: dict[str, str] = {}
    for name in names:
        if 2 <= len(name) <= 80 and not _NO_NAME.search(name):
            kept.setdefault(name.casefold(), name)
    return tuple(kept.values())


def byline(tree: Any) -> str | None:
    """The byline as printed, where an element of the page is marked as one."""
    path = './/*[contains(@class, "byline") or contains(@class, "Byline")]'
    for element in tree.xpath(path)[:5]:
        text = clean_markup(plain(element))
        if 3 <= len(text) <= 200:
            return text
    return None
