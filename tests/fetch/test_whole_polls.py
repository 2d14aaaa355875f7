"""Promises about polling that only a whole poll can show: server, parser, store and clock."""

import asyncio
import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from misbehaving import Seen, Server, answer, conditional, drip, in_turn
from polled_once import ask, feed, item, rss, state, titles
from sqlalchemy import select

from wirewatch.desk import poll as desk
from wirewatch.desk.workers import run_killable
from wirewatch.fetch import Request, fetch_now
from wirewatch.store import Store
from wirewatch.store.entries import ENTRY, entries_to_read
from wirewatch.store.feeds import poll_log

NOW = datetime(2024, 2, 7, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def test_a_server_that_answers_304_fifty_times_in_a_row_is_asked_afresh(
    server: Server, memory: Store
) -> None:
    server.routes["/f"] = conditional(rss(item(1)), '"a"')
    one = feed(server.url("/f"), every=timedelta(minutes=5))
    for number in range(52):
        ask(memory, one, at=NOW + number * timedelta(hours=1))
    plain = [n for n, seen in enumerate(server.seen) if "if-none-match" not in seen.headers]
    assert plain == [0, 51]


@pytest.mark.parametrize(
    ("headers", "head", "least", "most"),
    [
        ({"Cache-Control": "max-age=7200"}, "", 2 * HOUR, 2 * HOUR),
        ({"Expires": "Wed, 07 Feb 2024 15:00:00 GMT"}, "", 3 * HOUR, 3 * HOUR),
        ({}, "<ttl>240</ttl>", 4 * HOUR, 4 * HOUR),
        ({}, ('<sy:updatePeriod xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">daily'
             "</sy:updatePeriod>"), DAY, DAY),
        ({}, "<skipHours><hour>12</hour><hour>13</hour></skipHours>", 2 * HOUR, 2 * HOUR),
        ({}, "<skipDays><day>Wednesday</day></skipDays>", 12 * HOUR, 12 * HOUR),
        # what would mean hardly ever, or all the time, is not believed
        ({"Cache-Control": "max-age=31536000"}, "", timedelta(minutes=4), HOUR * 1.1),
        ({"Cache-Control": "max-age=1"}, "<ttl>0</ttl>", timedelta(minutes=4), HOUR * 1.1),
        ({"Expires": "Sat, 01 Jan 2050 00:00:00 GMT"}, "", timedelta(minutes=4), HOUR * 1.1),
        ({"Cache-Control": "no-cache, max-age=7200"}, "", timedelta(minutes=4), HOUR * 1.1),
        ({}, "<ttl>99999999</ttl>", timedelta(minutes=4), HOUR * 1.1),
        ({}, "<ttl>10080</ttl>", DAY, DAY),  # a week: a day at most
    ],
)  # fmt: skip
def test_what_server_and_feed_ask_for_sets_the_next_poll_within_bounds(
    server: Server,
    memory: Store,
    headers: dict[str, str],
    head: str,
    least: timedelta,
    most: timedelta,
) -> None:
    server.routes["/f"] = answer(200, rss(item(1), head=head), headers)
    one = feed(server.url("/f"))
    ask(memory, one)
    assert least <= state(memory, one).next_poll - NOW <= most


@pytest.mark.parametrize(
    ("header", "hub"),
    [
        ('<https://hub.example/>; rel="hub", </f>; rel="self"', "https://hub.example/"),
        ("</f>; rel=self, <https://hub.example/?a=1,2>; rel=hub", "https://hub.example/?a=1,2"),
        ('<https://x.example/>; title="hub"; rel="next"', None),
        ("<javascript:alert(1)>; rel=hub", None),
        ("hub " * 5000, None),
    ],
)
def test_a_hub_that_only_the_header_names_is_recorded(
    server: Server, memory: Store, header: str, hub: str | None
) -> None:
    server.routes["/f"] = answer(200, rss(item(1)), {"Link": header})
    one = feed(server.url("/f"))
    ask(memory, one)
    assert state(memory, one).hub == hub
    assert all(seen.path == "/f" for seen in server.seen), "nobody is called"


def test_requests_to_one_host_never_overlap_and_those_to_others_do(server: Server) -> None:
    under_way: list[str] = []
    most: dict[str, int] = {}

    async def handle(seen: Seen, writer: asyncio.StreamWriter) -> None:
        host = seen.headers["host"].partition(":")[0]
        under_way.append(host)
        most[host] = max(most.get(host, 0), under_way.count(host))
        most["both"] = max(most.get("both", 0), len(under_way))
        await asyncio.sleep(0.03)
        under_way.remove(host)
        await answer(200, rss())(seen, writer)

    for number in range(4):
        server.routes[f"/{number}"] = handle
    requests = [
        Request(url=f"http://{host}:{server.port}/{number}")
        for number in range(4)
        for host in ("127.0.0.1", "localhost")
    ]
    answers = fetch_now(requests, allow=["127.0.0.1", "localhost"])
    assert [one.status for one in answers] == [200] * 8
    assert most == {"127.0.0.1": 1, "localhost": 1, "both": 2}


def test_a_drip_ends_at_the_deadline_and_the_feed_is_asked_again(
    server: Server, memory: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n"
    server.routes["/f"] = drip(start, b"x", 0.02)
    assert Request(url="http://x.example/").seconds == 30
    monkeypatch.setattr(desk, "Request", lambda **words: Request(**words, seconds=0.4))
    one = feed(server.url("/f"))
    started = time.monotonic()
    assert ask(memory, one).failed == 1
    assert time.monotonic() - started < 5
    assert state(memory, one).next_poll > NOW


def test_a_parser_that_hangs_ends_at_its_deadline_and_costs_only_its_feed(
    server: Server, memory: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.routes["/f"] = answer(200, rss(item(1)))
    server.routes["/g"] = answer(200, rss(item(2)))

    def hangs_on_one(job: Any, args: Any, seconds: float) -> Any:
        assert seconds == 10
        hang = b"ferry-1" in job.args[0]
        return run_killable(time.sleep, (60,), 0.2) if hang else run_killable(job, args, seconds)

    monkeypatch.setattr(desk, "run_killable", hangs_on_one)
    report = ask(memory, feed(server.url("/f")), feed(server.url("/g")))
    assert (report.new, report.failed) == (1, 1)
    assert "took too long" in report.problems[0]


def test_a_feed_whose_ids_and_links_all_changed_brings_no_news_but_its_fresh_entry(
    server: Server, store: Store
) -> None:
    moved = [
        item(n, guid=f"new-{n}", link=f"https://new.example/{n}", text=f"Ferry {n} left.")
        for n in range(10)
    ]
    old = [item(n, text=f"Ferry {n} left.") for n in range(10)]
    server.routes["/f"] = in_turn(answer(200, rss(*old)), answer(200, rss(item(99), *moved)))
    one = feed(server.url("/f"))
    ask(store, one)
    report = ask(store, one, at=NOW + HOUR)
    assert (report.new, report.changed) == (1, 0)
    with store.begin() as connection:
        told = [row.title for row in entries_to_read(connection, NOW + HOUR) if not row.silent]
    assert told == ["Ferry 99 sails"]


@pytest.mark.parametrize("kind", ["JSON", "numbers in XML", "raw bytes"])
def test_what_no_database_takes_never_reaches_one(server: Server, store: Store, kind: str) -> None:
    bad = {"JSON": "\x00\ud800", "numbers in XML": "&#0;&#xD800;&#xFFFE;", "raw bytes": "\x00\x0b"}
    words = f"Ferry{bad[kind]} sails"
    if kind == "JSON":
        fields = ("id", "title", "summary", "content_html", "language")
        one_item = dict.fromkeys(fields, words) | {"url": f"https://h.example/{words}"}
        document = {"version": "https://jsonfeed.org/version/1.1", "title": words}
        body = json.dumps({**document, "items": [{**one_item, "authors": [{"name": words}]}]})
    else:
        names = {"title": words, "guid": words, "description": words, "author": words}
        body = rss(item(1, **names), head=f"<description>{words}</description>").decode()
    server.routes["/f"] = answer(200, body)
    one = feed(server.url("/f"))
    report = ask(store, one)
    assert (report.new, report.problems) == (1, [])
    with store.read() as connection:
        (row,) = connection.execute(select(ENTRY)).all()
    kept = " ".join(str(value) for value in row)
    assert "Ferry" in kept
    assert not any(char == "\x00" or 0xD800 <= ord(char) <= 0xDFFF for char in kept)


def test_one_id_for_all_items_of_a_document_loses_none_of_them(
    server: Server, store: Store
) -> None:
    five = [item(n, guid="same-for-all") for n in range(5)]
    server.routes["/f"] = in_turn(answer(200, rss(*five)), answer(200, rss(*five, item(7))))
    one = feed(server.url("/f"))
    assert (ask(store, one).new, ask(store, one, at=NOW + HOUR).new) == (5, 1)
    assert len(titles(store)) == 6


def test_one_id_and_one_link_in_an_edited_entry_flip_to_and_fro_without_end_or_noise(
    server: Server, memory: Store
) -> None:
    texts = ["It left.", "It turned back."]
    server.routes["/f"] = in_turn(*(answer(200, rss(item(1, texts[n % 2]))) for n in range(12)))
    one = feed(server.url("/f"))
    brought = [ask(memory, one, at=NOW + n * HOUR) for n in range(12)]
    assert [(report.new, report.changed) for report in brought][:3] == [(1, 0), (0, 1), (0, 0)]
    assert sum(report.changed for report in brought) == 1


def test_every_poll_says_what_came_of_it_and_why_the_next_is_when_it_is(
    server: Server, memory: Store
) -> None:
    server.routes["/f"] = in_turn(
        answer(200, rss(item(1)), {"Retry-After": "7200"}), answer(304), answer(503)
    )
    one = feed(server.url("/f"))
    for hours in (0, 3, 6):
        ask(memory, one, at=NOW + hours * HOUR)
    with memory.read() as connection:
        log = poll_log(connection, one.feed_id)
    assert [(row["status"], row["why_then"]) for row in reversed(log)] == [
        (200, "the server asks for it"),
        (304, "it failed"),  # nobody had asked “unless it changed”
        (503, "it failed"),
    ]
