"""When an alert is sent at once, when it waits, and until when.

Nothing here drops an alert: quiet hours, `at_most_every`, `digest` and `mute_until` only hold one.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from enum import StrEnum
from typing import Literal

from wirewatch.alerts.hours import end_of_quiet, next_digest
from wirewatch.records import Development, Match, Rule

Held = Literal["quiet hours", "digest", "at most every", "muted"]
Together = Literal["digest", "muted", "at most every"]


class Reason(StrEnum):
    """Why a match becomes an alert, or does not."""

    NEW_STORY = "first alert of this rule in this story"
    NEW_FACTS = "new facts in a story already told"
    NOTHING_NEW = "this rule has told all of it before"

    @property
    def tells(self) -> bool:
        """Whether anything is told, now or later."""
        return self is not Reason.NOTHING_NEW


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """The first alert of a rule and story; `held_until` is set while it still waits itself."""

    alert_id: str
    held: Held | None = None
    held_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What becomes of a match. `together` says with which others it is told once released."""

    reason: Reason
    kind: Literal["alert", "update"]
    developments: tuple[Development, ...]
    held: Held | None = None
    held_until: datetime | None = None
    together: Together | None = None


def decide(
    match: Match,
    rule: Rule,
    already_told: Collection[str],
    last_sent_at: datetime | None,
    thread: Thread | None,
    now: datetime,
    zone: tzinfo = UTC,
) -> Decision:
    """Whether and when the match is told, with only those developments that are new to the rule.

    `already_told` are ids of developments that this rule has told; `last_sent_at` is when a new
    story of this rule last went out; `zone` is the desk's, for quiet hours and digests without one.
    Of several holds the longest counts, and nothing is released into quiet hours.
    """
    new = tuple(d for d in match.developments if d.development_id not in already_told)
    kind: Literal["alert", "update"] = "update" if thread else "alert"
    if not new:
        return Decision(reason=Reason.NOTHING_NEW, kind=kind, developments=())
    held, until = _longest_hold(rule, last_sent_at, thread, now, zone)
    return Decision(
        reason=Reason.NEW_FACTS if thread else Reason.NEW_STORY,
        kind=kind,
        developments=new,
        held=held,
        held_until=until,
        together=_together(rule, held, kind),
    )


def _longest_hold(
    rule: Rule,
    last_sent_at: datetime | None,
    thread: Thread | None,
    now: datetime,
    zone: tzinfo,
) -> tuple[Held | None, datetime | None]:
    send = rule.send
    holds: list[tuple[datetime, Held]] = []
    if send.mute_until:
        holds.append((send.mute_until, "muted"))
    if send.digest:
        holds.append((next_digest(send.digest, now, zone), "digest"))
    if send.at_most_every and last_sent_at and thread is None:
        holds.append((last_sent_at + send.at_most_every, "at most every"))
    if thread and thread.held and thread.held_until:
        # A reply has nothing to reply to before its thread begins.
        holds.append((thread.held_until, thread.held))
    until, held = max((h for h in holds if h[0] > now), default=(now, None))
    quiet = send.quiet_hours and end_of_quiet(send.quiet_hours, until, zone)
    if quiet:
        return "quiet hours", quiet
    return held, until if held else None


def _together(rule: Rule, held: Held | None, kind: str) -> Together | None:
    if rule.send.digest:
        return "digest"
    if held == "muted":
        return "muted"
    if held and rule.send.at_most_every and kind == "alert":
        return "at most every"
    return None
