"""A text that looks like several: “cholera, outbreak” is one phrase where two were meant."""

from collections.abc import Iterable, Iterator

from wirewatch.forms.nodes import pairs, problem, scalar
from wirewatch.records import Node, Problem


def one_for_several(node: Node, fields: Iterable[str]) -> Iterator[Problem]:
    """A warning at each of these fields of a mapping whose text, without quotes, has commas in it.

    Meant for fields that hold words or names: of a list of sentences a comma says nothing.
    """
    wanted = frozenset(fields)
    for key, value in pairs(node) if node.kind == "map" else ():
        if scalar(key) not in wanted or value.kind != "scalar" or not value.plain:
            continue
        text = scalar(value)
        parts = [part.strip() for part in text.split(",") if part.strip()]
        if len(parts) > 1:
            said = f"“{text}” is read as one phrase. Put it in quotes if that is meant"
            mend = f"[{', '.join(parts)}]"
            yield problem(value, said, suggestion=mend, severity="warning")
