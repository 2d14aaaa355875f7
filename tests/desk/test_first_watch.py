"""The page “Write your first watch”, played as it is written: its files, commands and answers."""

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs/first-watch.md"
BLOCK = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)
PLACE = re.compile(r"`(/tmp/my-watch/[\w./]+)`")
OFFLINE = PAGE.read_text(encoding="utf-8").partition("## 6.")[0]


def blocks() -> list[tuple[str, str, str]]:
    """Each block before the live part: the file that the words before it name, kind, text."""
    found = []
    place = 0
    for block in BLOCK.finditer(OFFLINE):
        named = PLACE.findall(OFFLINE[place : block.start()])
        found.append((named[-1] if named else "", block[1], block[2]))
        place = block.end()
    return found


def commands(text: str) -> list[tuple[str, str]]:
    """The commands of a block that are Wirewatch's own, each with its answer."""
    found = []
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, _, answer = part.partition("\n")
        if command.startswith("wirewatch "):
            found.append((command, answer))
    return found


def plain(answer: str) -> list[object]:
    """An answer's lines; of an alert what does not hang on ids."""
    kept = ("kind", "rule", "headline", "because", "url", "publishers", "held")
    return [
        {name: json.loads(line)[name] for name in kept} if line.startswith("{") else line
        for line in answer.splitlines()
    ]


def test_every_command_of_the_page_answers_what_it_says(tmp_path: Path) -> None:
    environment = {**os.environ, "WIREWATCH_STORE": "sqlite://", "COLUMNS": "200"}
    asked = 0
    last = ""
    for place, kind, text in blocks():
        if kind == "console":
            for command, answer in commands(text):
                words = shlex.split(command.replace("/tmp/my-watch", str(tmp_path)))
                done = subprocess.run(
                    [sys.executable, "-m", *words],
                    stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                    env=environment, check=False,
                )  # fmt: skip
                last = done.stdout.replace(str(tmp_path), "/tmp/my-watch")
                if answer:
                    assert plain(last) == plain(answer), command
                asked += 1
        elif place:
            target = tmp_path / Path(place).relative_to("/tmp/my-watch")
            target.parent.mkdir(exist_ok=True)
            target.write_text(text, encoding="utf-8")
        else:
            assert last.endswith(text), f"the page shows another answer than:\n{last}"
    assert asked == 4


def test_the_live_part_names_only_commands_that_there_are() -> None:
    import wirewatch.cli

    live = PAGE.read_text(encoding="utf-8").partition("## 6.")[2]
    for name in re.findall(r"wirewatch (\w+)", live):
        assert (Path(wirewatch.cli.__file__).parent / f"{name}_.py").exists(), name


@pytest.mark.parametrize("word", ["REPLAY", "FIRST", "SECOND"])
def test_the_page_is_filled_in(word: str) -> None:
    assert not re.search(rf"^{word}$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
