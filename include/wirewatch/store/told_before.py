"""How is the memory of the first version read? It kept lists a row an entry, in three tables.

They are read beside the packed lists, a list moves when it is written, and what is not written goes
as it leaves the window: nothing told before an update is told again, and no update takes long.
"""

from collections.abc import Iterable

from sqlalchemy import Connection, Select, delete, select

from wirewatch.store.told_sql import find_numbers
from wirewatch.store.told_tables import OLD_KEY, OLD_SKETCH, OLD_STORY_TERM, SENTENCE

ANY_LEFT = " OR ".join(
    f"EXISTS (SELECT 1 FROM {table.name})"  # noqa: S608
    for table in (OLD_SKETCH, OLD_STORY_TERM, OLD_KEY)
)
_RUN, _TERM = 1 << 40, 1 << 41
_BELOW = _RUN - 1


def find_lists(connection: Connection, keys: Iterable[int]) -> dict[int, list[int]]:
    """Key → the numbers that the first version's rows have for it."""
    found: dict[int, list[int]] = {}
    runs, terms, others = _by_kind(keys)
    for hash_, article, day in find_numbers(connection, OLD_SKETCH, OLD_SKETCH.c.hash, runs):
        found.setdefault(hash_ | _RUN, []).append(article << 16 | day)
    for term, story in find_numbers(connection, OLD_STORY_TERM, OLD_STORY_TERM.c.term, terms):
        found.setdefault(term | _TERM, []).append(story)
    for key, sentence in find_numbers(connection, OLD_KEY, OLD_KEY.c.key, others):
        found.setdefault(key, []).append(sentence)
    return found


def drop(connection: Connection, keys: Iterable[int]) -> None:
    """Delete the rows of these keys: their lists have moved."""
    runs, terms, others = _by_kind(keys)
    for table, by, gone in (
        (OLD_SKETCH, OLD_SKETCH.c.hash, runs),
        (OLD_STORY_TERM, OLD_STORY_TERM.c.term, terms),
        (OLD_KEY, OLD_KEY.c.key, others),
    ):
        for start in range(0, len(gone), 500):
            connection.execute(delete(table).where(by.in_(gone[start : start + 500])))


def forget(
    connection: Connection, oldest: int, oldest_day: int, closed: Select[tuple[int]]
) -> None:
    """Delete what is out of the window; `closed` selects the numbers of closed stories."""
    gone = select(SENTENCE.c.number).where(SENTENCE.c.last_at < oldest)
    connection.execute(delete(OLD_KEY).where(OLD_KEY.c.sentence.in_(gone)))
    connection.execute(delete(OLD_SKETCH).where(OLD_SKETCH.c.day < oldest_day))
    connection.execute(delete(OLD_STORY_TERM).where(OLD_STORY_TERM.c.story.in_(closed)))


def _by_kind(keys: Iterable[int]) -> tuple[list[int], list[int], list[int]]:
    """Hashes of runs, terms, and keys of sentences, as the first version had them."""
    runs: list[int] = []
    terms: list[int] = []
    others: list[int] = []
    for key in keys:
        kind = key >> 40
        (runs if kind == 1 else terms if kind == 2 else others).append(
            key & _BELOW if kind in (1, 2) else key
        )
    return runs, terms, others
