"""How an alert reaches the console: printed to stderr, or put at the end of a file.

A file remembers what it was given by the id at the end of each message's first line, so that
nothing is written twice. A terminal remembers nothing: after a crash between printing and noting
it, a message may be printed again.
"""

import os
import sys
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from wirewatch.alerts.delivery import Done, Outcome, Unclear
from wirewatch.channels import Message, Secrets
from wirewatch.channels.console.look import look
from wirewatch.records import Alert, Channel, Standing


class Console:
    """A terminal or a file. There are no threads and no edits in it."""

    pace = timedelta()

    def __init__(self, path: Path | None = None) -> None:
        self.path = path

    def post(
        self, message: Message, delivery_id: str, thread_ts: str | None, *, plain: bool = False
    ) -> Outcome:
        """Print it; the mark at the end of the first line is the delivery."""
        first, *rest = look(message, plain=plain).split("\n")
        text = "\n".join([f"{first}  #{delivery_id}" if self.path else first, *rest]) + "\n"
        if self.path is None:
            sys.stderr.write(text)
            sys.stderr.flush()
            return Done(delivery_id)
        try:
            _append(self.path, text)
        except OSError as error:
            return Unclear(f"{self.path}: {error.strerror}")
        return Done(delivery_id)

    def ready(self) -> Outcome | None:
        """Nothing needs to be known."""
        return None

    def find(self, delivery_id: str, since: datetime, thread_ts: str | None) -> Outcome | None:
        """Whether the file has it."""
        if self.path is None or not self.path.exists():
            return None
        with self.path.open(encoding="utf-8", errors="replace") as lines:
            found = any(line.rstrip("\n").endswith(f"#{delivery_id}") for line in lines)
        return Done(delivery_id) if found else None

    def edit(self, ts: str, alert: Alert, standing: Standing) -> Outcome:
        """What is printed stays; `wirewatch alerts` shows the present counts."""
        return Done(ts)

    def sweep(self, posted: Mapping[str, str], since: datetime, thread_ts: str | None) -> int:
        """Nothing is ever in it twice."""
        return 0

    def check(self) -> str | None:
        """Whether the file can be written."""
        if self.path is None:
            return None
        try:
            _append(self.path, "")
        except OSError as error:
            return f"{self.path} cannot be written: {error.strerror}"
        return None


def open_console(channel: Channel, secrets: Secrets) -> Console:
    """The file that the channel names, else the operator's, else the terminal."""
    if channel.address:
        return Console(Path(channel.address[0]))
    return Console(secrets.console_file)


def _append(path: Path, text: str) -> None:
    """All of it in one write: two workers never mix their lines."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        os.write(handle, text.encode("utf-8"))
    finally:
        os.close(handle)
