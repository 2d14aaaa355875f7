"""Where do I add a city that is believed as a dateline? In `cities.txt`, in lower case.

Capitals and the cities that news is most often filed from, in their English and local spellings.
"""

from functools import cache
from importlib.resources import files


@cache
def cities() -> frozenset[str]:
    """The cities, read once."""
    text = (files(__package__) / "cities.txt").read_text(encoding="utf-8")
    return frozenset(text.split("\n")) - {""}
