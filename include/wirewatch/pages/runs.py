"""The tab Alerts of an Airflow run: what that run fed, read, judged, sent and dropped, and why."""

from fastapi import APIRouter
from starlette.responses import Response

from wirewatch.desk import shown_alerts, shown_runs
from wirewatch.desk.shown_alerts import Filters
from wirewatch.pages.visit import ForViewers

router = APIRouter()


@router.get("/runs/{dag_id}/{run_id:path}")
def run(visit: ForViewers, dag_id: str, run_id: str) -> Response:
    """What the run did, and the alerts that it made."""
    made = shown_alerts.page(visit.store, Filters(run=run_id), who=visit.person.name)
    done = shown_runs.steps(visit.store, run_id)
    return visit.page("run.html", dag_id=dag_id, run_id=run_id, steps=done, made=made)
