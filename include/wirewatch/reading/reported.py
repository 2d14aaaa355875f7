"""Where do I change what counts as reported speech? Its span is what is reported.

“Officials said that …”, “…, officials said”, “according to officials, …”: the span is what is
reported, without the words that report it.
"""

from collections.abc import Iterator

from wirewatch.reading.cues import Cue
from wirewatch.reading.runs import Piece, Run
from wirewatch.reading.talk import How, Said, Talk

_SHORTEST = 2  # words: less is no statement
_LONGEST = 150  # words: more is a sentence that never ends
_QUOTED = 0.7  # more of it inside marks than this, and the direct quotes say it already
_AHEAD = 14  # words: how far after the verb “that” may stand


def reported(talk: Talk) -> Iterator[tuple[int, int, Said]]:
    """Start, end and speaker of each statement that is told without being a direct quote."""
    for run in talk.runs:
        for index, piece in enumerate(run.pieces):
            if piece.quote is not None:
                continue
            cues = talk.cues(piece)
            for number, cue in enumerate(cues):
                if not cue.spoken or cue.negated or not _says(talk, cue):
                    continue
                after = cues[number + 1] if number + 1 < len(cues) else None
                found = _content(talk, run, index, cue, after)
                if found:
                    start, end, how = found
                    place = _places(talk, run, start, end)
                    if place:
                        yield *place, Said(cue.who_start, cue.who_end, cue.verb, how)


def _says(talk: Talk, cue: Cue) -> bool:
    word = talk.tokens.low[cue.verb]
    return word in talk.words.say or word in talk.words.tell or word in talk.words.according_first


def _content(
    talk: Talk, run: Run, index: int, cue: Cue, after: Cue | None
) -> tuple[int, int, How] | None:
    """First and last token of what is reported, and on which side of it the speaker stands."""
    start = _after(talk, index, run.pieces[index], cue, after)
    if start is not None:
        return start, _end_after(talk, run, cue, start, after), "left"
    if not _clause_ends(talk, run, index, cue):
        return None
    before = cue.who_start if cue.side == "left" and not cue.shared else cue.clause
    if talk.tokens.low[before - 1 : before] in ([","], ["—"], ["–"]) or cue.side == "right":
        return run.pieces[0].low, before, "right"
    return None


def _clause_ends(talk: Talk, run: Run, index: int, cue: Cue) -> bool:
    """Whether nothing that was said can follow the verb, as in “…, Smith said on Monday”."""
    at, high = max(cue.verb + 1, cue.last), run.pieces[index].high
    if talk.tokens.low[cue.verb] in talk.words.tell and cue.side == "left":
        while at < high and talk.tokens.is_word(at) and at < cue.verb + 6:
            at += 1
    if at >= high:
        return index + 1 >= len(run.pieces)
    if talk.tokens.low[high - 1] == ":" or (index + 1 < len(run.pieces) and high - at < 6):
        return False
    return talk.tokens.low[at] in talk.words.after_speaker


def _after(talk: Talk, index: int, piece: Piece, cue: Cue, after: Cue | None) -> int | None:
    """The token at which the statement after the verb begins, None if it stands before."""
    tokens, words = talk.tokens, talk.words
    low, high = tokens.low, piece.high
    at = max(cue.verb + 1, cue.last)
    if cue.side == "right":
        first = cue.verb == _first(talk, piece)
        if not (first and low[cue.verb] in words.according_first):
            return None
        comma = next((i for i in range(at, min(high, at + 25)) if low[i] == ","), None)
        return comma + 1 if comma is not None and comma + 1 < high else None
    next_verb = after.verb if after else high
    ahead = range(at, min(high, at + _AHEAD, next_verb))
    that = next((i for i in ahead if low[i] in words.that_words), None)
    if that is not None and not any(low[i] in words.clause_words for i in range(at, that)):
        return that + 1
    if cue.clause <= _first(talk, piece) and index and not cue.shared:
        return None  # “…,” Smith told AFP in Cairo: the quote says it
    while at < high and low[at] in words.days:
        at += 1
    if at >= high or not tokens.is_word(at):
        return None
    if low[cue.verb] in words.needs_that:
        return _told(talk, at, high)
    then = low[at + 1] if at + 1 < high else ""
    number = low[at] in words.number_leads and (then in words.number_next or then[:1].isdigit())
    if low[at] in words.stop_right and low[cue.verb] in words.plain_say and not number:
        return None
    return at


def _told(talk: Talk, at: int, high: int) -> int | None:
    """Where a clause without “that” begins after a verb that may also take a plain noun."""
    low, words = talk.tokens.low, talk.words
    for place in range(at, min(high, at + 8)):
        if low[place] in words.negations:
            return None  # “asking not to be named”
        if low[place] in words.that_like:
            return place
        if not talk.tokens.is_word(place) or low[place] in words.stop_right:
            return None
    return None


def _first(talk: Talk, piece: Piece) -> int:
    at = piece.low
    while at < piece.high and not talk.tokens.is_word(at):
        at += 1
    return at


def _end_after(talk: Talk, run: Run, cue: Cue, start: int, after: Cue | None) -> int:
    end = run.pieces[-1].high
    if after is None:
        return end
    joint = after.verb if after.shared else min(after.clause, after.who_start, after.verb)
    while joint > start and talk.tokens.low[joint - 1] in talk.words.and_words | talk.words.joining:
        joint -= 1
    if joint > start + 1 and talk.tokens.low[joint - 1] in ",;—–":
        return joint - 1
    return end


def _places(talk: Talk, run: Run, start: int, end: int) -> tuple[int, int] | None:
    """Where the statement stands in the text; None if it is too short or quoted anyway."""
    tokens = talk.tokens
    while start < end and not tokens.is_word(start) and not run.opens(start):
        start += 1
    while end > start and tokens.low[end - 1] in ".,;:—–-":
        end -= 1
    if not _SHORTEST <= end - start <= _LONGEST:
        return None
    if run.quoted(end) - run.quoted(start) > _QUOTED * (end - start):
        return None
    return tokens.start[start], tokens.end[end - 1]
