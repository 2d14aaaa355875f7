"""`wirewatch read`: one line out for each in, at once, with what came in passed through."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from wirewatch.cli.read_ import command

VOCABULARY = """
entities:
  rafah: {name: Rafah, kind: place}
events:
  raid: {what: [raid], where: [rafah]}
"""


@pytest.fixture
def watch(tmp_path: Path) -> Path:
    (tmp_path / "vocabulary").mkdir()
    (tmp_path / "vocabulary" / "a.yaml").write_text(VOCABULARY, encoding="utf-8")
    return tmp_path


def line(**parts) -> str:
    return json.dumps(
        {"url": "https://a.example/1", "publisher": "A", "published": None, "title": "",
         "text": "They raided Rafah.", "language": "en", **parts}
    )  # fmt: skip


def run(watch: Path, *lines: str):
    result = CliRunner().invoke(command, ["--watch", str(watch)], input="\n".join(lines))
    return [json.loads(answer) for answer in result.stdout.splitlines()], result


def test_an_article_comes_back_with_its_finds(watch):
    (answer,), result = run(watch, line(mine=[1], html="<p>"))
    assert result.exit_code == 0
    assert answer["mine"] == [1]
    assert "html" not in answer
    assert answer["mentions"] == [
        {"entity": "rafah", "text": "Rafah", "kind": "place", "in": "text", "start": 12, "end": 17,
         "by": "vocabulary", "ambiguous": False}
    ]  # fmt: skip
    (event,) = answer["events"]
    assert (event["event"], event["status"], event["what"]) == ("raid", "under_way", [5, 11])
    assert {"figures", "quotes", "dates", "language"} <= set(answer)


def test_finds_that_are_piped_in_are_not_believed(watch):
    (answer,), _ = run(watch, line(mentions=[{"entity": "lie"}]))
    assert [mention["entity"] for mention in answer["mentions"]] == ["rafah"]


def test_texts_come_back_as_nfc(watch):
    (answer,), _ = run(watch, line(text="Cafe\u0301 in Rafah"))
    assert answer["text"] == "Café in Rafah"
    assert answer["text"][answer["mentions"][0]["start"] :] == "Rafah"


def test_a_bad_line_costs_only_itself(watch):
    answers, result = run(watch, "{", line(published="soon"), line())
    assert [answer.get("line") for answer in answers] == [1, 2, None]
    assert answers[1]["url"] == "https://a.example/1"
    assert result.exit_code == 1


def test_an_empty_article_is_an_answer_too(watch):
    (answer,), result = run(watch, line(title="", text="", publisher=None))
    assert (answer["events"], result.exit_code) == ([], 0)


def test_a_mistake_in_the_vocabulary_is_told_and_the_rest_is_used(watch):
    (watch / "vocabulary" / "b.yaml").write_text("events:\n  x: {wat: [raid]}", encoding="utf-8")
    (answer,), result = run(watch, line())
    assert [event["event"] for event in answer["events"]] == ["raid"]
    assert "vocabulary/b.yaml:2:7" in result.stderr


def test_the_first_answer_comes_before_the_last_input_is_read(watch):
    run_it = "from wirewatch.cli import main; main()"
    with subprocess.Popen(
        [sys.executable, "-c", run_it, "read", "--watch", str(watch)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdin
        assert process.stdout
        process.stdin.write(line() + "\n")
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["mentions"]
        process.stdin.close()
