"""Why a rule said yes or no to an article that was judged, as the store has it."""

from dataclasses import dataclass

from sqlalchemy import select

from wirewatch.records import Why
from wirewatch.store import Store
from wirewatch.store import rules as rule_store
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
        return Answer(own)
    if known and rule_id not in known:
        from wirewatch.forms import suggest

        near = suggest(rule_id, known)
        hint = f" Did you mean “{near}”?" if near else ""
        return Answer((), f"There is no rule “{rule_id}”.{hint}")
    if not every:
        return Answer((), f"No rule has looked at “{article}”: is it read and judged yet?")
    return Answer((), f"“{rule_id}” was no candidate: what it looks for is not in the article.")
