"""Ways round in a tree of YAML nodes, and how a problem at one of them is put."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal, cast

from wirewatch.forms.spelling import suggest
from wirewatch.forms.values import Word
from wirewatch.records import Node, Problem
from wirewatch.text import without_keys


def problem(
    node: Node,
    message: str,
    *,
    word: str | None = None,
    suggestion: str | None = None,
    severity: Literal["error", "warning"] = "error",
) -> Problem:
    """A problem at a node; a suggestion is added to the message as “Did you mean …?”."""
    said = message.rstrip().removesuffix(".")
    if suggestion and not said.endswith(suggestion):
        said = f"{said}. Did you mean “{suggestion}”?"
    elif not said.endswith(("?", "!")):
        said += "."
    return Problem(
        file=node.file,
        line=node.line,
        column=node.column,
        severity=severity,
        word=word if word is not None else scalar(node),
        message=without_keys(said),  # a log or a channel may show it
        suggestion=suggestion,
    )


def at(node: Node, *path: str | int) -> Node:
    """The node at a path of keys and positions, or the nearest one above it that there is."""
    for step in path:
        below = _step(node, step)
        if below is None:
            return node
        node = below
    return node


def inside(node: Node, offset: int) -> Node:
    """The place of one character of a scalar, if it can be told; else the scalar's own."""
    text = scalar(node)
    line, column = node.begins or (node.line, node.column)
    before = text[:offset]
    if node.begins is None and (not node.plain or "\n" in text):
        return node
    lines = before.count("\n")
    if lines:
        return replace(node, line=line + lines, column=column + len(before.rpartition("\n")[2]))
    return replace(node, line=line, column=column + offset)


def sections(
    root: Node, known: Mapping[str, Literal["list", "map"]]
) -> tuple[dict[str, Node], list[Problem]]:
    """The parts of a file by their key (`feeds:`, `watches:`), and what is wrong at that level.

    An empty part is left out.
    """
    found: dict[str, Node] = {}
    problems: list[Problem] = []
    if root.kind == "scalar" and root.value == "":
        return found, problems
    names = " or ".join(f"“{name}:”" for name in known)
    if root.kind != "map":
        return found, [problem(root, f"this file should begin with {names}")]
    for key, value in pairs(root):
        name = scalar(key)
        if name not in known:
            near = suggest(name, known)
            problems.append(problem(key, f"there is no part “{name}” here, only {names}",
                                    suggestion=near))  # fmt: skip
        elif value.kind == known[name]:
            found[name] = value
        elif not (value.kind == "scalar" and value.value == ""):
            how = "a list: start each item with “- ”" if known[name] == "list" else (
                "a group of lines, each with a name of its own: “name: …”"
            )  # fmt: skip
            problems.append(problem(value, f"“{name}” is {how}"))
    return found, problems


def pairs(node: Node) -> Sequence[tuple[Node, Node]]:
    """Key and value of each line of a mapping."""
    return cast("Sequence[tuple[Node, Node]]", node.value)


def items(node: Node) -> Sequence[Node]:
    """The items of a list."""
    return cast("Sequence[Node]", node.value)


def scalar(node: Node) -> str:
    """The text of a scalar; of anything else nothing."""
    return node.value if isinstance(node.value, str) else ""


def plain_value(node: Node) -> Any:
    """Mapping, list or Word; a key without a value is left out."""
    if node.kind == "scalar":
        return Word(scalar(node), plain=node.plain)
    if node.kind == "list":
        return [plain_value(item) for item in items(node)]
    return {scalar(k): plain_value(v) for k, v in pairs(node) if not _is_empty(v)}


def _is_empty(node: Node) -> bool:
    return node.kind == "scalar" and node.value == "" and node.plain


def _step(node: Node, step: str | int) -> Node | None:
    if isinstance(step, str):
        if node.kind != "map":
            return None
        return next((v for k, v in pairs(node) if scalar(k) == step), None)
    if node.kind == "list":
        return items(node)[step] if step < len(items(node)) else None
    return node  # one value that stands for a list of it


def key_node(node: Node, path: Sequence[str | int]) -> Node:
    """The key at the end of a path, or the nearest node above."""
    parent = at(node, *path[:-1])
    if parent.kind == "map":
        return next((k for k, _ in pairs(parent) if scalar(k) == path[-1]), parent)
    return parent
