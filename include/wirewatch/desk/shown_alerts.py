"""Which alerts a page shows, and what it says of each: its delivery, its people, its run.

However many alerts there are, a page takes the same few queries.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final, Literal, get_args

from sqlalchemy import Connection, Select, and_, select

from wirewatch.alerts.delivery import State
from wirewatch.channels.slack.errors import MENDS
from wirewatch.desk import search
from wirewatch.desk.message_link import may_have
from wirewatch.records import Alert
from wirewatch.store import Store, codec, feedback
from wirewatch.store.outbox import database_now, deliveries_of
from wirewatch.store.outbox_tables import ALERT, DELIVERY
from wirewatch.store.rules import GOOD_ITEM
from wirewatch.store.search import ALERTS, SEARCH, Wanted, key, matches
from wirewatch.store.waiting import pauses

PAGE = 30  # how many are shown at once
Stands = Literal["sent", "held", "waiting", "dead"]
STATES: Final = get_args(Stands)
SEVERITIES: Final = ("urgent", "high", "normal", "low")
PERIODS: Final[Mapping[str, timedelta]] = {
    "1h": timedelta(hours=1),
    "24h": timedelta(days=1),
    "7d": timedelta(days=7),
    "30d": timedelta(days=30),
}
_STATES: Final[Mapping[str, tuple[State, ...]]] = {
    "sent": (State.POSTED, State.SWEPT),
    "held": (State.HELD, State.GATHERED),
    "waiting": (State.PENDING, State.SENDING, State.UNKNOWN),
    "dead": (State.DEAD,),
}
_OF_STATE: Final = {state: name for name, states in _STATES.items() for state in states}


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What of all alerts is asked for, as it stands in a page's address; "" is anything."""

    words: str = ""
    about: str = ""
    publisher: str = ""
    rule: str = ""
    severity: str = ""
    state: str = ""
    period: str = ""
    run: str = ""

    @property
    def set(self) -> dict[str, str]:
        """Those that are set, by name."""
        named = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return {name: value for name, value in named.items() if value}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """How one delivery of an alert stands, in words; `mend` is what somebody may do."""

    delivery_id: str
    channel: str
    stands: Stands
    says: str
    until: datetime | None = None
    at: datetime | None = None
    in_slack: bool = False
    mend: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An alert and all that a page says of it. `mine` is what the one who looks thinks of it."""

    number: int
    alert: Alert
    run: str
    deliveries: Sequence[Sent]
    taken_by: str | None = None
    taken_at: datetime | None = None
    useful: int = 0
    noise: int = 0
    mine: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some alerts, newest first; `older` asks for the next ones, None at the end."""

    shown: Sequence[Shown]
    older: int | None = None

    @property
    def newest(self) -> int:
        """The number of the newest one shown; 0 if none is."""
        return self.shown[0].number if self.shown else 0


def page(
    store: Store,
    filters: Filters,
    *,
    who: str = "",
    older_than: int | None = None,
    newer_than: int | None = None,
) -> Page:
    """The alerts that pass the filters, newest first. `who` looks at them."""
    with store.read() as connection:
        now = database_now(connection)
        rows = connection.execute(_query(connection, filters, now, older_than, newer_than)).all()
        shown = _shown(connection, rows[:PAGE], who, now)
    return Page(shown=shown, older=shown[-1].number if len(rows) > PAGE else None)


def found(store: Store, asked: search.Asked, *, older_than: int | None = None) -> Page:
    """The alerts that hold what is looked for, newest first."""
    filters = Filters(words=asked.words, about=asked.about, publisher=asked.publisher)
    with store.read() as connection:
        now = database_now(connection)
        query = _query(connection, filters, now, older_than, None)
        if asked.since is not None:
            query = query.where(ALERT.c.at >= asked.since)
        rows = connection.execute(query).all()
        shown = _shown(connection, rows[:PAGE], "", now)
    return Page(shown=shown, older=shown[-1].number if len(rows) > PAGE else None)


def one(store: Store, alert_id: str, *, who: str = "") -> list[Shown]:
    """The alert and the others of its thread, oldest first; nothing if there is no such alert."""
    thread = select(ALERT.c.thread).where(ALERT.c.alert_id == alert_id).scalar_subquery()
    query = _rows().where(ALERT.c.thread == thread).order_by(ALERT.c.at, ALERT.c.alert_id)
    with store.read() as connection:
        rows = connection.execute(query.limit(200)).all()
        return _shown(connection, rows, who, database_now(connection))


def rules(store: Store) -> dict[str, str]:
    """The names of the rules that made alerts, by id, in the order of their names; 500 at most."""
    own = select(ALERT.c.rule_id).distinct().limit(500).subquery()
    query = select(own.c.rule_id, GOOD_ITEM.c.record).select_from(
        own.outerjoin(
            GOOD_ITEM, and_(GOOD_ITEM.c.kind == "rules", GOOD_ITEM.c.item_id == own.c.rule_id)
        )
    )
    with store.read() as connection:
        rows = connection.execute(query).all()
    # Only the name of each is wanted: the whole record would take ten times as long.
    names = {row.rule_id: json.loads(row.record or "{}").get("name", row.rule_id) for row in rows}
    return dict(sorted(names.items(), key=lambda pair: str(pair[1]).casefold()))


def known(store: Store) -> dict[str, str]:
    """What entities and events are called, by id, to choose from; 500 at most."""
    kept = GOOD_ITEM.c
    query = select(kept.item_id, kept.record).where(kept.kind.in_(search.ABOUT))
    with store.read() as connection:
        rows = connection.execute(query.order_by(kept.item_id).limit(500)).all()
    records = {row.item_id: json.loads(row.record) for row in rows}
    return {id_: str(one.get("name") or one.get("about") or id_) for id_, one in records.items()}


# ── Rows ──────────────────────────────────────────────────────────────────────────────────────


def _rows() -> Select[Any]:
    return (
        select(
            SEARCH.c.number,
            ALERT.c.alert_id,
            ALERT.c.rule_id,
            ALERT.c.story,
            ALERT.c.record,
            ALERT.c.run,
            ALERT.c.taken_by,
            ALERT.c.taken_at,
        )
        .select_from(ALERT)
        .join(SEARCH, SEARCH.c.alert_id == ALERT.c.alert_id)
    )


def _query(
    connection: Connection,
    filters: Filters,
    now: datetime,
    older_than: int | None,
    newer_than: int | None,
) -> Select[Any]:
    query = _rows().order_by(SEARCH.c.number.desc()).limit(PAGE + 1)
    looked_for = _wanted(replace(filters, about=search.id_of(connection, filters.about)))
    if len(looked_for) > 1:  # the first says only that it is an alert
        found = matches(connection, looked_for, older_than).subquery()
        query = query.join(found, found.c.number == SEARCH.c.number)
    if older_than is not None:
        query = query.where(SEARCH.c.number < older_than)
    if newer_than is not None:
        query = query.where(SEARCH.c.number > newer_than)
    if filters.period in PERIODS:
        query = query.where(ALERT.c.at >= now - PERIODS[filters.period])
    if filters.run:
        query = query.where(ALERT.c.run == filters.run)
    if filters.state in _STATES:
        own = select(DELIVERY.c.alert_id).where(DELIVERY.c.state.in_(_STATES[filters.state]))
        query = query.where(ALERT.c.alert_id.in_(own))
    return query


def _wanted(filters: Filters) -> list[Wanted]:
    asked = search.Asked(
        words=filters.words,
        about=filters.about,
        publisher=filters.publisher,
    )
    own = [key(name, value) for name in ("rule", "severity") if (value := getattr(filters, name))]
    return [*search.wanted(asked, ALERTS), *(Wanted((one,)) for one in own)]


def _shown(connection: Connection, rows: Sequence[Any], who: str, now: datetime) -> list[Shown]:
    ids = [row.alert_id for row in rows]
    scopes = {row.scope: row for row in pauses(connection, now)}
    sent = _deliveries(connection, rows, scopes)
    judged = feedback.by_alert(connection, ids)
    mine = _mine(connection, ids, who)
    found = []
    for row in rows:
        useful, noise = judged.get(row.alert_id, (0, 0))
        found.append(
            Shown(
                number=row.number,
                alert=codec.load(Alert, row.record),
                run=row.run,
                deliveries=sent.get(row.alert_id, []),
                taken_by=row.taken_by,
                taken_at=row.taken_at,
                useful=useful,
                noise=noise,
                mine=mine.get(row.alert_id),
            )
        )
    return found


def _mine(connection: Connection, ids: Iterable[str], who: str) -> dict[str, str]:
    table = feedback.FEEDBACK
    rows = connection.execute(
        select(table.c.alert_id, table.c.verdict).where(
            table.c.alert_id.in_(list(ids)), table.c.who == who
        )
    )
    return {row.alert_id: row.verdict for row in rows}


def _deliveries(
    connection: Connection, rows: Sequence[Any], scopes: Mapping[str, Any]
) -> dict[str, list[Sent]]:
    alerts = {row.alert_id: row for row in rows}
    found: dict[str, list[Sent]] = {}
    for alert_id, deliveries in deliveries_of(connection, alerts).items():
        of = alerts[alert_id]
        for row in deliveries:
            kept_back = [
                scopes[scope]
                for scope in (
                    "all", f"rule:{of.rule_id}", f"story:{of.story}", f"channel:{row.channel}"
                )
                if scope in scopes
            ]  # fmt: skip
            found.setdefault(alert_id, []).append(_sent(row, kept_back))
    return found


def _sent(row: Any, kept_back: Sequence[Any]) -> Sent:
    """How a delivery stands, in words."""
    stands: Stands = _OF_STATE[State(row.state)]  # type: ignore[assignment]
    until = row.not_before if row.state == State.HELD else None
    says = ""
    if stands == "sent":
        says = f"sent, but {row.error}" if row.error else "sent"
    elif row.state == State.GATHERED:
        says = "in a digest on its way"
    elif stands == "held":
        says = f"held: {row.held}"
    elif stands == "dead":
        says = f"refused: {row.error}"
    elif kept_back:
        stands, until = "held", kept_back[0].until
        says = f"kept back by a pause of {kept_back[0].scope.replace(':', ' ')}"
    else:
        says = f"waits: {row.error}" if row.error else "waits its turn"
    return Sent(
        delivery_id=row.delivery_id,
        channel=row.channel,
        stands=stands,
        says=says,
        until=until,
        at=row.posted_at,
        mend=MENDS.get(row.error or "", "") if stands == "dead" else "",
        in_slack=stands == "sent" and may_have(row.ts),
    )
