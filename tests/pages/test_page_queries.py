"""Every page takes as many queries for two hundred rows as for twenty. A new page is an address."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from sqlalchemy import event
from tests.pages.asked_pages import addresses, typed
from tests.pages.full_desk import Size, fill
from tests.pages.serve import by_cookie, settings_for

from wirewatch.pages.app import make_app
from wirewatch.pages.place import Place
from wirewatch.store import open_store

FEW = Size(
    articles=100, alerts=20, rules=20, feeds=20, stories=20, printed=20, developments=40, each=20
)
MANY = Size(
    articles=400, alerts=200, rules=200, feeds=200, stories=200, printed=200, developments=400,
    each=60,
)  # fmt: skip
MOST = 12  # queries of one page
# Asked by no page's reader at each look, with the reason.
NOT_COUNTED = {
    "/": "leads on to the alerts",
    "/health": "asks nothing",
    "/alerts/{alert_id}/messages/{delivery_id}": "leads on to Slack",
}


class Desk:
    """The pages on a store and a folder of one size."""

    def __init__(self, folder: Path, size: Size) -> None:
        self.watch, store = folder / "watch", f"sqlite:///{folder}/full.sqlite"
        with open_store(store) as opened:
            there = fill(opened, self.watch, size)
        self.addresses = addresses(size, there)
        settings = settings_for(store, self.watch)
        self._place = Place(lambda: settings)
        app = make_app(who=by_cookie, secret=b"", place=self._place)
        bearer = {"Authorization": "Bearer of the test"}  # so named, it needs no form's token
        self._client = TestClient(app, cookies={"as": "operator"}, headers=bearer)

    def queries(self, method: str, path: str, **given: Any) -> tuple[int, httpx.Response]:
        """How many queries the answer takes once the process is warm, and the answer."""
        self._client.request(method, path, **given)
        asked: list[str] = []

        def note(*told: Any) -> None:
            asked.append(str(told[2]))

        engine = self._place.store.engine  # Try has a store of its own, in memory
        event.listen(engine, "before_cursor_execute", note)
        answer = self._client.request(method, path, **given)
        event.remove(engine, "before_cursor_execute", note)
        return len(asked), answer

    def close(self) -> None:
        """Give the store back."""
        self._place.close()


@pytest.fixture(scope="module")
def desks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, Desk]]:
    """A small and a larger desk."""
    both = Desk(tmp_path_factory.mktemp("few"), FEW), Desk(tmp_path_factory.mktemp("many"), MANY)
    yield both
    for desk in both:
        desk.close()


def test_every_page_that_the_app_has_is_counted(desks: tuple[Desk, Desk]) -> None:
    routes = [
        one for one in make_app(who=by_cookie, secret=b"").routes if isinstance(one, APIRoute)
    ]
    pages = {route.path for route in routes if "GET" in route.methods}
    assert desks[0].addresses.keys() | NOT_COUNTED.keys() == pages
    assert typed(desks[0].watch).keys() <= {route.path for route in routes}


def test_a_page_takes_as_many_queries_for_two_hundred_rows_as_for_twenty(
    desks: tuple[Desk, Desk],
) -> None:
    few, many = desks
    wrong = []
    for form in few.addresses:
        for one, other in zip(few.addresses[form], many.addresses[form], strict=True):
            before, answer = few.queries("GET", one)
            after, larger = many.queries("GET", other)
            assert (answer.status_code, larger.status_code) in {(200, 200), (204, 204)}, one
            if not before == after <= MOST:
                wrong.append((one, before, after))
    assert wrong == []


def test_what_the_editor_asks_while_one_types_takes_as_many_too(desks: tuple[Desk, Desk]) -> None:
    few, many = desks
    for path, (how, what) in typed(few.watch).items():
        before, answer = few.queries("POST", path, **{how: what})
        how, what = typed(many.watch)[path]
        after, larger = many.queries("POST", path, **{how: what})
        assert (answer.status_code, larger.status_code) == (200, 200), path
        assert before == after <= 2, path
