"""`wirewatch feeds`: how each feed fares, and `try`, `add`, `import`, `export`."""

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from wirewatch.cli.lines import write_line
from wirewatch.cli.options import json_option, watch_option
from wirewatch.cli.shapes import time_out
from wirewatch.text import count, without_keys

PIPE_WIDTH: Final = 200

if TYPE_CHECKING:
    from wirewatch.desk.feed_trial import FeedTrial
    from wirewatch.desk.settings import Settings
    from wirewatch.store.feeds import FeedRow


@click.group(invoke_without_command=True)
@watch_option
@json_option
@click.option("--all", "everything", is_flag=True, help="Also those that are switched off.")
@click.pass_context
def command(
    context: click.Context, watch_folder: Path | None, as_json: bool, everything: bool
) -> None:
    """The feeds: when each brought something new, how often it is asked and why, what is wrong.

    \b
      wirewatch feeds
      wirewatch feeds try https://example.org/
      wirewatch feeds add https://example.org/rss.xml --publisher “Example Daily”
      wirewatch feeds import subscriptions.opml
      wirewatch feeds export > feeds.opml
    """  # noqa: D301 - click's own mark
    if context.invoked_subcommand:
        return
    rows = [row for row in _rows(watch_folder) if everything or row.feed.enabled]
    if as_json:
        for row in rows:
            write_line(row_out(row))
        return
    if not rows:
        click.echo("No feed is switched on. They are written in the watch folder, under feeds/.")
        return
    _table(rows)


def _rows(watch_folder: Path | None) -> list["FeedRow"]:
    """Every feed of the watch folder, with what the store knows of it."""
    from wirewatch.desk.watch import load_watch
    from wirewatch.store import open_store
    from wirewatch.store.feeds import FeedRow, feed_rows

    settings = _settings()
    watch = load_watch(watch_folder or settings.watch)
    with open_store(settings.store) as store, store.read() as connection:
        known = {row.feed.feed_id: row for row in feed_rows(connection)}
    now = datetime.now(UTC)
    rows = []
    for feed in watch.feeds:
        row = known.get(feed.feed_id) or FeedRow(feed=feed, url=feed.url, next_poll=now)
        rows.append(row)
    return sorted(rows, key=lambda row: (not row.trouble, row.feed.publisher, row.feed.url))


def row_out(row: "FeedRow") -> dict[str, Any]:
    """One feed's facts as JSON."""
    return {
        "feed": without_keys(row.feed.url),
        "asked_at": without_keys(row.url),
        "publisher": row.feed.publisher,
        "enabled": row.feed.enabled,
        "last_new": time_out(row.last_new),
        "last_good": time_out(row.last_good),
        "last_polled": time_out(row.last_polled),
        "next_poll": None if row.gone else time_out(row.next_poll),
        "wait_seconds": row.wait.total_seconds() if row.wait else None,
        "why_then": row.why_then,
        "outcome": row.outcome,
        "failures": row.failures,
        "trouble": row.trouble,
        "trouble_since": time_out(row.trouble_since),
        "gone": row.gone,
        "note": row.note,
        "hub": without_keys(row.hub) if row.hub else None,
    }


def _table(rows: list["FeedRow"]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    now = datetime.now(UTC)
    table = Table(box=None, pad_edge=False)
    for name in ("publisher", "feed", "last new", "asked every", "how it fares"):
        table.add_column(name, overflow="fold" if name == "feed" else "ellipsis")
    for row in rows:
        table.add_row(
            Text(row.feed.publisher),
            Text(without_keys(row.feed.url)),
            _ago(row.last_new, now),
            _pace(row),
            Text(_fares(row, now), style="red" if row.trouble else ""),
        )
    console = Console()
    if not console.is_terminal:  # a pipe has no width to fit
        console = Console(width=PIPE_WIDTH)
    console.print(table)


def _pace(row: "FeedRow") -> str:
    if row.gone:
        return "not any more"
    return f"{_length(row.wait)}, {row.why_then}" if row.wait else row.why_then


def _fares(row: "FeedRow", now: datetime) -> str:
    if not row.feed.enabled:
        return "switched off"
    if row.trouble:
        in_a_row = f" ({row.failures} in a row)" if row.failures > 1 else ""
        return f"{row.trouble}, since {_ago(row.trouble_since, now)}{in_a_row}"
    return "; ".join(filter(None, [row.outcome or "not asked yet", row.note]))


def _ago(when: datetime | None, now: datetime) -> str:
    return f"{_length(now - when)} ago" if when else "never"


def _length(wait: timedelta) -> str:
    seconds = max(0, round(wait.total_seconds()))
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60)):
        if seconds >= 2 * size:
            return f"{round(seconds / size)}{unit}"
    return f"{seconds}s"


@command.command("try", short_help="What a feed brings, and how its newest page reads.")
@click.argument("url")
@click.option("--login", help="The name of a login, as a feed in the files would give it.")
@json_option
def try_(url: str, login: str | None, as_json: bool) -> None:
    """What a feed brings, and what its newest page reads like; or in plain words why not.

    \b
      wirewatch feeds try https://example.org/world/rss.xml
      wirewatch feeds try https://example.org/
    """  # noqa: D301 - click's own mark
    from wirewatch.desk.feed_trial import try_feed

    if "://" not in url:
        raise click.ClickException(f"“{url}” is no web address. Did you mean “https://{url}”?")
    settings = _settings()
    secret = None
    if login is not None:
        secret = settings.logins.get(login)
        if secret is None:
            raise click.ClickException(f"there is no login “{login}” in the environment.")
    trial = try_feed(url, allow=settings.allow, contact=settings.contact, login=secret)
    if as_json:
        write_line(trial_out(trial))
    else:
        _show(trial)
    sys.exit(0 if trial.feed else 1)


def trial_out(trial: "FeedTrial") -> dict[str, Any]:
    """A trial as JSON."""
    from wirewatch.cli.entries_ import entry_out

    feed, article = trial.feed, trial.article
    return {
        "url": trial.url,
        "title": feed.title if feed else None,
        "entries": [entry_out(entry) for entry in feed.entries] if feed else [],
        "problems": list(feed.problems) if feed else [],
        "text": article.text if article else None,
        "text_why_not": trial.article_why_not or None,
        "moved_to": trial.moved_to,
        "other_feeds": list(trial.other_feeds),
        "why_not": trial.why_not or None,
    }


def _show(trial: "FeedTrial") -> None:
    from wirewatch.feeds.plain import plain_line

    if trial.feed is None:
        click.echo(f"This cannot be read as a feed: {trial.why_not}.")
        for found in trial.other_feeds:
            click.echo(f"The page names a feed: wirewatch feeds try {found}")
        return
    feed = trial.feed
    click.echo(
        f"{feed.title or 'A feed without a title'}: {count(len(feed.entries), 'entry', 'entries')}"
    )
    for said in (*feed.problems, *([f"it moved to {trial.moved_to}"] if trial.moved_to else [])):
        click.echo(f"note: {said}")
    for entry in feed.entries[:5]:
        when = entry.published or entry.updated
        shown = when.strftime("%d %b %Y %H:%M UTC") if when else "no date"
        click.echo(
            f"\n  {plain_line(entry.title) or 'no title'}\n  {shown}  {entry.link or 'no link'}"
        )
    if trial.article:
        text = trial.article.text
        click.echo(f"\nThe first page reads ({len(text.split())} words):\n")
        click.echo(
            "\n".join(f"  {line}" for line in text[:700].split("\n"))
            + (" …" if len(text) > 700 else "")
        )
    elif feed.entries:
        click.echo(f"\nThe first page could not be read: {trial.article_why_not}.")


@command.command()
@click.argument("url")
@click.option("--publisher", required=True, help="Who prints it.")
@click.option("--language", help="Its language: en, ar, pt-BR.")
@click.option("--group", "groups", multiple=True, help="A group that rules can name.")
@watch_option
def add(
    url: str,
    publisher: str,
    language: str | None,
    groups: tuple[str, ...],
    watch_folder: Path | None,
) -> None:
    """Write a feed into feeds/added.yaml of the watch folder.

    \b
      wirewatch feeds add https://example.org/rss.xml --publisher “Example Daily” --group coast
    """  # noqa: D301 - click's own mark
    from wirewatch.desk import feed_files
    from wirewatch.desk.watch import load_watch

    folder = watch_folder or _settings().watch
    if known := next((feed for feed in load_watch(folder).feeds if feed.url == url), None):
        on = "" if known.enabled else ", switched off there"
        raise click.ClickException(f"this feed is listed already, under {known.publisher}{on}.")
    path = folder / feed_files.ADDED
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    try:
        text = feed_files.with_line(before, feed_files.line_of(url, publisher, language, groups))
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    _write(path, text)
    click.echo(f"written to {path}. What it brings: wirewatch feeds try {without_keys(url)}")


@command.command("import", short_help="Write the feeds of an OPML file into a new file.")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@watch_option
def import_(file: Path, watch_folder: Path | None) -> None:
    """Write the feeds of an OPML file into a new file of the watch folder.

    \b
      wirewatch feeds import subscriptions.opml
    """  # noqa: D301 - click's own mark
    from wirewatch.desk.feed_files import of_outlines
    from wirewatch.desk.watch import load_watch
    from wirewatch.feeds.opml import NotOPML, read_opml

    folder = watch_folder or _settings().watch
    try:
        outlines = read_opml(file.read_bytes())
    except NotOPML as error:
        raise click.ClickException(f"{file}: {error}.") from None
    path = folder / "feeds" / f"{file.stem}.yaml"
    if path.exists():
        raise click.ClickException(f"{path} exists already: rename {file.name}, or remove it.")
    try:
        text, new = of_outlines(outlines, [feed.url for feed in load_watch(folder).feeds])
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    if not new:
        click.echo(f"All {len(outlines)} feeds of {file.name} are known already.")
        return
    _write(path, text)
    click.echo(f"{count(new, 'feed')} written to {path}; {len(outlines) - new} were known.")


@command.command()
@watch_option
def export(watch_folder: Path | None) -> None:
    """All feeds of the watch folder as OPML, for other programs.

    \b
      wirewatch feeds export > feeds.opml
    """  # noqa: D301 - click's own mark
    from wirewatch.desk.watch import load_watch
    from wirewatch.feeds.opml import write_opml

    click.echo(write_opml(load_watch(watch_folder or _settings().watch).feeds), nl=False)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _settings() -> "Settings":
    from wirewatch.desk.settings import from_environment

    try:
        return from_environment()
    except ValueError as error:
        raise click.ClickException(str(error)) from None
