"""Whoever closes the pipe or presses Ctrl-C gets a quiet end, never a traceback."""

import os
import pty
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest
from click.testing import CliRunner

from wirewatch.cli import wirewatch
from wirewatch.cli.run_ import _line

WATCH = str(Path(__file__).parents[1] / "data" / "replay" / "watch")
LINE = b'{"url": "https://example.org/1", "title": "", "text": "Nothing here."}\n'


def start(*arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "wirewatch", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


@contextmanager
def one_line_read() -> Iterator[tuple[subprocess.Popen[bytes], IO[bytes], IO[bytes], IO[bytes]]]:
    """A command in a pipe that answered its first line and waits for the next; its three ends."""
    with start("read", "--watch", WATCH) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdin.write(LINE)
        running.stdin.flush()
        assert b"example.org/1" in running.stdout.readline()
        yield running, running.stdin, running.stdout, running.stderr


def test_the_first_answer_comes_before_the_last_line_is_written() -> None:
    with one_line_read() as (running, into, _, _):
        into.close()
        assert running.wait() == 0


def test_a_closed_pipe_ends_quietly() -> None:
    with one_line_read() as (running, into, out, errors):
        out.close()
        into.write(LINE)
        into.close()
        assert running.wait() == 0
        assert errors.read() == b""


def test_ctrl_c_says_that_it_stopped() -> None:
    with one_line_read() as (running, _, _, errors):
        running.send_signal(signal.SIGINT)
        assert running.wait() == 130
        assert errors.read() == b"\nStopped.\n"


def test_whoever_gives_no_file_on_a_terminal_is_told_what_is_waited_for() -> None:
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "wirewatch", "read", "--watch", WATCH],
        stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as running:  # fmt: skip
        assert running.stderr is not None
        assert running.stderr.readline() == (
            b"Lines of JSON are read from the keyboard; Ctrl-D ends them.\n"
        )
        os.write(ours, b"\x04")
        assert running.wait() == 0
    os.close(theirs)
    os.close(ours)


def test_a_command_that_is_not_there_is_answered_with_the_nearest() -> None:
    with start("chekc") as running:
        assert running.stderr is not None
        assert running.wait() == 2
        assert "Did you mean “check”?" in running.stderr.read().decode()


def test_a_pass_is_told_in_words_and_what_is_empty_is_left_out() -> None:
    why = {"robots.txt says no": 2, "HTTP 410\x1b[2J": 1}
    said = _line({"read": 4, "from_feed": 0, "why": why, "dropped": {}, "shares": []})
    assert said == "read 4 · from feed 0 · reasons 2 (robots.txt says no), 1 (HTTP 410 [2J)"


def test_a_database_that_is_down_is_told_in_words_without_its_password(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("WIREWATCH_STORE", "postgresql+psycopg2://ann:secret@127.0.0.1:9/desk")
    done = CliRunner().invoke(wirewatch, ["alerts"])
    assert done.exit_code == 1
    assert done.output.startswith("Error: the database that WIREWATCH_STORE names fails: ")
    assert "wirewatch doctor" in done.output
    assert "secret" not in done.output
