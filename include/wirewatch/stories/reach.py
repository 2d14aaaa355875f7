"""Which words of a sentence can find a partner in a told one at all? A bound, from stems alone.

Aligning costs, and most of the nearest told sentences share too little for it to matter. What
`align` pairs is within reach, but for words that only their print tells apart (F-16, don't).
"""

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from wirewatch.stories.align import is_role, telling
from wirewatch.stories.alike import DAYS, MOST_WORDS, NUMBERS, tables
from wirewatch.stories.facts import NAME, PARTS, RANGES
from wirewatch.stories.words import stem

NEAR_ROLE = 3  # places between a role and a name beside it
_CAPITALS = re.compile(r"\b[A-Z][A-Z.]{1,11}")
_ROLE = ("role",)


@dataclass(frozen=True, slots=True)
class Reach:
    """The places of the telling words that may find a partner, and how many others may."""

    places: frozenset[int]
    others: int = 0


def reach(stems: str, text: str, now: str, code: str) -> Reach:
    """What `now` can share at most with a told sentence of these stems and this text."""
    linked, table, short = _linked(stems, code), tables(code), _in_capitals(text)
    mine = telling(now, code)
    places = {fact.place for fact, links in mine if not linked.isdisjoint(links)}
    roles = [fact.place for fact, _ in mine if is_role(fact, table)]
    places.update(roles)
    for fact, _ in mine:
        if fact.kind == NAME and (
            fact.text.isupper() or any(abs(fact.place - role) <= NEAR_ROLE for role in roles)
        ):
            places.add(fact.place)
    others = 0
    if short:
        initials = "".join(fact.text[0] for fact, _ in mine)
        others = sum(len(word) for word in short if word in initials)
    return Reach(frozenset(places), others + (_ROLE in linked))


@lru_cache(maxsize=8192)
def _in_capitals(text: str) -> tuple[str, ...]:
    """The words of a told sentence that may be somebody's initials."""
    return tuple(word.replace(".", "") for word in _CAPITALS.findall(text))


@lru_cache(maxsize=8192)
def _linked(stems: str, code: str) -> frozenset[object]:
    """All that the words of these stems can share with another word."""
    return frozenset().union(*(_of_stem(one, code) for one in stems.split()))


@lru_cache(maxsize=MOST_WORDS)
def _of_stem(stem_: str, code: str) -> frozenset[object]:
    """What a word of this stem can share with another, alone or as the first of a phrase."""
    if stem_[0].isdigit():
        return NUMBERS | DAYS
    table = tables(code)
    keys = table.keys_of(stem_)
    found = frozenset().union(*map(table.name_links, keys), _classes(code).get(stem_, ()))
    return found if table.roles.isdisjoint(keys) else found | {_ROLE}


@cache
def _classes(code: str) -> dict[str, frozenset[object]]:
    """The stems of words that stand for figures and days."""
    table = tables(code)
    figures = dict.fromkeys(map(stem, (*RANGES, *PARTS)), NUMBERS)
    return figures | dict.fromkeys(map(stem, table.days | table.near_days | table.months), DAYS)
