"""How long work shows how far it has come: on a terminal a line, in a pipe nothing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def each_table() -> Iterator[Callable[[str, int], None]]:
    """A function that is told of each table when it is done, and how many rows it had."""
    from rich.console import Console

    with Console(stderr=True).status("begun") as status:
        yield lambda table, rows: status.update(f"{table}: {rows:,} rows")
