"""Look at a feed before it is switched on: what it brings, what its pages read like, or why not.

Nothing is stored. An address of a site leads to the feeds that its page names.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from html import unescape
from typing import Final

from wirewatch.articles.extract import extract
from wirewatch.desk.workers import JobFailed, run_killable
from wirewatch.feeds.answer import outcome_of
from wirewatch.feeds.document import NotAFeed, ParsedFeed
from wirewatch.feeds.fields import web_link
from wirewatch.feeds.parse import parse_feed
from wirewatch.fetch import Fetched, Request, fetch_now
from wirewatch.fetch.answers import PAGE_BYTES, PAGE_TYPES
from wirewatch.records import Article

MOST_FOUND: Final = 10
_LINK: Final = re.compile(r"<link\b[^<>]{0,2000}>", re.I)
_ATTRIBUTE: Final = re.compile(r"(?<![a-z-])([a-z-]+)\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s\"'<>]+)", re.I)
_FEED_TYPES: Final = ("rss+xml", "atom+xml", "rdf+xml", "feed+json")


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedTrial:
    """What an address gave: a feed (with its first page read), other feeds, or the reason."""

    url: str
    feed: ParsedFeed | None = None
    article: Article | None = None
    article_why_not: str = ""
    other_feeds: tuple[str, ...] = ()
    moved_to: str | None = None
    why_not: str = ""


def try_feed(
    url: str, *, allow: Iterable[str] = (), contact: str = "", login: str | None = None
) -> FeedTrial:
    """Ask one address once, and the newest entry's page."""
    allowed = tuple(allow)
    (fetched,) = fetch_now([Request(url=url, login=login)], allow=allowed, contact=contact)
    reason = _why_no_body(fetched)
    if reason:
        return FeedTrial(url=url, why_not=reason)
    read = partial(parse_feed, content_type=fetched.headers.get("content-type"))
    try:
        feed = run_killable(read, (fetched.body, fetched.final_url))
    except NotAFeed as error:
        found = feeds_of_page(fetched.body, fetched.final_url)
        return FeedTrial(url=url, other_feeds=found, why_not=str(error))
    except JobFailed as error:
        return FeedTrial(url=url, why_not=f"reading it {error.why}")
    article, why_not = _first_page(feed, allowed, contact)
    return FeedTrial(
        url=url,
        feed=feed,
        article=article,
        article_why_not=why_not,
        moved_to=fetched.permanent_to,
    )


def feeds_of_page(body: bytes, url: str) -> tuple[str, ...]:
    """The feeds that a page names in its head, in its order."""
    found: dict[str, None] = {}
    for link in _LINK.findall(body[: 512 * 1024].decode("utf-8", "replace")):
        given = {name.lower(): value.strip("\"'") for name, value in _ATTRIBUTE.findall(link)}
        if "alternate" not in given.get("rel", "").lower():
            continue
        if any(kind in given.get("type", "").lower() for kind in _FEED_TYPES):
            address = web_link(unescape(given.get("href", "")), url)
            if address:
                found[address] = None
    return tuple(found)[:MOST_FOUND]


def _first_page(
    feed: ParsedFeed, allow: tuple[str, ...], contact: str
) -> tuple[Article | None, str]:
    """The first entry's article, or why there is none."""
    link = next((entry.link for entry in feed.entries if entry.link), None)
    if link is None:
        return None, "no entry has a link"
    request = Request(url=link, accept=PAGE_TYPES, most_bytes=PAGE_BYTES)
    (fetched,) = fetch_now([request], allow=allow, contact=contact)
    reason = _why_no_body(fetched)
    if reason:
        return None, reason
    try:
        article = run_killable(extract, (fetched.body, fetched.final_url))
    except JobFailed as error:
        return None, f"reading the page {error.why}"
    return (None, article.refused) if article.refused else (article, "")


def _why_no_body(fetched: Fetched) -> str:
    if fetched.trouble is not None:
        return f"{fetched.trouble.value}: {fetched.reason}"
    if fetched.good and fetched.body:
        return ""
    outcome = outcome_of(
        fetched.status,
        fetched.headers,
        body_hash=None,
        known_body_hash=None,
        was_conditional=False,
    )
    return f"{outcome.value} (HTTP {fetched.status})"
