"""Read the entries that wait: page, archive, text, finds, each kept in one transaction.

Any number of these may run side by side, be killed at any moment, and run again: an entry is
leased to one at a time, and its article, its reading and its place in the queue are kept together.
"""

import asyncio
import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import Final, Literal, Protocol
from urllib.parse import urlsplit

from sqlalchemy import Connection

from wirewatch.articles.canonical import same_page, url_key
from wirewatch.articles.extract import extract_page
from wirewatch.articles.onward import leads_on
from wirewatch.articles.repeated import DAYS_KEPT, Sighting, sightings, without_repeated
from wirewatch.articles.unwrap import unwrapped
from wirewatch.desk import page
from wirewatch.desk.hold import held
from wirewatch.desk.log import event, masked
from wirewatch.desk.page import Outcome, Step
from wirewatch.desk.robots import Leave, Robots, ask_robots
from wirewatch.desk.workers import JobFailed, run_killable
from wirewatch.feeds.waits import retry_after
from wirewatch.fetch import Fetched, Request, fetch_all
from wirewatch.fetch.answers import PAGE_BYTES, PAGE_TYPES
from wirewatch.reading.tagger import Tagger
from wirewatch.records import Article, Reading, Vocabulary
from wirewatch.store import Store, host_lines, regrouped
from wirewatch.store import articles as kept
from wirewatch.store.archive import Archive
from wirewatch.store.entries import ENTRY, EntryRow, entries_to_read, mark_entry
from wirewatch.store.leases import LEASE, is_held
from wirewatch.store.pages import PageNote, save_page, where_links_led

AT_WORK: Final = 4  # pages extracted and kept at a time
EXTRACT_SECONDS: Final = 10.0
PAGE_SECONDS: Final = 30.0
KNOWN: Final = "the same page is known from another feed or entry"
KNOWN_LATER: Final = "the same page is being asked for by another entry"
_STATES: Final[Mapping[Step, Literal["read", "again", "refused", "failed"]]] = {
    Step.READ: "read",
    Step.FROM_FEED: "read",
    Step.AGAIN: "again",
    Step.REFUSED: "refused",
    Step.FAILED: "failed",
}


class HasVocabulary(Protocol):
    """What reading needs of what editors wrote."""

    @property
    def vocabulary(self) -> Vocabulary:
        """All that the desk calls by name."""


@dataclass(slots=True, kw_only=True)
class ReadReport:
    """What a pass over the waiting entries brought; `why` counts reasons of what was not read."""

    read: int = 0
    from_feed: int = 0
    known: int = 0
    waiting: int = 0
    refused: int = 0
    failed: int = 0
    why: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)


def read(
    store: Store,
    watch: HasVocabulary,
    now: datetime,
    *,
    allow: Iterable[str] = (),
    contact: str = "",
    archive: Archive | None = None,
    limit: int = 200,
    logins: Mapping[str, str] | None = None,
    model: str = "none",
    gap: float = 2.0,
    first: Collection[str] = (),
    mine: Callable[[str], bool] | None = None,
) -> ReadReport:
    """Read up to `limit` waiting entries, oldest first, and keep what they are.

    Those of the feeds in `first` come first; `mine` says of a page's address whether it is this
    worker's to ask.

    A page that fails costs only its entry: it is tried again later, then the feed's own text
    stands in. `logins` holds the secrets that feeds name; one goes to its feed's own host only.
    """
    with store.begin() as connection:
        leased = entries_to_read(connection, now, limit, first=first, mine=mine)
        rows = [_unwrapped(row) for row in leased]
        host_lines.forget_lines(connection, now.toordinal())
    desk = _Desk(
        store=store,
        now=now,
        tagger=_tagger(watch.vocabulary, model),
        archive=archive,
        logins=logins or {},
        report=ReadReport(),
    )
    keys, until = [row.entry_key for row in rows], now + LEASE
    with held(store, ENTRY.c.entry_key, keys, until, desk.one_writer) as desk.times:
        to_ask = desk.settle_without_asking(rows)
        if to_ask:
            asyncio.run(desk.ask_all(to_ask, allow=tuple(allow), contact=contact, gap=gap))
        desk.settle_twins()
    return desk.report


def _unwrapped(row: EntryRow) -> EntryRow:
    """The row with the page's own address where its link carries that inside."""
    link = row.entry.link
    return replace(row, entry=replace(row.entry, link=unwrapped(link))) if link else row


@lru_cache(maxsize=4)
def _tagger(vocabulary: Vocabulary, model: str) -> Tagger:
    """The compiled vocabulary; the same one is compiled once in a process."""
    return Tagger(vocabulary, model)


@dataclass(slots=True, kw_only=True)
class _Desk:
    store: Store
    now: datetime
    tagger: Tagger
    archive: Archive | None
    logins: Mapping[str, str]
    report: ReadReport
    # By these the store knows that the entries are ours.
    times: Sequence[datetime] = ()
    # By entry: the page to which the one at its link only leads on.
    onward: dict[str, str] = field(default_factory=dict)
    # Entries whose page another entry of this pass asks for.
    twins: list[tuple[EntryRow, str]] = field(default_factory=list)
    # A store in memory has one connection for all threads.
    one_writer: threading.Lock = field(default_factory=threading.Lock)

    def settle_without_asking(self, rows: Sequence[EntryRow]) -> list[EntryRow]:
        """The entries whose page has to be asked for; the others are dealt with."""
        with self.store.read() as connection:
            links = [row.entry.link for row in rows if row.entry.link]
            led = where_links_led(connection, links)
            known = kept.known_keys(connection, map(url_key, [*links, *led.values()]))
        to_ask: list[EntryRow] = []
        asked: set[str] = set()
        for row in rows:
            link = row.entry.link or ""
            key = url_key(led.get(link, link))
            if not row.entry.link:
                self.end(row, "skipped", "the entry has no address")
            elif row.full_text == "feed":
                self.keep(row, page.only_feed(row, row.entry.link), self.note(row))
            elif row.version == 1 and (key in known or key in asked):
                self.report.known += 1
                self.twins.append((row, led.get(link, link)))
            else:
                asked.add(key)
                to_ask.append(row)
        return to_ask

    def settle_twins(self) -> None:
        """Give back the entries whose page is known by now; its article gets their groups."""
        for row, url in self.twins:
            with self.one_writer, self.store.begin() as connection:
                if regrouped.add_groups(connection, url, row.groups, self.now):
                    mark_entry(connection, row.entry_key, "read", KNOWN)
                else:  # the other entry's try failed; it will be tried again, and this one then
                    later = self.now + page.FIRST_WAIT
                    mark_entry(connection, row.entry_key, "again", KNOWN_LATER, later)

    async def ask_all(
        self, rows: Sequence[EntryRow], *, allow: tuple[str, ...], contact: str, gap: float
    ) -> None:
        """Ask for all pages, then for those to which some of them only lead on."""
        await self.ask_together(rows, allow=allow, contact=contact, gap=gap)
        if led_on := [row for row in rows if row.entry_key in self.onward]:
            await self.ask_together(led_on, allow=allow, contact=contact, gap=gap)

    async def ask_together(
        self, rows: Sequence[EntryRow], *, allow: tuple[str, ...], contact: str, gap: float
    ) -> None:
        """Ask for these pages together; each is dealt with as it comes."""
        links = [self.address(row) for row in rows]
        robots = await ask_robots(self.store, links, self.now, allow=allow, contact=contact)
        by_key = {row.entry_key: row for row in rows if self.may_ask(row, robots)}
        places = asyncio.Semaphore(AT_WORK)
        work: list[asyncio.Task[None]] = []

        async def deal(fetched: Fetched) -> None:
            try:
                await asyncio.to_thread(self.deal_with, by_key[fetched.request.key], fetched)
            finally:
                places.release()

        requests = [self.request(row) for row in by_key.values()]
        answers = fetch_all(requests, allow=allow, contact=contact, gap=gap, gaps=robots.gaps())
        async for fetched in answers:
            await places.acquire()
            work.append(asyncio.create_task(deal(fetched)))
        for end in await asyncio.gather(*work, return_exceptions=True):
            if isinstance(end, BaseException):  # the store failed; the leases run out
                raise end

    def address(self, row: EntryRow) -> str:
        """Where this entry's page is asked for."""
        return self.onward.get(row.entry_key) or row.entry.link or ""

    def may_ask(self, row: EntryRow, robots: Robots) -> bool:
        """Whether the site lets us; if not, the entry is dealt with."""
        link = self.address(row)
        leave = robots.leave(link)
        if leave is Leave.YES:
            return True
        why = "robots.txt says no" if leave is Leave.NO else "robots.txt cannot be had"
        may_come = leave is Leave.WAIT
        outcome = page.without_page(row, link, why, may_come=may_come, now=self.now)
        self.keep(row, outcome, self.note(row))
        return False

    def request(self, row: EntryRow) -> Request:
        """What to ask for this entry's page."""
        link = self.address(row)
        own_host = urlsplit(link).hostname == urlsplit(row.feed_url).hostname
        return Request(
            url=link,
            key=row.entry_key,
            accept=PAGE_TYPES,
            login=self.logins.get(row.login) if row.login and own_host else None,
            most_bytes=PAGE_BYTES,
            seconds=PAGE_SECONDS,
        )

    def deal_with(self, row: EntryRow, fetched: Fetched) -> None:
        """Judge one answer and keep what it brought. Raises only what store and archive raise."""
        missing, may_come = page.missing_page(fetched)
        note, edges = self.note(row, fetched), list[Sighting]()
        if missing:
            self.keep(row, self.without_page(row, fetched, missing, may_come), note)
            return
        url = fetched.final_url
        if row.entry_key not in self.onward and (target := leads_on(fetched.body, url)):
            self.onward[row.entry_key] = target
            return
        if self.archive is not None:
            note = replace(note, archived=self.archive.put(url, fetched.body))
        try:
            read = run_killable(extract_page, (fetched.body, url), EXTRACT_SECONDS)
        except Exception as error:  # whatever a page does to the reader, it is that entry's
            why = str(error) if isinstance(error, JobFailed) else type(error).__name__
            outcome = page.without_page(row, url, f"reader: {why}", may_come=False, now=self.now)
        else:
            outcome, edges = self.without_host_lines(page.from_page(row, read.article))
            if same_page(read.canonical, url) is None:
                note = replace(note, canonical=read.canonical)
        self.keep(row, outcome, note, edges)

    def without_host_lines(self, outcome: Outcome) -> tuple[Outcome, list[Sighting]]:
        """The outcome without the lines that its host prints everywhere; what to learn from it."""
        article, today = outcome.article, self.now.toordinal()
        edges = sightings(article, today) if article and outcome.step is Step.READ else []
        if article is None or not edges:
            return outcome, edges
        lines = [one.line for one in edges]
        with self.one_writer, self.store.read() as connection:
            known = host_lines.sightings(connection, edges[0].host, lines, today - DAYS_KEPT)
        article, dropped = without_repeated(article, known, today)
        reason = outcome.reason + (f"; {dropped} lines of the host left out" if dropped else "")
        return replace(outcome, reason=reason, article=article), edges

    def note(self, row: EntryRow, fetched: Fetched | None = None) -> PageNote:
        """What is written down of a try; its outcome is filled in when it is kept."""
        url = (fetched.final_url if fetched else None) or row.entry.link or ""
        size = len(fetched.body) if fetched else 0
        status = fetched.status if fetched else None
        return PageNote(
            url=url, at=self.now, outcome="", status=status, size=size, asked=row.entry.link
        )

    def without_page(self, row: EntryRow, fetched: Fetched, why: str, may_come: bool) -> Outcome:
        """As `page.without_page`, but not sooner than the server allows."""
        link = row.entry.link or ""
        outcome = page.without_page(row, link, why, may_come=may_come, now=self.now)
        wait = retry_after(fetched.headers, self.now)
        if outcome.not_before is None or wait is None:
            return outcome
        return Outcome(outcome.step, why, None, max(outcome.not_before, self.now + wait))

    def keep(
        self, row: EntryRow, outcome: Outcome, note: PageNote, edges: Sequence[Sighting] = ()
    ) -> None:
        """Keep article, reading, place in the queue, note and the entry's state: all or nothing."""
        article = outcome.article
        reading = self.tagger.read(article) if article is not None else None
        note = replace(note, outcome=outcome.step.value, reason=outcome.reason)
        with self.one_writer, self.store.begin() as connection:
            if not is_held(connection, ENTRY.c.entry_key, row.entry_key, self.times):
                return  # we stood still for so long that another worker has it
            if article is not None and reading is not None:
                self.save(connection, row, outcome, article, reading)
            save_page(connection, note)
            host_lines.save_sightings(connection, edges)
            mark_entry(
                connection, row.entry_key, _STATES[outcome.step], outcome.reason, outcome.not_before
            )
            self.count(row, outcome)

    def save(
        self,
        connection: Connection,
        row: EntryRow,
        outcome: Outcome,
        article: Article,
        reading: Reading,
    ) -> None:
        """Keep the article, unless it is a feed's summary of a page that we have whole.

        A page that another feed lists too keeps that feed's groups beside this one's.
        """
        before = kept.get(connection, article.url)
        if before is not None:
            is_less = len(before.article.text) > len(article.text)
            if outcome.step is Step.FROM_FEED and row.version > 1 and is_less:
                return
            groups = dict.fromkeys([*before.article.groups, *article.groups])
            article = replace(article, groups=tuple(groups))
        silent = row.silent
        if not kept.save_article_and_reading(connection, article, reading, self.now, silent=silent):
            regrouped.add_groups(connection, article.url, row.groups, self.now)

    def end(self, row: EntryRow, state: Literal["read", "skipped"], reason: str) -> None:
        """Give an entry back that needs no page."""
        with self.one_writer, self.store.begin() as connection:
            mark_entry(connection, row.entry_key, state, reason)

    def count(self, row: EntryRow, outcome: Outcome) -> None:
        """Add one entry to the report."""
        report = self.report
        if outcome.step is Step.READ:
            report.read += 1
            return
        report.why[outcome.reason.split(":")[0]] += 1
        if outcome.step is Step.FROM_FEED:
            report.from_feed += 1
        elif outcome.step is Step.AGAIN:
            report.waiting += 1
        else:
            refused = outcome.step is Step.REFUSED
            report.refused += refused
            report.failed += not refused
            report.problems.append(masked(f"{row.entry.link}: {outcome.reason}"))
            entry = row.entry_key
            event("page-not-read", entry=entry, url=row.entry.link, why=outcome.reason)
