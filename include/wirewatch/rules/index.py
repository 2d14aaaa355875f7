"""Which rules could match an article: each is filed under the rarest thing that it needs.

Names, events, figures, speakers and words share one index. What one article costs grows with the
rules that its own rare words call up, not with the rules that there are.
"""

from collections.abc import Iterable, Iterator, Mapping, Set
from itertools import chain
from sys import intern

from wirewatch.records import Development, Judgement, Rule, Vocabulary, When
from wirewatch.rules.proof import AGENCIES, name_in_full
from wirewatch.rules.query import cost, parse, required, term
from wirewatch.rules.scene import Scene, View, event_key, figure_key, name_key, speaker_key
from wirewatch.rules.words import all_words, shape

Keys = set[str]
Group = tuple[str, ...]
_MOST_SHAPES = 100_000
_LEDGERS = (event_key, figure_key)


def groups_of(when: When) -> list[Group]:
    """Groups of keys: an article that lacks all of one group cannot match. Rarest group first."""
    found: list[frozenset[str]] = [
        frozenset(map(make, ids))
        for make, ids in (
            (event_key, when.event),
            (figure_key, when.figure),
            (speaker_key, when.remarks_by),
            (name_key, when.about),
            (name_key, when.place),
        )
        if ids
    ]
    if when.mentions:
        found += required(parse(when.mentions))
    if when.any_of:
        forms = [required(each) for each in map(term, when.any_of) if each]
        found.append(frozenset().union(*(group for each in forms for group in each)))
    for each in map(term, when.all_of):
        found += required(each) if each else []
    unique = dict.fromkeys(group for group in found if group)
    return [tuple(map(intern, sorted(group))) for group in sorted(unique, key=_cost)]


def _cost(group: frozenset[str]) -> float:
    ids = sum(1 for key in group if ":" in key)
    return cost(frozenset(key for key in group if ":" not in key)) + 0.01 * ids


class RuleSet:
    """Rules ready to be matched. Disabled ones are left out; a run keeps the set it began with.

    `names` are what people call the vocabulary's things, for the words of a match.
    """

    def __init__(self, rules: Iterable[Rule], vocabulary: Vocabulary | None = None):
        self.rules = tuple(rule for rule in rules if rule.enabled)
        self.by_id = {rule.rule_id: rule for rule in self.rules}
        self.vocabulary = vocabulary or Vocabulary()
        self.names = _names(self.vocabulary)
        self.agencies = spellings(self.vocabulary)
        self._filed: dict[str, list[int] | int] = {}
        self.groups: list[tuple[Group, ...]] = []
        self._always: list[int] = []
        self._prefixes: dict[int, set[str]] = {}
        pools: tuple[dict[Group, Group], dict[tuple[Group, ...], tuple[Group, ...]]] = ({}, {})
        for number, rule in enumerate(self.rules):
            self._file(number, rule, *pools)
        self._used = {key for groups in self.groups for group in groups for key in group}
        self._known = self._filed.keys()
        self._shapes = _Shapes(self._used, self._prefixes)

    def _file(
        self,
        number: int,
        rule: Rule,
        pool: dict[Group, Group],
        pool_of_groups: dict[tuple[Group, ...], tuple[Group, ...]],
    ) -> None:
        groups = tuple(pool.setdefault(group, group) for group in groups_of(rule.when))
        self.groups.append(pool_of_groups.setdefault(groups, groups))
        for group in groups:
            for key in group:
                if key.endswith("*") and ":" not in key:
                    self._prefixes.setdefault(len(key) - 1, set()).add(key)
        if not groups:
            self._always.append(number)
        for key in groups[0] if groups else ():
            held = self._filed.get(key)
            if held is None:
                self._filed[key] = number
            elif isinstance(held, int):
                self._filed[key] = [held, number]
            else:
                held.append(number)

    def keys(self, scene: Scene, judgement: Judgement | None = None) -> Keys:
        """Everything in an article that a rule looks for."""
        keys = self._used & scene.first_places.keys()
        keys.update(self._shapes.of(scene.words))
        for development in judgement.developments if judgement else ():
            keys |= self._keys_of(development)
        return keys

    def passage_keys(self, view: View) -> Keys:
        """What of all that rules look for stands in a development's own sentence or the title."""
        found = self._keys_of(view.development)
        for passage in view.passages:
            if passage.keys is None:
                passage.keys = {
                    *self._shapes.of(passage.printed),
                    *map(name_key, passage.names),
                    *map(event_key, passage.events),
                }
            found |= passage.keys
        return found

    def concerned(self, text: str, finds: Set[str], developments: Iterable[Development]) -> bool:
        """Whether any rule could match, as far as can be told without the article.

        `text` are the developments' sentences with the title, `finds` the keys, but for words, of
        all that the article holds.
        """
        keys = self._used & finds
        keys.update(self._shapes.of(all_words(text)))
        for development in developments:
            keys |= self._keys_of(development)
        return any(True for _ in self.candidates(keys))

    def printed(self, scene: Scene) -> dict[str, list[str]]:
        """Each word of an article that a rule looks for, with the ways in which it is printed."""
        found: dict[str, list[str]] = {}
        for raw in scene.words:
            for key in self._shapes[raw]:
                found.setdefault(key, []).append(raw)
        return found

    def _keys_of(self, development: Development) -> set[str]:
        keys: set[str] = set()
        if development.about:
            makes = (speaker_key, name_key) if development.kind == "quote" else _LEDGERS
            keys.update(make(development.about) for make in makes)
        if development.place:
            keys.add(name_key(development.place))
        return keys & self._used

    def candidates(self, keys: Keys, among: Set[int] | None = None) -> Iterator[int]:
        """The numbers of the rules all of whose groups meet these keys; `among`: only of these."""
        numbers: set[int] = set(self._always)
        for key in keys & self._known:
            held = self._filed[key]
            if isinstance(held, int):
                numbers.add(held)
            else:
                numbers.update(held)
        for number in numbers if among is None else numbers & among:
            for group in self.groups[number][1:]:
                if keys.isdisjoint(group):
                    break
            else:
                yield number


class _Shapes(dict[str, tuple[str, ...]]):
    """What printed words are filed as, if any rule looks for them; found once and kept."""

    def __init__(self, used: set[str], prefixes: Mapping[int, set[str]]):
        super().__init__()
        self._used = used
        self._prefixes = prefixes

    def __missing__(self, raw: str) -> tuple[str, ...]:
        word = shape(raw)
        own = (word,) if word in self._used else ()
        found = tuple(map(intern, (*own, *self._beginnings(word))))
        if len(self) >= _MOST_SHAPES:
            self.clear()
        self[raw] = found
        return found

    def of(self, words: Iterable[str]) -> Iterable[str]:
        """What all these words are filed as."""
        return chain.from_iterable(map(self.__getitem__, words))

    def _beginnings(self, word: str) -> Iterator[str]:
        """The prefixes that rules look for and that the word begins with."""
        for length, prefixes in self._prefixes.items():
            if len(word) >= length and (prefix := f"{word[:length]}*") in prefixes:
                yield prefix


def _names(vocabulary: Vocabulary) -> dict[str, str]:
    """What people call the things behind the ids."""
    names = {entity.entity_id: entity.name for entity in vocabulary.entities}
    names |= {figure.figure_id: figure.about for figure in vocabulary.figures}
    return names | {event.event_id: event.about for event in vocabulary.events}


def spellings(vocabulary: Vocabulary) -> Mapping[str, str]:
    """Every way to write an entity's name, and the id behind it; agencies' long names too."""
    known = {
        name_in_full(name): entity.entity_id
        for entity in vocabulary.entities
        for name in (entity.name, *entity.also)
    }
    return {long: known.get(short, short) for long, short in AGENCIES.items()} | known
