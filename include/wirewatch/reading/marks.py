"""Where do I change which marks open and close a quote? Paragraph by paragraph, in one pass.

Marks are paired paragraph by paragraph in one pass. A paragraph that ends inside a quote carries
it on if the next one starts with an open mark, as papers print long quotes.
"""

import re
from bisect import bisect_left
from dataclasses import dataclass

_OPENER = re.compile("[“„«‟‘\"»”]|``|''")
_CLOSE_OF = {"«": "»", "»": "«", '"': '"', "”": "”", "``": "''", "''": "''"}
_SINGLE = re.compile(r"(?<!s)’(?![^\W_])|’(?=[.,;:])")
_LONGEST_SINGLE = 2000  # characters
_ENDS = frozenset(".,!?…;:)—–-")


@dataclass(slots=True)
class Marked:
    """A stretch inside quotation marks; `outer_*` take in the marks, `closed`: one ends it."""

    start: int
    end: int
    outer_start: int
    outer_end: int
    closed: bool
    goes_on: bool = False  # the next paragraph opens with a mark before this one was closed


def marked(text: str) -> list[Marked]:
    """Every outermost quoted stretch of the text, in order; one each paragraph."""
    found: list[Marked] = []
    if not _OPENER.search(text):
        return found
    offset, unclosed = 0, None
    for line in text.split("\n"):
        if unclosed is not None and line.strip():
            unclosed.goes_on = _OPENER.match(line.lstrip()) is not None
            unclosed = None
        here = _of_line(line, offset)
        found.extend(here)
        if here and not here[-1].closed:
            unclosed = here[-1]
        offset += len(line) + 1
    return found


class _Line:
    """A paragraph that remembers where it found each mark, so that looking stays linear."""

    __slots__ = ("seen", "singles", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.seen: dict[str, int] = {}
        self.singles: list[int] | None = None

    def next(self, mark: str, place: int) -> int:
        at = self.seen.get(mark, -2)
        if at != -1 and at < place:
            at = self.seen[mark] = self.text.find(mark, place)
        return at

    def next_single(self, place: int) -> int:
        """Where ‘…’ closes: an apostrophe inside a word closes nothing, nor does “boys’”."""
        if self.singles is None:
            self.singles = [match.start() for match in _SINGLE.finditer(self.text)]
        at = bisect_left(self.singles, place + 1)
        found = self.singles[at] if at < len(self.singles) else -1
        return found if found - place < _LONGEST_SINGLE else -1


def _of_line(text: str, offset: int) -> list[Marked]:
    found: list[Marked] = []
    line, place = _Line(text), 0
    for opener in _OPENER.finditer(text):
        outer = opener.start()
        if outer < place or not _opens(text, outer):
            continue
        mark = opener.group()
        close = _closing(line, opener.end(), mark)
        if close < 0 and mark in ("‘", "»", "”", "``", "''"):
            continue  # an apostrophe, or a closing mark that lost its twin
        end = len(text) if close < 0 else close
        place = end + len(mark) if close >= 0 else end
        _add(found, text, offset, (outer, opener.end(), end, place), close >= 0)
    return found


def _add(
    found: list[Marked], line: str, offset: int, at: tuple[int, int, int, int], closed: bool
) -> None:
    outer, start, end, after = at
    while start < end and line[start].isspace():
        start += 1
    while end > start and line[end - 1].isspace():
        end -= 1
    if end > start:
        found.append(Marked(offset + start, offset + end, offset + outer, offset + after, closed))


def _opens(line: str, place: int) -> bool:
    char = line[place]
    before = line[place - 1] if place else " "
    after = line[place + 1] if place + 1 < len(line) else " "
    if char in "»”":  # they open in some languages: »so«, ”so”
        return before.isspace() and not after.isspace() and after not in _ENDS
    if char == "‘":
        return not before.isalnum() and after.isalnum()
    if char in "\"«'":
        return not before.isalnum() and not (after.isspace() and char != "«")
    return True


def _closing(line: _Line, place: int, opener: str) -> int:
    """Where the mark stands that closes `opener`, -1 if none does in this paragraph."""
    if opener == "‘":
        return line.next_single(place)
    if opener == "„":
        ends = [at for at in (line.next("“", place), line.next("”", place)) if at >= 0]
        return min(ends, default=-1)
    if opener in "“‟":
        return _closing_double(line, place)
    close = line.next(_CLOSE_OF[opener], place)
    if opener == '"':
        curly, again = line.next("”", place), line.next("“", place)
        if 0 <= curly < close and not 0 <= again < curly:
            return curly  # "so said,” with the wrong mark at its end
    return close


def _closing_double(line: _Line, place: int) -> int:
    close, straight = line.next("”", place), line.next('"', place)
    if 0 < straight < close or (close < 0 < straight):
        after = line.text[straight + 1 : straight + 2]
        if not line.text[straight - 1].isspace() and not after.isalnum():
            return straight  # “so said," with the wrong mark at its end
    if close >= 0:
        return close
    again = line.next("“", place)
    return again if again > 0 and line.text[again - 1] in ".,!?" else -1
