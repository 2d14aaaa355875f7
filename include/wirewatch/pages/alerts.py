"""The page Alerts: newest first, live, with what was new and how delivery stands."""

from fastapi import APIRouter
from starlette.responses import Response

from wirewatch.desk.shown_alerts import newest
from wirewatch.pages.visit import ForViewers

router = APIRouter()
TAB = ("Alerts", "/alerts")


@router.get("/alerts")
def alerts(visit: ForViewers) -> Response:
    """The newest alerts."""
    return visit.page("alerts.html", shown=newest(visit.store))
