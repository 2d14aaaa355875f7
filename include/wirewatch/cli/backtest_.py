"""`wirewatch backtest`: what a rule would have sent over the last days."""

import re
import sys
from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

import click

from wirewatch.cli.lines import write_line
from wirewatch.cli.options import json_option, watch_option
from wirewatch.cli.shapes import alert_out, clock
from wirewatch.records import Alert
from wirewatch.text import count

if TYPE_CHECKING:
    from wirewatch.desk.backtest import BacktestReport, Difference
    from wirewatch.desk.settings import Settings
    from wirewatch.desk.watch import Watch


@click.command()
@click.argument("rules", nargs=-1, metavar="[RULE]...")
@click.option("--days", default=7, show_default=True, type=click.IntRange(1, 365))
@click.option(
    "--draft",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A file that is not saved yet: what it would send more, and what less.",
)
@watch_option
@json_option
def command(
    rules: tuple[str, ...],
    days: int,
    draft: Path | None,
    watch_folder: Path | None,
    as_json: bool,
) -> None:
    """What the rules would have sent over the articles judged in the last days.

    The rules are taken as they stand in the watch folder now. A --draft takes the place of the
    file of its name in that folder, or stands beside the others; shown is then how it differs from
    what is saved. Nothing is sent or stored.

    \b
      wirewatch backtest rafah-operation --days 7
      wirewatch backtest --draft gaza.yaml --days 30
      wirewatch backtest --watch drafts --json

    With --json the last line holds the counts. Ctrl-C breaks off and shows what was done so far.
    """  # noqa: D301 - \b is click's own
    from wirewatch.desk.backtest import BacktestReport, Difference
    from wirewatch.desk.known_rules import no_rule, rule_meant
    from wirewatch.desk.settings import from_environment
    from wirewatch.desk.watch import load_watch

    settings = from_environment(watch=watch_folder)
    watch = load_watch(settings.watch, settings.zone)
    other = _with_draft(watch, draft, settings.zone) if draft else watch
    known = {rule.rule_id: rule.name for rule in (*watch.rules, *other.rules)}
    unknown = next((name for name in rules if rule_meant(name, known) is None), None)
    if unknown is not None:
        raise click.UsageError(no_rule(unknown, known))
    rules = tuple(rule_meant(name, known) or name for name in rules)
    told = Difference(BacktestReport(days=days), BacktestReport(days=days))
    if draft is None:
        broken_off = _run(settings, watch, None, days, rules, told)
        _show(told.after.alerts, "", as_json, settings.zone)
    else:
        broken_off = _run(
            settings, watch, other, days, rules or _of_file(draft, watch, other), told
        )
        _show(told.more, "+ ", as_json, settings.zone)
        _show(told.fewer, "− ", as_json, settings.zone)
    if as_json:
        counts = {"kind": "counts", **told.after.counts, "broken_off": broken_off}
        write_line(counts | ({"saved": told.before.counts} if draft else {}))
    if draft:
        click.echo(f"The draft against what is saved: {told.says}.", err=True)
    _sum_up(told.after, broken_off=broken_off)
    if broken_off:
        sys.exit(130)  # as shells say it of Ctrl-C


def _run(
    settings: "Settings",
    watch: "Watch",
    draft: "Watch | None",
    days: int,
    rules: Collection[str],
    told: "Difference",
) -> bool:
    """Fill `told`, a bar going along on a terminal; whether somebody broke it off."""
    from rich.console import Console
    from rich.progress import Progress

    from wirewatch.desk.backtest import backtest_steps, compare_steps
    from wirewatch.store import open_store

    now, window = datetime.now(UTC), timedelta(days=settings.window_days)
    console = Console(stderr=True)
    with (
        open_store(settings.store) as store,
        Progress(console=console, disable=not sys.stderr.isatty(), transient=True) as bar,
    ):
        task = bar.add_task("articles", total=None)
        steps: Iterator[object]
        if draft is None:
            steps = backtest_steps(
                store, watch, now, days=days, rules=rules, zone=settings.zone, window=window,
                report=told.after,
            )  # fmt: skip
        else:
            steps = compare_steps(
                store, watch, draft, now, days=days, rules=rules, zone=settings.zone,
                window=window, difference=told,
            )  # fmt: skip
        try:
            for _ in steps:
                bar.update(task, completed=told.done, total=told.of)
        except KeyboardInterrupt:
            return True
    return False


def _with_draft(watch: "Watch", draft: Path, zone: tzinfo) -> "Watch":
    """The folder with the draft in it. Raises UsageError with the first mistake in the draft."""
    from wirewatch.desk.watch import load_draft

    file = _place(draft)
    other = load_draft(watch.path, {file: draft.read_bytes()}, zone)
    wrong = next((p for p in other.errors if p.file == file), None)
    if wrong:
        raise click.UsageError(f"{draft}:{wrong.line}:{wrong.column}  {wrong.message}")
    return other


def _place(draft: Path) -> str:
    """The file of the folder that a draft stands for: of rules, or of vocabulary by its parts."""
    text = draft.read_text(encoding="utf-8", errors="replace")
    words = re.search(r"^(entities|events|figures)\s*:", text, re.MULTILINE)
    return f"vocabulary/{draft.name}" if words else f"rules/{draft.name}"


def _of_file(draft: Path, watch: "Watch", other: "Watch") -> list[str]:
    """The rules of the draft and of the file that it stands for; of vocabulary, all rules."""
    file = _place(draft)
    found = [*watch.rules, *other.rules]
    here = [rule.rule_id for rule in found if rule.file == file]
    return list(dict.fromkeys(here or [rule.rule_id for rule in found]))


def _show(alerts: Sequence[Alert], mark: str, as_json: bool, zone: tzinfo) -> None:
    from wirewatch.channels.console.look import look

    change = {"+ ": {"change": "more"}, "− ": {"change": "fewer"}}.get(mark, {})
    for alert in alerts:
        if as_json:
            write_line({**alert_out(alert), **change})
        else:
            at = f"{alert.at.astimezone(zone):%Y-%m-%d %H:%M %Z}"
            until = f" until {clock(alert.held_until, zone)}" if alert.held_until else ""
            held = f"   held: {alert.held}{until}\n" if alert.held else ""
            click.echo(f"{mark}{at}  {look(alert)}\n{held}")


def _sum_up(report: "BacktestReport", *, broken_off: bool) -> None:
    """What it amounts to, on stderr."""
    from wirewatch.desk.backtest import TOO_MANY_A_DAY

    counts = report.counts
    if broken_off:
        click.echo(f"Broken off after {report.articles:,} of {report.of:,} articles.", err=True)
    click.echo(
        f"{count(counts['articles'], 'article')} in {count(report.days, 'day')}: "
        f"{count(counts['alerts'], 'alert')} and {count(counts['updates'], 'update')} "
        f"in {count(counts['threads'], 'thread')}, {counts['held']} held.",
        err=True,
    )
    if report.waiting:
        click.echo(f"{count(report.waiting, 'article')} not judged yet, left out.", err=True)
    if report.read_anew:
        click.echo(
            f"{count(report.read_anew, 'article')} read anew for the changed words.", err=True
        )
    for day, many in report.a_day.items():
        click.echo(f"  {day}  {many}", err=True)
    for rule, many in report.too_many.items():
        click.echo(f"  {rule} sends {many} on one day; a desk reads {TOO_MANY_A_DAY}.", err=True)
