"""`wirewatch replay`: articles in time order to the alerts that would have gone out."""

import sys
from datetime import timedelta
from pathlib import Path
from typing import IO, Any

import click

from wirewatch.cli.lines import plain, read_lines, write_line
from wirewatch.cli.options import LinesFile, watch_option
from wirewatch.cli.shapes import alert_out, article_in


@click.command()
@click.argument("file", type=LinesFile(), default="-")
@watch_option
@click.option("--explain", is_flag=True, help="Also why each rule said yes or no, as lines.")
@click.option(
    "--store", "store_url", default="sqlite://", help="Where memory is kept (default: nowhere)."
)
def command(file: IO[bytes], watch_folder: Path | None, explain: bool, store_url: str) -> None:
    """Articles in time order to alerts, by the very steps of the main job.

    The clock is `published`. Memory starts empty, nothing is sent anywhere. One line for each
    alert as it would go out; one that is held is printed too, with what holds it.

    \b
      wirewatch replay --watch include/watch < articles.jsonl
      wirewatch replay --explain < articles.jsonl | jq 'select(.kind == "why")'
    """  # noqa: D301 - \b is click's own
    from wirewatch.desk.replay import Replay
    from wirewatch.desk.settings import from_environment
    from wirewatch.desk.watch import load_watch

    settings = from_environment(watch=watch_folder)
    watch = load_watch(settings.watch)
    for problem in watch.problems:
        if problem.severity == "error":
            click.echo(
                f"{problem.file}:{problem.line}:{problem.column}  {problem.message}", err=True
            )
    window = timedelta(days=settings.window_days)
    failed = False
    with Replay(watch, zone=settings.zone, window=window, store_url=store_url) as replay:
        for number, line in read_lines(file):
            try:
                if isinstance(line, str):
                    raise ValueError(line)
                outcome = replay.tell(article_in(line))
            except Exception as trouble:  # one line's trouble is that line's alone
                failed = True
                url = line.get("url") if isinstance(line, dict) else None
                write_line({"url": url, "error": plain(trouble), "line": number})
                continue
            for alert in outcome.alerts:
                write_line(alert_out(alert))
            for why in outcome.whys if explain else ():
                write_line(why_out(why))
    if failed:
        click.echo("some lines could not be handled: see their “error”", err=True)
    if failed or any(problem.severity == "error" for problem in watch.problems):
        sys.exit(1)


def why_out(why: Any) -> dict[str, Any]:
    """One decision of a rule as a line."""
    return {
        "kind": "why",
        "url": why.url,
        "rule": why.rule_id,
        "stage": why.stage.value,
        "yes": why.said_yes,
        "reason": why.reason,
        "sentence": why.sentence,
    }
