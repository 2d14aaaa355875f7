"""Which alerts a page shows, and what it says of each."""

from typing import Any

from wirewatch.records import Alert
from wirewatch.store import Store, outbox


def newest(store: Store, limit: int = 50) -> list[tuple[Alert, list[Any]]]:
    """The newest alerts."""
    with store.read() as connection:
        return outbox.newest(connection, limit)
