"""**The main job.** Reads what is new in the feeds and tells the desk, once.

| task | does |
|---|---|
| poll | asks the feeds that are due, keeps their new entries |
| read | fetches the pages of new entries, finds names, events, figures, quotes |
| judge | compares with all that was told before, tries the rules, writes the alerts owed |
| deliver | sends what is owed and not held |
| report | prints what this run did; red if any step above failed |

A step that fails does not stop the next: that goes on with what is stored. Every task can be
cleared and run again; nothing is sent twice. `WIREWATCH_EVERY` (30s, 5m, 1h) says how often.
"""

import os
from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.sdk import dag, task

SECONDS = {"s": 1, "m": 60, "h": 3600}
EVERY = os.environ.get("WIREWATCH_EVERY") or "1m"
STEPS = ("poll", "read", "judge", "deliver")


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
        "max_active_tis_per_dag": 1,  # a backfill beside the schedule has runs of its own
    },
    tags=["wirewatch"],
)
def watch() -> None:
    """Poll, read, judge, deliver, report."""

    @task(task_display_name="Poll the feeds")
    def poll(run_id: Any = None) -> dict[str, Any]:
        from wirewatch.desk import settings, steps

        return steps.poll_step(settings.from_environment(), run_id)

    @task(task_display_name="Read new articles", trigger_rule="all_done")
    def read(run_id: Any = None) -> dict[str, Any]:
        from wirewatch.desk import settings, steps

        return steps.read_step(settings.from_environment(), run_id)

    @task(task_display_name="Judge what is new", trigger_rule="all_done")
    def judge(run_id: Any = None) -> dict[str, Any]:
        from wirewatch.desk import settings, steps

        return steps.judge_step(settings.from_environment(), run_id)

    @task(task_display_name="Deliver alerts", trigger_rule="all_done", retries=4)
    def deliver(run_id: Any = None) -> dict[str, Any]:
        from house.airflow_side import settings_with_slack
        from wirewatch.desk import steps

        return steps.deliver_step(settings_with_slack(), run_id)

    @task(task_display_name="What this run did", trigger_rule="all_done", retries=0)
    def report(ti: Any = None) -> dict[str, Any]:
        from house.airflow_side import told

        return told({step: ti.xcom_pull(task_ids=step) for step in STEPS})

    poll() >> read() >> judge() >> deliver() >> report()


watch()
