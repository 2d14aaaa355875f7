"""Where do I change what an editor is told about the vocabulary? Nodes in, records out."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, Literal

from pydantic import Field

from wirewatch.forms import (
    Form,
    at,
    fill,
    items,
    one_for_several,
    pairs,
    problem,
    scalar,
    sections,
    suggest,
)
from wirewatch.reading.passage import spell
from wirewatch.reading.tagger import Tagger
from wirewatch.records import (
    Article,
    Entity,
    EventDefinition,
    FigureDefinition,
    Node,
    Problem,
    Vocabulary,
)
from wirewatch.text import digest

_PARTS: dict[str, Literal["list", "map"]] = {"entities": "map", "events": "map", "figures": "map"}
KINDS = ("person", "place", "organisation", "thing")
_KIND_MEANT = {
    **dict.fromkeys(("town", "city", "country", "region", "village", "state", "river"), "place"),
    **dict.fromkeys(("group", "company", "party", "agency", "body", "ngo"), "organisation"),
    **dict.fromkeys(("politician", "man", "woman", "leader"), "person"),
}
_WORDY = ("what", "where", "with", "not", "also")


class EntityForm(Form):
    """A person, place, organisation or thing, with its spellings."""

    name: str = Field(description="As it is mostly printed.")
    kind: str = Field(description="person, place, organisation or thing.")
    also: tuple[str, ...] = Field((), description="Its other spellings, in any language.")
    not_in: tuple[str, ...] = Field((), alias="not", description="Longer names that are not it.")
    with_any: tuple[str, ...] = Field(
        (), alias="with", description="Counts only in an article that has one of these, too."
    )
    last_name: str | None = Field(None, description="Enough after the whole name stood once.")
    geonames: int | None = Field(None, description="The place's number at geonames.org.")


class EventForm(Form):
    """An event: one of `what`, near one of `where`, and sentences that prove it."""

    about: str = Field("", description="In a few words, for people.")
    what: tuple[str, ...] = Field(
        description="Words that tell of it: invade finds invaded; a typed ending only itself."
    )
    where: tuple[str, ...] = Field((), description="An entity, or a plain word, that stands near.")
    with_any: tuple[str, ...] = Field((), alias="with", description="One of these stands near too.")
    not_in: tuple[str, ...] = Field((), alias="not", description="These words do not count for it.")
    near: Literal["sentence", "next sentence", "article"] = Field(
        "sentence", description="How near `what` and `where` must stand."
    )
    yes: tuple[str, ...] = Field((), description="Sentences in which it must be found.")
    no: tuple[str, ...] = Field((), description="Sentences in which it must not be found.")


class FigureForm(Form):
    """A figure to keep a ledger of."""

    about: str = Field("", description="In a few words, for people.")
    counts: str = Field(description="killed, injured, missing, displaced … or a plain noun.")
    where: tuple[str, ...] = Field((), description="The place that it is counted in.")
    scope: Literal["total", "day", "incident"] | None = Field(
        None, description="All of it so far, one day's, or one incident's."
    )


_MEANT = {
    "also": ("aliases", "alias", "spellings", "aka"),
    "not": ("except", "without", "exclude"),
    "kind": ("type",),
    "what": ("words", "triggers"),
    "where": ("place", "places"),
    "about": ("description",),
    "near": ("within",),
    "counts": ("count",),
    "last_name": ("surname", "lastname"),
}
_SYNONYMS = {written: key for key, all_written in _MEANT.items() for written in all_written}


def load_vocabulary(nodes: Iterable[Node]) -> tuple[Vocabulary, list[Problem]]:
    """The vocabulary of all files' root nodes, and every problem in them.

    An item with an error is left out, the others stand. An id that comes twice is told at the
    second place, and the first one stands.
    """
    problems: list[Problem] = []
    found: dict[str, dict[str, tuple[Any, Node]]] = {part: {} for part in _PARTS}
    forms: dict[str, type[Form]] = {
        "entities": EntityForm, "events": EventForm, "figures": FigureForm,
    }  # fmt: skip
    roots = [(sections(root, _PARTS)) for root in nodes]
    ids = {scalar(key) for parts, _ in roots for key, _ in _lines(parts.get("entities"))}
    for parts, wrong in roots:
        problems += wrong
        for part, node in parts.items():
            problems += _fill_part(part, node, forms[part], found[part])
        problems += _slips(parts, ids)
    known = found["entities"]
    vocabulary = Vocabulary(
        entities=tuple(
            Entity(entity_id=item_id, **dict(form)) for item_id, (form, _) in known.items()
        ),
        events=tuple(
            EventDefinition(event_id=item_id, **dict(form))
            for item_id, (form, _) in found["events"].items()
        ),
        figures=tuple(
            FigureDefinition(figure_id=item_id, **dict(form))
            for item_id, (form, _) in found["figures"].items()
        ),
    )
    return _versioned(vocabulary), sorted(problems, key=lambda p: (p.file, p.line, p.column))


def _versioned(vocabulary: Vocabulary) -> Vocabulary:
    return Vocabulary(
        entities=vocabulary.entities,
        events=vocabulary.events,
        figures=vocabulary.figures,
        version=digest(vocabulary.entities, vocabulary.events, vocabulary.figures),
    )


def _fill_part(
    part: str, node: Node, form: type[Form], found: dict[str, tuple[Any, Node]]
) -> Iterator[Problem]:
    for key, value in pairs(node):
        item_id = scalar(key)
        if item_id in found:
            first = found[item_id][1]
            yield problem(key, f"“{item_id}” stands already in {first.file}, line {first.line}")
            continue
        filled, wrong = fill(value, form, _SYNONYMS, key=key)
        yield from wrong
        if filled is None:
            continue
        wrong = list(_no_words(filled, value))
        yield from wrong
        if not wrong:
            found[item_id] = (filled, value)
            yield from _kind(filled, value)
            yield from _last_name(filled, value)
            yield from one_for_several(value, _WORDY)


def _no_words(form: Any, node: Node) -> Iterator[Problem]:
    """What cannot be looked up: an empty list of words, a “word” of marks only."""
    if isinstance(form, EventForm) and not form.what:
        yield problem(
            at(node, "what"), "“what” is empty: which words tell of this event?", word="what"
        )
    if isinstance(form, EntityForm) and not spell(form.name)[0]:
        yield problem(at(node, "name"), f"“{form.name}” has no letters to look for")
    for key, values in (
        ("also", "also"),
        ("what", "what"),
        ("where", "where"),
        ("not", "not_in"),
        ("with", "with_any"),
    ):
        for number, typed in enumerate(getattr(form, values, ())):
            if not spell(typed)[0]:
                yield problem(at(node, key, number), f"“{typed}” has no letters to look for")


def _kind(form: Any, node: Node) -> Iterator[Problem]:
    if isinstance(form, EntityForm) and form.kind not in KINDS:
        near = _KIND_MEANT.get(form.kind.lower()) or suggest(form.kind, KINDS)
        if near:
            yield problem(
                at(node, "kind"),
                f"there is no kind “{form.kind}”",
                suggestion=near,
                severity="warning",
            )


def _last_name(form: Any, node: Node) -> Iterator[Problem]:
    """A last name that is nearly one of the name's words: likely a slip."""
    if isinstance(form, EntityForm) and form.last_name and form.last_name not in form.name:
        near = suggest(form.last_name, form.name.split())
        if near:
            said = f"“{form.last_name}” is no part of the name “{form.name}”"
            yield problem(at(node, "last_name"), said, suggestion=near, severity="warning")


def written_ids(nodes: Iterable[Node]) -> frozenset[str]:
    """The ids of all items of the vocabulary's files, good or bad."""
    parts = [part for root in nodes for part in sections(root, _PARTS)[0].values()]
    return frozenset(scalar(key) for part in parts for key, _ in _lines(part))


def _lines(node: Node | None) -> Sequence[tuple[Node, Node]]:
    return pairs(node) if node is not None and node.kind == "map" else ()


def _slips(parts: Mapping[str, Node], ids: set[str]) -> Iterator[Problem]:
    """A warning at a plain word that is nearly an entity's id: likely a slip."""
    for part in ("events", "figures"):
        for _, item in _lines(parts.get(part)):
            for key, value in _lines(item):
                if scalar(key) in ("where", "with"):
                    for word in items(value) if value.kind == "list" else (value,):
                        yield from _slip(word, ids)


def _slip(word: Node, ids: set[str]) -> Iterator[Problem]:
    typed = scalar(word)
    if typed in ids or len(typed) < 5 or not typed[0].islower() or " " in typed:
        return
    near = next(iter(get_close_matches(typed, ids, n=1, cutoff=0.78)), None)
    if near:
        yield problem(
            word,
            f"there is no entity “{typed}”, so it is looked for as a plain word",
            suggestion=near,
            severity="warning",
        )


def try_examples(vocabulary: Vocabulary, nodes: Iterable[Node]) -> list[Problem]:
    """A problem for each `yes` sentence that is not found and each `no` sentence that is."""
    tagger = Tagger(vocabulary)
    known = {event.event_id for event in vocabulary.events}
    problems: list[Problem] = []
    for root in nodes:
        events = sections(root, _PARTS)[0].get("events")
        for key, value in pairs(events) if events else ():
            if scalar(key) in known and value.kind == "map":
                problems += _try_event(tagger, scalar(key), value)
    return problems


def _try_event(tagger: Tagger, event_id: str, node: Node) -> Iterator[Problem]:
    for key, sentence in pairs(node):
        if scalar(key) not in ("yes", "no"):
            continue
        for example in items(sentence) if sentence.kind == "list" else (sentence,):
            text = scalar(example)
            found = any(event.event == event_id for event in tagger.read(_article(text)).events)
            if found != (scalar(key) == "yes"):
                yield problem(example, _told(tagger, event_id, text, found))


def _told(tagger: Tagger, event_id: str, text: str, found: bool) -> str:
    if not found:
        return f"“{event_id}” is not found in this sentence, though it stands under “yes”"
    event = next(e for e in tagger.read(_article(text)).events if e.event == event_id)
    words = text[slice(*event.what)]
    return f"“{event_id}” is found in this sentence (“{words}”), though it stands under “no”"


def _article(text: str) -> Article:
    return Article(article_id="example", url="example:", publisher=None, title="", text=text)
