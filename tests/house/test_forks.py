"""A scheduler that is killed leaves no child behind: neither an idle one nor one at work."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).resolve().parents[2]
# As the scheduler does: children by fork, one of which forks a task, and a program beside them.
PARENT = """
import multiprocessing, os, subprocess, sys, time

from house.forks import end_with_their_parent

end_with_their_parent()
program = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
told = multiprocessing.get_context("fork").SimpleQueue()

def child():
    task = os.fork()
    told.put(os.getpid())
    time.sleep(60)

for _ in range(2):
    multiprocessing.get_context("fork").Process(target=child).start()
print(program.pid, *(told.get() for _ in range(4)), flush=True)
time.sleep(60)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children of this")
@pytest.mark.parametrize("word", [signal.SIGKILL, signal.SIGTERM])
def test_forks_end_with_their_parent_and_programs_go_on(word: signal.Signals) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT / "include")},
    )
    assert parent.stdout is not None
    program, *forks = (psutil.Process(int(pid)) for pid in parent.stdout.readline().split())
    try:
        assert all(fork.is_running() for fork in forks)
        parent.send_signal(word)
        parent.wait(10)
        _, alive = psutil.wait_procs(forks, timeout=10)
        assert alive == []
        assert program.is_running()
    finally:
        parent.kill()
        program.kill()
        parent.stdout.close()
