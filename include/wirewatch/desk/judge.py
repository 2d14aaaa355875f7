"""The one writer: each article that was read is compared, judged and, if it is due, told.

Articles are taken in their stored sequence. What is new, what rules remember and the alerts that
are owed are written in one transaction an article, so that a crash leaves all of it or nothing.
"""

import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo

from sqlalchemy import Connection

from wirewatch.alerts.compose import compose
from wirewatch.alerts.decide import Decision, decide
from wirewatch.alerts.explain import decided
from wirewatch.desk.books import Books, StoreBooks
from wirewatch.desk.garbage import left_alone
from wirewatch.desk.health import note
from wirewatch.desk.log import event, masked
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
from wirewatch.store import Store, articles, hard_cases, judgements, outbox, told
from wirewatch.store.writer import hold_the_pen
from wirewatch.stories import WINDOW, ask, judge

_KNOWN = (Verdict.KNOWN, Verdict.BOILERPLATE)
_AT_ONCE = 25  # articles a transaction: a commit costs more than an article


@dataclass(frozen=True, slots=True)
class Desk:
    """What stays the same from article to article: rules, names, zone, window, run."""

    rules: RuleSet
    by_id: Mapping[str, Rule]
    names: Mapping[str, str]
    zone: tzinfo
    window: timedelta = WINDOW
    run: str = ""

    @classmethod
    def of(
        cls,
        rules: Iterable[Rule],
        vocabulary: Vocabulary,
        zone: tzinfo,
        window: timedelta = WINDOW,
        *,
        run: str = "",
    ) -> "Desk":
        """The desk of these rules, indexed once; alerts keep the name of the `run` they are of."""
        live = [rule for rule in rules if rule.enabled]
        names = {entity.entity_id: entity.name for entity in vocabulary.entities}
        return cls(
            rules=RuleSet(live, vocabulary),
            by_id={rule.rule_id: rule for rule in live},
            names=names,
            zone=zone,
            window=window,
            run=run,
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
    share = known_share(judgement)
    return tell(connection, desk, article, reading, judgement, carriers, share, now)


def tell(
    connection: Connection,
    desk: Desk,
    article: Article,
    reading: Reading,
    judgement: Judgement,
    carriers: Mapping[str, Carriers],
    share: float,
    now: datetime,
) -> Outcome:
    """Match, decide and owe what a judgement brought; `share` of the article was told before.

    `carriers` by development: who has carried it so far, this article among them.
    """
    books = StoreBooks(connection, desk.run, reading)
    outcome = tell_by(books, desk, article, reading, judgement, carriers, share, now)
    echoed = {e.development_id for e in judgement.echoes}
    if echoed:
        outbox.update_counts(connection, {d: c for d, c in carriers.items() if d in echoed}, now)
    return outcome


def tell_by(
    books: Books,
    desk: Desk,
    article: Article,
    reading: Reading,
    judgement: Judgement,
    carriers: Mapping[str, Carriers],
    share: float,
    now: datetime,
    *,
    background: bool = True,
) -> Outcome:
    """The same, by whatever books are kept: those of the store, or of a trial."""
    memory = books.recall(desk.rules, judgement)
    matches, whys, changes = match_article(
        desk.rules, article, reading, judgement, carriers, memory, now, background=background
    )
    alerts = []
    for match in matches:
        decision, alert = _owe(books, desk, match, article, share, carriers, now)
        whys.add(decided(match, article, decision))
        if alert:
            alerts.append(alert)
    books.remember(changes, whys, now)
    return Outcome(judgement=judgement, alerts=tuple(alerts), whys=whys)


def _carriers(connection: Connection, judgement: Judgement) -> dict[str, Carriers]:
    ids = [d.development_id for d in judgement.developments]
    ids += [e.development_id for e in judgement.echoes]
    return told.carriers(connection, dict.fromkeys(ids))


def _owe(
    books: Books,
    desk: Desk,
    match: Match,
    article: Article,
    share: float,
    carriers: Mapping[str, Carriers],
    now: datetime,
) -> tuple[Decision, Alert | None]:
    """What is decided on a match, and the alert owed to its channels if there is one."""
    rule = desk.by_id[match.rule_id]
    thread = books.thread(rule.rule_id, match.story)
    decision = decide(
        match,
        rule,
        books.already_told(rule.rule_id, [d.development_id for d in match.developments]),
        books.last_sent(rule.rule_id, now) if rule.send.at_most_every and not thread else None,
        thread,
        now,
        desk.zone,
    )
    if not decision.reason.tells:
        return decision, None
    alert = compose(
        match,
        rule,
        article,
        carriers,
        decision,
        thread=thread,
        now=now,
        known_share=share,
        names=desk.names,
    )
    return decision, alert if books.owe(alert, rule, now) else None


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
    set_aside: int = 0
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
            "set_aside": self.set_aside,
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
    store: Store,
    desk: Desk,
    clock: Callable[[], datetime],
    *,
    most: int = 5_000,
    seconds: float | None = None,
    first: Collection[str] = (),
    tell: Sequence[str] = (),
) -> JudgeReport:
    """Judge what was read and not judged yet, in its sequence; safe beside another writer.

    What came from the feeds in `first` (addresses) is called forward in that sequence. No new batch
    is begun after so many `seconds`. An article that cannot be judged is told in `problems` and
    left for the next pass, a few times; then it is set aside, which the channels of `tell` are
    told once. The others go on without it.
    """
    report = JudgeReport()
    work = _Pass(desk, report, tell)
    end = None if seconds is None else time.monotonic() + seconds
    with left_alone():
        while report.judged + report.failed < most and (end is None or time.monotonic() < end):
            with store.begin() as connection:
                hold_the_pen(connection)
                if first:
                    articles.call_forward(connection, first)
                waiting = articles.unjudged(
                    connection, _AT_ONCE + len(work.tried), but=hard_cases.aside()
                )
                batch = [one for one in waiting if one.sequence not in work.tried]
                hard = hard_cases.known(connection, [one.sequence for one in batch])
                for one in batch:
                    _judge_one(connection, work, one, clock(), is_hard=one.sequence in hard)
            say_owed(work.owed)
            work.owed.clear()
            if not batch:
                break
    return report


@dataclass(frozen=True, slots=True)
class _Pass:
    """One pass over what waits: the places of those that failed, and what its batch owes."""

    desk: Desk
    report: JudgeReport
    tell: Sequence[str]
    tried: set[int] = field(default_factory=set)
    owed: list[Alert] = field(default_factory=list)


def _judge_one(
    connection: Connection, work: _Pass, one: articles.Waiting, now: datetime, *, is_hard: bool
) -> None:
    """Judge one in a savepoint of its own: its failure undoes nothing of the others."""
    desk, report = work.desk, work.report
    try:
        with connection.begin_nested():
            outcome = judge_article(
                connection, desk, one.article, one.reading, now, silent=one.silent
            )
            if not report.judged:
                judgements.keep_vocabulary(connection, desk.rules.vocabulary, now)
            judgements.keep(
                connection,
                one.sequence,
                one.article,
                one.reading,
                outcome.judgement,
                known_share(outcome.judgement),
                now,
                silent=one.silent,
            )
            articles.mark_judged(connection, one.sequence, now)
    except Exception as error:  # recorded, and tried again in the next pass
        work.tried.add(one.sequence)
        _note_failure(connection, work, one, error, now)
        return
    if is_hard:
        hard_cases.forget(connection, one.sequence)
        note(connection, _about(one), True, "It is judged now.", work.tell, now)
    report.add(outcome, silent=one.silent)
    work.owed.extend(outcome.alerts)


def say_owed(alerts: Iterable[Alert]) -> None:
    """Log each alert that is owed: once that is committed, or the line might be untrue."""
    for alert in alerts:
        article, held = alert.article_id, alert.held
        event("owed", alert=alert.alert_id, rule=alert.rule_id, article=article, held=held)


def _note_failure(
    connection: Connection, work: _Pass, one: articles.Waiting, error: Exception, now: datetime
) -> None:
    """Count the try; after the last one, tell once that the article is set aside."""
    url, why = one.article.url, f"{type(error).__name__}: {_first_line(error)}"
    is_last = hard_cases.failed(connection, one.sequence, one.article.article_id, url, why, now)
    event("not-judged", article=one.article.article_id, url=url, why=why, last_try=is_last or None)
    if not is_last:
        work.report.failed += 1
        work.report.problems.append(masked(f"{url}: {why}"))
        return
    work.report.set_aside += 1
    says = f"It could not be judged in {hard_cases.MOST_TRIES} tries and is set aside: {why}."
    mend = f"After an upgrade it is tried again, or now: wirewatch aside retry {url}"
    note(connection, _about(one), False, says, work.tell, now, mend=mend)


def _about(one: articles.Waiting) -> str:
    return f"article {one.article.url}"[:200]


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [""])[0]
