"""One channel tried by hand: what is wrong with it, or a test message in it."""

from datetime import UTC, datetime

from wirewatch.alerts.delivery import Done, Never
from wirewatch.channels import Secrets, open_sender
from wirewatch.channels.slack.errors import mend
from wirewatch.records import Channel, Health
from wirewatch.text import digest


def try_channel(channel: Channel, secrets: Secrets, *, post: bool = True) -> str | None:
    """What is wrong, with the mend, or None after a test message was posted.

    The message goes past the outbox: nobody is owed it, and it is never sent again by itself.
    """
    try:
        sender = open_sender(channel, secrets)
    except ValueError as error:
        return str(error).removeprefix(f"channel {channel.name}: ")
    wrong = sender.check()
    if wrong or not post:
        return wrong
    now = datetime.now(UTC)
    trial = Health(
        health_id=digest("trial", channel.name, now),
        about=f"channel {channel.name}",
        says="Alerts reach this channel. Somebody asked for this with `wirewatch channels test`.",
        well=True,
        at=now,
        trial=True,
    )
    outcome = sender.post(trial, trial.health_id, None)
    if isinstance(outcome, Done):
        return None
    if isinstance(outcome, Never) and channel.kind == "slack":
        return f"{outcome.error}: {mend(outcome.error, outcome.needs)}"
    return f"the test message was not taken: {outcome.error}"
