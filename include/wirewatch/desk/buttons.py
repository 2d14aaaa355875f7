"""The service behind the buttons in Slack: hears clicks, stores them, has the messages edited.

While it is heard, new messages carry buttons; stopped, they carry none. What a click changed is
shown by the outbox's own edits, at the channel's pace: this service makes them at once, and if it
dies in between, the next delivery does.
"""

import asyncio
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from wirewatch.channels.slack.buttons import Ears, Whisper
from wirewatch.channels.slack.clicks import Click
from wirewatch.desk.deliver import Hand, edit_due, open_senders, places_of
from wirewatch.desk.feedback import BUTTONS, press
from wirewatch.desk.settings import Settings
from wirewatch.desk.steps import channels_of, secrets_of
from wirewatch.desk.watch import load_watch
from wirewatch.store import Store, open_store
from wirewatch.store.feedback import end_service, last_heard, note_service
from wirewatch.store.outbox import database_now

HEARTBEAT = 30.0
MISSED = timedelta(seconds=4 * HEARTBEAT)  # not heard for longer: it hangs, or Slack is away


class Buttons:
    """Everything that a click needs."""

    def __init__(self, store: Store, settings: Settings, tell: Callable[[str], None]) -> None:
        self._store, self._settings, self._tell = store, settings, tell
        self._secrets = replace(secrets_of(settings), buttons=True)
        self._whisper = Whisper(self._secrets)
        self._editing = threading.Lock()
        self._team = ""

    async def serve(self, stop: threading.Event, every: float = HEARTBEAT) -> None:
        """Hear clicks until `stop` is set. Raises ValueError, with the mend, for a wrong token."""
        self._team = await asyncio.to_thread(self._whisper.team)
        ears = Ears(self._secrets, self.click, self._tell)
        await ears.open()
        self._tell("Clicks are heard: new messages carry buttons.")
        open_before = True
        try:
            while not stop.is_set():
                is_open = await ears.is_open()
                if is_open:
                    await asyncio.to_thread(self._note)
                if is_open != open_before:
                    self._tell("Clicks are heard again." if is_open else "Slack is away.")
                open_before = is_open
                await asyncio.to_thread(stop.wait, every)
        finally:
            await ears.close()
            await asyncio.to_thread(self._end)

    def click(self, click: Click) -> Callable[[], None]:
        """Store what a click asks for; what is left is to answer, and to show it."""
        pressed = press(self._store, click, self._team)

        def later() -> None:
            if pressed.changed:
                self._show()
            if pressed.told:
                self._whisper.tell(click, pressed.told)

        return later

    def _show(self) -> None:
        """Make the edits that are wanted, one thread at a time."""
        with self._editing:
            watch = load_watch(self._settings.watch, self._settings.zone)
            channels, places = channels_of(watch, self._settings), places_of(self._store)
            senders, _ = open_senders(channels, self._secrets, places)
            for problem in edit_due(Hand(self._store, senders)).problems:
                self._tell(problem)

    def _note(self) -> None:
        with self._store.begin() as connection:
            note_service(connection, BUTTONS, database_now(connection))

    def _end(self) -> None:
        with self._store.begin() as connection:
            end_service(connection, BUTTONS)


def serve(settings: Settings, stop: threading.Event, tell: Callable[[str], None]) -> None:
    """Hear clicks until `stop` is set; `tell` is given a line for the operator now and then.

    Raises ValueError, with the mend, if a token is missing or refused.
    """
    if not settings.slack_token:
        from wirewatch.channels.slack.errors import mend

        raise ValueError(mend("not_authed"))
    with open_store(settings.store) as store:
        asyncio.run(Buttons(store, settings, tell).serve(stop))


def is_well(settings: Settings) -> bool:
    """Whether the service has heard Slack within its last four heartbeats."""
    with open_store(settings.store, migrate=False) as store, store.read() as connection:
        seen = last_heard(connection, BUTTONS)
        return seen is not None and database_now(connection) - seen <= MISSED
