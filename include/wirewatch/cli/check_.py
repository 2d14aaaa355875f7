"""`wirewatch check`: everything that is wrong in the editors' folder, at once."""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from wirewatch.cli.lines import write_line
from wirewatch.cli.options import json_option, watch_option
from wirewatch.records import Problem
from wirewatch.text import count

if TYPE_CHECKING:
    from wirewatch.desk.settings import Settings

T = TypeVar("T")


@click.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@watch_option
@json_option
def command(folder: Path | None, watch_folder: Path | None, as_json: bool) -> None:
    """Check all that editors write: feeds, vocabulary, rules, channels.

    Every mistake is told at once, with its file, line and column, and how to mend it. The
    vocabulary's “yes” and “no” sentences are tried, and the tests in the rules are run. Exit
    code 0 means that there is no error; warnings are allowed. Where articles are stored, a rule
    that would have sent more over the last day than a desk reads, or on more than a third of the
    articles, is told too.

    \b
    Example:
      wirewatch check include/watch
      rules/rafah.yaml:6:14  there is no event “rafah-opration”. Did you mean “rafah-operation”?
    """  # noqa: D301 - click's own mark
    from wirewatch.desk.check import check
    from wirewatch.desk.settings import from_environment
    from wirewatch.watchfiles.folder import KINDS

    if folder is not None and folder.is_file():
        whole = folder.parent.parent if folder.parent.name in KINDS else folder.parent
        said = f"{folder} is a file, and files are checked together"
        raise click.UsageError(f"{said}: wirewatch check {whole}")
    try:
        settings = from_environment()
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    path = folder or watch_folder or settings.watch
    problems = check(path, settings.zone, progress=_progress)
    if not any(problem.severity == "error" for problem in problems):
        problems = _on_the_past(path, problems, settings)
    for problem in problems:
        _tell(problem, as_json)
    errors = sum(problem.severity == "error" for problem in problems)
    if not as_json:
        _sum_up(path, errors, len(problems) - errors)
    sys.exit(1 if errors else 0)


def _on_the_past(path: Path, problems: list[Problem], settings: "Settings") -> list[Problem]:
    """The problems, with what rules would have sent, if there is a store to try them on."""
    from datetime import UTC, datetime

    from sqlalchemy import make_url
    from sqlalchemy.exc import SQLAlchemyError

    from wirewatch.desk.check import on_the_past
    from wirewatch.store import open_store
    from wirewatch.store.upgrade import head, stands_at

    try:
        url = make_url(settings.store)
        if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
            return problems
        with open_store(settings.store, migrate=False) as store:
            with store.read() as connection:
                if stands_at(connection) != head():
                    raise ValueError("the store is older; the next run brings it up to date")
            return on_the_past(path, problems, store, datetime.now(UTC), settings.zone)
    except (SQLAlchemyError, ValueError) as error:
        first = (str(error).splitlines() or [""])[0]
        click.echo(f"How much the rules would send was not tried: {first}", err=True)
        return problems


def _tell(problem: Problem, as_json: bool) -> None:
    if not as_json:
        note = "warning: " if problem.severity == "warning" else ""
        place = f"{problem.file}:{problem.line}:{problem.column}"
        click.echo(f"{place}  {note}{problem.message}")
        return
    write_line(
        {
            "file": problem.file,
            "line": problem.line,
            "column": problem.column,
            "severity": problem.severity,
            "word": problem.word,
            "message": problem.message,
            "suggestion": problem.suggestion,
        }
    )


def _sum_up(path: Path, errors: int, warnings: int) -> None:
    """One line on stderr, so that stdout holds problems only."""
    if not errors and not warnings:
        click.echo(f"{path}: everything is well written, and all tests hold.", err=True)
        return
    counts = [
        count(many, word) for many, word in ((errors, "error"), (warnings, "warning")) if many
    ]
    click.echo(f"{path}: {' and '.join(counts)}.", err=True)


def _progress(tests: Iterable[T]) -> Iterator[T]:
    """A bar on a terminal, nothing in a pipe."""
    with click.progressbar(
        list(tests), label="running tests", file=sys.stderr, hidden=not sys.stderr.isatty()
    ) as bar:
        yield from bar
