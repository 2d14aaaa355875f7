"""When a feed is asked again, with which conditions, and what an answer means."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirewatch.feeds.answer import Outcome, outcome_of
from wirewatch.feeds.poll import (
    LONGEST_PATIENCE,
    LONGEST_WAIT,
    SHORTEST_WAIT,
    FeedState,
    Reason,
    conditions,
    new_rate,
    next_poll,
)
from wirewatch.feeds.waits import DAY, fresh_for, retry_after, server_wait
from wirewatch.records import Feed

NOW = datetime(2024, 2, 7, 12, 0, tzinfo=UTC)
NONE = timedelta(0)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def feed(every: timedelta | None = None) -> Feed:
    return Feed(feed_id="f", url="https://harbour.example/f", publisher="Harbour News", every=every)


@pytest.mark.parametrize(
    ("every", "state", "server", "wait", "reason"),
    [
        (None, FeedState(), NONE, 5 * MINUTE, Reason.FIRST),
        (None, FeedState(entries_per_day=24), NONE, 15 * MINUTE, Reason.PUBLISHES),
        (None, FeedState(entries_per_day=500), NONE, 5 * MINUTE, Reason.SHORTEST),
        (None, FeedState(entries_per_day=0.1), NONE, HOUR, Reason.LONGEST),  # a weekly column
        (None, FeedState(entries_per_day=24), 2 * HOUR, 2 * HOUR, Reason.SERVER),
        (None, FeedState(failures=1), NONE, 10 * MINUTE, Reason.FAILED),
        (None, FeedState(failures=4), NONE, 80 * MINUTE, Reason.FAILED),
        (None, FeedState(failures=99), NONE, DAY, Reason.FAILED),  # rarely, but never given up
        (
            None,
            FeedState(entries_per_day=9, turned_over=True, last_wait=HOUR),
            NONE,
            30 * MINUTE,
            Reason.TURNED_OVER,
        ),
        # the desk was off for a day: soon, not after half a day
        (
            None,
            FeedState(entries_per_day=9, turned_over=True, last_wait=24 * HOUR),
            NONE,
            30 * MINUTE,
            Reason.TURNED_OVER,
        ),
        # a demonstration, or a page of live results
        (timedelta(seconds=5), FeedState(), NONE, timedelta(seconds=5), Reason.FIRST),
        (timedelta(seconds=5), FeedState(entries_per_day=1), NONE, timedelta(seconds=20),
         Reason.LONGEST),
        # an archive that an editor wants seldom
        (3 * HOUR, FeedState(entries_per_day=500), NONE, 3 * HOUR, Reason.SHORTEST),
    ],
)  # fmt: skip
def test_when_a_feed_is_asked_again(
    every: timedelta | None, state: FeedState, server: timedelta, wait: timedelta, reason: Reason
) -> None:
    following = next_poll(feed(every), state, NOW, server)
    assert following.reason is reason
    assert 0.89 * wait <= following.at - NOW <= 1.11 * wait


waits = st.timedeltas(min_value=NONE, max_value=timedelta(days=3))
states = st.builds(
    FeedState,
    failures=st.integers(0, 1000),
    entries_per_day=st.none() | st.floats(0, 1e6),
    turned_over=st.booleans(),
    last_wait=st.none() | waits,
    skip_hours=st.frozensets(st.integers(0, 23)),
    skip_days=st.frozensets(st.integers(0, 6)),
)
bounds = st.none() | st.timedeltas(timedelta(seconds=1), timedelta(days=10))


@given(states, waits, bounds)
def test_never_sooner_than_the_server_allows_and_never_past_a_day_and_a_half(
    state: FeedState, server: timedelta, every: timedelta | None
) -> None:
    wait = next_poll(feed(every), state, NOW, server).at - NOW
    assert min(server, LONGEST_WAIT) <= wait <= 1.5 * LONGEST_WAIT
    if every is not None:
        assert min(every, LONGEST_WAIT) * 0.9 <= wait + timedelta(microseconds=2) or state.failures


@given(st.floats(0, 1e4), st.floats(0, 1e4))
def test_who_publishes_more_is_asked_no_less(one: float, other: float) -> None:
    few, many = sorted([one, other])
    wait = {n: next_poll(feed(), FeedState(entries_per_day=n), NOW, NONE).at for n in (few, many)}
    assert wait[many] <= wait[few]


def test_feeds_do_not_all_come_at_once() -> None:
    feeds = [Feed(feed_id=str(n), url=str(n), publisher="x") for n in range(50)]
    times = {next_poll(one, FeedState(), NOW, NONE).at for one in feeds}
    assert len(times) == 50
    assert max(times) - min(times) > 0.1 * SHORTEST_WAIT


def test_quiet_hours_of_a_feed_are_kept_unless_its_editor_set_a_pace() -> None:
    state = FeedState(skip_hours=frozenset({12, 13}))
    assert next_poll(feed(), state, NOW, NONE).at == datetime(2024, 2, 7, 14, tzinfo=UTC)
    assert next_poll(feed(MINUTE), state, NOW, NONE).at < NOW + 2 * MINUTE
    always = FeedState(skip_hours=frozenset(range(24)))
    assert next_poll(feed(), always, NOW, NONE).at < NOW + LONGEST_PATIENCE


def test_the_pace_follows_what_a_feed_brings() -> None:
    rate = new_rate(None, 20, None, timedelta(days=10))
    assert rate == 2
    for _ in range(24):
        rate = new_rate(rate, 3, HOUR, None)
    assert rate is not None
    assert rate > 30  # a busy day
    for _ in range(24 * 4):
        rate = new_rate(rate, 0, HOUR, None)
    assert rate is not None
    assert rate < 2  # four quiet ones


# ── What servers ask for ──────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("120", 2 * MINUTE),
        ("Wed, 07 Feb 2024 12:30:00 GMT", 30 * MINUTE),
        ("0", MINUTE),
        ("-5", MINUTE),
        ("Mon, 05 Feb 2024 00:00:00 GMT", MINUTE),  # past
        ("Thu, 01 Jan 2099 00:00:00 GMT", DAY),
        ("99999999999", DAY),
        ("soon", None),
        ("", None),
    ],
)
def test_retry_after_is_heard_from_a_minute_to_a_day(value: str, wait: timedelta | None) -> None:
    assert retry_after({"retry-after": value}, NOW) == wait


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"cache-control": "public, max-age=600"}, 10 * MINUTE),
        ({"cache-control": "max-age=600, no-cache"}, NONE),
        ({"cache-control": "max-age=31536000, immutable"}, NONE),  # a year: absurd for a feed
        ({"cache-control": "s-maxage=600"}, NONE),  # for shared caches only
        ({"cache-control": 'max-age="600"'}, 10 * MINUTE),
        ({"expires": "Wed, 07 Feb 2024 12:30:00 GMT"}, 30 * MINUTE),
        ({"expires": "Wed, 07 Feb 2024 12:30:00 GMT", "date": "Wed, 07 Feb 2024 12:20:00 GMT"},
         10 * MINUTE),
        ({"expires": "Wed, 07 Feb 2024 12:30:00 GMT", "cache-control": "max-age=60"}, MINUTE),
        ({"expires": "0"}, NONE),
        ({"expires": "-1"}, NONE),
        ({"expires": "Thu, 01 Jan 1970 00:00:00 GMT"}, NONE),
        ({}, NONE),
    ],
)  # fmt: skip
def test_how_long_an_answer_is_fresh(headers: dict[str, str], wait: timedelta) -> None:
    assert fresh_for(headers, NOW) == wait


def test_an_editor_overrules_advice_but_not_a_server_that_asks_for_time() -> None:
    advice = {"cache-control": "max-age=86400"}
    assert server_wait(advice, NOW, hints=HOUR, editor_decides=False) == DAY
    assert server_wait(advice, NOW, hints=HOUR, editor_decides=True) == NONE
    assert server_wait({}, NOW, hints=HOUR, editor_decides=False) == HOUR
    busy = {"retry-after": "7200"}
    assert server_wait(busy, NOW, editor_decides=True) == 2 * HOUR


# ── Conditions ────────────────────────────────────────────────────────────────────────────────

ETAG = 'W/"a,b"'
TUESDAY = "Tue, 06 Feb 2024 00:00:00 GMT"


@pytest.mark.parametrize(
    ("etag", "modified", "days", "straight", "expected"),
    [
        (ETAG, TUESDAY, 1, 3,
         {"If-None-Match": ETAG, "A-IM": "feed", "If-Modified-Since": TUESDAY}),
        (None, TUESDAY, 1, 3, {"If-Modified-Since": TUESDAY}),
        (ETAG, "Tue, 19 Jan 2038 03:14:07 GMT", 1, 3, {"If-None-Match": ETAG, "A-IM": "feed"}),
        (None, "yesterday", 1, 3, {"If-Modified-Since": "yesterday"}),  # theirs to understand
        (ETAG, TUESDAY, 9, 3, {}),  # a server that is stuck on 304
        (ETAG, TUESDAY, 1, 50, {}),
        (ETAG, TUESDAY, None, 0, {}),
    ],
)  # fmt: skip
def test_conditions(
    etag: str | None, modified: str, days: int | None, straight: int, expected: dict[str, str]
) -> None:
    whole = None if days is None else NOW - timedelta(days=days)
    found = conditions(etag, modified, NOW, last_whole=whole, straight_304s=straight)
    assert found == expected


@pytest.mark.parametrize(
    ("status", "headers", "body", "conditional", "outcome"),
    [
        (200, {}, "new", True, Outcome.DOCUMENT),
        (200, {}, "old", True, Outcome.SAME_BODY),
        (203, {}, "new", True, Outcome.DOCUMENT),
        (200, {}, None, True, Outcome.EMPTY),
        (204, {}, None, True, Outcome.EMPTY),
        (226, {"im": "feed"}, "new", True, Outcome.PARTIAL),
        (226, {}, "new", True, Outcome.DOCUMENT),
        (304, {}, None, True, Outcome.NOT_MODIFIED),
        (304, {}, None, False, Outcome.ODD),
        (200, {"cf-mitigated": "challenge"}, "new", True, Outcome.CHALLENGED),
        (401, {}, "x", True, Outcome.REFUSED),
        (403, {}, "x", True, Outcome.REFUSED),
        (404, {}, "x", True, Outcome.MISSING),
        (410, {}, "x", True, Outcome.GONE),
        (429, {}, "x", True, Outcome.BUSY),
        (503, {}, "x", True, Outcome.BUSY),
        (500, {}, "x", True, Outcome.SERVER_ERROR),
        (418, {}, "x", True, Outcome.ODD),
        (None, {}, None, True, Outcome.NO_ANSWER),
    ],
)
def test_what_an_answer_means(
    status: int | None,
    headers: dict[str, str],
    body: str | None,
    conditional: bool,
    outcome: Outcome,
) -> None:
    found = outcome_of(
        status, headers, body_hash=body, known_body_hash="old", was_conditional=conditional
    )
    assert found is outcome
