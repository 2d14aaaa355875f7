"""The tables of feeds: what is known of each, hosts that asked for time, and the log of polls."""

from sqlalchemy import BigInteger, Boolean, Column, Float, Index, Integer, String, Table, Text

from wirewatch.store.metadata import METADATA, UTCTime

FEED = Table(
    "feed",
    METADATA,
    Column("feed_id", String(40), primary_key=True),
    # as the editors wrote it
    Column("written_url", Text, nullable=False),
    Column("publisher", Text, nullable=False),
    Column("language", String(40)),
    Column("groups", Text, nullable=False),
    Column("full_text", String(10), nullable=False),
    Column("login", Text),
    Column("every_seconds", Float),
    Column("enabled", Boolean, nullable=False),
    # where it is now
    Column("url", Text, nullable=False),
    Column("url_history", Text, nullable=False),
    Column("moved_to", Text),
    Column("moved_since", UTCTime),
    Column("moved_polls", Integer, nullable=False),
    # what to ask with
    Column("etag", Text),
    Column("last_modified", Text),
    Column("last_whole", UTCTime),
    Column("straight_304s", Integer, nullable=False),
    Column("body_hash", String(40)),
    Column("pieces", Text, nullable=False),
    # when
    Column("next_poll", UTCTime, nullable=False),
    Column("why_then", String(60), nullable=False),
    Column("wait_seconds", Float),
    Column("entries_per_day", Float),
    Column("lease_until", UTCTime),
    Column("gone", Boolean, nullable=False),
    # how it went
    Column("failures", Integer, nullable=False),
    Column("last_polled", UTCTime),
    Column("last_good", UTCTime),
    Column("last_new", UTCTime),
    Column("outcome", String(60)),
    Column("trouble", Text),
    Column("trouble_since", UTCTime),
    Column("note", Text),
    # what it says of itself
    Column("title", Text),
    Column("hub", Text),
    Column("hint_seconds", Float),
    Column("skip_hours", Text, nullable=False),
    Column("skip_days", Text, nullable=False),
    Index("ix_feed_next_poll", "next_poll"),
)

HOST_WAIT = Table(
    "host_wait",
    METADATA,
    Column("host", String(255), primary_key=True),
    Column("until", UTCTime, nullable=False),
)

POLL = Table(
    "poll",
    METADATA,
    Column("poll_id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("feed_id", String(40), nullable=False),
    Column("at", UTCTime, nullable=False),
    Column("outcome", String(60), nullable=False),
    Column("status", Integer),
    Column("new", Integer, nullable=False),
    Column("changed", Integer, nullable=False),
    Column("bytes", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("next_poll", UTCTime, nullable=False),
    Column("why_then", String(60), nullable=False),
    Index("ix_poll_feed_at", "feed_id", "at"),
)
