"""What an editor is told about a mistake in a rule, and how a good rule becomes a record.

All problems of all files at once. A rule with an error is left out, the others are not.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo
from typing import Any, TypeVar

from wirewatch.forms import fill, items, pairs, problem, scalar, sections
from wirewatch.records import (
    Feed,
    Node,
    OnlyIf,
    Problem,
    QuietHours,
    Rule,
    Send,
    Vocabulary,
    When,
)
from wirewatch.rules.checks import check_commas, check_only_if, check_send, check_when
from wirewatch.rules.names import Known, check_names, read_lists
from wirewatch.rules.shape import SYNONYMS, DefaultsForm, OnlyIfForm, SendForm, WatchForm, WhenForm
from wirewatch.rules.tests_in_rules import read_tests
from wirewatch.text import digest, fold

FormT = TypeVar("FormT", OnlyIfForm, SendForm)
ReadText = Callable[[str, str], str]


@dataclass(frozen=True, slots=True)
class Loaded:
    """The good rules, all problems, and what else the files name.

    `present` are the ids of all rules that stand in a file, good or bad; `nameless` are files with
    a rule whose id cannot be told.
    """

    rules: tuple[Rule, ...]
    problems: tuple[Problem, ...]
    present: Mapping[str, frozenset[str]]
    nameless: frozenset[str]


@dataclass(slots=True)
class _Desk:
    """What all files share while they are loaded."""

    known: Known
    zone: tzinfo
    read_text: ReadText | None
    problems: list[Problem] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    nodes: dict[str, Node] = field(default_factory=dict)
    present: dict[str, set[str]] = field(default_factory=dict)
    nameless: set[str] = field(default_factory=set)


def load_rules(
    nodes: Iterable[Node],
    vocabulary: Vocabulary,
    *,
    channels: Collection[str] | None = None,
    feeds: Iterable[Feed] = (),
    zone: tzinfo = UTC,
    read_text: ReadText | None = None,
) -> tuple[list[Rule], list[Problem]]:
    """The good rules of all files and every problem, in order; see `load_all` for the arguments."""
    loaded = load_all(
        nodes, vocabulary, channels=channels, feeds=feeds, zone=zone, read_text=read_text
    )
    return list(loaded.rules), list(loaded.problems)


def load_all(
    nodes: Iterable[Node],
    vocabulary: Vocabulary,
    *,
    channels: Collection[str] | None = None,
    feeds: Iterable[Feed] = (),
    faulty: Collection[str] = (),
    zone: tzinfo = UTC,
    read_text: ReadText | None = None,
) -> Loaded:
    """The rules of all files, and what an edge needs to keep the last good one of a bad rule.

    `channels` are the names of channels.yaml, None without that file; `read_text` gives the text
    of a test's file from the rule's file and the name, and raises Mistake; without it such tests
    are left out. `faulty` are ids of the vocabulary that have a mistake. `zone` is the desk's.
    """
    desk = _Desk(Known.of(vocabulary, feeds, channels, faulty), zone, read_text)
    for root in nodes:
        _load_file(root, desk)
    _hidden(desk)
    return Loaded(
        rules=tuple(desk.rules),
        problems=tuple(desk.problems),
        present={file: frozenset(ids) for file, ids in desk.present.items()},
        nameless=frozenset(desk.nameless),
    )


def slug(name: str) -> str:
    """The id that a rule has without `id`: its name in lower case with hyphens."""
    return "-".join("".join(c if c.isalnum() else " " for c in fold(name)).split())


def _load_file(root: Node, desk: _Desk) -> None:
    parts, problems = sections(root, {"defaults": "map", "lists": "map", "watches": "list"})
    lists, told = read_lists(parts.get("lists"))
    problems += told
    defaults, told = _defaults(parts.get("defaults"), desk.known, lists)
    problems += told
    desk.problems += problems
    desk.present.setdefault(root.file, set())
    if any(p.severity == "error" for p in problems) and "watches" not in parts:
        desk.nameless.add(root.file)
    for node in items(parts["watches"]) if "watches" in parts else ():
        _load_watch(node, defaults, lists, desk)


def _defaults(
    node: Node | None, known: Known, lists: Mapping[str, Sequence[Node]]
) -> tuple[DefaultsForm | None, list[Problem]]:
    """The defaults; None if there is a mistake in them, so that no rule goes out without them."""
    if node is None:
        return DefaultsForm(), []
    form, problems = fill(node, DefaultsForm, SYNONYMS)
    problems += check_names(node, known, lists)
    problems += check_only_if(node, lists)
    good = not any(p.severity == "error" for p in problems)
    return form if good else None, problems


def _load_watch(
    node: Node, defaults: DefaultsForm | None, lists: Mapping[str, Sequence[Node]], desk: _Desk
) -> None:
    """One rule. A mistake in its tests is told and leaves the rule itself alive."""
    form, problems = fill(_without_tests(node), WatchForm, SYNONYMS)
    rule_id = None
    if node.kind == "map":
        rule_id = _rule_id(node, desk, problems)
        problems += check_names(node, desk.known, lists)
        problems += check_when(node, lists)
        problems += check_only_if(node, lists)
        problems += check_send(node)
        problems += check_commas(node)
    if rule_id is None:
        desk.nameless.add(node.file)
    tests, told = read_tests(node, desk.read_text)
    bad = any(p.severity == "error" for p in problems)
    if form and rule_id and defaults and not bad:
        values = {name: tuple(scalar(n) for n in some) for name, some in lists.items()}
        rule = replace(_rule(form, rule_id, defaults, values, desk.zone, node), tests=tests)
        if not rule.send.to:
            problems.append(problem(node, "“to” is missing: say under “send” to whom", word="to"))
        desk.rules.append(rule)
    desk.problems += sorted([*problems, *told], key=lambda p: (p.line, p.column))


def _without_tests(node: Node) -> Node:
    if node.kind != "map":
        return node
    return replace(node, value=tuple(p for p in pairs(node) if scalar(p[0]) != "tests"))


def _rule_id(node: Node, desk: _Desk, problems: list[Problem]) -> str | None:
    """The rule's id, if it can be told; one that is taken is a mistake at the second."""
    here = {scalar(key): value for key, value in pairs(node)}
    place = here.get("id") or here.get("watch")
    text = scalar(place) if place else ""
    if not place or not text:
        return None
    found = slug(text)
    if not found:
        problems.append(problem(place, f"“{text}” gives no id. Add id: with letters"))
        return None
    if "id" in here and text != found:
        said = "an id has small letters, digits and hyphens"
        problems.append(problem(place, f"“{text}”: {said}", suggestion=found))
    first = desk.nodes.get(found)
    if first is not None:
        said = f"“{text}” is taken by the rule in {first.file}, line {first.line}. "
        said += "Give one of them another name, or an “id”"
        problems.append(problem(place, said))
    desk.nodes.setdefault(found, node)
    desk.present.setdefault(node.file, set()).add(found)
    return found


def _rule(
    form: WatchForm,
    rule_id: str,
    defaults: DefaultsForm,
    lists: Mapping[str, tuple[str, ...]],
    zone: tzinfo,
    node: Node,
) -> Rule:
    when = _when(form.when, lists)
    only_if = _only_if(_merged(defaults.only_if, form.only_if, OnlyIfForm), lists)
    return Rule(
        rule_id=rule_id,
        name=form.watch,
        when=when,
        only_if=only_if,
        send=_send(_merged(defaults.send, form.send, SendForm), lists, zone),
        notes=form.notes,
        owner=form.owner,
        enabled=form.enabled,
        file=node.file,
        line=node.line,
        version=digest(repr(when), repr(only_if), form.enabled),
    )


def _merged(default: FormT | None, own: FormT | None, form: type[FormT]) -> FormT:
    """The defaults, with what the rule itself says in their place."""
    found: dict[str, Any] = {}
    for one in (default, own):
        if one is not None:
            found |= {name: getattr(one, name) for name in one.model_fields_set}
    return form.model_construct(**found)


def _names(values: Iterable[str], lists: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for value in values for text in lists.get(value, (value,))))


def _when(form: WhenForm, lists: Mapping[str, tuple[str, ...]]) -> When:
    return When(
        event=_names(form.event, lists),
        becomes=form.becomes,
        figure=_names(form.figure, lists),
        rises_by=form.rises_by,
        falls_by=form.falls_by,
        above=form.above,
        below=form.below,
        remarks_by=_names(form.remarks_by, lists),
        mentions=form.mentions,
        any_of=_names(form.any_of, lists),
        all_of=_names(form.all_of, lists),
        none_of=_names(form.none_of, lists),
        within_words=form.within_words,
        about=_names(form.about, lists),
        place=_names(form.place, lists),
    )


def _only_if(form: OnlyIfForm, lists: Mapping[str, tuple[str, ...]]) -> OnlyIf:
    return OnlyIf(
        min_origins=form.min_origins,
        publishers=_names(form.publishers, lists),
        not_publishers=_names(form.not_publishers, lists),
        groups=_names(form.groups, lists),
        credit=_names(form.credit, lists),
        languages=form.languages,
        published_within=form.published_within,
    )


def _send(form: SendForm, lists: Mapping[str, tuple[str, ...]], zone: tzinfo) -> Send:
    hours = form.quiet_hours
    return Send(
        to=_names(form.to, lists),
        severity=form.severity,
        mention=_names(form.mention, lists),
        at_most_every=form.at_most_every,
        digest=form.digest,
        quiet_hours=hours if isinstance(hours, QuietHours) else None,
        mute_until=aware(form.mute_until, zone) if form.mute_until else None,
    )


def aware(moment: datetime, zone: tzinfo) -> datetime:
    """The moment in UTC; one without a zone is the desk's."""
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)


def _hidden(desk: _Desk) -> None:
    """Rules that say the very same as an earlier one, to the same channel."""
    first: dict[object, Rule] = {}
    for rule in desk.rules:
        key = (rule.version, rule.send.to)
        twin = first.setdefault(key, rule)
        if twin is not rule and rule.enabled:
            said = f"“{rule.name}” tells the same as “{twin.name}” ({twin.file}:{twin.line})"
            place = desk.nodes[rule.rule_id]
            desk.problems.append(problem(place, said, severity="warning", word=rule.name))
