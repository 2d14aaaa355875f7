"""What goes when a page has to be forgotten? Everything that shows its words, in all tables.

What stays are ids, hashes and counts, so that the same news does not come back as new. Of a told
sentence the stems stay, sorted: they say which words were told, not what was said.
"""

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, delete, or_, select, update

from wirewatch.alerts.delivery import State
from wirewatch.articles.canonical import url_key
from wirewatch.articles.repeated import article_hash
from wirewatch.feeds.urls import url_key as entry_url_key
from wirewatch.records import Alert, Development
from wirewatch.store import articles, codec, host_lines, judgements, pages, search, told_tables
from wirewatch.store.entries import ENTRY, ENTRY_VERSION
from wirewatch.store.feed_tables import FEED
from wirewatch.store.outbox import want_edit
from wirewatch.store.outbox_tables import ALERT, DELIVERY, TAKEN_DOWN
from wirewatch.store.rules import RULE_WAITING, WHY
from wirewatch.text import digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """How much was forgotten of a page."""

    articles: int = 0
    entries: int = 0
    sentences: int = 0
    developments: int = 0
    alerts: int = 0
    notes: int = 0


def forget_page(connection: Connection, url: str) -> Forgotten:
    """Forget all words of the page at this address. Run twice, it finds nothing more."""
    stored = articles.get(connection, url)
    address = stored.article.url if stored is not None else url
    feed = stored.article.feed if stored is not None else None
    links = {*pages.link_hashes(connection, address), digest(url_key(address))}
    entries = _entries(connection, address, feed, links)
    notes = pages.forget_pages(connection, address)
    host_lines.forget_article(connection, article_hash(address))
    if stored is None:
        return Forgotten(entries=entries, notes=notes)
    own_id = stored.article.article_id
    told = _developments(connection, own_id)
    sentences = _sentences(connection, own_id)
    alerts = _alerts(connection, own_id)
    connection.execute(update(WHY).where(WHY.c.article_id == own_id).values(url="", sentence=None))
    judgements.forget_article(connection, own_id)
    articles.forget(connection, own_id)
    return Forgotten(
        articles=1,
        entries=entries,
        sentences=sentences,
        developments=told,
        alerts=alerts,
        notes=notes,
    )


def _entries(connection: Connection, url: str, feed: str | None, links: set[str]) -> int:
    """Blank the entries that lead there: directly, or in its own feed by a link that redirects."""
    key = entry_url_key(url)
    wanted = or_(
        ENTRY.c.url_hash == digest(key),
        ENTRY.c.feed_id.in_(select(FEED.c.feed_id).where(FEED.c.written_url == feed)),
    )
    rows = connection.execute(
        select(ENTRY.c.entry_key, ENTRY.c.url_key, ENTRY.c.link).where(wanted)
    )
    keys = [
        row.entry_key
        for row in rows
        if row.link and (row.url_key == key or digest(url_key(row.link)) in links)
    ]
    blank: dict[str, Any] = dict.fromkeys(("title", "summary", "content", "link"))
    for one in keys:
        values = {**blank, "authors": "[]", "state": "skipped", "reason": TAKEN_DOWN}
        connection.execute(update(ENTRY).where(ENTRY.c.entry_key == one).values(values))
        connection.execute(
            update(ENTRY_VERSION).where(ENTRY_VERSION.c.entry_key == one).values(title=None)
        )
    return len(keys)


def _sentences(connection: Connection, article_id: str) -> int:
    table = told_tables.SENTENCE
    rows = connection.execute(
        select(table.c.number, table.c.stems).where(table.c.article_id == article_id)
    ).all()
    for row in rows:
        stems = " ".join(sorted(set(row.stems.split())))
        connection.execute(
            update(table).where(table.c.number == row.number).values(text="", url="", stems=stems)
        )
    for kept in (told_tables.ARTICLE, told_tables.STEP):
        blank = {"url": ""} | ({"sentence": ""} if "sentence" in kept.c else {})
        connection.execute(update(kept).where(kept.c.article_id == article_id).values(blank))
    return len(rows)


def _developments(connection: Connection, article_id: str) -> int:
    table = told_tables.DEVELOPMENT
    rows = connection.execute(select(table).where(table.c.article_id == article_id)).all()
    for row in rows:
        record = codec.dump(_without_words(codec.load(Development, row.record)))
        own = table.c.development_id == row.development_id
        connection.execute(update(table).where(own).values(record=record))
        waiting = RULE_WAITING.c.development_id == row.development_id
        connection.execute(delete(RULE_WAITING).where(waiting))
    return len(rows)


def _alerts(connection: Connection, article_id: str) -> int:
    """Leave the ids of its alerts; those that wait are not sent, those that were are blanked."""
    rows = connection.execute(select(ALERT).where(ALERT.c.article_id == article_id)).all()
    for row in rows:
        alert = codec.load(Alert, row.record)
        bare = replace(
            alert,
            url="",
            headline="",
            because="",
            marks=(),
            developments=tuple(map(_without_words, alert.developments)),
        )
        own = ALERT.c.alert_id == row.alert_id
        connection.execute(update(ALERT).where(own).values(record=codec.dump(bare)))
        search.forget_alert(connection, row.alert_id)
        connection.execute(
            update(DELIVERY)
            .where(
                DELIVERY.c.alert_id == row.alert_id,
                DELIVERY.c.state.in_((State.HELD, State.PENDING, State.DEAD)),
            )
            .values(state=State.DEAD, error=TAKEN_DOWN)
        )
        want_edit(connection, row.alert_id, row.at)  # long since due: at once
    return len(rows)


def _without_words(development: Development) -> Development:
    """The development with its ids, kind, values and times alone."""
    return replace(
        development,
        url="",
        sentence="",
        says="",
        before=None,
        speaker=None,
        sentence_before=None,
    )
