"""`wirewatch backtest`: its lines, its messages, its counts, and how it is broken off."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.desk.past_made import PAIR

from wirewatch.cli.backtest_ import command as backtest_command
from wirewatch.desk import past
from wirewatch.desk.backtest import _Run
from wirewatch.desk.settings import from_environment
from wirewatch.desk.steps import backtest_step


def test_json_ends_with_a_line_of_counts(filled: str) -> None:
    said = CliRunner().invoke(backtest_command, ["--json", "--days", "2"])
    *alerts, counts = [json.loads(line) for line in said.stdout.splitlines()]
    assert said.exit_code == 0
    assert (counts["kind"], counts["articles"], counts["broken_off"]) == ("counts", 2, False)
    assert counts["alerts"] + counts["updates"] == len(alerts) >= 4


def test_ctrl_c_shows_what_was_done_so_far(filled: str, monkeypatch: pytest.MonkeyPatch) -> None:
    judge, times = _Run.judge, iter(range(9))

    def once(*args: object, **more: object) -> None:
        if next(times):
            raise KeyboardInterrupt
        judge(*args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(past, "_AT_ONCE", 1)
    monkeypatch.setattr(_Run, "judge", once)
    said = CliRunner().invoke(backtest_command, ["--json"])
    lines = [json.loads(line) for line in said.stdout.splitlines()]
    assert said.exit_code == 130
    assert lines[-1]["broken_off"]
    assert "Broken off after 1 of 2 articles" in said.stderr
    assert {line["kind"] for line in lines[:-1]} == {"alert"}


def test_airflows_log_says_how_far_it_is(
    filled: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(past, "_AT_ONCE", 1)
    caplog.set_level("INFO", "wirewatch.desk.steps")
    found = backtest_step(from_environment(), days=2, rules=[])
    assert found["articles"] == 2
    assert [record.getMessage() for record in caplog.records] == [
        "1 of 2 articles tried",
        "2 of 2 articles tried",
    ]


def test_the_messages_are_shown_as_they_would_look(filled: str) -> None:
    said = CliRunner().invoke(backtest_command, ["velmar-operation"])
    assert said.exit_code == 0
    assert "Velmar operation" in said.stdout
    assert "2 articles in 7 days" in said.stderr


def test_a_draft_is_shown_beside_what_is_saved(filled: str, tmp_path: Path) -> None:
    text = (PAIR / "watch/rules/valley.yaml").read_text(encoding="utf-8")
    file = tmp_path / "valley.yaml"
    file.write_text(text.replace("event: velmar-operation", "mentions: Halabi"), encoding="utf-8")
    said = CliRunner().invoke(backtest_command, ["--draft", str(file), "--json"])
    assert said.exit_code == 0
    *alerts, counts = [json.loads(line) for line in said.stdout.splitlines()]
    assert {(a["rule"], a["change"]) for a in alerts} == {
        ("velmar-operation", "more"),
        ("velmar-operation", "fewer"),
    }
    assert counts["saved"]["alerts"] >= 1
    assert "The draft against what is saved: " in said.stderr
    words = "entities:\n  brandt: {name: Karla Brandt, kind: person}\n"
    (tmp_path / "more.yaml").write_text(words, encoding="utf-8")
    more = CliRunner().invoke(backtest_command, ["--draft", str(tmp_path / "more.yaml")])
    assert "0 more, 0 fewer, " in more.stderr
    file.write_text(text.replace("severity: high", "severity: hihg"), encoding="utf-8")
    wrong = CliRunner().invoke(backtest_command, ["--draft", str(file)])
    assert (wrong.exit_code, "Did you mean “high”?" in wrong.output) == (2, True)


def test_a_rule_that_is_not_there_is_told_with_those_that_are(filled: str) -> None:
    said = CliRunner().invoke(backtest_command, ["velmar"])
    assert said.exit_code == 2
    assert "velmar-operation" in said.output
