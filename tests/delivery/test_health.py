"""Word about Wirewatch itself: one message when a thing falls ill, one when it is well again."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from alerts_made import NOON, alert
from sqlalchemy import select

from wirewatch.desk.health import look_after, told_in
from wirewatch.desk.watch import Watch, live_watch, load_watch
from wirewatch.records import Channel, Health
from wirewatch.store import Store
from wirewatch.store.codec import load
from wirewatch.store.feeds import FeedRow, PollNote, feed_rows, lease_due, save_poll
from wirewatch.store.outbox import add
from wirewatch.store.outbox_tables import DELIVERY

DESK = [Channel(name="desk", kind="console"), Channel(name="night", kind="console")]
HOUR = timedelta(hours=1)
FEEDS = """
feeds:
  - feed: https://daily.example/rss
    publisher: Example Daily
"""
RULES = """
watches:
  - watch: Harbour
    when: {any_of: [harbour]}
    send: {to: desk}
"""


@pytest.fixture
def watch(tmp_path: Path) -> Watch:
    """A desk with one feed and one rule, both well written."""
    for name, text in (("feeds", FEEDS), ("rules", RULES)):
        (tmp_path / "watch" / name).mkdir(parents=True)
        (tmp_path / "watch" / name / f"{name}.yaml").write_text(text, encoding="utf-8")
    made = load_watch(tmp_path / "watch")
    assert not made.errors
    return made


def polled(store: Store, watch: Watch, **changes: Any) -> None:
    """The feeds after a poll that left this of each."""
    with store.begin() as connection:
        known = feed_rows(connection)
        when = max([NOON - timedelta(days=30), *(row.next_poll for row in known)])
        rows = lease_due(connection, watch.feeds, when)
        assert len(rows) == len(watch.feeds)
        for row in rows:
            after: FeedRow = replace(row, next_poll=when + HOUR, **changes)
            note = PollNote(at=when, outcome="tried", status=None, size=0, reason="")
            save_poll(connection, row, after, [], note)


def told(store: Store) -> list[Health]:
    with store.read() as connection:
        rows = connection.execute(
            select(DELIVERY).where(DELIVERY.c.kind == "health").order_by(DELIVERY.c.seq)
        ).all()
    assert {row.channel for row in rows} <= {"desk"}
    return [load(Health, row.note) for row in rows]


TROUBLED = {"trouble": "the server answered 500", "trouble_since": NOON, "last_good": NOON}
SILENT = {"last_new": NOON - timedelta(days=3), "entries_per_day": 24.0, "last_good": NOON}


@pytest.mark.parametrize(
    ("state", "later", "says"),
    [
        (TROUBLED, timedelta(minutes=50), None),  # a server that restarts is nobody's news
        (TROUBLED, timedelta(hours=1), "failed since 07 Feb 12:00 UTC: the server answered 500"),
        (SILENT, timedelta(), "silent for 3 days; its usual gap is 60 min"),
        ({**SILENT, "last_new": NOON - 20 * HOUR}, timedelta(), None),  # a night
        ({**SILENT, "entries_per_day": 1.0}, timedelta(), None),  # a weekly's three days
        ({**SILENT, "entries_per_day": None}, timedelta(), None),  # nothing is known of it
        ({"gone": True}, timedelta(), "gone for good"),
    ],
)
def test_a_feed_that_fails_or_is_silent_is_told_once(
    store: Store, watch: Watch, state: dict[str, Any], later: timedelta, says: str | None
) -> None:
    polled(store, watch, **state)
    for _ in range(3):
        look_after(store, watch, DESK, NOON + later)
        later += timedelta(minutes=1)
    messages = told(store)
    assert len(messages) == (1 if says else 0)
    assert all(says in m.says and not m.well for m in messages if says)
    assert all("wirewatch feeds try https://daily.example/rss" in m.mend for m in messages)


def test_the_keys_of_private_feeds_are_told_to_no_channel(store: Store, watch: Watch) -> None:
    file = watch.path / "feeds" / "feeds.yaml"
    at_key = FEEDS.replace("/rss", "/rss?token={}")
    both = at_key.format("first") + at_key.format("second").replace("feeds:\n", "")
    file.write_text(both, encoding="utf-8")
    watch = live_watch(watch.path, store, NOON)
    polled(store, watch, **TROUBLED)
    file.write_text(both.replace("publisher", "publsher"), encoding="utf-8")
    broken = live_watch(watch.path, store, NOON)
    look_after(store, broken, DESK, NOON + 2 * HOUR)
    messages = told(store)
    assert len({m.about for m in messages if m.about.startswith("feed Example")}) == 2
    said = " ".join(f"{m.about} {m.says} {m.mend}" for m in messages)
    assert "feeds try https://daily.example/rss?token=***" in said
    assert "Still in force as last written well: https://daily.example/rss?token=***" in said
    assert "first" not in said.replace("the first in line", "")
    assert "second" not in said


def test_a_feed_that_is_well_again_is_told_once(store: Store, watch: Watch) -> None:
    polled(store, watch, **TROUBLED)
    assert look_after(store, watch, DESK, NOON + 2 * HOUR) == 1
    polled(store, watch, trouble=None, trouble_since=None, last_good=NOON)
    assert look_after(store, watch, DESK, NOON + 3 * HOUR) == 1
    assert look_after(store, watch, DESK, NOON + 4 * HOUR) == 0
    assert [m.well for m in told(store)] == [False, True]


def test_a_rule_in_force_in_its_last_good_version_is_told_and_so_is_its_mending(
    store: Store, watch: Watch
) -> None:
    live_watch(watch.path, store, NOON)
    file = watch.path / "rules" / "rules.yaml"
    file.write_text(RULES.replace("any_of", "any_off"), encoding="utf-8")
    broken = live_watch(watch.path, store, NOON)
    assert broken.kept
    assert look_after(store, broken, DESK, NOON) == 1
    assert look_after(store, broken, DESK, NOON) == 0
    file.write_text(RULES, encoding="utf-8")
    assert look_after(store, live_watch(watch.path, store, NOON), DESK, NOON + HOUR) == 1
    ill, well = told(store)
    assert ill.about == "file rules/rules.yaml"
    assert "in line 4" in ill.says
    assert "Still in force as last written well: harbour" in ill.says
    assert ill.mend == "wirewatch check"
    assert (well.about, well.well) == (ill.about, True)


def test_what_falls_ill_together_is_told_in_one_message(store: Store, watch: Watch) -> None:
    feeds = tuple(
        replace(watch.feeds[0], feed_id=f"f{n}", url=f"https://{n}.example/rss") for n in range(8)
    )
    many = replace(watch, feeds=feeds)
    with store.begin() as connection:
        for row in lease_due(connection, feeds, NOON):
            note = PollNote(at=NOON, outcome="tried", status=None, size=0, reason="")
            save_poll(connection, row, replace(row, **TROUBLED), [], note)  # type: ignore[arg-type]
    assert look_after(store, many, DESK, NOON + 2 * HOUR) == 1
    assert look_after(store, many, DESK, NOON + 3 * HOUR) == 0
    assert look_after(store, watch, DESK, NOON + 4 * HOUR) == 1  # they were all taken out
    ill, well = told(store)
    assert ill.says.startswith("8 are not well")
    assert well.says.startswith("8 are well again")


def test_it_never_stands_among_the_alerts(store: Store, watch: Watch) -> None:
    polled(store, watch, **TROUBLED)
    with store.begin() as connection:
        add(connection, alert(1), ["desk"], NOON)
    look_after(store, watch, DESK, NOON + 2 * HOUR)
    with store.read() as connection:
        rows = connection.execute(select(DELIVERY.c.kind, DELIVERY.c.thread)).all()
    assert sorted(row.kind for row in rows) == ["health", "post"]
    assert len({row.thread for row in rows}) == 2


@pytest.mark.parametrize(
    ("names", "failing", "told_there"),
    [
        (("desk", "night"), None, ["desk"]),
        (("desk", "night", "health"), None, ["health"]),
        (("desk", "night"), "desk", ["night"]),
        (("desk", "health"), "health", ["desk"]),
        (("desk",), "desk", []),  # `wirewatch alerts` and the job's log still say it
    ],
)
def test_it_goes_to_one_channel_that_does_not_fail_itself(
    names: tuple[str, ...], failing: str | None, told_there: list[str]
) -> None:
    assert told_in(names, failing) == told_there
