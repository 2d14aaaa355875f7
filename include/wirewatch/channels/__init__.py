"""The ways out: a channel is a folder with `look.py` (pure) and `send.py` (touches the world).

To add one, copy a folder, name it in `open_sender` and in `records.Channel.kind`; the tests that
hold for every channel find it there.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from wirewatch.alerts.delivery import Outcome
from wirewatch.records import Alert, Channel, Gathered, Health, Standing

Message = Alert | Gathered | Health


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """What channels need and no file of an editor holds. Never shown by `repr`.

    `buttons`: somebody hears the clicks now, so messages show what can be clicked.
    """

    slack_token: str | None = field(default=None, repr=False)
    slack_app_token: str | None = field(default=None, repr=False)
    buttons: bool = False
    slack_url: str = "https://slack.com/api/"
    smtp_url: str | None = field(default=None, repr=False)
    console_file: Path | None = None


@dataclass(slots=True)
class Places:
    """Where channels' names lead, shared by all senders of a pass.

    `known` is believed, `old` is looked up again. What a pass finds out: `learnt`, `wrong` (leads
    nowhere any more), `renamed` (address → the name it has now). `listed` holds the name of every
    channel by id, once somebody has asked for them.
    """

    known: dict[str, str] = field(default_factory=dict)
    old: dict[str, str] = field(default_factory=dict)
    learnt: dict[str, str] = field(default_factory=dict)
    wrong: set[str] = field(default_factory=set)
    renamed: dict[str, str] = field(default_factory=dict)
    listed: dict[str, str] | None = None


class Sender(Protocol):
    """One open channel. No outcome that it gives, and nothing it raises, contains a secret."""

    pace: timedelta

    def post(
        self, message: Message, delivery_id: str, thread_ts: str | None, *, plain: bool = False
    ) -> Outcome:
        """Post once; `thread_ts` is where the thread begins, `plain` leaves the layout out."""
        ...

    def ready(self) -> Outcome | None:
        """Learn what a post needs to know, before its turn comes; None, or why none can be made."""
        ...

    def find(self, delivery_id: str, since: datetime, thread_ts: str | None) -> Outcome | None:
        """Done if an earlier post of this delivery is there, None if there certainly is none."""
        ...

    def edit(self, ts: str, alert: Alert, standing: Standing) -> Outcome:
        """Show the alert's present counts, and what people did, in the message at `ts`."""
        ...

    def sweep(
        self, posted: Mapping[str, str], since: datetime, thread_ts: str | None
    ) -> int | None:
        """Take away second copies of these deliveries (id → ts); how many, None if unreadable."""
        ...

    def check(self) -> str | None:
        """What is wrong with the channel and how to mend it, without posting; None if nothing."""
        ...


def open_sender(
    channel: Channel,
    secrets: Secrets,
    timeout: timedelta = timedelta(seconds=10),
    places: Places | None = None,
) -> Sender:
    """The channel, ready to post. Raises ValueError, with the mend, if a secret is missing."""
    if channel.kind == "slack":
        from wirewatch.channels.slack.send import open_slack

        return open_slack(channel, secrets, timeout, places)
    if channel.kind == "console":
        from wirewatch.channels.console.send import open_console

        return open_console(channel, secrets)
    from wirewatch.channels.email.send import open_email

    return open_email(channel, secrets, timeout)
