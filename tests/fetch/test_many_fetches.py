"""Many requests at once: each host has one at a time, and a slow one holds up no other."""

import asyncio
import time

import pytest
from fetched import FEED
from misbehaving import Server, answer, in_turn, raw, silent

from wirewatch.fetch import (
    Fetched,
    Request,
    Trouble,
    fetch_all,
    fetch_now,
)
from wirewatch.fetch.lanes import lane_of


def ask_all(
    requests: list[Request], gap: float = 0.0, gaps: dict[str, float] | None = None
) -> list[Fetched]:
    async def collect() -> list[Fetched]:
        found = fetch_all(requests, allow=["127.0.0.1", "localhost"], gap=gap, gaps=gaps)
        return [fetched async for fetched in found]

    return asyncio.run(collect())


def test_each_request_is_answered_once_and_knows_its_key(server: Server) -> None:
    for number in range(30):
        server.routes[f"/{number}"] = answer(200, str(number))
    requests = [Request(url=server.url(f"/{n}"), key=str(n)) for n in range(30)]
    answers = ask_all(requests)
    assert sorted(a.request.key for a in answers) == sorted(r.key for r in requests)
    assert all(a.body.decode() == a.request.key for a in answers)
    in_order = fetch_now(requests, allow=["127.0.0.1"])
    assert [a.request.key for a in in_order] == [r.key for r in requests]


def test_a_host_has_one_request_at_a_time_with_a_gap_between(server: Server) -> None:
    server.routes["/"] = answer(200, FEED)
    started = time.monotonic()
    ask_all([Request(url=server.url("/")) for _ in range(4)], gaps={"127.0.0.1": 0.1})
    assert time.monotonic() - started >= 0.3


def test_a_slow_host_does_not_hold_up_another(server: Server) -> None:
    server.routes["/slow"] = silent()
    server.routes["/"] = answer(200, FEED)
    slow = Request(url=f"http://localhost:{server.port}/slow", seconds=0.6)
    fast = Request(url=server.url("/"))
    first, second = ask_all([slow, fast])
    assert first.request is fast
    assert second.trouble is Trouble.TOO_SLOW


def test_a_dead_host_is_left_alone_after_three_failures() -> None:
    with Server() as gone:
        url = gone.url("/")
    answers = ask_all([Request(url=url) for _ in range(6)])
    assert [a.trouble for a in answers] == [Trouble.NO_CONNECTION] * 3 + [Trouble.HOST_DOWN] * 3


@pytest.mark.parametrize(
    ("url", "lane"),
    [
        ("https://a.example/1", "a.example"),
        ("http://A.example:80/2", "a.example"),
        ("http://a.example:8080/", "a.example:8080"),  # another server
        ("https://one.substack.com/feed", "substack.com"),  # many feeds, one landlord
        ("https://feeds.feedburner.com/x", "feedburner.com"),
        ("https://notfeedburner.com/x", "notfeedburner.com"),
        ("no url", ""),
    ],
)
def test_which_requests_queue_for_one_another(url: str, lane: str) -> None:
    assert lane_of(url) == lane


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_host_makes_all_its_requests_wait(server: Server, status: int) -> None:
    server.routes["/a"] = answer(status, b"", {"Retry-After": "120"})
    answers = ask_all([Request(url=server.url(path)) for path in ("/a", "/b", "/c")])
    assert [seen.path for seen in server.seen] == ["/a"]
    assert [a.trouble for a in answers] == [None, Trouble.HOST_BUSY, Trouble.HOST_BUSY]
    assert all(a.headers["retry-after"] == "120" for a in answers)


def test_a_server_that_answers_the_second_time_is_heard(server: Server) -> None:
    server.routes["/"] = in_turn(raw(b"junk\r\n\r\n"), answer(200, FEED))
    first, second = ask_all([Request(url=server.url("/")) for _ in range(2)])
    assert first.trouble is Trouble.BROKEN
    assert second.good
