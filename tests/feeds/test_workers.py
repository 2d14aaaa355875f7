"""The killable processes that parse feeds and pages."""

import operator
import os
import threading
import time
from collections.abc import Iterator

import pytest

from wirewatch.desk.workers import JobFailed, Workers, close_workers, run_killable, run_many


@pytest.fixture(autouse=True, scope="module")
def _end_workers() -> Iterator[None]:
    yield
    close_workers()


def test_a_job_returns_its_value_from_another_process() -> None:
    assert run_killable(os.getpid) != os.getpid()
    assert run_killable(operator.add, (20, 22)) == 42


def test_a_job_raises_its_own_error() -> None:
    with pytest.raises(ZeroDivisionError):
        run_killable(operator.truediv, (1, 0))


def test_a_worker_is_used_again() -> None:
    workers = Workers(1)
    assert workers.run(os.getpid) == workers.run(os.getpid)
    workers.close()


def test_a_job_that_sleeps_too_long_is_killed_and_the_next_one_runs() -> None:
    workers = Workers(1)
    started = time.monotonic()
    with pytest.raises(JobFailed, match="too long"):
        workers.run(time.sleep, (60,), seconds=0.1)
    assert time.monotonic() - started < 5
    assert workers.run(operator.add, (1, 1)) == 2
    workers.close()


def test_a_job_that_burns_cpu_is_killed() -> None:
    with pytest.raises(JobFailed, match="too long"):
        run_killable(pow, (7, 10**9), seconds=0.5)


def test_a_job_that_takes_too_much_memory_is_stopped() -> None:
    with pytest.raises(JobFailed, match="memory"):
        run_killable(operator.mul, (b"x", 500 << 20), memory_mb=100)
    assert len(run_killable(operator.mul, (b"x", 5 << 20), memory_mb=100)) == 5 << 20


def test_a_worker_that_dies_costs_only_its_job() -> None:
    workers = Workers(1)
    with pytest.raises(JobFailed, match="died"):
        workers.run(os._exit, (3,))
    assert workers.run(operator.add, (1, 1)) == 2
    workers.close()


def test_what_a_job_prints_does_not_disturb_its_answer() -> None:
    assert run_killable(print, ("hello",)) is None


def test_many_jobs_are_answered_in_order_and_a_bad_one_costs_itself() -> None:
    answers = list(run_many(operator.truediv, [(6, 1), (6, 0), (6, 3)]))
    assert answers[0] == 6
    assert isinstance(answers[1], ZeroDivisionError)
    assert answers[2] == 2


def test_an_answer_comes_while_the_next_job_is_still_awaited() -> None:
    more = threading.Event()

    def jobs() -> Iterator[tuple[int, int]]:
        yield 1, 1
        assert more.wait(20)
        yield 2, 2

    answers = run_many(operator.add, jobs())
    assert next(answers) == 2
    more.set()
    assert list(answers) == [4]


def test_jobs_that_cannot_be_read_are_told() -> None:
    def jobs() -> Iterator[tuple[int, int]]:
        yield 1, 1
        raise ValueError("the list broke")

    answers = run_many(operator.add, jobs())
    assert next(answers) == 2
    with pytest.raises(ValueError, match="the list broke"):
        next(answers)


def test_a_reader_who_leaves_early_leaves_nothing_behind() -> None:
    def jobs() -> Iterator[tuple[int, int]]:
        for number in range(1000):
            yield number, 1

    before = threading.active_count()
    answers = run_many(operator.add, jobs())
    assert next(answers) == 1
    answers.close()  # type: ignore[attr-defined]
    deadline = time.monotonic() + 5
    while threading.active_count() > before and time.monotonic() < deadline:
        time.sleep(0.01)
    assert threading.active_count() <= before
