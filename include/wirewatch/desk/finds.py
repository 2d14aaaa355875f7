"""Everything that was found in an article as one list: its words, what they are taken for, why."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from wirewatch.records import Article, Event, Figure, Quote, Reading, Where

Kind = Literal["name", "event", "cue", "figure", "quote", "date"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Find:
    """One find: code points `start` to `end` of title or text."""

    kind: Kind
    where: Where
    start: int
    end: int
    words: str
    taken_for: str
    why: str = ""


def finds(article: Article, reading: Reading) -> list[Find]:
    """The finds in order of place, the title's first; the wider one first where two begin."""
    found = [*_names(reading), *_events(reading), *_figures(reading)]
    found += [*_quotes(reading), *_dates(reading)]
    made = [
        Find(
            kind=kind,
            where=where,
            start=start,
            end=end,
            words=getattr(article, where)[start:end],
            taken_for=taken_for,
            why=why,
        )
        for kind, where, start, end, taken_for, why in found
    ]
    return sorted(made, key=lambda one: (one.where == "text", one.start, -one.end))


_Found = tuple[Kind, Where, int, int, str, str]


def _names(reading: Reading) -> Iterator[_Found]:
    for m in reading.mentions:
        sure = f"{m.entity or 'nobody listed'}, {m.kind}" + (", ambiguous" if m.ambiguous else "")
        yield "name", m.span.where, m.span.start, m.span.end, sure, m.why


def _events(reading: Reading) -> Iterator[_Found]:
    for event in reading.events:
        yield "event", event.span.where, *event.what, _event(event), event.why


def _figures(reading: Reading) -> Iterator[_Found]:
    for f in reading.figures:
        yield "figure", f.span.where, f.span.start, f.span.end, _figure(f), f.why


def _quotes(reading: Reading) -> Iterator[_Found]:
    for q in reading.quotes:
        yield "quote", q.span.where, q.span.start, q.span.end, *_quote(q)


def _dates(reading: Reading) -> Iterator[_Found]:
    for d in reading.dates:
        yield "date", d.span.where, d.span.start, d.span.end, d.value, ""


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
    entity = f" ({quote.speaker.entity})" if quote.speaker.entity else ""
    by = f"{quote.kind}, by {quote.speaker.text}{entity}"
    return by, f"{quote.cue}, {quote.how}" if quote.cue else quote.how
