"""What may be written where somebody types in an editors' file: keys, and the desk's own names.

The keys and fixed words come from the JSON schemas, which are made from the forms; names come from
the folder as it stands, drafts included. `explain` says what the word under the pointer means.
"""

import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, tzinfo
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

from wirewatch.desk import manual
from wirewatch.desk.caret import ITEM, Caret, caret
from wirewatch.desk.mends import as_plain
from wirewatch.desk.watch import Watch, load_draft
from wirewatch.forms import pairs, scalar
from wirewatch.reading.counts import KINDS as COUNTED
from wirewatch.reading.load import KINDS as ENTITY_KINDS
from wirewatch.records import Entity
from wirewatch.rules.conditions import CONDITIONS
from wirewatch.rules.names import ENTITY_FIELDS, LIST_FIELDS, read_lists
from wirewatch.rules.proof import PROOFS
from wirewatch.rules.values import LANGUAGES
from wirewatch.text import fold

MOST: Final = 60
Schema = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of an explanation: a paragraph, or an example as it is written in the file."""

    kind: Literal["text", "code"]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One thing that may be written. `insert` is a template if it has `${holes}`."""

    label: str
    kind: Literal["key", "name", "word", "new"]
    insert: str
    detail: str = ""
    page: tuple[Piece, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """The options for the word between two places, which count UTF-16 units of the text."""

    start: int
    end: int
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """What the word between two places means."""

    start: int
    end: int
    title: str
    page: tuple[Piece, ...]


def offer(folder: Path, file: str, text: str, place: int, zone: tzinfo = UTC) -> Offer | None:
    """What may be written at a place; None where nothing can be offered."""
    spot = _Spot.of(file, text, place)
    if spot is None:
        return None
    found = spot.caret
    options = list(_keys(spot)) if found.role == "key" else []
    if not options:
        watch = load_draft(folder, {file: text.encode("utf-8", "replace")}, zone)
        options = list(_values(spot, watch))
    wanted = fold(found.word.strip())
    ranked = sorted(
        (o for o in options if _fits(o, wanted)),
        key=lambda o: not fold(o.label).startswith(wanted),
    )
    return Offer(start=spot.start, end=spot.end, options=tuple(ranked[:MOST])) if ranked else None


def explain(
    folder: Path, file: str, text: str, place: int, zone: tzinfo = UTC
) -> Explanation | None:
    """What stands at a place means: a condition's page of the manual, or whom a name stands for."""
    spot = _Spot.of(file, text, place)
    word = spot.caret.text.strip() if spot else ""
    if spot is None or not word:
        return None
    page: tuple[Piece, ...] = ()
    if spot.caret.role == "key" and word in spot.keys:
        page = _page(spot, word)
    if not page:
        watch = load_draft(folder, {file: text.encode("utf-8", "replace")}, zone)
        said = next((o for o in _values(spot, watch) if o.label == word), None)
        if said:
            page = said.page or ((Piece("text", said.detail),) if said.detail else ())
    if not page:
        return None
    end = spot.start + _units(spot.caret.text.rstrip())
    return Explanation(start=spot.start, end=end, title=word, page=page)


def _fits(option: Option, wanted: str) -> bool:
    """Whether every word typed begins a word of the label or of what is said of it."""
    said = fold(f"{option.label} {option.detail}")
    return all(re.search(rf"(?<!\w){re.escape(word)}", said) for word in wanted.split())


# ── The place ─────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spot:
    """The caret, what the schema says of it, and the line around it."""

    file: str
    caret: Caret
    schemas: tuple[Schema, ...]
    start: int
    end: int
    rest: str

    @classmethod
    def of(cls, file: str, text: str, place: int) -> "_Spot | None":
        """The spot at a place of a file's text."""
        before = _before(text, place)
        line = before.count("\n")
        column = len(before) - (before.rfind("\n") + 1)
        found = caret(text, line, column)
        kind = file.partition("/")[0]
        if found is None or kind not in _schemas():
            return None
        row = text.split("\n")[line]
        begin = _units(before) - _units(row[:column])
        return cls(
            file=file,
            caret=found,
            schemas=_under(_schemas()[kind], found.path),
            start=begin + _units(row[: found.start]),
            end=begin + _units(row[: found.end]),
            rest=row[found.end :],
        )

    @property
    def keys(self) -> dict[str, Schema]:
        """The keys that the group here may have; those of an item where a list is expected."""
        found: dict[str, Schema] = {}
        for schema in (*self.schemas, *self._items()):
            found |= schema.get("properties", {})
        return found

    def _items(self) -> Iterator[Schema]:
        for schema in self.schemas:
            if schema.get("type") == "array":
                yield from _alternatives(schema["items"], schema["of"])

    @property
    def wants_dash(self) -> bool:
        """Whether a list is expected here and no dash was written."""
        return self.caret.role == "key" and any(s.get("type") == "array" for s in self.schemas)

    @property
    def where(self) -> tuple[str, str]:
        """The last two keys of the path."""
        names = [name for name in self.caret.path if name != ITEM]
        return ("", "", *names)[-2], ("", "", *names)[-1]


def _before(text: str, place: int) -> str:
    if text.isascii():
        return text[: max(place, 0)]
    units = text.encode("utf-16-le", "surrogatepass")[: 2 * max(place, 0)]
    return units.decode("utf-16-le", "replace")


def _units(text: str) -> int:
    return len(text) + sum(letter > "\uffff" for letter in text)


@cache
def _schemas() -> dict[str, Schema]:
    return dict(manual.schemas())


def _under(schema: Schema, path: tuple[str, ...]) -> tuple[Schema, ...]:
    """What the schema says at a path: all its alternatives, each with the file's definitions."""
    found = tuple(_alternatives(schema, schema["definitions"]))
    for step in path:
        below: list[Schema] = []
        for one in found:
            if step == ITEM:
                inner = one.get("items")
            else:
                inner = one.get("properties", {}).get(step, one.get("additionalProperties"))
            if isinstance(inner, Mapping):
                below += _alternatives(inner, one["of"])
        found = tuple(below)
    return found


def _alternatives(schema: Schema, definitions: Schema) -> Iterator[Schema]:
    if "$ref" in schema:
        yield from _alternatives(definitions[schema["$ref"].rpartition("/")[2]], definitions)
    elif "anyOf" in schema:
        for one in schema["anyOf"]:
            yield from _alternatives(one, definitions)
    elif schema.get("type") != "null":
        yield {**schema, "of": definitions}


# ── Keys ──────────────────────────────────────────────────────────────────────────────────────


def _keys(spot: _Spot) -> Iterator[Option]:
    yield from _new_items(spot)
    for name, schema in spot.keys.items():
        if name in spot.caret.beside:
            continue
        insert = name if re.match(r"\s*:", spot.rest) else f"{name}:{_behind(spot, schema)}"
        dash = "- " if spot.wants_dash else ""
        said = _description(schema)
        yield Option(
            label=name, kind="key", insert=dash + insert, detail=said, page=_page(spot, name)
        )


def _behind(spot: _Spot, schema: Schema) -> str:
    """What follows a key's colon: a space, or a new line where a group or list goes on."""
    definitions: Schema = next((s["of"] for s in spot.schemas), {})
    kinds = {str(one.get("type")) for one in _alternatives(schema, definitions)}
    if spot.caret.flow or not kinds <= {"object", "array"}:
        return " "
    return "\n\t- " if kinds == {"array"} else "\n\t"


_NEW: Final[Mapping[tuple[str, tuple[str, ...]], tuple[str, str]]] = {
    ("rules", ("watches",)): (
        "a new rule",
        "watch: ${name}\n\twhen:\n\t\tevent: ${event}\n\tsend: {to: ${channel}}",
    ),
    ("feeds", ("feeds",)): ("a new feed", "feed: ${address}\n\tpublisher: ${publisher}"),
    ("vocabulary", ("events",)): (
        "a new event",
        (
            "${id}:\n\tabout: ${about}\n\twhat: [${words}]\n\twhere: [${place}]\n"
            "\tyes:\n\t\t- ${sentence}\n\tno:\n\t\t- ${sentence}"
        ),
    ),
    ("vocabulary", ("entities",)): ("a new entity", "${id}: {name: ${name}, kind: ${kind}}"),
    ("vocabulary", ("figures",)): (
        "a new figure",
        "${id}: {about: ${about}, counts: ${counts}, where: [${place}]}",
    ),
}


def _new_items(spot: _Spot) -> Iterator[Option]:
    path = tuple(name for name in spot.caret.path if name != ITEM)
    label, template = _NEW.get((spot.file.partition("/")[0], path), ("", ""))
    if label and not spot.caret.flow and not spot.caret.beside & {"watch", "feed"}:
        dash = "- " if spot.wants_dash else ""
        yield Option(label=label, kind="new", insert=dash + template, detail="to fill in")


def _description(schema: Schema) -> str:
    return str(schema.get("description", ""))


def _page(spot: _Spot, name: str) -> tuple[Piece, ...]:
    """The page of the manual about a key, or what its form says of it."""
    if spot.file.startswith("rules/"):
        pages: Mapping[str, Mapping[str, Callable[..., object]]]
        pages = {"when": CONDITIONS, "only_if": PROOFS}
        function = pages.get(spot.where[1], {}).get(name)
        if function:
            return _pieces(name, function)
    said = _description(spot.keys.get(name, {}))
    return (Piece("text", said),) if said else ()


def _pieces(name: str, function: Callable[..., object]) -> tuple[Piece, ...]:
    """A docstring as paragraphs and examples."""
    found: list[Piece] = []
    for block in re.split(r"\n\s*\n", inspect.cleandoc(function.__doc__ or "")):
        is_code = block.startswith(("    ", f"{name}: "))
        text = "\n".join(line.removeprefix("    ") for line in block.split("\n"))
        found.append(Piece("code", text) if is_code else Piece("text", " ".join(block.split())))
    return tuple(found)


# ── Values ────────────────────────────────────────────────────────────────────────────────────


def _values(spot: _Spot, watch: Watch) -> Iterator[Option]:
    named = _named(spot, watch)
    fixed = [
        Option(label=str(word), kind="word", insert=str(word))
        for schema in (*spot.schemas, *spot._items())
        for word in schema.get("enum", ())
        if isinstance(word, str)
    ]
    seen: set[str] = set()
    for option in (*named, *fixed):
        if option.label not in seen:
            seen.add(option.label)
            yield _as_written(option, spot)


def _as_written(option: Option, spot: _Spot) -> Option:
    """The option with quotes where they are needed, and the dash that a list wants."""
    insert = option.insert if spot.caret.quoted else as_plain(option.insert)
    if spot.wants_dash:
        insert = f"- {insert}"
    return Option(
        label=option.label, kind=option.kind, insert=insert, detail=option.detail, page=option.page
    )


def _named(spot: _Spot, watch: Watch) -> Iterator[Option]:
    kind = spot.file.partition("/")[0]
    if kind == "rules":
        yield from _in_rules(spot, watch)
    elif kind == "vocabulary":
        yield from _in_vocabulary(spot, watch)
    elif kind == "feeds":
        yield from _in_feeds(spot, watch)


def _in_rules(spot: _Spot, watch: Watch) -> Iterator[Option]:
    part, key = spot.where
    names = list(_rule_names(spot, watch))
    if any(part == group and key in fields for group, fields in LIST_FIELDS):
        known = {name.label for name in names}
        yield from _lists(spot.file, watch, known if key in _ONLY_KNOWN else None)
    yield from names


def _rule_names(spot: _Spot, watch: Watch) -> Iterator[Option]:
    part, key = spot.where
    vocabulary = watch.vocabulary
    if part == "when" and key == "event":
        yield from (_name(e.event_id, e.about, _words("Words", e.what)) for e in vocabulary.events)
    elif part == "when" and key == "figure":
        for figure in vocabulary.figures:
            yield _name(figure.figure_id, figure.about, _words("Counts", [figure.counts]))
    elif part == "when" and key in ENTITY_FIELDS:
        yield from _entities(vocabulary.entities, key)
    elif part == "only_if" and key in ("publishers", "not_publishers"):
        yield from (_name(name, "a publisher") for name in _publishers(watch))
    elif part == "only_if" and key == "groups":
        yield from _groups(watch)
    elif part == "only_if" and key == "credit":
        yield from (_name(name, "an agency") for name in _agencies())
    elif part == "send" and key in ("to", "mention"):
        yield from _addresses(watch, key)
    elif key == "file":
        yield from _texts(spot.file, watch)
    else:
        yield from _FIXED.get(key, ())


def _in_vocabulary(spot: _Spot, watch: Watch) -> Iterator[Option]:
    key = spot.where[1]
    if key in ("where", "with"):
        yield from _entities(watch.vocabulary.entities, "place" if key == "where" else key)
    elif key == "kind":
        yield from (_word(word) for word in ENTITY_KINDS)
    elif key == "counts":
        yield from (_word(word) for word in COUNTED)


def _in_feeds(spot: _Spot, watch: Watch) -> Iterator[Option]:
    key = spot.where[1]
    if key == "publisher":
        yield from (_name(name, "a publisher") for name in _publishers(watch))
    elif key == "group":
        yield from _groups(watch)
    else:
        yield from _FIXED.get({"language": "languages"}.get(key, key), ())


def _name(name: str, detail: str, *page: Piece) -> Option:
    pages = (Piece("text", detail), *page) if detail else page
    return Option(label=name, kind="name", insert=name, detail=detail, page=pages)


def _word(word: str, detail: str = "") -> Option:
    return Option(label=word, kind="word", insert=word, detail=detail)


def _words(label: str, words: tuple[str, ...] | list[str]) -> Piece:
    return Piece("text", f"{label}: {', '.join(words)}")


_FIXED: Final[Mapping[str, tuple[Option, ...]]] = {
    "digest": (
        _word("hourly"), _word("daily 08:00"), _word("weekly Monday 08:00"),
    ),
    "quiet_hours": (
        _word("never", "posted at any hour"),
        _word("22:00-06:30", "in the desk's zone"),
        _word("22:00-06:30 Europe/London"),
    ),
    "at_most_every": (_word("15m"), _word("30m"), _word("1h"), _word("6h")),
    "published_within": (_word("6h"), _word("24h"), _word("2d")),
    "every": (_word("5m"), _word("15m"), _word("1h")),
    "rises_by": (_word("5%", "a share"), _word("100", "an amount")),
    "falls_by": (_word("5%", "a share"), _word("100", "an amount")),
    "languages": tuple(_word(code, name) for name, code in LANGUAGES.items()),
    "enabled": (_word("yes"), _word("no")),
}  # fmt: skip
# Fields that take nothing but what is offered; the others take any word.
_ONLY_KNOWN: Final = ("event", "figure", *ENTITY_FIELDS, "groups", "to")
_FIRST_KINDS: Final = {"remarks_by": ("person", "organisation"), "place": ("place",)}


def _entities(entities: tuple[Entity, ...], key: str) -> Iterator[Option]:
    """The entities, those first whose kind is mostly meant there."""
    first = _FIRST_KINDS.get(key, ())
    for entity in sorted(entities, key=lambda e: (e.kind not in first, e.entity_id)):
        also = [_words("Also", entity.also)] if entity.also else []
        yield _name(entity.entity_id, f"{entity.name}, {entity.kind}", *also)


def _publishers(watch: Watch) -> list[str]:
    return sorted({feed.publisher for feed in watch.feeds})


def _groups(watch: Watch) -> Iterator[Option]:
    groups = {group for feed in watch.feeds for group in feed.groups}
    return (_name(name, "a group of feeds") for name in sorted(groups))


def _agencies() -> list[str]:
    from wirewatch.articles.agencies import SPELLINGS

    return sorted(set(SPELLINGS.values()))


def _addresses(watch: Watch, key: str) -> Iterator[Option]:
    """The channels of channels.yaml, else those that rules send to."""
    if key == "to" and watch.channels:
        for channel in watch.channels:
            yield _name(channel.name, f"{channel.kind} {', '.join(channel.address)}".strip())
        return
    used = {name for rule in watch.rules for name in getattr(rule.send, key)}
    yield from (_name(name, "other rules name it too") for name in sorted(used))


def _lists(file: str, watch: Watch, known: set[str] | None) -> Iterator[Option]:
    """The lists of this file that hold what is wanted: `known` names only, or else plain words."""
    ids = {e.entity_id for e in watch.vocabulary.entities}
    for root in watch.nodes.rules:
        if root.file != file or root.kind != "map":
            continue
        lists = next((value for key, value in pairs(root) if scalar(key) == "lists"), None)
        for name, words in read_lists(lists)[0].items() if lists else ():
            held = tuple(scalar(word) for word in words)
            if ids.isdisjoint(held) if known is None else known.issuperset(held):
                yield _name(name, "a list of this file", _words("Holds", held))


def _texts(file: str, watch: Watch) -> Iterator[Option]:
    """The texts that a test may name, relative to the rule's file."""
    base = (watch.path / file).parent
    for path in sorted(base.glob("*/*.txt"))[:MOST]:
        yield _name(path.relative_to(base).as_posix(), "a text of an article")
