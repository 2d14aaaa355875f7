"""Where do I change how a copy is decided? Two texts that share enough of their five-word runs.

An article is sketched by the hashes of its five-word runs that a number divides: texts that share
runs share hashes, whatever was cut or added around them. Measured on pairs labelled by hand, the
share of the *shorter* text finds copies that Jaccard, MinHash and SimHash miss, because papers cut
and extend what the wire sends.
"""

import sys
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate
from zlib import crc32

from wirewatch.stories.memory import Ask, SketchRow, ToldArticle
from wirewatch.stories.words import is_number

KEPT_OF = 8  # one hash in eight is looked up
KEPT_OF_SHORT = 2  # a text with few runs is looked up by one in two
SHORT = 400  # words
CONTAINS = 0.46  # measured: .40 lets other stories in, .50 loses cut copies
CONTAINS_SHORT = 0.55  # two short reports of one speech share its words
FEW_RUNS = 100
FEWEST_SHARED = 4
NO_TEMPLATE = 0.8  # a filled template shares less: each figure breaks five runs
DAYS = 4
FURNITURE_DAYS = 3  # a run that stands in articles of more days than that is furniture
ROWS_PER_HASH = 8


class Likeness(StrEnum):
    """What one article is to another."""

    COPY = "copy"
    OTHER_NUMBERS = "the same words with other numbers: a template"
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True)
class Comparison:
    """How two articles compare; `share` is how much of the shorter one stands in the other."""

    likeness: Likeness
    share: float


def runs(words: Sequence[str]) -> frozenset[int]:
    """The hashes of a text's five-word runs."""
    encoded = [word.encode("utf-8", "surrogatepass") for word in words]
    joined = b" ".join(encoded)
    starts = [0, *accumulate([len(word) + 1 for word in encoded])]
    return frozenset([crc32(joined[a : b - 1]) for a, b in zip(starts, starts[5:], strict=False)])


def sketch(of: frozenset[int]) -> tuple[int, ...]:
    """Those of a text's hashes by which it is looked up, in ascending order."""
    kept_of = KEPT_OF if len(of) >= SHORT else KEPT_OF_SHORT
    return tuple(sorted([hash_ for hash_ in of if hash_ % kept_of == 0]))


def packed(of: frozenset[int]) -> bytes:
    """A text's hashes as the store keeps them: four bytes each, the lowest byte first."""
    hashes = array("I", sorted(of))
    if sys.byteorder == "big":
        hashes.byteswap()
    return hashes.tobytes()


def unpacked(of: bytes) -> frozenset[int]:
    """The hashes that `packed` packed."""
    hashes = array("I", of)
    if sys.byteorder == "big":
        hashes.byteswap()
    return frozenset(hashes)


def numbers(words: Sequence[str]) -> frozenset[str]:
    """The numbers among the first 120 words: what tells one day's template from the next."""
    return frozenset(word for word in words[:120] if is_number(word))


def compare(
    shared: int, size: int, other: int, here: frozenset[str], there: frozenset[str]
) -> Comparison:
    """What two articles are to one another, from the hashes they share; the same both ways round.

    `size` and `other` count the hashes that both texts would have kept. Two texts with four
    numbers or more between them that have hardly one in common are a template filled twice.
    """
    least = min(size, other)
    share = min(1.0, shared / least) if least else 0.0
    least_share = CONTAINS if least >= FEW_RUNS else CONTAINS_SHORT
    if share < least_share or shared < min(FEWEST_SHARED, least):
        return Comparison(Likeness.DIFFERENT, share)
    if share < NO_TEMPLATE and _other_numbers(here, there):
        return Comparison(Likeness.OTHER_NUMBERS, share)
    return Comparison(Likeness.COPY, share)


def _other_numbers(here: frozenset[str], there: frozenset[str]) -> bool:
    """Four numbers or more between them, two in each, and hardly one in common."""
    either = here | there
    few = min(len(here), len(there)) < 2 or len(either) < 4
    return not few and len(here & there) < 0.15 * len(either)


def furniture(rows: Iterable[SketchRow]) -> frozenset[int]:
    """The hashes that stand in articles of more than three days: no sign of a copy."""
    days: dict[int, set[int]] = {}
    for row in rows:
        days.setdefault(row.hash, set()).add(row.day)
    return frozenset(hash_ for hash_, seen in days.items() if len(seen) > FURNITURE_DAYS)


def likely(rows: Iterable[SketchRow], day: int, most: int = 8) -> tuple[int, ...]:
    """The articles (by number) of the last days that share most hashes, best first."""
    rows = tuple(rows)
    worthless = furniture(rows)
    shared: dict[int, int] = {}
    for row in rows:
        if row.day >= day - DAYS and row.hash not in worthless:
            shared[row.article] = shared.get(row.article, 0) + 1
    best = sorted(shared, key=lambda number: (-shared[number], number))
    return tuple(number for number in best[:most] if shared[number] >= 2)


def find_copy(
    ask: Ask, rows: Sequence[SketchRow], articles: Mapping[int, ToldArticle], day: int
) -> tuple[ToldArticle, Comparison] | None:
    """The article told before that this one carries, and how they compare; None if there is none.

    Of several the one with the largest share, then the earliest: all of a wire's copies lead to
    the first.
    """
    worthless = furniture(rows)
    likely_ones = {row.article for row in rows if row.day >= day - DAYS}
    best: tuple[ToldArticle, Comparison] | None = None
    for number in sorted(likely_ones & articles.keys()):
        told = articles[number]
        if told.article_id == ask.article_id:
            continue
        compared = _compare_runs(ask, told, worthless)
        if compared.likeness is not Likeness.DIFFERENT and (
            best is None or compared.share > best[1].share + 0.1
        ):
            best = told, compared
    return best


def _compare_runs(ask: Ask, told: ToldArticle, worthless: frozenset[int]) -> Comparison:
    """Compare all runs, or, where some are furniture, those looked up that are not."""
    here, there = ask.runs, unpacked(told.runs)
    if worthless:
        here = frozenset(h for h in here if h % KEPT_OF == 0 and h not in worthless)
        there = frozenset(h for h in there if h % KEPT_OF == 0 and h not in worthless)
    return compare(len(here & there), len(here), len(there), ask.numbers, told.numbers)


def rows_to_keep(
    ask: Ask, rows: Sequence[SketchRow], number: int, day: int
) -> tuple[tuple[SketchRow, ...], tuple[SketchRow, ...]]:
    """The rows to add for this article, and those that they replace: a hash keeps eight at most.

    Replaced is the latest row of the fullest day, so that first tellings and days stay known.
    """
    held: dict[int, list[SketchRow]] = {}
    for row in rows:
        held.setdefault(row.hash, []).append(row)
    added, dropped = [], []
    for hash_ in ask.sketch:
        there = held.get(hash_, ())
        if len(there) >= ROWS_PER_HASH:
            dropped.append(_least_needed(there))
        added.append(SketchRow(hash_, number, day))
    return tuple(added), tuple(dropped)


def _least_needed(rows: Sequence[SketchRow]) -> SketchRow:
    per_day: dict[int, int] = {}
    for row in rows:
        per_day[row.day] = per_day.get(row.day, 0) + 1
    fullest = min(per_day, key=lambda day: (-per_day[day], day))
    return max((row for row in rows if row.day == fullest), key=lambda row: row.article)
