"""`wirewatch story ID`: one story as a timeline, for people."""

from typing import Any

import click

from wirewatch.cli.lines import write_line
from wirewatch.cli.options import json_option
from wirewatch.cli.shapes import development_out, time_out
from wirewatch.records import Carriers, Development
from wirewatch.store import open_store


@click.command()
@click.argument("story_id")
@click.option("--store", "store_url", help="Where memory is kept (default: $WIREWATCH_STORE).")
@json_option
def command(story_id: str, store_url: str | None, as_json: bool) -> None:
    """One story as a timeline: what became known when, who had it first, what it replaced.

    \b
      wirewatch story 79cc4391854462e9059a
    """  # noqa: D301 - \b is click's own
    from wirewatch.desk.settings import from_environment
    from wirewatch.store.told import timeline

    store = open_store(store_url or from_environment().store)
    try:
        with store.read() as connection:
            found = timeline(connection, story_id)
    finally:
        store.close()
    if not found:
        raise click.ClickException(f"there is no development of a story “{story_id}”")
    for development, carried in found:
        if as_json:
            write_line(entry_out(development, carried))
        else:
            click.echo(line(development, carried))


def entry_out(development: Development, carried: Carriers) -> dict[str, Any]:
    """A development of a timeline as JSON: as `stories` prints it, with time and carriers."""
    return {
        "at": time_out(development.first_seen),
        **development_out(development),
        "url": development.url,
        "origin": development.origin,
        "verdict": development.verdict.value,
        "publishers": list(carried.publishers),
        "origins": list(carried.origins),
    }


def line(development: Development, carried: Carriers) -> str:
    """A development of a timeline as two lines of text."""
    at = development.first_seen.strftime("%d %b %H:%M") if development.first_seen else ""
    was = f"  (was: {development.before})" if development.before else ""
    said_by = f"{development.speaker}: " if development.speaker else ""
    outlets = ", ".join(carried.publishers) or development.url
    origins = len(carried.origins)
    first = f" · first by {development.origin}" if development.origin else ""
    counted = f" · {origins} origins" if origins > 1 else ""
    about = f" {development.about}" if development.about else ""
    return (
        f"{at}  {development.kind}{about}: {said_by}{development.says}{was}\n"
        f"              {outlets}{first}{counted}"
    )
