"""Where do I change when a word says something? A noun or a passive does not, a verb does."""

from dataclasses import dataclass

from wirewatch.reading.speakers import is_adverb, left_of, right_of, subject_of
from wirewatch.reading.speech import Speech
from wirewatch.reading.tokens import Tokens

_QUOTE_MARKS = frozenset('“”"«»„‘`')
_LEADS = 12  # words and marks before a verb that still opens its stretch


@dataclass(frozen=True, slots=True)
class Cue:
    """A verb that says something, and the words of who says it (`who_start` ≥ `who_end`: none)."""

    verb: int
    who_start: int
    who_end: int
    side: str  # where the speaker stands, seen from the verb
    clause: int  # the first word of the clause with speaker and verb
    last: int  # past the last word of speaker and verb
    negated: bool = False
    shared: bool = False  # the speaker is that of an earlier verb

    @property
    def spoken(self) -> bool:
        """Whether a speaker was found beside the verb."""
        return self.who_end > self.who_start


def cue_at(
    tokens: Tokens, verb: int, low: int, high: int, words: Speech, shared: tuple[int, int]
) -> Cue | None:
    """The cue at token `verb` inside the stretch `low` to `high`, None if it is no verb there.

    `shared` is who spoke last in the sentence: the speaker of “and added” and of “saying”.
    """
    word = tokens.low[verb]
    before = tokens.low[verb - 1] if verb > low else ""
    if _is_noun(tokens, verb, low, high, words):
        return None
    if before in words.clause_words and word not in words.gerunds:
        return None  # “when asked whether”
    first = _opens(tokens, low, verb, words)
    if first is not None and word not in words.gerunds:
        start, end = right_of(tokens, verb + 1, high, words, bare=True)
        if end > start:
            return Cue(verb, start, end, "right", first, end)
    helped = verb
    while helped > low and tokens.low[helped - 1] in words.auxiliaries:
        helped -= 1
    if (
        helped > low
        and tokens.low[helped - 1] == ","
        and word in words.say
        and word not in words.tell | words.gerunds
    ):
        start, end = right_of(tokens, verb + 1, high, words)
        if end > start and _ends_there(tokens, start, end, high, words):
            return Cue(verb, start, end, "right", helped, end)
    start, end, clause, negated = left_of(tokens, verb, low, words)
    if end <= start or (word in words.gerunds and not _with(tokens, start, low, words)):
        start, end = shared if shared[1] > shared[0] else subject_of(tokens, low, verb, words)
        return Cue(verb, start, end, "left", verb, verb + 1, negated, True)
    start, end = _of_two(tokens, start, end, words)
    return Cue(verb, start, end, "left", clause, verb + 1, negated)


def _of_two(tokens: Tokens, start: int, end: int, words: Speech) -> tuple[int, int]:
    """Who speaks in “Lind said Reza told”: Reza; in “Lind said the group had promised”: Lind."""
    for at in range(end - 2, start, -1):
        if tokens.low[at] in words.plain_say and tokens.is_word(at + 1):
            return (at + 1, end) if tokens.capital(at + 1) else (start, at)
    return start, end


def _opens(tokens: Tokens, low: int, verb: int, words: Speech) -> int | None:
    """The first word of a stretch that the verb opens, behind “also” or “has” at the most."""
    first, floor = verb, max(low, verb - _LEADS)
    while first > floor and (
        is_adverb(tokens.low[first - 1], words) or tokens.low[first - 1] in words.auxiliaries
    ):
        first -= 1
    marks = first
    while marks > floor and not tokens.is_word(marks - 1):
        marks -= 1
    return first if marks == low else None


def _ends_there(tokens: Tokens, start: int, end: int, high: int, words: Speech) -> bool:
    """Whether the clause ends with the name: “, said Smith on Monday”, not “, said Smith is”."""
    if any(tokens.low[at] in words.auxiliaries for at in range(start, end)):
        return False
    if end < high:
        return tokens.low[end] in words.after_speaker
    return end >= len(tokens) or tokens.low[end] not in _QUOTE_MARKS


def _is_noun(tokens: Tokens, verb: int, low: int, high: int, words: Speech) -> bool:
    """Whether a word that could say something is a noun or an adjective here."""
    if verb <= low:
        return False
    word, before = tokens.low[verb], tokens.low[verb - 1]
    if before in words.passive and word not in words.gerunds:
        return True
    if (
        before in words.determiners
        or before.endswith(("'s", "’s", "s’"))
        or before.replace(",", "").isdigit()
    ):
        return not (before in words.pronouns or tokens.low[verb + 1 : verb + 2] == ["that"])
    if word not in words.also_nouns:
        return before in words.prepositions and word not in words.gerunds
    if tokens.capital(verb - 1) or before in words.pronouns or before in words.who_words:
        return before in words.prepositions
    after = tokens.low[verb + 1] if verb + 1 < high else ""
    return not (before in ",)" or is_adverb(before, words) or after in words.that_words)


def _with(tokens: Tokens, start: int, low: int, words: Speech) -> bool:
    return start > low and tokens.low[start - 1] in words.with_words
