"""How are many rows looked up or written at once, cheaply? The statements of the told tables.

Whole numbers go into the statement as they are: they cannot hold SQL, and hundreds of bound values
cost more than the lookup itself. Statements with other values are built once for each table.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Column, Connection, Row, Table, and_, bindparam, delete, select
from sqlalchemy.dialects import postgresql, sqlite

IN_ONE_QUESTION = 5000  # SQLite allows 32,766 values in a statement


def find_numbers(
    connection: Connection, table: Table, by: Column[Any], values: Iterable[int]
) -> list[tuple[Any, ...]]:
    """All rows of a table without times whose indexed column is one of these whole numbers."""
    found: list[tuple[Any, ...]] = []
    for some in _listed(values):
        asked = f'SELECT {_columns(table)} FROM "{table.name}" WHERE "{by.name}" IN ({some})'  # noqa: S608
        found += _rows(connection, asked)
    return found


def find_lists(connection: Connection, table: Table, values: Iterable[int]) -> dict[int, list[int]]:
    """First number of a row → the second numbers of all such rows, in ascending order.

    The database joins them: a row each would cost more than all else that an article needs.
    """
    first, second = (f'"{column.name}"' for column in table.c)
    joined = (
        f"group_concat({second})"
        if connection.dialect.name == "sqlite"
        else f"string_agg(CAST({second} AS text), ',')"
    )
    found: dict[int, list[int]] = {}
    for some in _listed(values):
        asked = f'SELECT {first}, {joined} FROM "{table.name}" WHERE {first} IN ({some}) GROUP BY 1'  # noqa: S608
        for key, numbers in _rows(connection, asked):
            found[key] = sorted(map(int, numbers.split(",")))
    return found


def highest(connection: Connection, *columns: Column[Any]) -> list[int]:
    """The highest number of each column; 0 for an empty table."""
    asked = ", ".join(
        f'(SELECT max("{column.name}") FROM "{column.table.name}")'  # noqa: S608
        for column in columns
    )
    return [int(number or 0) for number in _rows(connection, f"SELECT {asked}")[0]]


def _listed(values: Iterable[int]) -> Iterator[str]:
    wanted = sorted(map(int, values))
    for start in range(0, len(wanted), IN_ONE_QUESTION):
        yield ",".join(map(str, wanted[start : start + IN_ONE_QUESTION]))


def _rows(connection: Connection, asked: str) -> list[tuple[Any, ...]]:
    """The rows as the driver has them: wrapping each of thousands would cost as much again."""
    cursor = connection.connection.cursor()
    try:
        cursor.execute(asked)
        return list(cursor.fetchall())
    finally:
        cursor.close()


@cache
def _columns(table: Table) -> str:
    return ", ".join(f'"{column.name}"' for column in table.c)


def find(connection: Connection, by: Column[Any], values: Iterable[Any]) -> Iterator[Row[Any]]:
    """All rows of a column's table where it is one of these; the column is indexed."""
    wanted = sorted(values)
    for start in range(0, len(wanted), IN_ONE_QUESTION):
        some = wanted[start : start + IN_ONE_QUESTION]
        yield from connection.execute(_chosen(by), {"wanted": some}).fetchall()


@cache
def _chosen(by: Column[Any]) -> Any:
    return select(by.table).where(by.in_(bindparam("wanted", expanding=True)))


def add(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add rows; those that are there stay as they are."""
    if rows:
        connection.execute(_adding(connection.dialect.name, table), rows)


def put(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add rows, or overwrite those with the same key."""
    if rows:
        connection.execute(_putting(connection.dialect.name, table), rows)


def put_plain(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """As `put`, for rows in the order of the columns, of text and whole numbers only."""
    if rows:
        mark = "?" if connection.dialect.paramstyle == "qmark" else "%s"
        connection.exec_driver_sql(_putting_plain(table, mark), list(rows))


@cache
def _putting_plain(table: Table, mark: str) -> str:
    key = [f'"{column.name}"' for column in table.primary_key]
    new = ", ".join(
        f'"{column.name}" = excluded."{column.name}"'
        for column in table.c
        if not column.primary_key
    )
    return (
        f'INSERT INTO "{table.name}" ({_columns(table)}) '  # noqa: S608
        f"VALUES ({', '.join(mark for _ in table.c)}) "
        f"ON CONFLICT ({', '.join(key)}) DO UPDATE SET {new}"
    )


def add_numbers(connection: Connection, table: Table, rows: Sequence[tuple[int, ...]]) -> None:
    """Add rows of whole numbers, in the order of the columns; those that are there stay."""
    for some in _joined(rows):
        said = f'INSERT INTO "{table.name}" VALUES {some} ON CONFLICT DO NOTHING'  # noqa: S608
        connection.exec_driver_sql(said)


def drop_numbers(connection: Connection, table: Table, rows: Sequence[tuple[int, ...]]) -> None:
    """Delete the rows of whole numbers with these keys."""
    key = [f'"{column.name}"' for column in table.primary_key]
    if rows and connection.dialect.name == "sqlite":  # it would not use its index for many at once
        one = " AND ".join(f"{name} = ?" for name in key)
        connection.exec_driver_sql(f'DELETE FROM "{table.name}" WHERE {one}', list(rows))  # noqa: S608
        return
    for some in _joined(rows):
        asked = f'DELETE FROM "{table.name}" WHERE ({", ".join(key)}) IN (VALUES {some})'  # noqa: S608
        connection.exec_driver_sql(asked)


def count_up(connection: Connection, table: Table, column: str, rows: Iterable[int]) -> None:
    """Add one to the count of each of these whole numbers, from nothing if it is not there."""
    key = next(iter(table.primary_key)).name
    for some in _joined([(row, 1) for row in rows]):
        connection.exec_driver_sql(
            f'INSERT INTO "{table.name}" ("{key}", "{column}") VALUES {some} '  # noqa: S608
            f'ON CONFLICT ("{key}") DO UPDATE SET "{column}" = "{table.name}"."{column}" + 1'
        )


def _joined(rows: Sequence[tuple[int, ...]]) -> Iterator[str]:
    one = f"({','.join('%d' for _ in rows[0])})" if rows else ""
    for start in range(0, len(rows), IN_ONE_QUESTION):
        yield ",".join([one % row for row in rows[start : start + IN_ONE_QUESTION]])


def _insert(dialect: str, table: Table) -> Any:
    """INSERT of the database at hand: both know ON CONFLICT, each in its own module."""
    return (sqlite if dialect == "sqlite" else postgresql).insert(table)


@cache
def _adding(dialect: str, table: Table) -> Any:
    return _insert(dialect, table).on_conflict_do_nothing()


@cache
def _putting(dialect: str, table: Table) -> Any:
    said = _insert(dialect, table)
    key = [column.name for column in table.primary_key]
    new = {column.name: said.excluded[column.name] for column in table.c if column.name not in key}
    return said.on_conflict_do_update(index_elements=key, set_=new)


@cache
def deleting_up_to(table: Table, key: str, upto: str) -> Any:
    """DELETE of the rows of a key up to a number; both are bound as `its` and `upto`."""
    return delete(table).where(
        and_(table.c[key] == bindparam("its"), table.c[upto] <= bindparam("upto"))
    )
