"""How everything that is found in an article looks on a terminal, each find with its reason."""

import re
from collections.abc import Iterator

from rich.text import Text

from wirewatch.desk.finds import finds
from wirewatch.records import Article, Reading, Where

STYLES = {
    "name": "bold cyan",
    "event": "bold red",
    "cue": "bold yellow",
    "figure": "bold magenta",
    "quote": "green",
    "date": "bold blue",
}
# A terminal obeys these; one letter for one, so that places stay.
_COMMANDS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def shown(article: Article, reading: Reading) -> Text:
    """Title and text with all finds in colour."""
    parts: dict[Where, Text] = {
        "title": Text(_safe(article.title), style="bold underline"),
        "text": Text(_safe(article.text)),
    }
    for where, start, end, style in _marks(reading):
        parts[where].stylize(STYLES[style], start, end)
    return Text("\n\n").join([part for part in parts.values() if part.plain])


def _safe(text: str) -> str:
    return _COMMANDS.sub("·", text)


def _marks(reading: Reading) -> Iterator[tuple[Where, int, int, str]]:
    """What is coloured, the wider finds first."""
    for quote in reading.quotes:
        yield quote.span.where, quote.span.start, quote.span.end, "quote"
    for mention in reading.mentions:
        yield mention.span.where, mention.span.start, mention.span.end, "name"
    for date in reading.dates:
        yield date.span.where, date.span.start, date.span.end, "date"
    for figure in reading.figures:
        yield figure.span.where, figure.span.start, figure.span.end, "figure"
    for event in reading.events:
        for start, end in event.cues:
            yield event.span.where, start, end, "cue"
        yield event.span.where, *event.what, "event"


def reasons(article: Article, reading: Reading) -> Iterator[Text]:
    """A line for each find: its words, what it is taken for, and why."""
    for find in finds(article, reading):
        line = Text(f"{find.kind:<7} ", style="dim")
        line.append(f"“{_safe(find.words)}”", style=STYLES[find.kind])
        line.append(f"  {_safe(find.taken_for)}")
        line.append(f"  ({_safe(find.why)})" if find.why else "", style="dim")
        yield line
