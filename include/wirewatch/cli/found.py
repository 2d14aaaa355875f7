"""How everything that is found in an article looks on a terminal, each find with its reason."""

import re
from collections.abc import Iterator

from rich.text import Text

from wirewatch.records import Article, Event, Figure, Quote, Reading, Where

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
    lines: list[tuple[str, int, Text]] = []

    def add(style: str, where: Where, start: int, end: int, taken_for: str, why: str) -> None:
        words = _safe(getattr(article, where)[start:end])
        line = Text(f"{style:<7} ", style="dim")
        line.append(f"“{words}”", style=STYLES[style])
        line.append(f"  {taken_for}")
        line.append(f"  ({why})" if why else "", style="dim")
        lines.append((where, start, line))

    for m in reading.mentions:
        sure = f"{m.entity or 'nobody listed'}, {m.kind}" + (", ambiguous" if m.ambiguous else "")
        add("name", m.span.where, m.span.start, m.span.end, sure, m.why)
    for e in reading.events:
        add("event", e.span.where, *e.what, _event(e), e.why)
    for f in reading.figures:
        add("figure", f.span.where, f.span.start, f.span.end, _figure(f), f.why)
    for q in reading.quotes:
        add("quote", q.span.where, q.span.start, q.span.end, *_quote(q))
    for d in reading.dates:
        add("date", d.span.where, d.span.start, d.span.end, d.value, "")
    for _, _, line in sorted(lines, key=lambda one: (one[0] == "text", one[1])):
        yield line


def _event(event: Event) -> str:
    where = f" in {event.place}" if event.place else ""
    when = f" on {event.day}" if event.day else ""
    return f"{event.event}: {event.status.value.replace('_', ' ')}{where}{when}"


def _figure(figure: Figure) -> str:
    name = figure.figure or "no figure of the vocabulary"
    scope = f", {figure.scope}" if figure.scope else ""
    return f"{name}: {figure.bound} {figure.value:,.15g} {figure.counts}{scope}"


def _quote(quote: Quote) -> tuple[str, str]:
    if quote.speaker is None:
        return f"{quote.kind}, nobody named", quote.how
    who = _safe(quote.speaker.text) + (f" ({quote.speaker.entity})" if quote.speaker.entity else "")
    return f"{quote.kind}, by {who}", f"{quote.cue}, {quote.how}" if quote.cue else quote.how
