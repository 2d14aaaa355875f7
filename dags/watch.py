"""**The main job.** Reads what is new in the feeds and tells the desk, once.

| task | does |
|---|---|
| poll | asks the feeds that are due, keeps their new entries |
| read | fetches the pages of new entries, finds names, events, figures, quotes |
| judge | compares with all that was told before, tries the rules, writes the alerts owed |
| deliver | sends what is owed and not held |
| report | prints what this run did; red if any step above failed |

A step that fails does not stop the ones after it: they go on with what is already stored. Every
task can be cleared and run again; nothing is sent twice. Only counts go from task to task.
`WIREWATCH_EVERY` (30s, 5m, 1h; a minute unless set) says how often it runs.
"""

import os
from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.sdk import TriggerRule, dag, task

SECONDS = {"s": 1, "m": 60, "h": 3600}
STEPS = ("poll", "read", "judge", "deliver")
EVERY = os.environ.get("WIREWATCH_EVERY") or "1m"
GO_ON = TriggerRule.ALL_DONE


@dag(
    dag_id="watch",
    dag_display_name="Watch: feeds to alerts",
    description="Polls the feeds, reads, judges, and tells the desk what is new.",
    doc_md=__doc__,
    schedule=timedelta(seconds=int(EVERY[:-1]) * SECONDS[EVERY[-1]]),
    start_date=datetime(2024, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    default_args={
        "retries": 2,
        "retry_delay": timedelta(seconds=15),
        "execution_timeout": timedelta(minutes=10),
        # a backfill beside the schedule has runs of its own: one try of a step at a time all the same
        "max_active_tis_per_dag": 1,
    },
    tags=["wirewatch"],
)
def watch() -> None:
    @task(task_display_name="Poll the feeds")
    def poll() -> dict[str, Any]:
        from wirewatch.desk import poll_step, settings

        return poll_step(settings.from_environment())

    @task(task_display_name="Read new articles", trigger_rule=GO_ON)
    def read() -> dict[str, Any]:
        from wirewatch.desk import read_step, settings

        return read_step(settings.from_environment())

    @task(task_display_name="Judge what is new", trigger_rule=GO_ON)
    def judge() -> dict[str, Any]:
        from wirewatch.desk import judge_step, settings

        return judge_step(settings.from_environment())

    @task(task_display_name="Deliver alerts", trigger_rule=GO_ON, retries=4)
    def deliver() -> dict[str, Any]:
        from house.airflow_side import settings_with_slack
        from wirewatch.desk import deliver_step

        return deliver_step(settings_with_slack())

    @task(task_display_name="What this run did", trigger_rule=GO_ON, retries=0)
    def report(ti: Any = None) -> dict[str, Any]:
        from house.airflow_side import told

        return told({step: ti.xcom_pull(task_ids=step) for step in STEPS})

    poll() >> read() >> judge() >> deliver() >> report()


watch()
