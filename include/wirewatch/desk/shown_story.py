"""What pages show of stories: the newest ones, a story's timeline, its ledgers, who carried it.

However long a story is, it takes the same few queries; at most MOST_DEVELOPMENTS of it are shown,
the newest ones.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Column, Connection, Row, func, select

from wirewatch.records import Carriers, Development, Status
from wirewatch.store import Store, articles
from wirewatch.store.codec import load
from wirewatch.store.outbox_tables import ALERT
from wirewatch.store.rules import GOOD_ITEM
from wirewatch.store.told import carriers
from wirewatch.store.told_tables import ARTICLE as TOLD
from wirewatch.store.told_tables import CARRIER, DEVELOPMENT, STEP

PAGE: Final = 30
MOST_DEVELOPMENTS: Final = 400
_KINDS: Final = ("correction", "status", "figure", "quote", "sentence")  # the most telling first
_AT_ONCE: Final = 500
_LOOKED_THROUGH: Final = 600  # developments at a time, to name a page of stories
_ROUNDS: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """A story in a list: its newest development, and how many there are of late."""

    story: str
    title: str
    newest: Development
    developments: int
    alerts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One entry of a ledger: a value or a status, when, by whom, in which words."""

    at: datetime
    value: float | None
    status: Status | None
    bound: str | None
    moves: bool
    sentence: str
    article_id: str
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """What became of one event or one figure, oldest first."""

    about: str
    name: str
    place: str | None
    steps: Sequence[Step]

    @property
    def is_figure(self) -> bool:
        """Whether it counts something."""
        return any(step.value is not None for step in self.steps)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """One article of a story: who printed it, and how many developments it brought."""

    article_id: str
    title: str
    publisher: str | None
    origin: str
    at: datetime
    brought: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownStory:
    """A story with all that is known of it; `timeline` is oldest first, `more` were left out."""

    story: str
    title: str
    timeline: Sequence[tuple[Development, Carriers]]
    more: int
    ledgers: Sequence[Ledger]
    said: Mapping[str, Sequence[Development]]
    outlets: Sequence[Outlet]
    alerts: Sequence[tuple[str, str, datetime]]
    names: Mapping[str, str]


def newest(store: Store, older_than: datetime | None = None) -> tuple[list[Brief], datetime | None]:
    """The stories that developed last, newest first, and where the next page of them begins."""
    with store.read() as connection:
        first, edge = _newest(connection, older_than)
        shown = dict(list(first.items())[:PAGE])
        counted = _counts(connection, DEVELOPMENT, shown)
        alerted = _counts(connection, ALERT, shown)
        records = {story: _telling(own) for story, own in shown.items()}
        titles = articles.titles(connection, [one.article_id for one in records.values()])
    briefs = [
        Brief(
            story=story,
            title=titles.get(one.article_id) or one.says,
            newest=one,
            developments=counted.get(story, 0),
            alerts=alerted.get(story, 0),
        )
        for story, one in records.items()
    ]
    if len(first) > PAGE:
        edge = min(own[0].first_seen for own in shown.values())
    return briefs, edge


def _newest(
    connection: Connection, older_than: datetime | None
) -> tuple[dict[str, list[Any]], datetime | None]:
    """Developments by story, of the stories that have none later than that moment, newest first.

    Looked through are some thousand at the most: a loud story may fill them all. With it comes how
    far back that was, None if it was to the end.
    """
    first: dict[str, list[Any]] = {}
    edge = older_than
    for _ in range(_ROUNDS):
        query = select(DEVELOPMENT.c.story, DEVELOPMENT.c.first_seen, DEVELOPMENT.c.record)
        if edge is not None:
            query = query.where(DEVELOPMENT.c.first_seen < edge)
        query = query.order_by(DEVELOPMENT.c.first_seen.desc()).limit(_LOOKED_THROUGH)
        rows = connection.execute(query).all()
        passed = _passed(connection, {row.story for row in rows} - first.keys(), older_than)
        for row in rows:
            if row.story not in passed:
                first.setdefault(row.story, []).append(row)
        if len(rows) < _LOOKED_THROUGH:
            return first, None
        edge = rows[-1].first_seen
        if len(first) > PAGE:
            break
    return first, edge


def _passed(connection: Connection, stories: set[str], older_than: datetime | None) -> set[str]:
    """Those of the stories that an earlier page has shown: they developed later too."""
    if older_than is None:
        return set()
    query = select(DEVELOPMENT.c.story).distinct()
    later = (DEVELOPMENT.c.story.in_(sorted(stories)), DEVELOPMENT.c.first_seen >= older_than)
    return set(connection.execute(query.where(*later)).scalars())


def _telling(rows: Sequence[Any]) -> Development:
    """Of the newest developments the one that says most: a status before a sentence."""
    newest = [load(Development, row.record) for row in rows if row.first_seen == rows[0].first_seen]
    return min(newest, key=lambda one: (_KINDS.index(one.kind), one.span.start))


def _counts(connection: Connection, table: Any, stories: Iterable[str]) -> dict[str, int]:
    query = select(table.c.story, func.count()).where(table.c.story.in_(list(stories)))
    return {row[0]: row[1] for row in connection.execute(query.group_by(table.c.story))}


def story(store: Store, story_id: str) -> ShownStory | None:
    """The story with this id, None if there is none."""
    with store.read() as connection:
        count = _counts(connection, DEVELOPMENT, [story_id]).get(story_id, 0)
        query = select(DEVELOPMENT.c.record).where(DEVELOPMENT.c.story == story_id)
        query = query.order_by(DEVELOPMENT.c.first_seen.desc()).limit(MOST_DEVELOPMENTS)
        found = [load(Development, text) for text in connection.execute(query).scalars()]
        if not found:
            return None
        found.sort(key=lambda one: (str(one.first_seen), one.article_id, one.span.start))
        ids = [one.development_id for one in found]
        who = carriers(connection, ids)
        names = _names(connection, {one.about for one in found if one.about})
        ledgers = _ledgers(connection, found, names)
        outlets = _outlets(connection, found, ids)
        alerts = _alerts(connection, story_id)
    said: dict[str, list[Development]] = {}
    for one in found:
        if one.kind == "quote":
            said.setdefault(one.speaker or "nobody named", []).append(one)
    titles = {one.article_id: one.title for one in outlets}
    return ShownStory(
        story=story_id,
        title=titles.get(found[-1].article_id) or found[-1].says,  # as in the list of stories
        timeline=[(one, who.get(one.development_id, Carriers())) for one in found],
        more=count - len(found),
        ledgers=ledgers,
        said=said,
        outlets=outlets,
        alerts=alerts,
        names=names,
    )


def _rows(connection: Connection, column: Column[Any], values: Iterable[str]) -> list[Row[Any]]:
    """All rows of a column's table where it is one of these."""
    wanted = sorted(values)
    found: list[Row[Any]] = []
    for start in range(0, len(wanted), _AT_ONCE):
        part = column.in_(wanted[start : start + _AT_ONCE])
        found += connection.execute(select(column.table).where(part))
    return found


def _alerts(connection: Connection, story_id: str) -> list[tuple[str, str, datetime]]:
    """Its newest alerts: id, headline, time."""
    query = select(ALERT.c.alert_id, ALERT.c.record, ALERT.c.at).where(ALERT.c.story == story_id)
    rows = connection.execute(query.order_by(ALERT.c.at.desc()).limit(100))
    return [(row.alert_id, str(json.loads(row.record)["headline"]), row.at) for row in rows]


def _names(connection: Connection, ids: Iterable[str]) -> dict[str, str]:
    """What editors say that each of these events and figures is, by its id."""
    kept = GOOD_ITEM.c
    query = select(kept.item_id, kept.record).where(
        kept.kind.in_(("events", "figures")), kept.item_id.in_(list(ids))
    )
    rows = [(row.item_id, json.loads(row.record)) for row in connection.execute(query)]
    return {id_: str(one.get("about") or one.get("name") or id_) for id_, one in rows}


def _ledgers(
    connection: Connection, found: Sequence[Development], names: Mapping[str, str]
) -> list[Ledger]:
    """The ledgers that the story's developments are steps of, with all of their steps."""
    of: dict[str, Development] = {}
    for one in found:
        if one.ledger and one.kind in ("status", "figure", "correction"):
            of.setdefault(one.ledger, one)
    rows = _rows(connection, STEP.c.ledger, of)
    origins = _origins(connection, {row.development_id for row in rows})
    made = []
    for ledger, one in of.items():
        own = sorted((row for row in rows if row.ledger == ledger), key=lambda row: row.nth)
        steps = [
            Step(
                at=row.at,
                value=row.value,
                status=Status(row.status) if row.status else None,
                bound=row.bound,
                moves=row.moves,
                sentence=row.sentence,
                article_id=row.article_id,
                origin=origins.get(row.development_id, ""),
            )
            for row in own[-200:]
        ]
        about = one.about or ""
        made.append(Ledger(about=about, name=names.get(about, about), place=one.place, steps=steps))
    return [one for one in made if one.steps]


def _origins(connection: Connection, ids: set[str]) -> dict[str, str]:
    rows = sorted(_rows(connection, CARRIER.c.development_id, ids), key=lambda row: row.nth)
    return {row.development_id: row.origin for row in reversed(rows)}


def _outlets(
    connection: Connection, found: Sequence[Development], ids: Sequence[str]
) -> list[Outlet]:
    """The articles that brought or carried something of the story, oldest first."""
    carried = {row.article_id for row in _rows(connection, CARRIER.c.development_id, set(ids))}
    brought: dict[str, int] = {}
    for one in found:
        brought[one.article_id] = brought.get(one.article_id, 0) + 1
    wanted = {*carried, *brought}
    told = {row.article_id: row for row in _rows(connection, TOLD.c.article_id, wanted)}
    titles = articles.titles(connection, wanted)
    made = [
        Outlet(
            article_id=article_id,
            title=titles.get(article_id, ""),
            publisher=row.publisher,
            origin=row.origin,
            at=row.at,
            brought=brought.get(article_id, 0),
        )
        for article_id, row in told.items()
    ]
    return sorted(made, key=lambda one: one.at)
