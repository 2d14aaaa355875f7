"""Put stories together or apart by hand: under the writer's lock, so that judging keeps to it."""

from collections.abc import Collection
from datetime import UTC, datetime

from wirewatch.store import Store
from wirewatch.store import repairs as kept
from wirewatch.store.repairs import CannotRepair, Repair
from wirewatch.store.writer import hold_the_pen

__all__ = ["CannotRepair", "Repair", "merge", "repairs", "split", "undo"]


def merge(store: Store, one: str, into: str, who: str, at: datetime | None = None) -> Repair:
    """Put the story `one` into another; its later articles follow. Raises CannotRepair."""
    with store.begin() as connection:
        hold_the_pen(connection)
        return kept.merge(connection, one, into, who, at or datetime.now(UTC))


def split(
    store: Store, story: str, articles: Collection[str], who: str, at: datetime | None = None
) -> Repair:
    """Put articles (urls or ids) of a story into one of their own. Raises CannotRepair."""
    with store.begin() as connection:
        hold_the_pen(connection)
        return kept.split(connection, story, articles, who, at or datetime.now(UTC))


def undo(store: Store, repair_id: str, who: str, at: datetime | None = None) -> Repair:
    """Take a merge or split back. Raises CannotRepair."""
    with store.begin() as connection:
        hold_the_pen(connection)
        return kept.undo(connection, repair_id, who, at or datetime.now(UTC))


def repairs(store: Store, story: str | None = None) -> list[Repair]:
    """The mends of a story, or all, newest first."""
    with store.read() as connection:
        return kept.repairs(connection, story)
