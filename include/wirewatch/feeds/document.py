"""What a feed's document says, once it is read; or that it is no feed."""

from dataclasses import dataclass
from datetime import timedelta

from wirewatch.records import Entry


class NotAFeed(ValueError):  # noqa: N818
    """These bytes are no feed; the text says in plain words what they are instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFeed:
    """What a document says of itself, and its entries in the document's order.

    An entry's `entry_id` is the feed's own, empty if it gives none. `pieces` are the hashes of all
    items in the document, to be handed back as `seen` next time; `skipped` of them were seen and
    are not among the entries. Empty `pieces`: the document could not be cut, all entries are here.
    `entry_pieces` says from which piece each entry was read; empty if that is not sure.
    `problems` are sentences about what was repaired or left out.
    """

    entries: tuple[Entry, ...] = ()
    pieces: tuple[str, ...] = ()
    skipped: int = 0
    entry_pieces: tuple[str, ...] = ()
    title: str | None = None
    site: str | None = None
    language: str | None = None
    ttl: timedelta | None = None
    update_period: timedelta | None = None
    skip_hours: frozenset[int] = frozenset()
    skip_days: frozenset[int] = frozenset()
    hub: str | None = None
    problems: tuple[str, ...] = ()
