"""What readers do about an alert: take it, judge it, mute its rule, snooze its story, ask why.

The buttons in Slack, the desk's pages and the command line all come here. Nothing here drops an
alert: what is muted or snoozed waits, stands in `wirewatch alerts` and `wirewatch pause`, and goes
out when its time is over.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import Connection

from wirewatch.alerts import answer
from wirewatch.channels.slack.clicks import Click
from wirewatch.records import Alert
from wirewatch.store import Store, feedback, open_store, waiting
from wirewatch.store.outbox import alert_of, database_now, want_edit

Verdict = Literal["useful", "noise"]
VERDICTS: tuple[Verdict, ...] = ("useful", "noise")
BUTTONS = "buttons"  # the name of the service that hears clicks


def say(
    store: Store,
    alert_id: str,
    verdict: Verdict,
    who: str,
    *,
    name: str | None = None,
    at: datetime | None = None,
) -> bool:
    """Keep what a person thinks of an alert; False if there is no such alert.

    The last verdict of a person counts. `who` tells people apart, `name` is what they are called
    (default: the same), `at` when they said it (default: now). Raises ValueError for another word.
    """
    if verdict not in VERDICTS:
        raise ValueError(f"a verdict is one of {', '.join(VERDICTS)}, not “{verdict}”")
    with store.begin() as connection:
        now = database_now(connection)
        when = min(at or now, now)
        known = feedback.say(connection, alert_id, verdict, who, name or who, when)
        return known and want_edit(connection, alert_id, now) >= 0


def precision(store: Store) -> dict[str, tuple[int, int]]:
    """How often readers found alerts of each rule useful, and how often noise, by rule id."""
    with store.read() as connection:
        return feedback.by_rule(connection)


def take(store: Store, alert_id: str, who: str) -> bool:
    """Somebody has an alert in hand; its message shows it. False if there is no such alert."""
    with store.begin() as connection:
        return waiting.take(connection, alert_id, who, database_now(connection))


def mute_rule(
    store: Store,
    rule_id: str,
    until: datetime | timedelta,
    who: str,
    *,
    alert_id: str | None = None,
) -> datetime | None:
    """Keep back all alerts of a rule for a time; until when they are kept back now.

    A pause that lasts longer stays as it is (None: until somebody ends it). The message of
    `alert_id` shows it.
    """
    return _keep_back(store, f"rule:{rule_id}", until, who, alert_id)


def snooze_story(
    store: Store,
    story: str,
    until: datetime | timedelta,
    who: str,
    *,
    alert_id: str | None = None,
) -> datetime | None:
    """Keep back the alerts of every rule about a story for a time; as `mute_rule`."""
    return _keep_back(store, f"story:{story}", until, who, alert_id)


def unmute_rule(store: Store, rule_id: str, *, alert_id: str | None = None) -> bool:
    """What waited for a muted rule goes out at the next delivery; False if it was not muted."""
    return _let_go(store, f"rule:{rule_id}", alert_id)


def wake_story(store: Store, story: str, *, alert_id: str | None = None) -> bool:
    """What waited for a snoozed story goes out at the next delivery; False if it was awake."""
    return _let_go(store, f"story:{story}", alert_id)


def is_told(store_url: str, story: str) -> bool:
    """Whether any alert is of that story."""
    with open_store(store_url) as store, store.read() as connection:
        return feedback.is_told(connection, story)


def _keep_back(
    store: Store, scope: str, until: datetime | timedelta, who: str, alert_id: str | None
) -> datetime | None:
    with store.begin() as connection:
        now = database_now(connection)
        end = now + until if isinstance(until, timedelta) else until
        held = {row.scope: row.until for row in waiting.pauses(connection, now)}
        longer = scope in held and (held[scope] is None or held[scope] > end)
        if not longer:
            waiting.pause(connection, scope, end, who, now)
        if alert_id:
            want_edit(connection, alert_id, now)
        return held[scope] if longer else end


def _let_go(store: Store, scope: str, alert_id: str | None) -> bool:
    with store.begin() as connection:
        ended = waiting.resume(connection, scope)
        if alert_id:
            want_edit(connection, alert_id, database_now(connection))
        return ended


# ── Clicks ────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Pressed:
    """What came of a click: what only whoever clicked is told, and whether a message changed."""

    told: tuple[str, ...] = ()
    changed: bool = False


def press(store: Store, click: Click, team: str) -> Pressed:
    """Do what a click asks for. To do it twice changes nothing more.

    `team` is our own workspace. A click is believed only from there, and only on a message in
    which that very alert was told.
    """
    with store.read() as connection:
        alert = alert_of(connection, click.alert_id)
        here = alert is not None and feedback.stands_at(connection, alert.alert_id, click.ts)
    if click.team != team:
        return Pressed(("Only people of Wirewatch's own workspace can do this.",))
    if alert is None or not here:
        return Pressed(("Wirewatch does not know this alert any more, so nothing was done.",))
    if click.action == "why":
        return Pressed(_why(store, alert))
    return _changed(store, alert, click)


def _changed(store: Store, alert: Alert, click: Click) -> Pressed:
    alert_id = alert.alert_id
    if click.action == "take":
        before = _taker(store, alert_id)
        if before == click.name:
            return Pressed()
        take(store, alert_id, click.name)
        return Pressed((f"You have it now; {before} had it before.",) if before else (), True)
    verdict = next((one for one in VERDICTS if one == click.action), None)
    if verdict:
        say(store, alert_id, verdict, click.who, name=click.name, at=click.at)
        return Pressed(changed=True)
    if click.action == "unmute":
        return Pressed(changed=unmute_rule(store, alert.rule_id, alert_id=alert_id))
    if click.action == "wake":
        return Pressed(changed=wake_story(store, alert.story, alert_id=alert_id))
    assert click.span is not None  # noqa: S101 - a click that mutes or snoozes says for how long
    if click.action == "mute":
        end = mute_rule(store, alert.rule_id, click.span, click.name, alert_id=alert_id)
    else:
        end = snooze_story(store, alert.story, click.span, click.name, alert_id=alert_id)
    longer = end is None or end > _now(store) + click.span
    return Pressed((f"It was kept back for longer already: {_end(end)}.",) if longer else (), True)


def _why(store: Store, alert: Alert) -> tuple[str, ...]:
    judged = precision(store).get(alert.rule_id, (0, 0))
    more = f"Each step of the decision: wirewatch why {alert.url} {alert.rule_id}"
    return (*answer.why(alert, judged), more)


def _taker(store: Store, alert_id: str) -> str | None:
    with store.read() as connection:
        return waiting.takers(connection, [alert_id]).get(alert_id)


def _now(store: Store) -> datetime:
    with store.read() as connection:
        return database_now(connection)


def _end(end: datetime | None) -> str:
    return f"until {end:%d %b %H:%M} UTC" if end else "until somebody ends it"


# ── The service that hears clicks ─────────────────────────────────────────────────────────────


def hears_clicks(connection: Connection) -> bool:
    """Whether buttons make sense now: somebody heard clicks within the last quarter of an hour."""
    return feedback.is_heard(connection, BUTTONS, database_now(connection))
