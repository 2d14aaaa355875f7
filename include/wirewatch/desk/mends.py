"""Which letters a problem is about, and the edit that mends it at one click, if one does."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from wirewatch.records import Problem
from wirewatch.text import nfc
from wirewatch.watchfiles.syntax import key_before

_LONGEST_WORD = 200  # letters; to look for a longer one letter by letter takes too long
_FIRST = "#@`%*&!|>'\"[]{},?"
_TOKEN = re.compile(r"[^\s,\]}]+|\S")
_MARKS = re.compile(r"[,\[\]{}]|: | #|:$|^- ")


@dataclass(frozen=True, slots=True)
class Edit:
    """Put `insert` in place of what stands from `start` to `end`; `says` what the button says."""

    start: int
    end: int
    insert: str
    says: str


def span_of(lines: Sequence[str], problem: Problem) -> tuple[int, int]:
    """The columns, from 0, of the letters on the problem's line that it is about; never none."""
    line = lines[problem.line - 1] if problem.line <= len(lines) else ""
    start = min(problem.column - 1, len(line))
    found = _word_at(line, start, problem.word)
    if found is None:
        token = _TOKEN.match(line, start)
        found = (start, token.end() if token else start)
    if found[0] < found[1]:
        return found
    return (max(found[0] - 1, 0), found[1]) if found[0] else (0, len(line))


def mend_of(lines: Sequence[str], problem: Problem) -> Edit | None:
    """The edit on the problem's line that writes what was meant; None where nobody can tell."""
    if problem.line > len(lines):
        return None
    line, column = lines[problem.line - 1], problem.column - 1
    found = _word_at(line, column, problem.word)
    if found is None or not problem.word:
        return None
    start, end = found
    quote = line[start - 1] if start > column else ""
    meant = problem.suggestion
    if meant is None:
        return _plain_mend(line, start, end, problem) if not quote else None
    if quote:
        return Edit(start, end, _escaped(meant, quote), f"Write “{meant}”")
    if meant.replace(" ", "") == problem.word.replace(" ", ""):  # only a space was missing
        return Edit(start, end, meant, f"Write “{meant}”")
    return Edit(start, end, as_plain(meant), f"Write “{meant}”")


def as_plain(text: str) -> str:
    """The text as a value that YAML takes for that text: in quotes where it would not else."""
    if text and text[0] not in _FIRST and not _MARKS.search(text) and text == text.strip():
        return text
    return f'"{_escaped(text, chr(34))}"'


def _escaped(text: str, quote: str) -> str:
    if quote == "'":
        return text.replace("'", "''")
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _word_at(line: str, start: int, word: str) -> tuple[int, int] | None:
    """Where the word stands that a problem names, its quotes left out."""
    if not word or "\n" in word:
        return None
    for begin in (start, start + 1) if line[start : start + 1] in ("'", '"') else (start,):
        if line.startswith(word, begin):
            return begin, begin + len(word)
        if len(word) > _LONGEST_WORD:
            continue
        for end in range(begin + len(word), min(len(line), begin + 2 * len(word)) + 1):
            if nfc(line[begin:end]) == word:
                return begin, end
    return None


def _plain_mend(line: str, start: int, end: int, problem: Problem) -> Edit | None:
    """The mends of what YAML itself stumbles over: tabs, unseen letters, signs of its own."""
    word = problem.word
    if word == "\t":
        tabs = re.match(r"\t+", line[start:])
        end = start + (tabs.end() if tabs else 1)
        return Edit(start, end, "  " * (end - start), "Write spaces")
    if len(word) == 1 and not word.isprintable():
        return Edit(start, end, "", "Delete it")
    if problem.severity != "error" or not re.match(r"\s*([,\]}#]|$)", line[end:]):
        return None
    if word[0] == "#" and len(word) > 1:
        text = word if key_before(line[:start]) == "slack" else word.lstrip("#")
        return Edit(start, end, as_plain(text), f"Write {as_plain(text)}")
    if word[0] in _FIRST and len(word) > 1 and word.rstrip(",]}") == word:
        return Edit(start, end, as_plain(word), "Put it in quotes")
    return None
