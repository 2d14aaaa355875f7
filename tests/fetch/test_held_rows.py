"""What a worker has on lease: renewed while it works, free soon after it has died."""

import asyncio
import os
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from misbehaving import Handler, Seen, Server, answer
from sqlalchemy import Column, select
from sqlalchemy.exc import OperationalError
from test_killed_between_steps import ALLOW, WORDS, Desk, document, feed, url_of

from wirewatch.desk.hold import held
from wirewatch.desk.poll import poll
from wirewatch.desk.read import read
from wirewatch.records import Feed
from wirewatch.store import Store, leases, open_store
from wirewatch.store.entries import ENTRY
from wirewatch.store.feed_tables import FEED
from wirewatch.store.feeds import lease_due

NOW = datetime(2024, 2, 7, tzinfo=UTC)
HOUR = timedelta(hours=1)
SOON = timedelta(seconds=90)


def lease(store: Store, feeds: list[Feed], at: datetime = NOW) -> list[str]:
    """The ids of the feeds that a worker gets who asks at that time."""
    with store.begin() as connection:
        return [row.feed.feed_id for row in lease_due(connection, feeds, at)]


@pytest.fixture
def feeds() -> list[Feed]:
    urls = [f"https://harbour.example/{n}" for n in range(3)]
    return [Feed(feed_id=url, url=url, publisher="Harbour News") for url in urls]


@pytest.fixture
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leases, "RENEWED_EACH", timedelta(seconds=0.05))


def times(store: Store) -> set[datetime | None]:
    with store.read() as connection:
        return set(connection.execute(select(FEED.c.lease_until)).scalars())


def until(done: Callable[[], bool]) -> None:
    most = time.monotonic() + 20
    while not done():
        assert time.monotonic() < most
        time.sleep(0.02)


def test_a_lease_is_renewed_for_as_long_as_the_work_goes_on(
    store: Store, feeds: list[Feed], quickly: None
) -> None:
    ids = lease(store, feeds)
    with held(store, FEED.c.feed_id, ids, NOW + SOON, threading.Lock()) as ours:
        until(lambda: len(ours) > 3 and times(store) <= set(ours[2:]))
        assert lease(store, feeds, NOW + SOON) == []


def test_what_a_worker_has_done_or_lost_is_not_renewed(
    store: Store, feeds: list[Feed], quickly: None
) -> None:
    ids = lease(store, feeds)
    with held(store, FEED.c.feed_id, ids, NOW + SOON, threading.Lock()) as ours:
        others = NOW + HOUR
        with store.begin() as connection:
            done, lost = FEED.c.feed_id == ids[0], FEED.c.feed_id == ids[1]
            connection.execute(FEED.update().where(done).values(lease_until=None))
            connection.execute(FEED.update().where(lost).values(lease_until=others))
        many = len(ours) + 3
        until(lambda: len(ours) > many)
        assert None in times(store)
        assert others in times(store)


def test_a_lease_is_free_soon_after_its_holder_was_killed(
    store: Store, feeds: list[Feed], quickly: None
) -> None:
    ids = lease(store, feeds)
    begun = time.monotonic()
    child = os.fork()
    if not child:
        with (
            suppress(BaseException),
            open_store(url_of(store), migrate=False) as own,
            held(own, FEED.c.feed_id, ids, NOW + SOON, threading.Lock()),
        ):
            time.sleep(60)
        os._exit(1)
    until(lambda: not times(store) & {NOW + SOON})
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    left = timedelta(seconds=time.monotonic() - begun)
    assert lease(store, feeds, NOW + SOON) == []
    assert lease(store, feeds, NOW + SOON + left) == ids


def test_a_database_that_is_away_for_a_moment_costs_no_lease(
    store: Store, feeds: list[Feed], quickly: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids, renew, failures = lease(store, feeds), leases.renew, [3]

    def fail(*words: object) -> None:
        failures[0] -= 1
        if failures[0] >= 0:
            raise OperationalError("", {}, OSError("away"))
        renew(*words)  # type: ignore[arg-type]

    monkeypatch.setattr(leases, "renew", fail)
    with held(store, FEED.c.feed_id, ids, NOW + SOON, threading.Lock()) as ours:
        until(lambda: failures[0] < 0 and times(store) <= set(ours[3:]))


@pytest.mark.parametrize(
    ("error", "is_free"),
    [
        (OperationalError("", {}, OSError("away")), True),
        (OSError("no space left on device"), True),
        (KeyboardInterrupt(), True),
        (ValueError("this row"), False),
    ],
)
def test_a_failure_gives_back_what_is_held_unless_a_row_may_be_to_blame(
    store: Store, feeds: list[Feed], error: BaseException, is_free: bool
) -> None:
    ids = lease(store, feeds)
    with pytest.raises(type(error)), held(store, FEED.c.feed_id, ids, NOW + SOON, threading.Lock()):
        raise error
    assert lease(store, feeds) == (ids if is_free else [])


def meanwhile(do: Callable[[], None], then: Handler) -> Handler:
    """An answer that comes after something else has been done."""

    async def handle(seen: Seen, writer: asyncio.StreamWriter) -> None:
        do()
        await then(seen, writer)

    return handle


def a_page(number: int) -> Handler:
    words = f"<h1>Ferry {number}-0 sails</h1><p>{WORDS.format(n=number)}</p>"
    return answer(200, f"<html><body><article>{words}</article></body></html>")


def test_a_poll_and_a_reading_keep_what_they_bring_however_often_the_lease_was_renewed(
    server: Server, store: Store, quickly: None
) -> None:
    def wait(column: Column[datetime]) -> Callable[[], None]:
        def renewed() -> bool:
            with store.read() as connection:
                return bool(connection.execute(select(column)).scalar_one() > NOW + SOON)

        return lambda: until(renewed)

    server.routes["/1"] = meanwhile(wait(FEED.c.lease_until), answer(200, document(server, 1, 1)))
    server.routes["/page/1-0"] = meanwhile(wait(ENTRY.c.lease_until), a_page(1))
    one = feed(server, 1)
    assert poll(store, [one], NOW, allow=ALLOW).new == 1
    assert read(store, Desk(), NOW, allow=ALLOW).read == 1
    with store.read() as connection:
        assert connection.execute(select(ENTRY.c.lease_until)).scalars().all() == [None]
        assert connection.execute(select(FEED.c.lease_until)).scalars().all() == [None]


def test_a_reader_who_has_lost_an_entry_keeps_nothing_of_it(server: Server, store: Store) -> None:
    def lose() -> None:
        with store.begin() as connection:
            connection.execute(ENTRY.update().values(lease_until=NOW + HOUR))

    server.routes["/1"] = answer(200, document(server, 1, 1))
    server.routes["/page/1-0"] = meanwhile(lose, a_page(1))
    poll(store, [feed(server, 1)], NOW, allow=ALLOW)
    assert read(store, Desk(), NOW, allow=ALLOW).read == 0
    server.routes["/page/1-0"] = a_page(1)
    assert read(store, Desk(), NOW + SOON, allow=ALLOW).read == 0
    assert read(store, Desk(), NOW + HOUR, allow=ALLOW).read == 1
