"""What is taken out when it is old: by class, in steps so small that nobody has to wait for them.

What a rule or a feed still needs to know is not old: an entry that stands in its feed stays, or it
would be new again.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, Connection, Table, delete, select

from wirewatch.store import Store
from wirewatch.store.article_tables import ARTICLE, ARTICLE_VERSION
from wirewatch.store.entries import ENTRY, ENTRY_VERSION
from wirewatch.store.feed_tables import POLL
from wirewatch.store.judgements import JUDGEMENT, VOCABULARY
from wirewatch.store.outbox_tables import ALERT, DELIVERY, TOLD_BY_RULE
from wirewatch.store.runs import STEP

AT_ONCE: Final = 1_000
KEEP_POLLS: Final = timedelta(days=14)
KEEP_STEPS: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Class:
    """Rows that grow old together: those of `table`, and what hangs on them by the same key."""

    name: str
    table: Table
    key: Column[Any]
    old: ColumnElement[bool]
    hang: tuple[Column[Any], ...] = ()


def classes(now: datetime, keep: timedelta) -> list[Class]:
    """What may be taken out at this moment, in this order: a vocabulary after its judgements."""
    before = now - keep
    in_use = select(JUDGEMENT.c.vocabulary)
    return [
        Class("polls", POLL, POLL.c.poll_id, POLL.c.at < now - KEEP_POLLS),
        Class("steps", STEP, STEP.c.step_id, STEP.c.finished_at < now - KEEP_STEPS),
        Class(
            "entries", ENTRY, ENTRY.c.entry_key, ENTRY.c.gone_at < before,
            (ENTRY_VERSION.c.entry_key,),
        ),
        Class(
            "alerts", ALERT, ALERT.c.alert_id, ALERT.c.at < before,
            (TOLD_BY_RULE.c.alert_id, DELIVERY.c.alert_id),
        ),
        Class(
            "articles", ARTICLE, ARTICLE.c.article_id,
            (ARTICLE.c.arrived < before) & ARTICLE.c.judged_at.is_not(None),
            (ARTICLE_VERSION.c.article_id,),
        ),
        Class("judgements", JUDGEMENT, JUDGEMENT.c.sequence, JUDGEMENT.c.at < before),
        Class(
            "vocabularies", VOCABULARY, VOCABULARY.c.version,
            (VOCABULARY.c.at < before) & VOCABULARY.c.version.not_in(in_use),
        ),
    ]  # fmt: skip


def take_out(store: Store, now: datetime, keep: timedelta) -> dict[str, int]:
    """Take out all that is old; how many rows of each class. A crash leaves the rest for later."""
    counts = {}
    for each in classes(now, keep):
        counts[each.name] = 0
        while True:
            with store.begin() as connection:
                gone = _some(connection, each)
            counts[each.name] += gone
            if gone < AT_ONCE:
                break
    return counts


def _some(connection: Connection, each: Class) -> int:
    keys = list(connection.execute(select(each.key).where(each.old).limit(AT_ONCE)).scalars())
    if keys:
        for column in each.hang:
            connection.execute(delete(column.table).where(column.in_(keys)))
        connection.execute(delete(each.table).where(each.key.in_(keys)))
    return len(keys)
