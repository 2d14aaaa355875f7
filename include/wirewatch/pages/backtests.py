"""The page Backtest: what rules, or a draft, would have sent over the last days."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Query
from starlette.responses import JSONResponse, Response

from wirewatch.desk import backtest_jobs, editing
from wirewatch.desk.backtest_jobs import TooMany
from wirewatch.desk.editing import NotHere
from wirewatch.desk.watch import load_watch
from wirewatch.pages.editor import Draft
from wirewatch.pages.visit import ForEditors, ForViewers, Visit
from wirewatch.store import backtests

router = APIRouter()
DAYS = (1, 3, 7, 14, 30)
_OF_A_DRAFT = 7
_GONE = "There is no such backtest, or it is older than a week."


@router.get("/rules/tools/backtest")
def form(visit: ForViewers, rule: Annotated[str, Query(max_length=200)] = "") -> Response:
    """The form, and the latest ones of everybody."""
    watch = load_watch(visit.settings.watch, visit.settings.zone)
    with visit.store.read() as connection:
        latest = backtests.latest(connection)
    return visit.page(
        "backtests.html", rules=watch.rules, rule_id=rule, days=DAYS, latest=latest,
        clock=datetime.now(UTC),
    )  # fmt: skip


@router.post("/rules/tools/backtest")
def begin(
    visit: ForEditors,
    days: Annotated[int, Form(ge=1, le=365)],
    rule: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Begin one of the rules as they are saved."""
    watch = load_watch(visit.settings.watch, visit.settings.zone)
    if rule and rule not in {one.rule_id for one in watch.rules}:
        raise HTTPException(404, f"There is no good rule “{rule}”.")
    return visit.to(f"/rules/tools/backtest/{_begin(visit, days=days, rule_id=rule)}")


@router.post("/rules/tools/backtest/begin")
def begin_draft(visit: ForEditors, draft: Draft) -> Response:
    """Begin one of a draft, beside what is saved."""
    try:
        editing.place_of(visit.settings.watch, draft.file)
    except NotHere as error:
        raise HTTPException(404, str(error)) from None
    job = _begin(visit, days=_OF_A_DRAFT, file=draft.file, draft=draft.text)
    return JSONResponse({"job": job})


@router.get("/rules/tools/backtest/{job_id}")
def one(visit: ForViewers, job_id: str) -> Response:
    """How far it is, or what it came to; only that if htmx asks."""
    with visit.store.read() as connection:
        job = backtests.get(connection, job_id)
    if job is None:
        raise HTTPException(404, _GONE)
    now = datetime.now(UTC)
    return visit.page(
        "_backtest.html" if visit.wants_part else "backtest.html",
        job=job,
        result=backtest_jobs.result_of(job),
        lost=job.is_lost(now),
        bars=bars,
    )


@router.post("/rules/tools/backtest/{job_id}/stop")
def stop(visit: ForEditors, job_id: str) -> Response:
    """Have it stop; what it found so far is kept."""
    with visit.store.begin() as connection:
        if backtests.get(connection, job_id) is None:
            raise HTTPException(404, _GONE)
        known = backtests.stop(connection, job_id)
    if not visit.wants_part:
        return visit.to(f"/rules/tools/backtest/{job_id}")
    return visit.said("It stops." if known else "It is not running any more.")


def _begin(
    visit: Visit, *, days: int, rule_id: str = "", file: str = "", draft: str | None = None
) -> str:
    try:
        return backtest_jobs.begin(
            visit.store, visit.settings, who=visit.person.name, days=days, rule_id=rule_id,
            file=file, draft=draft,
        )  # fmt: skip
    except TooMany as error:
        raise HTTPException(409, str(error)) from None


def bars(
    days: list[tuple[str, int, int | None]], height: int = 80
) -> list[tuple[str, int, int | None, float, float]]:
    """The days with the heights of their two bars."""
    most = max((max(own, saved or 0) for _, own, saved in days), default=0) or 1
    return [
        (day, own, saved, height * own / most, height * (saved or 0) / most)
        for day, own, saved in days
    ]
