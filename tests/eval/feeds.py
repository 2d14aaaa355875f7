"""How well feeds are read: core fields against other projects' fixtures, and no entry lost."""

import ast
import calendar
import io
import json
import re
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import feedparser
from sqlalchemy import select
from tests.eval.measure import Measure
from tests.eval.whole import served

from wirewatch.articles.canonical import url_key
from wirewatch.desk.poll import poll
from wirewatch.desk.read import read
from wirewatch.feeds.document import NotAFeed
from wirewatch.feeds.parse import parse_feed
from wirewatch.records import Entry, Feed, Vocabulary
from wirewatch.store import Store, open_store
from wirewatch.store.article_tables import ARTICLE
from wirewatch.store.entries import ENTRY

URL = "http://127.0.0.1:8097/feed.xml"
EXPECT = re.compile(r"Expect:\s*(.+)")
CHECK = re.compile(
    r"entries\[(\d)\](?:\['|\.)(title|link|id|summary|author|published_parsed|updated_parsed)"
    r"(?:'\])?\s*==\s*(.+?)(?:\s+and\s+|\s*$)"
)
# gofeed's names of our fields, in its parsers' and its translator's output
NAMES = {
    "title": "title",
    "guid": "id",
    "id": "id",
    "description": "summary",
    "summary": "summary",
    "published": "published",
    "publishedParsed": "published",
    "pubDateParsed": "published",
    "updatedParsed": "updated",
}

Check = tuple[Path, int, str, Any]


def measures(folder: Path, sample: int | None = None) -> Iterator[Measure]:
    """Core fields, JSON Feed, and the live feeds' entries."""
    feeds = folder / "feeds"
    yield _core("core fields right, feedparser's fixtures", _feedparser_checks(feeds), sample)
    yield _core("core fields right, gofeed's fixtures", _gofeed_checks(feeds), sample)
    yield _core("core fields right, JSON Feed", _json_checks(feeds), sample)
    yield from _live(feeds / "kagi-live", sample)
    yield from _end_to_end(feeds / "kagi-live", sample)


def _core(name: str, checks: Iterator[Check], sample: int | None) -> Measure:
    listed = list(checks)[:sample]
    ours = [check for check in listed if not _ours_right(*check)]
    theirs = [check for check in listed if not _plain_right(*check)]
    missed = "; ".join(f"{path.name} {field}" for path, _, field, _ in ours[:6])
    return Measure(
        room="feeds",
        name=name,
        value=1 - len(ours) / max(1, len(listed)),
        n=len(listed),
        target=0.985,
        peer="feedparser alone",
        peer_value=1 - len(theirs) / max(1, len(listed)),
        note=f"missed: {missed}" if missed else "",
    )


# ── Truth ─────────────────────────────────────────────────────────────────────────────────────


def _feedparser_checks(feeds: Path) -> Iterator[Check]:
    """What feedparser's own tests expect of entries' core fields."""
    for path in sorted((feeds / "feedparser").rglob("*.xml")):
        if path.parts[-2] in ("encoding", "sanitize", "base"):
            continue  # other questions: HTML is kept as the feed has it, its relative links too
        head = path.read_bytes()[:4000].decode("utf-8", "replace")
        expected = EXPECT.search(head)
        for found in CHECK.finditer(expected.group(1).strip() if expected else ""):
            try:
                value = ast.literal_eval(found.group(3).strip())
            except (ValueError, SyntaxError):
                continue
            yield path, int(found.group(1)), found.group(2), value


def _gofeed_checks(feeds: Path) -> Iterator[Check]:
    """What gofeed's expected JSON says of items' core fields."""
    for path in sorted((feeds / "gofeed").rglob("*.xml")):
        truth = path.with_suffix(".json")
        if not truth.exists() or "xml_base" in path.name:
            continue
        feed = json.loads(truth.read_text(encoding="utf-8"))
        for number, item in enumerate(feed.get("items") or feed.get("entries") or []):
            yield from _item_checks(path, number, item)


def _item_checks(path: Path, number: int, item: dict[str, Any]) -> Iterator[Check]:
    for name, field in NAMES.items():
        value = item.get(name)
        if not value or (name == "published" and "publishedParsed" in item):
            continue
        if isinstance(value, dict):
            value = value.get("value")
        yield path, number, field, value
    if isinstance(item.get("link"), str):
        yield path, number, "link", item["link"].strip()
    names = [a.get("name") or a.get("email") for a in item.get("authors") or [] if a]
    if any(names):
        yield path, number, "author", ", ".join(filter(None, names))


def _json_checks(feeds: Path) -> Iterator[Check]:
    """JSON Feeds, field by field: the fixture is its own truth."""
    paths = [*(feeds / "gofeed").rglob("*.json"), *(feeds / "feedparser" / "json").glob("*.json")]
    for path in sorted(paths):
        try:
            feed = json.loads(path.read_text(encoding="utf-8"))
        except ValueError:
            continue
        if not isinstance(feed, dict) or "jsonfeed" not in str(feed.get("version")):
            continue
        for number, item in enumerate(feed.get("items") or []):
            for name, field in (("id", "id"), ("title", "title"), ("url", "link"),
                                ("summary", "summary"), ("date_published", "published"),
                                ("date_modified", "updated")):  # fmt: skip
                if item.get(name):
                    yield path, number, field, str(item[name])
            author = item.get("author") or (item.get("authors") or [{}])[0]
            if author.get("name"):
                yield path, number, "author", author["name"]


# ── Ours and theirs ───────────────────────────────────────────────────────────────────────────


def _ours_right(path: Path, number: int, field: str, value: Any) -> bool:
    try:
        entries = parse_feed(path.read_bytes(), URL).entries
    except NotAFeed:
        return False
    return number < len(entries) and _fits(_ours(entries[number], field), field, value)


def _ours(entry: Entry, field: str) -> Any:
    if field == "id":
        return entry.entry_id
    return getattr(entry, field.removesuffix("_parsed"))


def _plain_right(path: Path, number: int, field: str, value: Any) -> bool:
    parsed = feedparser.parse(
        io.BytesIO(path.read_bytes()), response_headers={"content-location": URL}
    )
    if number >= len(parsed.entries):
        return False
    entry = parsed.entries[number]
    if field in ("published", "updated", "published_parsed", "updated_parsed"):
        found = entry.get(f"{field.removesuffix('_parsed')}_parsed")
        when = datetime.fromtimestamp(calendar.timegm(found), UTC) if found else None
        return _fits(when, field, value)
    return _fits(entry.get(field), field, value)


def _fits(found: Any, field: str, value: Any) -> bool:
    if isinstance(found, datetime):
        return found == _when(value)
    if found is None or not isinstance(value, str):
        return False
    wanted = " ".join(value.split())
    got = " ".join(str(found).split())
    # An author is a name; feedparser puts the address behind it in brackets.
    return got == wanted or (field == "author" and got == re.sub(r" \(\S+@\S+\)$", "", wanted))


def _when(value: Any) -> datetime | None:
    if isinstance(value, tuple):
        return datetime.fromtimestamp(calendar.timegm(value), UTC)
    try:
        when = datetime.fromisoformat(str(value)).replace(microsecond=0)
    except ValueError:
        return None
    return when.astimezone(UTC) if when.tzinfo else when.replace(tzinfo=UTC)


# ── Live feeds ────────────────────────────────────────────────────────────────────────────────


def _live(folder: Path, sample: int | None) -> Iterator[Measure]:
    lost = total = same = wrong_words = 0
    for path in sorted(folder.iterdir())[:sample]:
        data = path.read_bytes()
        theirs = feedparser.parse(io.BytesIO(data)).entries
        try:
            ours = parse_feed(data, URL).entries
        except NotAFeed:
            ours = ()
        total += len(theirs)
        lost += max(0, len(theirs) - len(ours))
        if len(ours) == len(theirs):
            same += len(ours)
            wrong_words += sum(
                entry.entry_id != (other.get("id") or "").strip()
                for entry, other in zip(ours, theirs, strict=True)
            )
    yield Measure(
        room="feeds", name="live feeds: entries lost", value=lost, n=total, target=0,
        peer="feedparser alone", peer_value=0, lower_is_better=True,
    )  # fmt: skip
    yield Measure(
        room="feeds", name="live feeds: entries with another id", value=wrong_words, n=same,
        target=0, peer="feedparser alone", peer_value=0, lower_is_better=True,
    )  # fmt: skip


def _end_to_end(folder: Path, sample: int | None) -> Iterator[Measure]:
    """The live feeds served on loopback, polled and read twice into a store of their own."""
    files = sorted(folder.iterdir())[:sample]
    truth = {path.name: _as_feedparser_has_it(path) for path in files}
    with tempfile.TemporaryDirectory() as home, served(folder) as host:
        feeds = [
            Feed(
                feed_id=path.name,
                url=f"http://{host}/{path.name}",
                publisher=path.name,
                full_text="feed",
            )
            for path in files
        ]
        with open_store(f"sqlite:///{home}/store.sqlite") as store:
            first, again = (_pass(store, feeds, host, hours) for hours in (0, 26))
            with store.read() as connection:
                kept = list(connection.execute(select(ENTRY)))
                known = set(connection.execute(select(ARTICLE.c.url_key)).scalars())
    stored = {(row.feed_id, mark) for row in kept for mark in (row.guid, row.link, row.title)}
    lost = [
        (name, entry)
        for name, entries in truth.items()
        for entry in entries
        if not any((name, mark) in stored for mark in entry if mark)
    ]
    unread = [
        row
        for row in kept
        if row.link
        and (row.title or row.summary or row.content)  # one entry is a bare link
        and url_key(row.link) not in known
    ]
    total = sum(map(len, truth.values()))
    note = f"{len(files)} feeds, first pass {first}"
    yield Measure(
        room="feeds", name="live feeds polled into a store: entries lost", value=len(lost),
        n=total, target=0, peer="feedparser alone", peer_value=0, lower_is_better=True, note=note,
    )  # fmt: skip
    yield Measure(
        room="feeds", name="live feeds read: entries with words and a link, and no article",
        value=len(unread), n=len(kept), target=0, lower_is_better=True,
    )  # fmt: skip
    yield Measure(
        room="feeds", name="live feeds a day later: entries and articles that come again",
        value=sum(again), n=total, target=0, lower_is_better=True,
    )  # fmt: skip


def _as_feedparser_has_it(path: Path) -> list[tuple[str, str, str]]:
    entries = feedparser.parse(io.BytesIO(path.read_bytes()), sanitize_html=False).entries
    return [
        tuple((entry.get(name) or "").strip() for name in ("id", "link", "title"))  # type: ignore[misc]
        for entry in entries
    ]


class _NoWords:
    vocabulary = Vocabulary(entities=(), version="none")


def _pass(store: Store, feeds: list[Feed], host: str, hours: int) -> tuple[int, int]:
    """How many entries were new or changed, and how many articles were read."""
    now = datetime.now(UTC) + timedelta(hours=hours)
    report = poll(store, feeds, now, allow=[host], limit=len(feeds))
    articles = 0
    while True:
        found = read(store, _NoWords(), now, allow=[host], limit=500)
        articles += found.from_feed + found.read
        if not (found.from_feed or found.read or found.known):
            return report.new + report.changed, articles
