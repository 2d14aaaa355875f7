"""Who may do what: every route of the app × nobody, viewer, editor, operator. A new route is a row.

Changes need a token beside the right: without it, or from another site, nobody may do anything.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.routing import APIRoute
from starlette.routing import Mount
from tests.pages.conftest import Asking
from tests.pages.serve import LADDER, by_cookie

from wirewatch.pages import safety
from wirewatch.pages.app import make_app
from wirewatch.pages.people import Right
from wirewatch.pages.visit import Needs

V, E, O = LADDER  # noqa: E741 - as the table reads best
ALL = None  # no login: there is no data behind it

ROUTES = [
    ("GET", "/", ALL),
    ("GET", "/health", ALL),
    ("GET", "/static", ALL),
    ("GET", "/alerts", V),
    ("GET", "/alerts/live", V),
    ("GET", "/alerts/{alert_id}", V),
    ("GET", "/alerts/{alert_id}/messages/{delivery_id}", V),
    ("POST", "/alerts/{alert_id}/say", E),
    ("POST", "/alerts/{alert_id}/take", E),
    ("POST", "/alerts/{alert_id}/retry", E),
    ("GET", "/search", V),
    ("GET", "/runs/{dag_id}/{run_id:path}", V),
    ("GET", "/card", V),
    # articles and stories
    ("GET", "/articles/{article_id}", V),
    ("GET", "/stories", V),
    ("GET", "/stories/{story_id}", V),
    ("GET", "/stories/{story_id}/beside", V),
    ("POST", "/stories/{story_id}/merge", E),
    ("POST", "/stories/{story_id}/split", E),
    ("POST", "/stories/{story_id}/undo", E),
    # feeds
    ("GET", "/feeds", V),
    ("GET", "/feeds/{feed_id}", V),
    ("POST", "/feeds/{feed_id}/switch", O),
    ("GET", "/feeds/tools/export", V),
    ("GET", "/feeds/tools/try", E),
    ("POST", "/feeds/tools/try", E),
    ("POST", "/feeds/tools/add", E),
    ("POST", "/feeds/tools/import", E),
    # rules and vocabulary
    ("GET", "/rules", V),
    ("GET", "/rules/{rule_id}", V),
    ("GET", "/vocabulary", V),
    ("GET", "/{kind}/files/{name}", V),
    ("GET", "/{kind}/versions/{name}", V),
    ("POST", "/{kind}/versions/{name}/restore", E),
    ("POST", "/editor/open", E),
    ("POST", "/editor/problems", V),
    ("POST", "/editor/trials", E),
    ("POST", "/editor/offer", V),
    ("POST", "/editor/meaning", V),
    ("GET", "/editor/there", V),
    ("GET", "/editor/text", V),
    ("POST", "/editor/save", E),
    ("GET", "/rules/tools/try", V),
    ("POST", "/rules/tools/try", V),
    ("GET", "/rules/tools/backtest", V),
    ("POST", "/rules/tools/backtest", E),
    ("POST", "/rules/tools/backtest/begin", E),
    ("GET", "/rules/tools/backtest/{job_id}", V),
    ("POST", "/rules/tools/backtest/{job_id}/stop", E),
]
GIVEN = {"kind": "rules"}  # parts of an address that must be one of a few words
FILES = {"/static": "/static/style.css"}


def there() -> Iterator[tuple[str, str, Right | None]]:
    """Every route that the app has, with the right that it asks for."""
    for route in make_app(who=by_cookie, secret=b"").routes:
        if isinstance(route, Mount):
            yield "GET", route.path, None
        elif isinstance(route, APIRoute):
            rights = [
                one.call.right
                for one in route.dependant.dependencies
                if isinstance(one.call, Needs)
            ]
            for method in route.methods:
                yield method, route.path, max(rights, key=LADDER.index) if rights else None


def test_every_route_stands_in_the_table() -> None:
    assert sorted(there(), key=str) == sorted(ROUTES, key=str)


def address(path: str) -> str:
    """An address of that form."""
    path = FILES.get(path, path)
    return re.sub(r"\{(\w+)(:\w+)?\}", lambda found: GIVEN.get(found[1], "x"), path)


def test_each_person_reaches_what_is_theirs_and_nothing_else(ask: Asking) -> None:
    people = ["nobody", *(right.value for right in LADDER)]
    tokens = {person: ask.token(person) for person in people[1:]}
    wrong = []
    for method, path, right in ROUTES:
        for person in people:
            headers = {"X-Wirewatch-Token": tokens.get(person, "")}
            status = ask(method, address(path), person, headers=headers).status_code
            if right is ALL:
                fine = status in (200, 303)
            elif person == "nobody":
                fine = status == 401
            elif LADDER.index(Right(person)) < LADDER.index(right):
                fine = status == 403
            else:
                fine = status in (200, 204, 404, 422)
            if not fine:
                wrong.append((method, path, person, status))
    assert wrong == []


CHANGES = [(path, right) for method, path, right in ROUTES if method != "GET"]
FORGED: list[dict[str, Any]] = [
    {},  # a form of another site
    {"X-Wirewatch-Token": "0" * 64},
    {"X-Wirewatch-Token": "of-another"},
    {"X-Wirewatch-Token": "own", "Sec-Fetch-Site": "cross-site"},
    {"X-Wirewatch-Token": "own", "Sec-Fetch-Site": "same-site"},
    {"X-Wirewatch-Token": "own", "Origin": "http://evil.example"},
    {"X-Wirewatch-Token": "own", "Origin": "null"},
]


@pytest.mark.parametrize("headers", FORGED, ids=str)
def test_no_change_is_made_without_a_token_of_one_s_own_page(
    ask: Asking, headers: dict[str, Any]
) -> None:
    given = {"own": ask.token("operator"), "of-another": ask.token("editor")}
    sent = {name: given.get(value, value) for name, value in headers.items()}
    for path, _ in CHANGES:
        assert ask("POST", address(path), "operator", headers=sent).status_code == 403, path


def test_a_token_is_taken_by_another_process_with_the_same_secret_and_no_other(
    ask: Asking,
) -> None:
    def status(token: str) -> int:
        headers = {"X-Wirewatch-Token": token}
        return ask("POST", "/alerts/x/take", "editor", headers=headers).status_code

    now = datetime.now(UTC)
    assert status(safety.token(b"of the tests", "editor", now)) == 404  # let in: no such alert
    assert status(safety.token(b"of the tests", "editor", now - timedelta(days=6))) == 404
    assert status(safety.token(b"of the tests", "editor", now - timedelta(days=8))) == 403
    assert status(safety.token(b"another one", "editor", now)) == 403
