"""Work in a process of its own that kills itself, as `kill -9` would, at the step that is asked.

A step is whatever goes to the database, the archive, the web or the parser. The work runs in a
fork: a real process with its own connections, whose death leaves what a crash leaves.
"""

import os
import signal
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from sqlalchemy import event

from wirewatch.store import Store, open_store


class Steps:
    """Counts the steps of some work; at number `die_at` the process is gone."""

    def __init__(self, die_at: int | None) -> None:
        self.die_at, self.count = die_at, 0

    def __call__(self, *_: object, **__: object) -> None:
        """One more step."""
        self.count += 1
        if self.count == self.die_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function with a step before it and one after it."""

        def stepped(*args: Any, **words: Any) -> Any:
            self()
            value = function(*args, **words)
            self()
            return value

        return stepped

    def watch(self, store: Store) -> None:
        """Count each statement, and each commit before it is made."""
        event.listen(store.engine, "before_cursor_execute", self)
        event.listen(store.engine, "commit", self)


def at_once(function: Callable[..., Any], args: tuple[Any, ...] = (), *_: Any) -> Any:
    """`run_killable` without its process: here all of the work is one process."""
    return function(*args)


def die_at(step: int | None, url: str, work: Callable[[Store, Steps], None]) -> int | None:
    """How many steps the work has, or None if it was killed at `step` as it should."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        code = 1
        with suppress(BaseException):
            steps = Steps(step)
            store = open_store(url, migrate=False)
            steps.watch(store)
            work(store, steps)
            steps()
            os.write(writing, steps.count.to_bytes(4, "big"))
            code = 0
        os._exit(code)
    os.close(writing)
    _, status = os.waitpid(child, 0)
    with os.fdopen(reading, "rb") as pipe:
        count = int.from_bytes(pipe.read(4), "big")
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return None
    assert os.WEXITSTATUS(status) == 0, "the work failed by itself"
    return count
