"""What the editors' folder says now, and what stays live while something in it is broken."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection

from wirewatch.feeds.load import load_feeds
from wirewatch.forms import items, pairs, problem, scalar, sections
from wirewatch.reading.load import load_vocabulary, written_ids
from wirewatch.records import (
    Channel,
    Entity,
    EventDefinition,
    Feed,
    FigureDefinition,
    Node,
    Problem,
    Rule,
    Vocabulary,
)
from wirewatch.rules.load import Loaded, load_all
from wirewatch.store import Store, live
from wirewatch.store import rules as rule_store
from wirewatch.store.codec import dump, load
from wirewatch.store.rules import GoodItem, Item
from wirewatch.store.writer import hold_the_pen
from wirewatch.text import digest
from wirewatch.watchfiles import (
    Folder,
    folder_version,
    load_channels,
    read_folder,
    read_test_text,
)

_VOCABULARY = {"entities": Entity, "events": EventDefinition, "figures": FigureDefinition}
_KINDS: Mapping[str, Any] = {**_VOCABULARY, "rules": Rule, "feeds": Feed}


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """All that editors wrote and that is good, with every problem in the rest.

    `channels` is empty without a channels.yaml. `files` says where each item stands, by kind and
    id; `broken` which ids stand in their file and are no good, `unread` which files have items
    whose id cannot be told. `kept` names what is live in its last good version.
    """

    path: Path
    feeds: tuple[Feed, ...] = ()
    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    rules: tuple[Rule, ...] = ()
    channels: tuple[Channel, ...] = ()
    problems: tuple[Problem, ...] = ()
    version: str = ""
    nodes: Folder
    files: Mapping[tuple[str, str], str] = field(default_factory=dict)
    unread: frozenset[str] = frozenset()
    kept: tuple[str, ...] = ()

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that make an item no good; the others are warnings."""
        return tuple(p for p in self.problems if p.severity == "error")


def load_watch(path: Path, zone: tzinfo = UTC) -> Watch:
    """What the folder says now; read anew only when a byte in it has changed.

    `zone` is the desk's, for times without one. Nothing is raised: a folder that is missing is a
    problem like others.
    """
    return _load(path.absolute(), folder_version(path), zone)


def load_draft(path: Path, drafts: Mapping[str, bytes], zone: tzinfo = UTC) -> Watch:
    """What the folder would say with these files, by their name in it, in place of the disk's."""
    path = path.absolute()
    folder = read_folder(path, drafts)
    return _assembled(path, folder, folder.version, zone)


@lru_cache(maxsize=8)
def _load(path: Path, version: str, zone: tzinfo) -> Watch:
    return _assembled(path, read_folder(path), version, zone)


class _Roots(tuple[Node, ...]):
    """Root nodes of some files, compared as objects: a file that did not change is the same one."""

    __slots__ = ()

    def __hash__(self) -> int:
        return hash(tuple(map(id, self)))

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, _Roots)
            and len(self) == len(other)
            and all(mine is theirs for mine, theirs in zip(self, other, strict=True))
        )


@lru_cache(maxsize=8)
def _vocabulary(roots: _Roots) -> tuple[Vocabulary, tuple[Problem, ...]]:
    vocabulary, problems = load_vocabulary(roots)
    return vocabulary, tuple(problems)


@lru_cache(maxsize=8)
def _feeds(roots: _Roots) -> tuple[tuple[Feed, ...], tuple[Problem, ...]]:
    feeds, problems = load_feeds(roots)
    return tuple(feeds), tuple(problems)


def _assembled(path: Path, folder: Folder, version: str, zone: tzinfo) -> Watch:
    problems = list(folder.problems)
    feeds, wrong = _feeds(_Roots(folder.feeds))
    problems += wrong
    vocabulary, wrong = _vocabulary(_Roots(folder.vocabulary))
    problems += wrong
    channels: tuple[Channel, ...] = ()
    if folder.channels is not None:
        channels, told = load_channels(folder.channels)
        problems += told
    loaded = load_all(
        folder.rules,
        vocabulary,
        channels=_names(folder.channels),
        feeds=feeds,
        faulty=_faulty(folder, vocabulary),
        zone=zone,
        read_text=lambda file, name: read_test_text(path, file, name),
    )
    problems += loaded.problems
    return Watch(
        path=path,
        feeds=feeds,
        vocabulary=vocabulary,
        rules=loaded.rules,
        channels=channels,
        problems=tuple(sorted(problems, key=lambda p: (p.file, p.line, p.column))),
        version=version,
        nodes=folder,
        files=_files(folder, loaded),
        unread=folder.damaged | loaded.nameless,
    )


def _names(root: Node | None) -> list[str] | None:
    """The names of all channels of the file, good or bad: a bad one is told once, not per rule."""
    if root is None:
        return None
    channels = sections(root, {"channels": "map"})[0].get("channels")
    return [scalar(key) for key, _ in pairs(channels)] if channels else []


def _faulty(folder: Folder, vocabulary: Vocabulary) -> frozenset[str]:
    """The ids of the vocabulary that are written with a mistake, so that no rule can use them."""
    good = {one.entity_id for one in vocabulary.entities}
    good |= {one.event_id for one in vocabulary.events}
    good |= {one.figure_id for one in vocabulary.figures}
    return written_ids(folder.vocabulary) - good


def _files(folder: Folder, loaded: Loaded) -> dict[tuple[str, str], str]:
    """Where each item stands that has a name, whether it is good or not."""
    found = {("rules", each): file for file, ids in loaded.present.items() for each in ids}
    for root in folder.vocabulary:
        parts, _ = sections(root, dict.fromkeys(_VOCABULARY, "map"))
        for part, node in parts.items():
            for key, _ in pairs(node):
                found.setdefault((part, scalar(key)), root.file)
    for root in folder.feeds:
        parts, _ = sections(root, {"feeds": "list"})
        for node in items(parts["feeds"]) if "feeds" in parts else ():
            for key, value in pairs(node) if node.kind == "map" else ():
                if scalar(key) == "feed":
                    found.setdefault(("feeds", scalar(value)), root.file)
    return found


# ── What stays live ───────────────────────────────────────────────────────────────────────────


def live_watch(path: Path, store: Store, now: datetime, zone: tzinfo = UTC) -> Watch:
    """What is live: every good item, and for a broken one its last good version.

    A rule that is new or means something else judges from `now` on. What is kept is told among
    the problems, once for each item. What the folder says is worked out once after a change, by
    whichever worker sees it first; the others take it from the store. `nodes` is empty.
    """
    version = _live_version(path, zone)
    with store.read() as connection:
        found = live.live(connection, version)
    if found is not None:
        return _from_text(path, found)
    watch = load_watch(path, zone)
    with store.begin() as connection:
        hold_the_pen(connection)
        watch = _live(connection, watch, now)
        if _live_version(path, zone) == version:  # else it changed while it was read
            live.keep_live(connection, version, _as_text(watch))
    return watch


def _live(connection: Connection, watch: Watch, now: datetime) -> Watch:
    """The same with what is kept; what is good now is noted as such."""
    good = {(item.kind, item.item_id): item for item in _good(watch)}
    known = {(item.kind, item.item_id): item for item in rule_store.good_items(connection)}
    missing = [item for key, item in known.items() if key not in good]
    kept = [item for item in missing if _is_broken(item, watch)]
    dropped = [(item.kind, item.item_id) for item in missing if not _is_broken(item, watch)]
    fresh = [item for key, item in good.items() if _differs(item, known.get(key))]
    if fresh or dropped:
        rule_store.keep_good(connection, fresh, dropped, now)
    since = {key[1]: item.since for key, item in known.items() if key[0] == "rules"}
    since |= {i.item_id: now for i in fresh if _is_new_meaning(i, known)}
    return _with_kept(watch, kept, since, connection)


def _is_new_meaning(item: Item, known: Mapping[tuple[str, str], GoodItem]) -> bool:
    old = known.get((item.kind, item.item_id))
    return item.kind == "rules" and (old is None or old.meaning != item.meaning)


def _differs(item: Item, old: GoodItem | None) -> bool:
    return old is None or (old.file, old.body) != (item.file, item.body)


def _good(watch: Watch) -> Iterator[Item]:
    """Every good item as it is kept."""
    vocabulary = watch.vocabulary
    parts: Sequence[tuple[str, Iterable[tuple[str, Any]]]] = (
        ("entities", ((e.entity_id, e) for e in vocabulary.entities)),
        ("events", ((e.event_id, e) for e in vocabulary.events)),
        ("figures", ((f.figure_id, f) for f in vocabulary.figures)),
        ("feeds", ((f.url, f) for f in watch.feeds)),
        ("rules", ((r.rule_id, replace(r, tests=())) for r in watch.rules)),
    )
    for kind, found in parts:
        for item_id, record in found:
            text = dump(record)
            yield Item(
                kind=kind,
                item_id=item_id,
                file=watch.files.get((kind, item_id), ""),
                meaning=record.version if kind == "rules" else "",
                body=digest(text),
                record=text,
            )


def _is_broken(item: GoodItem, watch: Watch) -> bool:
    """Whether an item that was good is still written down, or may be, and no good any more."""
    file = watch.files.get((item.kind, item.item_id))
    if file is not None:
        return True
    return item.file in watch.unread or not watch.path.is_dir()


def _with_kept(
    watch: Watch, kept: Sequence[GoodItem], since: Mapping[str, datetime], connection: Connection
) -> Watch:
    records: dict[str, list[Any]] = {kind: [] for kind in _KINDS}
    for kind, form in _KINDS.items():
        ids = [item.item_id for item in kept if item.kind == kind]
        texts = rule_store.good_records(connection, kind, ids) if ids else []
        records[kind] = [load(form, text) for text in texts]
    rules = (*watch.rules, *records["rules"])
    vocabulary = watch.vocabulary
    if any(records[kind] for kind in _VOCABULARY):
        vocabulary = Vocabulary(
            entities=(*vocabulary.entities, *records["entities"]),
            events=(*vocabulary.events, *records["events"]),
            figures=(*vocabulary.figures, *records["figures"]),
            version=digest(vocabulary.version, *(i.item_id for i in kept)),
        )
    return replace(
        watch,
        feeds=(*watch.feeds, *records["feeds"]),
        vocabulary=vocabulary,
        rules=tuple(replace(rule, since=since.get(rule.rule_id)) for rule in rules),
        problems=(*watch.problems, *(_kept_problem(item) for item in kept)),
        kept=tuple(f"{item.kind}/{item.item_id}" for item in kept),
        nodes=Folder(path=watch.path),
    )


def _kept_problem(item: GoodItem) -> Problem:
    place = Node(file=item.file or ".", line=1, column=1, kind="scalar", value=item.item_id)
    said = f"the last good version of “{item.item_id}” stays live until this is mended"
    return problem(place, said, severity="warning")


# ── What was worked out once ──────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkedOut:
    """What is live, in a form that can be written down."""

    feeds: tuple[Feed, ...]
    vocabulary: Vocabulary
    rules: tuple[Rule, ...]
    channels: tuple[Channel, ...]
    problems: tuple[Problem, ...]
    version: str
    files: tuple[tuple[str, str, str], ...]
    unread: tuple[str, ...]
    kept: tuple[str, ...]


def _as_text(watch: Watch) -> str:
    worked_out = WorkedOut(
        feeds=watch.feeds,
        vocabulary=watch.vocabulary,
        rules=tuple(replace(rule, tests=()) for rule in watch.rules),
        channels=watch.channels,
        problems=watch.problems,
        version=watch.version,
        files=tuple((kind, each, file) for (kind, each), file in watch.files.items()),
        unread=tuple(sorted(watch.unread)),
        kept=watch.kept,
    )
    return dump(worked_out)


def _from_text(path: Path, text: str) -> Watch:
    found = load(WorkedOut, text)
    return Watch(
        path=path.absolute(),
        feeds=found.feeds,
        vocabulary=found.vocabulary,
        rules=found.rules,
        channels=found.channels,
        problems=found.problems,
        version=found.version,
        nodes=Folder(path=path.absolute()),
        files={(kind, each): file for kind, each, file in found.files},
        unread=frozenset(found.unread),
        kept=found.kept,
    )


def _live_version(path: Path, zone: tzinfo) -> str:
    """Changes with every byte of the folder, with the zone, and with the program that reads it."""
    return digest(_PROGRAM, path.absolute(), zone, folder_version(path))


def _stamps(folder: Path) -> list[tuple[str, int, int]]:
    """Name, size and time of each file of the program."""
    stats = ((file, file.stat()) for file in sorted(folder.glob("**/*.py")))
    return [(str(file), stat.st_size, stat.st_mtime_ns) for file, stat in stats]


# As it stands when it is imported: a task is a fork, and may be older than what the disk has.
_PROGRAM: Final = digest(*_stamps(Path(__file__).parents[1]))
