"""Where do I change how JSON-LD is read? Here: all nodes, and which is the article."""

import json
import re
from collections.abc import Iterator
from typing import Any

_OPENING = re.compile(r"\s*(?:<!--|//<!\[CDATA\[|/\*<!\[CDATA\[\*/|<!\[CDATA\[)")
# Tried where a run begins only: a script may hold a page's length of spaces.
_ENDING = re.compile(r"(?<![\s;])[\s;]++$")
_CLOSING = ("/*]]>*/", "//]]>", "]]>", "-->")
_TRAILING_COMMA = re.compile(r",\s*([}\]])")
_ARTICLE = re.compile(
    r"(?:Article|Posting|Report|Analysis|Opinion|Review|Background)$|^Article|^AskPublic", re.I
)
_MOST_NODES = 2_000

Node = dict[str, Any]


def linked_data(tree: Any) -> list[Node]:
    """Every JSON-LD node of the page that has a type, outer first; broken ones are left out."""
    found: list[Node] = []
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower():
            continue
        for node in _nodes(_loads(script.text or "")):
            if len(found) == _MOST_NODES:
                return found
            found.append(node)
    return found


def _loads(text: str) -> Any:
    """The script's value; what publishers commonly get wrong is mended, the rest is None."""
    text = _unwrapped(text)
    for mend in (lambda raw: raw, lambda raw: _TRAILING_COMMA.sub(r"\1", raw)):
        try:
            return json.loads(mend(text), strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _unwrapped(text: str) -> str:
    """The text without the marks that hide a script from old browsers, and without what ends it."""
    opening = _OPENING.match(text)
    text = _ENDING.sub("", text[opening.end() :] if opening else text)
    mark = next((one for one in _CLOSING if text.endswith(one)), "")
    return text.removesuffix(mark)


def _nodes(value: Any, depth: int = 0) -> Iterator[Node]:
    if depth > 8:
        return
    if isinstance(value, list):
        for item in value:
            yield from _nodes(item, depth + 1)
    elif isinstance(value, dict):
        if value.get("@type"):
            yield value
        for key in (
            "@graph",
            "mainEntity",
            "mainEntityOfPage",
            "itemListElement",
            "item",
            "hasPart",
        ):
            yield from _nodes(value.get(key), depth + 1)


def types(node: Node) -> tuple[str, ...]:
    """The node's types without the address of the vocabulary."""
    raw = node.get("@type")
    names = raw if isinstance(raw, list) else [raw]
    return tuple(str(name).rsplit("/", 1)[-1] for name in names if name)


def is_article(node: Node) -> bool:
    """Whether the node is an article of any kind."""
    return any(_ARTICLE.search(name) for name in types(node))


def article_node(nodes: list[Node]) -> Node:
    """The node that is this page's article: the one that says most; {} if there is none.

    Teasers of other stories are also typed as articles, but carry a headline and little else.
    """
    wanted = (
        "headline",
        "datePublished",
        "author",
        "articleBody",
        "description",
        "publisher",
        "mainEntityOfPage",
    )
    best: Node = {}
    most = 0
    for node in nodes:
        if is_article(node):
            told = sum(bool(node.get(key)) for key in wanted)
            if told > most:
                best, most = node, told
    return best


def text_of(value: Any) -> str:
    """A text value, or the first of a list of them; anything else is empty."""
    if isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, dict):
        value = value.get("@value") or value.get("name")
    return value if isinstance(value, str) else ""
