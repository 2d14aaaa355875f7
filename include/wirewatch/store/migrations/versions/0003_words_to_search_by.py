"""Words to search by: the full-text index of each database, and rows for what is stored."""

from collections.abc import Sequence

from alembic import op

from wirewatch.store.search import INDEXES, fill

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go forward; there is no way back but a backup."""
    connection = op.get_bind()
    for statement in INDEXES[connection.dialect.name]:
        op.execute(statement)
    fill(connection)
