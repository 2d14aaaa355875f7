"""A whole store as one stream, and a stream as a whole store: any database into any other.

Lines of JSON, compressed: first what it is (step of the schema, time), then each table's rows, last
how many there were, so that a cut-off file is noticed. A backup of an older Wirewatch is put into
tables of its own time, which the migrations then bring up to date. The search index is made anew.
"""

import base64
import io
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import IO, Any, Final

import zstandard
from sqlalchemy import (
    Connection,
    DateTime,
    MetaData,
    Table,
    func,
    inspect,
    literal,
    select,
    text,
    update,
)

from wirewatch.alerts.delivery import State
from wirewatch.store import Store, restored
from wirewatch.store.article_tables import ARTICLE
from wirewatch.store.metadata import UTCTime
from wirewatch.store.outbox_tables import ALERT, DELIVERY
from wirewatch.store.schema import all_tables
from wirewatch.store.search import SEARCH, fill
from wirewatch.store.upgrade import climb, head, hold, stands_at

FORMAT: Final = 1
_OPEN: Final = (State.HELD, State.PENDING, State.SENDING, State.UNKNOWN)
_AT_ONCE: Final = 500
_TIME: Final = "%Y-%m-%dT%H:%M:%S.%fZ"
Progress = Callable[[str, int], None]


class NotABackup(ValueError):  # noqa: N818 - said to people as it is
    """The file is no backup of Wirewatch, or not a whole one."""


class NotEmpty(ValueError):  # noqa: N818 - said to people as it is
    """The store that a backup should go into holds something."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """What a stream holds: from when, of which step, how many rows, and the editors' files."""

    at: datetime
    step: str
    rows: int
    files: Mapping[str, str]


def dump(
    store: Store,
    stream: IO[bytes],
    now: datetime,
    files: Mapping[str, str],
    progress: Progress = lambda table, rows: None,
) -> Backup:
    """Write all of the store, as it is at one moment; work goes on beside it."""
    rows = 0
    with zstandard.ZstdCompressor(level=6).stream_writer(stream, closefd=False) as packed:

        def put(line: object) -> None:
            packed.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")

        with _snapshot(store) as connection:
            step = stands_at(connection) or ""
            first = {"wirewatch backup": FORMAT, "at": now.strftime(_TIME), "step": step}
            put({**first, "files": dict(files)})
            for table in all_tables().sorted_tables:
                if table is SEARCH:
                    continue
                put({"table": table.name, "columns": [column.name for column in table.c]})
                count = 0
                result = connection.execution_options(yield_per=_AT_ONCE).execute(select(table))
                for row in result:
                    put([_out(value) for value in row])
                    count += 1
                progress(table.name, count)
                rows += count
        put({"rows": rows})
    return Backup(at=now, step=step, rows=rows, files=files)


@contextmanager
def _snapshot(store: Store) -> Iterator[Connection]:
    """A connection that sees one moment throughout."""
    if store.is_sqlite:
        with store.read() as connection:
            yield connection
        return
    with store.engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        yield connection
        connection.rollback()


def _out(value: Any) -> Any:
    if isinstance(value, datetime):
        return {"t": value.astimezone(UTC).strftime(_TIME)}
    if isinstance(value, date):
        return {"d": value.isoformat()}
    if isinstance(value, bytes | memoryview):
        return {"b": base64.b64encode(bytes(value)).decode()}
    return value


def load(
    store: Store,
    stream: IO[bytes],
    *,
    doubt_until: datetime,
    replace: bool = False,
    progress: Progress = lambda table, rows: None,
) -> Backup:
    """Put a backup in the store's place: all of it or nothing. Raises NotABackup, NotEmpty.

    `store` was opened without migrating it. With `replace`, what it holds is gone. Until
    `doubt_until`, each delivery looks for its message before it posts.
    """
    lines = _lines(stream)
    first = _head(lines)
    at = datetime.strptime(first["at"], _TIME).replace(tzinfo=UTC)
    with store.begin() as connection:
        hold(store, connection)
        if not replace and (held := _holds(connection)):
            raise NotEmpty(f"the store holds {held:,} articles and alerts already")
        _clear(connection)
        climb(connection, first["step"])
        rows = _fill_tables(connection, lines, progress)
        climb(connection)
        fill(connection)
        _doubt_what_is_owed(connection, at, doubt_until)
    return Backup(at=at, step=first["step"], rows=rows, files=first["files"])


def _head(lines: Iterator[Any]) -> dict[str, Any]:
    """The first line. Raises NotABackup for any that this version cannot read."""
    found = next(lines, None)
    if not isinstance(found, dict) or found.get("wirewatch backup") != FORMAT:
        raise NotABackup("this is no backup of Wirewatch, or of one that this version cannot read")
    if found["step"] > head():
        raise NotABackup(
            f"this backup was made by a newer Wirewatch (its tables are of step {found['step']}, "
            f"this one knows {head()}): update Wirewatch first"
        )
    return found


def _lines(stream: IO[bytes]) -> Iterator[Any]:
    try:
        with zstandard.ZstdDecompressor().stream_reader(stream, closefd=False) as packed:
            for line in io.TextIOWrapper(packed, encoding="utf-8"):
                yield json.loads(line)
    except (zstandard.ZstdError, ValueError) as error:
        raise NotABackup(f"this is no backup of Wirewatch, or a damaged one ({error})") from None


def _holds(connection: Connection) -> int:
    there = set(inspect(connection).get_table_names())
    counts = (
        connection.execute(select(func.count()).select_from(table)).scalar_one()
        for table in (ARTICLE, ALERT)
        if table.name in there
    )
    return sum(counts)


def _clear(connection: Connection) -> None:
    """Drop our tables, and nobody else's."""
    there = set(inspect(connection).get_table_names())
    ours = ["search_words", *(table.name for table in reversed(all_tables().sorted_tables))]
    for name in [*ours, "alembic_version"]:
        if name in there:
            connection.execute(text(f'DROP TABLE "{name}"'))


def _fill_tables(connection: Connection, lines: Iterator[Any], progress: Progress) -> int:
    tables = MetaData()
    tables.reflect(connection)
    total = count = 0
    into: tuple[Table, list[str]] | None = None
    batch: list[dict[str, Any]] = []
    for line in lines:
        if isinstance(line, list):
            if into is None:
                raise NotABackup("this backup begins in the middle")
            batch.append(_row(*into, line))
            count += 1
            if len(batch) == _AT_ONCE:
                connection.execute(into[0].insert(), batch)
                batch = []
            continue
        if into is not None:
            if batch:
                connection.execute(into[0].insert(), batch)
            count_on(connection, into[0])
            progress(into[0].name, count)
            total, count, batch = total + count, 0, []
        if "rows" in line:
            if line["rows"] != total:
                raise NotABackup("this backup lacks rows that it should hold")
            return total
        into = tables.tables[line["table"]], line["columns"]
    raise NotABackup("this backup was cut off before its end")


def _row(table: Table, columns: list[str], values: list[Any]) -> dict[str, Any]:
    return {
        name: _in(value, table.c[name].type) for name, value in zip(columns, values, strict=True)
    }


def _in(value: Any, kind: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if "b" in value:
        return base64.b64decode(value["b"])
    if "d" in value:
        return date.fromisoformat(value["d"])
    time: str = value["t"]
    return datetime.fromisoformat(time) if isinstance(kind, DateTime) else time


def count_on(connection: Connection, table: Table) -> None:
    """Have PostgreSQL count on from the highest number that the backup brought."""
    if connection.dialect.name != "postgresql":
        return
    for column in table.primary_key.columns:
        found = text("SELECT pg_get_serial_sequence(:table, :column)")
        named = {"table": f'"{table.name}"', "column": column.name}
        if sequence := connection.execute(found, named).scalar():
            highest = connection.execute(select(func.max(column))).scalar()
            if highest:
                connection.execute(select(func.setval(sequence, highest)))


def _doubt_what_is_owed(connection: Connection, since: datetime, until: datetime) -> None:
    """Have all that is owed now, and what will be until then, looked for before it is posted."""
    restored.note(connection, since, until)
    first = func.coalesce(DELIVERY.c.first_try_at, literal(since, UTCTime()))
    connection.execute(
        update(DELIVERY)
        .where(DELIVERY.c.state.in_(_OPEN))
        .values(in_doubt=True, first_try_at=first)
    )
