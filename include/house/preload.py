"""What Airflow's processes import at their start, so that not each task has to.

A task is a fork of the scheduler's or a worker's process: what is imported there already costs it
nothing. So those two import our steps once, by Airflow's own hook for local settings. The
scheduler's forks are told there to end with it.
"""

from pathlib import Path

from house.places import private_folder, write_private

TEXT = '''"""Written by `make up`. Tasks are forks of these two: they find our code imported."""

import sys

if {"scheduler", "worker"} & set(sys.argv):
    import house.airflow_side
    import wirewatch.desk.preload  # noqa: F401

if "scheduler" in sys.argv:
    from house.forks import end_with_their_parent

    end_with_their_parent()
'''


def write(home: Path) -> None:
    """Write the module that Airflow looks for in the `config` folder of its home."""
    write_private(private_folder(home / "config") / "airflow_local_settings.py", TEXT)
