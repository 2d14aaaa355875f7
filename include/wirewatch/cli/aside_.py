"""`wirewatch aside`: articles that could not be judged, why, and one more try."""

import json

import click

from wirewatch.cli.options import json_option
from wirewatch.cli.shapes import time_out


@click.command()
@click.argument("word", required=False, type=click.Choice(["retry"]))
@click.argument("article", required=False)
@json_option
def command(word: str | None, article: str | None, as_json: bool) -> None:
    """Articles that could not be judged, and why; `retry` tries them again in the next pass.

    An article that brings the judge down is tried a few times and then set aside, so that one bad
    page does not make every run red. It is tried again by itself after an upgrade, and when its
    page changes. ARTICLE is its address, its id, or `all`.

    \b
      wirewatch aside
      wirewatch aside retry https://example.org/story
      wirewatch aside retry all
    """  # noqa: D301 - click's own mark
    from wirewatch.desk.settings import from_environment
    from wirewatch.store import hard_cases, open_store

    if word and not article:
        raise click.UsageError("Which one? An address, an id, or all: wirewatch aside retry all")
    with open_store(from_environment().store) as store:
        if article:
            with store.begin() as connection:
                count = hard_cases.retry(connection, article)
            if not count:
                raise click.ClickException(f"nothing is set aside for “{article}”.")
            click.echo(f"{count} will be tried again in the next pass.")
            return
        with store.read() as connection:
            found = hard_cases.cases(connection)
    for case in found:
        since = case.set_aside_at
        if as_json:
            shown = {"url": case.url, "id": case.article_id, "tries": case.tries}
            shown |= {"reason": case.reason, "set_aside": time_out(since) if since else None}
            click.echo(json.dumps(shown, ensure_ascii=False))
        else:
            state = f"set aside since {since:%d %b %H:%M} UTC" if since else "being tried"
            click.echo(f"{case.url}\n  {state}, {case.tries} tries: {case.reason}")
    if not found and not as_json:
        click.echo("Every article that was read could be judged.")
