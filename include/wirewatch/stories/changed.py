"""Where do I change what tells a changed fact from other words for the same fact?"""

from dataclasses import dataclass

from wirewatch.stories.words import is_number, tokens

CHANGED = 0.5
MAYBE = 0.3


@dataclass(frozen=True, slots=True)
class Change:
    """How likely a sentence tells another fact than the told one, and by what evidence."""

    likelihood: float
    evidence: tuple[str, ...] = ()
    aligned: float = 0.0


def compare(told: str, now: str, code: str) -> Change:
    """How likely `now` tells a fact that `told` does not."""
    here = {word for word in tokens(now, code) if is_number(word)}
    there = {word for word in tokens(told, code) if is_number(word)}
    if here - there and there - here:
        return Change(0.9, (f"{', '.join(sorted(here - there))}: {', '.join(sorted(there - here))} before",))
    return Change(0.1)
