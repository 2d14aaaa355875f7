"""The messages that tests, goldens and pictures show: one of each kind."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from alerts_made import NOON, ORDER, alert, development

from wirewatch.channels.slack.look import look
from wirewatch.records import Alert, Gathered, Health, Pause, Span, Standing, Status

NAME = "Port Ellis evacuation"
MOVING = "Buses took the first crews inland before noon, the harbour office said."
TOLL = "By then 31 crew members had been brought ashore."
DENIAL = "The coast guard withdrew its statement: no tanker was ordered to leave."


def order() -> Alert:
    """A status, with the words that matched."""
    return alert(
        1,
        severity="urgent",
        rule_name=NAME,
        headline=f"{NAME}: ordered",
        because="event port-ellis-evacuation becomes ordered",
        publishers=("Example Daily", "Ellis Post"),
        developments=(development(), development("quote")),
        marks=(Span(where="text", start=33, end=40), Span(where="text", start=56, end=61)),
        mention=("@here",),
    )


def toll() -> Alert:
    """An update: a status and a figure, most of the article known."""
    moving = development(
        status_before=Status.ORDERED,
        status_now=Status.UNDER_WAY,
        sentence=MOVING,
        span=Span(where="text", start=0, end=len(MOVING)),
    )
    counted = development("figure", sentence=TOLL, span=Span(where="text", start=100, end=148))
    return replace(
        alert(2, of=order()),
        rule_name=NAME,
        headline=f"{NAME}: under way",
        because="event port-ellis-evacuation becomes under way",
        developments=(moving, counted),
        marks=(Span(where="text", start=0, end=10), Span(where="text", start=108, end=110)),
        known_share=0.62,
        url="https://post.example/ellis/2",
        publisher="Ellis Post",
        publishers=("Ellis Post",),
        origins=("Ellis Post",),
        credit=None,
        severity="urgent",
        at=NOON + timedelta(hours=1),
    )


def correction() -> Alert:
    """What was told was wrong."""
    return replace(
        alert(3, of=order()),
        headline="Harbour closed: correction",
        developments=(development("correction", sentence=DENIAL, before="all tankers must leave"),),
        marks=(),
    )


def first_status() -> Alert:
    """Nothing was known before."""
    made = development(status_before=None, status_now=Status.UNDER_WAY, place=None)
    return alert(4, developments=(made,), severity="high", headline="Harbour closed: under way")


def digest() -> Gathered:
    """A morning's worth."""
    return Gathered(
        gathered_id="g1",
        reason="digest",
        alerts=(
            order(),
            toll(),
            alert(5, rule_name="Remarks by Marrow", developments=(development("quote"),)),
        ),
        at=NOON,
    )


def failing() -> Health:
    """A channel that refuses."""
    return Health(
        health_id="h1",
        about="channel gaza-desk",
        says="It refuses messages: not_in_channel.",
        well=False,
        at=NOON,
        mend="Type /invite @Wirewatch in the channel.",
    )


def well() -> Health:
    """It is well again."""
    return Health(
        health_id="h2",
        about="channel gaza-desk",
        says="Messages reach it again.",
        well=True,
        at=NOON,
    )


TAKEN = Standing(
    taken_by="ines.marrow",
    taken_at=NOON + timedelta(minutes=4),
    muted=Pause(until=NOON + timedelta(hours=8), by="ben"),
    useful=3,
    noise=1,
)


def clickable() -> dict[str, Any]:
    """The alert with its buttons, as it is posted while somebody hears clicks."""
    return look(order(), buttons=True)


def taken() -> dict[str, Any]:
    """The same after some clicks."""
    return look(order(), buttons=True, standing=TAKEN)


def clickable_update() -> dict[str, Any]:
    """A reply: fewer buttons."""
    return look(toll(), buttons=True)


# Layouts of one message, beside those that any message has.
LAYOUTS = {"clickable": clickable, "taken": taken, "clickable-update": clickable_update}


def layouts() -> dict[str, dict[str, Any]]:
    """Every layout that Slack is ever given, by name."""
    plain = {name: look(made()) for name, made in ALL.items()}
    return plain | {name: made() for name, made in LAYOUTS.items()}


ALL = {
    "alert": order,
    "update": toll,
    "correction": correction,
    "first-status": first_status,
    "digest": digest,
    "failing": failing,
    "well": well,
}
assert len(ORDER) > 62
