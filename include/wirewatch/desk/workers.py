"""Where hostile input is handled: processes that may be killed, with a deadline and a memory cap.

`run_killable` does one job, `run_many` a stream of them in order. The processes are started once
and used again; one that is killed costs only the job it had, and is replaced.
A worker is a fresh interpreter: it needs no fork of our threads and connections, and works inside
daemonic parents such as Celery's.
"""

import atexit
import os
import queue
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Final, TypeVar

from wirewatch.desk.worker import JobFailed, Worker

__all__ = ["JobFailed", "Workers", "close_workers", "run_killable", "run_many"]

Result = TypeVar("Result")
DEFAULT_SECONDS: Final = 10.0
DEFAULT_MEMORY_MB: Final = 300
_END: Final = object()


class Workers:
    """A few worker processes, started when first needed. Safe to use from several threads."""

    def __init__(self, count: int = 2) -> None:
        self.count = count
        self._idle: queue.LifoQueue[Worker] = queue.LifoQueue()
        for _ in range(count):
            self._idle.put(Worker())

    def run(
        self,
        function: Callable[..., Result],
        args: tuple[Any, ...] = (),
        seconds: float = DEFAULT_SECONDS,
        memory_mb: int = DEFAULT_MEMORY_MB,
    ) -> Result:
        """What `function(*args)` returns, from a worker; waits for a free one first.

        Raises what the function raises, or JobFailed when it took more than `seconds` of CPU
        (thrice that on the clock), grew by more than `memory_mb`, or died.
        """
        worker = self._idle.get()
        try:
            return worker.run(function, args, seconds, memory_mb)  # type: ignore[no-any-return]
        finally:
            self._idle.put(worker)

    def close(self) -> None:
        """End all processes that have no job."""
        while not self._idle.empty():
            self._idle.get().close()
        for _ in range(self.count):
            self._idle.put(Worker())


_default: Workers | None = None
_lock = threading.Lock()


def _workers() -> Workers:
    global _default
    with _lock:
        if _default is None:
            _default = Workers(max(2, min(4, os.cpu_count() or 2)))
        return _default


def _forget() -> None:
    """In a forked child the pipes are the parent's: start anew, and leave its workers alone."""
    global _default, _lock
    _default, _lock = None, threading.Lock()


os.register_at_fork(after_in_child=_forget)


def close_workers() -> None:
    """End the shared workers; the next job starts new ones."""
    if _default is not None:
        _default.close()


atexit.register(close_workers)


def run_killable(
    function: Callable[..., Result],
    args: tuple[Any, ...] = (),
    seconds: float = DEFAULT_SECONDS,
    memory_mb: int = DEFAULT_MEMORY_MB,
) -> Result:
    """What `function(*args)` returns, from a process that is killed when it takes too much.

    `function` is a module's own, found by its name. From a coroutine, call this in
    `asyncio.to_thread`. Raises as `Workers.run`.
    """
    return _workers().run(function, args, seconds, memory_mb)


def run_many(
    function: Callable[..., Result],
    jobs: Iterable[tuple[Any, ...]],
    seconds: float = DEFAULT_SECONDS,
    memory_mb: int = DEFAULT_MEMORY_MB,
) -> Iterator[Result | Exception]:
    """The result of each job in order, or the exception that it ended with.

    A result comes as soon as it and those before it are done, even while `jobs` waits for more;
    no more than a few jobs are taken ahead.
    """
    workers = _workers()
    slots = threading.Semaphore(workers.count * 2)
    promised: queue.SimpleQueue[Any] = queue.SimpleQueue()
    stopped = threading.Event()
    with ThreadPoolExecutor(workers.count) as threads:

        def hand_out() -> None:
            try:
                for args in jobs:
                    slots.acquire()
                    if stopped.is_set():
                        return
                    promised.put(threads.submit(workers.run, function, args, seconds, memory_mb))
            except Exception as error:  # `jobs` itself broke: whoever reads the results is told
                promised.put(error)
            promised.put(_END)

        threading.Thread(target=hand_out, daemon=True).start()
        try:
            while (promise := promised.get()) is not _END:
                if isinstance(promise, Exception):
                    raise promise
                yield _outcome(promise)
                slots.release()
        finally:
            stopped.set()
            slots.release()


def _outcome(promise: "Future[Result]") -> Result | Exception:
    try:
        return promise.result()
    except Exception as error:
        return error
