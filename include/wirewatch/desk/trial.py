"""The tests that stand in a rule: their articles in order, on a fresh memory, by the real steps."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from wirewatch.desk.replay import Replay
from wirewatch.desk.watch import Watch
from wirewatch.reading.tagger import Tagger
from wirewatch.records import Article, Problem, Rule, RuleTest, RuleTestArticle, Why
from wirewatch.text import digest, nfc

NOON = datetime(2024, 1, 1, 12, tzinfo=UTC)


def run_test(
    watch: Watch, rule: Rule, test: RuleTest, tagger: Tagger | None = None
) -> list[Problem]:
    """What came otherwise than the test expects, each at its own `expect`; none if it holds.

    A held alert counts as the alert or update that it is. A rule that is switched off is tried
    all the same.
    """
    alone = replace(watch, rules=(replace(rule, enabled=True),))
    problems: list[Problem] = []
    at = NOON
    with Replay(alone, tagger=tagger) as replay:
        for number, step in enumerate(test.articles, start=1):
            at = step.published or (at if number == 1 else at + timedelta(hours=1))
            outcome = replay.tell(_article(step, number, at))
            came = outcome.alerts[0].kind if outcome.alerts else "silent"
            if came != step.expect:
                reason = outcome.alerts[0].because if outcome.alerts else _reason(outcome.whys)
                problems.append(_problem(rule, test, step, number, came, reason))
    return problems


def _article(step: RuleTestArticle, number: int, at: datetime) -> Article:
    url = f"https://test.example/{number}-{digest(step.text, step.title)}"
    return Article(
        article_id=digest("article", url),
        url=url,
        publisher=step.publisher or f"Paper {number}",
        title=nfc(step.title),
        text=nfc(step.text),
        published=at,
        arrived=at,
    )


def _reason(whys: Sequence[Why]) -> str:
    """Why nothing came: the last no, or what was told before."""
    said_no = [why.reason for why in whys if not why.said_yes]
    if said_no:
        return said_no[-1]
    return "it was told before" if whys else "nothing in it is new to the rule or concerns it"


def _problem(
    rule: Rule, test: RuleTest, step: RuleTestArticle, number: int, came: str, reason: str
) -> Problem:
    which = f", article {number}" if len(test.articles) > 1 else ""
    return Problem(
        file=rule.file,
        line=step.line,
        column=step.column,
        severity="error",
        word=step.expect,
        message=f"test “{test.name}”{which}: expected {step.expect}, it is {came}: {reason}.",
    )
