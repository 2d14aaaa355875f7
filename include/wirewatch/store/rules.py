"""What rules remember: figures told last, news that waits for proof, and every why.

Beside it stands the last good version of each item that editors wrote.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Float,
    Index,
    Integer,
    String,
    Table,
    Text,
    bindparam,
    delete,
    insert,
    select,
)

from wirewatch.records import Judgement, Stage, Why
from wirewatch.rules.explain import Whys
from wirewatch.rules.index import RuleSet
from wirewatch.rules.memory import Changes, RuleMemory, Told, Waiting
from wirewatch.store.codec import dump, load
from wirewatch.store.metadata import METADATA, UTCTime
from wirewatch.store.told_sql import put
from wirewatch.store.writer import hold_the_pen

_SEQUENCE = BigInteger().with_variant(Integer, "sqlite")

RULE_FIGURE = Table(
    "rule_figure",
    METADATA,
    Column("rule_id", String(200), primary_key=True),
    Column("ledger", String(400), primary_key=True),
    Column("value", Float, nullable=False),
    Column("above", Boolean),
    Column("below", Boolean),
    Index("ix_rule_figure_ledger", "ledger"),
)

RULE_WAITING = Table(
    "rule_waiting",
    METADATA,
    Column("rule_id", String(200), primary_key=True),
    Column("development_id", String(40), primary_key=True),
    Column("since", UTCTime, nullable=False),
    Column("record", Text, nullable=False),
    Index("ix_rule_waiting_development", "development_id"),
    Index("ix_rule_waiting_since", "since"),
)

WHY = Table(
    "why",
    METADATA,
    Column("seq", _SEQUENCE, primary_key=True),
    Column("article_id", String(200), nullable=False),
    Column("rule_id", String(200), nullable=False),
    Column("at", UTCTime, nullable=False),
    Column("url", Text, nullable=False),
    Column("stage", String(20), nullable=False),
    Column("said_yes", Boolean, nullable=False),
    Column("reason", Text, nullable=False),
    Column("sentence", Text),
    Column("development_id", String(40)),
    Index("ix_why_article_rule", "article_id", "rule_id"),
    Index("ix_why_at", "at"),
)

GOOD_ITEM = Table(
    "good_item",
    METADATA,
    Column("kind", String(20), primary_key=True),
    Column("item_id", String(400), primary_key=True),
    Column("file", Text, nullable=False),
    Column("meaning", String(40), nullable=False),
    Column("body", String(40), nullable=False),
    Column("since", UTCTime, nullable=False),
    Column("record", Text, nullable=False),
)


def recall(connection: Connection, rule_set: RuleSet, judgement: Judgement) -> RuleMemory:
    """What the rules remember of the figures and echoes of one article."""
    ledgers = {d.ledger or d.about for d in judgement.developments if d.value_now is not None}
    waiting = _waiting(connection, {echo.development_id for echo in judgement.echoes})
    ledgers |= {
        each.development.ledger or each.development.about
        for some in waiting.values()
        for each in some
    }
    told = {
        (row.rule_id, row.ledger): Told(value=row.value, above=row.above, below=row.below)
        for some in _chunks(sorted(filter(None, ledgers)))
        for row in connection.execute(select(RULE_FIGURE).where(RULE_FIGURE.c.ledger.in_(some)))
        if row.rule_id in rule_set.by_id
    }
    return RuleMemory(told=told, waiting=waiting)


def _waiting(connection: Connection, ids: set[str]) -> dict[str, tuple[Waiting, ...]]:
    found: dict[str, tuple[Waiting, ...]] = {}
    columns = (RULE_WAITING.c.development_id, RULE_WAITING.c.record)
    for some in _chunks(sorted(ids)):
        query = select(*columns).where(RULE_WAITING.c.development_id.in_(some))
        for row in connection.execute(query.order_by(RULE_WAITING.c.rule_id)):
            one = load(Waiting, row.record)
            found[row.development_id] = (*found.get(row.development_id, ()), one)
    return found


def _chunks(values: Sequence[str], size: int = 500) -> Iterable[Sequence[str]]:
    return (values[start : start + size] for start in range(0, len(values), size))


def remember(connection: Connection, changes: Changes, whys: Sequence[Why], now: datetime) -> None:
    """Keep what one article changed, and why each rule decided; the same twice does no harm.

    The sentence of a decision about background is not kept: the article has it.
    """
    put(
        connection,
        RULE_FIGURE,
        [
            {
                "rule_id": rule_id,
                "ledger": ledger,
                "value": told.value,
                "above": told.above,
                "below": told.below,
            }
            for (rule_id, ledger), told in changes.told.items()
        ],
    )
    gone = [{"rule": rule_id, "news": news} for rule_id, news in changes.settled]
    if gone:
        connection.execute(_WAITS_NO_MORE, gone)
    put(
        connection,
        RULE_WAITING,
        [
            {
                "rule_id": waiting.rule_id,
                "development_id": waiting.development.development_id,
                "since": waiting.since,
                "record": dump(waiting),
            }
            for waiting in changes.waiting
        ],
    )
    _keep_whys(connection, whys, now)


_WAITS_NO_MORE = delete(RULE_WAITING).where(
    RULE_WAITING.c.rule_id == bindparam("rule"),
    RULE_WAITING.c.development_id == bindparam("news"),
)


_ADD_WHYS = insert(WHY)
_FORGET_WHYS = delete(WHY).where(WHY.c.article_id == bindparam("article"))


def _keep_whys(connection: Connection, whys: Sequence[Why], now: datetime) -> None:
    kept = list(whys.without_background() if isinstance(whys, Whys) else whys)
    for article_id in {why.article_id for why in kept}:
        connection.execute(_FORGET_WHYS, {"article": article_id})
    rows = [
        {
            "article_id": why.article_id,
            "rule_id": why.rule_id,
            "at": now,
            "url": why.url,
            "stage": why.stage.value,
            "said_yes": why.said_yes,
            "reason": why.reason,
            "sentence": why.sentence,
            "development_id": why.development_id,
        }
        for why in kept
    ]
    if rows:
        connection.execute(_ADD_WHYS, rows)


def whys(connection: Connection, article_id: str, rule_id: str | None = None) -> list[Why]:
    """The decisions on one article, of one rule or of all, in the order in which they fell."""
    query = select(WHY).where(WHY.c.article_id == article_id)
    if rule_id is not None:
        query = query.where(WHY.c.rule_id == rule_id)
    return [
        Why(
            rule_id=row.rule_id,
            article_id=row.article_id,
            url=row.url,
            stage=Stage(row.stage),
            said_yes=row.said_yes,
            reason=row.reason,
            sentence=row.sentence,
            development_id=row.development_id,
        )
        for row in connection.execute(query.order_by(WHY.c.seq))
    ]


def forget(connection: Connection, waiting_before: datetime, whys_before: datetime) -> None:
    """Take out what has waited too long for proof, and decisions that are too old."""
    connection.execute(delete(RULE_WAITING).where(RULE_WAITING.c.since < waiting_before))
    connection.execute(delete(WHY).where(WHY.c.at < whys_before))


# ── The last good version of what editors write ───────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One good item. `meaning` changes when it says something else; `body` hashes `record`."""

    kind: str
    item_id: str
    file: str
    meaning: str
    body: str
    record: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodItem:
    """A good item as it is kept, with the time when it began to mean what it means."""

    kind: str
    item_id: str
    file: str
    meaning: str
    body: str
    since: datetime


def good_items(connection: Connection) -> list[GoodItem]:
    """All good items that are kept, without their records."""
    columns = [c for c in GOOD_ITEM.c if c.name != "record"]
    return [GoodItem(**row._mapping) for row in connection.execute(select(*columns))]


def good_records(connection: Connection, kind: str, ids: Sequence[str]) -> list[str]:
    """The records of some items."""
    table = GOOD_ITEM
    return [
        row.record
        for some in _chunks(ids)
        for row in connection.execute(
            select(table.c.record).where(table.c.kind == kind, table.c.item_id.in_(some))
        )
    ]


def keep_good(
    connection: Connection, items: Iterable[Item], dropped: Iterable[tuple[str, str]], now: datetime
) -> None:
    """Keep these items as the last good ones, and forget those that editors took out.

    Several workers may find the same new items at once: they take turns.
    """
    hold_the_pen(connection)
    table = GOOD_ITEM
    for item in items:
        same = (table.c.kind == item.kind) & (table.c.item_id == item.item_id)
        old = connection.execute(select(table.c.meaning, table.c.since).where(same)).first()
        since = old.since if old and old.meaning == item.meaning else now
        connection.execute(delete(table).where(same))
        connection.execute(
            insert(table).values(
                kind=item.kind,
                item_id=item.item_id,
                file=item.file,
                meaning=item.meaning,
                body=item.body,
                since=since,
                record=item.record,
            )
        )
    for kind, item_id in dropped:
        same = (table.c.kind == kind) & (table.c.item_id == item_id)
        connection.execute(delete(table).where(same))
