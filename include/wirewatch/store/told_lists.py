"""What does a key lead to? Lists of whole numbers, each packed into one row.

Run hashes lead to articles, terms to stories, keys to sentences; each kind of key has a range of
its own. A list has a bound (whoever writes it has just read it), so a lookup costs the same with a
thousand articles stored as with a million.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from struct import Struct

from sqlalchemy import Connection

from wirewatch.store import told_before
from wirewatch.store.told_sql import among, columns, put_rows, rows
from wirewatch.store.told_tables import LIST

Lists = Mapping[int, Sequence[int]]

RUNS = range(1 << 40, 1 << 41)
TERMS = range(1 << 41, 1 << 42)
SINGLES, PAIRS = range(1 << 40), range(1 << 61, 1 << 63)
"""The ranges of keys: of runs, of terms, and of a sentence's words and of all its other keys."""
DAY_BITS = 16  # a run's entry is an article's number and its day
AT_ONCE = 20_000  # rows of one look while tidying


def find_lists(connection: Connection, keys: Iterable[int], *, moving: bool) -> Lists:
    """Key → what it leads to, in ascending order; keys that lead nowhere are left out.

    `moving` says that there are rows of the first version still, which count too.
    """
    wanted = set(keys)
    found: dict[int, Sequence[int]] = {}
    for key, packed in among(connection, f"{_ASKED} WHERE key", wanted):
        found[key] = _packer(len(packed) // 8).unpack(packed)
    if moving:
        for key, numbers in told_before.find_lists(connection, wanted).items():
            found[key] = sorted({*found.get(key, ()), *numbers})
    return found


def put_lists(connection: Connection, lists: Lists, *, moving: bool = False) -> None:
    """Keep these lists instead of what their keys led to."""
    packed = [(key, _packer(len(lists[key])).pack(*lists[key])) for key in sorted(lists)]
    put_rows(connection, LIST, packed)
    if moving:
        told_before.drop(connection, lists)


_ASKED = f"SELECT {columns(LIST)} FROM {LIST.name}"  # noqa: S608


@cache
def _packer(count: int) -> Struct:
    """The highest byte first, so that packed lists sort as their first numbers do."""
    return Struct(f">{count}q")


def tidy_lists(
    connection: Connection, keys: range, first: int, stays: Callable[[int], bool]
) -> None:
    """Take out of these keys' lists what does not stay; numbers from `first` on all do."""
    for some in _with_old(connection, keys, first):
        left = {key: [number for number in some[key] if stays(number)] for key in some}
        put_lists(connection, {key: numbers for key, numbers in left.items() if numbers})
        gone = [key for key, numbers in left.items() if not numbers]
        if gone:
            among(connection, f"DELETE FROM {LIST.name} WHERE key", gone)  # noqa: S608


def _with_old(connection: Connection, keys: range, first: int) -> Iterator[Lists]:
    """The lists whose lowest number is below `first`, some at a time."""
    asked = (
        f"{_ASKED} WHERE key >= ? AND key <= ? AND substr(numbers, 1, 8) < ? "
        f"ORDER BY key LIMIT {AT_ONCE}"
    )
    start, bound = keys.start, _packer(1).pack(first)
    while found := rows(connection, asked, (start, keys.stop - 1, bound)):
        yield {key: _packer(len(packed) // 8).unpack(packed) for key, packed in found}
        start = found[-1][0] + 1
