"""The pages in a real Airflow api-server with two workers: its login, its rights, its shell."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from playwright.sync_api import Browser, expect
from tests.pages.filled import ROOT

from wirewatch.store import open_store
from wirewatch.store.runs import note_step

pytestmark = [pytest.mark.airflow, pytest.mark.timeout(600)]
PEOPLE = {"ann": "viewer", "ed": "user", "ola": "op"}
RUN = "manual__2026-11-22"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def airflow(tmp_path_factory: pytest.TempPathFactory, filled_once: Path) -> Iterator[str]:
    """The address of an api-server with two workers on a filled store."""
    home = tmp_path_factory.mktemp("airflow")
    port = free_port()
    with open_store(f"sqlite:///{filled_once}") as store, store.begin() as connection:
        note_step(connection, RUN, "poll", {"feeds_asked": 3, "fed": 2}, _now())
    (home / "passwords.json").write_text(json.dumps({name: name for name in PEOPLE}))
    settings = {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home}/airflow.db",
        "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(ROOT / "plugins"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": ",".join(
            f"{name}:{role}" for name, role in PEOPLE.items()
        ),
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(home / "passwords.json"),
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__API__BASE_URL": f"http://127.0.0.1:{port}",
        "AIRFLOW__API__WORKERS": "2",
        "AIRFLOW__API__SECRET_KEY": "of the tests",
        "AIRFLOW__API_AUTH__JWT_SECRET": "of the tests " * 6,
        "WIREWATCH_STORE": f"sqlite:///{filled_once}",
        "WIREWATCH_WATCH": str(ROOT / "include/watch"),
        "NO_PROXY": "127.0.0.1,localhost",
    }
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW")}
    environment = {**kept, **settings}
    command = [sys.executable, "-m", "airflow"]
    for what in (["db", "migrate"], ["dags", "reserialize"]):
        subprocess.run([*command, *what], env=environment, check=True, capture_output=True)
    with (home / "api.log").open("w") as log:
        server = subprocess.Popen([*command, "api-server"], env=environment, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(address, server, home / "api.log")
        yield address
    finally:
        parts = [*psutil.Process(server.pid).children(recursive=True), psutil.Process(server.pid)]
        for part in parts:
            part.terminate()
        for part in psutil.wait_procs(parts, timeout=10)[1]:
            part.kill()


def _now() -> Any:
    from datetime import UTC, datetime

    return datetime.now(UTC)


def _wait(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + 300
    while time.monotonic() < until and server.poll() is None:
        try:
            if httpx.get(f"{address}/wirewatch/health", timeout=5).json() == {"wirewatch": "well"}:
                return
        except (httpx.HTTPError, ValueError):
            time.sleep(0.3)
    raise AssertionError(log.read_text()[-3000:])


def token(airflow: str, name: str) -> str:
    login = {"username": name, "password": name}
    answer = httpx.post(f"{airflow}/auth/token", json=login, timeout=30)
    return str(answer.json()["access_token"])


def test_airflow_s_login_and_rights_hold_for_the_pages(airflow: str) -> None:
    page, change = f"{airflow}/wirewatch/alerts", f"{airflow}/wirewatch/alerts/x/take"
    nobody = httpx.get(page, timeout=30)
    assert nobody.status_code == 303
    assert nobody.headers["location"] == "/auth/login?next=/wirewatch/alerts"
    assert httpx.get(page, cookies={"_token": "forged"}, timeout=30).status_code == 303
    seen = {}
    for name in PEOPLE:
        own = {"Authorization": f"Bearer {token(airflow, name)}"}
        reads = httpx.get(page, headers=own, timeout=30).status_code
        changes = httpx.post(change, headers=own, timeout=30).status_code
        seen[PEOPLE[name]] = (reads, changes)
    # An editor's change comes as far as “there is no such alert”.
    assert seen == {"viewer": (200, 403), "user": (200, 404), "op": (200, 404)}


def test_two_workers_take_one_another_s_tokens(airflow: str) -> None:
    cookie = {"_token": token(airflow, "ed")}
    answers = set()
    for _ in range(12):
        # A connection each, so that both workers come to answer.
        page = httpx.get(f"{airflow}/wirewatch/alerts", cookies=cookie, timeout=30)
        own = page.text.split('name="wirewatch-token" content="')[1].split('"')[0]
        answer = httpx.post(
            f"{airflow}/wirewatch/alerts/x/take",
            cookies=cookie,
            headers={"X-Wirewatch-Token": own},
            timeout=30,
        )
        answers.add(answer.status_code)
    assert answers == {404}
    forged = httpx.post(f"{airflow}/wirewatch/alerts/x/take", cookies=cookie, timeout=30)
    assert forged.status_code == 403


def test_the_pages_stand_in_airflow_s_own(airflow: str, chromium: Browser) -> None:
    started = httpx.post(
        f"{airflow}/api/v2/dags/watch/dagRuns",
        headers={"Authorization": f"Bearer {token(airflow, 'ed')}"},
        json={"dag_run_id": RUN, "logical_date": None},
        timeout=30,
    )
    assert started.status_code == 200, started.text
    context = chromium.new_context(
        base_url=airflow, viewport={"width": 1440, "height": 900}, color_scheme="dark"
    )
    context.set_default_timeout(60_000)
    page = context.new_page()
    refused: list[str] = []
    page.on("console", lambda said: refused.append(said.text) if "Content Sec" in said.text else 0)
    page.goto("/wirewatch/alerts?words=Houthis")  # no login: to Airflow's, and back again
    page.locator('input[name="username"]').fill("ed")
    page.locator('input[name="password"]').fill("ed")
    page.keyboard.press("Enter")
    page.wait_for_url("**/wirewatch/alerts?words=Houthis")

    page.goto("/")  # the card, on Airflow's home page
    card = page.frame_locator('iframe[title="Desk"]')
    expect(card.get_by_text("Alerts today")).to_be_visible(timeout=60_000)
    page.get_by_role("link", name="Desk").click()
    desk = page.frame_locator('iframe[title="Desk"]')
    expect(desk.get_by_role("heading", name="Alerts", exact=True)).to_be_visible(timeout=60_000)
    # It looks as the page around it does.
    shade = "getComputedStyle(document.body).backgroundColor"
    frame = next(one for one in page.frames if "/wirewatch/" in one.url)
    assert frame.evaluate(shade) == page.evaluate(shade)
    page.evaluate("document.documentElement.classList.replace('dark', 'light')")
    expect(desk.locator("html")).to_have_class("js framed light")
    # The address around it says where it stands; back leads back.
    desk.get_by_label("Words").fill("Houthis")
    expect(desk.locator("article")).to_have_count(1)
    page.wait_for_url("**/plugin/desk/wirewatch/alerts?words=Houthis")
    desk.locator("h2 a").click()
    page.wait_for_url("**/plugin/desk/wirewatch/alerts/*")
    page.go_back()
    page.wait_for_url("**/plugin/desk/wirewatch/alerts?words=Houthis")
    expect(desk.get_by_label("Words")).to_have_value("Houthis")
    # A deep link, and from there to Airflow's page of the run.
    page.goto("/plugin/desk/wirewatch/alerts?severity=urgent")
    expect(desk.get_by_label("Severity")).to_have_value("urgent", timeout=60_000)
    desk.get_by_role("link", name="run", exact=True).first.click()
    page.wait_for_url("**/dags/watch/runs/*")
    # A run's own tab.
    page.goto(f"/dags/watch/runs/{RUN}/plugin/alerts")
    tab = page.frame_locator('iframe[title="Alerts"]')
    expect(tab.get_by_text("feeds asked")).to_be_visible(timeout=60_000)
    context.close()
    assert refused == []
