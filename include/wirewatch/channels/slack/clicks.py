"""The buttons under a message, and what a click on one of them says.

Slack hands a click on as it came: a value that we never offered, or a person without an id, is no
click. What it names is looked up before anything is done.

Source: docs.slack.dev, reference/block-kit/block-elements and interaction-payloads/block_actions.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from wirewatch.alerts.answer import done_about
from wirewatch.alerts.wording import clean
from wirewatch.channels.slack import parts
from wirewatch.channels.slack.parts import Block
from wirewatch.records import Alert, Standing

SPANS = {
    "1h": ("1 hour", timedelta(hours=1)),
    "8h": ("8 hours", timedelta(hours=8)),
    "1d": ("1 day", timedelta(days=1)),
    "7d": ("7 days", timedelta(days=7)),
}
PLAIN = ("take", "useful", "noise", "why", "unmute", "wake")
TIMED = ("mute", "snooze")
_PREFIX = "wirewatch_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Click:
    """Somebody chose one of our buttons. `span` is set for what holds for a time.

    `who` tells people apart, `name` is what they are called. `channel`, `ts` and `thread_ts` are
    the place of the message; `team` is the workspace of whoever clicked, `at` Slack's time.
    """

    action: str
    alert_id: str
    span: timedelta | None
    who: str
    name: str
    team: str
    channel: str
    ts: str
    thread_ts: str | None
    at: datetime


def buttons(alert: Alert, standing: Standing) -> Block:
    """The row under a message; a reply leaves out what its thread's first message has."""
    taken = bool(standing.taken_by)
    row = [
        _button("take", "I have it", alert, primary=not taken),
        _button("useful", "👍 Useful", alert),
        _button("noise", "👎 Noise", alert),
        _button("why", "Why?", alert),
    ]
    if alert.kind == "alert" or standing.muted:
        mute = _button("unmute", "End mute", alert) if standing.muted else None
        row.append(mute or _select("mute", "Mute rule for…", alert))
    if alert.kind == "alert" or standing.snoozed:
        wake = _button("wake", "Wake story", alert) if standing.snoozed else None
        row.append(wake or _select("snooze", "Snooze story for…", alert))
    return {"type": "actions", "elements": row}


def done(standing: Standing) -> list[Block]:
    """What people did about an alert, each time in its reader's own zone; nothing if nothing."""
    lines: list[Block] = []
    for said, moment in done_about(standing):
        lead = parts.text("\n" if lines else "")
        words = [parts.text(f"{said} " if moment else said, italic=True)]
        if moment:
            fallback = moment.strftime("%d %b %Y at %H:%M UTC")
            words.append(parts.when(moment.timestamp(), fallback))
        lines += [lead, *words] if lines else words
    return [parts.rich(parts.section(*lines))] if lines else []


def _button(action: str, label: str, alert: Alert, *, primary: bool = False) -> Block:
    return {
        "type": "button",
        "action_id": _PREFIX + action,
        "text": parts.plain(label),
        "value": alert.alert_id,
        **({"style": "primary"} if primary else {}),
    }


def _select(action: str, label: str, alert: Alert) -> Block:
    return {
        "type": "static_select",
        "action_id": _PREFIX + action,
        "placeholder": parts.plain(label),
        "options": [
            {"text": parts.plain(words), "value": f"{span} {alert.alert_id}"}
            for span, (words, _) in SPANS.items()
        ],
    }


def read_click(payload: Any) -> Click | None:
    """The click in a payload of Socket Mode; None for whatever is none of ours."""
    actions, user = _get(payload, "actions"), _get(payload, "user")
    if _get(payload, "type") != "block_actions" or not isinstance(actions, list) or not actions:
        return None
    first = actions[0]
    action = _text(first, "action_id").removeprefix(_PREFIX)
    span, alert_id = _chosen(action, first)
    who = _text(user, "id")
    container = _get(payload, "container")
    channel = _text(container, "channel_id") or _text(_get(payload, "channel"), "id")
    ts = _text(container, "message_ts")
    if not (alert_id and who and channel and ts) or len(who) > 60:
        return None
    return Click(
        action=action,
        alert_id=alert_id,
        span=span,
        who=who,
        name=clean(_text(user, "username") or _text(user, "name") or who, 60) or who,
        team=_text(user, "team_id") or _text(_get(payload, "team"), "id"),
        channel=channel,
        ts=ts,
        thread_ts=_text(container, "thread_ts") or None,
        at=_moment(_text(first, "action_ts")),
    )


def _chosen(action: str, first: Any) -> tuple[timedelta | None, str]:
    """For how long and for which alert; an empty id if it is nothing that we offered."""
    if action in PLAIN:
        return None, _text(first, "value")
    if action in TIMED:
        span, _, alert_id = _text(_get(first, "selected_option"), "value").partition(" ")
        return (SPANS[span][1], alert_id) if span in SPANS else (None, "")
    return None, ""


def _get(part: Any, key: str) -> Any:
    return part.get(key) if isinstance(part, dict) else None


def _text(part: Any, key: str) -> str:
    value = _get(part, key)
    return value if isinstance(value, str) and len(value) <= 250 else ""


def _moment(stamp: str) -> datetime:
    """Slack's time of the click; the epoch if it gives none, which any other verdict outlasts."""
    try:
        return datetime.fromtimestamp(float(stamp), UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(0, UTC)
