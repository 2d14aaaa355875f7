"""A whole poll, from a server that behaves to what the store knows afterwards."""

import json
from datetime import timedelta

import pytest
from misbehaving import Server, answer, conditional, in_turn, silent
from polled_once import HOUR, NOW, TUESDAY, ask, feed, item, rss, state, titles
from sqlalchemy import func, select

from wirewatch.desk import poll as desk
from wirewatch.desk.poll import PollReport, poll
from wirewatch.fetch import Request
from wirewatch.store import Store
from wirewatch.store.entries import ENTRY, ENTRY_VERSION, entries_to_read, mark_entry
from wirewatch.store.feeds import lease_due, poll_log

# ── New, seen, changed ────────────────────────────────────────────────────────────────────────


def test_the_first_poll_is_stored_silently_and_later_ones_are_told(
    server: Server, store: Store
) -> None:
    server.routes["/f"] = in_turn(answer(200, rss(item(1))), answer(200, rss(item(2), item(1))))
    one = feed(server.url("/f"))
    first = ask(store, one)
    second = ask(store, one, at=NOW + HOUR)
    assert (first.new, second.new) == (1, 1)
    with store.begin() as connection:
        rows = entries_to_read(connection, NOW + HOUR)
    assert [(row.title, row.silent) for row in rows] == [
        ("Ferry 2 sails", False),
        ("Ferry 1 sails", True),
    ]
    assert (rows[0].publisher, rows[0].arrived == NOW + HOUR) == ("Harbour News", True)


def test_an_edit_is_a_version_and_never_a_second_new(server: Server, store: Store) -> None:
    edited = rss(item(1, "Ferry 1 turned back."))
    server.routes["/f"] = in_turn(answer(200, rss(item(1))), answer(200, edited))
    one = feed(server.url("/f"))
    ask(store, one)
    report = ask(store, one, at=NOW + HOUR)
    assert (report.new, report.changed) == (0, 1)
    with store.read() as connection:
        assert connection.execute(select(func.count()).select_from(ENTRY)).scalar() == 1
        assert connection.execute(select(func.count()).select_from(ENTRY_VERSION)).scalar() == 2


def test_an_entry_that_vanishes_is_kept(server: Server, memory: Store) -> None:
    server.routes["/f"] = in_turn(answer(200, rss(item(2), item(1))), answer(200, rss(item(2))))
    one = feed(server.url("/f"))
    ask(memory, one)
    ask(memory, one, at=NOW + HOUR)
    assert titles(memory) == ["Ferry 1 sails", "Ferry 2 sails"]


def test_an_entry_that_was_taken_out_is_noted_until_it_comes_back(
    server: Server, store: Store
) -> None:
    whole, without = rss(item(3), item(2), item(1)), rss(item(3), item(1))
    edited = rss(item(3), item(2), item(1, "Ferry 1 turned back."), item(0))
    server.routes["/f"] = in_turn(*(answer(200, one) for one in (whole, without, whole, edited)))
    one = feed(server.url("/f"))
    reports = [ask(store, one, at=NOW + hours * HOUR) for hours in range(4)]
    assert [report.taken_out for report in reports] == [0, 1, 0, 0], "an edit takes nothing out"
    with store.read() as connection:
        reasons = [row["reason"] for row in poll_log(connection, one.feed_id)]
        gone = [row.gone_at for row in connection.execute(select(ENTRY))]
    assert ["taken out: Ferry 2 sails" in reason for reason in reasons] == [
        False,
        False,
        True,
        False,
    ]
    assert gone == [None] * 4
    assert titles(store)[2] == "Ferry 2 sails", "what was told stays"


def test_what_newer_entries_push_out_was_not_taken_out(server: Server, memory: Store) -> None:
    server.routes["/f"] = in_turn(
        answer(200, rss(item(2), item(1))), answer(200, rss(item(3), item(2)))
    )
    one = feed(server.url("/f"))
    ask(memory, one)
    assert ask(memory, one, at=NOW + HOUR).taken_out == 0


def test_feeds_that_are_wanted_first_are_asked_first(server: Server, memory: Store) -> None:
    for path in ("/a", "/b", "/c"):
        server.routes[path] = answer(200, rss(item(1)))
    feeds = [feed(server.url(path)) for path in ("/a", "/b", "/c")]
    ask(memory, *feeds, first=[feeds[2].feed_id], limit=1)
    ask(memory, *feeds, first=[feeds[2].feed_id], limit=1)
    assert [seen.path for seen in server.seen] == ["/c", "/a"]


def test_a_feed_that_a_person_named_is_asked_whatever_robots_txt_says(
    server: Server, memory: Store
) -> None:
    server.routes["/robots.txt"] = answer(200, "User-agent: *\nDisallow: /")
    server.routes["/f"] = answer(200, rss(item(1)))
    assert ask(memory, feed(server.url("/f"))).new == 1
    assert server.asked("/robots.txt") == []


def test_marked_entries_do_not_come_again_but_an_edit_does(server: Server, memory: Store) -> None:
    edited = rss(item(1, "Ferry 1 turned back."))
    server.routes["/f"] = in_turn(answer(200, rss(item(1))), answer(200, edited))
    one = feed(server.url("/f"))
    ask(memory, one)
    with memory.begin() as connection:
        (row,) = entries_to_read(connection, NOW)
        assert entries_to_read(connection, NOW) == []  # leased
        mark_entry(connection, row.entry_key, "read")
    ask(memory, one, at=NOW + HOUR)
    with memory.begin() as connection:
        (row,) = entries_to_read(connection, NOW + HOUR)
    assert (row.version, row.silent) == (2, False)


def test_an_entry_that_is_tried_again_waits_and_counts(server: Server, memory: Store) -> None:
    server.routes["/f"] = answer(200, rss(item(1)))
    ask(memory, feed(server.url("/f")))
    with memory.begin() as connection:
        (row,) = entries_to_read(connection, NOW)
        mark_entry(connection, row.entry_key, "again", "busy", NOW + HOUR)
        assert entries_to_read(connection, NOW) == []
        (row,) = entries_to_read(connection, NOW + HOUR)
    assert row.attempts == 1


def test_what_a_feed_gathered_while_it_was_off_is_old_news_but_yesterday_is_not(
    server: Server, memory: Store
) -> None:
    dates = {2: "Fri, 09 Feb 2024 09:00:00 GMT", 3: "Tue, 20 Feb 2024 09:00:00 GMT"}
    later = rss(*(item(n, pubDate=date) for n, date in dates.items()), item(4))
    server.routes["/f"] = in_turn(answer(200, rss(item(1))), answer(200, later))
    one = feed(server.url("/f"))
    ask(memory, one)
    ask(memory, one, at=NOW + timedelta(days=14))
    with memory.begin() as connection:
        rows = entries_to_read(connection, NOW + timedelta(days=14))
    assert {row.title: row.silent for row in rows} == {
        "Ferry 1 sails": True,
        "Ferry 2 sails": True,
        "Ferry 3 sails": False,
        "Ferry 4 sails": False,
    }


# ── Conditions and validators ─────────────────────────────────────────────────────────────────


def test_validators_are_sent_back_byte_for_byte_and_a_304_is_no_error(
    server: Server, memory: Store
) -> None:
    server.routes["/f"] = conditional(rss(item(1)), 'W/"x,y"')
    one = feed(server.url("/f"))
    ask(memory, one)
    report = ask(memory, one, at=NOW + HOUR)
    first, second = server.asked("/f")
    assert "if-none-match" not in first.headers
    assert second.headers["if-none-match"] == 'W/"x,y"'
    assert second.headers["a-im"] == "feed"
    assert (report.unchanged, report.failed) == (1, 0)
    assert state(memory, one).outcome == "nothing new (304)"
    assert state(memory, one).etag == 'W/"x,y"'


def test_a_304_refreshes_only_what_it_names(server: Server, memory: Store) -> None:
    server.routes["/f"] = in_turn(
        answer(200, rss(item(1)), {"ETag": '"a"', "Last-Modified": TUESDAY}),
        answer(304, b"", {"Last-Modified": "Wed, 07 Feb 2024 00:00:00 GMT"}),
    )  # fmt: skip
    one = feed(server.url("/f"))
    ask(memory, one)
    ask(memory, one, at=NOW + HOUR)
    row = state(memory, one)
    assert (row.etag, row.last_modified) == ('"a"', "Wed, 07 Feb 2024 00:00:00 GMT")


def test_an_answer_without_validators_forgets_them(server: Server, memory: Store) -> None:
    server.routes["/f"] = in_turn(
        answer(200, rss(item(1)), {"ETag": '"a"', "Last-Modified": TUESDAY}),
        answer(200, rss(item(2)), {"Last-Modified": "Wed, 07 Feb 2024 00:00:00 GMT"}),
    )  # fmt: skip
    one = feed(server.url("/f"))
    ask(memory, one)
    ask(memory, one, at=NOW + HOUR)
    row = state(memory, one)
    assert (row.etag, row.last_modified) == (None, "Wed, 07 Feb 2024 00:00:00 GMT")


def test_the_same_body_again_is_not_parsed(
    server: Server, memory: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.routes["/f"] = answer(200, rss(item(1)))
    one = feed(server.url("/f"))
    ask(memory, one)
    monkeypatch.setattr(desk, "run_killable", None)
    assert ask(memory, one, at=NOW + HOUR).unchanged == 1


def test_a_server_that_always_answers_304_is_asked_afresh_after_eight_days(
    server: Server, memory: Store
) -> None:
    server.routes["/f"] = conditional(rss(item(1)), '"a"')
    one = feed(server.url("/f"))
    ask(memory, one)
    ask(memory, one, at=NOW + timedelta(days=4))
    ask(memory, one, at=NOW + timedelta(days=9))
    assert ["if-none-match" in seen.headers for seen in server.seen] == [False, True, False]


def test_a_304_that_nobody_asked_for_is_an_error(server: Server, memory: Store) -> None:
    server.routes["/f"] = answer(304)
    one = feed(server.url("/f"))
    assert ask(memory, one).failed == 1


def test_a_partial_answer_takes_nothing_away(server: Server, memory: Store) -> None:
    headers = {"ETag": '"a"'}
    server.routes["/f"] = in_turn(
        answer(200, rss(item(2), item(1)), headers),
        answer(226, rss(item(3)), {"ETag": '"b"', "IM": "feed"}),
        answer(200, rss(item(3), item(2), item(1)), {"ETag": '"c"'}),
    )
    one = feed(server.url("/f"))
    assert [ask(memory, one, at=NOW + n * HOUR).new for n in range(3)] == [2, 1, 0]
    assert state(memory, one).note is None


# ── Turns and times ───────────────────────────────────────────────────────────────────────────


def test_a_window_that_turned_over_is_noted_and_asked_sooner(server: Server, memory: Store) -> None:
    server.routes["/f"] = in_turn(
        answer(200, rss(*(item(n) for n in range(5)))),
        answer(200, rss(*(item(n) for n in range(10, 15)))),
    )
    one = feed(server.url("/f"))
    ask(memory, one)
    ask(memory, one, at=NOW + HOUR)
    row = state(memory, one)
    assert "may have been missed" in str(row.note)
    assert row.next_poll <= NOW + HOUR + timedelta(minutes=34)


def test_a_feed_polled_every_few_seconds_is(server: Server, memory: Store) -> None:
    server.routes["/f"] = answer(200, rss(item(1)))
    one = feed(server.url("/f"), every=timedelta(seconds=5))
    ask(memory, one)
    ask(memory, one, at=NOW + timedelta(seconds=6))
    assert len(server.seen) == 2
    assert state(memory, one).next_poll < NOW + timedelta(seconds=30)


def test_a_restart_makes_no_burst(server: Server, memory: Store) -> None:
    server.routes["/f"] = answer(200, rss(item(1)))
    one = feed(server.url("/f"))
    ask(memory, one)
    assert ask(memory, one, at=NOW + timedelta(minutes=1)).asked == 0


def test_two_workers_never_have_the_same_feed(store: Store) -> None:
    feeds = [feed(f"https://harbour.example/{n}") for n in range(10)]
    with store.begin() as connection:
        first = lease_due(connection, feeds, NOW, 6)
    with store.begin() as connection:
        second = lease_due(connection, feeds, NOW, 6)
    assert len(first) == 6
    assert len(second) == 4
    assert not {r.feed.feed_id for r in first} & {r.feed.feed_id for r in second}
    with store.begin() as connection:
        assert len(lease_due(connection, feeds, NOW + HOUR, 20)) == 10  # leases run out


def test_a_worker_whose_lease_ran_out_keeps_nothing(server: Server, memory: Store) -> None:
    server.routes["/f"] = answer(200, rss(item(1)))
    one = feed(server.url("/f"))
    with memory.begin() as connection:
        (stale,) = lease_due(connection, [one], NOW - HOUR)
    ask(memory, one)
    fetched = desk.Fetched(
        request=desk.Request(url=one.url, key=one.feed_id), status=200, body=rss(item(9))
    )
    late = desk._Desk(store=memory, now=NOW, report=PollReport(), logins={})
    _, brought = late.deal_with(stale, fetched)
    assert brought is None
    assert titles(memory) == ["Ferry 1 sails"]


def test_a_crash_while_keeping_loses_nothing_and_doubles_nothing(
    server: Server, memory: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.routes["/f"] = conditional(rss(item(1)), '"a"')
    one = feed(server.url("/f"))
    with monkeypatch.context() as broken:
        broken.setattr(desk.kept, "save_poll", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            ask(memory, one)
    assert state(memory, one).etag is None
    ask(memory, one, at=NOW + HOUR)
    ask(memory, one, at=NOW + 2 * HOUR)
    assert titles(memory) == ["Ferry 1 sails"]


def test_every_poll_is_in_the_log_with_its_reason(server: Server, memory: Store) -> None:
    server.routes["/f"] = in_turn(answer(200, rss(item(1))), answer(404))
    one = feed(server.url("/f"))
    ask(memory, one)
    ask(memory, one, at=NOW + HOUR)
    with memory.read() as connection:
        last, first = poll_log(connection, one.feed_id)
    assert (first["outcome"], first["new"]) == ("a new document", 1)
    assert (last["reason"], last["why_then"]) == ("not found (HTTP 404)", "it failed")


def test_a_slow_feed_does_not_stop_the_others(
    server: Server, memory: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.routes["/slow"] = silent()
    server.routes["/f"] = answer(200, rss(item(1)))
    slow = feed(f"http://localhost:{server.port}/slow")
    monkeypatch.setattr(desk, "Request", lambda **kw: Request(**kw, seconds=0.5))
    report = poll(memory, [slow, feed(server.url("/f"))], NOW, allow=["127.0.0.1", "localhost"])
    assert (report.new, report.failed) == (1, 1)
    assert "no answer in time" in report.problems[0]


def test_a_login_is_sent_and_never_stored(server: Server, memory: Store) -> None:
    server.routes["/f"] = answer(200, rss(item(1)))
    one = feed(server.url("/f"), login="harbour")
    ask(memory, one, logins={"harbour": "ann:secret"})
    assert server.seen[0].headers["authorization"].startswith("Basic ")
    assert "secret" not in json.dumps(str(state(memory, one)))


def test_a_login_that_nobody_set_is_told(server: Server, memory: Store) -> None:
    server.routes["/f"] = answer(401, "")
    one = feed(server.url("/f"), login="harbour-news")
    report = ask(memory, one)
    said = "its login “harbour-news” is not set (WIREWATCH_LOGIN_HARBOUR_NEWS)"
    assert said in report.problems[0]
    assert said in str(state(memory, one).trouble)
    later = NOW + timedelta(days=1)
    again = ask(memory, one, at=later, logins={"harbour-news": "ann:secret"})
    assert "HTTP 401" in again.problems[0]
