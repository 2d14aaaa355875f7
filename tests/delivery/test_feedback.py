"""What people do about an alert, on both databases: verdicts, takers, mutes, snoozes, edits."""

from datetime import timedelta

import pytest
from alerts_made import NOON, alert
from sqlalchemy import select
from worktable import Table

from wirewatch.desk import feedback
from wirewatch.records import Standing
from wirewatch.store import Store
from wirewatch.store.deliveries import kept_back, next_edit, settle_edit
from wirewatch.store.feedback import standing
from wirewatch.store.outbox import add, database_now
from wirewatch.store.outbox_tables import DELIVERY
from wirewatch.store.waiting import pauses

HOUR = timedelta(hours=1)


@pytest.fixture
def desk(store: Store) -> Store:
    """Two alerts of one rule, one of another."""
    with store.begin() as connection:
        for one in (alert(1), alert(2), alert(3, rule_id="other")):
            add(connection, one, ["desk"], NOON)
    return store


def test_one_verdict_counts_for_a_person_and_an_alert_the_last(desk: Store) -> None:
    one, other = alert(1).alert_id, alert(3).alert_id
    for who, verdict in [("ines", "noise"), ("ben", "noise"), ("ines", "useful")]:
        assert feedback.say(desk, one, verdict, who)  # type: ignore[arg-type]
    assert feedback.say(desk, alert(2).alert_id, "useful", "ines")
    assert feedback.say(desk, other, "noise", "ines")
    assert feedback.precision(desk) == {"harbour": (2, 1), "other": (0, 1)}


def test_a_verdict_that_was_said_earlier_and_comes_later_changes_nothing(desk: Store) -> None:
    one = alert(1).alert_id
    assert feedback.say(desk, one, "useful", "ines")
    assert feedback.say(desk, one, "noise", "ines", at=NOON)
    assert feedback.precision(desk) == {"harbour": (1, 0)}


def test_a_time_that_is_still_to_come_counts_as_now(desk: Store) -> None:
    one = alert(1).alert_id
    with desk.read() as connection:
        ahead = database_now(connection) + 24 * HOUR
    assert feedback.say(desk, one, "useful", "ines", at=ahead)
    assert feedback.say(desk, one, "noise", "ines")
    assert feedback.precision(desk) == {"harbour": (0, 1)}


def test_nothing_is_kept_of_an_alert_that_nobody_knows_or_of_another_word(desk: Store) -> None:
    assert not feedback.say(desk, "nothing", "useful", "ines")
    assert not feedback.take(desk, "nothing", "ines")
    with pytest.raises(ValueError, match="one of useful, noise"):
        feedback.say(desk, alert(1).alert_id, "great", "ines")  # type: ignore[arg-type]
    assert feedback.precision(desk) == {}


def test_a_mute_and_a_snooze_keep_back_what_they_concern_and_the_longer_one_holds(
    desk: Store,
) -> None:
    end = feedback.mute_rule(desk, "harbour", 8 * HOUR, "ines")
    assert feedback.mute_rule(desk, "harbour", HOUR, "ben") == end
    feedback.snooze_story(desk, alert(3).story, HOUR, "ben")
    with desk.read() as connection:
        now = database_now(connection)
        assert kept_back(connection, "rule:harbour") == 2
        assert kept_back(connection, f"story:{alert(3).story}") == 1
        shown = standing(connection, alert(1), now)
        assert len(pauses(connection, now)) == 2
    assert shown.muted
    assert (shown.muted.by, shown.muted.until, shown.snoozed) == ("ines", end, None)
    assert feedback.unmute_rule(desk, "harbour")
    assert not feedback.unmute_rule(desk, "harbour")
    assert feedback.wake_story(desk, alert(3).story)
    with desk.read() as connection:
        assert standing(connection, alert(1), now) == Standing()


def test_a_pause_without_an_end_is_not_ended_by_a_mute_with_one(desk: Store) -> None:
    from wirewatch.store.waiting import pause

    with desk.begin() as connection:
        pause(connection, "rule:harbour", None, "the editor", NOON)
    assert feedback.mute_rule(desk, "harbour", HOUR, "ben") is None


@pytest.mark.parametrize("scope", ["rule", "story"])
def test_what_is_kept_back_goes_out_when_its_time_is_over(either_table: Table, scope: str) -> None:
    from wirewatch.store.waiting import pause

    table = either_table
    first = alert(1)
    table.owe(first)
    assert table.work().sent == 1
    name = first.rule_id if scope == "rule" else first.story
    with table.store.begin() as connection:
        pause(connection, f"{scope}:{name}", table.time.now() + HOUR, "ines", table.time.now())
    table.owe(alert(2, of=first), alert(3, of=first), alert(9, rule_id="other"))
    assert table.work().sent == 1
    table.time.turn(3600)
    assert table.work().sent == 2
    assert [n for m in table.slack.messages for n in "1239" if f"({n})" in m["text"]] == [
        *("1", "9", "2", "3")
    ]


def test_of_two_edits_the_newer_one_stands(either_table: Table) -> None:
    table = either_table
    one = alert(1)
    table.owe(one)
    table.work()
    hand = table.hand()
    table.time.turn(5)
    with table.store.begin() as connection:
        from wirewatch.store.waiting import take

        assert take(connection, one.alert_id, "ines", table.time.now())
        first = next_edit(connection, hand.pace, table.time.now())
    assert first
    assert first.standing.taken_by == "ines"
    table.time.turn(5)
    with table.store.begin() as connection:
        assert take(connection, one.alert_id, "ben", table.time.now())
        assert next_edit(connection, hand.pace, table.time.now()) is None  # one is under way
        settle_edit(connection, first, None, table.time.now())
        table.time.turn(5)
        second = next_edit(connection, hand.pace, table.time.now())
        assert second
        assert second.standing.taken_by == "ben"
        settle_edit(connection, second, None, table.time.now())
        row = connection.execute(select(DELIVERY)).one()
    assert (row.edits_wanted, row.edits_done, row.edit_after, row.edit_lease) == (2, 2, None, None)


def test_an_edit_whose_worker_died_is_made_by_the_next_one(either_table: Table) -> None:
    table = either_table
    table.owe(alert(1))
    table.work()
    hand = table.hand()
    table.time.turn(5)
    with table.store.begin() as connection:
        from wirewatch.store.waiting import take

        take(connection, alert(1).alert_id, "ines", table.time.now())
        assert next_edit(connection, hand.pace, table.time.now())
    table.time.turn(30)
    assert table.work().edited == 0
    table.time.turn(31)
    assert table.work().edited == 1
    assert "ines has it" in table.slack.messages[0]["text"]
