"""The database: one URL, SQLite or PostgreSQL, one code. Tables stand beside their queries.

`open_store` is the door; `Store.begin()` is one transaction. The modules beside this one are
functions that take its connection: `feeds`, `articles`, `told` (the memory of stories), `rules`
(what rules remember), `outbox` (alerts owed), `runs`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import StaticPool

__all__ = ["NoStore", "Store", "open_store"]

_READING = "wirewatch_reading"


@dataclass(frozen=True, slots=True)
class Store:
    """An open database. Close it when done; it may be used from several threads."""

    engine: Engine

    @property
    def is_sqlite(self) -> bool:
        """Whether writers must queue for the whole file."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """One transaction: all of it is kept, or none. On SQLite it holds the writers' place."""
        with self.engine.begin() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection for reading only: it waits for no writer, and nothing it writes stays."""
        with self.engine.connect().execution_options(**{_READING: True}) as connection:
            yield connection
            connection.rollback()

    def close(self) -> None:
        """Give every connection back."""
        self.engine.dispose()

    def __enter__(self) -> "Store":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class NoStore(ValueError):  # noqa: N818 - said to people as it is
    """There is no store at an address that can be used; the message says what to do."""


def open_store(url: str = "sqlite://", *, migrate: bool = True) -> Store:
    """The store at a SQLAlchemy URL, its schema brought up to date unless `migrate` is off.

    `sqlite://` is a fresh one in memory. Raises sqlalchemy.exc.OperationalError when the database
    cannot be reached, NoStore for a URL of another kind of database, or of none.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise NoStore(
            "WIREWATCH_STORE is no address of a database: "
            "write sqlite:///FILE or postgresql+psycopg2://USER@HOST/NAME"
        ) from None
    kind = parsed.get_backend_name()
    if kind not in ("sqlite", "postgresql"):
        raise NoStore(f"the store is SQLite or PostgreSQL, not {kind}")
    in_memory = kind == "sqlite" and parsed.database in (None, "", ":memory:")
    options: dict[str, Any] = {"pool_pre_ping": True} if kind == "postgresql" else {}
    if in_memory:
        options = {"poolclass": StaticPool, "connect_args": {"check_same_thread": False}}
    elif kind == "sqlite":
        Path(str(parsed.database)).parent.mkdir(parents=True, exist_ok=True)
        options = {"connect_args": {"timeout": 60}}
    engine = create_engine(parsed, **options)
    if kind == "sqlite":
        _set_up_sqlite(engine, in_memory=in_memory)
    store = Store(engine)
    if migrate:
        from wirewatch.store.schema import bring_up_to_date

        bring_up_to_date(store, fresh=in_memory)
    return store


def _set_up_sqlite(engine: Engine, *, in_memory: bool) -> None:
    """WAL, foreign keys, and transactions that begin as writers: no upgrade can then dead-lock.

    Those that only read begin as readers, so that a page is shown while the judge is at work.

    Source: SQLAlchemy's notes on pysqlite's own BEGIN, and SQLite's on BEGIN IMMEDIATE.
    """

    @event.listens_for(engine, "connect")
    def _connect(raw: Any, _record: Any) -> None:
        raw.isolation_level = None
        cursor = raw.cursor()
        cursor.execute("PRAGMA foreign_keys=ON")
        if not in_memory:
            cursor.execute("PRAGMA journal_mode=WAL")
            cursor.execute("PRAGMA synchronous=NORMAL")
            cursor.execute("PRAGMA busy_timeout=60000")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        reads = connection.get_execution_options().get(_READING)
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")
