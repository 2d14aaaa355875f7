"""The desk's pages in the Airflow UI: mounted, given Airflow's user and rights, put in its menus.

Airflow imports this file in each of its processes, so it imports nothing heavy and opens nothing;
the pages are made when the first of them is asked for.
"""

import hashlib
import html
import logging
import secrets
import traceback
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import replace
from threading import Lock
from typing import Any, ClassVar
from urllib.parse import quote

from airflow.exceptions import AirflowNotFoundException
from airflow.plugins_manager import AirflowPlugin
from airflow.providers.standard.decorators.python import _PythonDecoratedOperator
from airflow.sdk import BaseOperatorLink

LOG = logging.getLogger("wirewatch.pages")
PREFIX = "/wirewatch"
DAG = "watch"  # who may see it is a viewer, who may edit it an editor
CONNECTION = "slack_wirewatch"
VARIABLE = "wirewatch"  # who may change it is an operator

Message = MutableMapping[str, Any]
Receive, Send = Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]


class Pages:
    """The pages' app, made at its first request. One that cannot be made says so, with an id."""

    def __init__(self) -> None:
        self._app: Any = None
        self._making = Lock()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if self._app is None and scope["type"] == "http":
            from starlette.concurrency import run_in_threadpool

            try:  # takes a second, in which Airflow answers others
                await run_in_threadpool(self._make)
            except Exception:
                await _cannot(send, traceback.format_exc())
                return
        await self._app(scope, receive, send)

    def _make(self) -> None:
        with self._making:
            self._app = self._app or _made()


def _made() -> Any:
    from airflow.api_fastapi.app import API_ROOT_PATH, get_auth_manager

    from wirewatch.pages.app import make_app
    from wirewatch.pages.place import Place

    base = API_ROOT_PATH.rstrip("/")
    login = get_auth_manager().get_url_login()
    place = Place(_settings)
    return make_app(who=_who, secret=_secret(), place=place, login=login, airflow=base)


def _settings() -> Any:
    """The settings, with the token of the Airflow connection if there is one."""
    from airflow.models import Connection

    from wirewatch.desk.settings import from_environment

    settings = from_environment()
    try:
        token = Connection.get_connection_from_secrets(CONNECTION).password
    except AirflowNotFoundException:
        token = None
    return replace(settings, slack_token=token or settings.slack_token)


def _secret() -> bytes:
    """The same in all of Airflow's processes, and no help to whoever learns it."""
    from airflow.configuration import conf

    shared = conf.get("api_auth", "jwt_secret", fallback="") or conf.get("api", "secret_key")
    return hashlib.sha256(f"wirewatch pages\n{shared}".encode()).digest()


async def _who(request: Any) -> Any:
    """Airflow's user with what Airflow's own rights make of them here; None without a login."""
    from airflow.api_fastapi.app import get_auth_manager
    from airflow.api_fastapi.auth.managers.models.resource_details import (
        DagDetails,
        VariableDetails,
    )
    from airflow.api_fastapi.core_api.security import bearer_scheme, get_user
    from fastapi import HTTPException
    from starlette.concurrency import run_in_threadpool

    from wirewatch.pages.people import Person, Right

    try:
        user = await get_user(request, None, await bearer_scheme(request))
    except HTTPException:
        return None
    manager = get_auth_manager()

    def rights() -> frozenset[Right]:
        dag, variable = DagDetails(id=DAG), VariableDetails(key=VARIABLE)
        asked = {
            Right.VIEWER: manager.is_authorized_dag(method="GET", details=dag, user=user),
            Right.EDITOR: manager.is_authorized_dag(method="PUT", details=dag, user=user),
            Right.OPERATOR: manager.is_authorized_variable(
                method="PUT", details=variable, user=user
            ),
        }
        return frozenset(right for right, has in asked.items() if has)

    # A manager may ask its database.
    return Person(user.get_name(), await run_in_threadpool(rights))


async def _cannot(send: Send, why: str) -> None:
    mark = secrets.token_hex(4)
    LOG.error("the desk's pages cannot be made: error %s\n%s", mark, why)
    says = f"The desk's pages cannot be shown. Error {mark} stands in the api-server's log."
    body = f"<!doctype html><title>Wirewatch</title><p>{html.escape(says)}</p>".encode()
    headers = [(b"content-type", b"text/html; charset=utf-8"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": 500, "headers": headers})
    await send({"type": "http.response.body", "body": body})


class AlertsOfThisRun(BaseOperatorLink):
    """A link on each task of the main job to what its run told."""

    name = "Alerts of this run"
    operators: ClassVar[list[Any]] = [_PythonDecoratedOperator]

    def get_link(self, operator: Any, *, ti_key: Any) -> str:
        """The run's tab; nothing on the tasks of other DAGs."""
        from airflow.configuration import conf

        if ti_key.dag_id != DAG:
            return ""
        base = conf.get("api", "base_url", fallback="").rstrip("/")
        return f"{base}/dags/{DAG}/runs/{quote(ti_key.run_id, safe='')}/plugin/alerts"


class WirewatchDesk(AirflowPlugin):
    """What Airflow is told of the pages. Relative addresses survive a base_url with a path."""

    name = "wirewatch_desk"
    operator_extra_links = [AlertsOfThisRun()]  # noqa: RUF012
    fastapi_apps = [{"app": Pages(), "url_prefix": PREFIX, "name": "Wirewatch desk"}]  # noqa: RUF012
    external_views = [  # noqa: RUF012
        {
            "name": "Desk",
            "href": "wirewatch/alerts",
            "url_route": "desk",
            "destination": "nav",
            "nav_top_level": True,
            "icon": "wirewatch/static/desk.svg",
            "icon_dark_mode": "wirewatch/static/desk-dark.svg",
        },
        {
            "name": "Alerts",
            "href": "wirewatch/runs/{DAG_ID}/{RUN_ID}",
            "url_route": "alerts",
            "destination": "dag_run",
        },
    ]
    react_apps = [  # noqa: RUF012
        {
            "name": "Desk card",
            "bundle_url": "wirewatch/static/airflow-card.js",
            "url_route": "desk-card",
            "destination": "dashboard",
        }
    ]
