"""Which waiting alerts come alone and which together: each row is a morning at the desk."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from wirewatch.alerts.gather import FLOOD, ROWS, Group, Waiting, gather

NOW = datetime(2024, 2, 7, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def one(name: str, **more: Any) -> Waiting:
    known: dict[str, Any] = {
        "delivery_id": name, "channel": "desk", "thread": name, "rule_id": "r", "kind": "post",
        "free": True, "held": True, "together": None, "urgent": False, "due_at": NOW,
    }  # fmt: skip
    known |= {"since": more.get("due_at", NOW)}
    return Waiting(**{**known, **more})


@pytest.mark.parametrize(
    ("waiting", "alone", "groups"),
    [
        # After quiet hours, each in its own thread.
        ([one("a"), one("b")], ("a", "b"), ()),
        # Not yet due.
        ([one("a", due_at=NOW + HOUR, together="digest")], (), ()),
        # A digest is one message, even of one alert; each channel has its own.
        ([one("a", together="digest")], (), (Group("desk", "digest", ("a",)),)),
        (
            [one("a", together="digest"), one("b", together="digest", channel="night")],
            (),
            (Group("desk", "digest", ("a",)), Group("night", "digest", ("b",))),
        ),
        # It is read rule by rule, each rule's news in order.
        (
            [one(n, rule_id=n[1], together="digest") for n in ("ay", "bx", "cy", "dx")],
            (),
            (Group("desk", "digest", ("bx", "dx", "ay", "cy")),),
        ),
        # One story that waited for `at_most_every` is an alert like others; two come together.
        ([one("a", together="at most every")], ("a",), ()),
        (
            [one("a", together="at most every"), one("b", together="at most every")],
            (),
            (Group("desk", "at most every", ("a", "b")),),
        ),
        # Two rules do not share that wait.
        (
            [one("a", together="at most every"), one("b", together="at most every", rule_id="q")],
            ("a", "b"),
            (),
        ),
        # What may be in the channel already keeps its thread from joining a group.
        (
            [one("a", thread="t", free=False), one("b", thread="t", together="digest")],
            (),
            (),
        ),
        # A new pending one is nobody's business here.
        ([one("a", held=False)], (), ()),
    ],
)
def test_what_is_due_is_let_go_alone_or_in_company(
    waiting: list[Waiting], alone: tuple[str, ...], groups: tuple[Group, ...]
) -> None:
    plan = gather(waiting, NOW)
    assert plan.alone == alone
    assert plan.groups == groups


def test_a_flood_after_an_outage_is_gathered_but_never_what_is_urgent() -> None:
    late = [one(str(n), held=False, due_at=NOW - HOUR) for n in range(FLOOD + 1)]
    urgent = one("urgent", held=False, due_at=NOW - HOUR, urgent=True)
    fresh = one("fresh", held=False)
    plan = gather([*late, urgent, fresh], NOW)
    told = [name for group in plan.groups for name in group.delivery_ids]
    assert told == [str(n) for n in range(FLOOD + 1)]
    assert max(len(group.delivery_ids) for group in plan.groups) == ROWS
    assert {group.reason for group in plan.groups} == {"catch-up"}


def test_a_few_late_ones_are_told_one_by_one() -> None:
    late = [one(str(n), held=False, due_at=NOW - HOUR) for n in range(FLOOD)]
    assert gather(late, NOW).groups == ()
