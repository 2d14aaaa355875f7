"""Where articles and alerts are found by words, entities and events: one index on each database.

A row holds the words of one article or one alert, folded and parted by `terms` alone, so that both
databases find the same. What is looked up by its id (an entity, a publisher, a rule) stands among
the words as a key that no text contains, so that one lookup answers all of it together, newest
first. Rows are written in the transaction that stores their article or alert, and go with it.

On SQLite a full-text table (FTS5) is kept by triggers, on PostgreSQL a column of lexemes (GIN).
A step that rebuilds `article` or `alert` on SQLite empties this one; `upgrade` fills it again.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Final

from sqlalchemy import (
    DDL,
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    ForeignKey,
    Integer,
    Select,
    String,
    Table,
    Text,
    bindparam,
    cast,
    column,
    delete,
    event,
    func,
    select,
    table,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY, TSVECTOR
from sqlalchemy.schema import ExecutableDDLElement

from wirewatch.records import Alert, Article, Reading
from wirewatch.store.article_tables import ARTICLE
from wirewatch.store.codec import load
from wirewatch.store.metadata import METADATA
from wirewatch.store.outbox_tables import ALERT
from wirewatch.text import digest, fold, words

SEARCH = Table(
    "search",
    METADATA,
    # Grows in the order in which things came, and stays: newest first is this order backwards.
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column(
        "article_id",
        String(40),
        ForeignKey("article.article_id", ondelete="CASCADE"),
        unique=True,
    ),
    Column("alert_id", String(40), ForeignKey("alert.alert_id", ondelete="CASCADE"), unique=True),
    Column("words", Text().with_variant(TSVECTOR(), "postgresql"), nullable=False),
)

_LET_GO = (
    "INSERT INTO search_words(search_words, rowid, words) VALUES ('delete', old.number, old.words);"
)
_TAKE_IN = "INSERT INTO search_words(rowid, words) VALUES (new.number, new.words);"
_FTS5 = "words, content='search', content_rowid='number', tokenize='unicode61 remove_diacritics 0'"
# What the tables in code cannot say; a migration and a fresh store in memory run the same.
INDEXES: Final[dict[str, Sequence[str]]] = {
    "sqlite": (
        "DROP TABLE IF EXISTS search_words",
        f"CREATE VIRTUAL TABLE search_words USING fts5({_FTS5})",
        f"CREATE TRIGGER search_added AFTER INSERT ON search BEGIN {_TAKE_IN} END",
        f"CREATE TRIGGER search_gone AFTER DELETE ON search BEGIN {_LET_GO} END",
        f"CREATE TRIGGER search_changed AFTER UPDATE ON search BEGIN {_LET_GO} {_TAKE_IN} END",
    ),
    "postgresql": ("CREATE INDEX ix_search_words ON search USING gin (words)",),
}
_NOT_IN_CODE = re.compile(r"search_words(_\w+)?|ix_search_words")
for _dialect, _statements in INDEXES.items():
    for _statement in _statements:
        _ddl: ExecutableDDLElement = DDL(_statement)  # type: ignore[no-untyped-call]
        event.listen(SEARCH, "after_create", _ddl.execute_if(dialect=_dialect))


def is_compared(name: str | None, kind: str, _parents: object = None) -> bool:
    """Whether a table or index of the database is one that the tables in code describe.

    For Alembic's `include_name`: those of the full-text index are made by `INDEXES`.
    """
    return kind not in ("table", "index") or not _NOT_IN_CODE.fullmatch(name or "")


# ── Words and keys ────────────────────────────────────────────────────────────────────────────

_MOST_LETTERS = 200_000  # of one text: PostgreSQL refuses a row of more than a megabyte of words
_LONGEST = 60  # letters of a word; longer ones are no words
_SHORT = 600  # letters of a sentence, a name, a headline
_LAST_PLACE = 16_383  # PostgreSQL counts places no further
# Thai, Chinese and the like have no spaces: each letter is a word, and a word of a query a phrase.
_LETTERS = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff"
_PART = re.compile(f"[{_LETTERS}]|[^'{_LETTERS}]+")
ARTICLES, ALERTS = "an article", "an alert"


def placed(value: str) -> Iterator[tuple[str, int, int]]:
    """The words of a text as the index has them, in order, each with its start and end."""
    folded = fold(value[:_MOST_LETTERS])
    for begin, end in words(folded):
        for part in _PART.finditer(folded, begin, end):
            yield part.group()[:_LONGEST], part.start(), part.end()


def terms(value: str) -> list[str]:
    """The words of a text as the index has them, in order."""
    return list(_short_terms(value)) if len(value) <= _SHORT else [w for w, _, _ in placed(value)]


@lru_cache(maxsize=2048)
def _short_terms(value: str) -> tuple[str, ...]:
    """The words of a sentence: many rules tell the same one."""
    return tuple([word for word, _, _ in placed(value)])


@lru_cache(maxsize=8192)
def key(kind: str, value: str) -> str:
    """What stands among the words for an id, such as `key("about", "rafah")`."""
    return f"k{digest(kind, value.casefold())}"


def _kept(connection: Connection, keys: Iterable[str], texts: Iterable[str | None]) -> str:
    """The value of the column `words`: keys first, then the words of each text with a gap."""
    ordered = sorted(set(keys))
    bodies = [terms(one) for one in texts if one]
    if connection.dialect.name == "sqlite":
        # A word that no query holds parts two texts, so that no phrase reaches across.
        return " ".join([*ordered, *(w for body in bodies for w in ("kend", *body))])
    places = [f"'{one}':1" for one in ordered]
    at = 2
    for body in bodies:
        for word in body:
            places.append(f"'{word}':{min(at, _LAST_PLACE)}")
            at += 1
        at += 1
    return " ".join(places)


# ── Keeping ───────────────────────────────────────────────────────────────────────────────────


def keep_article(connection: Connection, article: Article, reading: Reading) -> None:
    """Have an article found by what it says and what was read in it. It must be stored."""
    found = _keys(reading)
    keys = {key("is", ARTICLES), *found}
    if article.publisher:
        keys.add(key("publisher", article.publisher))
    texts = (
        article.title,
        article.standfirst,
        article.text,
        article.publisher,
        article.credit,
        " ".join(article.authors),
    )
    _keep(connection, SEARCH.c.article_id, article.article_id, _kept(connection, keys, texts))


def keep_alert(connection: Connection, alert: Alert, reading: Reading | None = None) -> None:
    """Have an alert found by what it tells. It must be stored.

    By entity and event it is found if its sentences have them, as its article was read: in
    `reading`, else in the one that is stored.
    """
    if reading is None:
        reading = _stored_reading(connection, alert.article_id)
    keys = {key("is", ALERTS), key("rule", alert.rule_id), key("severity", alert.severity)}
    keys |= {key("publisher", name) for name in alert.publishers}
    for one in alert.developments:
        for value in (one.about, one.place):
            keys |= {key("about", value)} if value else set()
    if reading is not None:
        spans = [(d.span.where, d.span.start, d.span.end) for d in alert.developments]
        keys |= _keys(reading, spans)
    texts = [alert.headline, alert.rule_name]
    for one in alert.developments:
        texts += [one.sentence, one.says, one.before or "", one.speaker or ""]
    _keep(connection, SEARCH.c.alert_id, alert.alert_id, _kept(connection, keys, texts))


def _stored_reading(connection: Connection, article_id: str) -> Reading | None:
    query = select(ARTICLE.c.reading).where(ARTICLE.c.article_id == article_id)
    stored = connection.execute(query).scalar()
    return None if stored is None else load(Reading, stored)


def add_publishers(connection: Connection, alert: Alert, names: Iterable[str]) -> None:
    """Have a kept alert found by more publishers: its words stay, so nothing is read again."""
    keys = [key("publisher", name) for name in names]
    if not keys:
        return
    if connection.dialect.name != "sqlite":
        if not connection.execute(_ADD_KEYS, {"own": alert.alert_id, "keys": keys}).rowcount:
            keep_alert(connection, alert)
        return
    words = connection.execute(_WORDS_OF, {"own": alert.alert_id}).scalar()
    if words is None:
        keep_alert(connection, alert)
        return
    kept, gap, texts = words.partition(" kend ")
    ordered = " ".join(sorted({*kept.split(), *keys}))
    connection.execute(_SET_WORDS, {"own": alert.alert_id, "now": f"{ordered}{gap}{texts}"})


_OWN = SEARCH.c.alert_id == bindparam("own")
_WORDS_OF = select(SEARCH.c.words).where(_OWN)
_SET_WORDS = update(SEARCH).where(_OWN).values(words=bindparam("now"))
_ADD_KEYS = (
    update(SEARCH)
    .where(_OWN)
    .values(
        words=SEARCH.c.words.op("||")(func.array_to_tsvector(bindparam("keys", type_=ARRAY(Text))))
    )
)


def forget_alert(connection: Connection, alert_id: str) -> None:
    """Have an alert found by nothing any more."""
    connection.execute(delete(SEARCH).where(SEARCH.c.alert_id == alert_id))


def _keep(connection: Connection, column: Column[Any], own_id: str, value: str) -> None:
    connection.execute(_keeping(connection.dialect.name, column), {"own": own_id, "now": value})


@cache
def _keeping(dialect: str, column: Column[Any]) -> Any:
    """INSERT or UPDATE of one row, made once: making a statement costs more than its work."""
    value: Any = bindparam("now")
    if dialect == "postgresql":
        value = cast(bindparam("now", type_=Text), TSVECTOR)
    said = (sqlite if dialect == "sqlite" else postgresql).insert(SEARCH)
    said = said.values({column.name: bindparam("own"), "words": value})
    return said.on_conflict_do_update(
        index_elements=[column.name], set_={"words": said.excluded["words"]}
    )


def _keys(reading: Reading, within: Iterable[tuple[str, int, int]] | None = None) -> set[str]:
    """The keys of a reading's entities and events; those `within` these spans if given."""
    spans = None if within is None else list(within)

    def stands(where: str, start: int, end: int) -> bool:
        return spans is None or any(
            where == other and start < last and first < end for other, first, last in spans
        )

    found: set[str] = set()
    for mention in reading.mentions:
        span = mention.span
        if mention.entity and stands(span.where, span.start, span.end):
            found.add(key("about", mention.entity))
    for one in reading.events:
        if stands(one.span.where, one.span.start, one.span.end):
            found.add(key("about", one.event))
    for quote in reading.quotes:
        speaker = quote.speaker
        if (
            speaker
            and speaker.entity
            and stands(quote.span.where, quote.span.start, quote.span.end)
        ):
            found.add(key("about", speaker.entity))
    return found


# ── Asking ────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Wanted:
    """One thing to find: words in this order, the last one perhaps only begun.

    `without`: what is found must lack it.
    """

    words: tuple[str, ...]
    begun: bool = False
    without: bool = False


def matches(
    connection: Connection,
    wanted: Sequence[Wanted],
    older_than: int | None = None,
    first: int = 0,
) -> Select[Any]:
    """The numbers of the rows that have all that is wanted; to join, newest is highest.

    From number `first` on; `older_than` leaves out this one and all above. At least one thing must
    be wanted, and not unwanted: a key is.
    """
    if connection.dialect.name == "sqlite":
        found = table("search_words", column("rowid"), column("search_words"))
        number = found.c.rowid
        query = select(number.label("number")).where(
            found.c.search_words.op("MATCH")(_fts5(wanted))
        )
    else:
        number = SEARCH.c.number
        # A fence: for a few rows the planner would rather walk all rows than ask the index, and it
        # knows nothing of rare words.
        query = select(number.label("number")).where(_has(wanted)).offset(0)
    if first:
        query = query.where(number >= first)
    return query if older_than is None else query.where(number < older_than)


def ask_the_index(connection: Connection) -> None:
    """Have this transaction ask the index even for a word that every row has: rows are long."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")


def _has(wanted: Sequence[Wanted]) -> ColumnElement[bool]:
    return SEARCH.c.words.op("@@")(cast(_tsquery(wanted), TSQUERY))


def _fts5(wanted: Sequence[Wanted]) -> str:
    def one(each: Wanted) -> str:
        return f'"{" ".join(each.words)}"{" *" if each.begun else ""}'

    having = " AND ".join(one(each) for each in wanted if not each.without)
    lacking = "".join(f" NOT {one(each)}" for each in wanted if each.without)
    return f"({having}){lacking}"


def _tsquery(wanted: Sequence[Wanted]) -> str:
    def one(each: Wanted) -> str:
        last = len(each.words) - 1
        parts = [
            f"'{word}'{':*' if each.begun and place == last else ''}"
            for place, word in enumerate(each.words)
        ]
        return f"{'!' if each.without else ''}({' <-> '.join(parts)})"

    return " & ".join(one(each) for each in wanted)


# ── Filling, once ─────────────────────────────────────────────────────────────────────────────


def fill(connection: Connection, at_once: int = 200) -> None:
    """Write the rows of all articles and alerts that have none, oldest first."""
    has_article = select(SEARCH.c.article_id).where(SEARCH.c.article_id == ARTICLE.c.article_id)
    waiting = (
        select(ARTICLE.c.article, ARTICLE.c.reading)
        .where(~has_article.exists())
        .order_by(ARTICLE.c.arrived, ARTICLE.c.article_id)
        .limit(at_once)
    )
    while rows := connection.execute(waiting).all():
        for row in rows:
            keep_article(connection, load(Article, row.article), load(Reading, row.reading))
    has_alert = select(SEARCH.c.alert_id).where(SEARCH.c.alert_id == ALERT.c.alert_id)
    alerts = (
        select(ALERT.c.record)
        .where(~has_alert.exists())
        .order_by(ALERT.c.at, ALERT.c.alert_id)
        .limit(at_once)
    )
    while rows := connection.execute(alerts).all():
        for row in rows:
            keep_alert(connection, load(Alert, row.record))
