"""How records look as JSON: the fields of CONTRACT.md, both ways."""

from datetime import UTC, date, datetime, tzinfo
from typing import Any

from wirewatch.records import (
    Alert,
    Article,
    DateFound,
    Dateline,
    Development,
    Event,
    Figure,
    Mention,
    Quote,
    Sentence,
    Span,
)
from wirewatch.text import digest, nfc


def time_out(value: datetime | date | None) -> str | None:
    """`2024-02-07T17:05:00Z`, or `2024-02-07` where only the day is known."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return value.isoformat() if value else None


def clock(moment: datetime, zone: tzinfo) -> str:
    """“07 Feb 18:05 CET”: a time as people on the desk read it."""
    return f"{moment.astimezone(zone):%d %b %H:%M %Z}"


def time_in(value: object, key: str = "published") -> datetime | date | None:
    """The time that a line gives; a time without a zone is UTC. Raises ValueError for no time."""
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise ValueError(f"{key} is no time: {value!r}. Write 2024-02-07T17:05:00Z")
    try:
        if len(value) == 10:
            return date.fromisoformat(value)
        parsed = datetime.fromisoformat(value)
        return parsed.astimezone(UTC) if parsed.tzinfo else parsed.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise ValueError(f"{key} is no time: {value!r}. Write 2024-02-07T17:05:00Z") from None


def _text(line: dict[str, Any], key: str) -> str | None:
    value = line.get(key)
    if value is not None and not isinstance(value, str):
        raise ValueError(f"{key} must be text or null")
    return None if value is None else nfc(value)


def article_in(line: dict[str, Any]) -> Article:
    """The article of one line. Raises ValueError for a field of the wrong kind or no url."""
    url = _text(line, "url")
    if not url:
        raise ValueError("the key “url” is missing")
    authors = line.get("authors") or ()
    if isinstance(authors, str) or not all(isinstance(name, str) for name in authors):
        raise ValueError("authors must be a list of texts")
    dateline = line.get("dateline")
    return Article(
        article_id=digest("article", url),
        url=url,
        publisher=_text(line, "publisher"),
        title=_text(line, "title") or "",
        text=_text(line, "text") or "",
        published=time_in(line.get("published")),
        modified=time_in(line.get("modified"), "modified"),
        standfirst=_text(line, "standfirst"),
        authors=tuple(nfc(name) for name in authors),
        byline=_text(line, "byline"),
        language=_text(line, "language"),
        credit=_text(line, "credit"),
        dateline=_dateline_in(dateline) if isinstance(dateline, dict) else None,
        feed=_text(line, "feed"),
    )


def _dateline_in(line: dict[str, Any]) -> Dateline:
    day = time_in(line.get("day"), "dateline day")
    return Dateline(
        place=_text(line, "place"),
        day=day.date() if isinstance(day, datetime) else day,
        text=_text(line, "text") or "",
    )


def dateline_out(dateline: Dateline | None) -> dict[str, Any] | None:
    """`{"place", "day", "text"}`, or null."""
    if dateline is None:
        return None
    return {"place": dateline.place, "day": time_out(dateline.day), "text": dateline.text}


def span_out(span: Span) -> dict[str, Any]:
    """`{"in", "start", "end"}`."""
    return {"in": span.where, "start": span.start, "end": span.end}


def mention_out(mention: Mention) -> dict[str, Any]:
    """A mention as `wirewatch read` prints it."""
    return {
        "entity": mention.entity,
        "text": mention.text,
        "kind": mention.kind,
        **span_out(mention.span),
        "by": mention.by,
        "ambiguous": mention.ambiguous,
    }


def event_out(event: Event) -> dict[str, Any]:
    """An event as `wirewatch read` prints it."""
    return {
        "event": event.event,
        "status": event.status.value,
        **span_out(event.span),
        "what": list(event.what),
        "cues": [list(cue) for cue in event.cues],
        "place": event.place,
        "day": time_out(event.day),
        "why": event.why,
    }


def figure_out(figure: Figure) -> dict[str, Any]:
    """A figure as `wirewatch read` prints it; whole numbers stay whole."""
    value = figure.value
    return {
        "figure": figure.figure,
        "counts": figure.counts,
        "value": int(value) if float(value).is_integer() else value,
        "bound": figure.bound,
        "scope": figure.scope,
        "place": figure.place,
        "attribution": figure.attribution,
        **span_out(figure.span),
        "why": figure.why,
    }


def quote_out(quote: Quote) -> dict[str, Any]:
    """A quote as `wirewatch read` prints it."""
    speaker = quote.speaker
    return {
        "kind": quote.kind,
        "text": quote.text,
        **span_out(quote.span),
        "speaker": speaker
        and {
            "text": speaker.text,
            "start": speaker.start,
            "end": speaker.end,
            "entity": speaker.entity,
        },
        "told_to": quote.told_to,
        "cue": quote.cue,
        "how": quote.how,
    }


def date_out(found: DateFound) -> dict[str, Any]:
    """A date as `wirewatch read` prints it."""
    return {"text": found.text, "value": found.value, **span_out(found.span)}


def sentence_out(sentence: Sentence) -> dict[str, Any]:
    """A sentence's verdict as `wirewatch stories` prints it."""
    nearest = sentence.nearest
    return {
        **span_out(sentence.span),
        "verdict": sentence.verdict.value,
        "novelty": round(sentence.novelty, 3),
        "nearest": nearest and {"url": nearest.url, "text": nearest.text},
        "reason": sentence.reason,
    }


def development_out(development: Development) -> dict[str, Any]:
    """A development as `stories` and `replay` print it."""
    return {
        "id": development.development_id,
        "kind": development.kind,
        "says": development.says,
        "before": development.before,
        "about": development.about,
        **span_out(development.span),
        "sentence": development.sentence,
    }


def alert_out(alert: Alert) -> dict[str, Any]:
    """An alert as `wirewatch replay` prints it."""
    return {
        "id": alert.alert_id,
        "rule": alert.rule_id,
        "to": alert.to[0] if len(alert.to) == 1 else list(alert.to),
        "severity": alert.severity,
        "story": alert.story,
        "url": alert.url,
        "kind": alert.kind,
        "thread": alert.thread,
        "headline": alert.headline,
        "because": alert.because,
        "developments": [development_out(d) for d in alert.developments],
        "publishers": list(alert.publishers),
        "origins": list(alert.origins),
        "at": time_out(alert.at),
        "held": alert.held,
    }
