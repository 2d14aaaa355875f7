"""What is wrong in the editors' folder, the examples and tests that do not hold included."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, tzinfo
from pathlib import Path
from typing import TypeVar

from wirewatch.desk.watch import load_watch
from wirewatch.records import Problem

T = TypeVar("T")
Progress = Callable[[list[T]], Iterable[T]]


def check(path: Path, zone: tzinfo = UTC, *, progress: Progress = iter) -> list[Problem]:  # type: ignore[type-arg]
    """Every problem in the folder, in order of file and place; empty if all is well.

    The vocabulary's `yes` and `no` are tried, and every test of every good rule is run on a fresh
    memory. `progress` is handed the tests and gives them back one by one.
    """
    watch = load_watch(path, zone)
    problems = list(watch.problems)
    if watch.nodes.vocabulary:
        from wirewatch.reading.load import try_examples

        problems += try_examples(watch.vocabulary, watch.nodes.vocabulary)
    problems += _tests(path, zone, progress)
    return sorted(problems, key=lambda p: (p.file, p.line, p.column, p.severity))


def _tests(path: Path, zone: tzinfo, progress: Progress) -> Iterator[Problem]:  # type: ignore[type-arg]
    watch = load_watch(path, zone)
    tests = [(rule, test) for rule in watch.rules for test in rule.tests]
    if not tests:
        return
    from wirewatch.desk.trial import run_test
    from wirewatch.reading.tagger import Tagger

    tagger = Tagger(watch.vocabulary)
    for rule, test in progress(tests):
        yield from run_test(watch, rule, test, tagger)
