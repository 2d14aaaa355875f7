"""Where everything stands in a ledger's picture: a figure over time, an event's status as a lane.

Sizes are in the picture's own units, `WIDTH` to a side; the page scales it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from wirewatch.desk.shown_story import Step

WIDTH, HEIGHT, LANE = 760, 160, 34
_LEFT, _RIGHT, _TOP, _BOTTOM = 96, 24, 26, 24
_HALF_A_LABEL = 50


@dataclass(frozen=True, slots=True)
class Dot:
    """A value in the picture."""

    x: float
    y: float
    step: Step
    labelled: bool

    @property
    def anchor(self) -> str:
        """Where its label begins, so that it stays in the picture."""
        return "end" if self.x > WIDTH - _HALF_A_LABEL else "middle"


@dataclass(frozen=True, slots=True)
class Lane:
    """A stretch of time in one status."""

    x: float
    width: float
    step: Step


@dataclass(frozen=True, slots=True)
class Picture:
    """What a template draws. `line` is the path through the values that moved the ledger."""

    height: int
    dots: Sequence[Dot] = ()
    line: str = ""
    lanes: Sequence[Lane] = ()
    low: float = 0
    high: float = 0
    y_low: float = HEIGHT - _BOTTOM
    y_high: float = _TOP


def figure(steps: Sequence[Step]) -> Picture:
    """The values of a figure over time."""
    valued = [step for step in steps if step.value is not None]
    values = [step.value or 0.0 for step in valued]
    low, high = min(values), max(values)
    across = _across([step.at for step in valued])
    span = high - low
    dots = []
    last_x = float("-inf")
    for step, value in zip(valued, values, strict=True):
        x = across(step.at)
        share = (value - low) / span if span else 0.5
        y = HEIGHT - _BOTTOM - share * (HEIGHT - _BOTTOM - _TOP)
        labelled = step.moves and x - last_x > 56
        last_x = x if labelled else last_x
        dots.append(Dot(round(x, 1), round(y, 1), step, labelled))
    path = "L".join(f"{dot.x} {dot.y}" for dot in dots if dot.step.moves)
    return Picture(HEIGHT, dots=dots, line=f"M{path}" if path else "", low=low, high=high)


def lane(steps: Sequence[Step], until: datetime) -> Picture:
    """The statuses of an event over time; the last one holds until now."""
    stated = [step for step in steps if step.status is not None and step.moves] or [
        step for step in steps if step.status is not None
    ]
    ends = [step.at for step in stated] + [max(until, stated[-1].at)]
    across = _across(ends, left=0, right=0)
    lanes = [
        Lane(round(across(start), 1), round(max(2.0, across(end) - across(start)), 1), step)
        for (start, end), step in zip(pairwise(ends), stated, strict=True)
    ]
    return Picture(LANE, lanes=lanes)


class _across:  # noqa: N801 - used as a function
    """From a time to its place on the width."""

    def __init__(self, times: Sequence[datetime], left: int = _LEFT, right: int = _RIGHT) -> None:
        self._first, self._left, self._wide = min(times), left, WIDTH - left - right
        self._seconds = (max(times) - self._first).total_seconds()

    def __call__(self, at: datetime) -> float:
        share = (at - self._first).total_seconds() / self._seconds if self._seconds else 0.5
        return self._left + share * self._wide
