"""Where judgements are kept, so that the past can be tried again without comparing it anew.

A row is what the rules saw of one article at its time: its developments, its echoes, a letter for
each sentence's verdict, and what the index of rules finds in its reading. Beside them stand the
vocabularies that were in use, so that it can be told what a later one touches.
"""

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Float,
    LargeBinary,
    String,
    Table,
    Text,
    delete,
    func,
    insert,
    select,
)

from wirewatch.records import (
    Article,
    Development,
    Judgement,
    Reading,
    Verdict,
    Vocabulary,
)
from wirewatch.rules.scene import Scene
from wirewatch.store import codec
from wirewatch.store.article_tables import ARTICLE, ARTICLE_VERSION
from wirewatch.store.articles import Stored, content_hash, stored
from wirewatch.store.metadata import METADATA, UTCTime

JUDGEMENT = Table(
    "judgement",
    METADATA,
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("article_id", String(200), nullable=False, index=True),
    Column("content_hash", String(40), nullable=False),
    Column("at", UTCTime, nullable=False, index=True),
    Column("silent", Boolean, nullable=False),
    Column("vocabulary", String(40), nullable=False),
    Column("publisher", Text),
    Column("credit", Text),
    Column("known_share", Float, nullable=False),
    Column("verdicts", Text, nullable=False),
    Column("finds", Text, nullable=False),
    Column("record", LargeBinary, nullable=False),
)

VOCABULARY = Table(
    "vocabulary",
    METADATA,
    Column("version", String(40), primary_key=True),
    Column("at", UTCTime, nullable=False),
    Column("record", LargeBinary, nullable=False),
)

LETTERS = {
    Verdict.NEW: "n",
    Verdict.CHANGED: "c",
    Verdict.UNSURE: "u",
    Verdict.KNOWN: "k",
    Verdict.BOILERPLATE: "b",
}
COUNTS = "counts:"
LANGUAGE = "language:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One judgement as it was made. `judgement` has no sentences: `verdicts` has their letters.

    `finds` are the keys under which the index of rules files what the reading holds. `is_now` is
    false for an article that was edited since; its text is then an older version.
    """

    sequence: int
    article_id: str
    content_hash: str
    at: datetime
    silent: bool
    vocabulary: str
    publisher: str | None
    credit: str | None
    known_share: float
    verdicts: str
    finds: frozenset[str]
    judgement: Judgement
    title: str
    is_now: bool


def keep(
    connection: Connection,
    sequence: int,
    article: Article,
    reading: Reading,
    judgement: Judgement,
    known_share: float,
    now: datetime,
    *,
    silent: bool,
) -> None:
    """Keep a judgement, in the transaction that marks its article as judged."""
    text = codec.dump(replace(_slim(judgement), sentences=()))
    row = {
        "sequence": sequence,
        "article_id": article.article_id,
        "content_hash": content_hash(article),
        "at": now,
        "silent": silent,
        "vocabulary": vocabulary_of(reading),
        "publisher": article.publisher,
        "credit": article.credit,
        "known_share": known_share,
        "verdicts": "".join(LETTERS[sentence.verdict] for sentence in judgement.sentences),
        "finds": "\n".join(_finds(article, reading)),
        "record": zlib.compress(text.encode("utf-8")),
    }
    connection.execute(delete(JUDGEMENT).where(JUDGEMENT.c.sequence == sequence))
    connection.execute(insert(JUDGEMENT), row)


def vocabulary_of(reading: Reading) -> str:
    """The version of the vocabulary that a reading was made with."""
    return reading.tagger.split("/")[1] if reading.tagger.count("/") > 1 else ""


def _finds(article: Article, reading: Reading) -> Iterator[str]:
    yield from Scene(article, reading).first_places
    yield from dict.fromkeys(COUNTS + figure.counts for figure in reading.figures)
    yield LANGUAGE + (reading.language or "")


def _slim(judgement: Judgement) -> Judgement:
    """Without what all developments of an article have in common."""
    return replace(
        judgement,
        developments=tuple(
            replace(
                one,
                article_id="" if one.article_id == judgement.article_id else one.article_id,
                story="" if one.story == judgement.story else one.story,
                says="" if one.says == one.sentence else one.says,
            )
            for one in judgement.developments
        ),
        echoes=tuple(replace(echo, article_id="") for echo in judgement.echoes),
    )


def _whole(slim: Judgement) -> Judgement:
    return replace(
        slim,
        developments=tuple(_filled(one, slim) for one in slim.developments),
        echoes=tuple(replace(echo, article_id=slim.article_id) for echo in slim.echoes),
    )


def _filled(one: Development, slim: Judgement) -> Development:
    return replace(
        one,
        article_id=one.article_id or slim.article_id,
        story=one.story or slim.story,
        says=one.says or one.sentence,
    )


def get(connection: Connection, article_id: str) -> Kept | None:
    """The last judgement of an article; None if none is kept."""
    query = _rows().where(JUDGEMENT.c.article_id == article_id)
    row = connection.execute(query.order_by(JUDGEMENT.c.sequence.desc()).limit(1)).first()
    return _kept(row) if row is not None else None


def span_since(connection: Connection, moment: datetime) -> tuple[int, int]:
    """How many judgements are kept of that moment or later, and the place before their first.

    A walk by places (`since`) that begins there passes none of all those before.
    """
    query = select(func.count(), func.min(JUDGEMENT.c.sequence)).where(JUDGEMENT.c.at >= moment)
    many, first = connection.execute(query).one()
    return many, (first or 1) - 1


def first_sequence(connection: Connection) -> int | None:
    """The place in the queue from which on judgements are kept; None if there are none."""
    return connection.execute(select(func.min(JUDGEMENT.c.sequence))).scalar()


def since(connection: Connection, moment: datetime, limit: int, *, after: int) -> list[Kept]:
    """The judgements of that moment or later, in the order in which they were made.

    `after` is the place in the queue of the last one that the caller has. Those of pages that
    were taken down are gone.
    """
    query = _rows().where(JUDGEMENT.c.at >= moment, JUDGEMENT.c.sequence > after)
    rows = connection.execute(query.order_by(JUDGEMENT.c.sequence).limit(limit))
    return [_kept(row) for row in rows]


def _rows() -> Any:
    return select(JUDGEMENT, ARTICLE.c.title, ARTICLE.c.sequence.label("newest")).join(
        ARTICLE, ARTICLE.c.article_id == JUDGEMENT.c.article_id
    )


def texts(connection: Connection, article_ids: Iterable[str]) -> dict[str, str]:
    """Articles as they are stored, each a line of JSON that is not taken apart."""
    ids = list(dict.fromkeys(article_ids))
    query = select(ARTICLE.c.article_id, ARTICLE.c.article).where(ARTICLE.c.article_id.in_(ids))
    return {row.article_id: row.article for row in connection.execute(query)}


def older(
    connection: Connection, moment: datetime, before: int | None, limit: int, *, after: int
) -> list[Stored]:
    """Articles judged since that moment, and before judgements were kept: up to place `before`."""
    query = select(ARTICLE).where(
        ARTICLE.c.judged_at >= moment, ARTICLE.c.sequence > after, *_up_to(before)
    )
    rows = connection.execute(query.order_by(ARTICLE.c.sequence).limit(limit))
    return [stored(row) for row in rows]


def span_older(connection: Connection, moment: datetime, before: int | None) -> tuple[int, int]:
    """How many there are of those, and the place before their first."""
    query = select(func.count(), func.min(ARTICLE.c.sequence))
    found = connection.execute(query.where(ARTICLE.c.judged_at >= moment, *_up_to(before)))
    many, first = found.one()
    return many, (first or 1) - 1


def _up_to(before: int | None) -> list[Any]:
    return [] if before is None else [ARTICLE.c.sequence < before]


def _kept(row: Any) -> Kept:
    return Kept(
        sequence=row.sequence,
        article_id=row.article_id,
        content_hash=row.content_hash,
        at=row.at,
        silent=row.silent,
        vocabulary=row.vocabulary,
        publisher=row.publisher,
        credit=row.credit,
        known_share=row.known_share,
        verdicts=row.verdicts,
        finds=frozenset(row.finds.split("\n")),
        judgement=_whole(codec.load(Judgement, zlib.decompress(row.record).decode("utf-8"))),
        title=row.title,
        is_now=row.sequence == row.newest,
    )


def version_of(connection: Connection, kept: Kept) -> Article | None:
    """The text that was judged, of an article that was edited since; None if it is not kept."""
    table = ARTICLE_VERSION
    text = connection.execute(
        select(table.c.article).where(
            table.c.article_id == kept.article_id, table.c.content_hash == kept.content_hash
        )
    ).scalar()
    return codec.load(Article, text) if text else None


def forget_article(connection: Connection, article_id: str) -> None:
    """Delete what was judged of a page: its developments hold its words."""
    connection.execute(delete(JUDGEMENT).where(JUDGEMENT.c.article_id == article_id))


# ── Vocabularies ──────────────────────────────────────────────────────────────────────────────


def keep_vocabulary(connection: Connection, vocabulary: Vocabulary, now: datetime) -> None:
    """Keep a vocabulary that comes into use; one that is known already costs a look."""
    table = VOCABULARY
    known = select(table.c.version).where(table.c.version == vocabulary.version)
    if connection.execute(known).first() is not None:
        return
    bare = replace(
        vocabulary, events=tuple(replace(one, yes=(), no=()) for one in vocabulary.events)
    )
    record = zlib.compress(codec.dump(bare).encode("utf-8"))
    connection.execute(insert(table), {"version": vocabulary.version, "at": now, "record": record})


def vocabularies(connection: Connection, versions: Iterable[str]) -> dict[str, Vocabulary]:
    """Those of these vocabularies that are kept, by version; without their examples."""
    table = VOCABULARY
    rows = connection.execute(
        select(table.c.version, table.c.record).where(table.c.version.in_(set(versions)))
    )
    return {
        row.version: codec.load(Vocabulary, zlib.decompress(row.record).decode("utf-8"))
        for row in rows
    }
