"""Where do I change how names are found? Every listed spelling, and why each is the one meant."""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from wirewatch.reading.languages import LanguageData
from wirewatch.reading.longer_names import Neighbours, longer_name, neighbours, style
from wirewatch.reading.passage import Passage
from wirewatch.reading.spellings import CAPITALS, Hit, Role, Spellings
from wirewatch.records import Entity, Mention, Span

_ADDRESS = re.compile(r"(?:https?://|www\.|\S{1,64}@)\S*")
_NOWHERE: frozenset[int] = frozenset()
_MONEY = re.compile(r" ?[$€£¥]")


class Names:
    """The entities of a vocabulary, compiled once."""

    def __init__(self, entities: Sequence[Entity]) -> None:
        self._entities = entities
        self._spellings = Spellings(_listed(entities))

    def find(self, passages: Sequence[Passage], data: LanguageData) -> list[Mention]:
        """The names of all passages, in order of place.

        A spelling that several entities list is theirs whose full name the article has; if that
        does not settle it, each gets a mention that is marked ambiguous.
        """
        hits = [hit for passage in passages for hit in self._in(passage)]
        if not hits:
            return []
        known = neighbours(data)
        present = {hit.spelling.owner for hit in hits if hit.spelling.role == "with"}
        hits = [
            hit
            for hit in hits
            if not self._entities[hit.spelling.owner].with_any or hit.spelling.owner in present
        ]
        hits = _without_longer(_without_excepted(hits), known)
        hits = _last_names(hits, self._entities)
        return list(self._mentions(_longest(hits)))

    def _in(self, passage: Passage) -> list[Hit]:
        """The spellings of one passage, outside addresses and sums of money (US$5)."""
        hits = self._spellings.find(passage)
        addresses = _addresses(passage.text) if hits else set()
        return [
            hit
            for hit in hits
            if hit.start not in addresses
            and not (hit.spelling.capitals[0] == CAPITALS and _MONEY.match(passage.text, hit.end))
        ]

    def _mentions(self, hits: list[Hit]) -> Iterator[Mention]:
        full = {hit.spelling.owner for hit in hits if len(hit.spelling.words) > 1}
        for _, same in groupby(hits, key=lambda hit: (hit.passage.where, hit.start, hit.end)):
            group = {hit.spelling.owner: hit for hit in same}
            named = {owner: hit for owner, hit in group.items() if owner in full}
            if len(group) > 1 and len(named) == 1:
                group = named
            for owner, hit in group.items():
                yield self._mention(hit, self._entities[owner], len(group))

    def _mention(self, hit: Hit, entity: Entity, among: int) -> Mention:
        why = f"last name of {entity.name}" if hit.spelling.role == "last" else hit.spelling.typed
        return Mention(
            span=Span(where=hit.passage.where, start=hit.start, end=hit.end),
            text=hit.passage.text[hit.start : hit.end],
            entity=entity.entity_id,
            kind=entity.kind,
            ambiguous=among > 1,
            why=f"listed: {why}" if hit.spelling.role == "name" else why,
        )


def _addresses(text: str) -> set[int]:
    """Every place inside the address of a page or of a mailbox: names there tell nothing."""
    if "://" not in text and "www." not in text and "@" not in text:
        return set()
    return {at for match in _ADDRESS.finditer(text) for at in range(*match.span())}


def _listed(entities: Sequence[Entity]) -> Iterator[tuple[int, Role, str]]:
    for number, entity in enumerate(entities):
        for typed in dict.fromkeys((entity.name, *entity.also)):
            yield number, "name", typed
        if entity.last_name:
            yield number, "last", entity.last_name
        for typed in entity.not_in:
            yield number, "not", typed
        for typed in entity.with_any:
            yield number, "with", typed


def _without_excepted(hits: list[Hit]) -> list[Hit]:
    """The names, without those that stand inside a phrase of their entity's `not`."""
    excepted: dict[tuple[int, str], set[int]] = defaultdict(set)
    for hit in hits:
        if hit.spelling.role == "not":
            excepted[hit.spelling.owner, hit.passage.where].update(range(hit.start, hit.end))
    return [
        hit
        for hit in hits
        if hit.spelling.role in ("name", "last")
        and not excepted.get((hit.spelling.owner, hit.passage.where), _NOWHERE).issuperset(
            (hit.start, hit.end - 1)
        )
    ]


def _without_longer(hits: list[Hit], known: Neighbours) -> list[Hit]:
    """The names that are no part of a longer name that nobody listed."""
    listed: dict[str, set[int]] = defaultdict(set)
    for hit in hits:
        if hit.word >= 0:
            listed[hit.passage.where].update(range(hit.word, hit.after))
    longer: set[str] = set()
    kept = []
    for hit in sorted(hits, key=lambda hit: hit.passage.where):  # the text before the title
        if hit.word < 0 or hit.after - hit.word > 1 or hit.spelling.capitals[0] == CAPITALS:
            if not _plain_word(hit, known):
                kept.append(hit)
            continue
        found = longer_name(hit.passage, hit.word, listed[hit.passage.where], known)
        if found is None and not _plain_word(hit, known) and not _seen(hit, longer):
            kept.append(hit)
        elif found:
            longer.add(found)
    return kept


def _plain_word(hit: Hit, known: Neighbours) -> bool:
    """Whether a name that is also a plain word stands where every word has its capitals."""
    passage, word = hit.passage, hit.word
    if hit.after - word != 1 or passage.words[word] not in known.plain_words:
        return False
    if hit.spelling.capitals[0] == CAPITALS:
        return style(passage, word) == "capitals"
    return passage.first[passage.sentence_of(word)] == word or style(passage, word) != "plain"


def _seen(hit: Hit, longer: set[str]) -> bool:
    """Whether a title, where capitals say nothing, has a longer name that the text has."""
    passage, word = hit.passage, hit.word
    if passage.where == "text" or not longer:
        return False
    before = passage.text[passage.starts[max(0, word - 1)] : hit.end]
    after = passage.text[hit.start : passage.ends[min(word + 1, len(passage.ends) - 1)]]
    return before in longer or after in longer


def _last_names(hits: list[Hit], entities: Sequence[Entity]) -> list[Hit]:
    """The names, with last names only where the article also has the full name.

    Of two people with one last name it is the one who was named in full last.
    """
    full: dict[int, list[tuple[bool, int]]] = defaultdict(list)
    for hit in hits:
        if hit.spelling.role == "name":
            full[hit.spelling.owner].append((hit.passage.where == "text", hit.start))
    for places in full.values():
        places.sort()
    return [
        hit
        for hit in hits
        if hit.spelling.role == "name"
        or (hit.spelling.owner in full and _nearest(hit, full, entities))
    ]


def _nearest(hit: Hit, full: dict[int, list[tuple[bool, int]]], entities: Sequence[Entity]) -> bool:
    rivals = [owner for owner in full if entities[owner].last_name == hit.spelling.typed]
    if len(rivals) < 2:
        return True
    here = (hit.passage.where == "text", hit.start)
    last = {owner: _before(full[owner], here) for owner in rivals}
    return last[hit.spelling.owner] == max(last.values())


def _before(places: Sequence[tuple[bool, int]], here: tuple[bool, int]) -> tuple[bool, int]:
    """The last of the places before this one, or one before all."""
    at = bisect_left(places, here)
    return places[at - 1] if at else (False, -1)


def _longest(hits: Iterable[Hit]) -> list[Hit]:
    """The names in order of place, the longer one where names overlap; equal spans all stay."""
    ordered = sorted(hits, key=lambda hit: (hit.passage.where == "text", hit.start, -hit.end))
    kept: list[Hit] = []
    for hit in ordered:
        last = kept[-1] if kept else None
        apart = last is None or last.passage is not hit.passage or hit.start >= last.end
        if apart or (last and (hit.start, hit.end) == (last.start, last.end)):
            kept.append(hit)
    return kept
