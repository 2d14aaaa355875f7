"""What an editor is told when a file is no YAML: one plain sentence, at the place to mend."""

import re
from itertools import pairwise
from typing import Any, Final

import yaml

from wirewatch.forms import problem
from wirewatch.records import Node, Problem


class Refused(Exception):  # noqa: N818 - it carries a problem, it is none of ours
    """YAML that is well formed and not taken: anchors, types, a second document, a bomb."""

    def __init__(self, told: Problem):
        super().__init__(told.message)
        self.problem = told


_QUIET = re.compile(r"(?<=[\s\[{,])\"(?:[^\"\\]|\\.)*\"|(?<=[\s\[{,])'(?:[^']|'')*'|(?<=\s)#[^\n]*")
# Brackets in one another: for each, the plain parser looks at up to a thousand around it again.
_DEEP: Final = 100
# At the first letter of a run only: a line may be as long as a file.
_KEY_BEFORE = re.compile(r"(?<![\w-])([\w-]++) *+:\s*$")
_KEY_LINE = re.compile(r"\s*(?:- +)*([\w-]+) *:(?: |$)")


def explain(text: str, file: str, error: yaml.YAMLError) -> Problem:
    """The problem behind a parser's error. libyaml finds it, the plain parser words it.

    Where brackets lie too deep, libyaml words it too.
    """
    lines = text.split("\n")
    plain = "" if _depth(text) > _DEEP else text
    try:
        for _ in yaml.parse(plain, Loader=yaml.SafeLoader):
            pass
    except yaml.YAMLError as worded:
        error = worded
    except RecursionError:
        pass
    mark = getattr(error, "problem_mark", None)
    opened = getattr(error, "context_mark", None)
    line, column = (mark.line, mark.column) if mark else (0, 0)
    line = min(line, len(lines) - 1)
    finder = _Finder(lines, file, plain)
    said = str(getattr(error, "problem", "") or "")
    about = str(getattr(error, "context", "") or "")
    return (
        finder.tab(line, said)
        or finder.open_quote(line, about, opened)
        or finder.open_bracket(line, column, about, opened)
        or finder.bad_start(line, column, said, about)
        or finder.colon_in_text(line, column, said)
        or finder.no_colon(line, said, opened)
        or finder.after_quote(line, column)
        or finder.crooked(line, column)
    )


def needs_quotes(place: Node, word: str) -> Problem:
    """A word that YAML reads as something else because of its first character."""
    said = f"“{word}” starts with {word[:1]}, which means something else here. Put it in quotes"
    return problem(place, said, word=word)


def without_hash(key: str, word: str) -> str:
    """How a word that begins with # is to be written under that key."""
    if key == "slack":
        return f'Write slack: "{word}".'
    return f"Write {key}: {word.lstrip('#')}." if key else f"Write {word.lstrip('#')}."


def key_before(text: str) -> str:
    """The key whose value begins where this text ends; "" if none does."""
    key = _KEY_BEFORE.search(text)
    return key[1] if key else ""


def word_at(lines: list[str], line: int, column: int) -> str:
    """The word that begins there."""
    rest = lines[line][column:] if line < len(lines) else ""
    found = re.match(r"[^\s,\]}]+", rest) or re.match(r"\S+", rest)
    return re.sub(r"(?<=\w):$", "", found[0]) if found else ""


def _depth(text: str) -> int:
    """How many brackets stand in one another at the most, those in quotes among them."""
    depth = deepest = 0
    for sign in re.findall(r"[\[{\]}]", text):
        depth = depth + 1 if sign in "[{" else max(depth - 1, 0)
        deepest = max(deepest, depth)
    return deepest


def _second_word(before: str) -> str:
    """The word at the end that follows another without a comma or colon between; "" if none."""
    begins = 1 + max(before.rfind(sign) for sign in "[{,:")
    first, _, word = before[begins:].lstrip(" ").rpartition(" ")
    return word if begins and first and re.fullmatch(r"[\w-]+", word) else ""


def item_around(lines: list[str], line: int) -> tuple[int, int] | None:
    """First line and the line after the last of the item that holds a line; None outside items."""
    top = next(
        (n for n in range(min(line, len(lines) - 1), -1, -1) if re.match(r"[^\s#-]", lines[n])),
        None,
    )
    if top is None:
        return None
    if not re.fullmatch(r"[^\s#][^#]*:\s*(#.*)?", lines[top]):
        return None
    begins = [n for n in range(top + 1, len(lines)) if re.match(r"\s*[^\s#]", lines[n])]
    if not begins or begins[0] > line:
        return None
    first = lines[begins[0]]
    indent = len(first) - len(first.lstrip(" "))
    dashed = first.lstrip(" ").startswith("- ")
    starts = []
    end = len(lines)
    for number in begins:
        rest = lines[number].lstrip(" ")
        own = len(lines[number]) - len(rest)
        if rest.startswith("\t"):
            continue
        if own < indent or (own == indent and dashed and not rest.startswith("-")):
            end = number
            break
        if own == indent:
            starts.append(number)
    starts.append(end)
    for start, after in pairwise(starts):
        if start <= line < after:
            return start, after
    return None


class _Finder:
    """The kinds of trouble, each a question with a Problem or None for an answer."""

    def __init__(self, lines: list[str], file: str, text: str):
        self.lines = lines
        self.file = file
        self.text = text

    def _at(self, line: int, column: int, said: str, word: str | None = None) -> Problem:
        told = word if word is not None else word_at(self.lines, line, column)
        place = Node(file=self.file, line=line + 1, column=column + 1, kind="scalar", value="")
        return problem(place, said, word=told)

    def tab(self, line: int, said: str) -> Problem | None:
        """A tab where a line begins, or where a value should."""
        for number in (line, line - 1):
            indent = re.match(r"\s*", self.lines[number]) if number >= 0 else None
            if indent and "\t" in indent[0] and self.lines[number].strip():
                column = indent[0].index("\t")
                return self._at(number, column, "there is a tab here. Indent with spaces", "\t")
        if "'\\t'" in said:
            column = self.lines[line].find("\t")
            return self._at(line, max(column, 0), "there is a tab here. Write a space", "\t")
        return None

    def open_quote(self, line: int, about: str, opened: Any) -> Problem | None:
        """A quote that is not closed: told where it opens, also if a later quote closes it."""
        if opened is not None and "quoted scalar" in about:
            return self._open_quote_at(opened.line, opened.column)
        last = None
        try:
            for token in yaml.scan(self.text, Loader=yaml.SafeLoader):
                if isinstance(token, yaml.ScalarToken) and token.style in ("'", '"'):
                    last = token
        except (yaml.YAMLError, RecursionError):
            pass
        if last is None:
            return None
        start, end = last.start_mark, last.end_mark
        if start.line < end.line and end.line <= line <= end.line + 1:
            return self._open_quote_at(start.line, start.column)
        return None

    def _open_quote_at(self, line: int, column: int) -> Problem:
        quote = self.lines[line][column : column + 1]
        return self._at(line, column, f"the quote {quote} is opened here and not closed")

    def open_bracket(self, line: int, column: int, about: str, opened: Any) -> Problem | None:
        """A bracket that is not closed: told where it opens; a comment may have eaten its end."""
        if opened is None or "flow" not in about:
            return None
        at = self._open_before(line, column)
        if at is None:
            return None
        start = self.lines[at[0]][at[1]]
        if not self._closes(*at):
            hidden = re.search(r"\s(#[^\s#][^\s,\]}]*)", self.lines[at[0]][at[1] :])
            if hidden:
                return self._hidden(at[0], at[1] + hidden.start(1), hidden[1])
            close = "]" if start == "[" else "}"
            said = f"the bracket {start} is opened here and not closed with {close}"
            return self._at(*at, said, start)
        if self.lines[line][column : column + 1] == ":":
            return None
        return self._at(line, column, "something is missing before this, perhaps a comma")

    def _hidden(self, line: int, column: int, word: str) -> Problem:
        how = without_hash(key_before(self.lines[line][:column]), word)
        return self._at(line, column, f"“{word}”: # starts a comment. {how}", word)

    def _open_before(self, line: int, column: int) -> tuple[int, int] | None:
        """Where the innermost bracket that is still open at a place was opened."""
        before = "\n".join([*self.lines[:line], self.lines[line][:column]])
        quiet = _QUIET.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), before)
        stack: list[int] = []
        for found in re.finditer(r"(?<![^\s,\[{:])[\[{]|[\]}]", quiet):
            if found[0] in "[{":
                stack.append(found.start())
            elif stack and quiet[stack[-1]] == {"]": "[", "}": "{"}[found[0]]:
                stack.pop()
        if not stack:
            return None
        opened = quiet.count("\n", 0, stack[-1])
        return opened, stack[-1] - (quiet.rfind("\n", 0, stack[-1]) + 1)

    def _closes(self, line: int, column: int) -> bool:
        """Whether the bracket there has its partner, quotes and comments left aside."""
        rest = "\n".join([self.lines[line][column:], *self.lines[line + 1 :]])
        rest = _QUIET.sub("", rest)
        stack: list[str] = []
        for char in rest:
            if char in "[{":
                stack.append("]" if char == "[" else "}")
            elif char in "]}":
                if stack.pop() != char:
                    return False
                if not stack:
                    return True
        return False

    def bad_start(self, line: int, column: int, said: str, about: str) -> Problem | None:
        """A value that begins with a sign of YAML's own: @ ` % * & ! | >."""
        here = self.lines[line][column : column + 1]
        if "cannot start any token" in said and here:
            word = word_at(self.lines, line, column)
            place = Node(file=self.file, line=line + 1, column=column + 1, kind="scalar", value="")
            return needs_quotes(place, word)
        for kind, sign in (("alias", "*"), ("anchor", "&"), ("tag", "!"), ("directive", "%")):
            if kind in about:
                at = self.lines[line].rfind(sign, 0, column + 1)
                place = Node(
                    file=self.file, line=line + 1, column=max(at, 0) + 1, kind="scalar", value=""
                )
                return needs_quotes(place, word_at(self.lines, line, max(at, 0)))
        if "block scalar" in about:
            found = re.search(r"[|>][^\n]*$", self.lines[line])
            at = found.start() if found else column
            sign = self.lines[line][at : at + 1]
            return self._at(line, at, f"after {sign} the text begins on the next line, indented")
        return None

    def colon_in_text(self, line: int, column: int, said: str) -> Problem | None:
        """A second colon in a line, or a line that is indented too far."""
        if "mapping values are not allowed" not in said and "got ':'" not in said:
            return None
        before = self.lines[line][:column]
        name = re.fullmatch(r"(\s*(?:- +)*)([\w-]+) *", before)
        if name and line and "got" not in said:
            glued = self._glued(line - 1)
            if glued:
                return glued
            word = name[2]
            above = f"it is indented too far, or the line above it is not finished: “{word}”"
            return self._at(line, len(name[1]), above, word)
        word = _second_word(before)
        if word and self._open_before(line, column):
            said = f"a comma is missing before “{word}”"
            return self._at(line, len(before) - len(word), said, word)
        key = _KEY_LINE.match(before)
        start = len(before[: key.end()].rstrip(" ")) if key else len(before) - len(before.lstrip())
        start += len(before[start:]) - len(before[start:].lstrip(" "))
        word = self.lines[line][start:].strip()
        how = "a colon and a space part a name from its value. Put the text in quotes, or write |"
        return self._at(line, start, f"{how} and the text on the next line, indented", word)

    def no_colon(self, line: int, said: str, opened: Any) -> Problem | None:
        """A line without a colon, or without the space behind it."""
        if "could not find expected ':'" not in said or opened is None:
            return None
        word = self.lines[opened.line][opened.column :].strip()
        return self._without_space(opened.line, opened.column, word) or self._at(
            opened.line, opened.column, f"“{word}” is no “name: value”: a colon is missing", word
        )

    def _glued(self, line: int) -> Problem | None:
        """The line, if nothing but a space after its first colon is missing."""
        found = re.fullmatch(r"(\s*(?:- +)*)([\w-]+:[^\s:/#][^:]*)", self.lines[line].rstrip())
        return self._without_space(line, len(found[1]), found[2]) if found else None

    def _without_space(self, line: int, column: int, word: str) -> Problem | None:
        glued = re.match(r"([\w-]+):(\S.*)", word)
        if not glued:
            return None
        mend = f"{glued[1]}: {glued[2]}"
        place = Node(
            file=self.file, line=line + 1, column=column + 1, kind="scalar", value=word
        )  # fmt: skip
        said = f"“{word}” lacks a space after the colon. Write {mend}"
        return problem(place, said, suggestion=mend)

    def after_quote(self, line: int, column: int) -> Problem | None:
        """Text that stands behind a closed quote."""
        before = self.lines[line][:column].rstrip()
        if not before.endswith(("'", '"')) or self.lines[line][column : column + 1] in (
            "",
            "]",
            "}",
        ):
            return None
        quote = before[-1]
        mend = "''" if quote == "'" else '\\"'
        said = f"the quote ends before this. Inside quotes write {mend} for {quote}, or use |"
        return self._at(line, column, said)

    def crooked(self, line: int, column: int) -> Problem:
        """Anything else: most often a line that is not lined up with those above it."""
        while line > 0 and not self.lines[line].strip():
            line -= 1
        rest = self.lines[line]
        column = min(column, max(len(rest) - 1, 0))
        if not rest[column:].strip() or not rest[:column].strip():
            column = len(rest) - len(rest.lstrip())
        if rest[column : column + 1] in ("]", "}", ","):
            said = f"this {rest[column]} closes nothing. Take it out, or put the text in quotes"
            return self._at(line, column, said, rest[column])
        return self._at(line, column, "this line is not lined up with the ones above it")
