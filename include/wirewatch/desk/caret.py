"""Where in a file of YAML somebody is typing: under which keys, at a key or at a value.

The text is half written while one types, so it is not parsed: indentation, dashes, colons, quotes
and brackets are walked once, in the few forms that editors' files have.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal

# Each letter is looked at once, however long a line is.
_BARE_KEY: Final = r"""[^\s#\[\]{},"'&*!|>%@`:][^#\[\]{}:]*+(?::(?! |$)[^#\[\]{}:]*+)*+"""
_KEY: Final = re.compile(rf""" *+("[^"]*+" *+|'[^']*+' *+|{_BARE_KEY}):(?= |$)""")
_SPACES: Final = re.compile(" *")
_BLOCK: Final = re.compile(r"[|>][+-]?\d?[+-]?\s*(#.*)?$")
_END_IN_FLOW: Final = re.compile(r"[,\]}]|\s#|$")
_END: Final = re.compile(r"\s#|$")
_END_OF_KEY: Final = re.compile(r":(?=\s|$)|[,\]}#]|$")
ITEM: Final = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Caret:
    """What stands at a place of a file.

    `path` are the keys above it, with `*` for an item of a list. `role` says what is written
    there: a `key` of the group at that path, or the `value` that the path leads to; behind a dash
    it may be either, and is called a key. `text` is the whole word, from column `start` to `end`
    of its line, `word` what of it stands before the place. `beside` are the keys that the group
    has already, `indent` is their column; `flow` says that brackets hold it, `dash` that an item
    of a list begins here, `quoted` that it stands in quotes.
    """

    path: tuple[str, ...]
    role: Literal["key", "value"]
    start: int
    end: int
    word: str
    text: str
    beside: frozenset[str] = frozenset()
    indent: int = 0
    flow: bool = False
    dash: bool = False
    quoted: bool = False


@dataclass(slots=True)
class _Level:
    """A group or list of lines: the column of its keys or dashes, and which key is open in it."""

    column: int
    is_list: bool
    name: str = ITEM
    keys: set[str] = field(default_factory=set)
    is_filled: bool = False


@dataclass(slots=True)
class _Bracket:
    """An open bracket: the key that is open in it, and those that it has."""

    is_list: bool
    name: str | None = None
    keys: set[str] = field(default_factory=set)


def caret(text: str, line: int, column: int) -> Caret | None:
    """What stands at a place, both counted from 0 in code points; None in comments and long texts.

    A place behind the end of the text or of its line is taken for that end.
    """
    lines = text.split("\n")
    line = max(0, min(line, len(lines) - 1))
    walk = _Walk()
    for each in lines[:line]:
        walk.line(each)
    found = walk.caret(lines[line], max(0, min(column, len(lines[line]))))
    if found is None or found.role == "value" or found.flow:
        return found
    return _with_keys_below(found, lines[line + 1 :])


def _with_keys_below(found: Caret, lines: Sequence[str]) -> Caret:
    """The caret with the keys of its group that stand below it."""
    beside = set(found.beside)
    for each in lines:
        indent = len(each) - len(each.lstrip(" "))
        if not each.strip() or indent > found.indent:
            continue
        key = _KEY.match(each)
        if indent < found.indent or each[indent : indent + 2] == "- " or key is None:
            break
        beside.add(_bare(key[1]))
    return replace(found, beside=frozenset(beside))


class _Walk:
    """The lines so far: what is open behind the last of them."""

    def __init__(self) -> None:
        self._levels: list[_Level] = []
        self._brackets: list[_Bracket] = []
        self._quote = ""
        self._token: int | None = None
        self._is_comment = False
        self._text_under: int | None = None  # the column under which a block of text stands
        self._dash = False

    def line(self, line: str) -> None:
        """Walk over one whole line."""
        if self._in_text(line, None):
            return
        self._is_comment = False
        self._token = None
        if self._brackets or self._quote:
            self._flow(line, 0)
            return
        if not line.strip() or line.lstrip(" ").startswith("#"):
            return
        place = self._dashes(line)
        key = _KEY.match(line, place)
        if key:
            self._open_key(place, _bare(key[1]))
            place = key.end()
        self._value(line, place)

    def caret(self, line: str, column: int) -> Caret | None:
        """What stands at a column of the next line."""
        before = line[:column]
        if self._in_text(line, column) or before.lstrip(" ").startswith("#"):
            return None
        self._is_comment = False
        self._token = None
        if self._brackets or self._quote:
            self._flow(before, 0)
            return self._at_value(line, column)
        place = self._dashes(before)
        key = _KEY.match(before, place)
        if key is None and before[place : place + 1] not in ("[", "{", '"', "'"):
            return self._at_key(line, column, place)
        if key is not None:
            self._open_key(place, _bare(key[1]))
            place = key.end()
        self._value(before, place)
        if self._text_under is not None:
            return None
        return self._at_value(line, column)

    def _in_text(self, line: str, column: int | None) -> bool:
        """Whether the line belongs to a text that `|` or `>` began."""
        if self._text_under is None:
            return False
        indent = len(line) - len(line.lstrip(" "))
        if line.strip() == "":
            indent = self._text_under + 1 if column is None else column
        if indent > self._text_under:
            return True
        self._text_under = None
        return False

    # ── Lines ──

    def _dashes(self, line: str) -> int:
        """Open the lists that the line's dashes begin; the column behind them."""
        place = len(line) - len(line.lstrip(" "))
        self._dash = False
        while line[place : place + 1] == "-" and line[place + 1 : place + 2] in ("", " "):
            self._dash = True
            self._close_above(place)
            if not self._levels or not self._levels[-1].is_list or self._column() != place:
                self._fill()
                self._levels.append(_Level(place, is_list=True))
            behind = _SPACES.match(line, place + 1)
            place = behind.end() if behind and place + 1 < len(line) else place + 2
        return place

    def _open_key(self, place: int, name: str) -> None:
        self._settle_at(place)
        if not self._levels or self._column() != place:
            self._fill()
            self._levels.append(_Level(place, is_list=False))
        level = self._levels[-1]
        level.name, level.is_filled = name, False
        level.keys.add(name)

    def _settle_at(self, place: int) -> None:
        """Close what ends where a key stands at this column, a list at the same one too."""
        self._close_above(place)
        while self._levels and self._levels[-1].is_list and self._column() == place:
            self._levels.pop()

    def _close_above(self, place: int) -> None:
        while self._levels and self._column() > place:
            self._levels.pop()

    def _column(self) -> int:
        return self._levels[-1].column

    def _fill(self) -> None:
        if self._levels:
            self._levels[-1].is_filled = True

    def _value(self, line: str, place: int) -> None:
        """Walk over what stands behind a key or dash."""
        rest = line[place:].lstrip(" ")
        place = len(line) - len(rest)
        if not rest or rest.startswith("#"):
            self._is_comment = rest.startswith("#")
            return
        self._fill()
        if rest[0] in "[{\"'":
            self._flow(line, place)
        elif _BLOCK.match(rest):
            self._text_under = self._column() if self._levels else -1
        else:
            self._token = place
            self._is_comment = " #" in rest

    # ── Brackets and quotes ──

    def _flow(self, line: str, place: int) -> None:
        """Walk over brackets and quotes until they are closed or the line ends."""
        while place < len(line):
            letter = line[place]
            if self._quote:
                place = self._quoted(line, place)
                if not self._quote and not self._brackets:
                    self._token = None
                    return
                continue
            if letter == "#" and line[place - 1 : place] in ("", " "):
                self._is_comment = True
                return
            self._mark(line, place, letter)
            place += 1
            if not self._brackets and not self._quote:
                return

    def _quoted(self, line: str, place: int) -> int:
        letter = line[place]
        if letter == "\\" and self._quote == '"':
            return place + 2
        if letter == self._quote:
            if letter == "'" and line[place + 1 : place + 2] == "'":
                return place + 2
            self._quote = ""
        return place + 1

    def _mark(self, line: str, place: int, letter: str) -> None:
        if letter in "[{":
            self._brackets.append(_Bracket(is_list=letter == "["))
            self._token = None
        elif letter in "]}":
            if self._brackets:
                self._brackets.pop()
            self._token = None
        elif letter == ",":
            if self._brackets:
                self._brackets[-1].name = None
            self._token = None
        elif letter == ":" and line[place + 1 : place + 2] in ("", " ") and self._in_key():
            name = _bare(line[self._token or 0 : place].strip())
            self._brackets[-1].name = name
            self._brackets[-1].keys.add(name)
            self._token = None
        elif letter in "\"'" and self._token is None:
            self._quote = letter
            self._token = place + 1
        elif letter != " " and self._token is None:
            self._token = place

    def _in_key(self) -> bool:
        top = self._brackets[-1] if self._brackets else None
        return top is not None and not top.is_list and top.name is None

    # ── What stands there ──

    def _path(self) -> tuple[str, ...]:
        found = [level.name for level in self._levels]
        for bracket in self._brackets:
            name = ITEM if bracket.is_list else bracket.name
            if name is not None:
                found.append(name)
        return tuple(found)

    def _at_key(self, line: str, column: int, place: int) -> Caret | None:
        """A key of the group at this column, or of the one that the key above it begins."""
        place = min(place, column) if line[:column].strip() else column
        if self._dash:
            place = max(place, column if not line[:column].lstrip(" -") else 0)
            self._close_above(place)
        else:
            self._settle_at(place)
        beside: set[str] = set()
        path = self._path()
        if self._levels and not self._levels[-1].is_list and self._column() == place:
            beside, path = self._levels[-1].keys, path[:-1]
        elif self._levels and self._levels[-1].is_filled and not self._dash:
            return None
        start = min(place, column)
        end = self._end(line, column, _END_OF_KEY)
        return Caret(
            path=path, role="key", start=start, end=end, word=line[start:column],
            text=line[start:end], beside=frozenset(beside), indent=place, dash=self._dash,
        )  # fmt: skip

    def _at_value(self, line: str, column: int) -> Caret | None:
        if self._is_comment:
            return None
        is_open = self._brackets or self._quote or self._token is not None
        if not is_open and line[:column].rstrip(" ")[-1:] not in (":", "-", ""):
            return None  # behind a closed quote or bracket
        start = column if self._token is None else min(self._token, column)
        is_key = self._in_key()
        in_flow = bool(self._brackets)
        if self._quote:
            close = line.find(self._quote, column)
            end = close if close >= 0 else len(line)
        else:
            end = self._end(
                line, column, _END_OF_KEY if is_key else _END_IN_FLOW if in_flow else _END
            )
        return Caret(
            path=self._path(),
            role="key" if is_key else "value",
            start=start,
            end=end,
            word=line[start:column],
            text=line[start:end],
            beside=frozenset(self._brackets[-1].keys) if is_key else frozenset(),
            flow=in_flow,
            quoted=bool(self._quote),
        )

    @staticmethod
    def _end(line: str, column: int, pattern: re.Pattern[str]) -> int:
        """Where the word ends that the column stands in or before."""
        found = pattern.search(line, column)
        end = found.start() if found else len(line)
        return max(len(line[:end].rstrip()), column)


def _bare(name: str) -> str:
    name = name.strip()
    return name[1:-1] if name[:1] in ("'", '"') and name[-1:] == name[:1] else name
