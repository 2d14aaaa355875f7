"""`wirewatch forget`: take a page out of the archive and the store, words and finds."""

import json
import sys
from dataclasses import asdict

import click

from wirewatch.cli.options import json_option
from wirewatch.text import count


@click.command()
@click.argument("url")
@json_option
def command(url: str, as_json: bool) -> None:
    """Forget the page at URL: raw copies, text, finds, and the words of its feed's entry.

    For a takedown. Alerts that were told keep their ids only; those that wait are not sent. A
    message in Slack is blanked at the next delivery; what was mailed or stands in a list of
    several has to be deleted there. If the publisher edits the page later, it is read again like
    any other.

    \b
      wirewatch forget https://example.org/world/rafah.html
    """  # noqa: D301 - click's own mark
    from wirewatch.desk.forget import forget
    from wirewatch.desk.settings import from_environment
    from wirewatch.store import open_store
    from wirewatch.store.archive import open_archive

    try:
        settings = from_environment()
        archive = open_archive(settings.archive)
        opened = open_store(settings.store)
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    with opened as store:
        raw, gone = forget(store, archive, url)
    counts = {"raw_pages": raw, **asdict(gone)}
    if as_json:
        click.echo(json.dumps(counts))
    elif any(counts.values()):
        told = ", ".join(_many(name, some) for name, some in counts.items() if some)
        click.echo(f"Forgotten: {told}.")
    else:
        click.echo(f"Nothing is known of {url}.", err=True)
    sys.exit(0 if any(counts.values()) else 1)


def _many(name: str, some: int) -> str:
    """“1 raw page”, “2 entries”."""
    several = name.replace("_", " ")
    one = "entry" if name == "entries" else several.removesuffix("s")
    return count(some, one, several)
