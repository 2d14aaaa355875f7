"""Why a rule said yes or no to an article that was judged, as the store has it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select

from wirewatch.records import Rule, Stage, Why
from wirewatch.rules.explain import background
from wirewatch.rules.index import RuleSet
from wirewatch.rules.scene import Scene
from wirewatch.store import Store, articles
from wirewatch.store import rules as rule_store
from wirewatch.store.codec import load
from wirewatch.text import digest


@dataclass(frozen=True, slots=True)
class Answer:
    """The decisions, in order; `note` says why there are none."""

    whys: tuple[Why, ...]
    note: str = ""


def why(store: Store, article: str, rule_id: str) -> Answer:
    """Each decision of a rule on an article, named by its address or id."""
    with store.read() as connection:
        for article_id in (digest("article", article), article):
            every = rule_store.whys(connection, article_id)
            if every:
                break
        known = {
            row.item_id
            for row in connection.execute(
                select(rule_store.GOOD_ITEM.c.item_id).where(rule_store.GOOD_ITEM.c.kind == "rules")
            )
        }
    own = tuple(one for one in every if one.rule_id == rule_id)
    if own:
        return Answer(tuple(_with_sentences(store, article_id, rule_id, own)))
    if known and rule_id not in known:
        from wirewatch.forms import suggest

        near = suggest(rule_id, known)
        hint = f" Did you mean “{near}”?" if near else ""
        return Answer((), f"There is no rule “{rule_id}”.{hint}")
    if not every:
        return Answer((), _unjudged(store, article))
    return Answer((), f"“{rule_id}” was no candidate: what it looks for is not in the article.")


def _unjudged(store: Store, article: str) -> str:
    """Why no rule has looked at an article."""
    with store.read() as connection:
        stored = articles.get(connection, article)
    if stored is None:
        return f"“{article}” is not stored: no feed brought it, or it could not be read."
    if stored.silent:
        return "It came with the first pass of its feed, which is stored as told: old news."
    if stored.judged_at is None:
        return "It is read and waits to be judged. Ask again after the next pass."
    return "No rule looks for anything in it, or nothing in it was new."


def _with_sentences(
    store: Store, article_id: str, rule_id: str, whys: Sequence[Why]
) -> Iterable[Why]:
    """The decisions, those about background with the sentence that the rule saw there."""
    if not any(why.stage is Stage.CANDIDATE and why.sentence is None for why in whys):
        return whys
    with store.read() as connection:
        stored = articles.get(connection, article_id)
        records = rule_store.good_records(connection, "rules", [rule_id])
    if stored is None or stored.reading is None or not records:
        return whys
    rules = RuleSet([load(Rule, records[0])])
    groups = rules.groups[0] if rules.groups else ()
    sentence = background(Scene(stored.article, stored.reading), rules, groups[0] if groups else ())
    return [
        replace(why, sentence=why.sentence or sentence) if why.stage is Stage.CANDIDATE else why
        for why in whys
    ]
