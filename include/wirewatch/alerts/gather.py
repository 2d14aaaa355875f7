"""Which waiting alerts come alone, and which in one message.

Digests and what a mute kept back come together; so do new stories of one rule that waited for
`at_most_every`, and, after an outage, more old alerts than anybody would read one by one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

FLOOD = 20  # nobody reads more than this one by one
ROWS = 12  # as many as fit a message of 6 kB with their links
OLD = timedelta(minutes=10)

Why = Literal["digest", "muted", "at most every", "catch-up"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A delivery not yet posted. `free`: it certainly is not, so it can join others.

    `since` is when it first was due; a retry puts `due_at` off, and `since` never.
    """

    delivery_id: str
    channel: str
    thread: str
    rule_id: str | None
    kind: str
    free: bool
    held: bool
    together: str | None
    urgent: bool
    due_at: datetime
    since: datetime


@dataclass(frozen=True, slots=True)
class Group:
    """Deliveries that become one message, in this order."""

    channel: str
    reason: Why
    delivery_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is let go: by itself, and in groups. What is in neither goes on waiting as it was."""

    alone: tuple[str, ...]
    groups: tuple[Group, ...]


def gather(waiting: Sequence[Waiting], now: datetime) -> Plan:
    """What is due now, in which company. `waiting` is all that is unsettled, oldest first.

    A thread in which an earlier message is still in doubt keeps its place: nothing of it joins
    a group that might overtake it.
    """
    tried = {(w.channel, w.thread) for w in waiting if not w.free}
    due = [w for w in waiting if w.free and (w.due_at <= now or _late(w, now))]
    groups: dict[tuple[str, Why, str], list[Waiting]] = {}
    alone: list[Waiting] = []
    for one in due:
        company = _company(one) if one.held else None
        if company is None:
            alone.append(one)
        elif (one.channel, one.thread) not in tried:
            groups.setdefault((one.channel, *company), []).append(one)
    for key in [k for k, members in groups.items() if k[1] == "at most every" and len(members) < 2]:
        alone.extend(groups.pop(key))
    for channel, late in _floods(alone, tried, now).items():
        groups[channel, "catch-up", ""] = late
        gone = {one.delivery_id for one in late}
        alone = [one for one in alone if one.delivery_id not in gone]
    return Plan(
        alone=tuple(one.delivery_id for one in alone if one.held),
        groups=tuple(
            Group(channel, reason, tuple(one.delivery_id for one in some))
            for (channel, reason, _), members in groups.items()
            for some in _chunks(_by_rule(members) if reason == "digest" else members)
        ),
    )


def _company(one: Waiting) -> tuple[Why, str] | None:
    if one.together == "digest":
        return "digest", ""
    if one.together == "muted":
        return "muted", ""
    if one.together == "at most every":
        return "at most every", one.rule_id or ""
    return None


def _floods(
    alone: Iterable[Waiting], tried: set[tuple[str, str]], now: datetime
) -> dict[str, list[Waiting]]:
    late: dict[str, list[Waiting]] = {}
    for one in alone:
        if (
            not one.urgent
            and one.kind in ("post", "reply")
            and _late(one, now)
            and (one.channel, one.thread) not in tried
        ):
            late.setdefault(one.channel, []).append(one)
    return {channel: some for channel, some in late.items() if len(some) > FLOOD}


def _late(one: Waiting, now: datetime) -> bool:
    return one.since <= now - OLD


def _by_rule(members: Iterable[Waiting]) -> list[Waiting]:
    """Rule by rule, as people look for them; a thread is one rule's, so its order stays."""
    return sorted(members, key=lambda one: one.rule_id or "")


def _chunks(members: Sequence[Waiting]) -> list[Sequence[Waiting]]:
    return [members[start : start + ROWS] for start in range(0, len(members), ROWS)]
