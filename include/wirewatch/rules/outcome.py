"""What a condition answers, and how a function becomes a condition."""

from collections.abc import Callable
from dataclasses import dataclass

from wirewatch.records import Span, When
from wirewatch.rules.scene import View


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether a condition holds, and why. `here`: something of it stands in the sentence itself."""

    holds: bool
    reason: str
    marks: tuple[Span, ...] = ()
    here: bool = False


Condition = Callable[[View, When], Outcome]
CONDITIONS: dict[str, Condition] = {}


def condition(name: str) -> Callable[[Condition], Condition]:
    """Make a function the condition of that name; `make docs` prints its docstring."""

    def keep(function: Condition) -> Condition:
        CONDITIONS[name] = function
        return function

    return keep


def yes(reason: str, *marks: Span, here: bool = True) -> Outcome:
    """It holds, and these words show it."""
    return Outcome(True, reason, marks, here)


def no(reason: str) -> Outcome:
    """It does not hold."""
    return Outcome(False, reason)
