"""Where do I change how a story's text is found on a page? Here.

trafilatura finds it on a tree from which other stories were cut; where that is less than half of
what the page's JSON-LD carries as `articleBody`, the latter is taken; a live blog gives one
paragraph a post.
"""

import re
from dataclasses import dataclass
from typing import Any

from wirewatch.articles.lines import split, story_lines
from wirewatch.articles.linked_data import Node, text_of, types
from wirewatch.articles.metadata import Metadata
from wirewatch.articles.teasers import cut_teasers
from wirewatch.articles.wording import clean_markup, letters

# The largest of 732 pages measured has 2,616.
MOST_BLOCKS = 4_000

_BREAKS = re.compile(r"(?i)<(?:br|/p|/div|/li|/h[1-6]|p|div|li)\b[^>]{0,300}>")
_MARKUP = re.compile(r"<[^<>]{1,2000}>")


@dataclass(frozen=True, slots=True)
class Found:
    """A story's paragraphs, and the way they were got: `page`, `json-ld` or `live blog`.

    `edges` are the first and last lines that were dropped as no part of the story: bylines,
    sign-offs and rights lines, which may name an agency.
    """

    lines: list[str]
    method: str
    edges: list[str]


def main_text(tree: Any, about: Metadata, url: str) -> Found:
    """The story on the page.

    The tree is used up: what belongs to other stories is cut out of it.
    """
    shown = about.standfirst if about.standfirst_shown else None
    posts = live_posts(about.nodes)
    cut_teasers(tree, about.title, url)
    every = _by_trafilatura(tree, url)
    lines = story_lines(every, about.title, about.authors)
    edges = [line for line in every[:3] + every[-5:] if line not in lines]
    if len(posts) >= 3 and _words(posts) >= 0.6 * _words(lines):
        return Found(_before(posts, lines) + posts, "live blog", edges)
    body = story_lines(_article_body(about.node), about.title, about.authors)
    if 2 * _words(lines) < _words(body):
        return Found(body, "json-ld", edges)
    return Found(_with_standfirst(lines, shown), "page", edges)


def live_posts(nodes: list[Node]) -> list[str]:
    """A live blog's posts, in the order of the page, each as one paragraph with its headline."""
    posts: list[str] = []
    for node in nodes:
        if "LiveBlogPosting" not in types(node):
            continue
        updates = node.get("liveBlogUpdate")
        for update in updates if isinstance(updates, list) else [updates]:
            if isinstance(update, dict):
                parts = [clean_markup(text_of(update.get("headline"))), *_article_body(update)]
                whole = " ".join(
                    part if part[-1] in ".!?…" else part + "." for part in parts if part
                )
                posts += [whole] if whole and whole not in posts else []
    return posts


def _before(posts: list[str], lines: list[str]) -> list[str]:
    """What the page says before its first post."""
    told = letters(" ".join(posts))
    for place, line in enumerate(lines[:12]):
        if letters(line) in told:
            return lines[:place]
    return []


def _by_trafilatura(tree: Any, url: str) -> list[str]:
    import logging

    from trafilatura.core import bare_extraction

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    # Its rescue by justext is quadratic in paragraphs: 77 KB of headings cost 20 s.
    blocks = sum(1 for _ in tree.iter("p", "div", "li", "h1", "h2", "h3", "h4", "td", "br"))
    found = bare_extraction(
        tree, url=url, include_comments=False, with_metadata=False, fast=blocks > MOST_BLOCKS
    )
    return split(getattr(found, "text", None) or "")


def _article_body(node: Node) -> list[str]:
    text = text_of(node.get("articleBody")) or text_of(node.get("text"))
    if "<" in text:
        text = _MARKUP.sub("", _BREAKS.sub("\n", text))
    return split(text)


def _with_standfirst(lines: list[str], shown: str | None) -> list[str]:
    """The lines with the standfirst first, if the page shows it and they lack it."""
    if shown is None or not lines:
        return lines
    wanted = letters(shown)[:60]
    if any(wanted in letters(line) for line in lines):
        return lines
    return [shown, *lines]


def _words(lines: list[str]) -> int:
    return sum(len(line.split()) for line in lines)
