"""`wirewatch try`: every find of one article with its reason, and what a rule would tell."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from wirewatch.cli.try_ import command

VOCABULARY = """
entities:
  karsund: {name: Karsund, kind: place}
events:
  raid: {what: [raid], where: [karsund]}
"""
RULES = """
watches:
  - watch: Raid on Karsund
    when: {event: raid}
    send: {to: demo}
"""
STORY = "Raid on Karsund\n\nThe premier ordered troops to raid Karsund on Thursday.\n"


@pytest.fixture
def watch(tmp_path: Path) -> Path:
    for name, text in (("vocabulary", VOCABULARY), ("rules", RULES)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "story.txt").write_text(STORY, encoding="utf-8")
    return tmp_path


def run(watch: Path, *asked: str):
    return CliRunner().invoke(command, ["--watch", str(watch), *asked])


def test_each_find_is_told_with_its_reason(watch):
    result = run(watch, str(watch / "story.txt"))
    assert result.exit_code == 0
    assert "“raid”  raid: ordered in karsund" in result.stdout
    assert "(ordered: ordered … to)" in result.stdout
    assert "“Karsund”  karsund, place  (listed: Karsund)" in result.stdout
    assert result.stdout.startswith("Raid on Karsund")


def test_a_line_of_json_is_an_article_too(watch):
    (watch / "story.json").write_text(json.dumps({"title": "", "text": "A raid on Karsund."}))
    result = run(watch, str(watch / "story.json"), "--json")
    assert [event["event"] for event in json.loads(result.stdout)["events"]] == ["raid"]


@pytest.mark.parametrize("name", ["Raid on Karsund", "raid-on-karsund"])
def test_a_rule_says_what_it_would_tell(watch, name):
    result = run(watch, str(watch / "story.txt"), name)
    assert result.exit_code == 0
    assert "“Raid on Karsund” would tell demo" in result.stdout


def test_a_rule_says_why_it_would_tell_nothing(watch):
    (watch / "story.txt").write_text("Bread is dear.", encoding="utf-8")
    assert "would tell nothing: " in run(watch, str(watch / "story.txt"), "raid-on-karsund").stdout


def test_a_misspelt_rule_is_answered_with_the_nearest(watch):
    result = run(watch, str(watch / "story.txt"), "raid-on-karsnd")
    assert result.exit_code == 1
    assert "Did you mean “raid-on-karsund”?" in result.stderr


def test_a_file_that_is_not_there_is_told_in_words(watch):
    result = run(watch, str(watch / "nothing.txt"))
    assert (result.exit_code, result.exception.__class__) == (1, SystemExit)
    assert "No such file" in result.stderr


def test_a_text_cannot_command_the_terminal(watch):
    (watch / "story.txt").write_text("A raid \x1b[2J\u202eon Karsund.", encoding="utf-8")
    out = run(watch, str(watch / "story.txt")).stdout
    assert "\x1b" not in out
    assert "\u202e" not in out
    assert "“Karsund”" in out


def test_an_empty_file_is_told(watch):
    (watch / "story.txt").write_text(" \n", encoding="utf-8")
    result = run(watch, str(watch / "story.txt"))
    assert (result.exit_code, "story.txt is empty" in result.stderr) == (1, True)
