"""What is wrong in the editors' folder, the examples and tests that do not hold included."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import TypeVar

from wirewatch.desk.watch import load_watch
from wirewatch.records import Problem, Rule
from wirewatch.store import Store

T = TypeVar("T")
_TRIED = 400  # articles; more would make a check too slow to run while writing
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


def too_loud(path: Path, store: Store, now: datetime, zone: tzinfo = UTC) -> list[Problem]:
    """A warning for each rule that would have sent more in the last day than a desk reads.

    Tried on the first of the day's stored articles, and reckoned up to all of them.
    """
    from wirewatch.desk.backtest import TOO_MANY_A_DAY, backtest
    from wirewatch.stories import WINDOW

    watch = load_watch(path, zone)
    report = backtest(store, watch, now, days=1, zone=zone, window=WINDOW, most=_TRIED)
    if not report.articles:
        return []
    share = report.of / report.articles
    found = []
    for rule in watch.rules:
        sent = sum(1 for alert in report.alerts if alert.rule_id == rule.rule_id and not alert.held)
        if sent * share > TOO_MANY_A_DAY:
            found.append(_loud(rule, round(sent * share), exact=share == 1))
    return found


def _loud(rule: Rule, count: int, *, exact: bool) -> Problem:
    from wirewatch.desk.backtest import TOO_MANY_A_DAY

    sent = f"{'' if exact else 'about '}{count} messages over the last day"
    return Problem(
        file=rule.file,
        line=rule.line,
        column=1,
        severity="warning",
        word=rule.name,
        message=f"“{rule.name}” would have sent {sent}; a desk reads {TOO_MANY_A_DAY}. "
        f"See: wirewatch backtest {rule.rule_id}",
    )
