"""A click that somebody made up does nothing, and the next one is heard."""

from typing import Any

import pytest
from alerts_made import alert
from clicked_desk import Desk, made
from fake_slack import TEAM

from wirewatch.records import Standing
from wirewatch.store.outbox import database_now
from wirewatch.store.waiting import pauses


def set_in(envelope: dict[str, Any], *path: Any) -> dict[str, Any]:
    """The envelope with one value changed: keys down to it, then the value."""
    part: Any = envelope
    for key in path[:-2]:
        part = part[key]
    part[path[-2]] = path[-1]
    return envelope


HOSTILE: dict[str, tuple[Any, ...]] = {
    "an alert that nobody knows": ("payload", "actions", 0, "value", "0" * 20),
    "another alert than the message's": ("payload", "actions", 0, "value", alert(2).alert_id),
    "somebody of another workspace": ("payload", "user", "team_id", "T9999999"),
    "a message that is none of ours": ("payload", "container", "message_ts", "1.000001"),
    "a list for a value": ("payload", "actions", 0, "value", [alert(1).alert_id]),
    "no value at all": ("payload", "actions", 0, "value", None),
    "a value of a megabyte": ("payload", "actions", 0, "value", "x" * 10**6),
    "a statement for a value": ("payload", "actions", 0, "value", "' OR 1=1 --"),
    "an action that we never offered": ("payload", "actions", 0, "action_id", "wirewatch_drop"),
    "another app's action": ("payload", "actions", 0, "action_id", "approve"),
    "no actions": ("payload", "actions", []),
    "actions that are no list": ("payload", "actions", {"0": 1}),
    "a user without an id": ("payload", "user", {"username": "nobody"}),
    "no user": ("payload", "user", None),
    "no container": ("payload", "container", None),
    "a payload that is text": ("payload", "hello"),
    "a payload that is a list": ("payload", [1, 2]),
    "another kind of payload": ("payload", "type", "view_submission"),
    "another kind of envelope": ("type", "slash_commands"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_click_does_nothing_and_the_next_one_is_heard(busy: Desk, name: str) -> None:
    envelope = made(busy.message(1), alert(1).alert_id, "take")
    path = HOSTILE[name]
    busy.socket.send(set_in(envelope, *path))
    busy.socket.answered(busy.click(2, "take"))
    busy.socket.wait(lambda: busy.standing(2).taken_by)
    assert busy.standing(1) == Standing()
    assert busy.slack.calls["chat.postEphemeral"] <= 1


@pytest.mark.parametrize("line", ["", "{", "[]", '{"type": 7}', "null", '{"type": "hello"}'])
def test_a_line_that_is_no_envelope_does_no_harm(busy: Desk, line: str) -> None:
    busy.socket.send(line)
    busy.socket.answered(busy.click(1, "take"))


@pytest.mark.parametrize("span", ["100y", "0h", "-1d", "", "8h 8h"])
def test_nothing_is_muted_for_a_time_that_was_never_offered(busy: Desk, span: str) -> None:
    envelope = made(busy.message(1), alert(1).alert_id, "mute", "8h")
    value = f"{span} {alert(1).alert_id}"
    busy.socket.send(set_in(envelope, "payload", "actions", 0, "selected_option", "value", value))
    busy.socket.answered(busy.click(2, "useful"))
    with busy.store.read() as connection:
        assert not pauses(connection, database_now(connection))


@pytest.mark.parametrize(
    ("user", "shown"),
    [
        ({"id": "U7"}, "U7"),
        ({"id": "U7", "username": ""}, "U7"),
        ({"id": "U7", "username": None, "name": "ben"}, "ben"),
        ({"id": "U7", "username": "<!channel>\u202e*x*"}, "<!channel>*x*"),
        ({"id": "U7", "username": "\u200b"}, "U7"),
    ],
)
def test_a_person_is_shown_by_what_slack_calls_them_letter_by_letter(
    busy: Desk, user: dict[str, Any], shown: str
) -> None:
    busy.socket.answered(busy.click(1, "take", user={**user, "team_id": TEAM}))
    busy.socket.wait(lambda: busy.standing(1).taken_by == shown)
    busy.socket.wait(lambda: "has it since" in busy.message(1)["text"])
    assert "<" not in busy.message(1)["text"]
