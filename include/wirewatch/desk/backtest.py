"""What the rules would have sent over the last days: stored judgements through the real steps.

Everything happens in a memory of its own: nothing is sent, nothing is stored. What the main job
judged is taken as it judged it; match, decision and message are made by the very code of the main
job. Articles in which no rule can find what it looks for are not even opened.
"""

from collections import Counter
from collections.abc import Callable, Collection, Generator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, tzinfo
from typing import Any

from wirewatch.desk.books import TrialBooks
from wirewatch.desk.judge import Desk, tell_by
from wirewatch.desk.past import Case, Past
from wirewatch.desk.watch import Watch
from wirewatch.records import Alert, Carriers, Judgement
from wirewatch.store import Store, articles
from wirewatch.stories import WINDOW

TOO_MANY_A_DAY = 50  # what a desk still reads
Progress = Callable[[int, int], None]


@dataclass(slots=True)
class BacktestReport:
    """What would have gone out: `alerts` in order, and what they amount to.

    `articles` were tried, of `of` that are stored; `opened` of them could concern a rule and
    `read_anew` were read again for a changed vocabulary. `waiting` are not judged yet.
    """

    days: int
    articles: int = 0
    of: int = 0
    opened: int = 0
    read_anew: int = 0
    waiting: int = 0
    alerts: list[Alert] = field(default_factory=list)

    @property
    def a_day(self) -> dict[str, int]:
        """Alerts and updates by day (UTC)."""
        return dict(sorted(Counter(a.at.date().isoformat() for a in self.alerts).items()))

    @property
    def by_rule(self) -> dict[str, int]:
        """Alerts and updates by rule, the most first."""
        return dict(Counter(a.rule_id for a in self.alerts).most_common())

    @property
    def counts(self) -> dict[str, Any]:
        """The figures by name."""
        return {
            "days": self.days,
            "articles": self.articles,
            "of": self.of,
            "opened": self.opened,
            "read_anew": self.read_anew,
            "waiting": self.waiting,
            "alerts": sum(1 for a in self.alerts if a.kind == "alert"),
            "updates": sum(1 for a in self.alerts if a.kind == "update"),
            "threads": len({a.thread for a in self.alerts}),
            "held": sum(1 for a in self.alerts if a.held),
            "a_day": self.a_day,
            "by_rule": self.by_rule,
            "too_many": self.too_many,
        }

    @property
    def too_many(self) -> dict[str, int]:
        """Rules that would send more on some day than a desk still reads, with that day's count."""
        by_day = Counter((a.rule_id, a.at.date()) for a in self.alerts if not a.held)
        worst: dict[str, int] = {}
        for (rule, _), count in by_day.items():
            if count > TOO_MANY_A_DAY:
                worst[rule] = max(worst.get(rule, 0), count)
        return worst


def backtest(
    store: Store,
    watch: Watch,
    now: datetime,
    *,
    days: int,
    rules: Collection[str] = (),
    zone: tzinfo,
    window: timedelta = WINDOW,
    progress: Progress | None = None,
    report: BacktestReport | None = None,
    most: int | None = None,
) -> BacktestReport:
    """Run the watch's rules (or only those named) over what was judged in the last `days`.

    `progress` is called with articles done and in all. A `report` of the caller's is filled as it
    goes, so that one who breaks off has what was done; `most` stops after so many articles.
    Raises KeyError for an unknown rule.
    """
    report = report or BacktestReport(days=days)
    steps = backtest_steps(
        store, watch, now, days=days, rules=rules, zone=zone, window=window, report=report
    )
    for _ in steps:
        if progress:
            progress(report.articles, report.of)
        if most is not None and report.articles >= most:
            steps.close()
            break
    return report


def backtest_steps(
    store: Store,
    watch: Watch,
    now: datetime,
    *,
    days: int,
    rules: Collection[str] = (),
    zone: tzinfo,
    window: timedelta = WINDOW,
    report: BacktestReport | None = None,
) -> Generator[BacktestReport, None, None]:
    """The same, some hundred articles at a time: the growing report after each part.

    Who has seen enough closes it (`steps.close()`): nothing stays behind. Raises KeyError for an
    unknown rule.
    """
    known = {rule.rule_id: replace(rule, since=None) for rule in watch.rules}
    chosen = [known[rule] for rule in rules] if rules else list(known.values())
    report = report or BacktestReport(days=days)
    desk = Desk.of(chosen, watch.vocabulary, zone, window)
    first = now - timedelta(days=days)
    with Past(store, watch.vocabulary, desk.rules.rules, first, window) as past:
        with store.read() as stored:
            report.waiting = articles.waiting_count(stored)
        report.of = past.of
        run = _Run(desk, past, report)
        yield report
        for cases in past.cases():
            run.judge(cases)
            report.read_anew = past.read_anew
            yield report


@dataclass(slots=True)
class Difference:
    """What a draft would have sent otherwise than the saved rules: `more` and `fewer` alerts.

    An article that both tell is no difference, though its message may read otherwise.
    """

    before: BacktestReport
    after: BacktestReport

    @property
    def done(self) -> int:
        """Articles tried so far, in both runs together."""
        return self.before.articles + self.after.articles

    @property
    def of(self) -> int:
        """Articles to try in both runs together."""
        return self.before.of + self.after.of

    @property
    def more(self) -> list[Alert]:
        """What only the draft tells."""
        return _beside(self.after.alerts, self.before.alerts)

    @property
    def fewer(self) -> list[Alert]:
        """What only the saved rules tell."""
        return _beside(self.before.alerts, self.after.alerts)

    @property
    def says(self) -> str:
        """The difference in a line: “3 more, 1 fewer, 12 as before”."""
        more, fewer = len(self.more), len(self.fewer)
        same = len(self.after.alerts) - more
        return f"{more:,} more, {fewer:,} fewer, {same:,} as before"


def _beside(some: Sequence[Alert], others: Sequence[Alert]) -> list[Alert]:
    told = {(alert.rule_id, alert.article_id) for alert in others}
    return [alert for alert in some if (alert.rule_id, alert.article_id) not in told]


def compare_steps(
    store: Store,
    saved: Watch,
    draft: Watch,
    now: datetime,
    *,
    days: int,
    rules: Collection[str],
    zone: tzinfo,
    window: timedelta = WINDOW,
    difference: Difference | None = None,
) -> Generator[Difference, None, None]:
    """These rules as they are saved, then as a draft has them: the growing difference, by parts.

    `draft` is the whole folder with the draft in it (`desk.watch.load_draft`). A rule that only
    one of the two has sends nothing in the other. A `difference` of the caller's is filled as it
    goes; closing it breaks off cleanly.
    """
    difference = difference or Difference(BacktestReport(days=days), BacktestReport(days=days))
    for watch, report in ((saved, difference.before), (draft, difference.after)):
        here = {rule.rule_id for rule in watch.rules}
        chosen = [rule for rule in rules if rule in here]
        if not chosen:
            continue
        steps = backtest_steps(
            store, watch, now, days=days, rules=chosen, zone=zone, window=window, report=report
        )
        for _ in steps:
            yield difference
    yield difference


class _Run:
    """One trial on its way: what its rules told, and who has carried that so far."""

    def __init__(self, desk: Desk, past: Past, report: BacktestReport) -> None:
        self._desk, self._past, self._report = desk, past, report
        self._books = TrialBooks()
        report.alerts = self._books.alerts
        # By development that some rule may have told or waits with: by article, who carried it.
        self._carried: dict[str, dict[str, tuple[str | None, str, str | None]]] = {}

    def judge(self, cases: Sequence[Case]) -> None:
        """Match, decide and compose what these brought, in their order."""
        wanted = [case for case in cases if not case.silent and self._concerns(case)]
        self._past.get_ready(wanted)
        concerned = {id(case) for case in wanted}
        for case in cases:
            self._one(case, open_it=id(case) in concerned)
            self._report.articles += 1

    def _concerns(self, case: Case) -> bool:
        if case.touched:
            return True
        found = case.judgement.developments
        text = "\n".join([case.title, *(one.sentence for one in found)])
        return bool(found) and self._desk.rules.concerned(text, case.finds, found)

    def _one(self, case: Case, *, open_it: bool) -> None:
        echoed = self._carries(case, case.judgement)
        if case.silent:
            return
        if open_it or self._books.waits(echoed):
            self._open(case)
        elif echoed:
            self._books.count_up(self._carriers(echoed))

    def _open(self, case: Case) -> None:
        opened = case.opened()
        if opened is None:
            return
        article, reading, judgement = opened
        self._report.opened += 1
        for one in judgement.developments:
            self._carried.setdefault(one.development_id, {})
        echoed = self._carries(case, judgement)
        ids = [*(one.development_id for one in judgement.developments), *echoed]
        carriers = self._carriers(ids)
        tell_by(
            self._books, self._desk, article, reading, judgement, carriers, case.share, case.now,
            background=False,
        )  # fmt: skip
        self._books.count_up({one: carriers[one] for one in echoed})

    def _carries(self, case: Case, judgement: Judgement) -> list[str]:
        """Note that this article carries what some rule may have told; the echoes among it."""
        credit, own = case.credit, case.article_id
        for one in judgement.developments:
            carried = self._carried.get(one.development_id)
            if carried is not None:
                origin = one.origin or judgement.origin or ""
                carried.setdefault(own, (case.publisher, origin, credit))
        echoed = []
        for echo in judgement.echoes:
            carried = self._carried.get(echo.development_id)
            if carried is not None:
                carried.setdefault(own, (echo.publisher, echo.origin, credit))
                echoed.append(echo.development_id)
        return echoed

    def _carriers(self, ids: Collection[str]) -> dict[str, Carriers]:
        found = {}
        for one in ids:
            rows = self._carried[one].values()
            found[one] = Carriers(
                publishers=tuple(dict.fromkeys(row[0] for row in rows if row[0])),
                origins=tuple(dict.fromkeys(row[1] for row in rows)),
                credits=tuple(dict.fromkeys(row[2] for row in rows if row[2])),
            )
        return found
