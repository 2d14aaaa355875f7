"""Where do I change when a status or a figure has moved? The rules of the two ledgers.

A ledger is a list of steps. A status moves it forward (threatened, planned, ordered, under way,
then paused, collapsed or over) and to anything again after something else came between. A figure
moves it when it says something that the last one did not already say.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from wirewatch.records import Figure, Status
from wirewatch.stories.memory import Step
from wirewatch.stories.words import last_place


class Move(StrEnum):
    """What a status or a figure does to its ledger, and why."""

    FIRST = "the first of its ledger"
    STEP = "a step from what the ledger had"
    SAME = "what the ledger has"
    NOT_NEW = "its sentence was told before"
    EARLIER = "it speaks of a day before the last step"
    BACKWARD = "it is a stage that the event has passed"
    ASIDE = "a denial or mere talk does not move the event"
    ROUNDED = "the last figure, rounded"
    PASSED = "a figure that this article has passed"
    NO_FALL = "an older figure: a sum of victims does not fall unless it is revised"

    @property
    def moves(self) -> bool:
        """Whether this makes a development."""
        return self in (Move.FIRST, Move.STEP)


AHEAD = {Status.THREATENED: 1, Status.PLANNED: 2, Status.ORDERED: 3}
RANK = {**AHEAD, Status.UNDER_WAY: 4, Status.PAUSED: 5, Status.COLLAPSED: 6, Status.OVER: 6}
HALTED = (Status.PAUSED, Status.COLLAPSED, Status.OVER)


@dataclass(frozen=True, slots=True)
class Mention:
    """One telling of a status or figure: whether its sentence is fresh, and its day.

    `highest_here` is the furthest status that this article has brought to the ledger so far; `anew`
    says that the article leads with it, in a sentence like none that was told. `moved_here` says
    that this article has already moved a ledger of figures.
    """

    fresh: bool
    day: date
    highest_here: int = 0
    anew: bool = False
    moved_here: bool = False


def current(steps: Sequence[Step]) -> Step | None:
    """The last step that moved the ledger."""
    return next((step for step in reversed(steps) if step.moves), None)


def status_move(status: Status, steps: Sequence[Step], told: Mention) -> Move:
    """What a status does to its ledger.

    Talk never moves an event, and a denial stands beside it: each is told once between two moves,
    but for a denial told anew. So is what was denied, when an article leads with it after that.
    Threats, plans and orders only go forward, until the event pauses, collapses or is over. Within
    one article the sentences after the lead give the story's past: they can only go further on.
    """
    last = current(steps)
    if status in (Status.TALKED_ABOUT, Status.DENIED):
        return _beside(status, steps, told)
    if last is None:
        return Move.FIRST
    if status == last.status:
        again = told.anew and told.day >= last.day and _denied_since(steps)
        return Move.STEP if again else Move.SAME
    if not told.fresh:
        return Move.NOT_NEW
    if told.day < last.day:
        return Move.EARLIER
    if status in AHEAD and not _may_begin(status, last):
        return Move.BACKWARD
    if told.highest_here and RANK[status] <= told.highest_here:
        return Move.BACKWARD
    return Move.STEP


def _may_begin(status: Status, last: Step) -> bool:
    if last.status in HALTED:
        return True
    before = AHEAD.get(last.status) if last.status else None
    return before is not None and AHEAD[status] > before


def _denied_since(steps: Sequence[Step]) -> bool:
    return bool(steps) and steps[-1].status == Status.DENIED


def _beside(status: Status, steps: Sequence[Step], told: Mention) -> Move:
    if not steps:
        return Move.FIRST
    moved = max((place for place, step in enumerate(steps) if step.moves), default=-1)
    if any(step.status == status for step in steps[moved + 1 :]):
        again = told.anew and status == Status.DENIED and steps[-1].day <= told.day
        return Move.STEP if again else Move.SAME
    if status == Status.TALKED_ABOUT:
        return Move.ASIDE
    if not told.fresh:
        return Move.NOT_NEW
    last = current(steps)
    return Move.EARLIER if last and told.day < last.day else Move.STEP


ONLY_GROW = ("killed", "injured", "arrested")
BELOW = ("more than", "at least")


def figure_move(figure: Figure, steps: Sequence[Step], told: Mention, *, revised: bool) -> Move:
    """What a figure does to its ledger; `revised` says that its sentence speaks of a revision.

    Once an article has moved the ledger, a figure that it had before is the story's past.
    """
    last = current(steps)
    if last is None or last.value is None:
        return Move.FIRST
    if figure.value == last.value:
        return Move.SAME
    if rounds(figure, last.value):
        return Move.ROUNDED
    if not told.fresh:
        return Move.NOT_NEW
    if told.moved_here and any(step.value == figure.value for step in steps):
        return Move.PASSED
    if told.day < last.day:
        return Move.EARLIER
    if figure.value < last.value and not revised and cannot_fall(figure):
        return Move.NO_FALL
    return Move.STEP


def rounds(figure: Figure, last: float) -> bool:
    """Whether a figure only rounds the last one.

    More than 27,700 after 27,708 says nothing new; nor does about 28,000 after 27,840.

    Some 10.3 million after 9.8 million does: nobody rounds 9.8 to that.
    """
    value = figure.value
    if figure.bound in BELOW and value < last:
        return not _is_exact(value) or value >= 0.9 * last
    if figure.bound == "up to" and value > last:
        return value <= 1.1 * last
    if figure.bound == "about":
        return abs(value - last) <= min(0.08 * last, last_place(value) / 2) and not _is_exact(value)
    return False


def _is_exact(value: float) -> bool:
    """27,708 and 2,840 are counted; 27,700 and 28,000 are rounded."""
    return value < 100 or value % (10 if value < 1000 else 100) != 0


def cannot_fall(figure: Figure) -> bool:
    """Whether a lower figure after a higher one is only an older one, or a part of it."""
    return figure.counts in ONLY_GROW and figure.scope != "day"
