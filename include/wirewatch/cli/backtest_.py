"""`wirewatch backtest`: what a rule would have sent over the last days."""

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from wirewatch.cli.lines import write_line
from wirewatch.cli.options import json_option, watch_option
from wirewatch.cli.shapes import alert_out

if TYPE_CHECKING:
    from wirewatch.desk.backtest import BacktestReport


@click.command()
@click.argument("rules", nargs=-1, metavar="[RULE]...")
@click.option("--days", default=7, show_default=True, type=click.IntRange(1, 365))
@watch_option
@json_option
def command(rules: tuple[str, ...], days: int, watch_folder: Path | None, as_json: bool) -> None:
    """What the rules would have sent over the articles stored in the last days.

    The rules are taken as they stand in the watch folder now, so a draft can be tried before it
    goes live: write it to another folder and name that with --watch. Nothing is sent or stored.

    \b
      wirewatch backtest rafah-operation --days 7
      wirewatch backtest --watch drafts --days 30 --json

    With --json the last line holds the counts. Ctrl-C breaks off and shows what was done so far.
    """  # noqa: D301 - \b is click's own
    from rich.console import Console
    from rich.progress import Progress

    from wirewatch.channels.console.look import look
    from wirewatch.desk.backtest import BacktestReport, backtest
    from wirewatch.desk.settings import from_environment
    from wirewatch.desk.watch import load_watch
    from wirewatch.store import open_store

    settings = from_environment(watch=watch_folder)
    watch = load_watch(settings.watch, settings.zone)
    unknown = set(rules) - {rule.rule_id for rule in watch.rules}
    if unknown:
        known = ", ".join(sorted(rule.rule_id for rule in watch.rules))
        raise click.UsageError(f"there is no rule “{unknown.pop()}”. There are: {known}")
    report = BacktestReport(days=days)
    broken_off = False
    with (
        open_store(settings.store) as store,
        Progress(
            console=Console(stderr=True), disable=not sys.stderr.isatty(), transient=True
        ) as bar,
    ):
        task = bar.add_task("articles", total=None)
        try:
            backtest(
                store,
                watch,
                datetime.now(UTC),
                days=days,
                rules=rules,
                zone=settings.zone,
                window=timedelta(days=settings.window_days),
                progress=lambda done, of: bar.update(task, completed=done, total=of),
                report=report,
            )
        except KeyboardInterrupt:
            broken_off = True
    for alert in report.alerts:
        if as_json:
            write_line(alert_out(alert))
        else:
            click.echo(f"{alert.at:%Y-%m-%d %H:%M}  {look(alert)}\n")
    if as_json:
        write_line({"kind": "counts", **report.counts, "broken_off": broken_off})
    _sum_up(report, broken_off=broken_off)
    if broken_off:
        sys.exit(130)  # as shells say it of Ctrl-C


def _sum_up(report: "BacktestReport", *, broken_off: bool) -> None:
    """What it amounts to, on stderr."""
    from wirewatch.desk.backtest import TOO_MANY_A_DAY

    counts = report.counts
    if broken_off:
        click.echo(f"Broken off after {report.articles:,} of {report.of:,} articles.", err=True)
    click.echo(
        f"{_many(counts['articles'], 'article')} in {_many(report.days, 'day')}: "
        f"{_many(counts['alerts'], 'alert')} and {_many(counts['updates'], 'update')} "
        f"in {_many(counts['threads'], 'thread')}, {counts['held']} held.",
        err=True,
    )
    for day, count in report.a_day.items():
        click.echo(f"  {day}  {count}", err=True)
    for rule, count in report.too_many.items():
        click.echo(f"  {rule} sends {count} on one day; a desk reads {TOO_MANY_A_DAY}.", err=True)


def _many(count: int, word: str) -> str:
    return f"{count:,} {word}" if count == 1 else f"{count:,} {word}s"
