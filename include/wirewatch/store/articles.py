"""Where articles and their readings are kept, in the order in which they are judged.

An article's place in the one queue (`sequence`) is given in the transaction that stores its
reading: whoever commits later has the higher number, so the judge misses nothing. An edited page
is a new version of the same article, with a new place in the queue. Between two places there is
room: what rules call urgent may be called forward, and the order of judging is still the order of
places.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    Connection,
    Select,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from wirewatch.articles.canonical import url_key
from wirewatch.records import Article, Reading
from wirewatch.store import codec, search
from wirewatch.store.article_tables import ARTICLE, ARTICLE_VERSION, QUEUE_NUMBER
from wirewatch.text import digest

_COUNTER: Final = "article"
_AT_ONCE: Final = 500  # as many values as every SQLite takes in one statement
_ROOM: Final = 1_000  # places between two numbers of the queue, for what is called forward


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """An article as it stands, with its reading and its place in the queue."""

    article: Article
    reading: Reading
    version: int
    sequence: int
    silent: bool
    judged_at: datetime | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """An article that was not judged yet; `tuple(waiting)` is its four values in order."""

    sequence: int
    article: Article
    reading: Reading
    silent: bool

    def __iter__(self) -> Any:
        return iter((self.sequence, self.article, self.reading, self.silent))


def save_article_and_reading(
    connection: Connection,
    article: Article,
    reading: Reading,
    now: datetime,
    *,
    silent: bool = False,
) -> str | None:
    """The id under which the article is now known; None if it adds nothing to what is stored.

    The first address of a page is its identity: a second one with the same key, or the same text
    again, stores nothing. Another text is a new version, which is judged again.
    """
    key = url_key(article.url)
    content = content_hash(article)
    before = connection.execute(
        select(ARTICLE).where(ARTICLE.c.url_key == key).with_for_update()
    ).one_or_none()
    if before is not None and before.content_hash == content:
        return None
    version = before.version + 1 if before is not None else 1
    same_id = before.article_id if before is not None else article.article_id
    article = replace(article, article_id=same_id, arrived=article.arrived or now)
    values = {
        "url_key": key,
        "url": article.url,
        "version": version,
        "content_hash": content,
        "publisher": article.publisher,
        "title": article.title,
        "feed": article.feed,
        "arrived": article.arrived,
        "silent": silent,
        "sequence": _next_number(connection),
        "judged_at": None,
        "tagger": reading.tagger,
        "article": codec.dump(article),
        "reading": codec.dump(replace(reading, article_id=same_id)),
    }
    if before is None:
        connection.execute(insert(ARTICLE), {"article_id": same_id, **values})
    else:
        connection.execute(update(ARTICLE).where(ARTICLE.c.article_id == same_id), values)
    kept = {name: values[name] for name in ("version", "content_hash", "article")}
    connection.execute(insert(ARTICLE_VERSION), {"article_id": same_id, "at": now, **kept})
    search.keep_article(connection, article, reading)
    return same_id


def content_hash(article: Article) -> str:
    """What an article says: equal hashes, nothing changed."""
    return digest("content", article.title, article.text)


def _next_number(connection: Connection) -> int:
    """The next place in the queue.

    Its row stays locked to the end of the transaction, so places become visible in their order.
    """
    step = (
        update(QUEUE_NUMBER)
        .where(QUEUE_NUMBER.c.name == _COUNTER)
        .values(last=QUEUE_NUMBER.c.last + 1)
        .returning(QUEUE_NUMBER.c.last)
    )
    number = connection.execute(step).scalar()
    if number is None:
        _start_counting(connection)
        number = connection.execute(step).scalar_one()
    return int(number) * _ROOM


def _start_counting(connection: Connection) -> None:
    """Make the counter's row, unless another worker does so at the same moment."""
    row = {"name": _COUNTER, "last": 0}
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as postgres_insert

        connection.execute(postgres_insert(QUEUE_NUMBER).values(row).on_conflict_do_nothing())
        return
    from sqlalchemy.dialects.sqlite import insert as sqlite_insert

    connection.execute(sqlite_insert(QUEUE_NUMBER).values(row).on_conflict_do_nothing())


def call_forward(connection: Connection, feeds: Collection[str]) -> int:
    """Give what waits from these feeds (addresses) places before all else that waits; how many.

    Only the one who judges may call this. Where no room is left, nobody is called: so those who
    wait are not passed by for ever.
    """
    waits, theirs = ARTICLE.c.judged_at.is_(None), ARTICLE.c.feed.in_(list(feeds))
    first = connection.execute(
        select(func.min(ARTICLE.c.sequence)).where(
            waits, or_(ARTICLE.c.feed.is_(None), ~theirs) if feeds else waits
        )
    ).scalar()
    if not feeds or first is None:
        return 0
    last = connection.execute(
        select(func.max(ARTICLE.c.sequence)).where(ARTICLE.c.sequence < first)
    ).scalar()
    free = range((last or 0) + 1, first)
    called = connection.execute(
        select(ARTICLE.c.sequence)
        .where(waits, theirs, ARTICLE.c.sequence > first)
        .order_by(ARTICLE.c.sequence)
        .limit(len(free))
    ).scalars()
    moves = [{"from_place": old, "to_place": new} for old, new in zip(called, free, strict=False)]
    if moves:
        connection.execute(
            update(ARTICLE)
            .where(ARTICLE.c.sequence == bindparam("from_place"))
            .values(sequence=bindparam("to_place")),
            moves,
        )
    return len(moves)


def unjudged(
    connection: Connection, limit: int = 200, *, but: Select[Any] | None = None
) -> list[Waiting]:
    """The articles that wait for the judge, in their sequence; places that `but` finds wait on."""
    query = select(ARTICLE).where(ARTICLE.c.judged_at.is_(None))
    if but is not None:
        query = query.where(ARTICLE.c.sequence.not_in(but))
    query = query.order_by(ARTICLE.c.sequence).limit(limit)
    return [
        Waiting(
            row.sequence,
            codec.load(Article, row.article),
            codec.load(Reading, row.reading),
            row.silent,
        )
        for row in connection.execute(query)
    ]


def waiting_count(connection: Connection, *, but: Select[Any] | None = None) -> int:
    """How many articles wait for the judge; places that `but` finds are not counted."""
    query = select(func.count()).select_from(ARTICLE).where(ARTICLE.c.judged_at.is_(None))
    if but is not None:
        query = query.where(ARTICLE.c.sequence.not_in(but))
    return int(connection.execute(query).scalar_one())


def oldest_waiting(connection: Connection, *, but: Select[Any]) -> datetime | None:
    """When the oldest article that waits for the judge arrived; places that `but` finds are not."""
    waiting = ARTICLE.c.judged_at.is_(None) & ARTICLE.c.sequence.not_in(but)
    return connection.execute(select(func.min(ARTICLE.c.arrived)).where(waiting)).scalar()


def mark_judged(connection: Connection, sequence: int, now: datetime) -> bool:
    """Whether the article at this place was marked; False if a newer version took another place."""
    done = connection.execute(
        update(ARTICLE)
        .where(ARTICLE.c.sequence == sequence, ARTICLE.c.judged_at.is_(None))
        .values(judged_at=now)
    )
    return done.rowcount == 1


def get(connection: Connection, id_or_url: str) -> Stored | None:
    """The article with this id or this address, however the address is written."""
    either = or_(ARTICLE.c.article_id == id_or_url, ARTICLE.c.url_key == url_key(id_or_url))
    row = connection.execute(select(ARTICLE).where(either)).first()
    return stored(row) if row is not None else None


def get_many(connection: Connection, article_ids: Iterable[str]) -> dict[str, Stored]:
    """These articles by their ids; unknown ids are left out."""
    ids = list(dict.fromkeys(article_ids))
    found: dict[str, Stored] = {}
    for start in range(0, len(ids), _AT_ONCE):
        query = select(ARTICLE).where(ARTICLE.c.article_id.in_(ids[start : start + _AT_ONCE]))
        found.update((row.article_id, stored(row)) for row in connection.execute(query))
    return found


def titles(connection: Connection, article_ids: Iterable[str]) -> dict[str, str]:
    """The titles of these articles by their ids; unknown ids are left out."""
    ids = list(dict.fromkeys(article_ids))
    found: dict[str, str] = {}
    for start in range(0, len(ids), _AT_ONCE):
        part = ARTICLE.c.article_id.in_(ids[start : start + _AT_ONCE])
        rows = connection.execute(select(ARTICLE.c.article_id, ARTICLE.c.title).where(part))
        found.update((row.article_id, row.title) for row in rows)
    return found


def known_keys(connection: Connection, keys: Iterable[str]) -> dict[str, str]:
    """Of these URL keys the ones that are stored, with their articles' ids."""
    wanted = list(dict.fromkeys(keys))
    found: dict[str, str] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        part = wanted[start : start + _AT_ONCE]
        query = select(ARTICLE.c.url_key, ARTICLE.c.article_id).where(ARTICLE.c.url_key.in_(part))
        found.update((row.url_key, row.article_id) for row in connection.execute(query))
    return found


def since(
    connection: Connection, moment: datetime, limit: int = 1_000, *, after: int = 0
) -> list[Stored]:
    """The articles that arrived at that moment or later, in the order of their sequence.

    `after` is the sequence of the last one that the caller has: so a long list comes in parts.
    """
    query = (
        select(ARTICLE)
        .where(ARTICLE.c.arrived >= moment, ARTICLE.c.sequence > after)
        .order_by(ARTICLE.c.sequence)
    )
    return [stored(row) for row in connection.execute(query.limit(limit))]


def versions(connection: Connection, article_id: str) -> list[Article]:
    """All that the page ever said, oldest first."""
    query = (
        select(ARTICLE_VERSION.c.article)
        .where(ARTICLE_VERSION.c.article_id == article_id)
        .order_by(ARTICLE_VERSION.c.version)
    )
    return [codec.load(Article, text) for text in connection.execute(query).scalars()]


def save_read_again(
    connection: Connection, before: Stored, article: Article, reading: Reading
) -> bool:
    """Put a better extraction and reading of the same page in place of the stored ones.

    Place in the queue, version and judgement stay as they are: nothing is judged again. False, and
    nothing is kept, if a newer version of the page came meanwhile.
    """
    own_id, content = before.article.article_id, content_hash(article)
    text = codec.dump(article)
    done = connection.execute(
        update(ARTICLE)
        .where(ARTICLE.c.article_id == own_id, ARTICLE.c.sequence == before.sequence)
        .values(
            title=article.title,
            content_hash=content,
            article=text,
            reading=codec.dump(replace(reading, article_id=own_id)),
            tagger=reading.tagger,
        )
    )
    if done.rowcount != 1:
        return False
    search.keep_article(connection, replace(article, article_id=own_id), reading)
    connection.execute(
        update(ARTICLE_VERSION)
        .where(ARTICLE_VERSION.c.article_id == own_id, ARTICLE_VERSION.c.version == before.version)
        .values(content_hash=content, article=text)
    )
    return True


def forget(connection: Connection, article_id: str) -> None:
    """Delete an article, its reading and all its versions."""
    for table in (ARTICLE_VERSION, ARTICLE):
        connection.execute(delete(table).where(table.c.article_id == article_id))


def stored(row: Any) -> Stored:
    """A row of the articles, taken apart."""
    return Stored(
        article=codec.load(Article, row.article),
        reading=codec.load(Reading, row.reading),
        version=row.version,
        sequence=row.sequence,
        silent=row.silent,
        judged_at=row.judged_at,
    )
