"""`wirewatch words EVENT`: the words by an event's place in sentences that it does not find."""

from pathlib import Path

import click

from wirewatch.cli.lines import write_line
from wirewatch.cli.options import json_option, watch_option
from wirewatch.cli.stored_texts import articles_of, texts_options
from wirewatch.records import EventDefinition, Vocabulary


@click.command()
@click.argument("event")
@texts_options
@click.option("--at-least", default=2, show_default=True, help="Sentences that a word must be in.")
@click.option("--most", default=30, show_default=True, help="Words that are shown.")
@watch_option
@json_option
def command(
    event: str,
    files: tuple[str, ...],
    days: int,
    at_least: int,
    most: int,
    store: str | None,
    watch_folder: Path | None,
    as_json: bool,
) -> None:
    """Show words that EVENT may be missing.

    Looked at are sentences that name one of the event's `where` (without one: of its `with`) and
    that the event does not find. Its words are counted, those that are rare elsewhere first. Take
    what tells of the event into `what`, and what never does into `not`.

    The articles are those stored in the last days, or those of files of JSON Lines (- is a pipe).

    \b
      wirewatch words rafah-operation --days 7
      wirewatch words rafah-operation articles.jsonl --json
    """  # noqa: D301 - \b is click's own
    from wirewatch.cli.read_ import dated, tagger
    from wirewatch.reading.missing_words import missing_words

    reads = tagger(watch_folder)
    defined = the_event(reads.vocabulary, event)
    if not (defined.where or defined.with_any):
        raise click.ClickException(f"“{event}” has neither `where` nor `with` to look beside")
    counted = missing_words(reads, defined, map(dated, articles_of(files, days, store)))
    told = counted.words(at_least)[:most]
    for one in told:
        if as_json:
            write_line({"word": one.word, "forms": one.forms, "count": one.count,
                        "weight": one.weight, "example": one.example, "url": one.url})  # fmt: skip
        else:
            click.echo(
                f"{one.count:5}  {click.style(one.word, bold=True):<24}  {_short(one.example)}"
            )
    click.echo(
        f"{counted.beside} sentences name the place and are not found by “{event}”, "
        f"{counted.found} are found",
        err=True,
    )


def the_event(vocabulary: Vocabulary, name: str) -> EventDefinition:
    """The definition of an event. Raises ClickException, with the nearest one, if there is none."""
    for definition in vocabulary.events:
        if definition.event_id == name:
            return definition
    from wirewatch.forms import suggest

    if name in {figure.figure_id for figure in vocabulary.figures}:
        raise click.ClickException(f"“{name}” is a figure: words are looked for by events only")
    near = suggest(name, [definition.event_id for definition in vocabulary.events])
    hint = f" Did you mean “{near}”?" if near else ""
    raise click.ClickException(f"there is no event “{name}”.{hint}")


def _short(sentence: str) -> str:
    line = "".join(char if char.isprintable() else " " for char in sentence)
    return line if len(line) <= 110 else f"{line[:109]}…"
