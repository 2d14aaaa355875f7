"""What a failure, a move or a word of the server about itself leaves of a feed."""

import os
from datetime import timedelta
from typing import Any

import pytest
from misbehaving import Server, answer, bomb, in_turn, raw, redirect
from polled_once import HOUR, NOW, TUESDAY, ask, feed, item, rss, state, titles

from wirewatch.desk import poll as desk
from wirewatch.desk.workers import run_killable
from wirewatch.store import Store

# ── Answers that are none ─────────────────────────────────────────────────────────────────────

PAGE = "<!DOCTYPE html><html><title>Please log in</title><p>Log in to read on.</html>"


@pytest.mark.parametrize(
    ("handler", "words"),
    [
        (answer(200, PAGE), "not a feed: this is a web page titled “Please log in”"),
        (answer(200, ""), "an empty answer"),
        (answer(204), "an empty answer"),
        (answer(404), "not found (HTTP 404)"),
        (answer(401), "it wants a login (HTTP 401)"),
        (answer(403), "it wants a login (HTTP 403)"),
        (answer(403, "", {"cf-mitigated": "challenge"}), "a check for robots"),
        (answer(500), "the server failed (HTTP 500)"),
        (raw(b"EHLO\r\n\r\n"), "no answer: the answer is not HTTP"),
        (bomb(50), "no answer: more than 8 MB"),
        (answer(200, "\x1f\x8b\x08\x00packed twice"), "not a feed"),
        (answer(200, '{"error": "no such feed"}'), "not a feed: this is JSON"),
        (answer(200, "<!DOCTYPE rss [<!ENTITY a '&b;&b;'>]><rss/>"), "could expand"),
    ],
)
def test_a_failure_is_told_in_words_keeps_what_was_good_and_is_asked_again(
    server: Server, memory: Store, handler: Any, words: str
) -> None:
    server.routes["/f"] = in_turn(answer(200, rss(item(1)), {"ETag": '"a"'}), handler)
    server.routes["/g"] = answer(200, rss(item(7)))
    one, other = feed(server.url("/f")), feed(server.url("/g"))
    ask(memory, one)
    report = ask(memory, one, other, at=NOW + HOUR)
    assert (report.failed, report.new) == (1, 1)
    assert words in report.problems[0]
    row = state(memory, one)
    assert words in str(row.trouble)
    assert (row.failures, row.etag) == (1, '"a"')
    assert "Ferry 1 sails" in titles(memory)
    assert NOW + HOUR < row.next_poll <= NOW + HOUR + timedelta(days=1)


def test_the_key_of_a_private_feed_stands_in_no_report(server: Server, memory: Store) -> None:
    server.routes["/f"] = answer(404)
    report = ask(memory, feed(server.url("/f?lang=en&token=opensesame")))
    (problem,) = report.problems
    assert "/f?lang=en&token=***: not found (HTTP 404)" in problem


def test_a_good_answer_ends_the_trouble(server: Server, memory: Store) -> None:
    server.routes["/f"] = in_turn(answer(404), answer(200, rss(item(1))))
    one = feed(server.url("/f"))
    ask(memory, one)
    ask(memory, one, at=NOW + HOUR)
    row = state(memory, one)
    assert (row.failures, row.trouble, row.trouble_since) == (0, None, None)


def test_a_feed_that_is_gone_is_told_and_not_asked_again(server: Server, memory: Store) -> None:
    server.routes["/f"] = answer(410)
    one = feed(server.url("/f"))
    assert "gone (410)" in ask(memory, one).problems[0]
    ask(memory, one, at=NOW + timedelta(days=30))
    assert len(server.seen) == 1


def test_a_busy_host_is_left_alone_for_as_long_as_it_asks(server: Server, memory: Store) -> None:
    server.routes["/f"] = in_turn(
        answer(429, "", {"Retry-After": "7200"}), answer(200, rss(item(1)))
    )
    server.routes["/g"] = answer(200, rss(item(2)))
    one, other = feed(server.url("/f")), feed(server.url("/g"))
    ask(memory, one)
    ask(memory, one, other, at=NOW + HOUR)  # another feed of the same host waits too
    assert [seen.path for seen in server.seen] == ["/f"]
    report = ask(memory, one, other, at=NOW + 3 * HOUR)
    assert report.new == 2


# ── Moves ─────────────────────────────────────────────────────────────────────────────────────


def test_three_permanent_redirects_over_a_day_move_a_feed_and_keep_its_history(
    server: Server, memory: Store
) -> None:
    server.routes["/old"] = redirect(301, "/new")
    server.routes["/new"] = answer(200, rss(item(1)))
    one = feed(server.url("/old"))
    for hours in (0, 13, 26):
        ask(memory, one, at=NOW + hours * HOUR)
    row = state(memory, one)
    assert row.url == server.url("/new")
    assert row.url_history == (server.url("/old"),)
    report = ask(memory, one, at=NOW + 40 * HOUR)
    assert (server.seen[-1].path, report.new) == ("/new", 0)
    assert titles(memory) == ["Ferry 1 sails"]


def test_temporary_redirects_never_move_a_feed(server: Server, memory: Store) -> None:
    server.routes["/old"] = redirect(302, "/new")
    server.routes["/new"] = answer(200, rss(item(1)))
    one = feed(server.url("/old"))
    for hours in (0, 13, 26, 39):
        ask(memory, one, at=NOW + hours * HOUR)
    assert state(memory, one).url == server.url("/old")


def test_a_feed_that_moved_onto_another_of_the_list_is_told_and_stays(
    server: Server, memory: Store
) -> None:
    server.routes["/old"] = redirect(301, "/new")
    server.routes["/new"] = answer(200, rss(item(1)))
    old, new = feed(server.url("/old")), feed(server.url("/new"))
    for hours in (0, 13, 26):
        report = ask(memory, old, new, at=NOW + hours * HOUR)
        assert "leads to another feed of the list" in report.problems[0]
    assert state(memory, old).url == server.url("/old")


def test_what_a_server_says_of_itself_is_noted(server: Server, memory: Store) -> None:
    hub = '<link xmlns="http://www.w3.org/2005/Atom" rel="hub" href="https://hub.example/"/>'
    headers = {
        "Date": "Mon, 01 Jan 2024 00:00:00 GMT",
        "Expires": "0",
        "ETag": '"a"',
        "Last-Modified": TUESDAY,
    }
    server.routes["/f"] = answer(200, rss(item(1), head=hub + "<ttl>180</ttl>"), headers)
    one = feed(server.url("/f"))
    ask(memory, one)
    row = state(memory, one)
    assert row.hub == "https://hub.example/"
    assert "clock is more than a day off" in str(row.note)
    assert (row.etag, row.last_modified) == (None, None)  # Expires: 0 asks not to keep it
    assert row.hint == 3 * HOUR
    assert row.next_poll == NOW + 3 * HOUR


def test_a_parser_that_is_killed_costs_only_its_feed(
    server: Server, memory: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.routes["/f"] = answer(200, rss(item(1)))
    server.routes["/g"] = answer(200, rss(item(2)))

    def kills_one(job: Any, args: Any, seconds: float) -> Any:
        if b"ferry-1" in job.args[0]:
            return run_killable(os.abort)
        return run_killable(job, args, seconds)

    monkeypatch.setattr(desk, "run_killable", kills_one)
    report = ask(memory, feed(server.url("/f")), feed(server.url("/g")))
    assert (report.new, report.failed) == (1, 1)
    assert "broke the parser: the work died" in report.problems[0]
