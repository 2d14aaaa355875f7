"""Where do I change which told sentence a new one is held beside? The nearest few, aligned.

A sentence is aligned with two to four told ones. Most share too little: they are passed over by
what is within reach of them at most, and only the likest are weighed for a changed fact.
"""

from collections.abc import Sequence
from functools import cached_property

from wirewatch.stories.align import Aligned, align, telling
from wirewatch.stories.changed import Change, told_so, weigh
from wirewatch.stories.memory import ToldSentence
from wirewatch.stories.reach import reach
from wirewatch.stories.words import is_number, tokens

AS_WELL_ALIGNED = 0.2
TOGETHER = 0.85


class Beside:
    """A sentence beside the nearest told ones; `numbers` are figures that others told of it."""

    def __init__(
        self,
        text: str,
        nearest: Sequence[ToldSentence],
        code: str,
        numbers: frozenset[float] = frozenset(),
    ) -> None:
        self.text, self.nearest, self.code, self.numbers = text, nearest, code, numbers

    def within_reach(self, least: float) -> bool:
        """Whether one may have that share of the words, or all together nearly all of them.

        If only one may, those that cannot come near it are passed over from here on.
        """
        count = len(telling(self.text, self.code))
        if not count:
            return False
        found = [reach(told.stems, told.text, self.text, self.code) for told in self.nearest]
        most = [(len(one.places) + one.others) / count for one in found]
        places = frozenset().union(*(one.places for one in found))
        if len(places) + sum(one.others for one in found) >= TOGETHER * count:
            return True
        near = least - AS_WELL_ALIGNED
        self.nearest = [
            told for told, share in zip(self.nearest, most, strict=True) if share >= near
        ]
        return max(most, default=0.0) >= least

    @cached_property
    def pairs(self) -> list[tuple[Aligned, ToldSentence]]:
        """The told sentences, each aligned with the new one."""
        return [(align(told.text, self.text, self.code), told) for told in self.nearest]

    @cached_property
    def share(self) -> float:
        """The largest share of its words that have a partner in one told sentence."""
        return max((both.share for both, _ in self.pairs), default=0.0)

    @cached_property
    def together(self) -> bool:
        """Whether two or more told sentences say together all that the new one says."""
        if len(self.pairs) < 2:
            return False
        told = frozenset().union(*(told_so(both) for both, _ in self.pairs))
        return len(told) >= TOGETHER * max(1, len(telling(self.text, self.code)))

    def least_changed(self) -> tuple[Change, Aligned, ToldSentence] | None:
        """Of the best aligned, the one that lacks fewest figures and says most nearly the same."""
        digits = {word for word in tokens(self.text, self.code) if is_number(word)}
        alike = [
            (len(digits.difference(told.stems.split())), both, told)
            for both, told in self.pairs
            if both.share >= self.share - AS_WELL_ALIGNED
        ]
        if not alike:
            return None
        fewest = min(lacking for lacking, _, _ in alike)
        weighed = [
            (weigh(both, self.code, self.numbers), both, told)
            for lacking, both, told in alike
            if lacking == fewest
        ]
        return min(weighed, key=lambda one: one[0].likelihood)
