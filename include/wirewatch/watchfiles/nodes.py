"""How an editor's YAML is read: as nodes with places, never as types, and never with an exception.

Built from libyaml's events, so that anchors, tags, bombs and duplicates are met before they do
anything. A file that is no YAML gives one plain sentence (`syntax.py`); the item that holds it is
set aside and the rest of the file is read all the same.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import yaml

from wirewatch.forms import problem
from wirewatch.records import Node, Problem
from wirewatch.text import nfc
from wirewatch.watchfiles import syntax

try:
    from yaml import CSafeLoader as _Loader
except ImportError:  # pragma: no cover - a platform without libyaml reads slower, nothing else
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]

MOST_BYTES = 2_000_000
DEEPEST = 24
MOST_NODES = 200_000
_MOST_MENDS = 25
_UNPRINTABLE = re.compile(
    "[^\t\n\\x20-\\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
_HASH_WORD = re.compile(r"[ \t]*(#[^\s#][^\s,\]}]*)")
_NO_SPACE = re.compile(r"(\w+):(\S.*)")


@dataclass(slots=True)
class _Open:
    """A list or mapping whose end has not come yet."""

    kind: str
    line: int
    column: int
    items: list[Node] = field(default_factory=list)


def read_nodes(data: bytes, file: str) -> tuple[Node | None, list[Problem]]:
    """The root node of a YAML file, or None, and what is wrong with it; never raises.

    Items with a mistake in their YAML are left out of the root and told.
    """
    start = Node(file=file, line=1, column=1, kind="scalar", value="")
    if len(data) > MOST_BYTES:
        return None, [problem(start, f"this file is larger than {MOST_BYTES // 1_000_000} MB")]
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", "replace")
        place = _place(file, before, len(before))
        return None, [problem(place, "this letter is not UTF-8: save the file as UTF-8", word="")]
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = re.sub("[\x85\u2028\u2029]", " ", text)
    found: list[Problem] = []
    for strange in _UNPRINTABLE.finditer(text):
        place = _place(file, text, strange.start())
        said = f"there is an invisible character here (U+{ord(strange[0]):04X}). Delete it"
        found.append(problem(place, said, word=strange[0]))
        if len(found) == _MOST_MENDS:
            break
    return _read_text(_UNPRINTABLE.sub(" ", text), file, found)


def _read_text(text: str, file: str, found: list[Problem]) -> tuple[Node | None, list[Problem]]:
    """Read; while an item's YAML is wrong, tell it, blank the item, and read the rest."""
    lines = text.split("\n")
    for _ in range(_MOST_MENDS):
        source = "\n".join(lines)
        builder = _Builder(file, source)
        try:
            root = builder.build()
        except yaml.YAMLError as error:
            trouble = syntax.explain(source, file, error)
        except syntax.Refused as refused:
            trouble = refused.problem
        else:
            return root, sorted([*found, *builder.problems], key=lambda p: (p.line, p.column))
        found.append(trouble)
        item = syntax.item_around(lines, trouble.line - 1)
        if item is None:
            break
        lines[item[0] : item[1]] = [""] * (item[1] - item[0])
    return None, sorted(found, key=lambda p: (p.line, p.column))


def _place(file: str, text: str, offset: int) -> Node:
    line = text.count("\n", 0, offset)
    column = offset - (text.rfind("\n", 0, offset) + 1)
    return Node(file=file, line=line + 1, column=column + 1, kind="scalar", value="")


class _Builder:
    """One pass over the events of one text."""

    def __init__(self, file: str, text: str):
        self.file = file
        self.text = text
        self.lines = text.split("\n")
        self.problems: list[Problem] = []
        self.nodes = 0

    def build(self) -> Node | None:
        """The root. Raises yaml.YAMLError for bad YAML, Refused for what we do not take."""
        stack: list[_Open] = [_Open("root", 1, 1)]
        for event in self._events():
            name = type(event).__name__
            if name in ("SequenceStartEvent", "MappingStartEvent"):
                kind = "list" if name == "SequenceStartEvent" else "map"
                place = self._node(event, "scalar", "")
                if len(stack) > DEEPEST:
                    raise syntax.Refused(
                        problem(place, "this lies too deep: a file has few levels")
                    )
                stack.append(_Open(kind, place.line, place.column))
            elif name in ("SequenceEndEvent", "MappingEndEvent"):
                done = stack.pop()
                stack[-1].items.append(self._close(done))
            elif name == "ScalarEvent":
                stack[-1].items.append(self._scalar(event))
            elif name == "DocumentStartEvent" and stack[0].items:
                place = self._node(event, "scalar", "---")
                raise syntax.Refused(problem(place, "“---” starts a second file. Take it out"))
        return stack[0].items[0] if stack[0].items else None

    def _events(self) -> Iterator[Any]:
        loader = _Loader(self.text)
        try:
            while loader.check_event():
                event = loader.get_event()
                self._refuse_cleverness(event)
                yield event
        finally:
            loader.dispose()

    def _refuse_cleverness(self, event: Any) -> None:
        self.nodes += 1
        anchor, tag = getattr(event, "anchor", None), getattr(event, "tag", None)
        if not anchor and tag in (None, "!") and self.nodes <= MOST_NODES:
            return
        place = self._node(event, "scalar", "")
        word = syntax.word_at(self.lines, place.line - 1, place.column - 1)
        if self.nodes > MOST_NODES:
            raise syntax.Refused(problem(place, "this file holds too much. Split it", word=word))
        if isinstance(event, yaml.AliasEvent):
            raise syntax.Refused(syntax.needs_quotes(place, word))
        if anchor:
            said = f"“&{anchor}”: & starts an anchor, which is not used here. Put it in quotes"
            raise syntax.Refused(problem(place, said, word=f"&{anchor}"))
        said = f"“{word}”: ! starts a type, which is not used here. Put it in quotes"
        raise syntax.Refused(problem(place, said, word=word))

    def _node(self, event: Any, kind: Any, value: Any, plain: bool = True) -> Node:
        mark = event.start_mark
        return Node(
            file=self.file,
            line=mark.line + 1,
            column=mark.column + 1,
            kind=kind,
            value=value,
            plain=plain,
        )

    def _scalar(self, event: Any) -> Node:
        plain = event.style in (None, "")
        node = self._node(event, "scalar", nfc(event.value), plain)
        if not plain:
            node = replace(node, begins=self._begins(event))
        line = self.lines[node.line - 1] if node.line <= len(self.lines) else ""
        meant = self._look_behind(node, event, line) if plain else None
        return replace(node, value=meant) if meant else node

    def _begins(self, event: Any) -> tuple[int, int] | None:
        """Where a quoted or block text itself begins; None where its lines are joined."""
        line, column = event.start_mark.line, event.start_mark.column
        if event.style in ("'", '"'):
            return (line + 1, column + 2) if event.end_mark.line == line else None
        if event.style == "|":
            for number in range(line + 1, len(self.lines)):
                rest = self.lines[number].lstrip(" ")
                if rest:
                    return number + 1, len(self.lines[number]) - len(rest) + 1
        return None

    def _look_behind(self, node: Node, event: Any, line: str) -> str | None:
        """A word that begins with # is a comment to YAML, and seldom to the editor.

        Where it stands for the value it is told, and read as what was meant, so that nothing else
        is told of it.
        """
        end = event.end_mark
        if end.line != event.start_mark.line:
            return None
        hidden = _HASH_WORD.match(line, end.column)
        if hidden is None or (event.value and hidden.start(1) == end.column):
            return None
        word = hidden[1]
        place = Node(
            file=self.file,
            line=node.line,
            column=hidden.start(1) + 1,
            kind="scalar",
            value=word,
        )
        if event.value == "":
            key = re.match(r"(?:- +)*([\w-]+) *:", line.strip())
            how = syntax.without_hash(key[1] if key else "", word)
            self.problems.append(problem(place, f"“{word}”: # starts a comment. {how}"))
            return word if key and key[1] == "slack" else word.lstrip("#")
        if not line.startswith(" ", place.column):
            said = f"“{word}” is left out, as # starts a comment. Put the text in quotes to keep it"
            self.problems.append(problem(place, said, severity="warning"))
        return None

    def _close(self, done: _Open) -> Node:
        if done.kind == "list":
            value: Any = tuple(done.items)
        else:
            value = tuple(self._pairs(done))
        return Node(
            file=self.file,
            line=done.line,
            column=done.column,
            kind="list" if done.kind == "list" else "map",
            value=value,
        )

    def _pairs(self, done: _Open) -> Iterator[tuple[Node, Node]]:
        """Key and value of each line; a key that stands twice is told at the second."""
        first: dict[str, int] = {}
        for key, value in zip(done.items[::2], done.items[1::2], strict=True):
            if not isinstance(key.value, str) or key.kind != "scalar":
                self.problems.append(
                    problem(key, "a name is one word or text, not a list or group")
                )
                continue
            if key.value == "<<" and key.plain:
                said = "“<<” takes lines from elsewhere, which is not done here. Write them out"
                self.problems.append(problem(key, said))
                continue
            if key.value in first:
                said = f"“{key.value}” stands here twice: first in line {first[key.value]}"
                self.problems.append(problem(key, said))
                continue
            first[key.value] = key.line
            glued = _NO_SPACE.fullmatch(key.value) if key.plain and value.value == "" else None
            if glued:
                mend = f"{glued[1]}: {glued[2]}"
                said = f"“{key.value}” lacks a space after the colon. Write {mend}"
                self.problems.append(problem(key, said, suggestion=mend))
                continue
            yield key, value
