"""The schema: all tables in one object, and the way up from any older version."""

import importlib
import pkgutil

from sqlalchemy import MetaData

from wirewatch.store import Store
from wirewatch.store.metadata import METADATA
from wirewatch.store.upgrade import upgrade


def all_tables() -> MetaData:
    """Every table: they stand beside their queries, in the modules of this folder."""
    import wirewatch.store

    for module in pkgutil.iter_modules(wirewatch.store.__path__):
        if not module.ispkg:
            importlib.import_module(f"wirewatch.store.{module.name}")
    return METADATA


def bring_up_to_date(store: Store, *, fresh: bool = False) -> None:
    """Create or migrate all tables; safe to run again, and at the same time by several workers.

    A `fresh` store in memory is created directly; the migrations make the very same schema
    (a test compares the two).
    """
    if fresh:
        all_tables().create_all(store.engine)
        return
    upgrade(store)
