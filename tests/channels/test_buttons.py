"""Clicks on messages: heard through a real websocket, stored, shown, answered; and hostile ones."""

import shutil
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from alerts_made import alert
from click.testing import CliRunner
from fake_slack import APP_TOKEN, TEAM, TOKEN, FakeSlack
from fake_socket import FakeSocket
from slack_limits import check_message
from sqlalchemy import select

from wirewatch.channels import Secrets
from wirewatch.channels.slack.clicks import read_click
from wirewatch.cli.alerts_ import command as alerts
from wirewatch.cli.buttons_ import command
from wirewatch.desk.buttons import Buttons
from wirewatch.desk.deliver import deliver
from wirewatch.desk.feedback import precision
from wirewatch.desk.settings import Settings, from_environment
from wirewatch.records import Channel, Standing
from wirewatch.store import Store, open_store
from wirewatch.store.feedback import is_heard, standing
from wirewatch.store.outbox import add, database_now
from wirewatch.store.outbox_tables import AILING, DELIVERY
from wirewatch.store.waiting import pauses

RULES = """
watches:
  - watch: Harbour
    when: {any_of: [harbour]}
    send: {to: desk}
"""
CHANNELS = [Channel(name="desk", kind="slack", address=("#desk",))]
ENVELOPE = count(1)


@dataclass
class Desk:
    """A store, a Slack, a socket, and the service that hears clicks between them."""

    store: Store
    slack: FakeSlack
    socket: FakeSocket
    settings: Settings
    said: list[str] = field(default_factory=list)
    buttons: Buttons | None = None
    stop: threading.Event = field(default_factory=threading.Event)

    def serve(self) -> threading.Thread:
        """Start the service; it hears before this returns."""
        import asyncio

        self.stop.clear()
        self.buttons = Buttons(self.store, self.settings, self.said.append)
        run = threading.Thread(
            target=lambda: asyncio.run(self.buttons.serve(self.stop, 0.05)),  # type: ignore[union-attr]
            daemon=True,
        )
        run.start()
        self.socket.wait(self.heard)
        return run

    def heard(self) -> bool:
        with self.store.read() as connection:
            return is_heard(connection, "buttons", database_now(connection))

    def tell(self, *numbers: int) -> None:
        """Owe these alerts and deliver them."""
        with self.store.begin() as connection:
            now = database_now(connection)
            for number in numbers:
                add(connection, alert(number), ["desk"], now)
        self.deliver()

    def deliver(self) -> int:
        secrets = Secrets(slack_token=TOKEN, slack_url=self.slack.url)
        return deliver(self.store, CHANNELS, secrets, seconds=4).sent

    def message(self, number: int) -> dict[str, Any]:
        return next(m for m in self.slack.messages if f"({number})" in m["text"])

    def standing(self, number: int) -> Standing:
        with self.store.read() as connection:
            return standing(connection, alert(number), database_now(connection))

    def click(self, number: int, action: str, span: str = "", **changes: Any) -> str:
        """Send a click as Slack would; the envelope."""
        envelope = made(self.message(number), alert(number).alert_id, action, span, **changes)
        self.socket.send(envelope)
        return str(envelope["envelope_id"])


def made(
    message: dict[str, Any],
    alert_id: str,
    action: str,
    span: str = "",
    *,
    user: Any = None,
    envelope: str | None = None,
    **more: Any,
) -> dict[str, Any]:
    """An envelope as docs.slack.dev shows it."""
    chosen: dict[str, Any] = {"action_id": f"wirewatch_{action}", "action_ts": f"{time.time():.6f}"}
    if span:
        chosen |= {"type": "static_select", "selected_option": {"value": f"{span} {alert_id}"}}
    else:
        chosen |= {"type": "button", "value": alert_id}
    payload = {
        "type": "block_actions",
        "team": {"id": TEAM, "domain": "test"},
        "user": user or {"id": "U0000001", "username": "ines.marrow", "team_id": TEAM},
        "container": {
            "type": "message", "message_ts": message["ts"], "channel_id": message["channel"]
        },
        "channel": {"id": message["channel"], "name": "desk"},
        "actions": [chosen],
        "response_url": "https://evil.example/never-asked",
    }  # fmt: skip
    return {
        "envelope_id": envelope or f"e-{next(ENVELOPE)}",
        "type": "interactive",
        "accepts_response_payload": False,
        "payload": payload,
        **more,
    }


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store in which nothing stands, made once."""
    file = tmp_path_factory.mktemp("empty") / "store.sqlite"
    open_store(f"sqlite:///{file}").close()
    return file


@pytest.fixture
def desk(tmp_path: Path, empty: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setattr("wirewatch.channels.slack.send.Slack.pace", timedelta(milliseconds=20))
    shutil.copy(empty, tmp_path / "buttons.sqlite")
    (tmp_path / "watch" / "rules").mkdir(parents=True)
    (tmp_path / "watch" / "rules" / "harbour.yaml").write_text(RULES, encoding="utf-8")
    url = f"sqlite:///{tmp_path}/buttons.sqlite"
    with FakeSlack(pace=0.0) as slack, FakeSocket(slack) as socket, open_store(url) as store:
        for name, value in {
            "WIREWATCH_WATCH": str(tmp_path / "watch"),
            "WIREWATCH_STORE": url,
            "WIREWATCH_SLACK_TOKEN": TOKEN,
            "WIREWATCH_SLACK_APP_TOKEN": APP_TOKEN,
            "WIREWATCH_SLACK_URL": slack.url,
            "COLUMNS": "200",
        }.items():
            monkeypatch.setenv(name, value)
        yield Desk(store, slack, socket, from_environment())


@pytest.fixture
def busy(desk: Desk) -> Iterator[Desk]:
    """The desk while its service runs, with two alerts told."""
    run = desk.serve()
    desk.tell(1, 2)
    yield desk
    desk.stop.set()
    run.join(10)
    assert not run.is_alive()
    assert not [line for line in desk.said if "Error" in line]


def row_of(message: dict[str, Any]) -> list[str]:
    """The buttons under a message."""
    rows = [block["elements"] for block in message["blocks"] if block["type"] == "actions"]
    return [element["action_id"].removeprefix("wirewatch_") for row in rows for element in row]


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


# ── Hostile clicks ──


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


# ── Setting it up ──


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("WIREWATCH_SLACK_APP_TOKEN", "", "No app token is set: put it (xapp-…)"),
        ("WIREWATCH_SLACK_APP_TOKEN", "xapp-wrong", "invalid_auth"),
        ("WIREWATCH_SLACK_TOKEN", "", "No token is set: put the bot token"),
        ("WIREWATCH_SLACK_TOKEN", "xoxb-wrong", "invalid_auth: Slack does not know this token"),
        ("WIREWATCH_SLACK_URL", "http://127.0.0.1:9/api/", "Slack cannot be reached now"),
    ],
)
def test_the_command_says_what_is_wrong_without_showing_a_token(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, name: str, value: str, says: str
) -> None:
    monkeypatch.setenv(name, value)
    failed = CliRunner().invoke(command, [])
    assert failed.exit_code == 1
    assert says in failed.output
    assert "-wrong" not in failed.output


def test_a_service_that_dies_is_told_and_one_that_is_stopped_is_not(desk: Desk) -> None:
    from wirewatch.desk.health import look_after
    from wirewatch.desk.watch import load_watch
    from wirewatch.store.feedback import note_service

    watch = load_watch(desk.settings.watch)
    with desk.store.begin() as connection:
        now = database_now(connection)
        note_service(connection, "buttons", now)
    assert look_after(desk.store, watch, CHANNELS, now + timedelta(minutes=14)) == 0
    assert look_after(desk.store, watch, CHANNELS, now + timedelta(minutes=16)) == 1
    run = desk.serve()
    assert look_after(desk.store, watch, CHANNELS) == 1
    desk.stop.set()
    run.join(10)
    assert look_after(desk.store, watch, CHANNELS, now + timedelta(hours=1)) == 0
    with desk.store.read() as connection:
        assert not connection.execute(select(AILING)).all()


def test_a_containers_health_check_hears_whether_the_service_is_heard(desk: Desk) -> None:
    from wirewatch.store.feedback import note_service

    def code() -> int:
        return CliRunner().invoke(command, ["--check"]).exit_code

    assert code() == 1
    run = desk.serve()
    assert code() == 0
    desk.stop.set()
    run.join(10)
    assert code() == 1
    for ago, well in ((timedelta(seconds=90), 0), (timedelta(seconds=130), 1)):
        with desk.store.begin() as connection:
            note_service(connection, "buttons", database_now(connection) - ago)
        assert code() == well  # three heartbeats may be missed


def test_the_secrets_of_the_service_are_never_shown(desk: Desk) -> None:
    made = replace(desk.settings, slack_app_token=APP_TOKEN)
    assert APP_TOKEN not in repr(made)
    assert APP_TOKEN not in repr(Secrets(slack_app_token=APP_TOKEN))
