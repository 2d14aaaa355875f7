"""`wirewatch extract`: pages to articles, a line each."""

import sys
from functools import partial
from pathlib import Path
from typing import Any

import click

from wirewatch.cli.lines import answer_beside, plain, write_line
from wirewatch.cli.shapes import dateline_out, time_out
from wirewatch.records import Article

MOST_BYTES = 4_000_000


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path, allow_dash=True))
@click.option("--url", default=None, help="Where the page is from; FILE needs it.")
@click.option("--jsonl", is_flag=True, help="Read lines {“url”, “html” or “file”}, answer each.")
def command(file: Path | None, url: str | None, jsonl: bool) -> None:
    """Pages to articles, as JSON Lines: text, names, times, credit, dateline.

    A page that is no article says why in “refused”, and has no text.

    \b
      wirewatch extract page.html --url https://example.org/story
      cat pages.jsonl | wirewatch extract --jsonl
    """  # noqa: D301 - click's own mark
    if jsonl:
        work = partial(extract_line, keep=True)
        said = "some pages could not be handled"
        with click.open_file(str(file or "-"), "rb") as stream:
            sys.exit(answer_beside(stream, work, lambda _url, answer: write_line(answer), said))
    if file is None:
        raise click.UsageError("which FILE? (- is the standard input)")
    if not url:
        raise click.UsageError("where is the page from? Give --url")
    sys.exit(_answer_one(file, url))


def _answer_one(file: Path, url: str) -> int:
    from wirewatch.desk.workers import run_killable

    try:
        write_line(run_killable(extract_line, ({"url": url, "file": str(file)}, False)))
    except OSError:
        raise
    except Exception as error:  # the one page's trouble is told as its
        click.echo(f"{file}: {plain(error)}", err=True)
        return 1
    return 0


def extract_line(record: dict[str, Any] | str, keep: bool) -> dict[str, Any]:
    """The answer to a line; its other keys are kept if `keep` is set.

    Raises ValueError or KeyError for what is wrong with the line, OSError for its file.
    """
    from wirewatch.articles.extract import extract

    if isinstance(record, str):
        raise ValueError(record)
    url = record["url"]
    if not isinstance(url, str) or not url:
        raise ValueError("url is an address")
    article = extract(_page(record), url)
    passed = {key: value for key, value in record.items() if key != "html"} if keep else {}
    answer = {**passed, **article_out(article)}
    if isinstance(record.get("language"), str):
        answer["language"] = record["language"]
    return answer


def _page(record: dict[str, Any]) -> bytes | str:
    html = record.get("html")
    if isinstance(html, str):
        return html
    file = record.get("file")
    if html is not None or not isinstance(file, str):
        raise ValueError("a line has “html”, the page's text, or “file”, its path")
    with click.open_file(file, "rb") as stream:
        data: bytes = stream.read(MOST_BYTES)
    return data


def article_out(article: Article) -> dict[str, Any]:
    """An article as `wirewatch extract` prints it."""
    return {
        "url": article.url,
        "title": article.title,
        "text": article.text,
        "standfirst": article.standfirst,
        "published": time_out(article.published),
        "modified": time_out(article.modified),
        "authors": list(article.authors),
        "byline": article.byline,
        "language": article.language,
        "credit": article.credit,
        "dateline": dateline_out(article.dateline),
        "method": article.method,
        "refused": article.refused,
    }
