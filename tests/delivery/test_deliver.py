"""What is owed goes out: once, in order, at Slack's pace, and never past a hold."""

from datetime import timedelta

import pytest
from alerts_made import NOON, alert, development
from fake_slack import TOKEN
from sqlalchemy import event
from worktable import Table

from wirewatch.channels import Secrets
from wirewatch.desk.deliver import deliver, sweep
from wirewatch.reading.tagger import Tagger
from wirewatch.records import Article, Carriers, Channel, Vocabulary
from wirewatch.store import Store, articles
from wirewatch.store.outbox import (
    add,
    already_told,
    database_now,
    last_sent,
    newest,
    threads,
    update_counts,
)
from wirewatch.store.places import PLACE
from wirewatch.store.takedown import forget_page
from wirewatch.store.waiting import ailing, pause, resume, retry, to_sweep

HOUR = timedelta(hours=1)


def test_an_alert_is_posted_once_however_often_it_is_owed_and_delivered(table: Table) -> None:
    table.owe(alert(1), alert(1))
    assert table.work().sent == 1
    table.owe(alert(1))
    assert table.work().sent == 0
    assert set(table.slack.delivered().values()) == {1}


def test_replies_follow_their_first_message_in_order(table: Table) -> None:
    first = alert(1)
    table.owe(first, *(alert(n, of=first) for n in (2, 3, 4)))
    table.work()
    root, *replies = table.slack.messages
    assert "thread_ts" not in root
    assert [m["thread_ts"] for m in replies] == [root["ts"]] * 3
    assert [m["text"].split(")")[0][-1] for m in table.slack.messages] == ["1", "2", "3", "4"]


def test_a_channel_gets_one_message_a_second(table: Table) -> None:
    table.owe(*(alert(n) for n in range(10)))
    table.work()
    assert len(table.slack.messages) == 10
    assert table.slack.too_fast == 0
    assert table.time.seconds >= 9


def test_an_urgent_alert_goes_before_others(table: Table) -> None:
    table.owe(alert(1), alert(2), alert(3, severity="urgent"))
    table.work()
    assert "(3)" in table.slack.messages[0]["text"]


def test_what_slack_asks_to_wait_binds_all_workers(table: Table) -> None:
    table.slack.retry_after = 30
    table.slack.faults.append("429")
    table.owe(alert(1), alert(2))
    one, other = table.hand(), table.hand()
    assert table.work(one, seconds=5).sent == 0
    assert table.work(other, seconds=5).sent == 0
    assert table.slack.calls["chat.postMessage"] == 1
    table.time.turn(30)
    assert table.work(other).sent == 2


def test_a_held_alert_waits_and_then_goes_out(table: Table) -> None:
    table.owe(alert(1, held="quiet hours", held_until=NOON + HOUR))
    report = table.work()
    assert (report.sent, report.held) == (0, 1)
    table.time.turn(3600)
    assert table.work().sent == 1


def test_a_digest_is_one_message_with_every_alert_in_it(table: Table) -> None:
    table.owe(
        *(alert(n, held="digest", held_until=NOON + HOUR, together="digest") for n in range(25))
    )
    table.time.turn(3600)
    table.work()
    rows = [len(b["rows"]) - 1 for m in table.slack.messages for b in m["blocks"] if "rows" in b]
    assert rows == [12, 12, 1]
    assert table.states() == {"posted": 28}


def test_a_reply_to_a_story_told_in_a_digest_goes_into_the_digests_thread(table: Table) -> None:
    first = alert(1, held="muted", held_until=NOON + HOUR, together="muted")
    table.owe(first)
    table.time.turn(3600)
    table.owe(alert(2, of=first))
    table.work()
    digest, reply = table.slack.messages
    assert reply["thread_ts"] == digest["ts"]


def test_new_stories_that_waited_for_one_another_come_in_one_message(table: Table) -> None:
    wait = {"held": "at most every", "held_until": NOON + HOUR, "together": "at most every"}
    table.owe(alert(1, **wait), alert(2, **wait), alert(3, rule_id="other", **wait))
    table.time.turn(3600)
    table.work()
    assert len(table.slack.messages) == 2


def test_after_a_long_outage_old_alerts_come_in_one_message(table: Table) -> None:
    table.owe(*(alert(n) for n in range(30)), alert(99, severity="urgent"))
    table.time.turn(7200)
    table.work()
    assert len(table.slack.messages) == 4
    assert "(99)" in table.slack.messages[0]["text"]
    assert "Catching up" in table.slack.messages[1]["text"]


def test_a_refused_alert_is_dead_until_the_cause_is_mended(table: Table) -> None:
    table.slack.members.clear()
    table.owe(alert(1))
    report = table.work()
    assert (report.sent, report.dead) == (0, 1)
    assert report.problems == ["channel desk: not_in_channel"]
    table.slack.members.add("C0000001")
    assert table.work().sent == 0
    with table.store.begin() as connection:
        assert retry(connection, "desk", table.time.now()) == 1
    assert table.work().sent == 1


def test_a_failing_channel_is_told_once_in_another_and_once_when_well(table: Table) -> None:
    table.channels = ("desk", "night")
    table.slack.channels["C0000002"] = {"id": "C0000002", "name": "night"}
    table.slack.members = {"C0000002"}
    table.owe(alert(1), alert(2))
    table.work()
    table.slack.members.add("C0000001")
    with table.store.begin() as connection:
        assert [row.about for row in ailing(connection)] == ["channel desk"]
        retry(connection, "all", table.time.now())
    table.work()
    table.work()
    told = [m["text"] for m in table.slack.messages if m["channel"] == "C0000002"]
    assert len(told) == 2
    assert "not well" in told[0]
    assert "/invite" in told[0]
    assert "well again" in told[1]


def test_a_layout_that_slack_refuses_is_sent_as_plain_text(table: Table) -> None:
    table.owe(alert(1, url="https://daily.example/" + "x" * 30))
    hand = table.hand()
    real = table.slack._chat_postMessage

    def picky(body: dict[str, object], *, late: bool) -> dict[str, object]:
        from slack_limits import Refuse

        if body.get("blocks"):
            raise Refuse("invalid_blocks")
        return real(body, late=late)

    table.slack._chat_postMessage = picky  # type: ignore[method-assign]
    assert table.work(hand).sent == 1
    assert "blocks" not in table.slack.messages[0]


def test_a_reply_whose_thread_was_deleted_is_posted_by_itself(table: Table) -> None:
    first = alert(1)
    table.owe(first)
    table.work()
    table.slack.messages.clear()
    table.owe(alert(2, of=first))
    assert table.work().sent == 1
    assert "thread_ts" not in table.slack.messages[0]


def test_a_copy_edits_the_counts_and_posts_nothing(table: Table) -> None:
    first = alert(1)
    table.owe(first)
    table.work()
    new = Carriers(publishers=("Example Daily", "Other Post"), origins=("AFP",))
    with table.store.begin() as connection:
        carriers = {first.developments[0].development_id: new}
        assert update_counts(connection, carriers, table.time.now()) == 1
        assert update_counts(connection, carriers, table.time.now()) == 0
    table.time.turn(10)
    assert table.work().edited == 0  # more copies may come: one edit stands for all of them
    table.time.turn(50)
    report = table.work()
    assert (report.sent, report.edited) == (0, 1)
    assert "2 outlets, 1 origin (AFP)" in table.slack.messages[0]["text"]
    assert table.work().edited == 0


def test_a_pause_keeps_alerts_back_and_loses_none(table: Table) -> None:
    table.owe(alert(1), alert(2, rule_id="other"))
    with table.store.begin() as connection:
        pause(connection, "rule:harbour", None, "Ines", table.time.now())
    assert table.work().sent == 1
    with table.store.begin() as connection:
        assert resume(connection, "rule:harbour")
    assert table.work().sent == 1


def test_a_double_that_the_server_made_is_swept_away(table: Table) -> None:
    table.slack.faults.append("duplicate commit")
    table.owe(alert(1))
    table.work()
    assert set(table.slack.delivered().values()) == {2}
    table.time.turn(300)
    assert sweep(table.hand()).swept == 1
    assert set(table.slack.delivered().values()) == {1}
    assert table.states() == {"swept": 1}


def test_one_question_finds_all_that_is_to_be_swept_with_where_each_thread_begins(
    table: Table,
) -> None:
    one, other = alert(1), alert(5)
    table.owe(one, *(alert(n, of=one) for n in (2, 3)), other, alert(6, of=other))
    table.work()
    asked: list[str] = []
    with table.store.read() as connection:
        event.listen(connection, "before_cursor_execute", lambda *said: asked.append(said[2]))
        found = to_sweep(connection, "desk", table.time.now() + HOUR)
    assert len([each for each in asked if each.startswith("SELECT")]) == 1
    posted = {(m["ts"], m.get("thread_ts")) for m in table.slack.messages}
    assert {(row.ts, row.thread_ts) for row in found} == posted
    assert len([row for row in found if row.thread_ts]) == 3


def test_the_sdks_own_retries_are_off(table: Table) -> None:
    table.slack.faults.append("reset after")
    table.owe(alert(1))
    table.work(seconds=1)
    assert table.slack.calls["chat.postMessage"] == 1


def test_no_answer_of_slack_puts_the_token_into_an_error(table: Table) -> None:
    for fault in ("5xx before", "fatal_error after", "reset before", "hang before", "truncated"):
        table.slack.faults.append(fault)
    table.owe(alert(1))
    for _ in range(8):
        table.work()
        table.time.turn(60)
        with table.store.read() as connection:
            ((_, rows),) = newest(connection)
            assert "xoxb" not in str(rows)


# ── The store, on both databases ──


def test_what_a_rule_told_is_remembered_by_rule(store: Store) -> None:
    first = alert(1, developments=(development(), development("figure")))
    ids = {d.development_id for d in first.developments}
    with store.begin() as connection:
        assert add(connection, first, ["desk", "desk", "night"], NOON)
        assert not add(connection, first, ["desk"], NOON)
        assert already_told(connection, "harbour", [*ids, "other"]) == ids
        assert already_told(connection, "another rule", ids) == frozenset()
        thread = threads(connection, "harbour", first.story)
        assert thread
        assert thread.alert_id == first.alert_id
        assert threads(connection, "harbour", "another story") is None
        ((shown, rows),) = newest(connection)
        assert shown == first
        assert [row.channel for row in rows] == ["desk", "night"]


@pytest.mark.parametrize(
    ("held_until", "asked", "sent"),
    [
        (None, NOON, NOON),
        (NOON + HOUR, NOON, None),  # it waits itself
        (NOON + HOUR, NOON + 2 * HOUR, NOON + HOUR),
    ],
)
def test_a_rule_last_spoke_when_its_alert_was_due(
    store: Store, held_until: object, asked: object, sent: object
) -> None:
    held = {"held": "quiet hours", "held_until": held_until} if held_until else {}
    with store.begin() as connection:
        add(connection, alert(1, **held), ["desk"], NOON)
        assert last_sent(connection, "harbour", asked) == sent  # type: ignore[arg-type]


def test_the_clock_is_the_databases(store: Store) -> None:
    with store.begin() as connection:
        one, other = database_now(connection), database_now(connection)
    assert one.utcoffset() == timedelta()
    assert one <= other


# ── Names that lead to ids ──


def pass_over(table: Table) -> None:
    """One whole pass, as the main job makes it: names looked up and kept."""
    secrets = Secrets(slack_token=TOKEN, slack_url=table.slack.url)
    channels = [Channel(name=n, kind="slack", address=(f"#{n}",)) for n in table.channels]
    deliver(table.store, channels, secrets, seconds=3)


def owe_now(table: Table, *numbers: int) -> None:
    with table.store.begin() as connection:
        for number in numbers:
            add(connection, alert(number), table.channels, database_now(connection))


def an_hour_passes(table: Table) -> None:
    with table.store.begin() as connection:
        before = database_now(connection) - HOUR
        connection.execute(PLACE.update().values(looked_at=before))


@pytest.fixture
def two_desks(table: Table) -> Table:
    table.channels = ("desk", "night")
    table.slack.channels["C0000002"] = {"id": "C0000002", "name": "night"}
    table.slack.members.add("C0000002")
    table.slack.pace = 0.0
    owe_now(table, 1)
    pass_over(table)
    return table


def test_the_list_of_channels_is_asked_for_once_an_hour_for_all_of_them(two_desks: Table) -> None:
    assert two_desks.slack.calls["conversations.list"] == 1
    owe_now(two_desks, 2)
    pass_over(two_desks)
    assert len(two_desks.slack.messages) == 4
    assert two_desks.slack.calls["conversations.list"] == 1
    an_hour_passes(two_desks)
    owe_now(two_desks, 3)
    pass_over(two_desks)
    assert two_desks.slack.calls["conversations.list"] == 2


def test_a_renamed_channel_gets_its_messages_and_is_told_once(two_desks: Table) -> None:
    two_desks.slack.channels["C0000002"]["name"] = "late-desk"
    for number in (2, 3):
        an_hour_passes(two_desks)
        owe_now(two_desks, number)
        pass_over(two_desks)
    with two_desks.store.read() as connection:
        assert [row.about for row in ailing(connection)] == ["name of channel night"]
    pass_over(two_desks)  # the word about it goes out
    texts = [m["text"] for m in two_desks.slack.messages if m["channel"] == "C0000001"]
    (told,) = [text for text in texts if "is called #late-desk in Slack now" in text]
    assert "channels.yaml" in told
    assert len([m for m in two_desks.slack.messages if m["channel"] == "C0000002"]) == 3
    two_desks.slack.channels["C0000002"]["name"] = "night"
    an_hour_passes(two_desks)
    owe_now(two_desks, 4)
    pass_over(two_desks)
    with two_desks.store.read() as connection:
        assert not ailing(connection)


def test_a_channel_made_anew_under_its_name_is_found_at_the_first_refusal(
    two_desks: Table,
) -> None:
    two_desks.slack.channels["C0000002"] |= {"is_archived": "yes", "name": "night-old"}
    two_desks.slack.channels["C0000003"] = {"id": "C0000003", "name": "night"}
    two_desks.slack.members.add("C0000003")
    owe_now(two_desks, 2)
    pass_over(two_desks)
    assert [m for m in two_desks.slack.messages if m["channel"] == "C0000003"]
    assert two_desks.states().get("dead") is None


def test_an_archived_channel_is_refused_and_told(two_desks: Table) -> None:
    two_desks.slack.channels["C0000002"]["is_archived"] = "yes"
    owe_now(two_desks, 2)
    pass_over(two_desks)
    assert two_desks.states()["dead"] == 1
    with two_desks.store.read() as connection:
        assert "is_archived" in next(row.says for row in ailing(connection))


def test_a_list_that_cannot_be_read_keeps_no_message_back(
    two_desks: Table,
) -> None:
    an_hour_passes(two_desks)
    two_desks.slack.scopes.discard("channels:read")
    owe_now(two_desks, 2)
    pass_over(two_desks)
    assert len(two_desks.slack.messages) == 4


def test_a_channel_that_nobody_needs_may_stay_shut(store: Store) -> None:
    channels = [Channel(name="desk", kind="slack"), Channel(name="old", kind="slack")]
    shut = deliver(store, channels, Secrets()).problems
    assert len(shut) == 2
    (told,) = deliver(store, channels, Secrets(), needed=["desk"]).problems
    assert told.startswith("channel desk: No token is set")
    with store.begin() as connection:
        add(connection, alert(1), ["old"], NOON)
    assert deliver(store, channels, Secrets(), needed=["desk"]).problems == shut


def test_a_message_is_blanked_when_its_article_is_taken_down(table: Table) -> None:
    told = alert(1)
    page = Article(article_id=told.article_id, url=told.url, publisher=None, title="", text="x")
    table.owe(told)
    table.work()
    assert "Harbour closed" in table.slack.messages[0]["text"]
    with table.store.begin() as connection:
        reading = Tagger(Vocabulary()).read(page)
        articles.save_article_and_reading(connection, page, reading, NOON)
        assert forget_page(connection, told.url).alerts == 1
    table.time.turn(10)
    table.work()
    assert table.slack.messages[0]["text"].startswith("Taken down")
    assert "Port Ellis" not in str(table.slack.messages)
