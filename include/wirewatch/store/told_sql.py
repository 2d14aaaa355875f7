"""How are many rows looked up or written at once, cheaply? The statements of the told tables.

They go to the driver as they are, and rows come back as tuples in the order of their columns: what
SQLAlchemy does for each row and value costs more than the lookup. Whole numbers go into a question
to PostgreSQL as they are: they cannot hold SQL. Times are brought into the database's form here.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import Column, Connection, Row, Table, and_, bindparam, delete, select
from sqlalchemy.dialects import postgresql, sqlite

IN_ONE_QUESTION = 5000  # SQLite allows 32,766 values in a statement

Values = tuple[Any, ...]


def rows(connection: Connection, asked: str, values: Sequence[Any] = ()) -> list[Values]:
    """The rows that the driver answers, if any. `asked` marks its values with `?`."""
    cursor = connection.connection.cursor()
    try:
        if values:
            cursor.execute(_marked(connection, asked), values)
        else:
            cursor.execute(asked)
        return list(cursor.fetchall()) if cursor.description else []
    finally:
        cursor.close()


def is_sqlite(connection: Connection) -> bool:
    """Whether it is SQLite that is asked."""
    return connection.dialect.name == "sqlite"


def _marked(connection: Connection, asked: str) -> str:
    return asked if is_sqlite(connection) else asked.replace("?", "%s")


def find_numbers(
    connection: Connection, table: Table, by: Column[Any], wanted: Iterable[int]
) -> list[Values]:
    """All rows of a table whose indexed column is one of these whole numbers."""
    asked = f'SELECT {columns(table)} FROM "{table.name}" WHERE "{by.name}"'  # noqa: S608
    return among(connection, asked, wanted)


def among(connection: Connection, asked: str, wanted: Iterable[int]) -> list[Values]:
    """The rows of a question that ends with an indexed column: where it is one of these."""
    numbers = sorted(wanted)
    found: list[Values] = []
    for start in range(0, len(numbers), IN_ONE_QUESTION):
        some = numbers[start : start + IN_ONE_QUESTION]
        if is_sqlite(connection):
            found += rows(connection, f"{asked} IN ({_marks(len(some))})", some)
        else:
            listed = ",".join(map(str, map(int, some)))
            found += rows(connection, f"{asked} = ANY('{{{listed}}}'::bigint[])")
    return found


def latest(
    connection: Connection, table: Table, by: Column[Any], wanted: Iterable[int], most: int
) -> list[Values]:
    """For each of these whole numbers the rows that have it: the `most` with the highest keys.

    In ascending order of the key. The index of `by` holds the key as well, so no more is read.
    """
    (key,) = table.primary_key
    own = f'SELECT {columns(table)} FROM "{table.name}" WHERE "{by.name}"'  # noqa: S608
    last = f'ORDER BY "{key.name}" DESC LIMIT {most}'
    numbers = sorted(wanted)
    found: list[Values] = []
    if is_sqlite(connection):
        cursor = connection.connection.cursor()
        for number in _present(connection, by, numbers):
            cursor.execute(f"{own} = ? {last}", (number,))
            found += cursor.fetchall()
        cursor.close()
    elif numbers:
        listed = ",".join(map(str, map(int, numbers)))
        found = rows(
            connection,
            f"SELECT found.* FROM unnest('{{{listed}}}'::bigint[]) AS one, "  # noqa: S608
            f"LATERAL ({own} = one {last}) AS found",
        )
    place = list(table.c).index(key)
    return sorted(found, key=lambda row: row[place])


def _present(connection: Connection, by: Column[Any], numbers: Sequence[int]) -> list[int]:
    """Those of these numbers that any row has: one look, for most sentences are like none told."""
    found: list[int] = []
    for start in range(0, len(numbers), IN_ONE_QUESTION):
        some = ",".join(map(str, map(int, numbers[start : start + IN_ONE_QUESTION])))
        asked = (
            f"SELECT value FROM json_each('[{some}]') WHERE EXISTS "  # noqa: S608
            f'(SELECT 1 FROM "{by.table.name}" WHERE "{by.name}" = value)'
        )
        found += [row[0] for row in rows(connection, asked)]
    return found


@cache
def _marks(count: int) -> str:
    return ",".join("?" * count)


def find_texts(connection: Connection, by: Column[Any], wanted: Iterable[str]) -> list[Values]:
    """All rows of a column's table where it, an indexed text, is one of these."""
    texts = sorted(wanted)
    asked = f'SELECT {columns(by.table)} FROM "{by.table.name}" WHERE "{by.name}"'  # noqa: S608
    found: list[Values] = []
    for start in range(0, len(texts), IN_ONE_QUESTION):
        some = texts[start : start + IN_ONE_QUESTION]
        if is_sqlite(connection):
            found += rows(connection, f"{asked} IN ({_marks(len(some))})", some)
        else:
            found += rows(connection, f"{asked} = ANY(?)", (some,))
    return found


@cache
def columns(table: Table) -> str:
    """The names of a table's columns, for a SELECT or INSERT."""
    return ", ".join(f'"{column.name}"' for column in table.c)


def add_rows(connection: Connection, table: Table, new: Sequence[Values]) -> None:
    """Add rows in the order of the columns; those that are there stay as they are."""
    _insert(connection, table, new, "ON CONFLICT DO NOTHING")


def put_rows(connection: Connection, table: Table, new: Sequence[Values]) -> None:
    """Add rows in the order of the columns, or overwrite those with the same key."""
    _insert(connection, table, new, _overwriting(table))


@cache
def _overwriting(table: Table) -> str:
    key = [column.name for column in table.primary_key]
    new = ", ".join(
        f'"{column.name}" = excluded."{column.name}"'
        for column in table.c
        if column.name not in key
    )
    names = ", ".join(f'"{name}"' for name in key)
    return f"ON CONFLICT ({names}) DO UPDATE SET {new}"


def _insert(connection: Connection, table: Table, new: Sequence[Values], then: str) -> None:
    if not new:
        return
    start = f'INSERT INTO "{table.name}" ({columns(table)}) VALUES'
    cursor = connection.connection.cursor()
    try:
        if is_sqlite(connection):
            cursor.executemany(f"{start} ({_marks(len(table.c))}) {then}", new)
        else:
            from psycopg2.extras import execute_values

            execute_values(cursor, f"{start} %s {then}", new, page_size=IN_ONE_QUESTION)
    finally:
        cursor.close()


def count_up(connection: Connection, table: Table, counted: Iterable[int]) -> None:
    """Add one to the count of each of these whole numbers, from nothing if it is not there."""
    key, count = (column.name for column in table.c)
    up = f'ON CONFLICT ("{key}") DO UPDATE SET "{count}" = "{table.name}"."{count}" + 1'
    _insert(connection, table, [(number, 1) for number in sorted(counted)], up)


def kept_time(connection: Connection, value: datetime) -> Any:
    """An aware time in the database's form, as `UTCTime` keeps it."""
    if is_sqlite(connection):
        return _spelt_time(value)
    return value


@lru_cache(maxsize=64)
def _spelt_time(value: datetime) -> str:
    """An article's many rows have one time."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def read_time(value: Any) -> datetime:
    """A time from the database's form."""
    return datetime.fromisoformat(value) if isinstance(value, str) else value.astimezone(UTC)


def find(connection: Connection, by: Column[Any], values: Iterable[Any]) -> Iterator[Row[Any]]:
    """All rows of a column's table where it is one of these; the column is indexed."""
    wanted = sorted(values)
    for start in range(0, len(wanted), IN_ONE_QUESTION):
        some = wanted[start : start + IN_ONE_QUESTION]
        yield from connection.execute(_chosen(by), {"wanted": some}).fetchall()


@cache
def _chosen(by: Column[Any]) -> Any:
    return select(by.table).where(by.in_(bindparam("wanted", expanding=True)))


def add(connection: Connection, table: Table, new: Sequence[Mapping[str, Any]]) -> None:
    """Add rows; those that are there stay as they are."""
    if new:
        connection.execute(_adding(connection.dialect.name, table), new)


def put(connection: Connection, table: Table, new: Sequence[Mapping[str, Any]]) -> None:
    """Add rows, or overwrite those with the same key."""
    if new:
        connection.execute(_putting(connection.dialect.name, table), new)


def _inserting(dialect: str, table: Table) -> Any:
    """INSERT of the database at hand: both know ON CONFLICT, each in its own module."""
    return (sqlite if dialect == "sqlite" else postgresql).insert(table)


@cache
def _adding(dialect: str, table: Table) -> Any:
    return _inserting(dialect, table).on_conflict_do_nothing()


@cache
def _putting(dialect: str, table: Table) -> Any:
    said = _inserting(dialect, table)
    key = [column.name for column in table.primary_key]
    new = {column.name: said.excluded[column.name] for column in table.c if column.name not in key}
    return said.on_conflict_do_update(index_elements=key, set_=new)


@cache
def deleting_up_to(table: Table, key: str, upto: str) -> Any:
    """DELETE of the rows of a key up to a number; both are bound as `its` and `upto`."""
    return delete(table).where(
        and_(table.c[key] == bindparam("its"), table.c[upto] <= bindparam("upto"))
    )
