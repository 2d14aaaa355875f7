"""Where the message of an alert stands in Slack, for whoever wants to go there."""

import re
from datetime import timedelta

from sqlalchemy import select

from wirewatch.channels.slack.send import open_slack
from wirewatch.desk.deliver import places_of
from wirewatch.desk.settings import Settings
from wirewatch.desk.steps import channels_of, secrets_of
from wirewatch.desk.watch import load_watch
from wirewatch.store import Store
from wirewatch.store.outbox_tables import DELIVERY

PATIENCE = timedelta(seconds=5)  # somebody waits for it
_PLACE = re.compile(r"[0-9]+\.[0-9]+")


def may_have(ts: str | None) -> bool:
    """Whether a delivery's place is one in Slack: seconds and a number, as its API has it."""
    return bool(ts and _PLACE.fullmatch(ts))


def message_link(store: Store, settings: Settings, delivery_id: str) -> str | None:
    """The address of a posted message; None if it is in no Slack channel, or Slack does not say."""
    with store.read() as connection:
        row = connection.execute(
            select(DELIVERY.c.channel, DELIVERY.c.ts).where(DELIVERY.c.delivery_id == delivery_id)
        ).first()
    if row is None or not may_have(row.ts):
        return None
    channels = channels_of(load_watch(settings.watch, settings.zone), settings)
    own = next((one for one in channels if one.name == row.channel and one.kind == "slack"), None)
    if own is None or not settings.slack_token:
        return None
    slack = open_slack(own, secrets_of(settings), PATIENCE, places_of(store))
    return slack.permalink(row.ts)
