"""Where do I change when a page is no article, and why? Here.

A page with enough of its own story is never refused for what else it says.
"""

import re
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from wirewatch.articles.linked_data import Node, types
from wirewatch.articles.metadata import Metadata
from wirewatch.articles.page import parse
from wirewatch.articles.phrases import phrases

# Below this many letters a page must show that it is an article; a brief has some 150.
FEW_LETTERS = 350
FEWEST_LETTERS = 40
# A stub before a paywall is a paragraph or two.
STUB_LETTERS = 700


class Refusal(StrEnum):
    """Why a page is no article."""

    CONSENT = "consent"
    CHALLENGE = "challenge"
    PAYWALL = "paywall"
    ERROR_PAGE = "error page"
    NOT_AN_ARTICLE = "not an article"


_CONSENT = phrases("consent")
_CHALLENGE = phrases("challenge")
_ERROR = phrases("error", r"^{}\s*[.!]?$")
_PAYWALL = phrases("paywall")
_MARKS = re.compile(
    r"challenge-platform|cf-chl|captcha-delivery|px-captcha|datadome|hcaptcha|_Incapsula_"
)


def refusal(raw: str, about: Metadata, lines: list[str], url: str) -> Refusal | None:
    """Why this page is no article, or None where it is one.

    `raw` is its markup, `lines` the story that was found.
    """
    story = sum(len(line) for line in lines)
    failed = _ERROR.match(about.title) is not None and not about.node.get("datePublished")
    if story >= STUB_LETTERS and not failed:
        return Refusal.NOT_AN_ARTICLE if _is_front_page(url, about) else None
    if _CHALLENGE.search(about.title):
        return Refusal.CHALLENGE
    if failed:
        return Refusal.ERROR_PAGE
    if _CONSENT.search(about.title):
        return Refusal.CONSENT
    return _for_what_it_shows(raw, about, story) or _for_what_it_lacks(about, story, url)


def _for_what_it_shows(raw: str, about: Metadata, story: int) -> Refusal | None:
    tree = parse(raw)
    shown = shown_text(tree) if tree is not None else ""
    if story < FEW_LETTERS and not about.node:
        if len(shown) < 2_000 and (_MARKS.search(raw[:60_000]) or _CHALLENGE.search(shown)):
            return Refusal.CHALLENGE
        if len(shown) < 6_000 and "cookie" in shown.lower() and _CONSENT.search(shown):
            return Refusal.CONSENT
    if _is_paid(about) and _PAYWALL.search(shown):
        return Refusal.PAYWALL
    return None


def _for_what_it_lacks(about: Metadata, story: int, url: str) -> Refusal | None:
    if _is_front_page(url, about) or story < FEWEST_LETTERS:
        return Refusal.NOT_AN_ARTICLE
    if story < FEW_LETTERS and not _claims_to_be_one(about):
        return Refusal.NOT_AN_ARTICLE
    return None


def _is_paid(about: Metadata) -> bool:
    """Whether the page says that it is not free. Source: Google's paywalled content mark-up."""
    free = [node.get("isAccessibleForFree") for node in about.nodes]
    tier = about.metas.get("article:content_tier", "")
    return any(str(value).lower() == "false" for value in free) or tier in ("locked", "metered")


def is_declared(about: Metadata) -> bool:
    """Whether the page calls itself an article."""
    return bool(about.node) or "article" in about.metas.get("og:type", "").lower()


def _claims_to_be_one(about: Metadata) -> bool:
    return is_declared(about) or about.published is not None


def _is_front_page(url: str, about: Metadata) -> bool:
    """The front page of a site: no path, and nothing says that it is a story."""
    parts = urlsplit(url)
    return parts.path in ("", "/") and not parts.query and not _has_story(about.node)


def _has_story(node: Node) -> bool:
    return bool(node) and "WebPage" not in types(node)


def shown_text(tree: Any) -> str:
    """Everything that the page shows, scripts left out, cut at 20,000 characters."""
    kept: list[str] = []
    length = 0
    body = tree.find(".//body")
    for element in (body if body is not None else tree).iter():
        if element.tag in ("script", "style", "noscript", "template"):
            parts = [element.tail or ""]
        else:
            parts = [element.text or "", element.tail or ""]
        for part in parts:
            if part.strip():
                kept.append(part.strip())
                length += len(part)
        if length > 20_000:
            break
    return " ".join(kept)
