"""`wirewatch read`: articles to articles with everything that is found in them, a line each."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from wirewatch.cli.lines import answer_each, read_lines
from wirewatch.cli.options import watch_option
from wirewatch.cli.shapes import (
    article_in,
    date_out,
    event_out,
    figure_out,
    mention_out,
    quote_out,
)
from wirewatch.reading.tagger import Tagger
from wirewatch.records import Article, Problem, Reading, Vocabulary
from wirewatch.text import nfc


@click.command()
@click.argument("file", default="-", type=click.Path(allow_dash=True))
@watch_option
def command(file: str, watch_folder: Path | None) -> None:
    """Names, events, figures, quotes and dates of articles, as JSON Lines.

    One line in, {“url”, “publisher”, “published”, “title”, “text”}, is one line out: the article
    and what was found in it. The names and events are those of the watch folder's vocabulary.

    \b
      wirewatch read < articles.jsonl
      wirewatch extract page.html --url https://example.org/a | wirewatch read --watch my/watch
    """  # noqa: D301 - \b is click's own
    answer = reader(watch_folder)
    with click.open_file(file, "rb") as stream:
        answer_each(read_lines(stream), answer)


def reader(watch_folder: Path | None) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """What answers a line: the watch folder's vocabulary, compiled once."""
    reads = tagger(watch_folder)

    def answer(line: dict[str, Any]) -> dict[str, Any]:
        return {**passed_through(line), **reading_out(reads.read(dated(article_in(line))))}

    return answer


def dated(article: Article) -> Article:
    """The article with the dateline of its text: its days count from there."""
    if article.dateline is not None:
        return article
    from wirewatch.articles.dateline import dateline

    return replace(article, dateline=dateline(article.text, article.published))


def tagger(watch_folder: Path | None) -> Tagger:
    """The tagger of a watch folder and the model that is set; problems are told on stderr."""
    from wirewatch.desk.settings import from_environment
    from wirewatch.reading.names import NoModel

    try:
        settings = from_environment()
        return Tagger(vocabulary_of(watch_folder or settings.watch), settings.model)
    except (NoModel, ValueError) as error:
        raise click.ClickException(str(error)) from None


def vocabulary_of(watch: Path) -> Vocabulary:
    """The vocabulary of a watch folder; its errors are told on stderr.

    One without an error is kept, so that the next call need not check it again.
    """
    from wirewatch.cli import kept_vocabulary

    name = kept_vocabulary.key(watch)
    known = kept_vocabulary.kept(name) if name else None
    if known is not None:
        return known
    vocabulary, errors = _checked(watch)
    for told in errors:
        click.echo(f"{told.file}:{told.line}:{told.column}  {told.message}", err=True)
    if name and not errors:
        kept_vocabulary.keep(name, vocabulary)
    return vocabulary


def _checked(watch: Path) -> tuple[Vocabulary, list[Problem]]:
    from wirewatch.reading.load import load_vocabulary
    from wirewatch.watchfiles.folder import read_folder

    folder = read_folder(watch)
    vocabulary, problems = load_vocabulary(folder.vocabulary)
    return vocabulary, [p for p in (*folder.problems, *problems) if p.severity == "error"]


def passed_through(line: dict[str, Any]) -> dict[str, Any]:
    """The keys of a line as they came, texts as NFC; a page's HTML stays behind."""
    return {
        key: nfc(value) if isinstance(value, str) and key != "url" else value
        for key, value in line.items()
        if key != "html"
    }


def reading_out(reading: Reading) -> dict[str, Any]:
    """A reading as `wirewatch read` prints it."""
    return {
        "language": reading.language,
        "mentions": [mention_out(mention) for mention in reading.mentions],
        "events": [event_out(event) for event in reading.events],
        "figures": [figure_out(figure) for figure in reading.figures],
        "quotes": [quote_out(quote) for quote in reading.quotes],
        "dates": [date_out(found) for found in reading.dates],
    }
