"""Whether the names in a rule are known: events, figures, entities, lists, channels, groups."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from wirewatch.forms import at, items, pairs, problem, scalar, suggest
from wirewatch.records import Feed, Node, Problem, Vocabulary

Named = tuple[str, Node]
Lists = Mapping[str, Sequence[Node]]

ENTITY_FIELDS = ("remarks_by", "about", "place")
LIST_FIELDS = (
    ("when", ("event", "figure", *ENTITY_FIELDS, "any_of", "all_of", "none_of")),
    ("only_if", ("publishers", "not_publishers", "groups", "credit")),
    ("send", ("to", "mention")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Known:
    """Every name that a rule may use. `channels` is None where any name will do.

    `faulty` are ids of the vocabulary that are written with a mistake.
    """

    events: Mapping[str, str] = field(default_factory=dict)
    figures: Mapping[str, str] = field(default_factory=dict)
    entities: Mapping[str, str] = field(default_factory=dict)
    ids: Mapping[str, str] = field(default_factory=dict)
    faulty: Collection[str] = ()
    channels: Collection[str] | None = None
    publishers: Collection[str] = ()
    groups: Collection[str] = ()

    @classmethod
    def of(
        cls,
        vocabulary: Vocabulary,
        feeds: Iterable[Feed],
        channels: Collection[str] | None,
        faulty: Collection[str] = (),
    ) -> "Known":
        """The names; events, figures and entities by every name that an editor may try."""
        feeds = tuple(feeds)
        events = {e.event_id: e.event_id for e in vocabulary.events}
        figures = {f.figure_id: f.figure_id for f in vocabulary.figures}
        entities = {e.entity_id: e.entity_id for e in vocabulary.entities}
        ids = dict.fromkeys(events, "an event") | dict.fromkeys(figures, "a figure")
        ids |= {e.entity_id: f"a {e.kind}" for e in vocabulary.entities}
        for event in vocabulary.events:
            events.setdefault(event.about, event.event_id)
        for figure in vocabulary.figures:
            figures.setdefault(figure.about, figure.figure_id)
        for entity in vocabulary.entities:
            for name in (entity.name, *entity.also, entity.last_name or entity.name):
                entities.setdefault(name, entity.entity_id)
        return cls(
            events=events,
            figures=figures,
            entities=entities,
            ids=ids,
            faulty=faulty,
            channels=channels,
            publishers={feed.publisher for feed in feeds},
            groups={group for feed in feeds for group in feed.groups},
        )


def read_lists(node: Node | None) -> tuple[dict[str, list[Node]], list[Problem]]:
    """The lists of a file by name, and what is wrong with them."""
    found: dict[str, list[Node]] = {}
    problems: list[Problem] = []
    for key, value in pairs(node) if node else ():
        entries = items(value) if value.kind == "list" else (value,)
        bad = [item for item in entries if item.kind != "scalar"]
        if bad or not any(scalar(item) for item in entries):
            said = f"the list “{scalar(key)}” should hold words: {scalar(key)}: [AFP, Reuters]"
            problems.append(problem(bad[0] if bad else key, said, word=scalar(key)))
        found[scalar(key)] = [item for item in entries if scalar(item)]
    return found, problems


def named(node: Node, lists: Lists) -> Iterator[Named]:
    """Every name that a field holds with its place; a list's name stands for what it holds."""
    for item in items(node) if node.kind == "list" else (node,):
        text = scalar(item)
        if text in lists:
            yield from ((scalar(entry), entry) for entry in lists[text])
        elif text:
            yield text, item


def field_node(watch: Node, part: str, name: str) -> Node | None:
    """The value of `part: {name: …}`, if it is there."""
    group = at(watch, part)
    if group is watch or group.kind != "map":
        return None
    return next((value for key, value in pairs(group) if scalar(key) == name), None)


def check_names(watch: Node, known: Known, lists: Lists) -> Iterator[Problem]:
    """What is wrong with the names in a rule (or in defaults), each at its own place."""
    for part, names in LIST_FIELDS:
        for name in names:
            node = field_node(watch, part, name)
            for text, place in named(node, lists) if node else ():
                told = _check(name, text, place, known, lists)
                if told:
                    yield told


def _check(name: str, text: str, place: Node, known: Known, lists: Lists) -> Problem | None:
    if name == "event":
        return _unknown("event", text, place, known.events, known)
    if name == "figure":
        return _unknown("figure", text, place, known.figures, known)
    if name in ENTITY_FIELDS:
        return _unknown("entity", text, place, known.entities, known)
    if name == "to":
        return _channel(text, place, known.channels)
    if name == "groups" and known.groups and text not in known.groups:
        near = suggest(text, known.groups) or suggest(text, lists)
        said = f"no feed is in a group “{text}”"
        return problem(place, said, suggestion=near, severity="error" if near else "warning")
    if name in ("publishers", "not_publishers", "credit", "any_of", "all_of", "none_of"):
        return _list_meant(name, text, place, known, lists)
    return None


def _unknown(
    kind: str, text: str, place: Node, names: Mapping[str, str], known: Known
) -> Problem | None:
    if names.get(text) == text:
        return None
    if text in known.ids:
        return problem(place, f"“{text}” is {known.ids[text]}: here an {kind} is wanted".replace(
            "an figure", "a figure"))  # fmt: skip
    if text in known.faulty:
        return problem(place, f"“{text}” cannot be used yet: it has a mistake where it is written")
    near = suggest(text, names)
    return problem(place, f"there is no {kind} “{text}”", suggestion=names[near] if near else None)


def _channel(text: str, place: Node, channels: Collection[str] | None) -> Problem | None:
    bare = text.lstrip("#")
    if text.startswith("#") and bare:
        said = f"“{text}”: a channel is written without #. Write to: {bare}"
        return problem(place, said, suggestion=bare)
    if channels is None or text in channels:
        return None
    return problem(place, f"there is no channel “{text}” in channels.yaml",
                   suggestion=suggest(text, channels))  # fmt: skip


def _list_meant(name: str, text: str, place: Node, known: Known, lists: Lists) -> Problem | None:
    """A publisher or agency that nobody knows and that looks like a list's name."""
    if text in known.publishers or any(text == scalar(n) for some in lists.values() for n in some):
        return None
    near = suggest(text, lists)
    if near and not name.endswith("_of"):
        return problem(place, f"there is no list “{text}”", suggestion=near)
    if name.endswith("publishers") and known.publishers:
        near = suggest(text, known.publishers)
        said = f"no feed has the publisher “{text}”"
        return problem(place, said, suggestion=near, severity="warning")
    return None
