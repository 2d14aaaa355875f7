"""Where do I change how the speaker's words beside a verb are found? No parser: short walks.

No parser: a speaker is the run of words to the left of the verb, back to where its clause starts,
or to the right of it, up to where a name stops. Every walk is bounded.
"""

from wirewatch.reading.speech import Speech
from wirewatch.reading.tokens import Tokens

_REACH = 45  # words: the longest walk from a verb to the start of its clause
_HARD = frozenset(';:!?“”"«»…|')
_DASHES = frozenset("—–―")
_OPEN, _CLOSE = frozenset("(["), frozenset(")]")


def is_adverb(word: str, words: Speech) -> bool:
    """Whether a word may stand between a speaker and the verb: “also”, “repeatedly”."""
    return word in words.adverbs or (word.endswith(words.adverb_endings) and len(word) > 4)


def first_word(tokens: Tokens, low: int, high: int) -> int:
    """The first token from `low` that is no mark, `high` if there is none."""
    while low < high and not tokens.is_word(low):
        low += 1
    return low


def left_of(tokens: Tokens, verb: int, low: int, words: Speech) -> tuple[int, int, int, bool]:
    """The speaker before a verb: start and end, the start of the clause, whether it is denied."""
    at, negated = _before_the_verb(tokens, verb, low, words)
    if at < low or tokens.low[at] in words.and_words | words.joining | words.clause_words:
        return 0, 0, verb, negated
    if tokens.low[at] in words.who_words:
        start, end = _antecedent(tokens, at, low, words)
        return start, end, start, negated
    appositive = tokens.low[at] in ",)—–" and at > low
    clause = _clause_start(tokens, at, low, words, appositive)
    start, end = _pick(tokens, clause, at if tokens.low[at] in ",—–" else at + 1, appositive, words)
    return start, end, min(clause, start) if end > start else clause, negated


def _before_the_verb(tokens: Tokens, verb: int, low: int, words: Speech) -> tuple[int, bool]:
    """The last token before the verb and its helpers (“has also”, “went on to”)."""
    at, negated, infinitive = verb - 1, False, False
    floor = max(low, verb - 9)
    while at >= floor:
        word = tokens.low[at]
        if word in words.negations:
            negated = True
        if word in words.to_words:
            infinitive = True
        elif not (
            word in words.auxiliaries
            or word in words.negations
            or is_adverb(word, words)
            or (infinitive and word in words.to_do)
        ):
            break
        at -= 1
    return at, negated


def _antecedent(tokens: Tokens, who: int, low: int, words: Speech) -> tuple[int, int]:
    """The name that “who said” speaks of: the run before it, back to a comma or a small word."""
    end = who - 1 if who > low and tokens.low[who - 1] == "," else who
    start = end
    while start > low and end - start < 12:
        word = tokens.low[start - 1]
        if word in _HARD or word in "," or word in words.clause_words:
            break
        within = word in words.in_names and start - 2 >= low and tokens.capital(start - 2)
        if word in words.prepositions and not (within and tokens.capital(start)):
            break
        start -= 1
    return _trim(tokens, start, end, words)


def _clause_start(tokens: Tokens, at: int, low: int, words: Speech, appositive: bool) -> int:
    """Where the clause starts that ends at `at`; one with commas around an aside starts earlier."""
    floor = max(low, at - _REACH)
    dashes = 1 if tokens.low[at] in _DASHES else 0
    start, depth = at - (tokens.low[at] in ",—–"), 0
    while start >= floor:
        word = tokens.low[start]
        if word in _CLOSE:
            depth += 1
        elif word in _OPEN:
            depth -= 1
        elif depth <= 0:
            if word in _HARD or (word in _DASHES and not dashes):
                break
            dashes -= word in _DASHES
            before = tokens.low[start - 1] if start > low else ""
            if word in words.joining or (word in words.and_words and before == ","):
                break
            if word in words.clause_words and (not appositive or before in words.cues):
                break
        start -= 1
    return start + 1


def _pick(tokens: Tokens, start: int, end: int, appositive: bool, words: Speech) -> tuple[int, int]:
    """The part of the clause that names somebody: not “On Monday,”, not “his campaign manager,”."""
    parts = _by_commas(tokens, start, end)
    if not parts:
        return 0, 0
    if not appositive or len(parts) == 1:
        return _trim(tokens, *parts[-1], words)
    for first, last in parts:
        if not _leads_in(tokens, first, last, words):
            return _trim(tokens, first, last, words)
    return _trim(tokens, *parts[-1], words)


def _by_commas(tokens: Tokens, start: int, end: int) -> list[tuple[int, int]]:
    parts, first, depth = [], start, 0
    for at in range(start, end):
        word = tokens.low[at]
        depth += (word in _OPEN) - (word in _CLOSE)
        if word in ",—–" and depth <= 0:
            if at > first:
                parts.append((first, at))
            first = at + 1
    if end > first:
        parts.append((first, end))
    return parts


def _leads_in(tokens: Tokens, first: int, last: int, words: Speech) -> bool:
    word = tokens.low[first]
    if word in words.prepositions or word in words.clause_words:
        return True
    if word.endswith(words.lead_in_endings):
        return not (first + 1 < len(tokens) and tokens.capital(first + 1))
    return last - first == 1 and (is_adverb(word, words) or word in words.and_words)


def _trim(tokens: Tokens, start: int, end: int, words: Speech) -> tuple[int, int]:
    """Without leading “and”, “still”, “in an interview”, and without a bracket at the end."""
    for at in range(start, end):
        if tokens.low[at] in _OPEN:
            end = at
            break
    while start < end and (
        not tokens.is_word(start)
        or tokens.low[start] in words.and_words
        or tokens.low[start] in words.joining
        or tokens.low[start] in words.clause_words
        or (is_adverb(tokens.low[start], words) and end - start > 1)
    ):
        start += 1
    while end > start and not tokens.is_word(end - 1):
        end -= 1
    if end > start and tokens.low[end - 1] in words.pronouns:
        return end - 1, end
    if end > start and tokens.low[start] in words.prepositions:
        start = _after_lead_in(tokens, start, end, words)
    for at in range(start + 1, end):
        if tokens.low[at] in words.who_words:
            return start, at
    return start, end


def _after_lead_in(tokens: Tokens, start: int, end: int, words: Speech) -> int:
    """“On Monday Smith”: the last name or pronoun of a stretch that starts with a small word."""
    at = end - 1
    if tokens.low[at] in words.pronouns:
        return at
    while at > start and tokens.capital(at):
        at -= 1
    if at < end - 1:
        return at + 1
    while at > start and tokens.low[at] not in words.determiners:
        at -= 1
    return at if at > start else end


def right_of(
    tokens: Tokens, start: int, high: int, words: Speech, *, bare: bool = False
) -> tuple[int, int]:
    """The speaker after a verb (“said Antony Blinken on Monday”): start and end, equal if none.

    `bare` takes any noun, as after “according to”.
    """
    while start < high and is_adverb(tokens.low[start], words):
        start += 1
    while start + 1 < high and start > 0 and tokens.low[start] in "-t":
        start += 1  # “dit-il”, “affirme-t-il”
    if start >= high or not tokens.is_word(start):
        return start, start
    word = tokens.low[start]
    if word in words.never_a_name and not tokens.capital(start):
        return start, start
    if (
        word in words.that_words
        or word in words.days
        or (word in words.stop_right and not _names(tokens, start, words))
    ):
        return start, start
    known = bare or word in words.determiners or word in words.pronouns
    if not (known or _names(tokens, start, words)):
        return start, start
    if word in words.pronouns:
        return start, start + 1
    end = start + 1
    while end < min(high, start + 14):
        word = tokens.low[end]
        if not tokens.is_word(end) and word not in "&’'.":
            break
        if word == "." and not _goes_on(tokens, end, high):
            break
        if word in words.stop_right or word in words.who_words or word in words.clause_words:
            break
        end += 1
    while end > start and not tokens.is_word(end - 1):
        end -= 1
    return start, end


def _names(tokens: Tokens, at: int, words: Speech) -> bool:
    word = tokens.low[at]
    return (tokens.capital(at) and word not in words.that_words) or word in words.bare_plurals


def _goes_on(tokens: Tokens, dot: int, high: int) -> bool:
    """Whether a dot is that of “Rep.” or “J.”: right after a short word with a capital."""
    if dot + 1 >= high or not tokens.capital(dot - 1):
        return False
    return tokens.end[dot - 1] - tokens.start[dot - 1] <= 5 and tokens.capital(dot + 1)


def _owns(tokens: Tokens, at: int) -> bool:
    return tokens.low[at].endswith(("'s", "’s", "s'", "s’"))


def subject_of(tokens: Tokens, low: int, high: int, words: Speech) -> tuple[int, int]:
    """The first name, pronoun or noun of a sentence, past “On Monday,”: start and end."""
    high = min(high, low + _REACH)
    at = first_word(tokens, low, high)
    if at < high and _leads_in(tokens, at, at + 2, words):
        comma = next((i for i in range(at, min(high, at + 25)) if tokens.low[i] == ","), None)
        at = first_word(tokens, (at if comma is None else comma) + 1, high)
    while at < high and (
        tokens.low[at] in words.and_words | words.joining or is_adverb(tokens.low[at], words)
    ):
        at = first_word(tokens, at + 1, high)
    if at >= high or tokens.low[at] in words.clause_words:
        return 0, 0
    if tokens.low[at] in words.pronouns:
        return at, at + 1
    end, plain = at + 1, tokens.low[at] in words.determiners
    while end < min(high, at + 8):
        word = tokens.low[end]
        if tokens.capital(end) or (word == "." and end + 1 < high and tokens.capital(end + 1)):
            end += 1
        elif (
            word in words.stop_right
            or word in words.auxiliaries
            or word in words.cues
            or not tokens.is_word(end)
            or (
                tokens.capital(end - 1)
                and not ((end - 1 == at and plain) or _owns(tokens, end - 1))
            )
            or end > at + 3
        ):
            break
        else:
            end += 1
    return at, end
