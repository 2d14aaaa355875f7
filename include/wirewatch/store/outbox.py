"""The alerts that are owed: what was told, in which thread, and the rows that workers deliver.

`add` runs inside the transaction that stores the development, so that an alert exists if and only
if its news does. `deliveries.py` beside this file is the workers' side.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Connection, Table, bindparam, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from wirewatch.alerts.decide import Held, Thread
from wirewatch.alerts.delivery import State
from wirewatch.records import Alert, Carriers, Reading
from wirewatch.store import search
from wirewatch.store.codec import dump, load
from wirewatch.store.metadata import UTCTime
from wirewatch.store.outbox_tables import ALERT, DELIVERY, TOLD_BY_RULE
from wirewatch.store.restored import looks_back_to
from wirewatch.store.told_sql import add as add_new
from wirewatch.text import digest

# Copies arrive in bursts: one edit of the counts stands for all of half a minute.
EDIT_AFTER = timedelta(seconds=30)


def insert_new(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> int:
    """Insert the rows whose key is not there yet; how many were new."""
    statement = _inserting(connection.dialect.name, table)
    return sum(connection.execute(statement, [row]).rowcount for row in rows)


@cache
def _inserting(dialect: str, table: Table) -> Any:
    """Made once for each table: making a statement costs more than its work."""
    return (sqlite if dialect == "sqlite" else postgresql).insert(table).on_conflict_do_nothing()


def database_now(connection: Connection) -> datetime:
    """The database's own clock: all workers share it, however wrong their machines' are."""
    if connection.dialect.name == "postgresql":
        now: datetime = connection.execute(select(func.clock_timestamp(type_=UTCTime))).scalar_one()
        return now
    text = connection.exec_driver_sql("SELECT strftime('%Y-%m-%dT%H:%M:%f', 'now')").scalar_one()
    return datetime.fromisoformat(f"{text}+00:00")


# ── What the judge asks ───────────────────────────────────────────────────────────────────────


# Statements are made once: for a few rows, making one costs more than its work.
_TOLD = select(TOLD_BY_RULE.c.development_id).where(
    TOLD_BY_RULE.c.rule_id == bindparam("rule"),
    TOLD_BY_RULE.c.development_id.in_(bindparam("some", expanding=True)),
)
_FIRST = (
    select(ALERT.c.alert_id, ALERT.c.held, ALERT.c.due_at)
    .where(
        ALERT.c.rule_id == bindparam("rule"),
        ALERT.c.story == bindparam("story"),
        ALERT.c.kind == "alert",
    )
    .order_by(ALERT.c.at, ALERT.c.alert_id)
    .limit(1)
)
_LAST_SENT = select(func.max(ALERT.c.due_at, type_=UTCTime)).where(
    ALERT.c.rule_id == bindparam("rule"),
    ALERT.c.kind == "alert",
    ALERT.c.due_at <= bindparam("now", type_=UTCTime),
)


def already_told(
    connection: Connection, rule_id: str, development_ids: Iterable[str]
) -> frozenset[str]:
    """Those of the developments that this rule has told, or holds to tell."""
    told: set[str] = set()
    for some in _chunks(development_ids):
        told.update(connection.execute(_TOLD, {"rule": rule_id, "some": some}).scalars())
    return frozenset(told)


def threads(connection: Connection, rule_id: str, story: str) -> Thread | None:
    """The thread of a rule and story, or None if the rule has told nothing of the story yet."""
    row = connection.execute(_FIRST, {"rule": rule_id, "story": story}).first()
    if row is None:
        return None
    held: Held | None = row.held
    return Thread(alert_id=row.alert_id, held=held, held_until=row.due_at if held else None)


def last_sent(connection: Connection, rule_id: str, now: datetime) -> datetime | None:
    """When a new story of this rule last went out, or was due to."""
    return connection.execute(_LAST_SENT, {"rule": rule_id, "now": now}).scalar()


# ── What the judge owes ───────────────────────────────────────────────────────────────────────


def add(
    connection: Connection,
    alert: Alert,
    channels: Iterable[str],
    now: datetime,
    *,
    run: str = "",
    reading: Reading | None = None,
) -> bool:
    """Owe the alert to each channel by name; False, and nothing done, if it is owed already.

    `run` names the run that made it; `reading` is the article's, looked up if it is not given.
    """
    due_at = alert.held_until or now
    row = {
        "alert_id": alert.alert_id,
        "rule_id": alert.rule_id,
        "story": alert.story,
        "thread": alert.thread,
        "kind": alert.kind,
        "at": alert.at,
        "held": alert.held,
        "due_at": due_at,
        "article_id": alert.article_id,
        "record": dump(alert),
        "run": run,
    }
    if not insert_new(connection, ALERT, [row]):
        return False
    search.keep_alert(connection, alert, reading)
    add_new(
        connection,
        TOLD_BY_RULE,
        [
            {
                "rule_id": alert.rule_id,
                "development_id": development.development_id,
                "alert_id": alert.alert_id,
            }
            for development in alert.developments
        ],
    )
    since = looks_back_to(connection, now)
    rows = [_owed(alert, channel, due_at, now, since) for channel in dict.fromkeys(channels)]
    if rows:
        connection.execute(_inserting(connection.dialect.name, DELIVERY), rows)
    return True


def _owed(
    alert: Alert, channel: str, due_at: datetime, now: datetime, since: datetime | None
) -> dict[str, Any]:
    return {
        "in_doubt": since is not None,
        "first_try_at": since,
        "delivery_id": digest("delivery", alert.alert_id, channel),
        "channel": channel,
        "kind": "post" if alert.kind == "alert" else "reply",
        "rank": 0 if alert.severity == "urgent" else 1,
        "alert_id": alert.alert_id,
        "rule_id": alert.rule_id,
        "thread": alert.thread,
        "state": State.HELD if alert.held else State.PENDING,
        "held": alert.held,
        "together": alert.together,
        "not_before": due_at,
        "created_at": now,
    }


def update_counts(connection: Connection, carriers: Mapping[str, Carriers], now: datetime) -> int:
    """Copies came: add their outlets and origins to the alerts that told these developments.

    `carriers` by development id. The messages already posted are edited, never posted again; the
    first message of a thread counts for the whole of it. How many alerts changed.
    """
    affected = _affected(connection, carriers)
    records: list[dict[str, str]] = []
    for some in _chunks(affected):
        for alert_id, text in connection.execute(_RECORDS, {"some": some}).all():
            before = load(Alert, text)
            alert = _counted(before, affected[alert_id])
            if alert != before:
                records.append({"own": alert_id, "now": dump(alert)})
                more = [one for one in alert.publishers if one not in before.publishers]
                search.add_publishers(connection, alert, more)
    if records:
        connection.execute(_SET_RECORD, records)
        soon = now + EDIT_AFTER
        connection.execute(_EDIT_SOON, [{"own": one["own"], "soon": soon} for one in records])
    return len(records)


_TELLING = (
    select(ALERT.c.alert_id, ALERT.c.thread, TOLD_BY_RULE.c.development_id)
    .join(ALERT, ALERT.c.alert_id == TOLD_BY_RULE.c.alert_id)
    .where(TOLD_BY_RULE.c.development_id.in_(bindparam("some", expanding=True)))
    .order_by(ALERT.c.at, ALERT.c.alert_id)
)


def _affected(
    connection: Connection, carriers: Mapping[str, Carriers]
) -> dict[str, list[Carriers]]:
    """Alerts, and the first of their threads, that told any of these developments."""
    affected: dict[str, list[Carriers]] = {}
    for some in _chunks(carriers):
        rows = connection.execute(_TELLING, {"some": some})
        for alert_id, thread, development_id in rows:
            for one in dict.fromkeys((alert_id, thread)):
                affected.setdefault(one, []).append(carriers[development_id])
    return affected


def _counted(alert: Alert, new: Collection[Carriers]) -> Alert:
    """The alert with these outlets and origins too."""
    publishers = dict.fromkeys([*alert.publishers, *(p for c in new for p in c.publishers)])
    origins = dict.fromkeys([*alert.origins, *(o for c in new for o in c.origins)])
    return replace(alert, publishers=tuple(publishers), origins=tuple(origins))


_RECORDS = select(ALERT.c.alert_id, ALERT.c.record).where(
    ALERT.c.alert_id.in_(bindparam("some", expanding=True))
)
_SET_RECORD = (
    update(ALERT).where(ALERT.c.alert_id == bindparam("own")).values(record=bindparam("now"))
)
_EDIT_SOON = (
    update(DELIVERY)
    .where(DELIVERY.c.alert_id == bindparam("own"), DELIVERY.c.gathered_into.is_(None))
    .values(
        edits_wanted=DELIVERY.c.edits_wanted + 1,
        edit_after=func.coalesce(DELIVERY.c.edit_after, bindparam("soon", type_=UTCTime)),
    )
)


def want_edit(connection: Connection, alert_id: str, now: datetime) -> int:
    """Show at once, in the posted messages of an alert, what people did about it; how many."""
    return connection.execute(
        update(DELIVERY)
        .where(DELIVERY.c.alert_id == alert_id, DELIVERY.c.gathered_into.is_(None))
        .values(edits_wanted=DELIVERY.c.edits_wanted + 1, edit_after=now)
    ).rowcount


# ── What people ask ───────────────────────────────────────────────────────────────────────────


def alert_of(connection: Connection, alert_id: str) -> Alert | None:
    """The alert of that id."""
    text = connection.execute(select(ALERT.c.record).where(ALERT.c.alert_id == alert_id)).scalar()
    return None if text is None else load(Alert, text)


def full_id(connection: Connection, start: str) -> str | None:
    """The id of the one alert whose id begins like that; None if there are none or several."""
    plain = start.isalnum() and start.isascii()
    query = select(ALERT.c.alert_id).where(ALERT.c.alert_id.startswith(start)).limit(2)
    found = list(connection.execute(query).scalars()) if plain else []
    return found[0] if len(found) == 1 else None


def newest(
    connection: Connection, limit: int = 50, rule_id: str | None = None
) -> list[tuple[Alert, list[Any]]]:
    """The newest alerts, each with its deliveries as they stand."""
    query = select(ALERT.c.record).order_by(ALERT.c.at.desc(), ALERT.c.alert_id).limit(limit)
    if rule_id is not None:
        query = query.where(ALERT.c.rule_id == rule_id)
    records = connection.execute(query).scalars()
    alerts = [load(Alert, text) for text in records]
    by_alert = deliveries_of(connection, (alert.alert_id for alert in alerts))
    return [(alert, by_alert.get(alert.alert_id, [])) for alert in alerts]


def deliveries_of(connection: Connection, alert_ids: Iterable[str]) -> dict[str, list[Any]]:
    """How the deliveries of each alert stand, in the order in which they were owed."""
    found: dict[str, list[Any]] = {}
    for some in _chunks(alert_ids):
        rows = connection.execute(
            select(
                DELIVERY.c.delivery_id,
                DELIVERY.c.alert_id,
                DELIVERY.c.channel,
                DELIVERY.c.state,
                DELIVERY.c.held,
                DELIVERY.c.not_before,
                DELIVERY.c.posted_at,
                DELIVERY.c.error,
                DELIVERY.c.attempts,
                DELIVERY.c.ts,
            )
            .where(DELIVERY.c.alert_id.in_(some))
            .order_by(DELIVERY.c.seq)
        )
        for row in rows:
            found.setdefault(row.alert_id, []).append(row)
    return found


def _chunks(ids: Iterable[str], size: int = 500) -> Iterator[list[str]]:
    rest = list(dict.fromkeys(ids))
    for start in range(0, len(rest), size):
        yield rest[start : start + size]
