"""`wirewatch reread`: extract and read stored pages again, without asking the web or alerting."""

import json
import re
import sys
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from wirewatch.cli.options import json_option, watch_option
from wirewatch.text import count


@click.command()
@click.option("--since", "since_text", required=True, help="A day (2024-02-07), or 7d, 12h.")
@watch_option
@json_option
def command(since_text: str, watch_folder: Path | None, as_json: bool) -> None:
    """Extract and read again what arrived since then, from the archive of raw pages.

    After an upgrade, or when the vocabulary changed: texts and finds are replaced. Nothing is
    judged again, so no old alert is sent. It may be stopped and run again.

    \b
      wirewatch reread --since 7d
      wirewatch reread --since 2024-02-07
    """  # noqa: D301 - click's own mark
    from wirewatch.desk.reread import reread
    from wirewatch.desk.settings import from_environment
    from wirewatch.desk.watch import load_watch
    from wirewatch.store import open_store
    from wirewatch.store.archive import open_archive

    since = when(since_text, datetime.now(UTC))
    try:
        settings = from_environment()
        archive = open_archive(settings.archive)
        opened = open_store(settings.store)
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    if watch_folder:
        settings = replace(settings, watch=watch_folder)
    with opened as store:
        watch = load_watch(settings.watch)
        report = reread(store, watch, since, archive=archive, model=settings.model)
    for problem in report.problems:
        click.echo(problem, err=True)
    if as_json:
        click.echo(json.dumps(asdict(report), ensure_ascii=False))
    else:
        click.echo(
            f"{count(report.read, 'article')} read again, {report.texts} with another text; "
            f"{report.without_page} without a page in the archive."
        )
    sys.exit(1 if report.problems else 0)


def when(text: str, now: datetime) -> datetime:
    """The time that `7d`, `12h` or a day means. Raises click.BadParameter."""
    ago = re.fullmatch(r"(\d{1,5})([dh])", text.strip())
    try:
        if ago:
            many = int(ago.group(1))
            return now - (timedelta(days=many) if ago.group(2) == "d" else timedelta(hours=many))
        found = datetime.fromisoformat(text.strip())
    except (ValueError, OverflowError):
        message = f"“{text}” is no day. Write 2024-02-07, 7d or 12h."
        raise click.BadParameter(message, param_hint="--since") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
