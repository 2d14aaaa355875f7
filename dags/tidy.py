"""**Retention.** Takes out what is older than `WIREWATCH_KEEP_DAYS`, in small steps, each night."""

from datetime import timedelta
from typing import Any

from airflow.sdk import dag, task


@dag(
    dag_id="tidy",
    dag_display_name="Tidy: old rows out",
    description="Takes out what is older than the desk keeps.",
    doc_md=__doc__,
    schedule="40 3 * * *",
    catchup=False,
    max_active_runs=1,
    default_args={
        "retries": 2,
        "retry_delay": timedelta(minutes=5),
        "execution_timeout": timedelta(hours=1),
    },
    tags=["wirewatch"],
)
def tidy() -> None:
    """Take out what is old."""

    @task(task_display_name="Take out old rows")
    def take_out(run_id: Any = None) -> dict[str, Any]:
        from house.airflow_side import told
        from wirewatch.desk import settings, steps

        return told({"tidy": steps.tidy_step(settings.from_environment(), run_id)})

    take_out()


tidy()
