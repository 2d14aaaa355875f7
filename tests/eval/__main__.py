"""`make eval`: every room's figures on labelled data, beside the target and the best peer.

The data is licensed for testing only and is no part of the project: its folder is an argument.
Quality only; speed is `make bench`.
"""

import argparse
import importlib
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from tests.eval.measure import Measure

ROOMS = ("feeds", "articles", "reading_events", "reading_finds", "stories", "whole")


def run(folder: Path, rooms: list[str], sample: int | None) -> Iterator[Measure]:
    """All measures of these rooms, one room after the other."""
    with Progress(console=Console(stderr=True), disable=not sys.stderr.isatty()) as progress:
        task = progress.add_task("measuring", total=len(rooms))
        for room in rooms:
            progress.update(task, description=f"measuring {room}")
            module = importlib.import_module(f"tests.eval.{room}")
            yield from module.measures(folder, sample)
            progress.advance(task)


def reached(measure: Measure) -> bool | None:
    """Whether the target is met; None where there is none."""
    if measure.target is None:
        return None
    if measure.lower_is_better:
        return measure.value <= measure.target
    return round(measure.value, 3) >= measure.target


def table(measures: list[Measure]) -> Table:
    """The table for people."""
    shown = Table("room", "measure", "value", "target", "", "peer", "its value", "n", "note")
    for m in measures:
        met = reached(m)
        shown.add_row(
            m.room,
            m.name,
            f"{m.value:.3f}",
            "" if m.target is None else ("≤ " if m.lower_is_better else "≥ ") + f"{m.target:g}",
            "" if met is None else "[green]reached[/]" if met else "[red]missed[/]",
            m.peer or "",
            "" if m.peer_value is None else f"{m.peer_value:.3f}",
            str(m.n),
            m.note,
        )
    return shown


def main() -> int:
    """Print the table; exit 0 also when a target is missed: the figure is the message."""
    parser = argparse.ArgumentParser(prog="python -m tests.eval", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--room", choices=ROOMS, action="append")
    parser.add_argument("--sample", type=int, help="at most so many cases a measure")
    parser.add_argument("--json", action="store_true", help="JSON Lines instead of a table")
    asked = parser.parse_args()
    if not (asked.folder / "README.md").exists():
        print(f"SKIPPED: no labelled data in {asked.folder}: nothing was measured", file=sys.stderr)
        return 0
    measures = []
    for measure in run(asked.folder, asked.room or list(ROOMS), asked.sample):
        measures.append(measure)
        if asked.json:
            print(json.dumps(asdict(measure)), flush=True)
    if not asked.json:
        Console(width=None if sys.stdout.isatty() else 180).print(table(measures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
