"""Clicks on messages: heard through a real websocket, stored, shown and answered."""

import time
from datetime import timedelta
from typing import Any

import pytest
from alerts_made import alert
from click.testing import CliRunner
from clicked_desk import Desk, made, row_of
from fake_slack import TEAM
from slack_limits import check_message
from sqlalchemy import select

from wirewatch.channels.slack.clicks import read_click
from wirewatch.cli.alerts_ import command as alerts
from wirewatch.desk.buttons import Buttons
from wirewatch.desk.feedback import precision
from wirewatch.store.outbox import add, database_now
from wirewatch.store.outbox_tables import DELIVERY
from wirewatch.store.waiting import pauses


def test_a_message_has_buttons_only_while_somebody_hears_them(desk: Desk) -> None:
    desk.tell(1)
    assert row_of(desk.message(1)) == []
    run = desk.serve()
    desk.tell(2)
    assert row_of(desk.message(2)) == ["take", "useful", "noise", "why", "mute", "snooze"]
    desk.stop.set()
    run.join(10)
    desk.tell(3)
    assert row_of(desk.message(3)) == []


def test_i_have_it_is_shown_in_the_message_and_to_whoever_took_it_before(busy: Desk) -> None:
    took = busy.socket.answered(busy.click(1, "take"))
    assert took < 3
    busy.socket.wait(lambda: "ines.marrow has it since" in busy.message(1)["text"])
    assert busy.standing(1).taken_by == "ines.marrow"
    assert "ines.marrow has it" in CliRunner().invoke(alerts, []).output
    busy.click(1, "take", user={"id": "U2", "username": "ben", "team_id": TEAM})
    busy.socket.wait(lambda: busy.slack.whispers)
    (told,) = busy.slack.whispers
    assert told["text"] == "You have it now; ines.marrow had it before."
    assert (told["user"], told["channel"]) == ("U2", "C0000001")
    assert "has it" not in busy.message(2)["text"]


def test_the_last_verdict_of_a_person_counts_and_a_late_one_does_not(busy: Desk) -> None:
    rule = alert(1).rule_id
    early = made(busy.message(1), alert(1).alert_id, "noise")
    busy.socket.answered(busy.click(1, "useful"))
    busy.socket.answered(busy.click(1, "noise", user={"id": "U2", "team_id": TEAM}))
    busy.socket.answered(busy.click(2, "useful"))
    assert precision(busy.store) == {rule: (2, 1)}
    busy.socket.send({**early, "retry_attempt": 2, "retry_reason": "timeout"})
    busy.socket.answered(early["envelope_id"])
    assert precision(busy.store) == {rule: (2, 1)}
    busy.socket.answered(busy.click(1, "noise"))
    assert precision(busy.store) == {rule: (1, 2)}
    busy.socket.wait(lambda: "Readers: 2 noise" in busy.message(1)["text"])
    shown = CliRunner().invoke(alerts, ["rules"]).output
    assert "1 of 3 useful" in shown


def test_a_muted_rule_is_held_and_told_and_comes_when_the_mute_ends(busy: Desk) -> None:
    busy.socket.answered(busy.click(1, "mute", "8h"))
    busy.socket.wait(lambda: "unmute" in row_of(busy.message(1)))
    assert "Rule muted by ines.marrow until" in busy.message(1)["text"]
    busy.tell(3)
    assert len(busy.slack.messages) == 2
    assert "kept back by a pause" in CliRunner().invoke(alerts, []).output
    busy.socket.answered(busy.click(1, "unmute"))
    busy.socket.wait(lambda: "mute" in row_of(busy.message(1)))
    assert busy.deliver() == 1
    assert busy.message(3)


def test_a_snoozed_story_is_held_and_other_stories_are_not(busy: Desk) -> None:
    busy.socket.answered(busy.click(1, "snooze", "1d"))
    first = alert(1)
    with busy.store.begin() as connection:
        now = database_now(connection)
        add(connection, alert(4, of=first), ["desk"], now)
        add(connection, alert(5), ["desk"], now)
    assert busy.deliver() == 1
    assert busy.message(5)
    busy.socket.answered(busy.click(1, "wake"))
    assert busy.deliver() == 1
    assert busy.message(4)["thread_ts"] == busy.message(1)["ts"]


def test_a_shorter_mute_does_not_end_a_longer_one(busy: Desk) -> None:
    busy.socket.answered(busy.click(1, "mute", "7d"))
    busy.socket.answered(busy.click(2, "mute", "1h"))
    busy.socket.wait(lambda: busy.slack.whispers)
    assert busy.slack.whispers[0]["text"].startswith("It was kept back for longer already: until")
    with busy.store.read() as connection:
        now = database_now(connection)
        (held,) = pauses(connection, now)
    assert held.until - now > timedelta(days=6)


def test_why_is_answered_in_plain_words_to_one_person(busy: Desk) -> None:
    busy.socket.answered(busy.click(1, "useful"))
    busy.socket.answered(busy.click(1, "why"))
    busy.socket.wait(lambda: busy.slack.whispers)
    (told,) = busy.slack.whispers
    check_message(told)
    assert told["text"].startswith(
        "The rule “Harbour closed” asks for it: event harbour-closure becomes ordered. "
        "New to this rule, status: planned before, now ordered. The article says: “The harbour "
    )
    assert "The one verdict on this rule's alerts says useful." in told["text"]
    assert len(busy.slack.messages) == 2


# ── The line to Slack ──


def test_an_envelope_that_comes_twice_is_acknowledged_twice_and_done_once(busy: Desk) -> None:
    for _ in range(2):
        busy.click(1, "why", envelope="twice")
    busy.socket.wait(lambda: len(busy.socket.acknowledged.get("twice", ())) == 2)
    busy.socket.answered(busy.click(2, "useful"))
    time.sleep(0.2)
    assert len(busy.slack.whispers) == 1


@pytest.mark.parametrize("how", ["asked to", "cut off"])
def test_it_connects_anew_when_slack_asks_and_when_the_line_is_cut(busy: Desk, how: str) -> None:
    before = busy.socket.sessions
    if how == "asked to":
        busy.socket.send({"type": "disconnect", "reason": "refresh_requested"})
    else:
        busy.socket.drop()
    busy.socket.wait(lambda: busy.socket.sessions > before, 20)
    time.sleep(0.1)
    busy.socket.answered(busy.click(1, "take"))
    assert busy.standing(1).taken_by == "ines.marrow"


def test_a_store_that_is_slow_is_not_waited_for_longer_than_slack_waits(busy: Desk) -> None:
    with busy.store.begin():  # a writer that takes its time
        took = busy.socket.answered(busy.click(1, "take"))
    assert 1.5 < took < 3
    busy.socket.wait(lambda: busy.standing(1).taken_by)


def test_a_click_that_could_not_be_stored_is_not_acknowledged(
    busy: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> Any:
        raise OSError("disk full")

    monkeypatch.setattr("wirewatch.desk.feedback.take", broken)
    envelope = busy.click(1, "take")
    busy.socket.wait(lambda: "OSError" in busy.said)
    assert envelope not in busy.socket.acknowledged
    monkeypatch.undo()
    busy.said.clear()
    again = made(busy.message(1), alert(1).alert_id, "take", envelope=envelope, retry_attempt=1)
    busy.socket.send(again)
    busy.socket.answered(envelope)
    assert busy.standing(1).taken_by == "ines.marrow"


def test_a_worker_edits_what_a_service_that_died_had_only_stored(desk: Desk) -> None:
    desk.tell(1)
    desk.buttons = Buttons(desk.store, desk.settings, desk.said.append)
    desk.buttons._team = TEAM
    click = read_click(made(desk.message(1), alert(1).alert_id, "take")["payload"])
    assert click
    desk.buttons.click(click)  # what is left to do dies with it
    assert "has it" not in desk.message(1)["text"]
    desk.deliver()
    assert "ines.marrow has it" in desk.message(1)["text"]
    with desk.store.read() as connection:
        row = connection.execute(select(DELIVERY)).one()
    assert (row.edits_wanted, row.edits_done, row.edit_lease) == (1, 1, None)
