"""Where do I change whether a date lies behind or ahead? Its verb decides, the nearest first."""

import re

from wirewatch.reading.calendar_words import DateWords

_WORDS = re.compile(r"[\w']+|[;:]")


def direction(before: str, after: str, words: DateWords) -> int:
    """−1 if the words beside a date look back, 1 if they look ahead, 0 if they do not say.

    Both are in lower case and end where the sentence does.
    """
    found = _looks(_WORDS.findall(before)[::-1], words)
    if found:
        return found
    for word in _WORDS.findall(after)[:12]:
        if word in ";:":
            break
        verb = _verb(word, words)
        if verb:
            return verb
    return 0


def _verb(word: str, words: DateWords) -> int:
    if word in words.future:
        return 1
    ends = word.endswith(words.past_endings) and word not in words.no_verb
    return -1 if ends or word in words.past else 0


def _looks(tokens: list[str], words: DateWords) -> int:
    """The direction of the words before a date, the nearest first."""
    for index, word in enumerate(tokens):
        if word in ";:":
            return 0
        if index < 2 and word in words.since:
            return -1
        if index < 5 and word in words.until:
            return 1
        then = tokens[index + 1 : index + 4]
        verb = _verb(word, words)
        if verb > 0:
            return -1 if words.had.intersection(then) else 1
        if verb < 0 and not words.be.intersection(then[:1]):
            return -1
        if words.to.intersection(then[:1]) and index < 8 and _may_be_a_verb(word, words):
            return -1 if words.had.intersection(tokens[index + 2 : index + 6]) else 1
    return 0


def _may_be_a_verb(word: str, words: DateWords) -> bool:
    """Whether a word after “to” may be a verb: “to meet”, not “to the”, “to 40”."""
    return word.isalpha() and word not in words.determiners
