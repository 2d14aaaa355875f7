"""Where do I change which mentions count as places? Those of kind “place”, asked by stretch."""

from bisect import bisect_left
from collections.abc import Sequence

from wirewatch.records import Mention, Where


class PlaceFinder:
    """The places named in an article, asked by stretch; with `others` all names but places."""

    def __init__(self, mentions: Sequence[Mention], *, others: bool = False) -> None:
        self._by: dict[Where, list[Mention]] = {"title": [], "text": []}
        for mention in mentions:
            if (mention.kind == "place") != others:
                self._by[mention.span.where].append(mention)
        for found in self._by.values():
            found.sort(key=lambda mention: mention.span.start)
        self._starts = {
            where: [mention.span.start for mention in found] for where, found in self._by.items()
        }

    def inside(self, where: Where, start: int, end: int) -> list[Mention]:
        """The places named from `start` to `end`, in order."""
        starts = self._starts[where]
        return self._by[where][bisect_left(starts, start) : bisect_left(starts, end)]
