"""Ask the feeds that are due: lease, fetch, parse, sort, and keep each in one transaction.

Any number of these may run side by side, be killed at any moment, and run again: a feed is leased
to one at a time, and what a poll brought is kept together with the validators that stand for it.
"""

import asyncio
import threading
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from hashlib import blake2b
from typing import Final

from wirewatch.desk.hold import held
from wirewatch.desk.log import event, masked
from wirewatch.desk.polled import Polled, judge_document, judge_without_document
from wirewatch.desk.workers import JobFailed, run_killable
from wirewatch.feeds.answer import Outcome, outcome_of
from wirewatch.feeds.document import NotAFeed
from wirewatch.feeds.identity import sort_entries
from wirewatch.feeds.parse import parse_feed
from wirewatch.feeds.poll import conditions
from wirewatch.feeds.waits import retry_after
from wirewatch.fetch import Fetched, Request, Trouble, fetch_all
from wirewatch.fetch.lanes import lane_of
from wirewatch.records import Feed
from wirewatch.store import Store
from wirewatch.store import feeds as kept
from wirewatch.store.feed_tables import FEED
from wirewatch.store.leases import LEASE

AT_WORK: Final = 4  # documents parsed and kept at a time
PARSE_SECONDS: Final = 10.0
ONE_FEED_TWICE: Final = "it leads to another feed of the list: one of the two can go"


@dataclass(slots=True, kw_only=True)
class PollReport:
    """What a pass over the feeds brought. `problems` are sentences for an operator."""

    asked: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    taken_out: int = 0
    failed: int = 0
    problems: list[str] = field(default_factory=list)


def poll(
    store: Store,
    feeds: Sequence[Feed],
    now: datetime,
    *,
    allow: Iterable[str] = (),
    contact: str = "",
    limit: int = 200,
    logins: Mapping[str, str] | None = None,
    gap: float = 2.0,
    first: Collection[str] = (),
    mine: Callable[[str], bool] = lambda url: True,
) -> PollReport:
    """Ask up to `limit` feeds that are due, and keep what is new as having arrived at `now`.

    A feed that fails is recorded with its reason and asked again later; the others go on.
    `logins` holds the secrets that feeds name; those whose ids are in `first` are asked first.
    `mine` says of an address whether it is this worker's to ask.
    """
    with store.begin() as connection:
        rows = kept.lease_due(connection, feeds, now, limit, first=first, mine=mine)
        waiting = kept.waiting_hosts(connection, now)
    report = PollReport()
    desk = _Desk(
        store=store,
        now=now,
        report=report,
        logins=logins or {},
        urls=frozenset(feed.url for feed in feeds),
    )
    asked = [row for row in rows if not desk.put_off(row, waiting)]
    if asked:
        keys, until = [row.feed.feed_id for row in asked], now + LEASE
        with held(store, FEED.c.feed_id, keys, until, desk.one_writer) as desk.times:
            asyncio.run(desk.ask_all(asked, allow=tuple(allow), contact=contact, gap=gap))
    return report


@dataclass(slots=True, kw_only=True)
class _Desk:
    store: Store
    now: datetime
    report: PollReport
    logins: Mapping[str, str]
    urls: frozenset[str] = frozenset()
    # By these the store knows that the feeds are ours.
    times: Sequence[datetime] = ()
    # A store in memory has one connection for all threads.
    one_writer: threading.Lock = field(default_factory=threading.Lock)

    def put_off(self, row: kept.FeedRow, waiting: Mapping[str, datetime]) -> bool:
        """Give back a feed whose host asked us to wait; true if it was so."""
        until = waiting.get(lane_of(row.url))
        if until is None:
            return False
        with self.store.begin() as connection:
            kept.put_off(connection, row.feed.feed_id, until)
        return True

    async def ask_all(
        self, rows: Sequence[kept.FeedRow], *, allow: tuple[str, ...], contact: str, gap: float
    ) -> None:
        """Ask all of them together; each answer is dealt with as it comes."""
        by_key = {row.feed.feed_id: row for row in rows}
        places = asyncio.Semaphore(AT_WORK)
        work: list[asyncio.Task[None]] = []

        async def deal(fetched: Fetched) -> None:
            row = by_key[fetched.request.key]
            try:
                self.count(row, *await asyncio.to_thread(self.deal_with, row, fetched))
            finally:
                places.release()

        requests = [self.request(row) for row in rows]
        async for fetched in fetch_all(requests, allow=allow, contact=contact, gap=gap):
            await places.acquire()
            work.append(asyncio.create_task(deal(fetched)))
        ends = await asyncio.gather(*work, return_exceptions=True)
        for (
            end
        ) in ends:  # the store failed: the others are done, their leases run out by themselves
            if isinstance(end, BaseException):
                raise end

    def request(self, row: kept.FeedRow) -> Request:
        """What to ask for this feed."""
        headers = conditions(
            row.etag,
            row.last_modified,
            self.now,
            last_whole=row.last_whole,
            straight_304s=row.straight_304s,
        )
        login = self.logins.get(row.feed.login) if row.feed.login else None
        return Request(url=row.url, key=row.feed.feed_id, headers=headers, login=login)

    def deal_with(self, row: kept.FeedRow, fetched: Fetched) -> tuple[Polled, kept.Brought | None]:
        """Judge one answer and keep what it brought. Raises only what the store raises."""
        polled = self.judge(row, fetched, self.now)
        with self.one_writer, self.store.begin() as connection:
            known = kept.known_entries(connection, row.feed.feed_id, polled.entries)
            found = sort_entries(row.feed.feed_id, polled.entries, known, polled.entry_pieces)
            after = polled.next_state(found)
            brought = kept.save_poll(
                connection,
                row,
                after,
                found,
                polled.note(after),
                taken_out=polled.taken_out,
                times=self.times,
            )
            wait = (
                retry_after(fetched.headers, self.now) if polled.outcome is Outcome.BUSY else None
            )
            if wait is not None:
                kept.wait_for_host(connection, lane_of(row.url), self.now + wait)
        return polled, brought

    def judge(self, row: kept.FeedRow, fetched: Fetched, now: datetime) -> Polled:
        """What the answer means, parsed in a process that may be killed."""
        if fetched.permanent_to in self.urls - {row.feed.url}:
            fetched = replace(fetched, permanent_to=None)
            self.report.problems.append(masked(f"{row.url}: {ONE_FEED_TWICE}"))
        body_hash = _hash(fetched.body) if fetched.body.strip() else None
        outcome = outcome_of(
            fetched.status,
            fetched.headers,
            body_hash=body_hash,
            known_body_hash=row.body_hash,
            was_conditional="If-None-Match" in fetched.request.headers
            or "If-Modified-Since" in fetched.request.headers,
        )
        if fetched.trouble is Trouble.HOST_BUSY:
            outcome = Outcome.BUSY
        if not outcome.has_document:
            return judge_without_document(row, fetched, outcome, now, self.lacks(row, outcome))
        read = partial(
            parse_feed,
            fetched.body,
            fetched.final_url,
            content_type=fetched.headers.get("content-type"),
            seen=frozenset(row.pieces),
            now=now,
        )
        try:
            parsed = run_killable(read, (), PARSE_SECONDS)
        except NotAFeed as error:
            return judge_without_document(row, fetched, Outcome.NOT_A_FEED, now, str(error))
        except Exception as error:  # whatever a document does to the parser, it is that feed's
            detail = str(error) if isinstance(error, JobFailed) else type(error).__name__
            return judge_without_document(row, fetched, Outcome.PARSER_FAILED, now, detail)
        return judge_document(row, fetched, outcome, parsed, body_hash or "", now)

    def lacks(self, row: kept.FeedRow, outcome: Outcome) -> str:
        """What the operator has not set for a feed that was refused: its login; else ""."""
        name = row.feed.login
        if outcome is not Outcome.REFUSED or name is None or name in self.logins:
            return ""
        variable = f"WIREWATCH_LOGIN_{name.upper().replace('-', '_')}"
        return f"its login “{name}” is not set ({variable})"

    def count(self, row: kept.FeedRow, polled: Polled, brought: kept.Brought | None) -> None:
        """Add one poll to the report."""
        self.report.asked += 1
        if brought is None:
            self.report.problems.append(masked(f"{row.feed.url}: another worker was faster"))
            return
        self.report.new += brought.new
        self.report.changed += brought.changed
        self.report.taken_out += len(brought.taken_out)
        if not polled.outcome.is_good:
            self.report.failed += 1
            self.report.problems.append(masked(f"{row.feed.url}: {polled.reason}"))
            event("feed-failed", feed=row.feed.feed_id, url=row.feed.url, why=polled.reason)
        elif not brought.new and not brought.changed:
            self.report.unchanged += 1


def _hash(body: bytes) -> str:
    return blake2b(body, digest_size=10).hexdigest()
