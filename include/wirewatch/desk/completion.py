"""What may be written where somebody types in an editors' file: keys, and the desk's own names.

The keys and fixed words come from the JSON schemas, which are made from the forms; names come from
the folder as it stands, drafts included. `explain` says what the word under the pointer means.
"""

import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, tzinfo
from pathlib import Path
from typing import Final

from wirewatch.desk.caret import ITEM
from wirewatch.desk.mends import as_plain
from wirewatch.desk.names_offered import MOST, Option, Piece, names_at
from wirewatch.desk.typed_at import Schema, Spot, alternatives, units
from wirewatch.desk.watch import Watch, load_draft
from wirewatch.rules.conditions import CONDITIONS
from wirewatch.rules.proof import PROOFS
from wirewatch.text import fold


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
    spot = Spot.of(file, text, place)
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
    spot = Spot.of(file, text, place)
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
    end = spot.start + units(spot.caret.text.rstrip())
    return Explanation(start=spot.start, end=end, title=word, page=page)


def _fits(option: Option, wanted: str) -> bool:
    """Whether every word typed begins a word of the label or of what is said of it."""
    said = fold(f"{option.label} {option.detail}")
    return all(re.search(rf"(?<!\w){re.escape(word)}", said) for word in wanted.split())


# ── Keys ──────────────────────────────────────────────────────────────────────────────────────


def _keys(spot: Spot) -> Iterator[Option]:
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


def _behind(spot: Spot, schema: Schema) -> str:
    """What follows a key's colon: a space, or a new line where a group or list goes on."""
    definitions: Schema = next((s["of"] for s in spot.schemas), {})
    kinds = {str(one.get("type")) for one in alternatives(schema, definitions)}
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


def _new_items(spot: Spot) -> Iterator[Option]:
    path = tuple(name for name in spot.caret.path if name != ITEM)
    label, template = _NEW.get((spot.file.partition("/")[0], path), ("", ""))
    if label and not spot.caret.flow and not spot.caret.beside & {"watch", "feed"}:
        dash = "- " if spot.wants_dash else ""
        yield Option(label=label, kind="new", insert=dash + template, detail="to fill in")


def _description(schema: Schema) -> str:
    return str(schema.get("description", ""))


def _page(spot: Spot, name: str) -> tuple[Piece, ...]:
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


def _values(spot: Spot, watch: Watch) -> Iterator[Option]:
    named = names_at(spot, watch)
    fixed = [
        Option(label=str(word), kind="word", insert=str(word))
        for schema in (*spot.schemas, *spot.items())
        for word in schema.get("enum", ())
        if isinstance(word, str)
    ]
    seen: set[str] = set()
    for option in (*named, *fixed):
        if option.label not in seen:
            seen.add(option.label)
            yield _as_written(option, spot)


def _as_written(option: Option, spot: Spot) -> Option:
    """The option with quotes where they are needed, and the dash that a list wants."""
    insert = option.insert if spot.caret.quoted else as_plain(option.insert)
    if spot.wants_dash:
        insert = f"- {insert}"
    return Option(
        label=option.label, kind=option.kind, insert=insert, detail=option.detail, page=option.page
    )
