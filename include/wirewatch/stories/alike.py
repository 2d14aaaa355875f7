"""Where do I change which words say the same or exclude each other? The tables of a language.

They are TOML, `languages/en-changed.toml`: chains of events whose cells exclude each other, lists
of words that say the same, names of one thing. This file loads them and answers how two words
stand to one another.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from wirewatch.stories.language import Language, language, read_table
from wirewatch.stories.words import stem, tokens

EXACT, CELL, ALIAS, SAME, ROOT, EXCLUDES = "exact", "cell", "alias", "same", "root", "excludes"
MOST_WORDS = 100_000  # remembered of a language; then they are met anew
NUMBERS: frozenset[object] = frozenset((("number",),))  # what any two figures share
DAYS: frozenset[object] = frozenset((("day",),))
WORTH = {EXACT: 1.0, CELL: 0.9, ALIAS: 0.95, SAME: 0.85, ROOT: 0.7, EXCLUDES: 0.5}


class Tables:
    """One language's chains, synonyms, aliases and verb cues, keyed by base form."""

    def __init__(self, table: Language, data: dict[str, Any]) -> None:
        self.code = table.code
        self.days, self.near_days, self.months = table.days, table.near_days, table.months
        self.joined, self.joined_ends = table.joined, table.joined_ends
        self._bases: dict[str, str] = {}
        self._links: dict[str, frozenset[object]] = {}
        self._name_links: dict[str, frozenset[object]] = {}
        verbs = data.get("verbs", {})
        self._forms = dict(pair.split("=") for pair in verbs.get("forms", "").split())
        self._short: dict[str, str] = {}
        self._function = table.bands["function"]
        self.phrases: dict[str, list[tuple[str, ...]]] = {}
        self._cells: dict[str, set[tuple[int, int]]] = {}
        self._same: dict[str, set[int]] = {}
        self._aliases: dict[str, int] = {}
        for number, chain in enumerate(data.get("chains", ())):
            for cell, words in enumerate(chain):
                for key in self._keys(words.split(",")):
                    self._cells.setdefault(key, set()).add((number, cell))
        for number, words in enumerate(data.get("same", ())):
            for key in self._keys(words.split(",")):
                self._same.setdefault(key, set()).add(number)
        for number, words in enumerate(data.get("aliases", ())):
            for key in self._keys(words.split(",")):
                self._aliases[key] = number
        # The cutter of endings makes “tak” of taking, and leaves “take”.
        self._short = {
            key[:-1]: key
            for key in (*self._cells, *self._same)
            if key.endswith("e") and key[:-1] not in self._cells and key[:-1] not in self._same
        }
        self._bases.clear()
        self.measures: dict[str, tuple[str, float]] = {}
        for measure, units in data.get("measures", {}).items():
            for unit in units.split():
                word, _, times = unit.partition("=")
                self.measures[self.base(word)] = (measure, float(times))
        self._irregular: dict[str, set[str]] = {}
        for form in self._forms:
            self._irregular.setdefault(stem(form), set()).add(self.base(form))
        self.roles = frozenset(self._keys(data.get("roles", "").replace("\n", " ").split(",")))
        self.passive = frozenset(verbs.get("passive", ()))
        self.light = frozenset(self._keys(verbs.get("light", "").split()))
        self.both_ways = frozenset(self._keys(verbs.get("both_ways", "").split()))
        self.particles = frozenset(verbs.get("particles", "").split())
        self.parted = frozenset(
            first
            for first, listed in self.phrases.items()
            if any(parts[1] in self.particles for parts in listed)
        )
        self.one_more = frozenset(verbs.get("one_more", ()))
        self.one_more_ends = frozenset(phrase.split()[-1] for phrase in self.one_more)
        self.past_endings = tuple(verbs.get("past_endings", "").split())
        self.adjective_endings = tuple(verbs.get("adjective_endings", "").split())
        self.possessives = frozenset(verbs.get("possessives", "").split())
        self.titles = frozenset(verbs.get("titles", "").split())
        self.noun_endings = tuple(verbs.get("noun_endings", "").split())
        self.negations = frozenset(verbs.get("negations", "").split())
        self.conditions = frozenset(verbs.get("conditions", "").split())
        self.says = frozenset(stem(word) for word in table.says)
        self.clause_openers = _CLAUSES
        self._cues: dict[tuple[str, ...], str] = {}
        for status in ("done", "possible", "planned", "negated"):
            for cue in verbs.get(status, ()):
                self._cues[tuple(self._base_words(cue))] = status
        self.cue_keys = frozenset(cue[0] for cue, status in self._cues.items() if len(cue[0]) > 1)
        self.cue_starts = frozenset(cue[0] for cue in self._cues)
        self.auxiliaries = frozenset(self._keys(verbs.get("auxiliaries", "").split()))

    def base(self, word: str) -> str:
        """The key of a word: its base form, stemmed."""
        key = self._bases.get(word)
        if key is None:
            key = stem(self._forms.get(word, word))
            if len(self._bases) >= MOST_WORDS:
                self._bases.clear()
            self._bases[word] = key = self._short.get(key, key)
        return key

    def links(self, key: str) -> frozenset[object]:
        """What a key must share with another for any relation to hold between them."""
        found = self._links.get(key)
        if found is None:
            parts: set[object] = {key, ("root", key[:5]) if len(key) >= 5 else key}
            parts |= {("chain", chain) for chain, _ in self._cells.get(key, _NONE)}
            parts |= {("same", group) for group in self._same.get(key, _NONE)}
            if key in self._aliases:
                parts.add(("alias", self._aliases[key]))
            parts |= {key.removeprefix(prefix) for prefix in _OPPOSING if key.startswith(prefix)}
            if len(self._links) >= MOST_WORDS:
                self._links.clear()
            self._links[key] = found = frozenset(parts)
        return found

    def name_links(self, key: str) -> frozenset[object]:
        """The same of a name, which may be the other in another spelling."""
        found = self._name_links.get(key)
        if found is None:
            if len(self._name_links) >= MOST_WORDS:
                self._name_links.clear()
            found = self.links(key) | {("name", _consonants(key) if key else "")}
            self._name_links[key] = found
        return found

    def keys_of(self, stem_: str) -> set[str]:
        """The keys that words of this stem can have, and those of the phrases that they open."""
        keys = {self._short.get(stem_, stem_), *self._irregular.get(stem_, ())}
        return keys | {"_".join(parts) for key in keys for parts in self.phrases.get(key, ())}

    def _base_words(self, phrase: str) -> list[str]:
        cut = [word for part in phrase.split() for word in tokens(part, self.code)]
        words = [word for word in cut if word not in ("a", "an", "the")]
        return [self.base(word) for word in words] or [phrase]

    def _keys(self, words: Iterable[str]) -> list[str]:
        """The keys of listed words; those of several words are also kept as phrases."""
        keys = []
        for entry in words:
            parts = tuple(self._base_words(entry.strip()))
            if len(parts) > 1 and parts not in self.phrases.setdefault(parts[0], []):
                self.phrases[parts[0]].append(parts)
                self.phrases[parts[0]].sort(key=len, reverse=True)
            keys.append("_".join(parts))
            joined = entry.strip().replace(" ", "")
            if len(parts) > 1 and joined in self.joined:  # walk out, walkout
                keys.append(self.base(joined))
        return keys

    def is_small(self, word: str, key: str) -> bool:
        """Whether a word only builds the sentence."""
        return (word in self._function and key not in self._cells) or word in (
            "will",
            "would",
            "n't",
        )

    def has_status(self, word: str, key: str) -> bool:
        """Whether a word can be planned or done: no cue itself, and no “for” or “against”."""
        return key not in self.cue_keys and word not in self._function

    def is_alias(self, word: str) -> bool:
        """Whether a word names a listed place or body."""
        return self.base(word) in self._aliases or word in self._aliases

    def is_known(self, key: str) -> bool:
        """Whether a key stands in a chain, a list of synonyms or a list of roles."""
        return key in self._cells or key in self._same or key in self.roles

    @property
    def filled(self) -> bool:
        """Whether the language has tables at all."""
        return bool(self._cells)

    def in_chain(self, key: str) -> bool:
        """Whether a key is a step of a course of events."""
        return key in self._cells

    def is_irregular(self, word: str) -> bool:
        """Whether a word is a listed form of an irregular verb: sank, withdrew."""
        return word in self._forms

    def phrase_at(self, bases: Sequence[str], at: int) -> tuple[int, str]:
        """Length and key of the longest listed phrase that starts here; length 0 if none does."""
        for parts in self.phrases.get(bases[at], ()):
            if tuple(bases[at : at + len(parts)]) == parts:
                return len(parts), "_".join(parts)
        return 0, ""

    def cue_at(self, words: Sequence[str], at: int) -> tuple[str, int] | None:
        """The status that a cue here gives to the next verb, and the cue's length in words."""
        first = words[at]
        if " " in first:
            status = self._cues.get(tuple(self.base(word) for word in first.split()))
            return (status, 1) if status else None
        bases = [self.base(word) for word in words[at : at + 3]]
        for length in (3, 2, 1):
            status = self._cues.get(tuple(bases[:length]))
            if status and len(bases) >= length:
                return status, length
        return None

    def relation(self, one: str, other: str) -> str | None:
        """How two keys stand to one another: the first that holds, or None."""
        if one == other:
            return EXACT
        alias = self._aliases.get(one)
        if alias is not None and alias == self._aliases.get(other):
            return ALIAS
        mine, theirs = self._cells.get(one), self._cells.get(other)
        excludes = False
        if mine and theirs:
            if not mine.isdisjoint(theirs):
                return CELL
            excludes = any(a == c and b != d for a, b in mine for c, d in theirs)
        if self._same.get(one, _NONE) & self._same.get(other, _NONE):
            return SAME
        if excludes:
            return EXCLUDES
        if len(one) >= 5 and len(other) >= 5 and one[:5] == other[:5] and "_" not in one + other:
            return ROOT
        return EXCLUDES if _opposite(one, other) else None

    def same_name(self, one: str, other: str) -> bool:
        """Whether two names are one: another spelling of it, or its initials."""
        if self.is_alias(one) or self.is_alias(other):
            return False
        return len(one) > 3 and _consonants(one) == _consonants(other)


_OPPOSING = ("un", "dis", "de", "non", "in")
_NONE: frozenset[Any] = frozenset()
_CLAUSES = frozenset(
    "that which who after before when while as because whose where although though until".split()  # noqa: SIM905
)


_SOUNDS = (("ph", "f"), ("ck", "k"), ("x", "ks"), ("q", "k"), ("w", "v"))


def _consonants(name: str) -> str:
    """What is left of a name that papers spell in several ways.

    Gaddafi and Gadhafi are one, and so are Aleksandr and Alexander.
    """
    for letters, sound in _SOUNDS:
        name = name.replace(letters, sound)
    left = name[0] + "".join(letter for letter in name[1:] if letter not in "aeiouyh")
    return "".join(letter for place, letter in enumerate(left) if letter != left[place - 1 : place])


def _opposite(one: str, other: str) -> bool:
    """Lawful and unlawful, arm and disarm."""
    short, long = (one, other) if len(one) <= len(other) else (other, one)
    return long.endswith(short) and len(short) > 3 and long[: -len(short)] in _OPPOSING


@cache
def tables(code: str) -> Tables:
    """The tables of a language; empty ones if it has none."""
    table = language(code)
    return Tables(table, read_table(f"{table.code}-changed") or {})
