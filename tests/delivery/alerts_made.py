"""Alerts made for tests: invented news of an invented harbour."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from wirewatch.records import Alert, Development, Span, Status
from wirewatch.text import digest

NOON = datetime(2024, 2, 7, 12, 0, tzinfo=UTC)
SAID = "Nobody will be left on the quay"
ORDER = "The harbour master of Port Ellis ordered all tankers to leave by dawn."


def development(kind: str = "status", **changes: Any) -> Development:
    """A fact about the harbour."""
    made = Development(
        development_id=digest("d", kind, sorted(changes.items(), key=str)),
        kind=kind,  # type: ignore[arg-type]
        article_id="a1",
        url="https://daily.example/ellis",
        story="s1",
        span=Span(where="text", start=0, end=len(ORDER)),
        sentence=ORDER,
        says="ordered",
        about="harbour-closure",
        place="Port Ellis",
        first_seen=NOON - timedelta(minutes=3),
    )
    known: dict[str, dict[str, Any]] = {
        "status": {"status_before": Status.PLANNED, "status_now": Status.ORDERED},
        "figure": {"value_before": 12.0, "value_now": 31.0, "says": "31"},
        "quote": {"speaker": "Ines Marrow", "says": SAID, "sentence": f"“{SAID},” Marrow said."},
        "sentence": {"says": ORDER},
        "correction": {"says": "no tanker was ordered to leave"},
    }
    return replace(made, **{**known[kind], **changes})


def alert(number: int = 0, *, of: Alert | None = None, **changes: Any) -> Alert:
    """The alert of that number; `of` makes it an update in another's thread."""
    own = digest("alert", number)
    made = Alert(
        alert_id=own,
        rule_id="harbour",
        rule_name="Harbour closed",
        to=("desk",),
        severity="normal",
        story=of.story if of else f"s{number}",
        article_id=f"a{number}",
        url=f"https://daily.example/ellis/{number}",
        kind="update" if of else "alert",
        thread=of.thread if of else own,
        headline=f"Harbour closed: ordered ({number})",
        because="event harbour-closure becomes ordered",
        developments=(development(development_id=digest("d", number)),),
        publishers=("Example Daily",),
        origins=("AFP",),
        at=NOON,
        publisher="Example Daily",
        credit="AFP",
        marks=(Span(where="text", start=33, end=40),),
    )
    return replace(made, **changes)
