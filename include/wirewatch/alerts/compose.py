"""What an alert says and what it is called.

The headline is ours: rule, status, figure, speaker. What an article says stands in the
developments, which channels show as literal text.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from wirewatch.alerts.decide import Decision, Thread
from wirewatch.alerts.wording import change, clean, number
from wirewatch.records import Alert, Article, Carriers, Development, Match, Rule
from wirewatch.text import digest

_WEIGHT = {"correction": 0, "status": 1, "figure": 2, "quote": 3, "sentence": 4}


def alert_id(rule_id: str, development_ids: Iterable[str]) -> str:
    """The same news for the same rule has the same id, however often it is judged."""
    return digest("alert", rule_id, *sorted(development_ids))


def compose(
    match: Match,
    rule: Rule,
    article: Article,
    carriers: Mapping[str, Carriers],
    decision: Decision,
    *,
    thread: Thread | None,
    now: datetime,
    known_share: float = 0.0,
    names: Mapping[str, str] | None = None,
) -> Alert:
    """The alert for the developments that `decision` found new to the rule; it needs at least one.

    `carriers` says who has carried each development so far; `names` what people call the ids of
    the vocabulary.
    """
    named = tuple(_named(d, names or {}) for d in decision.developments)
    developments = tuple(sorted(named, key=lambda d: _WEIGHT[d.kind]))
    own = alert_id(rule.rule_id, (d.development_id for d in developments))
    carried = [carriers[d.development_id] for d in developments if d.development_id in carriers]
    here = article.publisher
    return Alert(
        alert_id=own,
        rule_id=rule.rule_id,
        rule_name=rule.name,
        to=rule.send.to,
        severity=rule.send.severity,
        story=match.story,
        article_id=article.article_id,
        url=article.url,
        kind=decision.kind,
        thread=thread.alert_id if thread else own,
        headline=headline(rule, developments),
        because=match.because,
        developments=developments,
        publishers=_union((c.publishers for c in carried), (here,) if here else ()),
        origins=_union((c.origins for c in carried), ()),
        at=now,
        publisher=here,
        credit=article.credit,
        mention=rule.send.mention,
        marks=match.marks,
        known_share=known_share,
        held=decision.held,
        held_until=decision.held_until,
        together=decision.together,
    )


def headline(rule: Rule, developments: tuple[Development, ...]) -> str:
    """Rule and news in one line: “Rafah operation: ordered”, “Death toll: 28,064 (was 27,708)”."""
    lead = developments[0]
    name = clean(rule.name, 80)
    _, _, now = change(lead)
    if lead.kind == "correction":
        return f"{name}: correction"
    if lead.kind == "status" and lead.status_now:
        return name if now in name.lower() else f"{name}: {now}"
    if lead.kind == "figure" and lead.value_now is not None:
        was = "" if lead.value_before is None else f" (was {number(lead.value_before)})"
        return f"{name}: {now}{was}"
    if lead.kind == "quote" and lead.speaker:
        who = clean(lead.speaker, 60)
        if who.islower():  # “a staff officer”: what was said tells more
            return f"{name}: “{clean(lead.says, 80)}”"
        return name if who.split()[-1].lower() in name.lower() else f"{name}: {who} speaks"
    many = len(developments)
    return f"{name}: {many} new facts" if many > 1 else f"{name}: a new fact"


def _named(development: Development, names: Mapping[str, str]) -> Development:
    place, speaker = development.place, development.speaker
    who = names.get(development.about or "") if development.kind == "quote" else None
    return replace(
        development,
        place=names.get(place, place) if place else None,
        speaker=who or (names.get(speaker, speaker) if speaker else None),
    )


def _union(lists: Iterable[tuple[str, ...]], last: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*(name for names in lists for name in names), *last]))
