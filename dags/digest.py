"""**Digests.** Sends the digests that have come due, hourly, daily or weekly as the rules say."""

from datetime import timedelta
from typing import Any

from airflow.sdk import CronTriggerTimetable, dag, task


@dag(
    dag_id="digest",
    dag_display_name="Digest: what was held for later",
    description="Sends the digests that have come due.",
    doc_md=__doc__,
    # Not at once: a machine that has just started has its first alert to bring.
    schedule=CronTriggerTimetable("*/5 * * * *", timezone="UTC", run_immediately=timedelta(0)),
    catchup=False,
    max_active_runs=1,
    default_args={
        "retries": 4,
        "retry_delay": timedelta(seconds=15),
        "execution_timeout": timedelta(minutes=10),
    },
    tags=["wirewatch"],
)
def digest() -> None:
    """Send what is due."""

    @task(task_display_name="Send digests that are due")
    def send(run_id: Any = None) -> dict[str, Any]:
        from house.airflow_side import settings_with_slack, told
        from wirewatch.desk import steps

        return told({"digest": steps.digest_step(settings_with_slack(), run_id)})

    send()


digest()
