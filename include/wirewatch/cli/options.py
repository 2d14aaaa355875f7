"""Options that several commands share: the editors' folder, and JSON for machines."""

from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, TypeVar, cast

import click

Function = TypeVar("Function", bound=Callable[..., Any])


def watch_option(function: Function) -> Function:
    """`--watch DIR`, else $WIREWATCH_WATCH; None where neither is given: then include/watch.

    A folder that is not there ends the command in words: without rules and feeds it would seem to
    go well.
    """
    return click.option(
        "--watch",
        "watch_folder",
        envvar="WIREWATCH_WATCH",
        type=click.Path(path_type=Path, file_okay=False),
        callback=lambda _context, _option, folder: folder and is_there(folder),
        help="The folder that editors write (default: $WIREWATCH_WATCH, then include/watch).",
    )(function)


def is_there(folder: Path) -> Path:
    """The editors' folder. Raises ClickException, with what to do, if it is not there."""
    if not folder.is_dir():
        said = "name the folder that editors write with --watch or WIREWATCH_WATCH"
        raise click.ClickException(f"there is no folder {folder}: {said}.")
    return folder


class LinesFile(click.File):
    """A file of lines, or - for a pipe. One that is not there is an input's trouble: exit 1."""

    def __init__(self) -> None:
        super().__init__("rb")

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> IO[bytes]:
        """The opened file. Raises ClickException, in the words of the other commands."""
        try:
            return cast(IO[bytes], super().convert(value, param, ctx))
        except click.BadParameter as error:
            raise click.ClickException(f"{value}: {error.message.rpartition(': ')[2]}") from None


def json_option(function: Function) -> Function:
    """`--json`: the same facts, one object a line."""
    return click.option(
        "--json", "as_json", is_flag=True, help="The same facts as JSON Lines, for machines."
    )(function)
