"""Which rule did somebody mean? Commands take a rule by its id or by its name."""

from collections.abc import Mapping

from sqlalchemy import Connection, select

from wirewatch.forms import suggest
from wirewatch.records import Rule
from wirewatch.rules.load import slug
from wirewatch.store import rules as rule_store
from wirewatch.store.codec import load
from wirewatch.store.feedback import told_by_rule

MOST = 12  # rules that an answer lists; more are `wirewatch backtest`'s or the page's to list


def stored_rules(connection: Connection) -> dict[str, str]:
    """The names of the rules that are live, or have told something, by their ids."""
    table = rule_store.GOOD_ITEM
    query = select(table.c.record).where(table.c.kind == "rules")
    live = [load(Rule, record) for record in connection.execute(query).scalars()]
    told = {rule_id: rule_id for rule_id in told_by_rule(connection)}
    return told | {rule.rule_id: rule.name for rule in live}


def rule_meant(text: str, known: Mapping[str, str]) -> str | None:
    """The id of the rule of that id or name, however the name is cased; None if there is none.

    `known` are names by their ids.
    """
    if text in known:
        return text
    wanted = slug(text)
    named = [rule_id for rule_id, name in known.items() if wanted in (rule_id, slug(name))]
    return named[0] if len(named) == 1 else None


def no_rule(text: str, known: Mapping[str, str]) -> str:
    """The sentence for a rule that nobody wrote: the likest one, else those that there are."""
    near = suggest(text, known) or rule_meant(suggest(text, known.values()) or "", known)
    if near:
        return f"there is no rule “{text}”. Did you mean “{near}”?"
    if not known:
        return f"there is no rule “{text}”. There are none."
    more = f" and {len(known) - MOST} more" if len(known) > MOST else ""
    return f"there is no rule “{text}”. There are: {', '.join(sorted(known)[:MOST])}{more}."
