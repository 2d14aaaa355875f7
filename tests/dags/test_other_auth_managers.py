"""The pages under an auth manager that Airflow's authors never saw: its base alone is asked.

The manager here has what BaseAuthManager demands of FAB's, Keycloak's or a desk's own, no more.
"""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from airflow.api_fastapi import app as airflow_app
from airflow.api_fastapi.auth.managers.base_auth_manager import BaseAuthManager
from airflow.api_fastapi.auth.managers.models.base_user import BaseUser
from tests.dags.test_desk_plugin import plugin

pytestmark = pytest.mark.airflow
MAY = {"reader": {"GET dag"}, "writer": {"GET dag", "PUT dag"}, "boss": {"PUT variable"}}
OTHERS = ("configuration", "connection", "asset", "asset_alias", "pool", "view", "custom_view")


@dataclass(frozen=True)
class OnlyAName(BaseUser):
    """A user with what Airflow's base demands."""

    name: str

    def get_id(self) -> str:
        return f"id of {self.name}"

    def get_name(self) -> str:
        return self.name


def _never(self: Any, **asked: Any) -> bool:
    raise AssertionError(f"the pages asked for another right: {asked}")


class OnlyTheBase(BaseAuthManager[OnlyAName]):
    """Knows the DAG “watch” and the variable “wirewatch”; keeps what it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[str, str, str]] = []

    def deserialize_user(self, token: dict[str, Any]) -> OnlyAName:
        return OnlyAName(token["sub"])

    def serialize_user(self, user: OnlyAName) -> dict[str, Any]:
        return {"sub": user.name}

    def get_url_login(self, **_: Any) -> str:
        return "/their/own/login"

    def is_authorized_dag(self, *, method: str, user: OnlyAName, details: Any, **_: Any) -> bool:
        self.asked.append((method, "dag", details.id))
        return f"{method} dag" in MAY[user.name]

    def is_authorized_variable(self, *, method: str, user: OnlyAName, details: Any) -> bool:
        self.asked.append((method, "variable", details.key))
        return f"{method} variable" in MAY[user.name]

    def filter_authorized_menu_items(self, menu_items: Any, **_: Any) -> Any:
        return menu_items


for _name in OTHERS:
    setattr(OnlyTheBase, f"is_authorized_{_name}", _never)
OnlyTheBase.__abstractmethods__ = frozenset()


@pytest.fixture(scope="module", autouse=True)
def airflow_database() -> None:
    """Airflow's database: it is asked whether a token was revoked."""
    from airflow.utils.db import initdb

    initdb()


@pytest.fixture
def manager(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> OnlyTheBase:
    """Airflow as it runs under that manager."""
    monkeypatch.setenv("WIREWATCH_STORE", f"sqlite:///{tmp_path}/desk.sqlite")
    made = OnlyTheBase()
    monkeypatch.setattr(airflow_app._AuthManagerState, "instance", made)
    monkeypatch.setenv("AIRFLOW__API_AUTH__JWT_SECRET", "of the tests " * 6)
    return made


def ask(method: str, path: str, manager: OnlyTheBase, name: str = "") -> httpx.Response:
    """The pages' answer to somebody who logged in with that manager."""
    pages = type(plugin().fastapi_apps[0]["app"])()  # a fresh one, made under this manager
    token = {"Authorization": f"Bearer {manager.generate_jwt(OnlyAName(name))}"} if name else {}

    async def answer() -> httpx.Response:
        transport = httpx.ASGITransport(pages)
        async with httpx.AsyncClient(transport=transport, base_url="http://desk") as client:
            return await client.request(method, path, headers=token)

    return asyncio.run(answer())


@pytest.mark.parametrize(
    ("name", "reads", "saves", "switches"),
    [("reader", 200, 403, 403), ("writer", 200, 404, 403), ("boss", 403, 403, 403)],
)
def test_rights_are_those_that_every_auth_manager_can_give(
    manager: OnlyTheBase, name: str, reads: int, saves: int, switches: int
) -> None:
    """Who may change the variable but not see the DAG is nobody here."""
    got = [
        ask(method, path, manager, name).status_code
        for method, path in (
            ("GET", "/card"), ("POST", "/alerts/x/take"), ("POST", "/feeds/x/switch"),
        )
    ]  # fmt: skip
    assert got == [reads, saves, switches]
    assert set(manager.asked) == {
        ("GET", "dag", "watch"), ("PUT", "dag", "watch"), ("PUT", "variable", "wirewatch"),
    }  # fmt: skip


def test_nobody_is_led_to_that_manager_s_own_login(manager: OnlyTheBase) -> None:
    answer = ask("GET", "/alerts", manager)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/their/own/login?next=/alerts"
    assert manager.asked == []
