"""The plugin as Airflow loads it: no errors, nothing heavy, its views and its link on tasks."""

import asyncio
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.airflow


def plugin() -> Any:
    from airflow import plugins_manager

    found, errors = plugins_manager._get_plugins()
    assert errors == {}
    return next(one for one in found if one.name == "wirewatch_desk")


def test_airflow_loads_it_and_offers_its_views() -> None:
    own = plugin()
    views = {(one["name"], one["destination"]) for one in own.external_views}
    assert views == {("Desk", "nav"), ("Alerts", "dag_run")}
    assert [one["destination"] for one in own.react_apps] == ["dashboard"]
    # Relative addresses survive a base_url with a path.
    assert not any(one["href"].startswith("/") for one in own.external_views)
    for one in own.external_views:
        for icon in ("icon", "icon_dark_mode"):
            if icon in one:
                name = one[icon].removeprefix("wirewatch/static/")
                assert (ROOT / "include/wirewatch/pages/static" / name).is_file()


def test_a_task_of_the_main_job_links_to_what_its_run_told() -> None:
    (link,) = plugin().operator_extra_links

    def to(dag_id: str) -> str:
        key = SimpleNamespace(dag_id=dag_id, run_id="scheduled__2026-01-01T00:00:00+00:00")
        return str(link.get_link(None, ti_key=key))

    assert to("watch").endswith(
        "/dags/watch/runs/scheduled__2026-01-01T00%3A00%3A00%2B00%3A00/plugin/alerts"
    )
    assert to("tidy") == ""


def test_it_opens_nothing_and_loads_none_of_the_desk_when_it_is_imported() -> None:
    """Airflow imports it in each of its processes."""
    code = (
        "import sys; sys.path.insert(0, 'plugins'); import wirewatch_desk;"
        "print([name for name in sys.modules if name.startswith('wirewatch.')])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert ran.stdout.splitlines()[-1] == "[]"


def test_pages_that_cannot_be_made_say_so_with_an_id(monkeypatch: pytest.MonkeyPatch) -> None:
    module = sys.modules[type(plugin()).__module__]

    def broken() -> None:
        raise ImportError("no module of that name")

    monkeypatch.setattr(module, "_made", broken)
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(module.Pages()({"type": "http"}, None, send))
    assert sent[0]["status"] == 500
    assert b"Error " in sent[1]["body"]
    assert b"no module" not in sent[1]["body"]
