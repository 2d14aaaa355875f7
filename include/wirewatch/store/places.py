"""Which id a channel's name leads to: Slack wants to be asked for its list seldom."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import Column, Connection, String, Table, select

from wirewatch.store.metadata import METADATA, UTCTime
from wirewatch.store.outbox import insert_new

# A name is looked up again after this: a renamed channel is told within the hour.
BELIEVED = timedelta(hours=1)

PLACE = Table(
    "place",
    METADATA,
    Column("address", String(250), primary_key=True),
    Column("place", String(200), nullable=False),
    Column("looked_at", UTCTime, nullable=False),
)


def known_places(connection: Connection, now: datetime) -> tuple[dict[str, str], dict[str, str]]:
    """The ids by address: those to be believed, and those to be looked up again."""
    fresh: dict[str, str] = {}
    old: dict[str, str] = {}
    for row in connection.execute(select(PLACE)):
        believed = timedelta() <= now - row.looked_at < BELIEVED
        (fresh if believed else old)[row.address] = row.place
    return fresh, old


def keep_places(
    connection: Connection, learnt: Mapping[str, str], wrong: Iterable[str], now: datetime
) -> None:
    """Keep what was looked up, and drop what led nowhere."""
    gone = [*learnt, *wrong]
    connection.execute(PLACE.delete().where(PLACE.c.address.in_(gone)))
    insert_new(
        connection,
        PLACE,
        [{"address": one, "place": place, "looked_at": now} for one, place in learnt.items()],
    )
