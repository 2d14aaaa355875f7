"""One line of the table that `make bench` prints: CPU time as a ratio to a baseline of the run."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """`value` in `unit` by CPU time; `baseline_value` is measured in the same run."""

    room: str
    name: str
    value: float
    unit: str
    target: float | None = None
    baseline: str | None = None
    baseline_value: float | None = None
    lower_is_better: bool = True
    note: str = ""
