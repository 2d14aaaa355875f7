"""Which programs run at each scale, and with what words: one machine's children, or many workers.

`make up SCALE=celery` and docker-compose.yaml run the very same ones; a test compares the two.
"""

from collections.abc import Mapping
from dataclasses import dataclass

ONE, MANY = "local", "celery"
SCALES = (ONE, MANY)
WORKER, BUTTONS = "worker", "buttons"


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """One of Airflow's parts, or ours: the words that start it, and how long it may take to stop.

    Lower `order` starts earlier and stops later. `stop_whole_group` is off where a program tells
    its own children to stop when they are done.
    """

    name: str
    words: tuple[str, ...]
    order: int = 20
    stop_seconds: int = 20
    stop_whole_group: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    """The workers of a CeleryExecutor: how many, how many tasks in each, how they are reached."""

    broker: str
    workers: int
    tasks: int
    health_port: int

    @property
    def at_once(self) -> int:
        """Tasks that run at the same time, at the most."""
        return self.workers * self.tasks


# Nobody serves logs over the network: the pages read the same files (a shared folder).
API_SERVER = Program(name="api-server", words=("airflow", "api-server"), order=15)
SCHEDULER = Program(name="scheduler", words=("airflow", "scheduler", "--skip-serve-logs"))
DAG_PROCESSOR = Program(name="dag-processor", words=("airflow", "dag-processor"))
TRIGGERER = Program(name="triggerer", words=("airflow", "triggerer", "--skip-serve-logs"))
# It is told to stop alone, and lets its tasks end.
CELERY_WORKER = Program(
    name=WORKER,
    words=("airflow", "celery", "worker", "--skip-serve-logs"),
    order=30,
    stop_seconds=60,
    stop_whole_group=False,
)
SLACK_BUTTONS = Program(name=BUTTONS, words=("wirewatch", "buttons"))

# Nothing of ours defers, so one machine alone needs no triggerer (263 MB).
PROGRAMS = {
    ONE: (API_SERVER, SCHEDULER, DAG_PROCESSOR),
    MANY: (API_SERVER, SCHEDULER, DAG_PROCESSOR, TRIGGERER, CELERY_WORKER),
}


def crew_of(given: Mapping[str, str], broker: str, health_port: int) -> Crew:
    """The workers that an operator asked for: two of four tasks each unless told.

    Raises ValueError, in words for the operator, where a number is none.
    """
    return Crew(
        broker=broker,
        workers=_number(given, "WIREWATCH_WORKERS", 2),
        tasks=_number(given, "WIREWATCH_WORKER_TASKS", 4),
        health_port=health_port,
    )


def _number(given: Mapping[str, str], name: str, default: int) -> int:
    text = given.get(name) or str(default)
    if not text.isdigit() or not 1 <= int(text) <= 1000:
        raise ValueError(f"{name} is a number from 1 to 1000, not “{text}”.")
    return int(text)
