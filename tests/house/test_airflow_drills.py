"""Drills in a running Airflow: what works is killed, runs are run again and filled in.

`make drills` runs them, `make test` does not: minutes each. The stand-in for Slack counts what it
was told; each drill prints how long its news took from the moment of the blow.
"""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from disturbed_house import EVERY_SECONDS, MAIN_JOB, DisturbedHouse, disturbed_house

from house import postgres, redis

Say = Callable[[str], None]

BACKFILLED_RUNS = 5
CLEARED_RUNS = 3
AWAY_SECONDS = 60

pytestmark = [pytest.mark.drills, pytest.mark.timeout(1500)]


@pytest.fixture(scope="module", params=["sqlite", "postgres", "celery"])
def house(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[DisturbedHouse]:
    try:
        if request.param != "sqlite":
            postgres.prefix()
        if request.param == "celery":
            redis.program()
    except (postgres.Unusable, redis.Unusable) as error:
        pytest.skip(f"{request.param.upper()} CANNOT BE STARTED HERE, undrilled: {error}")
    with disturbed_house(tmp_path_factory.mktemp("house"), request.param) as made:
        yield made


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str], house: DisturbedHouse) -> Say:
    """Print a line of the drill's own, whatever pytest hides."""

    def line(text: str) -> None:
        with capsys.disabled():
            print(f"\n    {house.kind}: {text}", end="", flush=True)

    return line


def test_undisturbed_each_article_is_told_once(house: DisturbedHouse, say: Say) -> None:
    took = [house.seconds_until_told(house.print_news()) for _ in range(3)]
    say(f"undisturbed: told {', '.join(f'{one:.0f}' for one in took)} s after it was printed")


def test_a_backfill_beside_the_schedule_tells_each_article_once(
    house: DisturbedHouse, say: Say
) -> None:
    if house.kind == "sqlite":
        pytest.skip("beside a schedule Airflow's own backfill command finds SQLite locked")
    last = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(hours=5)
    first = last - timedelta(seconds=EVERY_SECONDS * (BACKFILLED_RUNS - 1))
    begun, scheduled = time.monotonic(), house.runs("scheduled")["success"]
    news = [house.print_news()]
    house.airflow(
        *("backfill", "create", "--dag-id", MAIN_JOB, "--max-active-runs", "3"),
        *("--from-date", first.isoformat(), "--to-date", last.isoformat()),
    )
    while house.runs("backfill")["success"] < BACKFILLED_RUNS:
        house.until(lambda: house.told()[news[-1]] > 0, "news is not told beside a backfill")
        news.append(house.print_news())
        assert time.monotonic() - begun < 900, house.state()
    took = time.monotonic() - begun
    assert house.runs("backfill") == {"success": BACKFILLED_RUNS}
    assert house.runs("scheduled")["success"] > scheduled
    house.seconds_until_told(news[-1])
    say(f"{BACKFILLED_RUNS} runs filled in beside the schedule in {took:.0f} s, {len(news)} told")


def test_runs_that_are_cleared_run_again_and_tell_nothing_again(
    house: DisturbedHouse, say: Say
) -> None:
    runs = house.newest_that_ended_well(CLEARED_RUNS)
    messages, begun = len(house.slack.messages), time.monotonic()
    house.airflow(
        *("tasks", "clear", MAIN_JOB, "--yes"),
        *("--start-date", min(runs.values()), "--end-date", max(runs.values())),
    )
    for run in runs:
        house.until(lambda run=run: house.ran_again(run), f"{run} does not run again")
    took = time.monotonic() - begun
    house.each_told_once()
    again = len(house.slack.messages) - messages
    house.seconds_until_told(house.print_news())
    say(f"{CLEARED_RUNS} runs cleared and run again in {took:.0f} s, {again} messages meanwhile")


@pytest.mark.parametrize("step", ["poll", "read", "judge", "deliver"])
def test_a_task_killed_in_any_step_loses_and_doubles_nothing(
    house: DisturbedHouse, say: Say, step: str
) -> None:
    house.paper.takes = 1.0 if step in ("poll", "read") else 0.0
    news = house.print_news()
    house.kill_task(step)
    house.paper.takes = 0.0
    say(f"{step} killed: told {house.seconds_until_told(news):.0f} s later")


def test_a_task_killed_while_slack_keeps_its_message_tells_it_once(
    house: DisturbedHouse, say: Say
) -> None:
    killed: list[float] = []

    def kill() -> None:
        house.kill_task("deliver")
        killed.append(time.monotonic())

    house.slack.hung = kill
    house.slack.faults.append("hang after")  # it is stored, and nobody hears that it is
    news = [house.print_news()]
    house.until(lambda: bool(killed), "nothing was sent")
    news.append(house.print_news())
    took = house.seconds_until_told(news[-1])

    def settled() -> bool:
        return not house.owed()

    house.until(settled, "something is still owed")
    house.each_told_once()
    after = time.monotonic() - killed[0]
    say(f"killed while sending: the next told {took:.0f} s, the books in order {after:.0f} s later")


def test_a_worker_killed_with_its_task_loses_and_doubles_nothing(
    house: DisturbedHouse, say: Say
) -> None:
    house.paper.takes = 1.0
    news = house.print_news()
    house.kill_task("read", with_worker=True)
    house.paper.takes = 0.0
    say(f"read and its worker killed: told {house.seconds_until_told(news):.0f} s later")


@pytest.mark.parametrize(
    "part",
    [
        *("scheduler", "api-server", "dag-processor"),
        *("postgres", "redis", "triggerer", "worker-1", "worker-2"),
    ],
)
def test_a_part_killed_at_work_loses_and_doubles_nothing(
    house: DisturbedHouse, say: Say, part: str
) -> None:
    if part not in house.parts():
        pytest.skip(f"{house.kind} has no {part}")
    news = house.print_news()
    house.until(house.is_at_work, "no task is at work", every=0.05)
    house.kill_part(part)
    say(f"{part} killed: told {house.seconds_until_told(news):.0f} s later")


def test_pages_that_do_not_answer_for_a_minute_lose_and_double_nothing(
    house: DisturbedHouse, say: Say
) -> None:
    house.until(house.is_at_work, "no task is at work", every=0.05)
    with house.frozen("api-server"):
        news = house.print_news()
        time.sleep(AWAY_SECONDS)
    took = house.seconds_until_told(news)
    say(f"api-server away for {AWAY_SECONDS} s: told {took:.0f} s after it was back")


def test_after_all_that_the_demo_story_was_told_as_if_nothing_had_happened(
    house: DisturbedHouse, say: Say
) -> None:
    kinds = house.demo_alerts()
    house.each_told_once()
    delivered = house.slack.delivered()
    assert kinds.count("alert") == 1
    assert kinds.count("update") >= 1
    say(f"{len(delivered)} messages, each once; the demo's: {', '.join(kinds)}")
