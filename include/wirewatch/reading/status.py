"""Where do I change how far an event has come? By cue words in its clause, the first rule wins.

The rules and the cue words stand in the language's file, sections `status` and `cues`.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from wirewatch.reading.clauses import clauses
from wirewatch.reading.languages import LanguageData
from wirewatch.reading.longer_names import style
from wirewatch.reading.passage import Passage
from wirewatch.reading.phrases import Found, PhraseBook
from wirewatch.reading.word_forms import irregular_forms
from wirewatch.records import Status

REACH = 8  # words between an event and its nearest cue, unless a rule says otherwise


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the table: these cues, in this order, before or after the event's words."""

    status: Status
    why: str
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    without_after: tuple[str, ...] = ()
    not_over: tuple[str, ...] = ()
    touching: bool = False
    noun: bool = False
    within: int = REACH
    apart: int = REACH
    across: bool = False

    @property
    def asked(self) -> frozenset[str]:
        """The groups of cues without which the rule cannot fit."""
        return frozenset((*self.before, *self.after))


@dataclass(frozen=True, slots=True)
class Verdict:
    """A status with the word places of its cues and the rule that said so."""

    status: Status
    cues: tuple[tuple[int, int], ...]
    why: str


class StatusRules:
    """The cue words and rules of a language, compiled once."""

    def __init__(self, data: LanguageData) -> None:
        self._data = data
        self._book = PhraseBook(data, gap=0)
        self._groups: dict[int, list[str]] = {}
        for group, typed in data.section("cues").items():
            for phrase in typed:
                self._groups.setdefault(self._book.add(phrase), []).append(group)
        lines = data.section("status").get("rules", ())
        self._rules = tuple((rule, rule.asked) for rule in map(_rule, lines))
        self._skipped = frozenset(data.words("status", "skipped"))
        self._skipped_endings = data.words("status", "skipped_endings")
        self._objects = frozenset(data.words("status", "objects"))
        self._past_endings = data.words("status", "past_endings")
        self._pasts = irregular_forms(data)

    def sentence(self, passage: Passage, first: int, after: int) -> "CuedSentence":
        """A sentence with its cues found, for all the events in it."""
        cues: dict[str, list[Found]] = {}
        for found in self._book.find(passage, first, after):
            if _is_name(passage, found.first, first):
                continue
            for group in self._groups[found.phrase]:
                cues.setdefault(group, []).append(found)
        rules = tuple(rule for rule, asked in self._rules if asked <= cues.keys())
        return CuedSentence(passage, first, clauses(passage, first, after, self._data), cues, rules)

    def judge(self, sentence: "CuedSentence", first: int, after: int) -> Verdict:
        """The status of the event whose words are `first` to `after`: the first rule that fits."""
        verb = self._is_verb(sentence, first, after)
        for rule in sentence.rules:
            if rule.noun and verb:
                continue
            cues = self._fits(rule, sentence, first, after)
            if cues is not None:
                return Verdict(rule.status, tuple((c.first, c.after) for c in cues), rule.why)
        return Verdict(Status.UNDER_WAY, (), "told as a fact")

    def _is_verb(self, sentence: "CuedSentence", first: int, after: int) -> bool:
        """Whether the words are a verb in the past, or one with its object, and no noun."""
        words = sentence.passage.words
        if words[first] in self._pasts or words[first].endswith(self._past_endings):
            return True
        return (
            after < len(words)
            and words[after] in self._objects
            and sentence.passage.between(after - 1) == " "
        )

    def _fits(
        self, rule: Rule, sentence: "CuedSentence", first: int, after: int
    ) -> list[Found] | None:
        before = list(self._chain_before(rule, sentence, first, after)) if rule.before else []
        if len(before) < len(rule.before):
            return None
        behind = list(self._chain_after(rule, sentence, after)) if rule.after else []
        if len(behind) < len(rule.after):
            return None
        if self._spoiled(rule, sentence, first, after):
            return None
        return [*reversed(before), *behind]

    def _chain_before(
        self, rule: Rule, sentence: "CuedSentence", first: int, after: int
    ) -> Iterator[Found]:
        edge, limit = first, first - rule.within
        if rule.touching:
            edge = limit = self.skip(sentence, first)
        for step, group in enumerate(reversed(rule.before)):
            found = sentence.last_before(group, edge, first, rule.across)
            if found is None or found.after < (edge - rule.apart if step else limit):
                return
            if not step and self._parted(rule, sentence, found.after, first):
                return
            yield found
            edge = found.first

    def _parted(self, rule: Rule, sentence: "CuedSentence", start: int, first: int) -> bool:
        """Whether a word that the rule may not reach over parts its cue from the event."""
        for group in rule.not_over:
            found = sentence.last_before(group, first, first, across=True)
            if found is not None and found.first >= start:
                return True
        return False

    def _chain_after(self, rule: Rule, sentence: "CuedSentence", after: int) -> Iterator[Found]:
        edge, limit = after, after + rule.within
        for group in rule.after:
            found = sentence.first_after(group, edge, after - 1, rule.across)
            if found is None or found.first > limit:
                return
            if edge == after and self._parted_after(rule, sentence, after, found.first):
                return
            yield found
            edge, limit = found.after, found.after + rule.apart

    def _parted_after(self, rule: Rule, sentence: "CuedSentence", after: int, cue: int) -> bool:
        for group in rule.not_over:
            found = sentence.first_after(group, after, after - 1, across=True)
            if found is not None and found.first < cue:
                return True
        return False

    def _spoiled(self, rule: Rule, sentence: "CuedSentence", first: int, after: int) -> bool:
        for group in rule.without:
            found = sentence.last_before(group, first, first, rule.across)
            if found is not None and found.after >= first - REACH:
                return True
        for group in rule.without_after:
            ahead = sentence.first_after(group, after, after - 1, rule.across)
            if ahead is not None and ahead.first <= after + REACH:
                return True
        return False

    def skip(self, sentence: "CuedSentence", first: int) -> int:
        """The word before which a cue touches: adverbs and helping verbs are passed over."""
        words = sentence.passage.words
        edge = max(sentence.first, first - REACH)
        while first > edge:
            word = words[first - 1]
            if word not in self._skipped and not word.endswith(self._skipped_endings):
                break
            first -= 1
        return first


@dataclass(frozen=True, slots=True)
class CuedSentence:
    """A sentence, the clause of each of its words, and its cues by group."""

    passage: Passage
    first: int
    clauses: Sequence[int]
    cues: dict[str, list[Found]]
    rules: tuple[Rule, ...]

    def same_clause(self, one: int, other: int) -> bool:
        """Whether two words stand in one clause."""
        return self.clauses[one - self.first] == self.clauses[other - self.first]

    def last_before(self, group: str, edge: int, event: int, across: bool) -> Found | None:
        """The last cue of a group that ends before word `edge`, in the event's clause."""
        cues = self.cues.get(group, ())
        for number in range(bisect_left(cues, edge, key=_first) - 1, -1, -1):
            found = cues[number]
            if not across and not self.same_clause(found.first, event):
                return None
            if found.after <= edge and (across or self.same_clause(found.after - 1, event)):
                return found
        return None

    def first_after(self, group: str, edge: int, event: int, across: bool) -> Found | None:
        """The first cue of a group that begins at word `edge` or later, in the event's clause."""
        cues = self.cues.get(group, ())
        number = bisect_left(cues, edge, key=_first)
        if number == len(cues) or not (across or self.same_clause(cues[number].first, event)):
            return None
        return cues[number]


def _is_name(passage: Passage, word: int, first: int) -> bool:
    """Whether a word has a capital where plain words have none: the month of May, Will Smith."""
    if word == first or not passage.begins_upper(word):
        return False
    return style(passage, word) == "plain" and not _opens_quote(passage, word)


def _opens_quote(passage: Passage, word: int) -> bool:
    gap = passage.between(word - 1)
    return gap[-1:] in ('"', "'") or ":" in gap


def _first(found: Found) -> int:
    return found.first


def _rule(line: dict[str, object]) -> Rule:
    values = {key: tuple(v) if isinstance(v, list) else v for key, v in line.items()}
    values["status"] = Status(str(values["status"]))
    return Rule(**values)  # type: ignore[arg-type]


@lru_cache(maxsize=32)
def status_rules(data: LanguageData) -> StatusRules:
    """The status rules of a language, compiled at first use."""
    return StatusRules(data)
