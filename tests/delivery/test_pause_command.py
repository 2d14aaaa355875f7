"""`wirewatch pause`: what is kept back, until when, and that nothing of it is lost."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import click
import pytest
from alerts_made import alert
from click.testing import CliRunner, Result
from worktable import Table

from wirewatch.cli.alerts_ import command as alerts
from wirewatch.cli.pause_ import command, read_until
from wirewatch.store import open_store
from wirewatch.store.outbox import add
from wirewatch.store.waiting import pause, resume

RULES = """
watches:
  - watch: Harbour
    when: {any_of: [harbour]}
    send: {to: desk}
"""
LATE = datetime(2024, 2, 7, 20, 30, tzinfo=UTC)
OSLO = ZoneInfo("Europe/Oslo")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A desk with one rule, one alert of it, and a store."""
    (tmp_path / "watch" / "rules").mkdir(parents=True)
    (tmp_path / "watch" / "rules" / "harbour.yaml").write_text(RULES, encoding="utf-8")
    monkeypatch.setenv("WIREWATCH_STORE", f"sqlite:///{tmp_path}/pause.sqlite")
    monkeypatch.setenv("WIREWATCH_WATCH", str(tmp_path / "watch"))
    monkeypatch.setenv("COLUMNS", "200")
    with open_store(f"sqlite:///{tmp_path}/pause.sqlite") as store, store.begin() as connection:
        add(connection, alert(1), ["desk"], LATE)
    return tmp_path


def run(*words: str) -> Result:
    return CliRunner().invoke(command, list(words))


def test_nothing_is_paused_until_somebody_asks(folder: Path) -> None:
    assert run().output == "Nothing is paused.\n"
    assert run("--json").output == ""


def test_a_pause_says_what_it_keeps_back_and_the_alerts_say_so_too(folder: Path) -> None:
    said = run("--rule", "harbour", "--until", "8h", "--by", "Ines").output
    assert said.startswith("rule harbour is paused until ")
    assert said.endswith(", by Ines: 1 message kept back\n")
    shown = CliRunner().invoke(alerts, []).output
    assert "desk: kept back by a pause" in shown
    assert "paused: rule:harbour, until" in shown


def test_a_story_is_paused_by_its_id_and_one_that_nobody_told_is_refused(folder: Path) -> None:
    assert run("--story", "nothing").exit_code == 2
    assert run("--story", "s1").output == "story s1 is paused until --off: 1 message kept back\n"
    assert "desk: kept back by a pause" in CliRunner().invoke(alerts, []).output
    assert run("--story", "s1", "--off").output.startswith("story s1 goes on")


def test_machines_read_the_same(folder: Path) -> None:
    run("--all")
    run("--channel", "desk", "--until", "2d")
    everything, channel = map(json.loads, run("--json").output.splitlines())
    assert (everything["paused"], everything["until"]) == ("all", None)
    assert (channel["paused"], channel["kept_back"]) == ("channel:desk", 1)


def test_a_pause_ends_by_its_name_and_all_of_them_without(folder: Path) -> None:
    run("--all")
    run("--rule", "harbour")
    assert "rule harbour goes on" in run("--rule", "harbour", "--off").output
    assert "everything goes on" in run("--off").output
    again = run("--rule", "harbour", "--off")
    assert (again.exit_code, "not paused" in again.output) == (1, True)


def test_a_name_that_nobody_has_is_refused_with_the_nearest(folder: Path) -> None:
    for words, hint in [(("--rule", "harbuor"), "“harbour”"), (("--channel", "desc"), "“desk”")]:
        refused = run(*words)
        assert (refused.exit_code, f"Did you mean {hint}" in refused.output) == (2, True)
    assert run("--until", "8h").exit_code == 2
    assert run("--all", "--off", "--until", "8h").exit_code == 2
    assert run().output == "Nothing is paused.\n"


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("8h", LATE + timedelta(hours=8)),
        ("2d", LATE + timedelta(days=2)),
        ("22:00", datetime(2024, 2, 7, 21, 0, tzinfo=UTC)),  # Oslo's evening, still to come
        ("18:00", datetime(2024, 2, 8, 17, 0, tzinfo=UTC)),  # over for today
        ("2024-02-09 08:00", datetime(2024, 2, 9, 7, 0, tzinfo=UTC)),
        ("2024-02-09", datetime(2024, 2, 8, 23, 0, tzinfo=UTC)),
    ],
)
def test_a_time_is_read_as_the_desk_means_it(text: str, end: datetime) -> None:
    assert read_until(text, LATE, OSLO) == end


@pytest.mark.parametrize("text", ["tomorrow", "25:00", "2023-01-01", "8 weeks"])
def test_what_is_no_time_or_is_over_is_refused(text: str) -> None:
    with pytest.raises(click.UsageError):
        read_until(text, LATE, OSLO)


# ── What a pause does to what is owed ──


@pytest.mark.parametrize("scope", ["all", "rule:harbour", "channel:desk"])
def test_a_digest_does_not_carry_out_what_is_paused(table: Table, scope: str) -> None:
    soon = table.time.now() + timedelta(hours=1)
    table.owe(*(alert(n, held="digest", held_until=soon, together="digest") for n in range(3)))
    table.owe(*(alert(n) for n in range(10, 40)))
    with table.store.begin() as connection:
        pause(connection, scope, None, None, table.time.now())
    table.time.turn(7200)
    assert table.work().sent == 0
    with table.store.begin() as connection:
        assert resume(connection, scope)
    table.finish([table.hand()])
    tables = [b for m in table.slack.messages for b in m["blocks"] if "rows" in b]
    assert sum(len(b["rows"]) - 1 for b in tables) == 33
    assert table.open() == 0


def test_a_pause_ends_by_itself_at_its_time(table: Table) -> None:
    table.owe(alert(1))
    with table.store.begin() as connection:
        until = table.time.now() + timedelta(hours=1)
        pause(connection, "all", until, None, table.time.now())
    assert table.work().sent == 0
    table.time.turn(3600)
    assert table.work().sent == 1


def test_a_rule_is_paused_and_goes_on_by_its_name_too(folder: Path) -> None:
    assert "rule harbour is paused" in CliRunner().invoke(command, ["--rule", "Harbour"]).output
    ended = CliRunner().invoke(command, ["--rule", "Harbour", "--off"])
    assert "rule harbour goes on" in ended.output
