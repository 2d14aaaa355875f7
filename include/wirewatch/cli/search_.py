"""`wirewatch search`: articles and alerts by words, entity or event, newest first."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

import click

from wirewatch.cli.lines import write_line
from wirewatch.cli.options import json_option
from wirewatch.cli.shapes import alert_out, clock, time_out
from wirewatch.desk.search import Asked, Hit
from wirewatch.store import Store, open_store


@click.command()
@click.argument("words", nargs=-1)
@click.option("--about", default="", help="An entity or event that it mentions: its name or id.")
@click.option("--publisher", default="", help="Who printed it.")
@click.option("--days", type=click.IntRange(min=1), help="What came within so many days.")
@click.option("--alerts", "in_alerts", is_flag=True, help="Search the alerts, not the articles.")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(min=1))
@click.option("--store", "store_url", help="Where memory is kept (default: $WIREWATCH_STORE).")
@json_option
def command(
    words: tuple[str, ...],
    about: str,
    publisher: str,
    days: int | None,
    in_alerts: bool,
    limit: int,
    store_url: str | None,
    as_json: bool,
) -> None:
    """What was read or told, by its words: all must be there, in any order, whatever their case.

    A phrase stands in quotation marks, a begun word ends in *, what must not be there begins with
    a minus (after -- on a command line).

    \b
      wirewatch search rafah operation
      wirewatch search '"prepare to operate"' --about rafah --days 7
      wirewatch search --alerts --json -- tanker* -cruise
    """  # noqa: D301 - click's own mark
    from wirewatch.desk.settings import from_environment

    if not (words or about or publisher):
        raise click.UsageError("say what to look for: words, --about or --publisher.")
    since = datetime.now(UTC) - timedelta(days=days) if days else None
    asked = Asked(words=" ".join(words), about=about, publisher=publisher, since=since)
    settings = from_environment()
    with open_store(store_url or settings.store) as store:
        many = 0
        for line, as_text in (_alerts if in_alerts else _articles)(store, asked, settings.zone):
            if many == limit:
                break
            many += 1
            if as_json:
                write_line(line)
            else:
                click.echo(as_text)
        if about and not many:
            _tell_unlisted(store, about)
    if not many and not as_json:
        click.echo("Nothing holds all of that.")


def _tell_unlisted(store: Store, about: str) -> None:
    """A name that no vocabulary has finds nothing, whatever was read."""
    from wirewatch.desk.search import is_listed

    with store.read() as connection:
        listed = is_listed(connection, about)
    if not listed:
        said = "no entity or event of the vocabulary"
        click.echo(f"“{about}” is {said}; as a word: wirewatch search {about}", err=True)


Found = Iterator[tuple[dict[str, Any], str]]


def _articles(store: Store, asked: Asked, zone: tzinfo) -> Found:
    from wirewatch.desk import search

    older: int | None = None
    while True:
        page = search.articles(store, asked, older_than=older)
        for hit in page.hits:
            yield _hit_out(hit), _hit_text(hit, zone)
        if page.older is None:
            return
        older = page.older


def _alerts(store: Store, asked: Asked, zone: tzinfo) -> Found:
    from wirewatch.alerts.wording import clean, counts
    from wirewatch.desk import shown_alerts

    older: int | None = None
    while True:
        page = shown_alerts.found(store, asked, older_than=older)
        for one in page.shown:
            alert = one.alert
            at = clock(alert.at, zone)
            says = f"{at}  {click.style(clean(alert.headline, 120), bold=True)}"
            told = f"{alert.rule_id} · {counts(alert)} · alert {alert.alert_id[:8]}"
            yield alert_out(alert), f"{says}\n{' ' * len(at)}  {told}"
        if page.older is None:
            return
        older = page.older


def _hit_out(hit: Hit) -> dict[str, Any]:
    return {
        "id": hit.article_id,
        "url": hit.url,
        "publisher": hit.publisher,
        "published": time_out(hit.published),
        "arrived": time_out(hit.arrived),
        "title": "".join(piece.text for piece in hit.title),
        "snippet": "".join(piece.text for piece in hit.snippet),
    }


def _hit_text(hit: Hit, zone: tzinfo) -> str:
    from wirewatch.alerts.wording import clean

    def shown(pieces: Any) -> str:
        return "".join(
            click.style(clean(piece.text, 400), bold=True, fg="yellow")
            if piece.found
            else _spaced(piece.text)
            for piece in pieces
        )

    at = clock(hit.arrived, zone)
    by = f"{clean(hit.publisher or '', 60)} {clean(hit.url, 200)}"
    lines = [f"{at}  {shown(hit.title)}", *filter(None, [shown(hit.snippet)]), by]
    return f"\n{' ' * (len(at) + 2)}".join(lines)


def _spaced(text: str) -> str:
    """Text of an article on one line, with the space at its ends that parts it from a find."""
    from wirewatch.alerts.wording import clean

    before = " " if text[:1].isspace() else ""
    after = " " if text[-1:].isspace() else ""
    return f"{before}{clean(text, 400)}{after}"
