"""The schema: all tables in one object, and the way up from any older version."""

from wirewatch.store import Store
from wirewatch.store.metadata import METADATA

TABLES = ("feeds", "articles", "told", "rules", "outbox", "runs")


def bring_up_to_date(store: Store, *, fresh: bool = False) -> None:
    """Create or migrate all tables; safe to run again, and at the same time by several workers.

    A `fresh` store in memory is created directly; the migrations make the very same schema
    (a test compares the two).
    """
    import importlib

    for module in TABLES:
        importlib.import_module(f"wirewatch.store.{module}")
    METADATA.create_all(store.engine)
