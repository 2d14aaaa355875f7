"""Planted mistakes: each file marks by hand where the mistake is, and which word is meant.

`⟦word⟧` is a mistake at that word, `⟦text|word⟧` one at that text which is told about another
word, `⟦…→x⟧` one with the suggestion x, `⟦~…⟧` a warning. Everything else must be free of problems.
"""

import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from wirewatch.desk.watch import load_watch
from wirewatch.records import Problem

HERE = Path(__file__).parent
FILES = sorted((HERE / "mistakes").glob("*/*.yaml"))
MARK = re.compile(r"⟦(~?)([^|→⟧]*)(?:\|([^→⟧]*))?(?:→([^⟧]*))?⟧", re.DOTALL)


@dataclass(frozen=True)
class Planted:
    line: int
    column: int
    severity: str
    word: str
    suggestion: str | None


def planted(marked: str) -> tuple[str, list[Planted]]:
    """The file without marks, and the mistakes that they mark."""
    found: list[Planted] = []
    clean = ""
    place = 0
    for mark in MARK.finditer(marked):
        clean += marked[place : mark.start()]
        place = mark.end()
        line = clean.count("\n") + 1
        column = len(clean) - (clean.rfind("\n") + 1) + 1
        severity = "warning" if mark[1] else "error"
        word = mark[2] if mark[3] is None else mark[3]
        found.append(Planted(line, column, severity, word, mark[4]))
        clean += mark[2]
    return clean + marked[place:], found


def problems_of(path: Path, folder: Path) -> tuple[list[Problem], list[Planted]]:
    """What is told of one planted file in an otherwise good folder."""
    shutil.copytree(HERE / "base", folder)
    clean, wanted = planted(path.read_text(encoding="utf-8"))
    kind = path.parent.name
    target = folder / "channels.yaml" if kind == "channels" else folder / kind / "planted.yaml"
    target.parent.mkdir(exist_ok=True)
    target.write_text(clean, encoding="utf-8")
    tests = folder / "rules" / "tests"
    tests.mkdir(parents=True, exist_ok=True)
    (tests / "rafah.txt").write_text("Guterres is alarmed.", encoding="utf-8")
    return list(load_watch(folder).problems), wanted


def test_there_are_at_least_sixty_kinds() -> None:
    assert len(FILES) >= 60


def test_the_folder_around_them_is_free_of_problems(tmp_path: Path) -> None:
    shutil.copytree(HERE / "base", tmp_path / "watch")
    assert load_watch(tmp_path / "watch").problems == ()


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_each_mistake_is_told_at_its_word_and_nothing_else_is(path: Path, tmp_path: Path) -> None:
    problems, wanted = problems_of(path, tmp_path / "watch")
    told = [(p.line, p.column, p.severity) for p in problems]
    messages = "\n".join(f"{p.line}:{p.column} [{p.word}] {p.message}" for p in problems)
    assert sorted(told) == sorted((w.line, w.column, w.severity) for w in wanted), messages
    for want in wanted:
        at = [p for p in problems if (p.line, p.column) == (want.line, want.column)]
        assert any(p.word.startswith(want.word) for p in at), messages
        if want.suggestion is not None:
            assert any(p.suggestion == want.suggestion for p in at), messages


def test_what_editors_read_is_plain(tmp_path: Path, golden: Callable[[str, str], None]) -> None:
    lines = []
    for number, path in enumerate(FILES):
        problems, _ = problems_of(path, tmp_path / str(number))
        lines.append(f"{path.parent.name}/{path.stem}")
        lines += [f"    {p.file}:{p.line}:{p.column}  {p.message}" for p in problems]
    golden("mistakes.txt", "\n".join(lines) + "\n")


def test_a_rule_is_told_that_the_event_is_there_and_has_a_mistake(tmp_path: Path) -> None:
    folder = tmp_path / "watch"
    shutil.copytree(HERE / "base", folder)
    tolls = "figures:\n  toll: {about: Dead, counts: killed, scope: totl}\n"
    (folder / "vocabulary/tolls.yaml").write_text(tolls, encoding="utf-8")
    rule = "watches:\n  - watch: Toll\n    when: {figure: toll}\n    send: {to: gaza-desk}\n"
    (folder / "rules").mkdir()
    (folder / "rules/toll.yaml").write_text(rule, encoding="utf-8")
    said = sorted(p.message for p in load_watch(folder).problems)
    assert said == [
        "“toll” cannot be used yet: it has a mistake where it is written.",
        "“totl” is not one of total, day, incident. Did you mean “total”?",
    ]
