"""What an operator sees of the alerts, and what they can do about one."""

import json
from pathlib import Path

import pytest
from alerts_made import NOON, alert
from click.testing import CliRunner, Result

from wirewatch.alerts.delivery import Never
from wirewatch.cli.alerts_ import command
from wirewatch.store import open_store
from wirewatch.store.deliveries import claim, know_channels, settle
from wirewatch.store.outbox import add


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    """The command on a store with one refused alert and one that is held."""
    url = f"sqlite:///{tmp_path}/alerts.sqlite"
    monkeypatch.setenv("WIREWATCH_STORE", url)
    monkeypatch.setenv("COLUMNS", "200")
    store = open_store(url)
    held = alert(2, held="quiet hours", held_until=NOON.replace(hour=18), headline="Held one")
    with store.begin() as connection:
        add(connection, alert(1), ["desk"], NOON)
        add(connection, held, ["desk"], NOON)
        know_channels(connection, ["desk"], NOON)
        claimed = claim(connection, {"desk": NOON - NOON}, NOON)
        assert claimed
        settle(connection, claimed, Never("not_in_channel"), NOON)
    store.close()

    def call(*words: str) -> Result:
        return CliRunner().invoke(command, list(words))

    return call


def test_a_table_says_how_each_alert_stands(run) -> None:  # type: ignore[no-untyped-def]
    shown = run().output
    assert "desk: refused, not_in_channel" in shown
    assert "desk: quiet hours until 07 Feb 18:00" in shown


def test_json_says_the_same(run) -> None:  # type: ignore[no-untyped-def]
    lines = [json.loads(line) for line in run("--json").output.splitlines()]
    assert {line["deliveries"][0]["state"] for line in lines} == {"dead", "held"}
    assert all(line["id"] and line["headline"] for line in lines)


def test_only_what_was_refused_is_tried_again(run) -> None:  # type: ignore[no-untyped-def]
    assert run("retry", "desk").output.startswith("1 to be tried again")
    again = run("retry", alert(1).alert_id[:8])
    assert again.exit_code == 1
    assert "nothing of" in again.output


def test_somebody_takes_an_alert_by_the_start_of_its_id(run) -> None:  # type: ignore[no-untyped-def]
    assert (
        run("ack", alert(1).alert_id[:8], "--by", "Ines").output
        == "Ines has it: Harbour closed: ordered (1)\n"
    )
    assert run("ack", "nothing", "--by", "Ines").exit_code == 1
    assert "Ines has it" in run().output


def test_what_readers_think_is_kept_and_shown_by_alert_and_by_rule(run) -> None:  # type: ignore[no-untyped-def]
    start = alert(1).alert_id[:8]
    assert run("judge", start, "useful", "--by", "Ines").output.startswith(
        "Ines finds it useful: Harbour closed"
    )
    assert run("judge", start, "noise", "--by", "Ben").exit_code == 0
    assert run("judge", start, "noise", "--by", "Ines").exit_code == 0  # her last word counts
    assert run("judge", "nothing", "noise", "--by", "Ines").exit_code == 1
    assert "2 noise" in run().output
    assert run("rules").output == "harbour: 2 alerts · 0 of 2 useful\n"
    row = json.loads(run("rules", "--json").output)
    assert row == {"rule": "harbour", "alerts": 2, "useful": 0, "noise": 2, "precision": 0.0}


def test_a_rule_is_named_by_its_id_or_name_and_a_misspelt_one_is_told(run) -> None:  # type: ignore[no-untyped-def]
    assert "ordered (1)" in run("--rule", "Harbour").output
    missed = run("--rule", "harbuor")
    assert missed.exit_code == 1
    assert "there is no rule “harbuor”. Did you mean “harbour”?" in missed.output


def test_times_are_those_of_the_desks_zone(run, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setenv("WIREWATCH_TIMEZONE", "Asia/Tokyo")
    shown = run().output
    assert "When (JST)" in shown
    assert "07 Feb 21:00" in shown  # noon in UTC
    assert "desk: quiet hours until 08 Feb 03:00" in shown
