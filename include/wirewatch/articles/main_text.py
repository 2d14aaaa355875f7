"""How is the story's own text found on a page?

trafilatura finds it on a tree from which other stories were cut; where that is less than half of
what the page's JSON-LD carries as `articleBody`, the latter is taken; a live blog gives one
paragraph a post.
"""

import re
from typing import Any

from wirewatch.articles.linked_data import Node, text_of, types
from wirewatch.articles.lines import split, story_lines
from wirewatch.articles.metadata import Metadata
from wirewatch.articles.page import plain
from wirewatch.articles.teasers import cut_teasers
from wirewatch.articles.title import clean
from wirewatch.text import fold

_BREAKS = re.compile(r"(?i)<(?:br|/p|/div|/li|/h[1-6]|p|div|li)\b[^>]{0,300}>")
_MARKUP = re.compile(r"<[^<>]{1,2000}>")


def main_text(tree: Any, about: Metadata, url: str) -> tuple[list[str], str]:
    """The story's paragraphs and the way they were got: `page`, `json-ld` or `live blog`.

    The tree is used up: what belongs to other stories is cut out of it.
    """
    shown = _shown_standfirst(tree, about.standfirst)
    posts = live_posts(about.nodes)
    cut_teasers(tree, about.title)
    lines = story_lines(_by_trafilatura(tree, url), about.title, about.authors)
    if len(posts) >= 3 and _words(posts) >= 0.6 * _words(lines):
        return _before(posts, lines) + posts, "live blog"
    body = story_lines(_article_body(about.node), about.title, about.authors)
    if 2 * _words(lines) < _words(body):
        return body, "json-ld"
    return _with_standfirst(lines, shown), "page"


def live_posts(nodes: list[Node]) -> list[str]:
    """A live blog's posts, in the order of the page, each as one paragraph with its headline."""
    posts: list[str] = []
    for node in nodes:
        if "LiveBlogPosting" not in types(node):
            continue
        updates = node.get("liveBlogUpdate")
        for update in updates if isinstance(updates, list) else [updates]:
            if isinstance(update, dict):
                parts = [clean(text_of(update.get("headline"))), *_article_body(update)]
                whole = " ".join(part if part[-1] in ".!?…" else part + "." for part in parts if part)
                posts += [whole] if whole and whole not in posts else []
    return posts


def _before(posts: list[str], lines: list[str]) -> list[str]:
    """What the page says before its first post."""
    told = _letters(" ".join(posts))
    for place, line in enumerate(lines[:12]):
        if _letters(line) in told:
            return lines[:place]
    return []


def _by_trafilatura(tree: Any, url: str) -> list[str]:
    import logging

    from trafilatura.core import bare_extraction

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    found = bare_extraction(tree, url=url, include_comments=False, with_metadata=False)
    return split(getattr(found, "text", None) or "")


def _article_body(node: Node) -> list[str]:
    text = text_of(node.get("articleBody")) or text_of(node.get("text"))
    if "<" in text:
        text = _MARKUP.sub("", _BREAKS.sub("\n", text))
    return split(text)


def _shown_standfirst(tree: Any, standfirst: str | None) -> str | None:
    """The standfirst as the page shows it, or None where it only stands in the head."""
    if standfirst is None:
        return None
    wanted = _letters(standfirst)[:60]
    for element in tree.iter("p", "h2", "h3", "h4", "div", "span", "strong"):
        if len(element) > 6 or element.tag in ("div", "span") and len(element) > 2:
            continue
        text = plain(element)
        if len(text) <= 1.2 * len(standfirst) + 5 and _letters(text[:200]).startswith(wanted):
            return clean(text)
    return None


def _with_standfirst(lines: list[str], shown: str | None) -> list[str]:
    """The lines with the standfirst first, if the page shows it and they lack it."""
    if shown is None or not lines:
        return lines
    wanted = _letters(shown)[:60]
    if any(wanted in _letters(line) for line in lines):
        return lines
    return [shown, *lines]


def _letters(text: str) -> str:
    return "".join(char for char in fold(text) if char.isalnum())


def _words(lines: list[str]) -> int:
    return sum(len(line.split()) for line in lines)
