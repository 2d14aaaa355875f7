"""JSON Feed, versions 1 and 1.1. Source: jsonfeed.org/version/1.1."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from wirewatch.feeds.document import NotAFeed, ParsedFeed
from wirewatch.feeds.fields import LONGEST_NAME, possible, tag_of, web_link
from wirewatch.feeds.pieces import LONGEST_PIECE, MOST_PIECES
from wirewatch.records import Entry
from wirewatch.text import digest, nfc

_NO: Final = "this is JSON, but no feed"


def parse_json(text: str, url: str, now: datetime) -> ParsedFeed:
    """The feed in a JSON text. Raises NotAFeed."""
    try:
        feed = json.loads(text)
    except (ValueError, RecursionError):
        raise NotAFeed("this looks like JSON, but is broken") from None
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        raise NotAFeed(_NO)
    items = [item for item in feed["items"] if isinstance(item, dict)]
    if "jsonfeed" not in str(feed.get("version", "")) and not any(map(_is_item, items)):
        raise NotAFeed(_NO)
    problems = []
    if len(items) > MOST_PIECES:
        problems.append(f"only the first {MOST_PIECES} entries were read")
    language = tag_of(feed.get("language"))
    hubs = [hub for hub in _list(feed.get("hubs")) if isinstance(hub, dict)]
    return ParsedFeed(
        entries=tuple(_entry(item, url, language, now) for item in items[:MOST_PIECES]),
        pieces=tuple(digest(json.dumps(item, sort_keys=True)) for item in items),
        title=_text(feed.get("title")),
        site=web_link(feed.get("home_page_url"), url),
        language=language,
        hub=web_link(hubs[0].get("url"), url) if hubs else None,
        problems=tuple(problems),
    )


def _is_item(item: dict[str, Any]) -> bool:
    return any(key in item for key in ("content_html", "content_text", "url", "external_url"))


def _entry(item: dict[str, Any], url: str, language: str | None, now: datetime) -> Entry:
    authors = _authors(item)
    identity = item.get("id")
    return Entry(
        entry_id=nfc(str(identity)) if isinstance(identity, str | int | float) else "",
        link=web_link(item.get("url"), url) or web_link(item.get("external_url"), url),
        title=_text(item.get("title")),
        published=_time(item.get("date_published"), now),
        updated=_time(item.get("date_modified"), now),
        author=", ".join(authors) or None,
        authors=authors,
        summary=_text(item.get("summary")),
        content=_text(item.get("content_html")) or _text(item.get("content_text")),
        language=tag_of(item.get("language")) or language,
    )


def _authors(item: dict[str, Any]) -> tuple[str, ...]:
    """Names in order; version 1 had one `author`, and many still write it."""
    given = _list(item.get("authors")) or [item.get("author")]
    names = [one.get("name") for one in given if isinstance(one, dict)]
    clean = [nfc(name[:LONGEST_NAME]).strip() for name in names if isinstance(name, str)]
    return tuple(dict.fromkeys(filter(None, clean)))


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: object) -> str | None:
    return nfc(value)[:LONGEST_PIECE] or None if isinstance(value, str) else None


def _time(value: object, now: datetime) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        parsed = datetime.fromisoformat(value.strip())
        utc = parsed.astimezone(UTC) if parsed.tzinfo else parsed.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
    return possible(utc - timedelta(microseconds=utc.microsecond), now)
