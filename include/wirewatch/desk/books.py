"""What telling looks up and writes down: in the store, or for a trial in plain memory.

Both give the same answers to the same questions; a test runs a stream through each.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol, cast

from sqlalchemy import Connection

from wirewatch.alerts.decide import Held, Thread
from wirewatch.records import Alert, Carriers, Judgement, Reading, Rule, Why
from wirewatch.rules.index import RuleSet
from wirewatch.rules.memory import Changes, RuleMemory, Told, Waiting
from wirewatch.store import outbox
from wirewatch.store import rules as rule_store


class Books(Protocol):
    """What rules remember, what was told of which story, and what is owed."""

    def recall(self, rules: RuleSet, judgement: Judgement) -> RuleMemory:
        """What the rules remember of the figures and echoes of one article."""

    def thread(self, rule_id: str, story: str) -> Thread | None:
        """The thread of a rule and story, None before its first alert."""

    def already_told(self, rule_id: str, development_ids: Collection[str]) -> Collection[str]:
        """Those of the developments that this rule has told, or holds to tell."""

    def last_sent(self, rule_id: str, now: datetime) -> datetime | None:
        """When a new story of this rule last went out, or was due to."""

    def owe(self, alert: Alert, rule: Rule, now: datetime) -> bool:
        """Owe the alert to the rule's channels; False if it is owed already."""

    def remember(self, changes: Changes, whys: Sequence[Why], now: datetime) -> None:
        """Keep what one article changed, and why each rule decided."""


@dataclass(frozen=True, slots=True)
class StoreBooks:
    """The store's, in the caller's transaction; alerts keep the name of the `run` they are of.

    `reading` is that of the article which is told.
    """

    connection: Connection
    run: str = ""
    reading: Reading | None = None

    def recall(self, rules: RuleSet, judgement: Judgement) -> RuleMemory:
        """See `Books`."""
        return rule_store.recall(self.connection, rules, judgement)

    def thread(self, rule_id: str, story: str) -> Thread | None:
        """See `Books`."""
        return outbox.threads(self.connection, rule_id, story)

    def already_told(self, rule_id: str, development_ids: Collection[str]) -> Collection[str]:
        """See `Books`."""
        return outbox.already_told(self.connection, rule_id, development_ids)

    def last_sent(self, rule_id: str, now: datetime) -> datetime | None:
        """See `Books`."""
        return outbox.last_sent(self.connection, rule_id, now)

    def owe(self, alert: Alert, rule: Rule, now: datetime) -> bool:
        """See `Books`."""
        return outbox.add(
            self.connection, alert, rule.send.to, now, run=self.run, reading=self.reading
        )

    def remember(self, changes: Changes, whys: Sequence[Why], now: datetime) -> None:
        """See `Books`."""
        rule_store.remember(self.connection, changes, whys, now)


class TrialBooks:
    """Plain memory, for a trial that leaves no trace. `alerts` are those owed, in order."""

    def __init__(self) -> None:
        self.alerts: list[Alert] = []
        self._threads: dict[tuple[str, str], Thread] = {}
        self._told: set[tuple[str, str]] = set()
        self._due: dict[str, list[datetime]] = {}
        self._ids: set[str] = set()
        self._figures: dict[str, dict[tuple[str, str], Told]] = {}
        self._waiting: dict[str, dict[str, Waiting]] = {}
        self._tells: dict[str, list[int]] = {}  # by development: places in `alerts`
        self._places: dict[str, int] = {}

    def recall(self, rules: RuleSet, judgement: Judgement) -> RuleMemory:
        """See `Books`."""
        waiting = {
            echo.development_id: tuple(some.values())
            for echo in judgement.echoes
            if (some := self._waiting.get(echo.development_id))
        }
        found = [d for d in judgement.developments if d.value_now is not None]
        found += [each.development for some in waiting.values() for each in some]
        told: dict[tuple[str, str], Told] = {}
        for one in found:
            told |= self._figures.get(one.ledger or one.about or "", {})
        return RuleMemory(told=told, waiting=waiting)

    def waits(self, development_ids: Collection[str]) -> bool:
        """Whether any rule waits for another carrier of one of these."""
        return any(self._waiting.get(one) for one in development_ids)

    def thread(self, rule_id: str, story: str) -> Thread | None:
        """See `Books`."""
        return self._threads.get((rule_id, story))

    def already_told(self, rule_id: str, development_ids: Collection[str]) -> Collection[str]:
        """See `Books`."""
        return {one for one in development_ids if (rule_id, one) in self._told}

    def last_sent(self, rule_id: str, now: datetime) -> datetime | None:
        """See `Books`."""
        return max((due for due in self._due.get(rule_id, ()) if due <= now), default=None)

    def owe(self, alert: Alert, rule: Rule, now: datetime) -> bool:
        """See `Books`."""
        if alert.alert_id in self._ids:
            return False
        self._ids.add(alert.alert_id)
        place = self._places[alert.alert_id] = len(self.alerts)
        self.alerts.append(alert)
        for one in alert.developments:
            self._told.add((alert.rule_id, one.development_id))
            self._tells.setdefault(one.development_id, []).append(place)
        if alert.kind == "alert":
            due = alert.held_until or now
            key = (alert.rule_id, alert.story)
            held = cast("Held | None", alert.held)
            own = Thread(alert_id=alert.alert_id, held=held, held_until=due if held else None)
            self._threads.setdefault(key, own)
            # Only the latest of those that are due, and what is due later, is ever asked for.
            some = self._due.setdefault(alert.rule_id, [])
            past = max((each for each in some if each <= now), default=None)
            self._due[alert.rule_id] = [
                *(each for each in some if each > now),
                *([past] if past else []),
                due,
            ]
        return True

    def remember(self, changes: Changes, whys: Sequence[Why], now: datetime) -> None:
        """See `Books`. The decisions are not kept: nobody asks a trial for them."""
        for (rule_id, ledger), told in changes.told.items():
            self._figures.setdefault(ledger, {})[rule_id, ledger] = told
        for rule_id, development_id in changes.settled:
            self._waiting.get(development_id, {}).pop(rule_id, None)
        for one in changes.waiting:
            own = self._waiting.setdefault(one.development.development_id, {})
            own[one.rule_id] = one

    def count_up(self, carriers: Mapping[str, Carriers]) -> None:
        """Copies came: add their outlets and origins to the alerts that told these developments.

        The first message of a thread counts for the whole of it.
        """
        affected: dict[int, list[Carriers]] = {}
        pairs = [
            (place, who)
            for development_id, who in carriers.items()
            for place in self._tells.get(development_id, ())
        ]
        for place, who in sorted(pairs, key=lambda pair: pair[0]):
            first = self._places.get(self.alerts[place].thread, place)
            for one in dict.fromkeys((place, first)):
                affected.setdefault(one, []).append(who)
        for place, some in affected.items():
            alert = self.alerts[place]
            publishers = _more(alert.publishers, (c.publishers for c in some))
            origins = _more(alert.origins, (c.origins for c in some))
            if (publishers, origins) != (alert.publishers, alert.origins):
                self.alerts[place] = replace(alert, publishers=publishers, origins=origins)


def _more(known: tuple[str, ...], others: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*known, *(name for some in others for name in some)]))
