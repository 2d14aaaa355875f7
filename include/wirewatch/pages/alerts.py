"""The page Alerts: newest first, live, filtered by its address; what people do about an alert."""

import hashlib
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, HTTPException, Query
from starlette.responses import RedirectResponse, Response

from wirewatch.desk import feedback, shown_alerts
from wirewatch.desk.message_link import message_link
from wirewatch.desk.shown_alerts import PERIODS, SEVERITIES, STATES, Filters, Shown
from wirewatch.pages import look
from wirewatch.pages.visit import ForEditors, ForViewers, Visit
from wirewatch.store.outbox import database_now
from wirewatch.store.waiting import retry

router = APIRouter()
TAB = ("Alerts", "/alerts")
_PERIODS = {"1h": "last hour", "24h": "last 24 hours", "7d": "last 7 days", "30d": "last 30 days"}


def _filters(
    words: Annotated[str, Query(max_length=400)] = "",
    about: Annotated[str, Query(max_length=200)] = "",
    publisher: Annotated[str, Query(max_length=200)] = "",
    rule: Annotated[str, Query(max_length=200)] = "",
    severity: str = "",
    state: str = "",
    period: str = "",
    run: Annotated[str, Query(max_length=250)] = "",
) -> Filters:
    """The filters of the address; what cannot be meant is no filter."""
    return Filters(
        words=words.strip(),
        about=about.strip(),
        publisher=publisher.strip(),
        rule=rule.strip(),
        severity=severity if severity in SEVERITIES else "",
        state=state if state in STATES else "",
        period=period if period in PERIODS else "",
        run=run,
    )


Asked = Annotated[Filters, Depends(_filters)]


@router.get("/alerts")
def alerts(visit: ForViewers, filters: Asked, older: int | None = None) -> Response:
    """The alerts that pass the filters; only their rows if htmx asks."""
    page = shown_alerts.page(visit.store, filters, who=visit.person.name, older_than=older)
    template = "_alert_rows.html" if visit.wants_part else "alerts.html"
    return visit.page(
        template,
        page=page,
        filters=filters,
        older=older,
        mark=_mark(page.shown),
        rules={} if visit.wants_part else shown_alerts.rules(visit.store),
        known={} if visit.wants_part else shown_alerts.known(visit.store),
        severities=SEVERITIES,
        states=STATES,
        periods=_PERIODS,
    )


@router.get("/alerts/live")
def live(visit: ForViewers, filters: Asked, newest: int = 0, mark: str = "") -> Response:
    """What has changed on an open page: alerts above the `newest` shown, and changed deliveries."""
    page = shown_alerts.page(visit.store, filters, who=visit.person.name)
    if mark == _mark(page.shown):
        return Response(status_code=204)
    fresh = [one for one in page.shown if one.number > newest]
    return visit.page(
        "_alerts_live.html",
        fresh=fresh,
        known=[one for one in page.shown if one.number <= newest],
        newest=max(newest, page.newest),
        mark=_mark(page.shown),
        filters=filters,
    )


@router.get("/alerts/{alert_id}")
def alert(visit: ForViewers, alert_id: str) -> Response:
    """One alert with all that was told in its thread."""
    thread = shown_alerts.one(visit.store, alert_id, who=visit.person.name)
    if not thread:
        raise HTTPException(404, "There is no such alert, or it is older than the desk keeps.")
    own = next(one for one in thread if one.alert.alert_id == alert_id)
    return visit.page("alert.html", one=own, thread=thread)


@router.get("/alerts/{alert_id}/messages/{delivery_id}")
def message(visit: ForViewers, alert_id: str, delivery_id: str) -> Response:
    """To the message in Slack."""
    link = look.outward(message_link(visit.store, visit.settings, delivery_id))
    if not link:
        raise HTTPException(404, "Slack does not say where this message is; look in its channel.")
    return RedirectResponse(link, 303)


@router.post("/alerts/{alert_id}/say")
def say(
    visit: ForEditors, alert_id: str, verdict: Annotated[Literal["useful", "noise"], Form()]
) -> Response:
    """Keep what this person thinks of the alert."""
    known = feedback.say(visit.store, alert_id, verdict, visit.person.name)
    return _people(visit, alert_id, known, f"Noted: {verdict}.")


@router.post("/alerts/{alert_id}/take")
def take(visit: ForEditors, alert_id: str) -> Response:
    """Note that this person has the alert in hand."""
    known = feedback.take(visit.store, alert_id, visit.person.name)
    return _people(visit, alert_id, known, "You have it.")


@router.post("/alerts/{alert_id}/retry")
def try_again(visit: ForEditors, alert_id: str) -> Response:
    """What was refused of this alert is tried at the next delivery."""
    with visit.store.begin() as connection:
        many = retry(connection, alert_id, database_now(connection))
    says = "It is tried again at the next delivery." if many else "Nothing of it was refused."
    return _people(visit, alert_id, True, says)


def _people(visit: Visit, alert_id: str, known: bool, says: str) -> Response:
    """The alert's own part of the page as it is now; without htmx, the alert's page."""
    thread = shown_alerts.one(visit.store, alert_id, who=visit.person.name) if known else []
    own = next((one for one in thread if one.alert.alert_id == alert_id), None)
    if own is None:
        raise HTTPException(404, "There is no such alert, or it is older than the desk keeps.")
    if not visit.wants_part:
        return visit.to(f"/alerts/{alert_id}")
    return visit.page("_alert_done.html", one=own, says=says)


def _mark(shown: list[Shown] | tuple[Shown, ...] | object) -> str:
    """Changes when anything does that an open page shows of these alerts."""
    return hashlib.sha256(repr(shown).encode()).hexdigest()[:16]
