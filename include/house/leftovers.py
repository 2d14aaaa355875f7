"""Processes of this checkout that nobody watches over any more: found by a mark, and ended.

Each part carries the mark in its environment and hands it down, so a child that outlived a
killed parent is found too. Airflow's workers write their title over their environment: they are
known by that title and by the checkout that they stand in.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

from house.places import Places

if TYPE_CHECKING:
    import psutil

MARK = "WIREWATCH_HOUSE"
ENDS_WITHIN_SECONDS = 10


def sweep(places: Places) -> int:
    """End what is left of an earlier run; the number of processes that were."""
    import psutil

    found = list(_marked(str(places.checkout)))
    for process in found:
        _tell(process, "terminate")
    _, stubborn = psutil.wait_procs(found, timeout=ENDS_WITHIN_SECONDS)
    for process in stubborn:
        _tell(process, "kill")
    psutil.wait_procs(stubborn, timeout=ENDS_WITHIN_SECONDS)
    return len(found)


def _marked(mark: str) -> Iterator[psutil.Process]:
    import psutil

    ours = {os.getpid(), *(parent.pid for parent in psutil.Process().parents())}
    for process in psutil.process_iter():
        try:
            if process.pid not in ours and _is_ours(process, mark):
                yield process
        except psutil.Error:
            continue  # another user's process, or gone meanwhile


def _is_ours(process: psutil.Process, checkout: str) -> bool:
    if process.environ().get(MARK) == checkout:
        return True
    return " ".join(process.cmdline()).startswith("airflow ") and process.cwd() == checkout


def _tell(process: psutil.Process, word: str) -> None:
    import psutil

    try:
        getattr(process, word)()
    except psutil.NoSuchProcess:
        return
