"""Options that several commands share: the editors' folder, and JSON for machines."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

Function = TypeVar("Function", bound=Callable[..., Any])


def watch_option(function: Function) -> Function:
    """`--watch DIR`, else $WIREWATCH_WATCH, else include/watch."""
    return click.option(
        "--watch",
        "watch_folder",
        type=click.Path(path_type=Path, file_okay=False),
        help="The folder that editors write (default: $WIREWATCH_WATCH, then include/watch).",
    )(function)


def json_option(function: Function) -> Function:
    """`--json`: the same facts, one object a line."""
    return click.option(
        "--json", "as_json", is_flag=True, help="The same facts as JSON Lines, for machines."
    )(function)
