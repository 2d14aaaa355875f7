"""One entry's fields, out of what feedparser found: links, names, dates, language."""

import calendar
import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

from wirewatch.feeds.bylines import name_of
from wirewatch.feeds.dates import needs_us, written_time
from wirewatch.records import Entry
from wirewatch.text import nfc

# The first feeds are of 1999; what is dated earlier is an error, or an archive nobody alerts on.
EARLIEST: Final = datetime(1990, 1, 1, tzinfo=UTC)
ZONE_MISTAKE: Final = timedelta(days=1)  # a clock in a wrong zone is at most this far ahead
LONGEST_LINK: Final = 4096
LONGEST_NAME: Final = 320
LONGEST_DATE: Final = 200
_NO_ZONE: Final = re.compile(r"[A-Za-z]{3,9}\.? \d{4},? \d\d?:\d\d(?::\d\d)?\s*$")
_LARGE_X: Final = re.compile(r"&#X([0-9A-Fa-f]{1,6};)")
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")


def entry_of(found: Any, url: str, language: str | None, now: datetime) -> Entry:
    """The entry; what the feed does not say, or says impossibly, is None."""
    authors = names_of(found)
    return Entry(
        entry_id=_line(dict.get(found, "id")) or "",
        link=_link_of(found, url),
        title=_line(dict.get(found, "title")),
        published=possible(_time_of(found, "published"), now),
        updated=possible(_time_of(found, "updated"), now),
        author=", ".join(authors) or None,
        authors=authors,
        # Without its detail, feedparser copied the content there: the feed has no summary.
        summary=_text(dict.get(found, "summary")) if "summary_detail" in found else None,
        content=_content(found),
        language=_entry_language(found) or language,
    )


def possible(when: datetime | None, now: datetime) -> datetime | None:
    """The time, or None if it is before there was a web, or later than a wrong zone explains."""
    return when if when and EARLIEST <= when <= now + ZONE_MISTAKE else None


def web_link(link: object, base: str) -> str | None:
    """The link, absolute; None if it is not one of http or https with a host."""
    if not isinstance(link, str) or not link.strip():
        return None
    try:
        joined = urljoin(base, "".join(link.split()) if "\n" in link else link.strip())
        parts = urlsplit(joined)
        good = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return None
    return nfc(joined) if good and len(joined) <= LONGEST_LINK else None


def names_of(found: Any) -> tuple[str, ...]:
    """The authors' names in order; an e-mail address where there is no name."""
    names = []
    for author in dict.get(found, "authors") or ():
        name = name_of(author)
        if name and (short := _line(name[:LONGEST_NAME])) and short not in names:
            names.append(short)
    if not names and (only := _line((dict.get(found, "author") or "")[:LONGEST_NAME])):
        names.append(only)
    return tuple(names)


def language_of(found: Any) -> str | None:
    """The BCP 47 tag that a feed or entry gives."""
    return tag_of(dict.get(found, "language"))


def tag_of(value: object) -> str | None:
    """A language tag as it is meant: `en_US` is `en-US`; None for what is no tag."""
    tag = str(value or "").strip().replace("_", "-")
    return tag if _LANGUAGE.fullmatch(tag) else None


def _entry_language(found: Any) -> str | None:
    details = [found.get("title_detail"), found.get("summary_detail"), *found.get("content", ())]
    return language_of(found) or next(
        (tag for detail in details if detail and (tag := language_of(detail))), None
    )


def _link_of(found: Any, url: str) -> str | None:
    given = dict.get(found, "link")
    # feedparser takes an RSS guid for the link where there is none: “ferry-7” is not one.
    is_bare_guid = given == dict.get(found, "id") and "://" not in str(given)
    if not is_bare_guid and (link := web_link(given, url)):
        return link
    for other in dict.get(found, "links") or ():
        if other.get("rel") == "alternate" and (link := web_link(other.get("href"), url)):
            return link
    return None


def _content(found: Any) -> str | None:
    """The longest of the contents: others are its plain or partial versions."""
    contents = [piece.get("value") or "" for piece in dict.get(found, "content") or ()]
    return _text(max(contents, key=len, default=""))


def _time_of(found: Any, name: str) -> datetime | None:
    """The time that feedparser read; else what the words mean in a form of their own."""
    written = str(dict.get(found, name) or "")[:LONGEST_DATE]
    if needs_us(written) and (when := written_time(written)) is not None:
        return when
    parsed = dict.get(found, f"{name}_parsed")
    if parsed is None and _NO_ZONE.search(written):
        parsed = parsedate(written)
    if parsed is None:
        return written_time(written)
    try:
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _line(value: object) -> str | None:
    return nfc(value).strip() or None if isinstance(value, str) else None


def _text(value: object) -> str | None:
    """HTML as the feed has it; of &#X61; only XML's small x, whoever reads it as XHTML next."""
    if not isinstance(value, str):
        return None
    return nfc(_LARGE_X.sub(r"&#x\1", value) if "&#X" in value else value) or None
