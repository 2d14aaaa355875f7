"""`wirewatch buttons`: the service that hears clicks on Slack messages."""

import signal
import sys
import threading
from pathlib import Path

import click

from wirewatch.cli.options import watch_option


@click.command()
@watch_option
@click.option("--check", "checked", is_flag=True, help="Only say whether it is heard; if not, 1.")
def command(watch_folder: Path | None, checked: bool) -> None:
    """Hear clicks on Slack messages until Ctrl-C: I have it, useful, noise, why, mute, snooze.

    It opens the connection itself (Socket Mode), so nothing of yours must be reachable from
    outside. It needs the bot's token and an app token (xapp-…) in WIREWATCH_SLACK_APP_TOKEN; how to
    get one: docs/slack.md. While it runs, new messages carry buttons.

    \b
      wirewatch buttons
      wirewatch buttons --check
    """  # noqa: D301 - click's own mark
    from wirewatch.desk.buttons import is_well, serve
    from wirewatch.desk.settings import from_environment

    if checked:
        well = is_well(from_environment())
        click.echo("Clicks are heard." if well else "Nobody hears clicks: wirewatch buttons")
        sys.exit(0 if well else 1)
    stop = threading.Event()
    signal.signal(signal.SIGINT, lambda *_: stop.set())
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    try:
        serve(from_environment(watch=watch_folder), stop, lambda line: click.echo(line, err=True))
    except ValueError as error:
        click.echo(str(error), err=True)
        sys.exit(1)
