"""Whether a rule says yes to what an article adds, condition by condition, and why.

Judged are developments, never documents. What holds but lacks proof waits; what waits is judged
again when somebody else carries it; what nobody is sure of comes only beside what is sure.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from wirewatch.records import (
    Article,
    Carriers,
    Development,
    Judgement,
    Match,
    Reading,
    Rule,
    Span,
    Stage,
    Verdict,
    When,
)
from wirewatch.rules.conditions import CONDITIONS, ORDER, next_told
from wirewatch.rules.explain import Explainer, Whys
from wirewatch.rules.index import RuleSet
from wirewatch.rules.memory import Changes, RuleMemory, Told, Waiting
from wirewatch.rules.proof import NEVER_WAITS, PROOFS, Vouched
from wirewatch.rules.scene import Scene, View

_FIGURES = ("figure", "rises_by", "falls_by", "above", "below")
# Whatever ties a development to its sentence by itself; words and names must stand in it.
_TIED = ("event", "becomes", "figure", "remarks_by")


@dataclass(frozen=True, slots=True)
class _Found:
    """One development that a rule said yes to."""

    development: Development
    because: str
    marks: tuple[Span, ...] = ()


@dataclass(slots=True)
class _Work:
    """One article on its way through all rules."""

    rule_set: RuleSet
    scene: Scene
    judgement: Judgement
    carriers: Mapping[str, Carriers]
    memory: RuleMemory
    now: datetime
    explain: Explainer
    told: dict[tuple[str, str], Told] = field(default_factory=dict)
    waiting: list[Waiting] = field(default_factory=list)
    settled: list[tuple[str, str]] = field(default_factory=list)
    found: dict[str, list[_Found]] = field(default_factory=dict)


def match_article(
    rule_set: RuleSet,
    article: Article,
    reading: Reading,
    judgement: Judgement,
    carriers: Mapping[str, Carriers],
    memory: RuleMemory,
    now: datetime,
    *,
    background: bool = True,
) -> tuple[list[Match], Whys, Changes]:
    """What the rules say of one article: matches, every decision, and what is to be remembered.

    `carriers` is by development: who carried it so far; this article is added to it. `memory`
    holds at least the ledgers of the article's figures and what waits among its echoes. Without
    `background`, rules are passed over in silence that find what they look for only in what is
    not new.
    """
    scene = Scene(article, reading, rule_set.names)
    work = _Work(
        rule_set=rule_set,
        scene=scene,
        judgement=judgement,
        carriers=carriers,
        memory=memory,
        now=now,
        explain=Explainer(article, Whys(scene, rule_set, judgement)),
    )
    here: dict[int, list[Development]] = {}
    candidates: frozenset[int] | None = None
    if background:
        candidates = frozenset(rule_set.candidates(rule_set.keys(scene, judgement)))
    for development in judgement.developments if candidates or not background else ():
        keys = rule_set.passage_keys(View(scene, development))
        for number in rule_set.candidates(keys, candidates):
            here.setdefault(number, []).append(development)
    for number in sorted(here if candidates is None else candidates):
        if number in here:
            _judge(number, here[number], work)
        else:
            _only_background(number, work)
    _judge_waiting(work)
    matches = [_match(rule_id, found, work) for rule_id, found in work.found.items()]
    changes = Changes(
        told=work.told, waiting=tuple(work.waiting), settled=tuple(dict.fromkeys(work.settled))
    )
    return matches, work.explain.whys, changes


def _judge(number: int, developments: Sequence[Development], work: _Work) -> None:
    """One rule on the developments in whose sentence or title all that it needs stands."""
    rule = work.rule_set.rules[number]
    sure: list[_Found] = []
    unsure: list[_Found] = []
    before = len(work.explain.whys)
    for development in developments:
        view = View(work.scene, development, _told(rule, development, work))
        found = _holds(rule, view, work)
        if found and development.verdict is Verdict.UNSURE:
            work.explain.no(rule, Stage.CONDITION, "not sure that this is new", development)
            unsure.append(found)
            found = None
        elif found:
            found = found if _vouched(rule, development, found.because, work) else None
        if found:
            sure.append(found)
        _remember_figure(rule, view, found is not None, work)
    if sure:
        work.found[rule.rule_id] = sorted([*sure, *unsure], key=_place)
    elif len(work.explain.whys) == before:
        _only_background(number, work)


def _only_background(number: int, work: _Work) -> None:
    groups = work.rule_set.groups[number]
    work.explain.whys.add_background(work.rule_set.rules[number], groups[0] if groups else ())


def _place(found: _Found) -> tuple[bool, int]:
    span = found.development.span
    return span.where == "text", span.start


def _told(rule: Rule, development: Development, work: _Work) -> Told | None:
    key = (rule.rule_id, _ledger(development))
    return work.told.get(key) or work.memory.told.get(key)


def _ledger(development: Development) -> str:
    return development.ledger or development.about or ""


def _holds(rule: Rule, view: View, work: _Work) -> _Found | None:
    """The development, if all conditions hold on it and the rule may judge it."""
    development = view.development
    reasons: list[str] = []
    held: list[str] = []
    marks: list[Span] = []
    tied = any(getattr(rule.when, name) for name in _TIED)
    for name in conditions_of(rule.when):
        outcome = CONDITIONS[name](view, rule.when)
        if not outcome.holds:
            if held:
                work.explain.conditions(rule, held, development)
                work.explain.no(rule, Stage.CONDITION, f"{name}: {outcome.reason}", development)
            return None
        held.append(f"{name}: {outcome.reason}")
        if name not in ("none_of", "within_words", "figure") or not reasons:
            reasons.append(outcome.reason)
        marks += outcome.marks
        tied = tied or outcome.here
    work.explain.conditions(rule, held, development)
    if not tied:
        reason = "what it looks for stands in the title only, not in the sentence"
        work.explain.no(rule, Stage.CONDITION, reason, development)
        return None
    if rule.since and (development.first_seen or work.now) < rule.since:
        reason = "first seen before this rule was loaded or changed"
        work.explain.no(rule, Stage.CONDITION, reason, development)
        return None
    return _Found(development, ", ".join(dict.fromkeys(reasons)), tuple(dict.fromkeys(marks)))


def conditions_of(when: When) -> tuple[str, ...]:
    """The conditions that a rule sets, the cheapest to ask first."""
    return tuple(name for name in ORDER if getattr(when, name) not in (None, ()))


def _vouched(rule: Rule, development: Development, because: str, work: _Work) -> bool:
    """Whether `only_if` holds; what fails for want of a carrier begins to wait."""
    failed = _unproved(rule, development.development_id, development.origin, work)
    if not failed:
        work.explain.yes(rule, because, development)
        return True
    reasons = "; ".join(f"{name}: {reason}" for name, reason in failed.items())
    if NEVER_WAITS not in failed:
        reasons += " (it waits for that)"
        work.waiting.append(
            Waiting(
                rule_id=rule.rule_id,
                version=rule.version,
                development=development,
                because=because,
                since=work.now,
            )
        )
    work.explain.no(rule, Stage.ONLY_IF, reasons, development)
    return False


def _unproved(rule: Rule, development_id: str, origin: str | None, work: _Work) -> dict[str, str]:
    """The parts of `only_if` that do not hold, with the reason."""
    names = [name for name in PROOFS if getattr(rule.only_if, name) not in (None, ())]
    if not names:
        return {}
    article = work.scene.article
    so_far = work.carriers.get(development_id, Carriers())
    carriers = Carriers(
        publishers=_with(so_far.publishers, article.publisher),
        origins=_with(so_far.origins, origin or work.judgement.origin or article.publisher),
        credits=_with(so_far.credits, article.credit),
    )
    vouched = Vouched(article, carriers, work.now, work.rule_set.agencies)
    outcomes = {name: PROOFS[name](vouched, rule.only_if) for name in names}
    return {name: each.reason for name, each in outcomes.items() if not each.holds}


def _with(known: Iterable[str], one: str | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*known, one) if one else known))


def _remember_figure(rule: Rule, view: View, matched: bool, work: _Work) -> None:
    """Keep the baseline, the figure told last and the side of the line, of what is sure."""
    when, development = rule.when, view.development
    if development.value_now is None or development.about not in when.figure:
        return
    if not any(getattr(when, name) is not None for name in _FIGURES[1:]):
        return
    if development.verdict is Verdict.UNSURE:
        return
    told = next_told(view, when, matched)
    if told and told != view.told:
        work.told[rule.rule_id, _ledger(development)] = told


def _judge_waiting(work: _Work) -> None:
    """What waited for another carrier, judged again as this article carries it."""
    for echo in work.judgement.echoes:
        for waiting in work.memory.waiting.get(echo.development_id, ()):
            rule = work.rule_set.by_id.get(waiting.rule_id)
            key = (waiting.rule_id, echo.development_id)
            if rule is None or rule.version != waiting.version:
                work.settled.append(key)
                continue
            _judge_again(rule, waiting, echo.origin, work)


def _judge_again(rule: Rule, waiting: Waiting, origin: str, work: _Work) -> None:
    development = waiting.development
    view = View(work.scene, development, _told(rule, development, work))
    for name in _FIGURES:
        if getattr(rule.when, name) not in (None, ()):
            outcome = CONDITIONS[name](view, rule.when)
            if not outcome.holds:
                work.explain.no(rule, Stage.CONDITION, f"{name}: {outcome.reason}", development)
                return
    failed = _unproved(rule, development.development_id, origin, work)
    if failed:
        reasons = "; ".join(f"{name}: {reason}" for name, reason in failed.items())
        work.explain.no(rule, Stage.ONLY_IF, f"{reasons} (it waits for that)", development)
        return
    work.settled.append((rule.rule_id, development.development_id))
    _remember_figure(rule, view, True, work)
    because = f"{waiting.because}, now carried by {work.scene.article.publisher or 'another'}"
    work.explain.yes(rule, because, development)
    work.found.setdefault(rule.rule_id, []).append(_Found(development, because))


def _match(rule_id: str, found: list[_Found], work: _Work) -> Match:
    reasons = list(dict.fromkeys(each.because for each in found))
    return Match(
        rule_id=rule_id,
        article_id=work.scene.article.article_id,
        story=work.judgement.story,
        developments=tuple(each.development for each in found),
        because=" · ".join(reasons[:3]) + (" · …" if len(reasons) > 3 else ""),
        marks=tuple(dict.fromkeys(mark for each in found for mark in each.marks)),
    )
