"""Forks that end with the process that made them, however that ends.

Airflow's scheduler forks what does its tasks, and a server of its own health. Killed, it would
leave them: with its port, and with its connection to the database and all that this had locked.
"""

import ctypes
import os
import signal
import sys

_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG: what a process is sent when its parent has ended
_parent = 0


def end_with_their_parent() -> None:
    """From now on each fork of this process, and theirs in turn, is killed when its parent ends.

    A thread that forks counts as the parent. Linux alone has this; elsewhere nothing changes.
    A program that is started (`subprocess`) is no such fork.
    """
    if sys.platform != "linux":
        return
    prctl = ctypes.CDLL(None, use_errno=True).prctl

    def remember() -> None:
        global _parent
        _parent = os.getpid()

    def end_with_it() -> None:
        prctl(_DEATH_SIGNAL, signal.SIGKILL)
        if os.getppid() != _parent:  # it was faster
            os.kill(os.getpid(), signal.SIGKILL)

    os.register_at_fork(before=remember, after_in_child=end_with_it)
