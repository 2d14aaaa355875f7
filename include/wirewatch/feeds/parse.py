"""What does a feed's document say? Its bytes to entries: RSS, RDF, Atom by feedparser, JSON by us.

feedparser is given text only, never an address to fetch; it neither sanitises nor resolves links
in texts (three quarters of its time), so summaries and contents are HTML as hostile as the feed.
It sees only the pieces that the caller has not `seen` before, and short author names: its cost
grows with the square of those. Run it in a killable worker where the feed is a stranger's.
"""

import io
import re
import warnings
from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from wirewatch.feeds.bylines import names_alone
from wirewatch.feeds.decode import decoded
from wirewatch.feeds.document import NotAFeed, ParsedFeed
from wirewatch.feeds.fields import entry_of, language_of, web_link
from wirewatch.feeds.json_feed import parse_json
from wirewatch.feeds.mend import mended
from wirewatch.feeds.pieces import LONGEST_PIECE, MOST_PIECES, Cut, cut, short_authors
from wirewatch.text import nfc

__all__ = ["MOST_BYTES", "NotAFeed", "ParsedFeed", "parse_feed"]

MOST_BYTES: Final = 8 << 20
MOST_ENTITIES: Final = 512
_PERIODS: Final = {
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(days=7),
    "monthly": timedelta(days=30),
    "yearly": timedelta(days=365),
}
_ROOT: Final = re.compile(r"<[A-Za-z]")
_ENTITY: Final = re.compile(
    r"<!ENTITY\s+[\w.-]{1,40}\s+(?:\"[^\"%&<]{0,64}\"|'[^'%&<]{0,64}'|\"&#[xX]?\w{1,6};\"|'&#[xX]?\w{1,6};')\s*>"
)
_LIST: Final = re.compile(r"<(skipHours|skipDays)>(.{0,2000}?)</\1>", re.I | re.S)
_LISTED: Final = re.compile(r"<(?:hour|day)>\s*(\w{1,9})\s*</", re.I)


def parse_feed(
    data: bytes,
    url: str = "",
    *,
    content_type: str | None = None,
    seen: Collection[str] = frozenset(),
    now: datetime | None = None,
) -> ParsedFeed:
    """The feed in `data`, its links made absolute against `url`.

    `now` bounds the dates that can be true (None: the clock). Raises NotAFeed; a feed without
    entries is no error, a page or an empty body is.
    """
    if len(data) > MOST_BYTES:
        raise NotAFeed(f"this is more than {MOST_BYTES >> 20} MB: too big for a feed")
    text = decoded(data, content_type).strip()
    now = now or datetime.now(UTC)
    if not text:
        raise NotAFeed("this is empty")
    if text[0] in "{[":
        return parse_json(text, url, now)
    _refuse_expanding_entities(text)
    pieces = cut(text)
    if pieces is None:
        return _parse_whole(text, url, now, ())
    problems = _left_out(pieces)
    trimmed, unseen = pieces.without(seen)
    if set(pieces.hashes) <= set(seen):
        return ParsedFeed(pieces=pieces.hashes, skipped=len(pieces.pieces))
    parsed = _feedparser(trimmed)
    if parsed.bozo or len(parsed.entries) != len(unseen):
        if not problems:
            return _with_pieces(_parse_whole(text, url, now, ()), pieces, pieces.hashes)
        trimmed, left = pieces.without(frozenset())
        return _with_pieces(_parse_whole(trimmed, url, now, problems), pieces, left)
    read = _with_pieces(_read(parsed, text, url, now, problems), pieces, unseen)
    return replace(read, skipped=len(pieces.pieces) - len(unseen))


def _with_pieces(read: ParsedFeed, pieces: Cut, left: tuple[str, ...]) -> ParsedFeed:
    """The feed with its pieces; `left` are those that were parsed, one for each entry if sure."""
    sure = left if len(left) == len(read.entries) else ()
    return replace(read, pieces=pieces.hashes, entry_pieces=sure)


def _parse_whole(text: str, url: str, now: datetime, problems: tuple[str, ...]) -> ParsedFeed:
    parsed = _feedparser(text)
    if parsed.bozo:
        problems = (*problems, "the document is not well formed; it was read as well as possible")
    if not parsed.entries and not parsed.get("version"):
        raise NotAFeed(_what_it_is(text))
    if _is_page(text) and not parsed.get("version"):
        raise NotAFeed(_what_it_is(text))
    return _read(parsed, text, url, now, problems)


def _feedparser(text: str) -> Any:
    import feedparser

    # No location: it would be joined to guids too, and the links are made absolute here anyway.
    headers = {"content-type": "application/xml; charset=utf-8"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return feedparser.parse(
            # A stream: given plain bytes, feedparser would try them as the name of a file.
            io.BytesIO(mended(names_alone(short_authors(text))).encode("utf-8", "replace")),
            response_headers=headers,
            sanitize_html=False,
            resolve_relative_uris=False,
        )


def _read(parsed: Any, text: str, url: str, now: datetime, problems: tuple[str, ...]) -> ParsedFeed:
    feed = parsed.feed
    language = language_of(feed)
    site = web_link(feed.get("link"), url)
    if len(parsed.entries) > MOST_PIECES:
        problems = (*problems, f"only the first {MOST_PIECES} entries were read")
    return ParsedFeed(
        entries=tuple(
            entry_of(entry, url, language, now) for entry in parsed.entries[:MOST_PIECES]
        ),
        title=nfc(feed["title"]) if feed.get("title") else None,
        site=site,
        language=language,
        ttl=_minutes(feed.get("ttl")),
        update_period=_update_period(feed),
        skip_hours=_skipped(text, "skiphours"),
        skip_days=_skipped(text, "skipdays"),
        hub=_hub(feed, url),
        problems=problems,
    )


def _left_out(pieces: Cut) -> tuple[str, ...]:
    problems = []
    if len(pieces.pieces) > MOST_PIECES:
        problems.append(f"only the first {MOST_PIECES} entries were read")
    long = sum(len(piece) > LONGEST_PIECE for piece in pieces.pieces[:MOST_PIECES])
    if long:
        problems.append(f"{long} entries of more than {LONGEST_PIECE >> 10} KB were cut")
    return tuple(problems)


def _refuse_expanding_entities(text: str) -> None:
    """Raises NotAFeed for entities that hold others, name files, or are long: all are attacks."""
    root = _ROOT.search(text)
    head = text[: root.start()] if root else text
    declared = head.count("<!ENTITY")
    if declared and (declared > MOST_ENTITIES or len(_ENTITY.findall(head)) != declared):
        raise NotAFeed("this declares entities that could expand without bound: refused")


def _is_page(text: str) -> bool:
    return bool(
        re.match(
            r"(?:<\?xml[^>]*>\s*|<!--.{0,5000}?-->\s*)*<(?:!doctype\s+)?html\b", text, re.I | re.S
        )
    )


def _what_it_is(text: str) -> str:
    if _is_page(text):
        title = re.search(r"<title[^<>]*>([^<]{1,200})", text, re.I)
        named = f" titled “{' '.join(title.group(1).split())}”" if title else ""
        return f"this is a web page{named}, not a feed"
    if text.startswith("<"):
        return "this is XML, but no feed"
    return "this is neither XML nor JSON, so no feed"


def _minutes(value: object) -> timedelta | None:
    try:
        minutes = int(str(value).strip())
    except ValueError:
        return None
    return timedelta(minutes=minutes) if 0 < minutes <= 525_600 else None


def _update_period(feed: Any) -> timedelta | None:
    """How often the feed says it changes: sy:updatePeriod parted by sy:updateFrequency."""
    period = _PERIODS.get(str(feed.get("sy_updateperiod", "")).strip().lower())
    if period is None:
        return None
    often = str(feed.get("sy_updatefrequency", "1")).strip()
    return period / int(often) if often.isdecimal() and 0 < int(often) <= 1000 else period


def _skipped(text: str, which: str) -> frozenset[int]:
    """Hours of the day (GMT) or days of the week (Monday is 0) when the feed asks for quiet."""
    days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    found: set[int] = set()
    for block in _LIST.finditer(text[:65536]):
        if block.group(1).lower() != which:
            continue
        for word in _LISTED.findall(block.group(2)):
            if which == "skiphours" and word.isdecimal() and int(word) <= 24:
                found.add(int(word) % 24)
            elif which == "skipdays" and word[:3].lower() in days:
                found.add(days.index(word[:3].lower()))
    return frozenset(found)


def _hub(feed: Any, url: str) -> str | None:
    for link in feed.get("links", ()):
        if link.get("rel") == "hub":
            return web_link(link.get("href"), url)
    return None
