"""What the DAGs share inside a task: Slack's token from Airflow, and a run's counts as a table."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from wirewatch.desk.settings import Settings, from_environment

CONNECTION = "slack_wirewatch"


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
    failed = [name for name, counts in steps.items() if counts is None]
    if failed:
        raise RuntimeError(f"not done in this run: {', '.join(failed)}; see the log of that task")
    return {name: dict(counts or {}) for name, counts in steps.items()}


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
