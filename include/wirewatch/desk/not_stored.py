"""Why is an article not there? What its feed and its entry say of an address that is not stored."""

from urllib.parse import urlsplit

from sqlalchemy import Connection, select

from wirewatch.feeds.urls import url_key
from wirewatch.store.entries import ENTRY
from wirewatch.store.feeds import FeedRow, feed_rows
from wirewatch.text import digest


def why_not_stored(connection: Connection, article: str) -> str:
    """One or two sentences: never brought, not read yet, could not be read, and what to look at."""
    if not article.startswith(("http://", "https://")):
        said = "is not stored: no article has this id or address, and no alert this id"
        return f"“{article}” {said} (wirewatch alerts lists them)."
    key = url_key(article)
    query = select(ENTRY.c.state, ENTRY.c.reason, ENTRY.c.attempts, ENTRY.c.first_seen)
    entry = connection.execute(query.where(ENTRY.c.url_hash == digest(key or ""))).first()
    if entry is None:
        return f"“{article}” is not stored: {_of_host(connection, article)}"
    came = f"A feed brought “{article}” at {entry.first_seen:%Y-%m-%d %H:%M} UTC"
    if entry.state in ("new", "again"):
        tried = f", its page did not come yet ({entry.reason})" if entry.attempts else ""
        return f"{came}{tried}: it is read in one of the next passes."
    return f"{came}, but it is no article here: {entry.reason or entry.state}."


def _of_host(connection: Connection, article: str) -> str:
    """What is known of the feeds of the address's host."""
    host = _host(article)
    rows = [row for row in feed_rows(connection) if host in (_host(row.url), _host(row.feed.url))]
    if not rows:
        return f"no feed of {host} has been asked (wirewatch feeds lists them)."
    more = f" (and {len(rows) - 3} more feeds of {host})" if len(rows) > 3 else ""
    return f"no feed brought it. {' '.join(map(_feed, rows[:3]))}{more}"


def _feed(row: FeedRow) -> str:
    name = row.feed.publisher
    if not row.feed.enabled:
        return f"{name} is switched off."
    if row.trouble:
        return f"{name} cannot be read: {row.trouble}."
    if row.last_polled is None:
        return f"{name} was not asked yet."
    return f"{name} was asked last at {row.last_polled:%Y-%m-%d %H:%M} UTC."


def _host(url: str) -> str:
    try:
        return urlsplit(url).netloc.lower().removeprefix("www.")
    except ValueError:
        return ""
