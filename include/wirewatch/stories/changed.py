"""Where do I change what tells a changed fact from a restated one? Features and weights.

The words of both sentences are aligned; what stays over, what excludes its partner, and how far
each verb had come make features with fixed signs, weighed by a logistic regression that was fitted
on pairs of our own. The evidence says why: “resign: planned before”.
"""

from dataclasses import dataclass
from math import exp

from wirewatch.stories.align import OPPOSITE, ROLE, ROUNDED, Aligned, align
from wirewatch.stories.alike import ALIAS, CELL, EXACT, EXCLUDES, ROOT, SAME, Tables, tables
from wirewatch.stories.facts import (
    DAY,
    DONE,
    NAME,
    NEGATED,
    NUMBER,
    PLANNED,
    POSSIBLE,
    WORD,
    Fact,
    is_past,
)

CHANGED = 0.5
MAYBE = 0.3

# Fitted on 363 pairs of our own (would resign / resigned, blocked / approved, quit / resigned …).
WEIGHTS: dict[str, float] = {
    "bias": -0.7, "figure conflict": 3.4, "new figure": 0.5, "day conflict": 2.6,
    "name conflict": 2.7,
    "new name": 0.2, "excluding": 3.7, "planned, now done": 2.5, "possible, now done": 2.1,
    "done, now planned": 0.0, "plan dropped": 0.3, "now negated": 2.9, "negation differs": 0.2,
    "roles swapped": 2.6, "condition": 1.0, "speaker conflict": 0.4, "replaced": 1.5, "added": 0.6,
    "modifiers": 0.0, "added clause": 0.9, "synonyms": -3.3, "exact": -0.5, "name and role": -0.9,
    "rounded": -1.1, "one more": 3.0,
    "new deed": 1.0,
}  # fmt: skip
HARD = (
    "figure conflict", "new figure", "day conflict", "name conflict", "excluding",
    "planned, now done", "possible, now done", "now negated", "negation differs", "roles swapped",
    "condition", "one more", "new deed",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """How likely a sentence tells another fact than the told one, and by what evidence.

    `kinds` are the features that are evidence.
    """

    likelihood: float
    evidence: tuple[str, ...] = ()
    kinds: frozenset[str] = frozenset()


def compare(told: str, now: str, code: str, numbers: frozenset[float] = frozenset()) -> Change:
    """How likely `now` tells a fact that `told` does not: 0 to 1, with evidence in words.

    `numbers` are the figures that other sentences told of the same.
    """
    return weigh(align(told, now, code), code, numbers)


def weigh(both: Aligned, code: str, numbers: frozenset[float] = frozenset()) -> Change:
    """The same of two sentences whose words are paired."""
    found, evidence = features(both, tables(code), numbers)
    total = WEIGHTS["bias"] + sum(WEIGHTS[name] * value for name, value in found.items())
    likelihood = 1.0 / (1.0 + exp(-max(-30.0, min(30.0, total))))
    return Change(likelihood, tuple(evidence), frozenset(name for name in HARD if name in found))


def told_so(both: Aligned) -> frozenset[int]:
    """The places of telling words that say the same and have come as far as their partners."""
    return frozenset(
        fact.place
        for fact in both.telling
        if fact.place in both.pairs
        and both.how[fact.place] not in (EXCLUDES, OPPOSITE)
        and not _moved(fact.place, both)
    )


def features(
    both: Aligned, table: Tables, numbers: frozenset[float] = frozenset()
) -> tuple[dict[str, float], list[str]]:
    """The features of a pair by name, and what of them is hard evidence, in words."""
    found: dict[str, float] = {}
    evidence: list[str] = []
    _of_figures(both, numbers, found, evidence)
    if not table.filled:  # no tables of this language: only figures can be told apart
        return found, evidence
    for part in (
        _of_days,
        _of_exclusion,
        _of_names,
        _of_status,
        _of_negation,
        _of_swap,
        _of_one_more,
    ):
        part(both, table, found, evidence)
    _of_rest(both, table, found, evidence)
    return found, evidence


def _of_figures(
    both: Aligned, numbers: frozenset[float], found: dict[str, float], evidence: list[str]
) -> None:
    told, now = both.left(NUMBER)
    now = [fact for fact in now if fact.value is None or not _was_told(fact, told, numbers)]
    corrected = [fact for fact in both.now if _is_corrected(fact, both)]
    told = told + [both.told[both.pairs[fact.place]] for fact in corrected]
    if told and now:
        found["figure conflict"] = 1.0
        evidence.append(f"{now[0].text}: {told[0].text} before")
    elif now:
        found["new figure"] = 1.0
        evidence.append(f"{now[0].text}: no such figure before")
    if ROUNDED in both.how.values():
        found["rounded"] = 1.0


def _was_told(fact: Fact, told: list[Fact], numbers: frozenset[float]) -> bool:
    """Whether a figure is among those told; “30 km” is not, where “30 miles” is what was told."""
    if not fact.printed:
        return fact.value in numbers
    other = any(f.value_printed == fact.value_printed and f.printed != fact.printed for f in told)
    return fact.value_printed in numbers and not other


def _is_corrected(fact: Fact, both: Aligned) -> bool:
    """Whether a figure that was told stands behind “not”: 51 people, not 53."""
    is_not = fact.kind == NUMBER and fact.place and both.now[fact.place - 1].word == "not"
    return bool(is_not) and fact.place in both.pairs


def _of_days(both: Aligned, _table: Tables, found: dict[str, float], evidence: list[str]) -> None:
    """Another day; not that of the saying, which papers also print as that of the deed."""
    told, now = both.left(DAY)
    said = {fact.key for fact in both.told if not fact.tells}
    now = [fact for fact in now if fact.key not in said]
    if told and now:
        found["day conflict"] = 1.0
        evidence.append(f"{now[0].text}: {told[0].text} before")


def _of_exclusion(
    both: Aligned, _table: Tables, found: dict[str, float], evidence: list[str]
) -> None:
    excluding = sorted(place for place, how in both.how.items() if how == EXCLUDES)
    if excluding:
        found["excluding"] = min(2.0, len(excluding))
    evidence.extend(
        f"{both.now[place].text}: {both.told[both.pairs[place]].text} before" for place in excluding
    )


def _of_names(both: Aligned, table: Tables, found: dict[str, float], evidence: list[str]) -> None:
    told, now = both.left(NAME)
    vouch_now = [fact for fact in now if _vouches(fact, both.now, table)]
    vouch_told = [fact for fact in told if _vouches(fact, both.told, table)]
    if not vouch_now or not vouch_told:  # who says it was added, or left out
        now = [fact for fact in now if fact not in vouch_now]
        told = [fact for fact in told if fact not in vouch_told]
    stands_for = [(m, t) for m in now for t in told if _in_place_of(m, t, both)]
    if stands_for:
        now, told = [stands_for[0][0]], [stands_for[0][1]]
        found["name conflict"] = 1.0
        evidence.append(f"{now[0].text}: {told[0].text} before")
    elif now:
        found["new name"] = min(2.0, len(now))
    if ROLE in both.how.values():
        found["name and role"] = 1.0


def _in_place_of(mine: Fact, theirs: Fact, both: Aligned) -> bool:
    """Whether two names stand beside words that are partners: France vetoed, China vetoed."""
    for step in (-1, 1):
        here, there = _beside(both.now, mine, step), _beside(both.told, theirs, step)
        if here is None and there is None:
            return True
        if here is not None and there is not None and both.pairs.get(here.place) == there.place:
            return True
    return False


def _beside(of: list[Fact], name: Fact, step: int) -> Fact | None:
    """The next word that tells something and is no name, to the left or to the right."""
    at = name.place + step
    while 0 <= at < len(of):
        if of[at].tells and of[at].kind != NAME:
            return of[at]
        at += step
    return None


def _vouches(name: Fact, of: list[Fact], table: Tables) -> bool:
    """Whether a name stands in a short clause that only says who said it: “…, Jan Orsk said”."""
    clause = [fact for fact in of if fact.clause == name.clause and fact.tells]
    return len(clause) <= 6 and any(fact.key in table.says for fact in clause)


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


def _of_status(both: Aligned, table: Tables, found: dict[str, float], evidence: list[str]) -> None:
    for place, theirs in both.pairs.items():
        mine, told = both.now[place], both.told[theirs]
        if mine.kind != WORD or told.kind != WORD or both.how[place] in (EXCLUDES, OPPOSITE):
            continue
        if NEGATED in (mine.status, told.status) and _as_often_negated(both):
            continue
        if mine.status == DONE and mine.noun:
            continue  # “the closure” does not say how far it has come
        if mine.status == DONE and not (table.in_chain(mine.key) or is_past(mine, table)):
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
        waited = [f for f in both.left(WORD)[0] if f.status in (PLANNED, POSSIBLE)]
        deed = next((f for f in both.now if _is_deed(f, both, table)), None)
        if waited and deed:  # “will decide whether”, “rejected”
            evidence.append(f"{deed.text}: {waited[0].text} before")


def _as_often_negated(both: Aligned) -> bool:
    here = sum(1 for fact in both.now if fact.status == NEGATED)
    return here == sum(1 for fact in both.told if fact.status == NEGATED)


def _of_negation(
    both: Aligned, table: Tables, found: dict[str, float], evidence: list[str]
) -> None:
    told, now = _negations(both.told, table), _negations(both.now, table)
    opposites = sum(1 for how in both.how.values() if how == OPPOSITE)
    if (told + opposites) % 2 != now % 2:
        found["negation differs"] = 1.0
        evidence.append("negated before" if told > now else "now negated")
    conditions = [fact for fact in both.now if fact.word in table.conditions]
    told_so = any(
        fact.word in table.conditions or fact.status in (PLANNED, POSSIBLE) for fact in both.told
    )
    if conditions and not told_so:
        found["condition"] = 1.0
        evidence.append(f"now with “{conditions[0].text}”")


def _negations(found: list[Fact], table: Tables) -> int:
    return sum(
        1
        for f, after in zip(found, [*found, None][1:], strict=True)
        if (f.key in table.negations or f.word in table.negations)
        and not (after is not None and after.kind == NUMBER)  # “41 people, not 43”
    )


def _of_swap(both: Aligned, table: Tables, found: dict[str, float], evidence: list[str]) -> None:
    """Who did it to whom: two aligned words changed sides of an aligned verb."""
    sure = [
        (both.told[theirs], both.now[mine])
        for mine, theirs in both.pairs.items()
        if both.how[mine] in (EXACT, ALIAS, CELL, SAME, ROOT)
        and both.now[mine].kind in (WORD, NAME)
    ]
    for told_verb, now_verb in sure:
        if now_verb.key in table.both_ways or now_verb.key in table.says:
            continue
        if not _is_verb(told_verb, both.told, table) or not _is_verb(now_verb, both.now, table):
            continue
        turned = told_verb.passive != now_verb.passive
        sides = [
            (told.place < told_verb.place, now.place < now_verb.place, now)
            for told, now in sure
            if now is not now_verb
            and told.clause == told_verb.clause
            and now.clause == now_verb.clause
            and (now.kind == NAME or now.key in table.roles or _is_actor(now, now_verb))
        ]
        left_to_right = [n for before, now_before, n in sides if before and (now_before == turned)]
        right_to_left = [
            n
            for before, now_before, n in sides
            if not before and (now_before != turned) and (not turned or _after_by(n, both))
        ]
        if left_to_right and right_to_left:
            found["roles swapped"] = 1.0
            evidence.append(f"{right_to_left[0].text} and {left_to_right[0].text} changed places")
            return


def _is_verb(fact: Fact, of: list[Fact], table: Tables) -> bool:
    """Whether a word says who does something; “was evacuated” without “by” does not."""
    if fact.kind != WORD or fact.noun or not (table.in_chain(fact.key) or is_past(fact, table)):
        return False
    helped = {one.word for one in of[max(0, fact.place - 2) : fact.place]}
    return fact.passive or table.passive.isdisjoint(helped)


def _after_by(now: Fact, both: Aligned) -> bool:
    """Whether a fact stands right after “by” in the sentence that is passive."""
    sides = ((both.now, now.place), (both.told, both.pairs[now.place]))
    return any("by" in [f.word for f in side[max(0, at - 4) : at]] for side, at in sides)


def _is_actor(fact: Fact, verb: Fact) -> bool:
    return fact.kind == WORD and abs(fact.place - verb.place) <= 4


def _of_one_more(
    both: Aligned, _table: Tables, found: dict[str, float], evidence: list[str]
) -> None:
    """“A second bomb” after “a bomb” is another one."""
    more = next((fact for fact in both.now if fact.one_more), None)
    if more and not any(fact.one_more for fact in both.told):
        after = [fact for fact in both.now[more.place + 1 : more.place + 3] if fact.tells]
        if after and after[0].place in both.pairs:
            found["one more"] = 1.0
            evidence.append(f"{more.text} {after[0].text}: one more")


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
    same = [place for place, how in both.how.items() if how in (SAME, CELL, ROOT)]
    found["synonyms"] = soft * min(3, sum(1 for place in same if not _moved(place, both)))
    if _speakers_differ(both, table):
        found["speaker conflict"] = 1.0
    deed = next((fact for fact in now if _is_new_deed(fact, both, table)), None)
    if deed is not None:
        found["new deed"] = 1.0
        evidence.append(f"{deed.text}: nothing like it before")


def _moved(place: int, both: Aligned) -> bool:
    """Whether a word and its partner differ in how far it has come: closed, the planned closure."""
    return (both.told[both.pairs[place]].status, both.now[place].status) in _STATUS


def _is_new_deed(fact: Fact, both: Aligned, table: Tables) -> bool:
    """A past verb and what follows, all new.

    One word after a step of some course of events (arrested the captain), two after any other
    (brought to the surface alive).
    """
    ahead = fact.status == PLANNED and fact.kind == WORD and not fact.noun
    done = fact.tells and is_past(fact, table) and fact.status == DONE
    if not ahead and not done:
        return False
    telling = [one for one in both.now if one.tells]
    first = next((one for one in telling if _is_verb(one, both.now, table)), None)
    light = fact.key in table.light
    more = 2 if not table.in_chain(fact.key) else 0 if fact is first and not light else 1
    at = telling.index(fact)
    after = telling[at : at + 1 + more]
    return len(after) == more + 1 and all(one.place not in both.pairs for one in after)


def _is_deed(fact: Fact, both: Aligned, table: Tables) -> bool:
    """A verb in the past that some course of events has, without a partner."""
    if fact.place in both.pairs or not table.in_chain(fact.key) or fact.status != DONE:
        return False
    return is_past(fact, table)


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
