"""What is wrong in the editors' folder, the examples and tests that do not hold included."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from time import monotonic
from typing import TypeVar

from wirewatch.desk.backtest import TOO_MANY_A_DAY, BacktestReport, backtest_steps
from wirewatch.desk.watch import Watch, load_watch
from wirewatch.records import Problem, Rule
from wirewatch.rules.checks import GUESSED, MOST
from wirewatch.store import Store

T = TypeVar("T")
PATIENCE = 5.0  # seconds; more would make a check too slow to run while writing
_ENOUGH = 100  # articles, of which a third says something
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


def on_the_past(
    path: Path, problems: list[Problem], store: Store, now: datetime, zone: tzinfo = UTC
) -> list[Problem]:
    """The problems, with what the last day's stored articles say about how much rules would send.

    Told are rules that would have sent more than a desk reads, or on more than a third of all
    articles. A guess from common words goes where the articles show that it is wrong. Tried are
    the first of the day's articles, as many as a few seconds allow, and reckoned up to all.
    """
    watch = load_watch(path, zone)
    report = _tried(watch, store, now, zone)
    if not report.articles:
        return problems
    share = report.of / report.articles
    told = Counter(alert.rule_id for alert in report.alerts)
    sent = Counter(alert.rule_id for alert in report.alerts if not alert.held)
    enough = report.articles >= _ENOUGH
    found: list[Problem] = []
    for rule in watch.rules:
        if sent[rule.rule_id] * share > TOO_MANY_A_DAY:
            found.append(_loud(rule, round(sent[rule.rule_id] * share), exact=share == 1))
        elif enough and told[rule.rule_id] > MOST * report.articles:
            found.append(_common(rule, told[rule.rule_id], report.articles))
    rare = {
        rule.rule_id
        for rule in watch.rules
        if enough and rule.enabled and told[rule.rule_id] <= MOST * report.articles
    }
    kept = [p for p in problems if not _is_guess(p) or _rule_of(p, watch.rules) not in rare]
    return sorted([*kept, *found], key=lambda p: (p.file, p.line, p.column, p.severity))


def _tried(watch: Watch, store: Store, now: datetime, zone: tzinfo) -> BacktestReport:
    report = BacktestReport(days=1)
    steps = backtest_steps(store, watch, now, days=1, zone=zone, report=report)
    until = monotonic() + PATIENCE
    for _ in steps:
        if monotonic() > until and report.articles:
            steps.close()
    return report


def _is_guess(one: Problem) -> bool:
    return one.message.startswith(GUESSED)


def _rule_of(one: Problem, rules: Iterable[Rule]) -> str | None:
    """The rule in whose lines a problem stands."""
    above = [rule for rule in rules if rule.file == one.file and rule.line <= one.line]
    return max(above, key=lambda rule: rule.line).rule_id if above else None


def _common(rule: Rule, told: int, of: int) -> Problem:
    said = f"told of {told:,} of the last day's {of:,} articles: more than a third"
    return _would_have(rule, said)


def _loud(rule: Rule, count: int, *, exact: bool) -> Problem:
    sent = f"{'' if exact else 'about '}{count} messages over the last day"
    return _would_have(rule, f"sent {sent}; a desk reads {TOO_MANY_A_DAY}")


def _would_have(rule: Rule, said: str) -> Problem:
    return Problem(
        file=rule.file,
        line=rule.line,
        column=1,
        severity="warning",
        word=rule.name,
        message=f"“{rule.name}” would have {said}. See: wirewatch backtest {rule.rule_id}",
    )
