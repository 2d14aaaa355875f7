"""What Alembic needs to know: our tables, and the one connection that the whole upgrade runs on."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from wirewatch.store.metadata import METADATA, UTCTime
from wirewatch.store.search import is_compared


def written(kind: str, item: Any, where: AutogenContext) -> str | Literal[False]:
    """How a new step writes a column type of our own."""
    if kind == "type" and isinstance(item, UTCTime):
        where.imports.add("from wirewatch.store.metadata import UTCTime")
        return "UTCTime()"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_item=written,
    render_as_batch=True,  # SQLite alters a table by copying it
    compare_type=True,
    include_name=is_compared,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
