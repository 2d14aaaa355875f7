"""Where do I change what becomes of an entry whose page was asked for? Here.

A pure decision. The page's own story is best; where there is none, the feed's text stands in and
the reason is kept; only an entry without any text of its own waits or is given up.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from wirewatch.articles.from_feed import article_from_feed, is_cut_off
from wirewatch.feeds.plain import plain_text
from wirewatch.fetch import Fetched, Trouble
from wirewatch.records import Article
from wirewatch.store.entries import EntryRow

TRIES: Final = 4
FIRST_WAIT: Final = timedelta(minutes=5)
LONGEST_WAIT: Final = timedelta(hours=6)
# A feed's text of this length is the story, not its summary.
FULL_TEXT: Final = 1_500
_LASTING: Final = frozenset(
    {Trouble.BAD_URL, Trouble.NOT_PUBLIC, Trouble.TOO_BIG, Trouble.TOO_MANY_REDIRECTS}
)


class Step(StrEnum):
    """How an entry goes on."""

    READ = "read"
    FROM_FEED = "from the feed"
    AGAIN = "again"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The step, why, and the article or the time that goes with it."""

    step: Step
    reason: str
    article: Article | None = None
    not_before: datetime | None = None


def missing_page(fetched: Fetched) -> tuple[str, bool]:
    """Why no page came, and whether a later try may bring one; ("", False) if one came."""
    status = fetched.status
    if fetched.trouble is not None:
        return f"{fetched.trouble.value}: {fetched.reason}", fetched.trouble not in _LASTING
    if status is not None and not fetched.good:
        return f"status {status}", status in (408, 425, 429) or status >= 500
    kind = fetched.headers.get("content-type", "text/html").split(";")[0].strip().lower()
    if kind and kind not in ("text/html", "application/xhtml+xml", "text/plain", "application/xml"):
        return f"not a page: {kind[:60]}", False
    if not fetched.body.strip():
        return "an empty page", True
    return "", False


def from_page(row: EntryRow, article: Article) -> Outcome:
    """What to make of a page that came: its story, or the feed's text if that tells more."""
    own = _own_article(row, article.url)
    if article.refused is not None:
        return _instead(own, f"refused: {article.refused}", Step.REFUSED)
    if (
        len(own.text) >= FULL_TEXT
        and 2 * len(article.text) < len(own.text)
        and not is_cut_off(own.text)
    ):
        return _instead(own, "the page shows less than the feed", Step.REFUSED)
    return Outcome(Step.READ, article.method or "page", dressed(row, article))


def without_page(row: EntryRow, url: str, why: str, *, may_come: bool, now: datetime) -> Outcome:
    """What to make of an entry whose page did not come.

    A feed that carries the whole story need not wait; others are tried four times, five minutes
    to hours apart.
    """
    own = _own_article(row, url)
    if may_come and row.attempts + 1 < TRIES and len(own.text) < FULL_TEXT:
        wait = min(FIRST_WAIT * 4**row.attempts, LONGEST_WAIT)
        return Outcome(Step.AGAIN, why, not_before=now + wait)
    return _instead(own, why, Step.FAILED)


def only_feed(row: EntryRow, url: str) -> Outcome:
    """The article of a feed that is read without its pages."""
    return _instead(_own_article(row, url), "", Step.FAILED)


def _instead(own: Article, why: str, otherwise: Step) -> Outcome:
    """The feed's own article, or the end of this entry where the feed says nothing either."""
    if not own.title and not own.text:
        return Outcome(otherwise, why or "the entry has no text")
    method = f"feed: {why}" if why else "feed"
    return Outcome(Step.FROM_FEED, why or "feed", replace(own, method=method))


def _own_article(row: EntryRow, url: str) -> Article:
    entry = row.entry
    content, summary = plain_text(entry.content), plain_text(entry.summary)
    text = content if len(content) >= len(summary) else summary
    return dressed(row, article_from_feed(entry, url, row.title, text))


def dressed(row: EntryRow, article: Article) -> Article:
    """The article with what its feed knows: publisher, groups, arrival; gaps of the page filled."""
    entry = row.entry
    return replace(
        article,
        publisher=row.publisher,
        feed=row.feed_url,
        groups=row.groups,
        arrived=row.arrived,
        title=article.title or row.title,
        published=article.published or entry.published,
        modified=article.modified or entry.updated,
        authors=article.authors or entry.authors,
        language=row.language or article.language or entry.language,
    )
