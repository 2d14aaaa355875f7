"""Small feeds, written down where they are read."""

from datetime import UTC, datetime
from typing import Any

from wirewatch.feeds.document import ParsedFeed
from wirewatch.feeds.parse import parse_feed
from wirewatch.records import Entry

NOW = datetime(2024, 2, 7, 12, 0, tzinfo=UTC)
URL = "https://harbour.example/feeds/all.xml"


def parse(data: str | bytes, **options: Any) -> ParsedFeed:
    return parse_feed(data.encode() if isinstance(data, str) else data, URL, now=NOW, **options)


def rss(inside: str, declaration: str = "") -> str:
    names = (
        'xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        'xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"'
    )
    return f'{declaration}<rss version="2.0" {names}><channel>{inside}</channel></rss>'


def only(data: str | bytes, **options: Any) -> Entry:
    (entry,) = parse(data, **options).entries
    return entry
