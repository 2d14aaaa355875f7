"""The one writer: each article that was read is compared, judged and, if it is due, told.

Articles are taken in their stored sequence. What is new, what rules remember and the alerts that
are owed are written in one transaction an article, so that a crash leaves all of it or nothing.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo

from sqlalchemy import Connection

from wirewatch.alerts.compose import compose
from wirewatch.alerts.decide import decide
from wirewatch.records import (
    Alert,
    Article,
    Carriers,
    Judgement,
    Match,
    Reading,
    Rule,
    Verdict,
    Vocabulary,
    Why,
)
from wirewatch.rules.index import RuleSet
from wirewatch.rules.match import match_article
from wirewatch.store import Store, articles, outbox, told
from wirewatch.store import rules as rule_store
from wirewatch.store.writer import hold_the_pen
from wirewatch.stories import WINDOW, ask, judge

_KNOWN = (Verdict.KNOWN, Verdict.BOILERPLATE)
_AT_ONCE = 25  # articles a transaction: a commit costs more than an article


@dataclass(frozen=True, slots=True)
class Desk:
    """What stays the same from article to article: rules, names, zone, window."""

    rules: RuleSet
    by_id: Mapping[str, Rule]
    names: Mapping[str, str]
    zone: tzinfo
    window: timedelta = WINDOW

    @classmethod
    def of(
        cls, rules: Iterable[Rule], vocabulary: Vocabulary, zone: tzinfo, window: timedelta = WINDOW
    ) -> "Desk":
        """The desk of these rules, indexed once."""
        live = [rule for rule in rules if rule.enabled]
        names = {entity.entity_id: entity.name for entity in vocabulary.entities}
        return cls(
            rules=RuleSet(live, vocabulary),
            by_id={rule.rule_id: rule for rule in live},
            names=names,
            zone=zone,
            window=window,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one article: the judgement, the alerts as they go out, and every why."""

    judgement: Judgement
    alerts: tuple[Alert, ...] = ()
    whys: Sequence[Why] = ()


def judge_article(
    connection: Connection,
    desk: Desk,
    article: Article,
    reading: Reading,
    now: datetime,
    *,
    silent: bool = False,
) -> Outcome:
    """Compare, match, decide and owe, inside the caller's transaction.

    `now` is the time of arrival (replay: of publication). A `silent` article is told to the memory
    only: a feed's first pass brings no old news.
    """
    asked = ask(article, reading)
    known = told.recall(connection, asked, now, desk.window)
    judgement, kept = judge(article, reading, asked, known, now, desk.window)
    told.remember(connection, kept)
    if silent:
        return Outcome(judgement=judgement)
    carriers = _carriers(connection, judgement)
    memory = rule_store.recall(connection, desk.rules, judgement)
    matches, whys, changes = match_article(
        desk.rules, article, reading, judgement, carriers, memory, now
    )
    alerts = [
        alert
        for match in matches
        if (alert := _owe(connection, desk, match, article, judgement, carriers, now))
    ]
    rule_store.remember(connection, changes, whys, now)
    echoed = {e.development_id for e in judgement.echoes}
    if echoed:
        outbox.update_counts(connection, {d: c for d, c in carriers.items() if d in echoed}, now)
    return Outcome(judgement=judgement, alerts=tuple(alerts), whys=whys)


def _carriers(connection: Connection, judgement: Judgement) -> dict[str, Carriers]:
    ids = [d.development_id for d in judgement.developments]
    ids += [e.development_id for e in judgement.echoes]
    return told.carriers(connection, dict.fromkeys(ids))


def _owe(
    connection: Connection,
    desk: Desk,
    match: Match,
    article: Article,
    judgement: Judgement,
    carriers: Mapping[str, Carriers],
    now: datetime,
) -> Alert | None:
    """The alert that this match makes, owed to its channels; None if it brings the rule nothing."""
    rule = desk.by_id[match.rule_id]
    thread = outbox.threads(connection, rule.rule_id, match.story)
    decision = decide(
        match,
        rule,
        outbox.already_told(
            connection, rule.rule_id, [d.development_id for d in match.developments]
        ),
        outbox.last_sent(connection, rule.rule_id, now),
        thread,
        now,
        desk.zone,
    )
    if not decision.reason.tells:
        return None
    alert = compose(
        match,
        rule,
        article,
        carriers,
        decision,
        thread=thread,
        now=now,
        known_share=known_share(judgement),
        names=desk.names,
    )
    return alert if outbox.add(connection, alert, rule.send.to, now) else None


def known_share(judgement: Judgement) -> float:
    """How much of an article was told before: a share of its sentences' letters, 0 to 1."""
    lengths = [(s.span.end - s.span.start, s.verdict in _KNOWN) for s in judgement.sentences]
    whole = sum(length for length, _ in lengths)
    return sum(length for length, is_known in lengths if is_known) / whole if whole else 0.0


# ── What waits in the store ───────────────────────────────────────────────────────────────────


@dataclass(slots=True)
class JudgeReport:
    """What a pass judged: articles, developments, alerts owed and held, and what was dropped."""

    judged: int = 0
    new: int = 0
    matched: int = 0
    held: int = 0
    failed: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, object]:
        """The same as values by name; `dropped` by reason."""
        return {
            "judged": self.judged,
            "new": self.new,
            "matched": self.matched,
            "held": self.held,
            "failed": self.failed,
            "dropped": dict(self.dropped),
        }

    def add(self, outcome: Outcome, *, silent: bool) -> None:
        """Count one article."""
        judgement = outcome.judgement
        self.judged += 1
        self.new += len(judgement.developments)
        self.matched += len(outcome.alerts)
        self.held += sum(1 for alert in outcome.alerts if alert.held)
        if silent:
            self.dropped["first pass of its feed"] += 1
        elif not judgement.developments:
            self.dropped["a copy" if judgement.copy_of else "nothing new"] += 1
        elif not outcome.alerts:
            self.dropped["no rule matched"] += 1


def judge_waiting(
    store: Store, desk: Desk, clock: Callable[[], datetime], *, most: int = 5_000
) -> JudgeReport:
    """Judge what was read and not judged yet, in its sequence; safe beside another writer.

    An article that cannot be judged is told in `problems` and left for the next pass; the others
    go on without it.
    """
    report = JudgeReport()
    aside: set[int] = set()
    while report.judged + report.failed < most:
        with store.begin() as connection:
            hold_the_pen(connection)
            waiting = articles.unjudged(connection, _AT_ONCE + len(aside))
            batch = [one for one in waiting if one.sequence not in aside]
            for one in batch:
                _judge_one(connection, desk, one, clock(), report, aside)
        if not batch:
            break
    return report


def _judge_one(
    connection: Connection,
    desk: Desk,
    one: articles.Waiting,
    now: datetime,
    report: JudgeReport,
    aside: set[int],
) -> None:
    """Judge one in a savepoint of its own: its failure undoes nothing of the others."""
    try:
        with connection.begin_nested():
            outcome = judge_article(
                connection, desk, one.article, one.reading, now, silent=one.silent
            )
            articles.mark_judged(connection, one.sequence, now)
    except Exception as error:  # recorded, and tried again in the next pass
        aside.add(one.sequence)
        report.failed += 1
        report.problems.append(f"{one.article.url}: {type(error).__name__}: {_first_line(error)}")
        return
    report.add(outcome, silent=one.silent)


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [""])[0]
