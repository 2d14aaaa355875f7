"""A desk whose messages are clicked on: a store, a strict Slack, a socket and the service."""

import threading
import time
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from alerts_made import alert
from fake_slack import TEAM, TOKEN, FakeSlack
from fake_socket import FakeSocket

from wirewatch.channels import Secrets
from wirewatch.desk.buttons import Buttons
from wirewatch.desk.deliver import deliver
from wirewatch.desk.settings import Settings
from wirewatch.records import Channel, Standing
from wirewatch.store import Store
from wirewatch.store.feedback import is_heard, standing
from wirewatch.store.outbox import add, database_now

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


def row_of(message: dict[str, Any]) -> list[str]:
    """The buttons under a message."""
    rows = [block["elements"] for block in message["blocks"] if block["type"] == "actions"]
    return [element["action_id"].removeprefix("wirewatch_") for row in rows for element in row]
