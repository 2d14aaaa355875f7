"""Where do I change by which evidence a quote gets its speaker? In the order of its methods.

A verb to the right of the quote (“…,” she said), a verb to the left (he said: “…”), the subject of
the sentence that it stands in, the speaker before it in the paragraph or in the paragraph before.
"""

from dataclasses import dataclass
from typing import Literal

from wirewatch.reading.cues import Cue, cue_at
from wirewatch.reading.marks import Marked
from wirewatch.reading.runs import Piece, Run
from wirewatch.reading.speakers import is_adverb, right_of, subject_of
from wirewatch.reading.speech import Speech
from wirewatch.reading.tokens import Tokens

_DASHES = frozenset("—–―-")
How = Literal["right", "left", "inside", "carried"]


@dataclass(slots=True)
class Said:
    """Who said it: tokens `start` to `end`, by which verb (-1: none), and how we know."""

    start: int
    end: int
    verb: int
    how: How


class Talk:
    """One text's sentences with their quotes and verbs, and who said each quote."""

    def __init__(
        self, tokens: Tokens, quotes: list[Marked], found: list[Run], words: Speech
    ) -> None:
        self.tokens, self.quotes, self.runs, self.words = tokens, quotes, found, words
        self._cues: dict[int, list[Cue]] = {}
        for run in found:
            self._find_cues(run)
        self.said: list[Said | None] = [None] * len(quotes)
        if quotes:
            for number in range(len(found)):
                self._beside(number)
            self._carry()
            self._carry_back()

    def cues(self, gap: Piece) -> list[Cue]:
        """The verbs that say something in a gap, each with its speaker."""
        return self._cues[gap.low]

    def _find_cues(self, run: Run) -> None:
        low, words, cues = self.tokens.low, self.words, self.words.cues
        shared = (0, 0)
        for gap in run.pieces:
            if gap.quote is not None:
                continue
            known = self._cues[gap.low] = []
            for at in range(gap.low, gap.high):
                if low[at] in cues:
                    cue = cue_at(self.tokens, at, gap.low, gap.high, words, shared)
                    if cue is not None:
                        known.append(cue)
                        if cue.spoken and low[at] not in words.weak:
                            shared = (cue.who_start, cue.who_end)
                elif low[at] in words.according_first:
                    known.extend(self._according(at, gap))

    def _according(self, at: int, gap: Piece) -> list[Cue]:
        for phrase in self.words.according:
            after = at + len(phrase)
            if tuple(self.tokens.low[at:after]) == phrase:
                start, end = right_of(self.tokens, after, gap.high, self.words, bare=True)
                if end > start:
                    return [Cue(at, start, end, "right", at, end)]
        return []

    def told_to(self, by: Said) -> str | None:
        """Who heard it: “AFP” of “told AFP”."""
        if by.verb < 0 or self.tokens.low[by.verb] not in self.words.tell:
            return None
        start, end = right_of(
            self.tokens, by.verb + 1, min(by.verb + 8, len(self.tokens)), self.words
        )
        word = self.tokens.low[by.verb + 1] if by.verb + 1 < len(self.tokens) else ""
        if word in self.words.hearers:
            start, end = by.verb + 1, by.verb + 2
        if end <= start or start == by.start:
            return None
        return self.tokens.text[self.tokens.start[start] : self.tokens.end[end - 1]]

    def _beside(self, number: int) -> None:
        run = self.runs[number]
        for index, piece in enumerate(run.pieces):
            if piece.quote is not None:
                self.said[piece.quote] = self._one(number, run, index, piece.quote)

    def _one(self, number: int, run: Run, index: int, quote: int) -> Said | None:
        whole = self._is_utterance(run, index, quote)
        right = self._to_the_right(run, index, whole)
        if whole and right:
            return right
        left = self._to_the_left(run, index)
        label = self._signed(run, index) or self._transcript(run.pieces[index])
        if left or label:
            return label or left
        right = right or self._later_verb(run, index)
        if right:
            return right
        if run.pieces[index] is run.pieces[-1]:
            after = self._clause_after(number)
            if after:
                return after
        first = run.gap(0)
        if first is None or self._is_title(quote):
            return None
        start, end = subject_of(self.tokens, first.low, first.high, self.words)
        return Said(start, end, -1, "inside") if end > start else None

    def _is_utterance(self, run: Run, index: int, quote: int) -> bool:
        last = self.tokens.text[self.quotes[quote].end - 1]
        after = run.gap(index + 1)
        return last in ",?!…—–.-" or (after is not None and self.tokens.low[after.low] in ",—–")

    def _is_title(self, quote: int) -> bool:
        """Whether all its words have capitals: a film, a song, a slogan, not a remark."""
        piece = self.quotes[quote]
        words = self.tokens.text[piece.start : piece.end].split()
        return len(words) <= 6 and all(not word[0].islower() for word in words)

    def _to_the_right(self, run: Run, index: int, whole: bool) -> Said | None:
        gap = run.gap(index + 1)
        if gap is None:
            return None
        low = gap.low
        while low < gap.high and not self.tokens.is_word(low):
            low += 1
        for cue in self.cues(gap):
            here = cue.clause if cue.side == "right" else cue.who_start
            if cue.spoken and not cue.shared and self._only_helpers(low, here):
                return Said(cue.who_start, cue.who_end, cue.verb, "right")
            if cue.verb > low + 25:
                break
        last = self.tokens.text[self.quotes[run.pieces[index].quote or 0].end - 1]
        return self._any_verb(low, gap) if whole and last in ",!?" else None

    def _only_helpers(self, low: int, high: int) -> bool:
        """Whether nothing but “a-t-” of “a-t-elle dit” stands from `low` to `high`."""
        if high - low > 6:
            return False
        words = self.tokens.low[low:high]
        return all(word in "-t" or word in self.words.auxiliaries for word in words)

    def _any_verb(self, low: int, gap: Piece) -> Said | None:
        """“…,” Smith fumed: after a comma in the marks comes who spoke, whatever the verb."""
        tokens, words = self.tokens, self.words
        inverted = low + 1 < gap.high and tokens.capital(low + 1) and not tokens.capital(low)
        if inverted and tokens.low[low] not in words.stop_right | words.never_a_name:
            start, end = right_of(tokens, low + 1, gap.high, words)  # “…,” agrees Smith
            return Said(start, end, low, "right") if end > start else None
        start, end = subject_of(tokens, low, gap.high, words)
        if start != low or end <= start or end >= gap.high or not self.tokens.is_word(end):
            return None
        first = self.tokens.low[start]
        if not (
            self.tokens.capital(start) or first in self.words.pronouns | self.words.determiners
        ):
            return None
        if self.tokens.low[end] in self.words.prepositions or self.tokens.capital(end):
            return None
        return Said(start, end, end, "right")

    def _to_the_left(self, run: Run, index: int) -> Said | None:
        for back in range(index - 1, max(-1, index - 8), -1):
            gap = run.gap(back)
            if gap is None:
                continue
            for cue in reversed(self.cues(gap)):
                near = cue.verb >= gap.high - 2  # “she continued, “…””
                if cue.spoken and (near or self.tokens.low[cue.verb] not in self.words.weak):
                    return Said(cue.who_start, cue.who_end, cue.verb, "left")
            label = self._label(gap)
            if label:
                return label
        return None

    def _label(self, gap: Piece) -> Said | None:
        """“Smith: “…””: a name and a colon."""
        if self.tokens.low[gap.high - 1] != ":":
            return None
        start = gap.high - 1
        while start > max(gap.low, gap.high - 8) and self.tokens.is_word(start - 1):
            start -= 1
        if start > gap.low and self.tokens.low[start - 1] not in "—–-.,(":
            return None
        if not self.tokens.capital(start):
            return None
        return Said(start, gap.high - 1, -1, "left") if start < gap.high - 1 else None

    def _signed(self, run: Run, index: int) -> Said | None:
        """““So it was.” — Ada Smith”: a dash and a name, and nothing after it."""
        gap, tokens = run.gap(index + 1), self.tokens
        if gap is None or tokens.low[gap.low] not in _DASHES or gap.high - gap.low > 8:
            return None
        start, end = gap.low + 1, gap.high
        while end > start and not tokens.is_word(end - 1):
            end -= 1
        named = end > start and all(tokens.capital(at) for at in (start, end - 1))
        return Said(start, end, -1, "right") if named else None

    def _transcript(self, quote: Piece) -> Said | None:
        """“SMITH: So it was.”: a name in capitals and a colon inside the marks."""
        for at in range(quote.low + 1, min(quote.high, quote.low + 6)):
            if self.tokens.low[at] == ":":
                first = self.tokens.start[quote.low + 1]
                shouts = self.tokens.text[first : self.tokens.end[at - 1]].isupper()
                return Said(quote.low + 1, at, -1, "inside") if shouts else None
        return None

    def _later_verb(self, run: Run, index: int) -> Said | None:
        for ahead in range(index + 1, min(len(run.pieces), index + 6)):
            gap = run.gap(ahead)
            for cue in self.cues(gap) if gap else ():
                if cue.spoken and gap and self._is_aside(cue, gap):
                    return Said(cue.who_start, cue.who_end, cue.verb, "right")
        return None

    def _is_aside(self, cue: Cue, gap: Piece) -> bool:
        """Whether a verb tells of what stands before it: “, Smith said on Monday”, no more."""
        low = self.tokens.low
        if cue.verb > gap.low and low[max(gap.low, cue.who_start - 1)] not in ",—–":
            return False
        return cue.last >= gap.high or low[cue.last] in self.words.after_speaker

    def _clause_after(self, number: int) -> Said | None:
        """“Why?” Smith asked: the sentence rules part it, yet the clause belongs to the quote."""
        if number + 1 >= len(self.runs):
            return None
        after = self.runs[number + 1]
        gap = after.gap(0)
        if gap is None or after.paragraph != self.runs[number].paragraph:
            return None
        for cue in self.cues(gap)[:1]:
            if not cue.spoken or cue.clause > gap.low:
                return None
            then = cue.last
            if then < gap.high and (
                self.tokens.is_word(then)
                and self.tokens.low[then] not in self.words.stop_right
                and not is_adverb(self.tokens.low[then], self.words)
            ):
                return None
            return Said(cue.who_start, cue.who_end, cue.verb, "right")
        return None

    def _carry(self) -> None:
        """Quotes that stand alone take the speaker before them, or the one just after."""
        last: Said | None = None
        for number, run in enumerate(self.runs):
            for piece in run.pieces:
                if piece.quote is None:
                    last = self._last_speaker(piece) or last
                    continue
                if self.said[piece.quote] is None and self._stands_alone(run, piece):
                    self.said[piece.quote] = self._carried(number, last)
                last = self.said[piece.quote] or last

    def _stands_alone(self, run: Run, quote: Piece) -> bool:
        """Whether no words of its sentence stand before it but one like “but”."""
        first = run.pieces[0]
        return first is quote or (first.high - first.low < 2 and run.pieces[1] is quote)

    def _carried(self, number: int, last: Said | None) -> Said | None:
        run = self.runs[number]
        before = self.runs[number - 1] if number else None
        if before is not None and self.tokens.low[before.pieces[-1].high - 1] == ":":
            named = self._named_before(before)
            if named:
                return named
        if before is None or before.paragraph != run.paragraph:
            ahead = self._ahead(number)
            if ahead:
                return Said(ahead.start, ahead.end, ahead.verb, "right")
        return Said(last.start, last.end, last.verb, "carried") if last else None

    def _named_before(self, run: Run) -> Said | None:
        """Who speaks in a sentence that ends with a colon, before a paragraph that is a quote."""
        gap = run.gap(len(run.pieces) - 1)
        if gap is None:
            return None
        for cue in reversed(self.cues(gap)):
            if cue.spoken:
                return Said(cue.who_start, cue.who_end, cue.verb, "left")
        start, end = subject_of(self.tokens, gap.low, gap.high, self.words)
        return Said(start, end, -1, "left") if end > start else None

    def _ahead(self, number: int) -> Said | None:
        """The speaker of the next sentence of the paragraph, if it goes on with a quote."""
        for run in self.runs[number + 1 : number + 4]:
            if run.paragraph != self.runs[number].paragraph:
                return None
            quote = run.pieces[0].quote
            if quote is None:
                return None
            said = self.said[quote]
            if said and said.how == "right":
                return said
        return None

    def _last_speaker(self, gap: Piece) -> Said | None:
        for cue in reversed(self.cues(gap)):
            if cue.spoken:
                return Said(cue.who_start, cue.who_end, cue.verb, "carried")
        return None

    def _carry_back(self) -> None:
        """A quote over several paragraphs has one speaker, named at its start or at its end."""
        for number in range(len(self.quotes) - 2, -1, -1):
            if not self.quotes[number].goes_on:
                continue
            here, after = self.said[number], self.said[number + 1]
            if after and after.how != "carried" and (here is None or here.how == "carried"):
                self.said[number] = Said(after.start, after.end, after.verb, "carried")
