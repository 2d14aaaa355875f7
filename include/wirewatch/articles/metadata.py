"""Where do I change what a page says of itself? Here: headline, names, times, language.

A reader of our own over JSON-LD, meta tags and marked elements: more often right than a general
one, and it keeps the minute and the zone.
"""

import re
from dataclasses import dataclass
from typing import Any

from wirewatch.articles import authors as names
from wirewatch.articles import standfirst, times, title
from wirewatch.articles.linked_data import Node, article_node, linked_data, text_of

_LANGUAGE = re.compile(r"^([a-zA-Z]{2,3})(?:[-_]([a-zA-Z]{4}))?(?:[-_]([a-zA-Z]{2}))?\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What a page says of itself; `standfirst_shown` is whether readers see it.

    `nodes` is all its JSON-LD, `node` the article's part of it.
    """

    title: str
    standfirst: str | None
    standfirst_shown: bool
    published: times.Time | None
    modified: times.Time | None
    authors: tuple[str, ...]
    byline: str | None
    language: str | None
    canonical: str | None
    metas: dict[str, str]
    nodes: list[Node]
    node: Node


def metadata(tree: Any, url: str) -> Metadata:
    """Everything that the page says about its article."""
    nodes = linked_data(tree)
    node = article_node(nodes)
    every = _metas(tree)
    metas = {name: values[0] for name, values in every.items()}
    summaries = standfirst.candidates(node, metas)
    on_page = standfirst.shown(tree, summaries) if summaries else None
    return Metadata(
        title=title.title(tree, node, metas),
        standfirst=on_page or next(iter(summaries), None),
        standfirst_shown=on_page is not None,
        published=times.published(tree, node, metas, url),
        modified=times.modified(node, metas),
        authors=names.authors(tree, nodes, node, every),
        byline=names.byline(tree),
        language=_language(tree, node, metas),
        canonical=_canonical(tree),
        metas=metas,
        nodes=nodes,
        node=node,
    )


def _metas(tree: Any) -> dict[str, list[str]]:
    """Name → contents of the page's meta tags, in order, names in lower case."""
    found: dict[str, list[str]] = {}
    for element in tree.iter("meta"):
        content = (element.get("content") or "").strip()
        if content:
            for key in ("property", "name", "itemprop", "http-equiv"):
                if name := element.get(key):
                    found.setdefault(name.strip().lower(), []).append(content)
    return found


def _language(tree: Any, node: Node, metas: dict[str, str]) -> str | None:
    """The language as BCP 47, as the page declares it."""
    root = tree if tree.tag == "html" else tree.getroottree().getroot()
    declared = (
        root.get("lang"),
        root.get("xml:lang"),
        text_of(node.get("inLanguage")),
        metas.get("content-language"),
        metas.get("og:locale"),
    )
    for raw in declared:
        found = _LANGUAGE.match(raw or "")
        if found:
            language, script, region = found.groups()
            parts = [language.lower(), script and script.title(), region and region.upper()]
            return "-".join(part for part in parts if part)
    return None


def _canonical(tree: Any) -> str | None:
    for element in tree.iter("link"):
        if (element.get("rel") or "").lower() == "canonical" and element.get("href"):
            return str(element.get("href")).strip()
    return None
