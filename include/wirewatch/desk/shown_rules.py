"""What the pages Rules and Vocabulary show: each item with its state, problems and use."""

from bisect import bisect
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, and_, case, func, select

from wirewatch.desk.watch import Watch, load_watch
from wirewatch.forms import items, pairs, scalar, sections
from wirewatch.records import Node, Problem, Rule
from wirewatch.rules.load import slug
from wirewatch.store import Store, feedback
from wirewatch.store import rules as rule_store
from wirewatch.store.outbox_tables import ALERT, PAUSE
from wirewatch.store.rules import GoodItem
from wirewatch.text import fold

WEEKS: Final = 12
PART: Final = 100  # rows of a page
PARTS: Final = ("events", "figures", "entities")


class State(StrEnum):
    """Whether an item counts, and in which version."""

    LIVE = "live"
    NEXT = "from the next pass on"
    LAST_GOOD = "last good version in force"
    NOT_LIVE = "not live"
    OFF = "switched off"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownRule:
    """A rule as its row shows it. `weeks` are alerts a week, the last one the last seven days."""

    rule_id: str
    name: str
    file: str
    line: int
    end: int
    state: State
    rule: Rule | None = None
    since: datetime | None = None
    problems: tuple[Problem, ...] = ()
    muted_until: datetime | None = None
    muted: bool = False
    weeks: tuple[int, ...] = (0,) * WEEKS
    useful: int = 0
    noise: int = 0

    @property
    def errors(self) -> int:
        """How many mistakes keep what is written from being live."""
        return sum(problem.severity == "error" for problem in self.problems)

    @property
    def warnings(self) -> int:
        """How many problems are only worth a look."""
        return len(self.problems) - self.errors

    @property
    def judged(self) -> int:
        """How many verdicts of readers there are."""
        return self.useful + self.noise

    @property
    def precision(self) -> int:
        """How many of a hundred alerts readers found useful."""
        return round(100 * self.useful / self.judged) if self.judged else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownItem:
    """An event, figure or entity as its row shows it. `rules` are the ids of those that use it.

    `failed` counts the sentences under `yes` and `no` that do not hold, None while untried.
    """

    item_id: str
    said: str
    kind: str
    file: str
    line: int
    state: State
    words: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    rules: tuple[str, ...] = ()
    sentences: int = 0
    failed: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One page of a list, how many rows there are in all, and the files that it comes from."""

    rows: Sequence[ShownRule] | Sequence[ShownItem]
    all: int
    page: int
    files: Sequence[str]
    adrift: Sequence[Problem] = ()

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.all // PART))


# ── Rules ─────────────────────────────────────────────────────────────────────────────────────


def rules(
    store: Store, watch: Watch, now: datetime, *, words: str = "", state: str = "", page: int = 1
) -> Listed:
    """The rules whose name, id or file holds the words, in the order of the files."""
    with store.read() as connection:
        good = {i.item_id: i for i in rule_store.good_items(connection) if i.kind == "rules"}
        found = list(_rules(watch, good))
        weeks = _weeks(connection, now)
        precision = feedback.by_rule(connection)
        pauses = _pauses(connection, now)
    kept = [one for one in found if _wanted(one, words, state, pauses, now)]
    rows = [
        _with_figures(one, weeks, precision, pauses, now)
        for one in kept[(page - 1) * PART : page * PART]
    ]
    held = {problem for one in found for problem in one.problems}
    adrift = [p for p in watch.problems if p.file.startswith("rules/") and p not in held]
    return Listed(rows=rows, all=len(kept), page=page, files=_files(watch, "rules"), adrift=adrift)


def rule(store: Store, watch: Watch, rule_id: str, now: datetime) -> ShownRule | None:
    """One rule, good or bad."""
    with store.read() as connection:
        good = {i.item_id: i for i in rule_store.good_items(connection) if i.kind == "rules"}
        found = next((one for one in _rules(watch, good) if one.rule_id == rule_id), None)
        if found is None:
            return None
        figures = feedback.by_rule(connection)
        return _with_figures(found, _weeks(connection, now), figures, _pauses(connection, now), now)


def _rules(watch: Watch, good: Mapping[str, GoodItem]) -> Iterator[ShownRule]:
    """Every rule that stands in a file, then those that live on without."""
    by_place = {(rule.file, rule.line): rule for rule in watch.rules}
    seen: set[str] = set()
    for root in watch.nodes.rules:
        parts, _ = sections(root, {"defaults": "map", "lists": "map", "watches": "list"})
        nodes = items(parts["watches"]) if "watches" in parts else ()
        ends = [*(node.line for node in nodes[1:]), 1_000_000]
        for node, end in zip(nodes, ends, strict=True):
            rule = by_place.get((node.file, node.line))
            name = rule.name if rule else _text(node, "watch") or f"rule in line {node.line}"
            rule_id = rule.rule_id if rule else slug(_text(node, "id") or _text(node, "watch"))
            if rule is None and rule_id in seen:
                rule_id = ""
            seen.add(rule_id)
            yield ShownRule(
                rule_id=rule_id, name=name, file=node.file, line=node.line, end=end, rule=rule,
                state=_state(rule, good.get(rule_id)), since=_since(good.get(rule_id)),
                problems=_between(watch.problems, node.file, node.line, end),
            )  # fmt: skip
    for item in good.values():
        if item.item_id not in seen and item.file in watch.unread:
            yield ShownRule(
                rule_id=item.item_id, name=item.item_id, file=item.file, line=1, end=1,
                state=State.LAST_GOOD, since=item.since,
            )  # fmt: skip


def _state(rule: Rule | None, good: GoodItem | None) -> State:
    if rule is None:
        return State.LAST_GOOD if good else State.NOT_LIVE
    if not rule.enabled:
        return State.OFF
    return State.LIVE if good and good.meaning == rule.version else State.NEXT


def _since(good: GoodItem | None) -> datetime | None:
    return good.since if good else None


def _between(problems: Iterable[Problem], file: str, first: int, end: int) -> tuple[Problem, ...]:
    return tuple(p for p in problems if p.file == file and first <= p.line < end)


def _text(node: Node, key: str) -> str:
    if node.kind != "map":
        return ""
    return next((scalar(value) for name, value in pairs(node) if scalar(name) == key), "")


def _wanted(
    one: ShownRule, words: str, state: str, pauses: Mapping[str, datetime | None], now: datetime
) -> bool:
    text = fold(f"{one.name} {one.rule_id} {one.file}")
    if not all(word in text for word in fold(words).split()):
        return False
    if state == "muted":
        return _muted(one, pauses, now)[0]
    if state == "problems":
        return bool(one.problems) or one.state in (State.LAST_GOOD, State.NOT_LIVE)
    return not state or one.state == state


def _with_figures(
    one: ShownRule,
    weeks: Mapping[str, tuple[int, ...]],
    precision: Mapping[str, tuple[int, int]],
    pauses: Mapping[str, datetime | None],
    now: datetime,
) -> ShownRule:
    muted, until = _muted(one, pauses, now)
    useful, noise = precision.get(one.rule_id, (0, 0))
    return replace(
        one,
        muted=muted,
        muted_until=until,
        weeks=weeks.get(one.rule_id, one.weeks),
        useful=useful,
        noise=noise,
    )


def _muted(
    one: ShownRule, pauses: Mapping[str, datetime | None], now: datetime
) -> tuple[bool, datetime | None]:
    """Whether nothing of the rule is posted now, and until when (None: until somebody ends it)."""
    written = one.rule.send.mute_until if one.rule else None
    if one.rule_id in pauses:
        return True, pauses[one.rule_id]
    return (True, written) if written and written > now else (False, None)


def _pauses(connection: Connection, now: datetime) -> dict[str, datetime | None]:
    rows = connection.execute(select(PAUSE.c.scope, PAUSE.c.until))
    return {
        row.scope.removeprefix("rule:"): row.until
        for row in rows
        if row.scope.startswith("rule:") and (row.until is None or row.until > now)
    }


def _weeks(connection: Connection, now: datetime) -> dict[str, tuple[int, ...]]:
    """Alerts by rule in each of the last weeks, the oldest first."""
    begins = [now - timedelta(weeks=back) for back in range(WEEKS, -1, -1)]
    sums = [
        func.sum(case((and_(ALERT.c.at >= start, ALERT.c.at < end), 1), else_=0))
        for start, end in zip(begins, [*begins[1:-1], now + timedelta(days=1)], strict=False)
    ]
    query = select(ALERT.c.rule_id, *sums).where(ALERT.c.at >= begins[0]).group_by(ALERT.c.rule_id)
    return {row[0]: tuple(int(n) for n in row[1:]) for row in connection.execute(query)}


def _files(watch: Watch, kind: str) -> list[str]:
    from wirewatch.desk.editing import files

    return files(watch.path, kind)


# ── Vocabulary ────────────────────────────────────────────────────────────────────────────────


def vocabulary(
    store: Store, watch: Watch, part: str, *, words: str = "", page: int = 1, tried: bool = False
) -> Listed:
    """The events, figures or entities whose id, name or words hold the words.

    With `tried` the sentences under `yes` and `no` are tried; else only what is known is told.
    """
    with store.read() as connection:
        good = {i.item_id for i in rule_store.good_items(connection) if i.kind == part}
    wanted = fold(words).split()
    kept = [
        one
        for one in _items(watch, part, good)
        if all(word in fold(f"{one.item_id} {one.said} {' '.join(one.words)}") for word in wanted)
    ]
    failed = failed_examples(watch.path, watch.version) if tried else None
    rows = [
        _tried(one, failed) if part == "events" and failed is not None else one
        for one in kept[(page - 1) * PART : page * PART]
    ]
    held = {problem for one in _items(watch, part, good) for problem in one.problems}
    adrift = [p for p in watch.problems if p.file.startswith("vocabulary/") and p not in held]
    return Listed(
        rows=rows, all=len(kept), page=page, files=_files(watch, "vocabulary"), adrift=adrift
    )


def _items(watch: Watch, part: str, good: set[str]) -> Iterator[ShownItem]:
    known = _known(watch, part)
    use = _use(watch)
    for root in watch.nodes.vocabulary:
        parts, _ = sections(root, {"entities": "map", "events": "map", "figures": "map"})
        entries = pairs(parts[part]) if part in parts else ()
        ends = [*(key.line for key, _ in entries[1:]), _end_of(parts, part)][: len(entries)]
        for (key, node), end in zip(entries, ends, strict=True):
            item_id = scalar(key)
            told = known.get(item_id)
            bad = State.LAST_GOOD if item_id in good else State.NOT_LIVE
            name = _text(node, "about") or _text(node, "name")
            said, kind, words = told or (name, "", ())
            yield ShownItem(
                item_id=item_id, said=said, kind=kind, words=words, file=root.file, line=key.line,
                state=State.LIVE if told else bad,
                problems=_between(watch.problems, root.file, key.line, end),
                rules=use.get(item_id, ()), sentences=_sentences(node),
            )  # fmt: skip


def _end_of(parts: Mapping[str, Node], part: str) -> int:
    """The line at which the part after this one begins."""
    if part not in parts:
        return 1_000_000
    later = [node.line - 1 for node in parts.values() if node.line > parts[part].line]
    return min(later, default=1_000_000)


def _known(watch: Watch, part: str) -> dict[str, tuple[str, str, tuple[str, ...]]]:
    vocabulary = watch.vocabulary
    if part == "events":
        return {e.event_id: (e.about, ", ".join(e.where), e.what) for e in vocabulary.events}
    if part == "figures":
        return {f.figure_id: (f.about, f.counts, f.where) for f in vocabulary.figures}
    return {e.entity_id: (e.name, e.kind, e.also) for e in vocabulary.entities}


def _use(watch: Watch) -> dict[str, tuple[str, ...]]:
    """The rules that name each item of the vocabulary."""
    found: dict[str, dict[str, None]] = {}
    for rule in watch.rules:
        when = rule.when
        names = (*when.event, *when.figure, *when.remarks_by, *when.about, *when.place)
        for name in names:
            found.setdefault(name, {})[rule.rule_id] = None
    return {name: tuple(ids) for name, ids in found.items()}


def _sentences(node: Node) -> int:
    if node.kind != "map":
        return 0
    found = [value for key, value in pairs(node) if scalar(key) in ("yes", "no")]
    return sum(len(items(value)) if value.kind == "list" else 1 for value in found)


def _tried(one: ShownItem, failed: Mapping[str, tuple[Problem, ...]]) -> ShownItem:
    wrong = failed.get(one.item_id, ())
    return replace(one, problems=(*one.problems, *wrong), failed=len(wrong))


@lru_cache(maxsize=4)
def failed_examples(path: Path, version: str) -> dict[str, tuple[Problem, ...]]:
    """The sentences under `yes` and `no` that do not hold, by event; `version` is the folder's."""
    from wirewatch.desk.drafts import examples

    watch = load_watch(path)
    found: dict[str, list[Problem]] = {}
    events = sorted((one.file, one.line, one.item_id) for one in _items(watch, "events", set()))
    for problem in examples(watch):
        at = bisect(events, (problem.file, problem.line, "\uffff")) - 1
        found.setdefault(events[at][2], []).append(problem)
    return {event: tuple(wrong) for event, wrong in found.items()}
