"""Where do I change who “he” or a surname beside a quote is taken to be? By recency."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from wirewatch.reading.speech import Speech
from wirewatch.reading.tokens import Tokens
from wirewatch.records import Mention, Speaker

_FAR = 1500  # characters: an older name is too far away for “he”


class WhoIs:
    """Answers which entity a speaker's words name, in the order in which the text is read."""

    def __init__(self, tokens: Tokens, mentions: Sequence[Mention], words: Speech) -> None:
        self.tokens, self.words = tokens, words
        self.mentions = sorted(
            (mention for mention in mentions if mention.entity), key=lambda one: one.span.start
        )
        self.starts = [mention.span.start for mention in self.mentions]

    def speaker(self, start: int, end: int) -> Speaker:
        """The speaker's words, tokens `start` to `end`, with the entity that they name."""
        first, last = self.tokens.start[start], self.tokens.end[end - 1]
        return Speaker(
            text=self.tokens.text[first:last],
            start=first,
            end=last,
            entity=self._named(first, last) or self._meant(start, end),
        )

    def _named(self, first: int, last: int) -> str | None:
        """The entity whose name is the head of the words: “Abbas”, not “a spokesman for Abbas”."""
        low = bisect_left(self.starts, first)
        inside = [m for m in self.mentions[low : low + 8] if m.span.end <= last]
        if not inside:
            return None
        head = self._head_end(first, last)
        for mention in inside:
            if mention.span.start < head and not mention.ambiguous:
                after = self.tokens.text[mention.span.end : head]
                ending = self.tokens.text[mention.span.end : mention.span.end + 2]
                words = after.split()
                if words and words[0] in self.words.and_words:
                    return mention.entity
                if not _only_attribute(mention, words, ending):
                    return mention.entity
        return None

    def _head_end(self, first: int, last: int) -> int:
        at, end = self.tokens.at(first), self.tokens.at(last)
        for token in range(at, end):
            if self.tokens.low[token] in self.words.prepositions and not self.tokens.capital(token):
                return self.tokens.start[token]
        return last

    def _meant(self, start: int, end: int) -> str | None:
        """The person that “he” or “she” means: the last one named, unless too far away."""
        if end - start != 1 or self.tokens.low[start] not in self.words.people_pronouns:
            return None
        place = self.tokens.start[start]
        at = bisect_right(self.starts, place) - 1
        while at >= 0 and self.starts[at] > place - _FAR:
            mention = self.mentions[at]
            if mention.kind == "person":
                return None if mention.ambiguous else mention.entity
            at -= 1
        return None


def _only_attribute(mention: Mention, after: Sequence[str], ending: str) -> bool:
    """Whether a name only says more of the head word: “Gaza's ministry”, “the Gaza ministry”.

    `after` are the speaker's words after the name. A body's own people speak for it (“a Hamas
    source”), a place's do not.
    """
    if ending in ("'s", "’s") or (ending[:1] == "-" and ending[1:].isalpha()):
        return True
    if mention.kind == "person" or not after:
        return False
    if mention.kind != "organisation" and after[0][0].isalnum():
        return True
    return after[-1][:1].isupper()  # “Hamas official Sami Abu Zuhri” is the man
