"""The card on Airflow's home page: last pass, lag, alerts today, feeds in trouble."""

from fastapi import APIRouter
from starlette.responses import Response

from wirewatch.desk import shown_runs
from wirewatch.pages.visit import ForViewers

router = APIRouter()


@router.get("/card")
def card(visit: ForViewers) -> Response:
    """How the desk stands, small."""
    found = shown_runs.standing(visit.store, visit.settings.zone)
    template = "_card.html" if visit.wants_part else "card.html"
    return visit.page(template, found=found)
