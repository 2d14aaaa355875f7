"""Rules that say something which cannot be meant: parts that want another, rules that never match.

Everything here looks at the YAML, so that it is told at once with what else is wrong.
"""

from collections.abc import Iterable, Iterator, Mapping

from wirewatch.forms import at, inside, key_node, one_for_several, pairs, problem, scalar
from wirewatch.records import Node, Problem
from wirewatch.rules.names import Lists, field_node, named
from wirewatch.rules.query import AllOf, Not, Query, QueryMistake, Term, cost, parse, required, term

NEEDS = {
    "becomes": ("event",), "rises_by": ("figure",), "falls_by": ("figure",),
    "above": ("figure",), "below": ("figure",), "within_words": ("any_of", "all_of"),
}  # fmt: skip
KIND = {
    "becomes": "a new status", "rises_by": "a figure", "falls_by": "a figure",
    "above": "a figure", "below": "a figure", "figure": "a figure", "remarks_by": "a remark",
}  # fmt: skip
POSITIVE = ("event", "figure", "remarks_by", "mentions", "any_of", "all_of", "about", "place")
MOST = 1 / 3
GUESSED = "its words stand in more than a third of all articles"


def check_when(watch: Node, lists: Lists) -> Iterator[Problem]:
    """What is wrong with the conditions taken together."""
    when = at(watch, "when")
    if when is watch or when.kind != "map":
        return
    here = {scalar(key): (key, value) for key, value in pairs(when) if value.value != ""}
    yield from _needs(here)
    if not any(name in here for name in POSITIVE) and not any(name in NEEDS for name in here):
        said = f"“when” needs something to look for: {', '.join(POSITIVE)}"
        yield problem(key_node(watch, ("when",)), said)
    yield from _never(here, lists)
    yield from _words(here, lists)


def _needs(here: Mapping[str, tuple[Node, Node]]) -> Iterator[Problem]:
    for name, wanted in NEEDS.items():
        if name in here and not any(other in here for other in wanted):
            names = " or ".join(f"“{other}”" for other in wanted)
            yield problem(here[name][0], f"“{name}” says nothing without {names} beside it")


def _never(here: Mapping[str, tuple[Node, Node]], lists: Lists) -> Iterator[Problem]:
    """Parts that no development can have together."""
    kinds = [name for name in here if name in KIND]
    other = next((name for name in kinds if KIND[name] != KIND[kinds[0]]), None)
    if other:
        said = f"this can never match: “{kinds[0]}” is {KIND[kinds[0]]}, “{other}” {KIND[other]}"
        yield problem(here[other][0], f"{said}. Write two rules", severity="warning")
    if "rises_by" in here and "falls_by" in here:
        said = "this can never match: a figure that rises does not fall. Write two rules"
        yield problem(here["falls_by"][0], said, severity="warning")
    if "above" in here and "below" in here:
        low, high = scalar(here["above"][1]), scalar(here["below"][1])
        if _number(low) is not None and _number(high) is not None and _number(low) >= _number(high):  # type: ignore[operator]
            said = f"this can never match: nothing is above {low} and below {high}"
            yield problem(here["below"][1], said, severity="warning")
    none = {_forms(text) for text, _ in _texts(here, "none_of", lists)}
    for text, place in _texts(here, "all_of", lists):
        if _forms(text) in none:
            said = f"this can never match: “{text}” is wanted and excluded"
            yield problem(place, said, severity="warning")
    wanted = [_forms(text) for text, _ in _texts(here, "any_of", lists)]
    if wanted and all(forms in none for forms in wanted):
        said = "this can never match: all of it is excluded by “none_of”"
        yield problem(here["any_of"][0], said, severity="warning")


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _texts(
    here: Mapping[str, tuple[Node, Node]], name: str, lists: Lists
) -> Iterable[tuple[str, Node]]:
    return named(here[name][1], lists) if name in here else ()


def _forms(text: str) -> object:
    found = term(text)
    return found.forms if found else text


def _words(here: Mapping[str, tuple[Node, Node]], lists: Lists) -> Iterator[Problem]:
    """The boolean query and the lists of words: well written, and rare enough."""
    groups: list[frozenset[str]] = []
    for name in ("any_of", "all_of", "none_of"):
        forms: list[Term] = []
        for text, place in _texts(here, name, lists):
            found = term(text)
            if found is None or "*" in text.replace("* ", " ").rstrip("*"):
                yield problem(place, f"“{text}” is no word. * stands only at the end of one")
            else:
                forms.append(found)
        if name == "any_of" and forms:
            groups.append(frozenset().union(*(g for f in forms for g in required(f))))
        if name == "all_of":
            groups += [g for f in forms for g in required(f)]
    if "mentions" in here:
        query, told = read_query(here["mentions"][1])
        yield from told
        if query is not None:
            groups += required(query)
    only_words = not any(name in here for name in POSITIVE if name not in _WORDY)
    if groups and only_words and min(cost(group) for group in groups) > MOST:
        name = next(name for name in _WORDY if name in here)
        said = f"{GUESSED}. Add a rarer one"
        yield problem(here[name][1], said, severity="warning", word=scalar(here[name][1]) or name)


_WORDY = ("mentions", "any_of", "all_of")


def read_query(node: Node) -> tuple[Query | None, list[Problem]]:
    """The query at a node, and what is wrong with it, each at its own letter."""
    if node.kind != "scalar":
        return None, []
    try:
        query = parse(scalar(node))
    except QueryMistake as mistake:
        place = inside(node, mistake.offset)
        return None, [
            problem(place, str(mistake), word=mistake.word, suggestion=mistake.suggestion)
        ]
    return query, list(_excluded(query, node))


def _excluded(query: Query, node: Node) -> Iterator[Problem]:
    """A word that is wanted and excluded at once."""
    if not isinstance(query, AllOf):
        return
    banned = [part.part for part in query.parts if isinstance(part, Not)]
    for part in query.parts:
        if part in banned:
            said = "this can never match: the same words are wanted and excluded by NOT"
            yield problem(node, said, severity="warning")


def check_only_if(watch: Node, lists: Lists) -> Iterator[Problem]:
    """Publishers that are wanted and excluded at once."""
    wanted = field_node(watch, "only_if", "publishers")
    unwanted = field_node(watch, "only_if", "not_publishers")
    if wanted and unwanted:
        banned = {text for text, _ in named(unwanted, lists)}
        if all(text in banned for text, _ in named(wanted, lists)):
            said = "this can never match: every publisher that is wanted is excluded"
            yield problem(unwanted, said, severity="warning", word="not_publishers")


def check_send(watch: Node) -> Iterator[Problem]:
    """An urgent rule that waits for a digest."""
    digest = field_node(watch, "send", "digest")
    severity = field_node(watch, "send", "severity")
    if digest and severity and scalar(severity) == "urgent":
        said = "an urgent rule waits for its digest here. Leave out one of the two"
        yield problem(digest, said, severity="warning")


def check_commas(watch: Node) -> Iterator[Problem]:
    """Several words or names that are written as one text."""
    for part, fields in (
        ("when", ("any_of", "all_of", "none_of")),
        ("only_if", ("publishers", "not_publishers", "credit")),
    ):
        group = at(watch, part)
        if group is not watch:
            yield from one_for_several(group, fields)
