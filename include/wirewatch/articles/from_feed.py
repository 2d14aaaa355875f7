"""Where do I change an article made of the feed's own text? Here; used where no page is had."""

import re
from collections.abc import Sequence

from wirewatch.articles.aggregators import without_marks
from wirewatch.articles.credit import credit
from wirewatch.articles.dateline import dateline
from wirewatch.articles.lines import split, story_lines
from wirewatch.articles.phrases import phrases
from wirewatch.articles.wording import clean
from wirewatch.records import Article, Entry
from wirewatch.text import digest

_FOOTER = phrases("feed_footer")


def feed_lines(text: str, title: str, authors: Sequence[str] = ()) -> list[str]:
    """The paragraphs of a feed's plain text that are the story."""
    lines = [line for line in split(text) if not _FOOTER.match(line)]
    return without_marks(story_lines(lines, title, authors))


def article_from_feed(entry: Entry, url: str, title: str, text: str, why: str = "") -> Article:
    """The article that an entry makes by itself; `text` is its content or summary as plain text.

    `method` says that it is the feed's text, and why the page was not used.
    """
    headline = clean(title)
    lines = feed_lines(text, headline, entry.authors)
    agency = credit(lines, entry.authors)
    body = "\n".join(lines)
    return Article(
        article_id=digest("article", url),
        url=url,
        publisher=None,
        title=headline,
        text=body,
        published=entry.published,
        modified=entry.updated,
        authors=entry.authors,
        language=entry.language,
        credit=agency.agency if agency else None,
        dateline=dateline(body, entry.published),
        method=f"feed: {why}" if why else "feed",
    )


def is_cut_off(text: str) -> bool:
    """Whether a feed's text ends in the middle: an excerpt, not the story."""
    return bool(re.search(r"(?:…|\.\.\.|\[&hellip;\])\]?\s*(?:\w+ ){0,3}\w*\s*→?$", text[-60:]))
