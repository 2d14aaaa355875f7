"""JSON Lines in and out: one answer a line, in order, at once; a bad line costs only itself."""

import json
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import IO, Any, TypeVar

import click

Result = TypeVar("Result")


def write_line(record: dict[str, Any]) -> None:
    """One object on stdout, flushed: whoever reads the pipe has it now."""
    sys.stdout.write(json.dumps(record, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def read_lines(stream: IO[bytes]) -> Iterator[tuple[int, dict[str, Any] | str]]:
    """Line number and object of each line that is not blank; a string says why it is none."""
    if stream.isatty():
        click.echo("Lines of JSON are read from the keyboard; Ctrl-D ends them.", err=True)
    for number, raw in enumerate(stream, start=1):
        if not raw.strip():
            continue
        try:
            record = json.loads(raw)
        except (ValueError, RecursionError) as error:
            yield number, f"not JSON: {error}"
            continue
        if isinstance(record, dict):
            yield number, record
        else:
            yield number, "a line is one JSON object"


def answer_each(
    lines: Iterable[tuple[int, dict[str, Any] | str]],
    answer: Callable[[dict[str, Any]], dict[str, Any]],
) -> None:
    """Answer each line with `answer`, one line out for one in; exit 1 at the end if any failed.

    `answer` raises ValueError or KeyError for a line that it cannot handle; any other error of a
    single line is also told as that line's, so that the rest is done.
    """
    failed = False
    for number, record in lines:
        url = record.get("url") if isinstance(record, dict) else None
        if isinstance(record, str):
            error = record
        else:
            try:
                write_line(answer(record))
                continue
            except BrokenPipeError:
                raise
            except Exception as trouble:  # one line's trouble is that line's alone
                error = plain(trouble)
        failed = True
        write_line({"url": url, "error": error, "line": number})
    if failed:
        click.echo("some lines could not be handled: see their “error”", err=True)
        sys.exit(1)


def answer_beside(
    stream: IO[bytes],
    work: Callable[[dict[str, Any] | str], Result],
    write: Callable[[str | None, Result], None],
    what: str,
) -> int:
    """Answer the lines in order, worked on in processes that may be killed; the exit code.

    `work` is given a line's object, or why it is none; `write` its url and what `work` made of it.
    A line that fails costs only itself; at the end `what` is told to have failed.
    """
    from wirewatch.desk.workers import run_many

    failed = False
    asked: deque[tuple[int, Any]] = deque()

    def jobs() -> Iterator[tuple[dict[str, Any] | str]]:
        for number, record in read_lines(stream):
            asked.append((number, record.get("url") if isinstance(record, dict) else None))
            yield (record,)

    for outcome in run_many(work, jobs()):
        number, url = asked.popleft()
        if isinstance(outcome, Exception):
            failed = True
            write_line({"url": url, "error": plain(outcome), "line": number})
        else:
            write(url, outcome)
    if failed:
        click.echo(f"{what}: see their “error”", err=True)
    return 1 if failed else 0


def plain(error: Exception) -> str:
    """An error as one line for people."""
    if isinstance(error, KeyError):
        return f"the key {error} is missing"
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    text = str(error).strip().splitlines()
    return text[0] if text else type(error).__name__
