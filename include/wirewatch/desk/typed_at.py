"""Where in an editors' file somebody types: the group or list there, and what its schema allows.

The JSON schemas are made from the forms. A browser counts UTF-16 units; so do `start` and `end`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from wirewatch.desk import manual
from wirewatch.desk.caret import ITEM, Caret, caret

Schema = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """The caret, what the schema says of it, and the line around it."""

    file: str
    caret: Caret
    schemas: tuple[Schema, ...]
    start: int
    end: int
    rest: str

    @classmethod
    def of(cls, file: str, text: str, place: int) -> "Spot | None":
        """The spot at a place of a file's text."""
        before = _before(text, place)
        line = before.count("\n")
        column = len(before) - (before.rfind("\n") + 1)
        found = caret(text, line, column)
        kind = file.partition("/")[0]
        if found is None or kind not in _schemas():
            return None
        row = text.split("\n")[line]
        begin = units(before) - units(row[:column])
        return cls(
            file=file,
            caret=found,
            schemas=_under(_schemas()[kind], found.path),
            start=begin + units(row[: found.start]),
            end=begin + units(row[: found.end]),
            rest=row[found.end :],
        )

    @property
    def keys(self) -> dict[str, Schema]:
        """The keys that the group here may have; those of an item where a list is expected."""
        found: dict[str, Schema] = {}
        for schema in (*self.schemas, *self.items()):
            found |= schema.get("properties", {})
        return found

    def items(self) -> Iterator[Schema]:
        """What an item may be where a list is expected."""
        for schema in self.schemas:
            if schema.get("type") == "array":
                yield from alternatives(schema["items"], schema["of"])

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


def units(text: str) -> int:
    """The length of a text as a browser counts it."""
    return len(text) + sum(letter > "\uffff" for letter in text)


@cache
def _schemas() -> dict[str, Schema]:
    return dict(manual.schemas())


def _under(schema: Schema, path: tuple[str, ...]) -> tuple[Schema, ...]:
    """What the schema says at a path: all its alternatives, each with the file's definitions."""
    found = tuple(alternatives(schema, schema["definitions"]))
    for step in path:
        below: list[Schema] = []
        for one in found:
            if step == ITEM:
                inner = one.get("items")
            else:
                inner = one.get("properties", {}).get(step, one.get("additionalProperties"))
            if isinstance(inner, Mapping):
                below += alternatives(inner, one["of"])
        found = tuple(below)
    return found


def alternatives(schema: Schema, definitions: Schema) -> Iterator[Schema]:
    """What a schema allows, one by one, each with the file's definitions under `of`."""
    if "$ref" in schema:
        yield from alternatives(definitions[schema["$ref"].rpartition("/")[2]], definitions)
    elif "anyOf" in schema:
        for one in schema["anyOf"]:
            yield from alternatives(one, definitions)
    elif schema.get("type") != "null":
        yield {**schema, "of": definitions}
