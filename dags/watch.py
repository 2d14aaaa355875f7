"""**The main job.** Tells the desk, once, what is new. A run's tab *Alerts* says what it brought.

| task | does |
|---|---|
| poll | asks the feeds that are due, keeps their new entries |
| read | fetches the pages of new entries, finds names, events, figures, quotes |
| judge | compares with all that was told before, tries the rules, writes the alerts owed |
| deliver | sends what is owed and not held |
| report | prints what this run did; red if any step above failed |

Where poll or read is more than one task's work, the rest is shared: `poll_more`, `read_more`, each
share with hosts of its own; else they are skipped. With many workers runs overlap, and `stand_by`
sends while the writer writes, and writes should it be lost. A step that fails stops no other: that
goes on with what is stored. Every task can be cleared and run again; nothing is sent twice.
`WIREWATCH_EVERY` (30s, 5m, 1h) says how often.
"""

import os
from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.sdk import dag, task

SECONDS = {"s": 1, "m": 60, "h": 3600}
EVERY = os.environ.get("WIREWATCH_EVERY") or "1m"
MANY_WORKERS = int(os.environ.get("WIREWATCH_AT_ONCE") or 1) > 2
STEPS = {"poll": "poll_more", "read": "read_more", "judge": None, "deliver": "stand_by"}


@dag(
    dag_id="watch",
    dag_display_name="Watch: feeds to alerts",
    description="Polls the feeds, reads, judges, and tells the desk what is new.",
    doc_md=__doc__,
    schedule=timedelta(seconds=int(EVERY[:-1]) * SECONDS[EVERY[-1]]),
    start_date=datetime(2024, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=3 if MANY_WORKERS else 1,  # the next polls while the writer writes on
    default_args={
        "retries": 4,
        "retry_delay": timedelta(seconds=3),
        "retry_exponential_backoff": True,  # 3, 6, 12, 24 s: longer than a Redis takes to restart
        "execution_timeout": timedelta(minutes=10),
        "priority_weight": 10,  # before digests, tidying and backtests where workers are few
        "weight_rule": "upstream",  # what is nearly told goes before what is only begun
    },
    tags=["wirewatch"],
)
def watch() -> None:
    """Poll, read, judge, deliver, report."""
    one = {"max_active_tis_per_dag": 1}  # a backfill beside the schedule has runs of its own
    also = {**one, "trigger_rule": "all_done"}

    def step(name: str, display: str, **how: Any) -> Any:
        def work(share: list[int] | None = None, ti: Any = None) -> list[list[int]]:
            from house.airflow_side import do

            return do(name.removesuffix("_more"), ti, share)

        return task(task_id=name, task_display_name=display, **how)(work)

    @task(task_display_name="What this run did", **also, retries=0)
    def report(ti: Any = None) -> dict[str, Any]:
        from house.airflow_side import what_was_done

        return what_was_done(ti, STEPS)

    poll = step("poll", "Poll the feeds", **one)()
    polled = step("poll_more", "Poll more feeds, shared").expand(share=poll)
    read = step("read", "Read new articles", **also)()
    read_too = step("read_more", "Read more, shared").expand(share=read)
    judge = step("judge", "Judge what is new", **also)()
    deliver = step("deliver", "Deliver alerts", **also)()
    polled >> read
    read_too >> judge >> deliver >> report()
    if MANY_WORKERS:
        read_too >> step("stand_by", "Stand by the judge", **also)() >> deliver


watch()
