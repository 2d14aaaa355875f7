"""Why a rule said yes or no to an article: the whole way from the page to the message.

Read, tagged and new are as they are stored of the article; candidate, conditions, `only_if` and
held are the decisions that were kept when it was judged; sent is how its deliveries stand now.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from wirewatch.alerts.wording import clean
from wirewatch.desk.known_rules import MOST, no_rule, rule_meant, stored_rules
from wirewatch.desk.not_stored import why_not_stored
from wirewatch.records import Alert, Rule, Stage, Why
from wirewatch.rules.explain import background
from wirewatch.rules.index import RuleSet
from wirewatch.rules.scene import Scene
from wirewatch.store import Store, articles, judgements
from wirewatch.store import rules as rule_store
from wirewatch.store.codec import load
from wirewatch.store.judgements import LETTERS
from wirewatch.store.outbox import alert_of, full_id
from wirewatch.store.outbox_tables import ALERT, DELIVERY
from wirewatch.text import digest

_WORDS = {letter: verdict.value for verdict, letter in LETTERS.items()}


@dataclass(frozen=True, slots=True)
class Answer:
    """The decisions, in order; `note` says why there are none."""

    whys: tuple[Why, ...]
    note: str = ""


def why(store: Store, article: str, rule: str | None = None) -> Answer:
    """Each decision on the way of an article to a rule's message.

    The article is named by address or id, or by an alert's id (its beginning will do), which names
    the rule too; the rule by id or name.
    """
    with store.read() as connection:
        stored = articles.get(connection, article)
        told = _alert(connection, article) if stored is None else None
        if told is not None:
            article, rule = told.article_id, rule or told.rule_id
            stored = articles.get(connection, article)
        if rule is None:
            return Answer((), _which(connection, article, is_stored=stored is not None))
        article_id = stored.article.article_id if stored else _id_of(connection, article)
        rule_id, own = rule, tuple(rule_store.whys(connection, article_id, rule))
        live = () if own else rule_store.good_records(connection, "rules", [rule])
        if not own and not live and (known := stored_rules(connection)):
            meant = rule_meant(rule, known)
            if meant is None:
                said = no_rule(rule, known)
                return Answer((), said[0].upper() + said[1:])
            rule_id, own = meant, tuple(rule_store.whys(connection, article_id, meant))
            live = () if own else rule_store.good_records(connection, "rules", [meant])
        if stored is None and not own:
            return Answer((), why_not_stored(connection, article))
        way = list(_way(connection, stored, rule_id)) if stored else []
        own = tuple(_with_sentences(connection, stored, rule_id, own))
        if stored and not own and way[-1].said_yes:
            own = (_no_candidate(way[0], live),)
        sent = tuple(_sent(connection, article_id, rule_id))
    gone = "" if stored else "The article is not stored any more: it was taken down, or is too old."
    return Answer((*way, *own, *sent), gone)


def _alert(connection: Connection, start: str) -> Alert | None:
    found = full_id(connection, start)
    return alert_of(connection, found) if found else None


def _which(connection: Connection, article: str, *, is_stored: bool) -> str:
    if not is_stored:
        return why_not_stored(connection, article)
    some = ", ".join(sorted(stored_rules(connection))[:MOST])
    return f"Which rule? Write its id behind the article: {some}."


def _id_of(connection: Connection, article: str) -> str:
    """The id under which decisions on an article are kept that is itself not stored any more."""
    by_address = digest("article", article)
    return by_address if rule_store.whys(connection, by_address) else article


# ── What the article brought ──────────────────────────────────────────────────────────────────


def _way(connection: Connection, stored: articles.Stored, rule_id: str) -> Iterator[Why]:
    """Read, tagged, and new or not."""
    article, reading = stored.article, stored.reading

    def step(stage: Stage, said_yes: bool, reason: str, sentence: str | None = None) -> Why:
        return Why(
            rule_id=rule_id,
            article_id=article.article_id,
            url=article.url,
            stage=stage,
            said_yes=said_yes,
            reason=reason,
            sentence=sentence,
        )

    came = f", {_when(article.arrived)}" if article.arrived else ""
    words = len(article.text.split())
    feed, _, page = (article.method or "").partition(": ")
    lacks = f"; the feed's words only: {page}" if feed == "feed" and page else ""
    who = article.publisher or "nobody named"
    yield step(Stage.READ, True, f"{words} words from {who}{came}{lacks}")
    finds = {
        "names": (m.entity for m in reading.mentions if m.entity),
        "events": (f"{e.event} ({e.status.value.replace('_', ' ')})" for e in reading.events),
        "figures": (f"{f.figure} ({f.value:,.10g})" for f in reading.figures if f.figure),
        "remarks by": (q.speaker.entity for q in reading.quotes if q.speaker and q.speaker.entity),
    }
    listed = [f"{what}: {', '.join(some)}" for what, each in finds.items() if (some := _few(each))]
    named = "; ".join(listed) or "nothing that the desk has a name for"
    yield step(Stage.TAGGED, bool(listed), named)
    kept = judgements.get(connection, article.article_id)
    if stored.judged_at is None:
        yield step(Stage.NEW, False, "it waits to be judged: ask again after the next pass")
    elif stored.silent:
        yield step(Stage.NEW, False, "the first pass of its feed is stored as told: old news")
    elif kept is not None and kept.is_now:
        found = kept.judgement.developments
        verdicts = Counter(_WORDS.get(letter, "") for letter in kept.verdicts)
        said = ", ".join(f"{many} {verdict}" for verdict, many in verdicts.items())
        copy = f"; a copy of {kept.judgement.copy_of}" if kept.judgement.copy_of else ""
        kinds = Counter(development.kind for development in found)
        brings = ", ".join(f"{many} × {kind}" for kind, many in kinds.items()) or "nothing"
        yield step(Stage.NEW, bool(found), f"sentences: {said or 'none'}{copy}; it brings {brings}")


def _few(names: Iterable[str], most: int = 6) -> list[str]:
    every = list(dict.fromkeys(names))
    return [*every[:most], *([f"{len(every) - most} more"] if len(every) > most else [])]


def _when(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def _no_candidate(first: Why, live: Sequence[str]) -> Why:
    wanted = _wanted(load(Rule, live[0])) if live else ""
    reason = f"no candidate: what the rule looks for{wanted} is not in the article"
    return replace(first, stage=Stage.CANDIDATE, said_yes=False, reason=reason)


def _wanted(rule: Rule) -> str:
    """“ (figure: gaza-toll)”: the conditions that a rule looks for, as it has them."""
    looked = ("event", "figure", "remarks_by", "about", "place", "any_of", "all_of")
    said = [f"{name}: {', '.join(some)}" for name in looked if (some := getattr(rule.when, name))]
    said += [f"mentions: {rule.when.mentions}"] if rule.when.mentions else []
    return f" ({clean('; '.join(said), 160)})" if said else ""


# ── What the rule said, and what came of it ───────────────────────────────────────────────────


def _with_sentences(
    connection: Connection, stored: articles.Stored | None, rule_id: str, whys: Sequence[Why]
) -> Iterable[Why]:
    """The decisions, those about background with the sentence that the rule saw there."""
    if not any(why.stage is Stage.CANDIDATE and why.sentence is None for why in whys):
        return whys
    records = rule_store.good_records(connection, "rules", [rule_id])
    if stored is None or not records:
        return whys
    rules = RuleSet([load(Rule, records[0])])
    groups = rules.groups[0] if rules.groups else ()
    sentence = background(Scene(stored.article, stored.reading), rules, groups[0] if groups else ())
    return [
        replace(why, sentence=why.sentence or sentence) if why.stage is Stage.CANDIDATE else why
        for why in whys
    ]


def _sent(connection: Connection, article_id: str, rule_id: str) -> Iterator[Why]:
    """How the deliveries of the rule's alert on this article stand."""
    table, owed = ALERT, DELIVERY
    query = select(table.c.record, owed).join(owed, owed.c.alert_id == table.c.alert_id)
    mine = (table.c.article_id == article_id) & (table.c.rule_id == rule_id)
    for row in connection.execute(query.where(mine).order_by(owed.c.seq)):
        alert = load(Alert, row.record)
        done = row.posted_at is not None
        said = f"posted to {row.channel}, {_when(row.posted_at)}" if done else _not_yet(row)
        yield Why(
            rule_id=rule_id,
            article_id=article_id,
            url=alert.url,
            stage=Stage.SENT,
            said_yes=done,
            reason=f"{said}: {alert.headline}" if alert.headline else said,
        )


def _not_yet(row: Row[Any]) -> str:
    if row.state == "dead":
        return f"given up for {row.channel} ({row.error or 'no reason was kept'})"
    if row.gathered_into:
        return f"told in a message with others, to {row.channel}"
    if row.held:
        return f"held for {row.channel} ({row.held}), until {_when(row.not_before)}"
    error = f" ({row.error})" if row.error else ""
    return f"waits to be posted to {row.channel}{error}"
