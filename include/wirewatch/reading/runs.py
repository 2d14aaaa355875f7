"""Where do I change how a text is parted into quotes and what stands around them? Here only."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from wirewatch.reading.marks import Marked
from wirewatch.reading.tokens import Tokens


@dataclass(slots=True)
class Piece:
    """A quote, or a gap of tokens `low` to `high` between quotes and the ends of sentences."""

    low: int
    high: int
    quote: int | None = None


@dataclass(slots=True)
class Run:
    """One sentence as the paper prints it: quotes and the words around them, in order."""

    paragraph: int
    pieces: list[Piece] = field(default_factory=list)
    _sums: list[int] = field(default_factory=list)

    def quoted(self, token: int) -> int:
        """How many of the run's tokens before `token` stand inside quotes."""
        if not self._sums:
            self._sums.append(0)
            for piece in self.pieces:
                inside = piece.high - piece.low if piece.quote is not None else 0
                self._sums.append(self._sums[-1] + inside)
        at = max(0, bisect_right(self.pieces, token, key=lambda piece: piece.low) - 1)
        here = self.pieces[at]
        part = min(token, here.high) - here.low if here.quote is not None else 0
        return self._sums[at] + max(0, part)

    def opens(self, token: int) -> bool:
        """Whether a quote opens at `token`."""
        at = bisect_right(self.pieces, token, key=lambda piece: piece.low) - 1
        return at >= 0 and self.pieces[at].quote is not None and self.pieces[at].low == token

    def gap(self, index: int) -> Piece | None:
        """The piece at `index` if there is one and it is no quote."""
        if not 0 <= index < len(self.pieces) or self.pieces[index].quote is not None:
            return None
        return self.pieces[index]


def runs(
    tokens: Tokens, quotes: Sequence[Marked], sentences: Sequence[tuple[int, int]]
) -> list[Run]:
    """The text's sentences; a break inside a quote parts nothing."""
    starts = _starts(tokens, quotes, sentences)
    inside = [(tokens.at(quote.outer_start), tokens.at(quote.outer_end)) for quote in quotes]
    found: list[Run] = []
    at, quote = 0, 0
    for number, (start, paragraph) in enumerate(starts):
        end = starts[number + 1][0] if number + 1 < len(starts) else len(tokens)
        run, at = Run(paragraph), max(at, start)
        while quote < len(inside) and inside[quote][0] < end:
            low, high = inside[quote]
            if low > at:
                run.pieces.append(Piece(at, low))
            run.pieces.append(Piece(low, high, quote))
            at, quote = max(high, at), quote + 1
        if at < end:
            run.pieces.append(Piece(at, end))
            at = end
        if run.pieces:
            found.append(run)
    return found


def _starts(
    tokens: Tokens, quotes: Sequence[Marked], sentences: Sequence[tuple[int, int]]
) -> list[tuple[int, int]]:
    """The first token of each sentence that starts outside a quote, with its paragraph's number."""
    found: list[tuple[int, int]] = []
    quote, before, paragraph = 0, 0, 0
    for start, end in sentences:
        new = "\n" in tokens.text[before:start]
        paragraph += new
        before = end
        while quote < len(quotes) and quotes[quote].outer_end <= start:
            quote += 1
        inside = quote < len(quotes) and quotes[quote].outer_start < start
        if new or not inside or not found:
            found.append((tokens.at(start), paragraph))
    return found
