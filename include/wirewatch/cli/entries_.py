"""`wirewatch entries`: one feed's bytes to its entries, a line each."""

import sys
from pathlib import Path
from typing import Any

import click

from wirewatch.cli.lines import answer_beside, plain, write_line
from wirewatch.cli.shapes import time_out
from wirewatch.feeds.document import ParsedFeed
from wirewatch.records import Entry


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path, allow_dash=True))
@click.option("--url", default="", help="Where the feed is from: links are made absolute to it.")
@click.option("--jsonl", is_flag=True, help="Read lines {“url”, “file”} and answer for all.")
def command(file: Path | None, url: str, jsonl: bool) -> None:
    """One feed's bytes to its entries, as JSON Lines.

    \b
      wirewatch entries world.xml --url https://example.org/world.xml
      cat feeds.jsonl | wirewatch entries --jsonl
    """  # noqa: D301 - click's own mark
    if jsonl:
        with click.open_file(str(file or "-"), "rb") as stream:
            sys.exit(answer_beside(stream, parse_line, _write, "some feeds could not be read"))
    if file is None:
        raise click.UsageError("which FILE? (- is the standard input)")
    sys.exit(_answer_one(file, url))


def _answer_one(file: Path, url: str) -> int:
    from wirewatch.desk.workers import run_killable
    from wirewatch.feeds.parse import parse_feed

    try:
        parsed = run_killable(parse_feed, (_read(str(file)), url))
    except OSError:
        raise
    except Exception as error:
        click.echo(f"{file}: {plain(error)}", err=True)
        return 1
    for problem in parsed.problems:
        click.echo(f"{file}: {problem}", err=True)
    for entry in parsed.entries:
        write_line(entry_out(entry))
    return 0


def _write(url: str | None, feed: ParsedFeed) -> None:
    for entry in feed.entries:
        write_line({**entry_out(entry), "feed": url})


def parse_line(record: dict[str, Any] | str) -> ParsedFeed:
    """The feed that a line names. Raises what is wrong with the line, the file or the feed."""
    from wirewatch.feeds.parse import parse_feed

    if isinstance(record, str):
        raise ValueError(record)
    if not isinstance(record["url"], str) or not isinstance(record["file"], str):
        raise ValueError("url and file are texts")
    return parse_feed(_read(record["file"]), record["url"])


def _read(file: str) -> bytes:
    from wirewatch.feeds.parse import MOST_BYTES

    with click.open_file(file, "rb") as stream:
        data: bytes = stream.read(MOST_BYTES + 1)  # one more shows that it is too much
    return data


def entry_out(entry: Entry) -> dict[str, Any]:
    """An entry as `wirewatch entries` prints it."""
    return {
        "id": entry.entry_id or None,
        "link": entry.link,
        "title": entry.title,
        "published": time_out(entry.published),
        "updated": time_out(entry.updated),
        "author": entry.author,
        "authors": list(entry.authors),
        "summary": entry.summary,
        "content": entry.content,
        "language": entry.language,
    }
