"""Try the rules on one article that nobody stored: what is read in it, and what would be told.

Nothing is kept and nothing sent; the rules are tried as if nothing had been told before.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo

from wirewatch.articles.finish import complete
from wirewatch.desk.finds import Find, finds
from wirewatch.desk.replay import Replay, clock
from wirewatch.desk.settings import Settings
from wirewatch.desk.shown_article import Piece, cut
from wirewatch.desk.watch import Watch
from wirewatch.desk.workers import JobFailed, run_killable
from wirewatch.fetch import Request, fetch_now
from wirewatch.fetch.answers import PAGE_BYTES, PAGE_TYPES
from wirewatch.records import Alert, Article
from wirewatch.text import digest, nfc

# A page may be XHTML, behind the same first line of XML.
_FEED = re.compile(rb"\s*(<\?xml[^>]*>\s*)?(<!--.{0,2000}?-->\s*)*<(rss|feed|rdf:RDF)\b", re.DOTALL)


class CannotTry(Exception):  # noqa: N818 - said to people as it is
    """There is no article to try; the message says why."""


@dataclass(frozen=True, slots=True)
class SaidNo:
    """A rule that looked and told nothing, with its last word."""

    rule_id: str
    name: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleTrial:
    """What was found and what would be told. `looked` counts the rules that were asked."""

    article: Article
    title: Sequence[Piece]
    paragraphs: Sequence[Sequence[Piece]]
    finds: Sequence[Find]
    alerts: Sequence[Alert]
    silent: Sequence[SaidNo]
    looked: int


def article_of_text(title: str, text: str, now: datetime) -> Article:
    """What somebody pasted, as an article of now. Raises CannotTry."""
    title, text = nfc(title).strip(), nfc(text.replace("\r\n", "\n")).strip()
    if not title and not text:
        raise CannotTry("There is nothing to try: paste a text, or give the address of a page.")
    url = f"https://trial.example/{digest(title, text)}"
    return Article(
        article_id=digest("article", url), url=url, publisher="a pasted text", title=title,
        text=text, published=now, arrived=now,
    )  # fmt: skip


def article_at(url: str, settings: Settings) -> Article:
    """The article on a page, fetched as feeds' pages are. Raises CannotTry."""
    request = Request(url=url, accept=PAGE_TYPES, most_bytes=PAGE_BYTES)
    (fetched,) = fetch_now([request], allow=settings.allow, contact=settings.contact)
    if fetched.trouble is not None:
        raise CannotTry(f"The page did not come: {fetched.trouble.value}, {fetched.reason}.")
    if not fetched.good or not fetched.body:
        raise CannotTry(f"The page did not come: HTTP {fetched.status}.")
    if _FEED.match(fetched.body):
        raise CannotTry("This is a feed and no page: wirewatch feeds try shows what it brings.")
    from wirewatch.articles.extract import extract

    try:
        article: Article = run_killable(extract, (fetched.body, fetched.final_url))
    except JobFailed as error:
        raise CannotTry(f"The page could not be read: it {error.why}.") from None
    if article.refused:
        raise CannotTry(f"The page is no article: {article.refused}.")
    return article


def try_article(
    watch: Watch, article: Article, *, zone: tzinfo = UTC, rule_id: str = ""
) -> ArticleTrial:
    """What the rules (or one of them, switched off or not) would tell of an article."""
    chosen = tuple(
        replace(rule, enabled=True, since=None)
        for rule in watch.rules
        if (rule.rule_id == rule_id if rule_id else rule.enabled)
    )
    whole = complete(article)
    whole = replace(whole, published=whole.published or whole.arrived or datetime.now(UTC))
    with Replay(replace(watch, rules=chosen), zone=zone) as replay:
        reading = replay.tagger.read(whole)
        replay.now = clock(whole.published, replay.now)
        outcome = replay.judge(whole, reading)
    found = finds(whole, reading)
    title, paragraphs = cut(whole, reading, found)
    told = {alert.rule_id for alert in outcome.alerts}
    names = {rule.rule_id: rule.name for rule in chosen}
    last = {why.rule_id: why.reason for why in outcome.whys if why.rule_id not in told}
    return ArticleTrial(
        article=whole,
        title=title,
        paragraphs=paragraphs,
        finds=found,
        alerts=outcome.alerts,
        silent=[SaidNo(rule, names[rule], reason) for rule, reason in last.items()],
        looked=len(chosen),
    )
