"""Where do I change how the words of two sentences are paired? Likest and nearest first.

Pairs are exact, of one cell of a chain, synonyms, aliases, figures that round to one another, days
that may be the same, a name on one side with a role on the other, and last of all words that
exclude each other.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from wirewatch.stories.alike import ALIAS, DAYS, EXACT, EXCLUDES, NUMBERS, WORTH, Tables, tables
from wirewatch.stories.facts import DAY, NAME, NEGATED, NUMBER, WORD, Fact, facts, rounding
from wirewatch.stories.words import last_place

GAP = 0.15
CONVERTED = 0.05  # what is lost when a measure is told in another unit
# Facts of a sentence: ten long ones. A page in one line would cost the square of its length.
MOST = 400
ROUNDED, NEAR_DAY, ROLE, OPPOSITE = "rounded", "near day", "role", "opposite"


@dataclass(slots=True)
class Aligned:
    """Both sentences with their pairs: place in `now` → place in `told`, and how they relate."""

    told: list[Fact]
    now: list[Fact]
    pairs: dict[int, int] = field(default_factory=dict)
    how: dict[int, str] = field(default_factory=dict)
    _left: tuple[dict[str, list[Fact]], dict[str, list[Fact]]] | None = None

    @property
    def telling(self) -> list[Fact]:
        """The facts of the new sentence that tell something."""
        return [fact for fact in self.now if fact.tells]

    @property
    def share(self) -> float:
        """The share of the new sentence's telling facts that found a partner."""
        telling = self.telling
        return sum(fact.place in self.pairs for fact in telling) / len(telling) if telling else 0.0

    def left(self, kind: str) -> tuple[list[Fact], list[Fact]]:
        """The facts of a kind without a partner: told, now."""
        if self._left is None:
            self._left = ({}, {})
            used = set(self.pairs.values())
            for fact in self.told:
                if fact.place not in used:
                    self._left[0].setdefault(fact.kind, []).append(fact)
            for fact in self.now:
                if fact.place not in self.pairs:
                    self._left[1].setdefault(fact.kind, []).append(fact)
        told, now = self._left
        return told.get(kind, []), now.get(kind, [])

    def pair(self, now: Fact, told: Fact, how: str) -> None:
        """Make two facts partners."""
        self.pairs[now.place] = told.place
        self.how[now.place] = how
        self._left = None


class _Cut:
    """A sentence cut into facts, with what each telling one must share with a partner."""

    def __init__(self, text: str, table: Tables) -> None:
        self.table = table
        self.facts = facts(text[: 10 * MOST], table)[:MOST]

    @cached_property
    def links(self) -> list[tuple[Fact, frozenset[object]]]:
        """The telling facts in order, each with its links."""
        return [(fact, _links(fact, self.table)) for fact in self.facts if fact.tells]

    @cached_property
    def by_link(self) -> dict[object, list[Fact]]:
        """Link → the telling facts that have it."""
        found: dict[object, list[Fact]] = {}
        for fact, links in self.links:
            for link in links:
                found.setdefault(link, []).append(fact)
        return found


@lru_cache(maxsize=4096)
def _cut(text: str, code: str) -> _Cut:
    """Made once for a sentence, which is compared with several; nobody changes its facts."""
    return _Cut(text, tables(code))


def telling(text: str, code: str) -> list[tuple[Fact, frozenset[object]]]:
    """The facts of a sentence that tell something, in order, each with what it can share."""
    return _cut(text, code).links


def align(told: str, now: str, code: str) -> Aligned:
    """Pair the words of two sentences, likest and nearest first; a told word may serve twice."""
    table = tables(code)
    before, here = _cut(told, code), _cut(now, code)
    both = Aligned(before.facts, here.facts)
    scored, excluding = [], []
    for mine, theirs in _possible(here, before):
        how = _relation(theirs, mine, table)
        if how == EXCLUDES:
            if mine.kind == theirs.kind == WORD:
                excluding.append((mine.place, theirs.place))
        elif how:
            gap = abs(mine.place / len(both.now) - theirs.place / len(both.told))
            scored.append((GAP * gap - _worth(how), mine.place, theirs.place, how))
    scored.sort()
    used: dict[int, int] = {}
    for less, mine_at, theirs_at, how in scored:
        if mine_at not in both.pairs and used.get(theirs_at, 0) < 2 and less < -0.4:
            used[theirs_at] = used.get(theirs_at, 0) + 1
            both.pair(both.now[mine_at], both.told[theirs_at], how)
    _pair_roles(both, table)
    if table.filled:
        _pair_excluding(both, sorted(excluding))
    return both


def _pair_excluding(both: Aligned, excluding: Sequence[tuple[int, int]]) -> None:
    """Words left over on both sides that exclude each other, such as opened and closed."""
    used = set(both.pairs.values())
    for mine_at, theirs_at in excluding:
        if mine_at not in both.pairs and theirs_at not in used:
            mine, theirs = both.now[mine_at], both.told[theirs_at]
            one_negated = (mine.status == NEGATED) != (theirs.status == NEGATED)
            both.pair(mine, theirs, OPPOSITE if one_negated else EXCLUDES)


def _possible(here: _Cut, before: _Cut) -> Iterator[tuple[Fact, Fact]]:
    """The pairs (now, told) between which any relation can hold."""
    linked = before.by_link
    keys = linked.keys()
    for mine, links in here.links:
        if keys.isdisjoint(links):
            continue
        shared = [linked[link] for link in links if link in linked]
        if len(shared) == 1:
            yield from [(mine, theirs) for theirs in shared[0]]
        else:
            found = {theirs.place: theirs for some in shared for theirs in some}
            yield from [(mine, theirs) for theirs in found.values()]


def _links(fact: Fact, table: Tables) -> frozenset[object]:
    if fact.kind == NAME:
        return table.name_links(fact.key)
    return _OF_KIND[fact.kind] if fact.kind in _OF_KIND else table.links(fact.key)


_OF_KIND: dict[str, frozenset[object]] = {NUMBER: NUMBERS, DAY: DAYS}


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
    if told.printed != now.printed and told.unit == now.unit:  # 30 miles, 50 kilometres
        return ROUNDED if abs(told.value - now.value) <= CONVERTED * now.value else None
    for rounded, other in ((now, told), (told, now)):
        if _digits(rounded) < _digits(other) and _stands_for(
            rounded, other, was_told=rounded is told
        ):
            return ROUNDED
    return None


def _stands_for(rounded: Fact, other: Fact, *, was_told: bool) -> bool:
    """Whether a figure under a bound word may mean the other, which is more exact.

    “At least 28,000” may be told of 29,100; told before it, it did not say 29,100.
    """
    times = rounding(rounded)
    if not times or not rounded.value or not other.value:
        return False
    low, high = times
    if not low * rounded.value <= other.value <= high * rounded.value:
        return False
    gap, place = abs(other.value - rounded.value), last_place(rounded.value)
    if low < 1.0 < high:
        return gap <= place / 2
    return not was_told or gap < place


def _digits(fact: Fact) -> int:
    """How many digits a figure is exact to: 27,700 to three, 27,708 to five."""
    return len(f"{fact.value:g}".replace(".", "").strip("0")) if fact.value else 0


def _days(told: Fact, now: Fact, table: Tables) -> str | None:
    if told.key == now.key:
        return EXACT
    dated = {day.key for day in (told, now) if day.key not in table.days}
    if len(dated) == 1 and any(word in table.months for word in dated.pop().split()):
        return NEAR_DAY  # a Sunday may be June 8
    if told.key in table.near_days and now.key in table.days | table.near_days:
        return NEAR_DAY
    return NEAR_DAY if now.key in table.near_days and told.key in table.days else None


def _pair_roles(both: Aligned, table: Tables) -> None:
    """A name left over on one side and a role on the other are one person; so are its initials."""
    _pair_initials(both)
    names, words = both.left(NAME), both.left(WORD)
    for told, now in (
        (names[0], [fact for fact in words[1] if is_role(fact, table)]),
        ([fact for fact in words[0] if is_role(fact, table)], names[1]),
    ):
        if told and now:
            both.pair(now[0], told[0], ROLE)
            break
    _pair_by_role(both, table)


def is_role(fact: Fact, table: Tables) -> bool:
    """Whether a word may stand for one name; “villages” may not."""
    return fact.key in table.roles and not fact.text.endswith("s")


def _pair_by_role(both: Aligned, table: Tables) -> None:
    """“President Mnangagwa” and “Zimbabwe’s president”: names beside one role."""
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
        initials = [one for one in short if one.kind == NAME and one.text.isupper()]
        names = [fact for fact in long if fact.tells] if initials else []
        for one in initials:
            if 2 <= len(one.text) <= 6:
                for start in range(len(names) - len(one.text) + 1):
                    run = names[start : start + len(one.text)]
                    if "".join(fact.text[0] for fact in run) == one.text:
                        for fact in run:
                            both.pair(*((one, fact) if not flip else (fact, one)), ALIAS)
