"""Airflow's pages as `make up` uses them: are all parts well, and a first run of a DAG, please."""

import http.client
import json
import time
from collections.abc import Collection
from typing import Any

from house.ports import LOOPBACK

HEALTHY_WITHIN_SECONDS = 400  # 212 s were seen where ten others shared two cores
ANSWERS_WITHIN_SECONDS = 60  # a busy machine may take its time over the first run
SERVER = "api_server"
NEEDED = ("metadatabase", "scheduler", "dag_processor")


class NotOurs(Exception):  # noqa: N818 - what was found, not who erred
    """Somebody else's Airflow answers at this port: it does not know our login."""


class Pages:
    """Airflow's API on loopback, logged in as the operator."""

    def __init__(self, port: int, login: str, password: str) -> None:
        self._port, self._login, self._password = port, login, password
        self._token = ""

    @property
    def address(self) -> str:
        """What to open in a browser."""
        return f"http://{LOOPBACK}:{self._port}"

    def _ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        connection = http.client.HTTPConnection(
            LOOPBACK, self._port, timeout=ANSWERS_WITHIN_SECONDS
        )
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        try:
            connection.request(method, path, json.dumps(body) if body else None, headers)
            answer = connection.getresponse()
            text = answer.read()
            return answer.status, json.loads(text) if text[:1] in b"{[" else text
        finally:
            connection.close()

    def unwell(self) -> list[str]:
        """The parts that are not healthy."""
        try:
            status, health = self._ask("GET", "/api/v2/monitor/health")
        except (OSError, http.client.HTTPException):
            return [SERVER, *NEEDED]
        if status != http.HTTPStatus.OK:
            return [SERVER, *NEEDED]
        return [name for name in NEEDED if (health.get(name) or {}).get("status") != "healthy"]

    def wait_for(self, parts: Collection[str]) -> None:
        """Return when these parts are well. Raises TimeoutError, naming the ones that are not."""
        until = time.monotonic() + HEALTHY_WITHIN_SECONDS
        while unwell := [part for part in self.unwell() if part in parts]:
            if time.monotonic() > until:
                raise TimeoutError(f"Airflow is not well: {', '.join(unwell)}")
            time.sleep(0.3)

    def log_in(self) -> None:
        """Take a token. Raises NotOurs when the login does not hold."""
        login = {"username": self._login, "password": self._password}
        status, answer = self._ask("POST", "/auth/token", login)
        if status != http.HTTPStatus.CREATED:
            raise NotOurs(f"the login at {self.address} answers {status}")
        self._token = answer["access_token"]

    def run(self, dag: str) -> str | None:
        """Start a run of a DAG now; its id, or None while the DAG is not known yet."""
        status, answer = self._ask("POST", f"/api/v2/dags/{dag}/dagRuns", {"logical_date": None})
        return answer["dag_run_id"] if status == http.HTTPStatus.OK else None

    def state(self, dag: str, run: str) -> str:
        """How far a run is: queued, running, success, failed."""
        status, answer = self._ask("GET", f"/api/v2/dags/{dag}/dagRuns/{run}")
        return str(answer["state"]) if status == http.HTTPStatus.OK else "unknown"

    def is_paused(self, dag: str) -> bool:
        """Whether somebody paused it."""
        status, answer = self._ask("GET", f"/api/v2/dags/{dag}")
        return status == http.HTTPStatus.OK and bool(answer["is_paused"])
