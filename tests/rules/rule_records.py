"""Plain records for the tests of rules: an article whose sentences say what a test needs."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from wirewatch.records import (
    Article,
    Carriers,
    Development,
    Echo,
    Event,
    Judgement,
    Match,
    Mention,
    OnlyIf,
    Reading,
    Rule,
    Send,
    Span,
    Status,
    Verdict,
    When,
    Why,
)
from wirewatch.rules.index import RuleSet
from wirewatch.rules.match import match_article
from wirewatch.rules.memory import Changes, RuleMemory
from wirewatch.text import digest, sentences

NOW = datetime(2024, 2, 7, 12, tzinfo=UTC)


def rule(when: When, only_if: OnlyIf | None = None, name: str = "rule", **more: Any) -> Rule:
    return Rule(
        rule_id=name,
        name=name,
        when=when,
        only_if=only_if or OnlyIf(),
        send=Send(to=("desk",)),
        version=more.pop("version", "1"),
        **more,
    )


def article(text: str, title: str = "", **more: Any) -> Article:
    more.setdefault("publisher", "Daily")
    url = f"https://x.example/{digest(title, text, more['publisher'])}"
    return Article(article_id=digest(url), url=url, title=title, text=text, **more)


def reading(
    page: Article, names: Iterable[tuple[str, str]] = (), events: Iterable[tuple[str, str]] = ()
) -> Reading:
    """A reading in which each (words, entity) and each (words, event) is found once."""
    strings = (("title", page.title), ("text", page.text))
    spans = tuple(
        Span(where=where, start=a, end=b)
        for where, whole in strings
        for a, b in sentences(whole)
    )  # fmt: skip
    mentions = []
    for words, entity in names:
        for where, whole in strings:
            at = whole.find(words)
            if at >= 0:
                span = Span(where=where, start=at, end=at + len(words))
                mentions.append(Mention(span=span, text=words, entity=entity, kind="thing"))
    found = []
    for words, event in events:
        at = page.text.find(words)
        span = next(s for s in spans if s.where == "text" and s.start <= at < s.end)
        found.append(
            Event(span=span, event=event, status=Status.PLANNED, what=(at, at + len(words)))
        )
    return Reading(
        article_id=page.article_id,
        tagger="test",
        language="en",
        sentences=spans,
        mentions=tuple(mentions),
        events=tuple(found),
    )


def development(page: Article, number: int = 0, kind: Any = "sentence", **more: Any) -> Development:
    """What sentence `number` of the text brings."""
    start, end = sentences(page.text)[number]
    more.setdefault("development_id", digest(kind, page.text[start:end], more.get("about")))
    return Development(
        kind=kind,
        article_id=page.article_id,
        url=page.url,
        story="s1",
        span=Span(where="text", start=start, end=end),
        sentence=page.text[start:end],
        says=page.text[start:end],
        **more,
    )


def status(page: Article, now: Status, before: Status | None = None, **more: Any) -> Development:
    more.setdefault("about", "rafah-operation")
    return development(page, kind="status", status_now=now, status_before=before, **more)


def figure(page: Article, now: float, before: float | None = None, **more: Any) -> Development:
    more.setdefault("about", "gaza-toll")
    more.setdefault("ledger", "gaza-toll@gaza")
    more.setdefault("development_id", f"figure-{before}-{now}")
    return development(page, kind="figure", value_now=now, value_before=before, **more)


def judgement(page: Article, *found: Development, echoes: Iterable[str] = ()) -> Judgement:
    origin = page.credit or page.publisher or page.article_id
    return Judgement(
        article_id=page.article_id,
        story="s1",
        origin=origin,
        developments=tuple(replace(d, origin=d.origin or origin) for d in found),
        echoes=tuple(
            Echo(
                development_id=each,
                article_id=page.article_id,
                publisher=page.publisher,
                origin=origin,
            )
            for each in echoes
        ),
    )


def match(
    rules: Rule | Iterable[Rule],
    page: Article,
    found: Judgement,
    read: Reading | None = None,
    memory: RuleMemory | None = None,
    carriers: dict[str, Carriers] | None = None,
    now: datetime = NOW,
) -> tuple[list[Match], list[Why], Changes]:
    some = (rules,) if isinstance(rules, Rule) else rules
    return match_article(
        RuleSet(some),
        page,
        read or reading(page),
        found,
        carriers or {},
        memory or RuleMemory(),
        now,
    )


def remembered(*changes: Changes) -> RuleMemory:
    """What a store would hand out after these changes."""
    told = {key: value for each in changes for key, value in each.told.items()}
    gone = {key for each in changes for key in each.settled}
    waiting: dict[str, tuple[Any, ...]] = {}
    for each in changes:
        for one in each.waiting:
            key = (one.rule_id, one.development.development_id)
            if key not in gone:
                waiting[key[1]] = (*waiting.get(key[1], ()), one)
    return RuleMemory(told=told, waiting=waiting)


__all__ = [
    "NOW", "Verdict", "article", "development", "figure", "judgement", "match", "reading",
    "remembered", "rule", "status",
]  # fmt: skip
