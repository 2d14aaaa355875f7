"""**Backtest.** What would the rules have sent over the last days? Nothing is sent or stored.

Press *Trigger*, say how many days and, if you like, which rules; the answer stands in the task's
log and as its returned value: alerts and updates a day, in how many threads, what was held, and
which rules would send more than a desk reads. The rules are taken as they are live now.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.sdk import Param, dag, task

DAYS = Param(7, type="integer", minimum=1, maximum=365, title="Days", description="How far back")
RULES = Param(
    [],
    type="array",
    items={"type": "string"},
    title="Rules",
    description_md="Ids of rules, one a line, such as `rafah-operation`. Empty: all of them.",
)


@dag(
    dag_id="backtest",
    dag_display_name="Backtest: try rules on the past",
    description="What the rules would have sent over the last days.",
    doc_md=__doc__,
    schedule=None,
    start_date=datetime(2024, 1, 1, tzinfo=UTC),
    max_active_runs=1,
    params={"days": DAYS, "rules": RULES},
    default_args={"execution_timeout": timedelta(hours=2)},
    tags=["wirewatch"],
)
def backtest() -> None:
    """Try the rules on the past."""

    @task(task_display_name="Run the rules over the past")
    def try_rules(params: Any = None) -> dict[str, Any]:
        from house.airflow_side import told
        from wirewatch.desk import settings, steps

        own = settings.from_environment()
        found = steps.backtest_step(own, days=params["days"], rules=params["rules"])
        return told({"backtest": found})

    try_rules()


backtest()
