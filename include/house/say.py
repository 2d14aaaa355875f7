"""What `make up` and its like print: one line a step, with its seconds."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn


def line(text: str = "") -> None:
    """One line for the operator, at once."""
    print(text, flush=True)


@contextmanager
def step(text: str) -> Iterator[None]:
    """Print what begins, then how long it took; a failure says that it failed."""
    begun = time.monotonic()
    print(f"  {text} … ", end="", flush=True)
    try:
        yield
    except BaseException:
        print("no", flush=True)
        raise
    print(f"{time.monotonic() - begun:.1f} s", flush=True)


def tick() -> None:
    """A dot while something takes its time."""
    print(".", end="", flush=True)


def give_up(text: str) -> NoReturn:
    """End with a plain sentence on what is wrong and what to do."""
    sys.stdout.flush()
    print(f"\n{text}", file=sys.stderr, flush=True)
    raise SystemExit(1)
