"""Where do I change when a page was published and changed? Here: to the second, or the bare day.

Asked in order: JSON-LD, meta tags, `<time>`; the day from the address or the text (htmldate) only
when all of them are silent. A time without a zone is no instant, so only its day is kept.
"""

import re
from datetime import UTC, date, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import Any

from wirewatch.articles.linked_data import Node, text_of

Time = datetime | date

_ISO = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:[T\s]+(\d\d):(\d\d)(?::(\d\d)(?:[.,]\d+)?)?\s*"
    r"(Z|UTC|GMT|[+-]\d\d:?\d\d(?!\d)|[+-]\d\d(?!\d))?)?",
    re.I,
)
_PUBLISHED = (
    "article:published_time",
    "og:article:published_time",
    "og:published_time",
    "article:published",
    "datepublished",
    "parsely-pub-date",
    "sailthru.date",
    "cxenseparse:recs:publishtime",
    "publishtime",
    "pubdate",
    "publish-date",
    "publish_date",
    "published-date",
    "date_published",
    "article.published",
    "dc.date.issued",
    "dcterms.created",
    "dc.date",
    "dc.date.created",
    "dcterms.date",
    "originalpublicationdate",
    "citation_publication_date",
    "citation_online_date",
    "date",
)
_MODIFIED = (
    "article:modified_time",
    "og:updated_time",
    "datemodified",
    "article:modified",
    "last-modified",
    "lastmod",
    "dcterms.modified",
    "dc.date.modified",
)


def parse_time(raw: str) -> Time | None:
    """The time that a text gives: aware UTC, a date where it has no zone, else None."""
    found = _ISO.search(raw[:80])
    try:
        if found is None:
            return _from_mail_form(raw)
        year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
        zone = found.group(7)
        if zone is None or found.group(4) is None:
            return date(year, month, day)
        moment = datetime(year, month, day, hour, minute, second, tzinfo=_zone(zone))
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _from_mail_form(raw: str) -> Time | None:
    """RFC 5322: `Wed, 07 Feb 2024 17:05:00 +0100`."""
    if not re.search(r"\d{1,2}\s+[A-Za-z]{3}\s+\d{4}", raw[:60]):
        return None
    try:
        moment = parsedate_to_datetime(raw[:60])
    except (TypeError, IndexError):
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.date()


def _zone(text: str) -> timezone:
    if text.upper() in ("Z", "UTC", "GMT"):
        return UTC
    sign = -1 if text[0] == "-" else 1
    digits = text[1:].replace(":", "").ljust(4, "0")
    return timezone(sign * timedelta(hours=int(digits[:2]), minutes=int(digits[2:])))


def published(tree: Any, node: Node, metas: dict[str, str], url: str) -> Time | None:
    """When the page says that it was published."""
    candidates = [text_of(node.get(key)) for key in ("datePublished", "dateCreated", "uploadDate")]
    candidates += [metas.get(name, "") for name in _PUBLISHED]
    told = _best(candidates)
    if told is None or not isinstance(told, datetime):
        marked = _best(_marked(tree, "datepublished", "pubdate"))
        told = _finer(told, marked)
    return told or _from_time_tags(tree) or _by_htmldate(tree, url)


def modified(node: Node, metas: dict[str, str]) -> Time | None:
    """When the page says that it was last changed."""
    return _best([text_of(node.get("dateModified")), *(metas.get(name, "") for name in _MODIFIED)])


def _best(candidates: list[str]) -> Time | None:
    """The first that is a time; a later one that adds the hour to the same day is better."""
    told: Time | None = None
    for raw in candidates:
        told = _finer(told, parse_time(raw)) if raw else told
    return told


def _finer(told: Time | None, other: Time | None) -> Time | None:
    if told is None or not _plausible(told):
        return other if other is not None and _plausible(other) else None
    if isinstance(told, datetime) or not isinstance(other, datetime):
        return told
    return other if abs(other.date() - told) <= timedelta(days=1) else told


def _plausible(told: Time) -> bool:
    return 1990 <= told.year <= 2100


def _marked(tree: Any, *names: str) -> list[str]:
    """Values of elements marked up with microdata or the old `pubdate`."""
    found = [
        element.get("datetime") or element.get("content") or ""
        for element in tree.iter("time", "span", "meta", "div", "p")
        if (element.get("itemprop") or "").lower() in names or element.get("pubdate") is not None
    ]
    return found[:5]


def _from_time_tags(tree: Any) -> Time | None:
    """The first `<time datetime>` of the page's article, if it has one."""
    for element in tree.iter("time"):
        told = parse_time(element.get("datetime") or "")
        if told is not None and _plausible(told):
            return told
    return None


def _by_htmldate(tree: Any, url: str) -> date | None:
    from htmldate import find_date

    found = find_date(tree, url=url, original_date=True)
    return date.fromisoformat(found) if found else None
