"""Where do I change which lines are not the story? Here: headline again, byline, promotion.

Works on lines of text alone, in the languages whose phrases stand here; a line that no phrase
names stays.
"""

from collections.abc import Iterable

from wirewatch.articles.phrases import phrases
from wirewatch.articles.wording import clean, letters

# A longer line with such a phrase is prose that happens to mention a newsletter.
MOST_PROMO_WORDS = 45

_PROMO = phrases("promotion")
_BYLINE = phrases("byline", r"^{}(?::\s*|\s+)\S+(?:\s+\S+){{0,9}}$")
_STAMP = phrases("stamp", "^{}$")
_TAIL = phrases("box_heading", r"^{}\s*:?$")


def split(text: str) -> list[str]:
    """The lines of an extractor's text, each clean, without list marks; empty ones are left out."""
    found = (clean(line.lstrip("-–•*· \t")) for line in text.split("\n"))
    return [line for line in found if line]


def story_lines(lines: list[str], title: str, authors: Iterable[str] = ()) -> list[str]:
    """The lines that are the story, in order, the first ones not again further down."""
    names = {letters(name) for name in authors}
    headline = letters(title)
    last = len(lines)
    kept: list[str] = []
    opening: set[str] = set()
    seen: set[str] = set()
    for place, line in enumerate(lines):
        own = letters(line)
        if not own or own == headline or (place < 6 and own in names):
            continue
        if place < 8 and headline and len(own) > 20 and _nearly(own, headline):
            continue
        edge = place < 6 or place >= last - 3
        if is_clutter(line, edge=edge) or (len(own) > 30 and own in seen):
            continue
        # A standfirst or lead comes twice by a page's making; recipes repeat on purpose.
        seen = {*opening, own}
        if len(opening) < 3:
            opening.add(own)
        kept.append(line)
    return _without_tail(kept)


def is_clutter(line: str, *, edge: bool) -> bool:
    """Whether a line is promotion, or, at the story's edge, a byline or a time stamp."""
    words = len(line.split())
    if words <= MOST_PROMO_WORDS and _PROMO.search(line):
        return True
    if not edge or words > 14:
        return False
    return bool(_STAMP.match(line)) or (line[-1] not in '.!?…”"' and bool(_BYLINE.match(line)))


def _nearly(one: str, other: str) -> bool:
    """Whether one is the other with a kicker before it or a name after it."""
    short, long = sorted((one, other), key=len)
    return len(short) >= 0.75 * len(long) and short in long


def _without_tail(lines: list[str]) -> list[str]:
    """The lines without headings such as “Related stories” and a list of headlines after one.

    Prose after such a heading is the story going on around a box.
    """
    for place, line in enumerate(lines):
        if len(line) < 60 and _TAIL.match(line):
            rest = lines[place + 1 :]
            if all(len(other.split()) <= 20 for other in rest):
                return [other for other in lines[:place] if not _is_heading_of_box(other)]
    return [line for line in lines if not _is_heading_of_box(line)]


def _is_heading_of_box(line: str) -> bool:
    return len(line) < 60 and _TAIL.match(line) is not None
