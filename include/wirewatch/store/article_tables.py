"""The tables of articles, of their versions, and of the queue in which they are judged."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table, Text

from wirewatch.store.metadata import METADATA, UTCTime

ARTICLE = Table(
    "article",
    METADATA,
    Column("article_id", String(40), primary_key=True),
    Column("url_key", Text, nullable=False, unique=True),
    Column("url", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("content_hash", String(40), nullable=False),
    Column("publisher", Text),
    Column("title", Text, nullable=False),
    Column("feed", Text),
    Column("arrived", UTCTime, nullable=False),
    Column("silent", Boolean, nullable=False),
    Column("sequence", BigInteger, nullable=False, unique=True),
    Column("judged_at", UTCTime),
    Column("tagger", String(80), nullable=False),
    Column("article", Text, nullable=False),
    Column("reading", Text, nullable=False),
    Index("ix_article_judged_at_sequence", "judged_at", "sequence"),
    Index("ix_article_arrived", "arrived"),
)

ARTICLE_VERSION = Table(
    "article_version",
    METADATA,
    Column("article_id", String(40), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("content_hash", String(40), nullable=False),
    Column("at", UTCTime, nullable=False),
    Column("article", Text, nullable=False),
)

QUEUE_NUMBER = Table(
    "queue_number",
    METADATA,
    Column("name", String(20), primary_key=True),
    Column("last", BigInteger, nullable=False),
)
