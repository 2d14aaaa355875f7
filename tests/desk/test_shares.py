"""How work is shared: one task on a small desk, as many as it needs on a large one, hosts apart."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirewatch.desk import steps
from wirewatch.desk.settings import Settings
from wirewatch.desk.shares import at_a_time, is_mine, seconds_each, shares, urgent_feeds
from wirewatch.fetch.lanes import lane_of
from wirewatch.records import Feed, OnlyIf, Rule, Send, When
from wirewatch.store import Store, open_store
from wirewatch.store.feeds import due_count, lease_due
from wirewatch.store.runs import note_step

NOW = datetime(2024, 2, 8, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("waiting", "cost", "at_once", "parts"),
    [
        (0, 0.1, 8, 0),  # nothing to do
        (10, 0.1, 8, 0),  # a small desk: one of each
        (99, 0.1, 8, 0),  # ten seconds are one task's work
        (1_000, 0.1, 8, 8),  # as many as may run
        (250, 0.1, 8, 3),  # as many as it needs
        (5_000, 0.1, 1, 0),  # one worker does all of it itself
    ],
)
def test_a_step_is_cut_into_as_many_parts_as_its_cost_asks_for(
    waiting: int, cost: float, at_once: int, parts: int
) -> None:
    assert shares(waiting, cost, at_once) == [(number, parts) for number in range(parts)]


def test_a_cost_is_what_was_measured_and_a_guess_before() -> None:
    assert seconds_each("poll", "feeds_asked", []) == 0.1
    notes = [{"feeds_asked": 30, "seconds": 6.0}, {"feeds_asked": 10, "seconds": 2.0}, {"fed": 1}]
    assert seconds_each("poll", "feeds_asked", notes) == 0.2
    assert at_a_time(0.0001) == 400
    assert at_a_time(100.0) == 20


hosts = st.sampled_from(
    ["a.example", "b.example:81", "x.substack.com", "y.substack.com", "ü.example"]
)
urls = st.lists(st.builds(lambda host, n: f"https://{host}/{n}", hosts, st.integers(0, 9)))


@given(urls, st.integers(1, 12))
def test_every_address_is_in_one_share_and_a_host_is_never_in_two(
    addresses: list[str], parts: int
) -> None:
    owners = {
        url: [number for number in range(parts) if is_mine((number, parts))(url)]
        for url in addresses
    }
    assert all(len(found) == 1 for found in owners.values())
    by_lane: dict[str, set[int]] = {}
    for url, found in owners.items():
        by_lane.setdefault(lane_of(url), set()).update(found)
    assert all(len(numbers) == 1 for numbers in by_lane.values())


def feed(number: int, **more: object) -> Feed:
    url = f"https://host{number % 7}.example/{number}.xml"
    return Feed(feed_id=f"f{number}", url=url, publisher=f"Paper {number}", **more)  # type: ignore[arg-type]


def test_workers_lease_all_that_is_due_between_them_and_share_no_host(store: Store) -> None:
    feeds = [feed(number) for number in range(40)]
    seen: dict[str, int] = {}
    hosts: dict[str, set[int]] = {}
    for number in range(3):
        with store.begin() as connection:
            for row in lease_due(connection, feeds, NOW, mine=is_mine((number, 3))):
                seen[row.feed.feed_id] = seen.get(row.feed.feed_id, 0) + 1
                hosts.setdefault(lane_of(row.url), set()).add(number)
            assert due_count(connection, feeds, NOW) == len(feeds) - len(seen)
    assert seen == {one.feed_id: 1 for one in feeds}
    assert all(len(owners) == 1 for owners in hosts.values())


def rule(severity: str, only_if: OnlyIf, *, enabled: bool = True) -> Rule:
    send = Send(to=("x",), severity=severity)  # type: ignore[arg-type]
    return Rule(
        rule_id=severity, name="r", when=When(), only_if=only_if, send=send, enabled=enabled
    )


@pytest.mark.parametrize(
    ("only_if", "severity", "found"),
    [
        (OnlyIf(groups=("wires",)), "urgent", ["f1"]),
        (OnlyIf(publishers=("Paper 2",)), "high", ["f2"]),
        (OnlyIf(groups=("wires",), publishers=("Paper 2",)), "urgent", []),
        (OnlyIf(groups=("wires",)), "normal", []),
        (OnlyIf(), "urgent", []),  # all feeds alike: none is before the others
    ],
)
def test_the_feeds_of_urgent_rules_are_those_that_they_name(
    only_if: OnlyIf, severity: str, found: list[str]
) -> None:
    feeds = [feed(1, groups=("wires",)), feed(2), feed(3, groups=("wires",), enabled=False)]
    assert [one.feed_id for one in urgent_feeds([rule(severity, only_if)], feeds)] == found
    assert urgent_feeds([rule(severity, only_if, enabled=False)], feeds) == []


def test_urgent_feeds_are_leased_before_those_that_are_longer_overdue(store: Store) -> None:
    feeds = [feed(number) for number in range(6)]
    with store.begin() as connection:
        leased = lease_due(connection, feeds, NOW, 3, first={"f5", "f4"})
    assert [row.feed.feed_id for row in leased] == ["f4", "f5", "f0"]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A desk of 30 feeds that nobody answers for, where a poll has cost a second a feed."""
    (tmp_path / "watch/feeds").mkdir(parents=True)
    lines = [f"  - {{feed: 'http://127.0.0.{n}:9/x', publisher: p{n}}}" for n in range(2, 32)]
    (tmp_path / "watch/feeds/dead.yaml").write_text("feeds:\n" + "\n".join(lines) + "\n")
    url = f"sqlite:///{tmp_path}/store.sqlite"
    with open_store(url) as store, store.begin() as connection:
        note_step(connection, "before", "poll", {"feeds_asked": 100, "seconds": 100.0}, NOW)
    return Settings(
        watch=tmp_path / "watch",
        store=url,
        archive=f"file://{tmp_path}/pages",
        allow=tuple(f"127.0.0.{n}:9" for n in range(2, 32)),
        at_once=4,
    )


def test_the_first_task_leaves_a_large_batch_to_its_helpers_and_they_do_all_of_it(
    settings: Settings,
) -> None:
    first = steps.poll_step(settings, "run", may_share=True)
    assert first["shares"] == [(0, 3), (1, 3), (2, 3)]
    assert first["feeds_asked"] == 0
    helped = [steps.poll_step(settings, "run", share) for share in first["shares"]]
    assert sum(counts["feeds_asked"] for counts in helped) == 30
    assert all(counts["shares"] == [] for counts in helped)
    assert steps.poll_step(settings, "run", may_share=True)["shares"] == []
