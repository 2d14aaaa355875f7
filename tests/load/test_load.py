"""The load generator: the same seed prints the same papers, uneven as real ones; plans add up."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.load.planner import Costs, simulate
from tests.load.town import Town, watch_files

from wirewatch.desk.watch import load_watch

BEGIN = datetime(2024, 2, 7, tzinfo=UTC)
COSTS = Costs(unchanged=0.003, changed=0.008, article=0.1, judged=0.06, wall_each=0.02)


def town(seed: int = 7) -> Town:
    return Town(50, 600, BEGIN, timedelta(days=1), seed)


def test_the_same_seed_prints_the_same_papers() -> None:
    assert list(town().pages()) == list(town().pages())
    assert list(town().pages()) != list(town(8).pages())


def test_papers_are_as_uneven_as_real_ones() -> None:
    pages = list(town().pages())
    assert [page.at for page in pages] == sorted(page.at for page in pages)
    by_feed = Counter(page.feed for page in pages)
    assert max(by_feed.values()) > 4 * min(by_feed.values())
    day = sum(9 <= page.at.hour < 21 for page in pages)
    assert day > 1.5 * (len(pages) - day)
    texts = Counter(page.text[0] for page in pages)
    assert 0.1 < sum(count - 1 for count in texts.values()) / len(pages) < 0.3  # wire copy
    assert 0.02 < sum(page.edited is not None for page in pages) / len(pages) < 0.08


def test_some_hosts_are_slow_and_some_fail() -> None:
    manners = [Town(1_000, 1, BEGIN, timedelta(1)).manners(feed) for feed in range(100)]
    assert any(one.slow_seconds for one in manners)
    assert any(one.errors for one in manners)
    assert sum(not one.slow_seconds and not one.errors for one in manners) > 90


def test_the_editors_files_of_a_town_are_well_written(tmp_path: Path) -> None:
    files = watch_files(town(), "http://127.0.0.{host}:9/f{feed}/rss.xml", 1_000)
    for name, text in files.items():
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(text)
    watch = load_watch(tmp_path)
    assert watch.errors == ()
    assert (len(watch.feeds), len(watch.rules)) == (50, 1_000)


@pytest.mark.parametrize("feeds", [10, 2_000])
def test_a_desk_that_has_room_asks_every_feed_within_a_run_or_two(feeds: int) -> None:
    seen = simulate(feeds, COSTS, tasks=4, hours=2)
    assert seen.polls_an_hour >= feeds  # each at least once an hour
    assert seen.late_worst <= 120


def test_the_writer_is_busy_by_the_articles_that_come() -> None:
    few, many = (simulate(feeds, COSTS, tasks=4, hours=2) for feeds in (100, 4_000))
    assert few.writer == pytest.approx(few.articles_an_hour * 0.06 / 3600)
    assert 10 * few.writer < many.writer < many.cores


def test_a_desk_without_room_is_late_and_more_tasks_mend_it() -> None:
    dear = replace(COSTS, wall_each=0.6)
    one, many = (simulate(2_000, dear, tasks=tasks, hours=2) for tasks in (1, 8))
    assert one.late_median > 600 > many.late_median
    assert many.polls_an_hour > one.polls_an_hour
