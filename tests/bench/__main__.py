"""`make bench`: CPU time of every room as a ratio to a baseline that runs beside it."""

import argparse
import importlib
import json
import sys
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table
from tests.bench.measure import Bench

ROOMS = ("feeds", "articles", "reading", "stories", "rules", "backtest", "whole", "pages")


def table(benches: list[Bench]) -> Table:
    """The table for people; `ratio` above 1 means better than the baseline."""
    shown = Table(
        "room", "bench", "value", "unit", "target", "baseline", "its value", "ratio", "note"
    )
    for b in benches:
        ratio = ""
        if b.baseline_value:
            better = b.baseline_value / b.value if b.lower_is_better else b.value / b.baseline_value
            ratio = f"× {better:.2f}"
        sign = "≤" if b.lower_is_better else "≥"
        shown.add_row(
            b.room,
            b.name,
            f"{b.value:.3g}",
            b.unit,
            "" if b.target is None else f"{sign} {b.target:g}",
            b.baseline or "",
            "" if b.baseline_value is None else f"{b.baseline_value:.3g}",
            ratio,
            b.note,
        )
    return shown


def main() -> int:
    """Print the table; no figure makes it fail: machines differ, ratios tell."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--room", choices=ROOMS, action="append")
    parser.add_argument("--eval", type=Path, help="labelled data; some benches stream it")
    parser.add_argument("--json", action="store_true", help="JSON Lines instead of a table")
    asked = parser.parse_args()
    benches = []
    for room in asked.room or ROOMS:
        for bench in importlib.import_module(f"tests.bench.{room}").benches(asked.eval):
            benches.append(bench)
            if asked.json:
                print(json.dumps(asdict(bench)), flush=True)
    if not asked.json:
        Console(width=None if sys.stdout.isatty() else 180).print(table(benches))
    return 0


if __name__ == "__main__":
    sys.exit(main())
