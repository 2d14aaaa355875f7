"""The tables of the outbox: alerts, to whom they are owed, channels, pauses, what ails."""

from typing import Final

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table, Text, func

from wirewatch.store.metadata import METADATA, UTCTime

_SEQUENCE = BigInteger().with_variant(Integer, "sqlite")

ALERT = Table(
    "alert",
    METADATA,
    Column("alert_id", String(40), primary_key=True),
    Column("rule_id", String(200), nullable=False),
    Column("story", String(200), nullable=False),
    Column("thread", String(40), nullable=False),
    Column("kind", String(10), nullable=False),
    Column("at", UTCTime, nullable=False),
    Column("held", String(20)),
    Column("due_at", UTCTime, nullable=False),
    Column("article_id", String(200), nullable=False),
    Column("record", Text, nullable=False),
    Column("taken_by", String(200)),
    Column("taken_at", UTCTime),
    Column("run", String(250), nullable=False, server_default=""),
    Index("ix_alert_run", "run"),
    Index("ix_alert_rule_story", "rule_id", "story"),
    Index("ix_alert_rule_due", "rule_id", "due_at"),
    Index("ix_alert_at", "at"),
    Index("ix_alert_article", "article_id"),
    Index("ix_alert_story", "story"),
)

TOLD_BY_RULE = Table(
    "told_by_rule",
    METADATA,
    Column("rule_id", String(200), primary_key=True),
    Column("development_id", String(40), primary_key=True),
    Column("alert_id", String(40), nullable=False),
    Index("ix_told_by_rule_development", "development_id"),
)

DELIVERY = Table(
    "delivery",
    METADATA,
    Column("seq", _SEQUENCE, primary_key=True),
    Column("delivery_id", String(40), nullable=False, unique=True),
    Column("channel", String(200), nullable=False),
    Column("kind", String(10), nullable=False),
    Column("rank", Integer, nullable=False, default=1),
    Column("alert_id", String(40)),
    Column("rule_id", String(200)),
    Column("thread", String(40), nullable=False),
    Column("note", Text),
    Column("state", String(10), nullable=False),
    Column("held", String(20)),
    Column("together", String(20)),
    Column("gathered_into", String(40)),
    Column("not_before", UTCTime, nullable=False),
    Column("fence", Integer, nullable=False, default=0),
    Column("lease_until", UTCTime),
    Column("attempts", Integer, nullable=False, default=0),
    Column("first_try_at", UTCTime),
    Column("in_doubt", Boolean, nullable=False, default=False),
    Column("plain", Boolean, nullable=False, default=False),
    Column("loose", Boolean, nullable=False, default=False),
    Column("ts", String(200)),
    Column("error", Text),
    Column("created_at", UTCTime, nullable=False),
    Column("posted_at", UTCTime),
    Column("edits_wanted", Integer, nullable=False, default=0),
    Column("edits_done", Integer, nullable=False, default=0),
    Column("edit_after", UTCTime),
    Column("edit_lease", UTCTime),
    Index("ix_delivery_state_due", "state", "not_before"),
    Index("ix_delivery_channel_thread", "channel", "thread", "seq"),
    Index("ix_delivery_alert", "alert_id"),
    Index("ix_delivery_edit_after", "edit_after"),
    Index("ix_delivery_gathered_into", "gathered_into"),
)

CHANNEL = Table(
    "channel",
    METADATA,
    Column("name", String(200), primary_key=True),
    Column("next_free_at", UTCTime, nullable=False),
)

AILING = Table(
    "ailing",
    METADATA,
    Column("about", String(250), primary_key=True),
    Column("says", Text, nullable=False),
    Column("since", UTCTime, nullable=False),
)

PAUSE = Table(
    "pause",
    METADATA,
    Column("scope", String(250), primary_key=True),
    Column("until", UTCTime),
    Column("by", String(200)),
    Column("since", UTCTime, nullable=False),
)

TAKEN_DOWN: Final = "the article was taken down"
# Given up on because a channel refused it: what was taken down is not to be tried again.
REFUSED: Final = (DELIVERY.c.state == "dead") & (func.coalesce(DELIVERY.c.error, "") != TAKEN_DOWN)
