"""Which articles `words` and `names` look through: those of files or a pipe, else the store's."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import click

from wirewatch.cli.lines import read_lines
from wirewatch.cli.options import Function
from wirewatch.cli.shapes import article_in
from wirewatch.records import Article

_AT_ONCE = 200


def texts_options(function: Function) -> Function:
    """`[FILE]...`, `--days` and `--store`, as `articles_of` takes them."""
    for add in (
        click.option("--store", help="The store's URL (default: $WIREWATCH_STORE)."),
        click.option("--days", default=30, show_default=True, type=click.IntRange(1, 365)),
        click.argument("files", nargs=-1, metavar="[FILE]...", type=click.Path(allow_dash=True)),
    ):
        function = add(function)
    return function


def articles_of(files: tuple[str, ...], days: int, store: str | None) -> Iterator[Article]:
    """The articles of files of JSON Lines (“-” is the pipe), without files those of the store."""
    if not files:
        yield from _stored(days, store)
    for file in files:
        with click.open_file(file, "rb") as stream:
            for number, line in read_lines(stream):
                try:
                    yield article_in(line) if isinstance(line, dict) else _refuse(line)
                except (ValueError, KeyError) as error:
                    click.echo(f"{file}:{number}  {error}", err=True)


def _refuse(reason: str) -> Article:
    raise ValueError(reason)


def _stored(days: int, url: str | None) -> Iterator[Article]:
    from wirewatch.desk.settings import from_environment
    from wirewatch.store import articles, open_store

    try:
        opened = open_store(url or from_environment().store)
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    first, after = datetime.now(UTC) - timedelta(days=days), 0
    with opened as store:
        while True:
            with store.read() as connection:
                part = articles.since(connection, first, _AT_ONCE, after=after)
            if not part:
                return
            yield from (one.article for one in part)
            after = part[-1].sequence
