"""How often a feed is polled: when to ask again, and with which conditions."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import blake2b
from typing import Final

from wirewatch.records import Feed

LONGEST_WAIT: Final = timedelta(days=1)
SHORTEST_WAIT: Final = timedelta(minutes=5)
# News that waits for more than an hour is none; hourly with validators is asking little.
LONGEST_PATIENCE: Final = timedelta(hours=1)
ASKS_PER_ENTRY: Final = 4
STRETCH: Final = 4  # an editor's `every` may be stretched this much for a feed that brings little
UNCONDITIONAL_AFTER: Final = timedelta(days=8)
UNCONDITIONAL_AFTER_304S: Final = 50


class Reason(StrEnum):
    """Why the next poll is when it is."""

    FIRST = "not asked yet"
    PUBLISHES = "as it publishes"
    SHORTEST = "as often as we may"
    LONGEST = "at least this often"
    SERVER = "the server asks for it"
    QUIET = "the feed asks for quiet until then"
    FAILED = "it failed"
    TURNED_OVER = "it brings more than we saw"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedState:
    """What earlier polls tell of a feed. `entries_per_day` is None before anything is known.

    `turned_over`: the last poll shared no entry with the one before, so some may have been missed.
    """

    failures: int = 0
    entries_per_day: float | None = None
    turned_over: bool = False
    last_wait: timedelta | None = None
    skip_hours: frozenset[int] = frozenset()
    skip_days: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class NextPoll:
    """When a feed is asked again, and why then."""

    at: datetime
    reason: Reason


def next_poll(feed: Feed, state: FeedState, now: datetime, server_wait: timedelta) -> NextPoll:
    """The next poll: never sooner than the server allows, never past a day.

    A feed is asked four times as often as it publishes, between five minutes and an hour or within
    its editor's bound; after failures in a row the wait doubles. `server_wait` is what
    `waits.server_wait` says; zero if the server asks nothing.

    Source: entry-frequency polling as in Miniflux; RFC 9111, section 5.2.2.1 (max-age).
    """
    if state.failures:
        wait, reason = _backed_off(feed, state.failures), Reason.FAILED
    else:
        wait, reason = _as_it_publishes(feed, state)
    wait *= _jitter(feed, now)
    if server_wait > wait:
        wait, reason = server_wait, Reason.SERVER
    at = now + min(wait, LONGEST_WAIT)
    quiet_until = _after_quiet(feed, state, at)
    return NextPoll(quiet_until, Reason.QUIET) if quiet_until > at else NextPoll(at, reason)


def bounds(feed: Feed) -> tuple[timedelta, timedelta]:
    """The shortest and the longest wait for a feed that answers."""
    if feed.every is None:
        return SHORTEST_WAIT, LONGEST_PATIENCE
    shortest = min(feed.every, LONGEST_WAIT)
    return shortest, max(shortest, min(LONGEST_PATIENCE, STRETCH * shortest))


def new_rate(
    before: float | None, entries: int, elapsed: timedelta | None, oldest: timedelta | None
) -> float | None:
    """Entries a day, after a poll that brought `entries` in `elapsed` since the one before.

    A day of silence takes two thirds off what was known. The first poll goes by the age of the
    `oldest` entry of its document; None if that is not known.
    """
    if before is None or elapsed is None:
        if not entries or not oldest or oldest <= timedelta(0):
            return before
        return entries / max(oldest / timedelta(days=1), 1 / 24)
    days = max(elapsed / timedelta(days=1), 1e-6)
    weight = days / (1 + days)
    return (1 - weight) * before + weight * entries / days


def conditions(
    etag: str | None,
    last_modified: str | None,
    now: datetime,
    *,
    last_whole: datetime | None,
    straight_304s: int,
) -> dict[str, str]:
    """The headers that let a server say “nothing new”: validators byte for byte, or none at times.

    Some servers answer 304 for ever: once in eight days, or after fifty in a row, we ask afresh.
    A Last-Modified of the future says nothing and is not sent.
    """
    if last_whole is None or now - last_whole > UNCONDITIONAL_AFTER:
        return {}
    if straight_304s >= UNCONDITIONAL_AFTER_304S:
        return {}
    headers = {}
    if etag:
        # A server that knows RFC 3229 may then send the new entries alone (226).
        headers = {"If-None-Match": etag, "A-IM": "feed"}
    if last_modified and not _is_future(last_modified, now):
        headers["If-Modified-Since"] = last_modified
    return headers


def _backed_off(feed: Feed, failures: int) -> timedelta:
    # Five minutes doubled ten times is past a day, five seconds after fifteen.
    wait: timedelta = bounds(feed)[0] * (1 << min(failures, 20))
    return min(wait, LONGEST_WAIT)


def _as_it_publishes(feed: Feed, state: FeedState) -> tuple[timedelta, Reason]:
    shortest, longest = bounds(feed)
    if state.turned_over:
        half = min(state.last_wait or longest, longest) / 2
        return max(shortest, half), Reason.TURNED_OVER
    if state.entries_per_day is None:
        return shortest, Reason.FIRST
    asks_per_day = ASKS_PER_ENTRY * state.entries_per_day
    if asks_per_day * longest <= timedelta(days=1):
        return longest, Reason.LONGEST
    wait = timedelta(days=1) / asks_per_day
    return (shortest, Reason.SHORTEST) if wait < shortest else (wait, Reason.PUBLISHES)


def _jitter(feed: Feed, now: datetime) -> float:
    """From 0.9 to 1.1, by chance but the same for the same feed and time."""
    seed = blake2b(f"{feed.feed_id} {now.isoformat()}".encode(), digest_size=4).digest()
    return 0.9 + 0.2 * int.from_bytes(seed, "big") / 2**32


def _after_quiet(feed: Feed, state: FeedState, at: datetime) -> datetime:
    """The first time at or after `at` outside the feed's skipHours and skipDays, within a day."""
    if feed.every is not None:
        return at
    latest = at + LONGEST_WAIT / 2
    hour = at.astimezone(UTC)
    while hour.hour in state.skip_hours or hour.weekday() in state.skip_days:
        hour = hour.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        if hour > latest:
            return at  # a feed that is always quiet means something else
    return max(hour, at)


def _is_future(http_date: str, now: datetime) -> bool:
    from wirewatch.feeds.waits import http_time

    when = http_time(http_date)
    return when is not None and when > now + timedelta(hours=1)
