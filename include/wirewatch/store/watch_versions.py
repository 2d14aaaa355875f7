"""Versions of the editors' files, for folders that are no git repository."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    Integer,
    String,
    Table,
    Text,
    delete,
    insert,
    select,
)

from wirewatch.store.metadata import METADATA, UTCTime

MOST_OF_A_FILE = 200

WATCH_VERSION = Table(
    "watch_version",
    METADATA,
    Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("file", String(400), nullable=False),
    Column("at", UTCTime, nullable=False),
    Column("who", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("body", String(64), nullable=False),
    Column("text", Text, nullable=False),
    Index("ix_watch_version_file_seq", "file", "seq"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One version of one file; `body` hashes the bytes of the file, which hold `text`."""

    seq: int
    file: str
    at: datetime
    who: str
    note: str
    body: str


def keep(
    connection: Connection, file: str, text: str, *, body: str, at: datetime, who: str, note: str
) -> None:
    """Add a version; of each file the newest few hundred stay."""
    table = WATCH_VERSION
    connection.execute(
        insert(table).values(file=file, at=at, who=who, note=note, body=body, text=text)
    )
    oldest = connection.scalar(
        select(table.c.seq)
        .where(table.c.file == file)
        .order_by(table.c.seq.desc())
        .offset(MOST_OF_A_FILE - 1)
        .limit(1)
    )
    if oldest is not None:
        connection.execute(delete(table).where(table.c.file == file, table.c.seq < oldest))


def kept(connection: Connection, file: str, most: int = MOST_OF_A_FILE) -> Sequence[Kept]:
    """The versions of a file, the newest first, without their texts."""
    table = WATCH_VERSION
    columns = [column for column in table.c if column.name != "text"]
    query = select(*columns).where(table.c.file == file).order_by(table.c.seq.desc()).limit(most)
    return [Kept(**row._mapping) for row in connection.execute(query)]


def newest_body(connection: Connection, file: str) -> str | None:
    """The hash of a file's newest version."""
    table = WATCH_VERSION
    query = select(table.c.body).where(table.c.file == file).order_by(table.c.seq.desc()).limit(1)
    return connection.scalar(query)


def text_of(connection: Connection, file: str, seq: int) -> str | None:
    """The text of one version."""
    table = WATCH_VERSION
    query = select(table.c.text).where(table.c.file == file, table.c.seq == seq)
    return connection.scalar(query)
