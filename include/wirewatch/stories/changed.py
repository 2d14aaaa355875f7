"""Where do I change what tells a changed fact from other words for the same fact?

The words of both sentences are aligned; what stays over, what excludes its partner, and how far
each verb had come make features with fixed signs, weighed by a logistic regression that was fitted
on pairs of our own. The evidence says why: “resign: planned before”.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from math import exp

from wirewatch.stories.alike import ALIAS, CELL, EXACT, EXCLUDES, ROOT, SAME, WORTH, Tables, tables
from wirewatch.stories.facts import (
    DAY, DONE, NAME, NEGATED, NUMBER, PLANNED, POSSIBLE, WORD, Fact, facts, rounding,
)  # fmt: skip

CHANGED = 0.5
MAYBE = 0.3
GAP = 0.15
ROUNDED, NEAR_DAY, ROLE, OPPOSITE = "rounded", "near day", "role", "opposite"

# Fitted on 363 pairs of our own (would resign / resigned, blocked / approved, quit / resigned …).
WEIGHTS: dict[str, float] = {
    "bias": -0.7, "figure conflict": 3.4, "new figure": 0.5, "day conflict": 2.6, "name conflict": 2.7,
    "new name": 0.2, "excluding": 3.7, "planned, now done": 2.5, "possible, now done": 2.1,
    "done, now planned": 0.0, "plan dropped": 0.3, "now negated": 2.9, "negation differs": 0.2,
    "roles swapped": 2.6, "condition": 1.0, "speaker conflict": 0.4, "replaced": 1.5, "added": 0.6,
    "modifiers": 0.0, "added clause": 0.9, "synonyms": -3.3, "exact": -0.5, "name and role": -0.9,
    "rounded": -1.1,
}  # fmt: skip
HARD = (
    "figure conflict", "new figure", "day conflict", "name conflict", "excluding",
    "planned, now done", "possible, now done", "now negated", "negation differs", "roles swapped",
    "condition",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """How likely a sentence tells another fact than the told one, and by what evidence.

    `aligned` is the share of the new sentence's words that found a partner.
    """

    likelihood: float
    evidence: tuple[str, ...] = ()
    aligned: float = 0.0


@dataclass(slots=True)
class Aligned:
    """Both sentences with their pairs: place in `now` → place in `told`, and how they relate."""

    told: list[Fact]
    now: list[Fact]
    pairs: dict[int, int] = field(default_factory=dict)
    how: dict[int, str] = field(default_factory=dict)

    def left(self, kind: str) -> tuple[list[Fact], list[Fact]]:
        """The facts of a kind without a partner: told, now."""
        used = set(self.pairs.values())
        return (
            [fact for fact in self.told if fact.kind == kind and fact.place not in used],
            [fact for fact in self.now if fact.kind == kind and fact.place not in self.pairs],
        )

    def pair(self, now: Fact, told: Fact, how: str) -> None:
        """Make two facts partners."""
        self.pairs[now.place] = told.place
        self.how[now.place] = how


@lru_cache(maxsize=4096)
def _facts(text: str, code: str) -> tuple[Fact, ...]:
    return tuple(facts(text, tables(code)))


def align(told: str, now: str, code: str) -> Aligned:
    """Pair the words of two sentences, the likest and nearest first; a told word may serve twice."""
    table = tables(code)
    both = Aligned(list(_facts(told, code)), list(_facts(now, code)))
    scored = []
    for mine, theirs in _possible(both, table):
        how = _relation(theirs, mine, table)
        if how and how != EXCLUDES:
            gap = abs(mine.place / len(both.now) - theirs.place / len(both.told))
            scored.append((_worth(how) - GAP * gap, mine.place, theirs.place, how))
    used: dict[int, int] = {}
    for score, mine_at, theirs_at, how in sorted(scored, key=lambda s: (-s[0], s[1], s[2])):
        if mine_at not in both.pairs and used.get(theirs_at, 0) < 2 and score > 0.4:
            used[theirs_at] = used.get(theirs_at, 0) + 1
            both.pair(both.now[mine_at], both.told[theirs_at], how)
    _pair_roles(both, table)
    return both


def _possible(both: Aligned, table: Tables) -> Iterator[tuple[Fact, Fact]]:
    """The pairs (now, told) between which any relation can hold."""
    linked: dict[object, list[Fact]] = {}
    for theirs in both.told:
        if theirs.tells:
            for link in _links(theirs, table):
                linked.setdefault(link, []).append(theirs)
    for mine in both.now:
        if mine.tells:
            found = {f.place: f for link in _links(mine, table) for f in linked.get(link, ())}
            yield from ((mine, theirs) for theirs in found.values())


def _links(fact: Fact, table: Tables) -> Iterable[object]:
    return ((fact.kind,),) if fact.kind in (NUMBER, DAY) else table.links(fact.key)


def _worth(how: str) -> float:
    return WORTH.get(how, 0.85)


def _relation(told: Fact, now: Fact, table: Tables) -> str | None:
    if NUMBER in (told.kind, now.kind):
        return _numbers(told, now) if told.kind == now.kind else None
    if DAY in (told.kind, now.kind):
        return _days(told, now, table) if told.kind == now.kind else None
    how = table.relation(told.key, now.key)
    if how is None and told.kind == now.kind == NAME and table.same_name(told.key, now.key):
        return ALIAS
    return how


def _numbers(told: Fact, now: Fact) -> str | None:
    if told.value is None or now.value is None:
        ranged, other = (told, now) if told.value is None else (now, told)
        if ranged.range_ is None or other.value is None:
            return EXACT if told.key == now.key else None
        return ROUNDED if ranged.range_[0] <= other.value <= ranged.range_[1] else None
    if told.value == now.value:
        return EXACT
    if told.unit != now.unit and "%" in (told.unit, now.unit):
        return None
    for rounded, other in ((now, told), (told, now)):
        times = rounding(rounded)
        if times and rounded.value and other.value and _digits(rounded) < _digits(other):
            low, high = times
            if low * rounded.value <= other.value <= high * rounded.value:
                return ROUNDED
    return None


def _digits(fact: Fact) -> int:
    """How many digits a figure is exact to: 27,700 to three, 27,708 to five."""
    return len(f"{fact.value:g}".replace(".", "").strip("0")) if fact.value else 0


def _days(told: Fact, now: Fact, table: Tables) -> str | None:
    if told.key == now.key:
        return EXACT
    if told.key in table.near_days and now.key in table.days:
        return NEAR_DAY
    return NEAR_DAY if now.key in table.near_days and told.key in table.days else None


def _pair_roles(both: Aligned, table: Tables) -> None:
    """A name left over on one side and a role on the other are one person; so are its initials."""
    _pair_initials(both)
    for_name = {
        0: ([f for f in both.left(NAME)[0]], [f for f in both.left(WORD)[1] if f.key in table.roles]),
        1: ([f for f in both.left(WORD)[0] if f.key in table.roles], [f for f in both.left(NAME)[1]]),
    }
    for told, now in for_name.values():
        if told and now:
            both.pair(now[0], told[0], ROLE)
            break
    _pair_by_role(both, table)


def _pair_by_role(both: Aligned, table: Tables) -> None:
    """“President Mnangagwa” and “Zimbabwe’s president”: names beside one role, one of them a land."""
    for mine, theirs in list(both.pairs.items()):
        if both.now[mine].key not in table.roles:
            continue
        told = [f for f in both.left(NAME)[0] if abs(f.place - theirs) <= 3]
        now = [f for f in both.left(NAME)[1] if abs(f.place - mine) <= 3]
        if told and now and any(map(_lands(table), told)) != any(map(_lands(table), now)):
            for one in now:
                both.pair(one, told[0], ROLE)


def _lands(table: Tables) -> Callable[[Fact], bool]:
    return lambda fact: table.is_alias(fact.key) or fact.text.endswith("'s")


def _pair_initials(both: Aligned) -> None:
    """EPA and Environmental Protection Agency."""
    for short, long, flip in ((both.now, both.told, False), (both.told, both.now, True)):
        names = [fact for fact in long if fact.tells]
        for one in short:
            if one.kind == NAME and one.text.isupper() and 2 <= len(one.text) <= 6:
                for start in range(len(names) - len(one.text) + 1):
                    run = names[start : start + len(one.text)]
                    if "".join(fact.text[0] for fact in run) == one.text:
                        for fact in run:
                            both.pair(*((one, fact) if not flip else (fact, one)), ALIAS)


def compare(told: str, now: str, code: str) -> Change:
    """How likely `now` tells a fact that `told` does not: 0 to 1, with evidence in words."""
    both = align(told, now, code)
    found, evidence = features(both, tables(code))
    total = WEIGHTS["bias"] + sum(WEIGHTS[name] * value for name, value in found.items())
    telling = [fact for fact in both.now if fact.tells]
    aligned = sum(1 for fact in telling if fact.place in both.pairs) / len(telling) if telling else 0.0
    likelihood = 1.0 / (1.0 + exp(-max(-30.0, min(30.0, total))))
    return Change(likelihood, tuple(evidence), aligned)


def features(both: Aligned, table: Tables) -> tuple[dict[str, float], list[str]]:
    """The features of a pair by name, and what of them is hard evidence, in words."""
    found: dict[str, float] = {}
    evidence: list[str] = []
    for part in (_of_figures, _of_days, _of_exclusion, _of_names, _of_status, _of_negation, _of_swap):
        part(both, table, found, evidence)
    _of_rest(both, table, found, evidence)
    return found, evidence


def _of_figures(both: Aligned, _table: Tables, found: dict[str, float], evidence: list[str]) -> None:
    told, now = both.left(NUMBER)
    if told and now:
        found["figure conflict"] = 1.0
        evidence.append(f"{now[0].text}: {told[0].text} before")
    elif now:
        found["new figure"] = 1.0
        evidence.append(f"{now[0].text}: no such figure before")
    if ROUNDED in both.how.values():
        found["rounded"] = 1.0


def _of_days(both: Aligned, _table: Tables, found: dict[str, float], evidence: list[str]) -> None:
    told, now = both.left(DAY)
    if told and now:
        found["day conflict"] = 1.0
        evidence.append(f"{now[0].text}: {told[0].text} before")


def _of_exclusion(both: Aligned, table: Tables, found: dict[str, float], evidence: list[str]) -> None:
    """Words left over on both sides that exclude each other, such as opened and closed."""
    told, now = both.left(WORD)
    for mine in now:
        for theirs in told:
            if table.relation(theirs.key, mine.key) == EXCLUDES and mine.place not in both.pairs:
                if (mine.status == NEGATED) != (theirs.status == NEGATED):
                    both.pair(mine, theirs, OPPOSITE)
                    break
                both.pair(mine, theirs, EXCLUDES)
                found["excluding"] = min(2.0, found.get("excluding", 0.0) + 1.0)
                evidence.append(f"{mine.text}: {theirs.text} before")
                break


def _of_names(both: Aligned, _table: Tables, found: dict[str, float], evidence: list[str]) -> None:
    told, now = both.left(NAME)
    if told and now:
        found["name conflict"] = 1.0
        evidence.append(f"{now[0].text}: {told[0].text} before")
    elif now:
        found["new name"] = min(2.0, len(now))
    if ROLE in both.how.values():
        found["name and role"] = 1.0


_STATUS = {
    (PLANNED, DONE): "planned, now done",
    (POSSIBLE, DONE): "possible, now done",
    (POSSIBLE, PLANNED): "possible, now done",
    (DONE, PLANNED): "done, now planned",
    (DONE, POSSIBLE): "done, now planned",
    (PLANNED, NEGATED): "now negated",
    (POSSIBLE, NEGATED): "now negated",
    (DONE, NEGATED): "now negated",
    (NEGATED, DONE): "now negated",
    (NEGATED, PLANNED): "now negated",
}


def _of_status(both: Aligned, _table: Tables, found: dict[str, float], evidence: list[str]) -> None:
    for place, theirs in both.pairs.items():
        mine, told = both.now[place], both.told[theirs]
        if mine.kind != WORD or told.kind != WORD or both.how[place] in (EXCLUDES, OPPOSITE):
            continue
        if NEGATED in (mine.status, told.status) and _as_often_negated(both):
            continue
        name = _STATUS.get((told.status, mine.status))
        if name and name not in found:
            found[name] = 1.0
            if name in HARD:
                evidence.append(f"{mine.text}: {told.status} before")
    if not found.keys() & {"planned, now done", "possible, now done"}:
        ahead = [fact for fact in both.told if fact.status in (PLANNED, POSSIBLE)]
        if ahead and not any(fact.status in (PLANNED, POSSIBLE) for fact in both.now):
            found["plan dropped"] = 1.0


def _as_often_negated(both: Aligned) -> bool:
    here = sum(1 for fact in both.now if fact.status == NEGATED)
    return here == sum(1 for fact in both.told if fact.status == NEGATED)


def _of_negation(both: Aligned, table: Tables, found: dict[str, float], evidence: list[str]) -> None:
    told, now = _negations(both.told, table), _negations(both.now, table)
    opposites = sum(1 for how in both.how.values() if how == OPPOSITE)
    if (told + opposites) % 2 != now % 2:
        found["negation differs"] = 1.0
        evidence.append("negated before" if told > now else "now negated")
    conditions = [fact for fact in both.now if fact.text.lower() in table.conditions]
    if conditions and not any(fact.text.lower() in table.conditions for fact in both.told):
        found["condition"] = 1.0
        evidence.append(f"now with “{conditions[0].text}”")


def _negations(found: list[Fact], table: Tables) -> int:
    return sum(1 for f in found if f.key in table.negations or f.text.lower() in table.negations)


def _of_swap(both: Aligned, table: Tables, found: dict[str, float], evidence: list[str]) -> None:
    """Who did it to whom: two aligned words changed sides of an aligned verb."""
    sure = [
        (both.told[theirs], both.now[mine])
        for mine, theirs in both.pairs.items()
        if both.how[mine] in (EXACT, ALIAS, CELL, SAME, ROOT) and both.now[mine].kind in (WORD, NAME)
    ]
    for told_verb, now_verb in sure:
        if now_verb.kind != WORD or now_verb.key in table.both_ways or now_verb.key in table.says:
            continue
        turned = told_verb.passive != now_verb.passive
        sides = [
            (told.place < told_verb.place, now.place < now_verb.place, now)
            for told, now in sure
            if now is not now_verb and told.clause == told_verb.clause and now.clause == now_verb.clause
            and (now.kind == NAME or now.key in table.roles or _is_actor(now, now_verb))
        ]
        left_to_right = [n for before, now_before, n in sides if before and (now_before == turned)]
        right_to_left = [
            n for before, now_before, n in sides if not before and (now_before != turned)
            and (not turned or _after_by(n, both))
        ]
        if left_to_right and right_to_left:
            found["roles swapped"] = 1.0
            evidence.append(f"{right_to_left[0].text} and {left_to_right[0].text} changed places")
            return


def _after_by(now: Fact, both: Aligned) -> bool:
    """Whether a fact stands right after “by” in the sentence that is passive."""
    sides = ((both.now, now.place), (both.told, both.pairs[now.place]))
    return any("by" in [f.text.lower() for f in side[max(0, at - 4) : at]] for side, at in sides)


def _is_actor(fact: Fact, verb: Fact) -> bool:
    return fact.kind == WORD and abs(fact.place - verb.place) <= 4


def _of_rest(both: Aligned, table: Tables, found: dict[str, float], evidence: list[str]) -> None:
    """What stays over, softly: words replaced, added, or the same all along."""
    told, now = both.left(WORD)
    if len(told) != 1 or len(now) != 1:  # “ruled out” and “announced” are all that differs
        told = [fact for fact in told if fact.key not in table.says]
        now = [fact for fact in now if fact.key not in table.says]
    telling = max(1, sum(1 for fact in both.now if fact.tells))
    soft = min(1.0, 7.0 / telling)
    found["replaced"] = soft * min(3, min(len(told), len(now)))
    more = max(0, len(now) - len(told))
    modifiers = sum(1 for fact in now if _is_modifier(fact, both))
    found["added"] = soft * min(4, max(0, more - modifiers))
    found["modifiers"] = soft * min(2, modifiers, more)
    if _longest_run(both) >= 3:
        found["added clause"] = 1.0
    if not told and not now and not both.left(NAME)[1]:
        found["exact"] = 1.0
    found["synonyms"] = soft * min(3, sum(1 for how in both.how.values() if how in (SAME, CELL, ROOT)))
    if _speakers_differ(both, table):
        found["speaker conflict"] = 1.0


def _is_modifier(fact: Fact, both: Aligned) -> bool:
    """One word more, right before a word that was told: the *besieged* city."""
    after = both.now[fact.place + 1] if fact.place + 1 < len(both.now) else None
    before = both.now[fact.place - 1] if fact.place else None
    return (
        after is not None and after.place in both.pairs and after.kind in (WORD, NAME)
        and (before is None or not before.tells or before.place in both.pairs)
    )  # fmt: skip


def _longest_run(both: Aligned) -> int:
    longest = run = 0
    for fact in both.now:
        if not fact.tells:
            continue
        run = 0 if fact.place in both.pairs else run + 1
        longest = max(longest, run)
    return longest


def _speakers_differ(both: Aligned, table: Tables) -> bool:
    """Both sentences are somebody's words, and the word before “said” has no partner in either."""
    mine, theirs = _speaker(both.now, table), _speaker(both.told, table)
    if mine is None or theirs is None:
        return False
    return mine.place not in both.pairs and theirs.place not in both.pairs.values()


def _speaker(found: list[Fact], table: Tables) -> Fact | None:
    for place, fact in enumerate(found):
        if fact.key in table.says and fact.kind == WORD:
            before = [one for one in found[max(0, place - 2) : place] if one.tells]
            return before[-1] if before else None
    return None
