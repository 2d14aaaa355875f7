"""One process that does other people's jobs and may be killed: both ends of its pipe.

A message is eight bytes of length and a pickle. What a job prints goes to stderr.
"""

import os
import pickle
import select
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, Final, Literal, cast

LENGTH: Final = struct.Struct(">Q")
# Trees of lxml and interpreters grow ragged: a fresh process now and then costs a second a day.
JOBS_OF_A_LIFE: Final = 1000
PATIENCE: Final = 3.0  # the clock may show this many times the CPU seconds: the machine is shared

Why = Literal["took too long", "took too much memory", "died"]


class JobFailed(Exception):  # noqa: N818
    """A job brought its worker down, or nearly. `why` says how."""

    def __init__(self, why: Why, detail: str = "") -> None:
        super().__init__(f"the work {why}{f': {detail}' if detail else ''}")
        self.why: Why = why
        self.detail = detail

    def __reduce__(self) -> tuple[type["JobFailed"], tuple[Why, str]]:
        return JobFailed, (self.why, self.detail)


class Worker:
    """One worker process as its parent sees it. Not for two threads at a time."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._jobs = 0

    def run(
        self, function: Callable[..., Any], args: tuple[Any, ...], seconds: float, memory_mb: int
    ) -> Any:
        """What the job returns. Raises what it raises, or JobFailed."""
        message = pickle.dumps((function, args, seconds, memory_mb))
        process = self._ready(message)
        try:
            reply = _read_until(process, time.monotonic() + PATIENCE * seconds + 1)
        except BaseException:
            self.close()
            raise
        self._jobs += 1
        good, value = pickle.loads(reply)  # noqa: S301 - from our own process
        if good:
            return value
        if isinstance(value, JobFailed):
            self.close()
        raise value

    def _ready(self, message: bytes) -> subprocess.Popen[bytes]:
        """A live process that has the whole message; a dead one is replaced once."""
        if self._jobs >= JOBS_OF_A_LIFE:
            self.close()
        for _ in range(2):
            process = self._process or self._start()
            try:
                _send(cast(IO[bytes], process.stdin), message)
                return process
            except OSError:
                self.close()
        raise JobFailed("died", "no worker could be started")

    def _start(self) -> subprocess.Popen[bytes]:
        ours = str(Path(__file__).parents[2])
        path = os.pathsep.join(filter(None, [ours, os.environ.get("PYTHONPATH")]))
        self._process = subprocess.Popen(
            # -P: a file that lies about in the working folder must not pass for a module.
            [sys.executable, "-P", "-c", "from wirewatch.desk.worker import serve; serve()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": path},
            start_new_session=True,  # Ctrl-C is for us; the worker ends when its pipe does
        )
        self._jobs = 0
        return self._process

    def close(self) -> None:
        """Kill the process, if there is one, and wait for its end."""
        process, self._process, self._jobs = self._process, None, 0
        if process is None:
            return
        process.kill()
        for pipe in (process.stdin, process.stdout):
            try:
                if pipe:
                    pipe.close()
            except OSError:  # what was not yet written has nobody to read it
                continue
        process.wait()


def _read_until(process: subprocess.Popen[bytes], deadline: float) -> bytes:
    """One whole message from the worker. Raises JobFailed at the deadline or the worker's end."""
    pipe = cast(IO[bytes], process.stdout).fileno()
    poll = select.poll()
    poll.register(pipe, select.POLLIN | select.POLLHUP)
    got = bytearray()
    while len(got) < LENGTH.size or len(got) < LENGTH.size + LENGTH.unpack_from(got)[0]:
        left = deadline - time.monotonic()
        if left <= 0 or not poll.poll(left * 1000):
            raise JobFailed("took too long")
        piece = os.read(pipe, 1 << 20)
        if not piece:
            raise _why_it_died(process)
        got += piece
    return bytes(got[LENGTH.size :])


def _why_it_died(process: subprocess.Popen[bytes]) -> JobFailed:
    code = process.wait()
    if code == -signal.SIGXCPU:
        return JobFailed("took too long")
    return JobFailed("died", f"by signal {-code}" if code < 0 else f"with exit code {code}")


# ── The other side, in the worker ─────────────────────────────────────────────────────────────


def serve() -> None:
    """Do the jobs that come in on stdin, one after another, until it closes."""
    import resource

    # A deadline ends a process by SIGXCPU, which would otherwise leave a core file.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    jobs = os.fdopen(os.dup(0), "rb")
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    while (head := jobs.read(LENGTH.size)) and len(head) == LENGTH.size:
        message = jobs.read(LENGTH.unpack(head)[0])
        reply = _reply(message)
        try:
            _send(replies, reply)
        except BrokenPipeError:
            return


def _reply(message: bytes) -> bytes:
    try:
        function, args, seconds, memory_mb = pickle.loads(message)  # noqa: S301 - from our parent
        with _Limits(seconds, memory_mb):
            value = function(*args)
        return pickle.dumps((True, value))
    except MemoryError:
        return pickle.dumps((False, JobFailed("took too much memory")))
    except Exception as error:
        try:
            pickle.loads(pickle.dumps(error))  # noqa: S301 - our own
            return pickle.dumps((False, error))
        except Exception:
            return pickle.dumps((False, JobFailed("died", f"{type(error).__name__}: {error}")))


def _send(pipe: IO[bytes], reply: bytes) -> None:
    pipe.write(LENGTH.pack(len(reply)) + reply)
    pipe.flush()


class _Limits:
    """CPU and memory of one job, as soft limits above what the process has used so far."""

    def __init__(self, seconds: float, memory_mb: int) -> None:
        self.seconds, self.memory = seconds, memory_mb << 20

    def __enter__(self) -> None:
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        # The limit has whole seconds: round up.
        cpu = int(used.ru_utime + used.ru_stime + self.seconds) + 1
        resource.setrlimit(resource.RLIMIT_CPU, (cpu, resource.getrlimit(resource.RLIMIT_CPU)[1]))
        size = _address_space()
        if size:
            hard = resource.getrlimit(resource.RLIMIT_AS)[1]
            resource.setrlimit(resource.RLIMIT_AS, (size + self.memory, hard))

    def __exit__(self, *_: object) -> None:
        import resource

        for limit in (resource.RLIMIT_CPU, resource.RLIMIT_AS):
            hard = resource.getrlimit(limit)[1]
            resource.setrlimit(limit, (hard, hard))


def _address_space() -> int:
    """Bytes of address space that this process has; 0 where the system does not say (no /proc)."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except (OSError, ValueError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")
