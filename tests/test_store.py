"""One store, two databases: what holds for both."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import Column, MetaData, Table, insert, select

from wirewatch.store import Store, open_store
from wirewatch.store.metadata import UTCTime


def test_another_kind_of_database_is_refused_in_plain_words() -> None:
    with pytest.raises(ValueError, match="SQLite or PostgreSQL"):
        open_store("mysql://localhost/x")


def test_times_come_back_aware_and_utc(store: Store) -> None:
    table = Table("clock", MetaData(), Column("at", UTCTime))
    at = datetime(2024, 2, 7, 17, 5, 0, 123456, tzinfo=UTC)
    with store.begin() as connection:
        table.create(connection)
        connection.execute(insert(table).values(at=at))
        assert connection.execute(select(table.c.at)).scalar() == at
