"""What the DAGs share inside a task: a step of the desk with its secrets, a run as a table."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from wirewatch.desk.settings import Settings, from_environment

CONNECTION = "slack_wirewatch"
SWITCHES = ("statsd_on", "otel_on", "statsd_datadog_enabled")
_LOG = logging.getLogger(__name__)
COUNTS = "counts"


def do(step: str, task: Any, share: Sequence[int] | None = None) -> list[list[int]]:
    """Do a step of the main job; the shares into which the rest of its work is cut.

    `task` is Airflow's task instance: it keeps the step's counts for `what_was_done`.
    """
    from wirewatch.desk import steps

    run = task.run_id
    if step in ("poll", "read"):
        function = steps.poll_step if step == "poll" else steps.read_step
        mine = (share[0], share[1]) if share else None
        counts = function(from_environment(), run, mine, may_share=mine is None)
    elif step == "judge":
        counts = steps.judge_step(from_environment(), run)
    elif step == "stand_by":
        counts = steps.stand_by(settings_with_slack(), run)
    else:
        counts = steps.deliver_step(settings_with_slack(), run)
    cut = counts.pop("shares", [])
    task.xcom_push(key=COUNTS, value=counts)
    return [list(one) for one in cut]


def what_was_done(task: Any, steps: Mapping[str, str | None]) -> dict[str, Any]:
    """What each step did, with the tasks that shared its work, told as `told` does."""
    found: dict[str, Mapping[str, Any] | None] = {}
    for step, helper in steps.items():
        counts = task.xcom_pull(task_ids=step, key=COUNTS)
        shared = task.xcom_pull(task_ids=helper, key=COUNTS) if helper else None
        helpers = [shared] if isinstance(shared, Mapping) else list(shared or ())
        found[step] = _together(counts, helpers)
    return told(found)


def _together(
    counts: Mapping[str, Any] | None, shared: Sequence[Mapping[str, Any] | None]
) -> Mapping[str, Any] | None:
    """The counts of a step and its helpers, or None if one of them did not end well."""
    from wirewatch.store.runs import added

    if counts is None or any(one is None for one in shared):
        return None
    total = dict(counts)
    for one in shared:
        total = added(total, dict(one or {}))
    return total


def settings_with_slack() -> Settings:
    """The settings, with the token of the Airflow connection `slack_wirewatch` if there is one.

    Read so, and not from the environment, the token is masked in every log.
    """
    from airflow.sdk import BaseHook
    from airflow.sdk.exceptions import AirflowNotFoundException

    settings = from_environment()
    try:
        connection = BaseHook.get_connection(CONNECTION)
    except AirflowNotFoundException:
        return settings
    return replace(settings, slack_token=connection.password or settings.slack_token)


def told(steps: Mapping[str, Mapping[str, Any] | None]) -> dict[str, Any]:
    """Print what each step did; the same as a value for Airflow to show.

    Raises RuntimeError naming the steps that did not end well.
    """
    print(table(steps), flush=True)
    measure(steps)
    failed = [name for name, counts in steps.items() if counts is None]
    if failed:
        raise RuntimeError(f"not done in this run: {', '.join(failed)}; see the log of that task")
    return {name: dict(counts or {}) for name, counts in steps.items()}


def measure(steps: Mapping[str, Mapping[str, Any] | None]) -> None:
    """Hand what the steps did, and how the desk stands, to Airflow's StatsD or OpenTelemetry.

    Nothing where neither is switched on. A desk that cannot be measured is logged and no failure.
    """
    from airflow.sdk.configuration import conf
    from airflow.sdk.observability import stats
    from sqlalchemy.exc import SQLAlchemyError

    from wirewatch.desk import measures
    from wirewatch.store import open_store

    if not any(conf.getboolean("metrics", switch, fallback=False) for switch in SWITCHES):
        return
    names = {"digest": "deliver"}
    found = [
        one
        for step, counts in steps.items()
        for one in measures.counters(names.get(step, step), counts or {})
    ]
    try:
        with open_store(from_environment().store) as store:
            found += measures.gauges(store)
    except SQLAlchemyError as error:
        _LOG.warning("the desk was not measured: %s", type(error).__name__)
    for one in found:
        if one.kind == "counter":
            stats.incr(one.name, int(one.value))
        elif one.kind == "gauge":
            stats.gauge(one.name, one.value)
        else:
            stats.timing(one.name, timedelta(seconds=one.value))


def table(steps: Mapping[str, Mapping[str, Any] | None]) -> str:
    """One line a step: its counts in words, what was dropped and why in brackets."""
    width = max(map(len, steps))
    return "\n".join(f"{name:{width}}  {_words(counts)}" for name, counts in steps.items())


def _words(counts: Mapping[str, Any] | None) -> str:
    if counts is None:
        return "did not end well"
    return " · ".join(_count(name, value) for name, value in counts.items()) or "nothing to do"


def _count(name: str, value: Any) -> str:
    name = name.replace("_", " ")
    if isinstance(value, Mapping):
        inside = ", ".join(_count(key, count) for key, count in value.items())
        return f"{name} ({inside or 0})"
    return f"{name} {value}"
