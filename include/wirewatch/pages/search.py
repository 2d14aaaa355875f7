"""The page Search: articles by words, entity or event, newest first."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from wirewatch.desk import search as desk_search
from wirewatch.desk import shown_alerts
from wirewatch.desk.search import Asked
from wirewatch.desk.shown_alerts import PERIODS
from wirewatch.pages.visit import ForViewers

router = APIRouter()
TAB = ("Search", "/search")
PERIOD_NAMES = {"24h": "last 24 hours", "7d": "last 7 days", "30d": "last 30 days"}


@router.get("/search")
def search(
    visit: ForViewers,
    words: Annotated[str, Query(max_length=400)] = "",
    about: Annotated[str, Query(max_length=200)] = "",
    publisher: Annotated[str, Query(max_length=200)] = "",
    period: str = "",
    older: int | None = None,
) -> Response:
    """The articles that hold what is looked for; without anything, the newest."""
    filters = {
        "words": words.strip(),
        "about": about.strip(),
        "publisher": publisher.strip(),
        "period": period if period in PERIODS else "",
    }
    since = datetime.now(UTC) - PERIODS[period] if period in PERIODS else None
    asked = Asked(
        words=filters["words"],
        about=filters["about"],
        publisher=filters["publisher"],
        since=since,
    )
    found = desk_search.articles(visit.store, asked, older_than=older)
    template = "_search_rows.html" if visit.wants_part else "search.html"
    return visit.page(
        template,
        found=found,
        filters={name: value for name, value in filters.items() if value},
        given=filters,
        older=older,
        periods=PERIOD_NAMES,
        known={} if visit.wants_part else shown_alerts.known(visit.store),
    )
