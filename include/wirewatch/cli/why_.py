"""`wirewatch why`: at which stage, and by which sentence, a rule said yes or no."""

import sys

import click

from wirewatch.alerts.wording import in_quotes
from wirewatch.cli.lines import write_line
from wirewatch.cli.options import json_option
from wirewatch.records import Stage, Why

STAGES = {
    "read": "read",
    "tagged": "found",
    "new": "new",
    "candidate": "looked at",
    "condition": "conditions",
    "only_if": "only_if",
    "matched": "matched",
    "held": "held",
    "sent": "sent",
}


@click.command()
@click.argument("article")
@click.argument("rule", required=False)
@click.option("--store", help="The store's URL (default: $WIREWATCH_STORE).")
@json_option
def command(article: str, rule: str | None, store: str | None, as_json: bool) -> None:
    """Show at which stage, and by which sentence, RULE said yes or no to ARTICLE.

    The whole way is shown: read, what was found, what was new, each condition on each new
    sentence, only_if, held or not, sent or not. ARTICLE is the article's address or its id, RULE
    the rule's id or name. An alert's id in the place of ARTICLE names its rule too.

    \b
    Example:
      wirewatch why https://example.org/world/rafah.html rafah-operation
      wirewatch why 3f2a91c0
    """  # noqa: D301 - click's own mark
    from wirewatch.desk.settings import from_environment
    from wirewatch.desk.why import why
    from wirewatch.store import open_store

    try:
        url = store or from_environment().store
        opened = open_store(url)
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    try:
        answer = why(opened, article, rule)
    finally:
        opened.close()
    if as_json:
        for one in answer.whys:
            write_line(
                {
                    "kind": "why",
                    "url": one.url,
                    "rule": one.rule_id,
                    "stage": one.stage.value,
                    "said_yes": one.said_yes,
                    "reason": one.reason,
                    "sentence": one.sentence,
                }
            )
    else:
        before = None
        for one in answer.whys:
            _tell(one, before)
            before = one.sentence
    if answer.note:
        click.echo(answer.note, err=as_json)
    sys.exit(0 if answer.whys else 2 if rule is None else 1)


def _tell(one: Why, before: str | None) -> None:
    """A line, with its sentence unless that stands above already."""
    said = click.style("yes", fg="green") if one.said_yes else click.style("no ", fg="yellow")
    stage = "not held" if one.stage is Stage.HELD and one.said_yes else STAGES[one.stage.value]
    click.echo(f"{said}  {stage}: {one.reason}")
    if one.sentence and one.sentence != before:
        click.echo(f"     {in_quotes(one.sentence)}")
