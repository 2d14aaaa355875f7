"""What holds for every page: its policy, its errors, what happens without a login."""

import re

import pytest
from playwright.sync_api import Page, expect
from tests.pages.conftest import Asking, Served
from tests.pages.serve import by_cookie
from tests.pages.test_rights import ROUTES, address

from wirewatch.pages.app import make_app


def test_every_answer_has_the_policy_and_no_page_has_inline_code(ask: Asking) -> None:
    for method, path, _ in ROUTES:
        if method != "GET":
            continue
        answer = ask.get(address(path))
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy, path
        assert "script-src 'self';" in policy, path
        assert "frame-ancestors 'self'" in policy, path
        assert "unsafe" not in policy, path
        assert answer.headers["x-content-type-options"] == "nosniff", path
        if "html" not in answer.headers.get("content-type", ""):
            continue
        assert answer.headers["cache-control"] == "no-store", path
        scripts = re.findall(r"<script\b([^>]*)>(.*?)</script>", answer.text, re.S)
        assert all("src=" in tag and not body.strip() for tag, body in scripts), path
        assert not re.search(r"<[a-z][^>]*\s(on\w+|style|hx-on[\w:-]*)=", answer.text), path
        loaded = re.findall(r'(?:src|href)="(https?:)?//', answer.text)
        outward = re.findall(r'<a [^>]*href="https?://[^>]*target="_blank"', answer.text)
        assert len(loaded) == len(outward), path


def test_without_a_login_a_page_leads_to_airflow_s_and_a_frame_says_so() -> None:
    """Airflow's login page must not stand inside the frame of Airflow's page."""
    from fastapi.testclient import TestClient

    app = make_app(who=by_cookie, secret=b"", login="/auth/login")
    client = TestClient(app, cookies={"as": "nobody"}, follow_redirects=False)
    alone = client.get("/alerts?rule=x&state=dead")
    assert alone.status_code == 303
    assert alone.headers["location"] == "/auth/login?next=/alerts%3Frule%3Dx%26state%3Ddead"
    framed = client.get("/alerts", headers={"sec-fetch-dest": "iframe"})
    assert framed.status_code == 401
    assert "Log in to Airflow" in framed.text
    data = client.get("/alerts", headers={"accept": "application/json"})
    assert data.status_code == 401
    assert data.json()["error"]
    part = client.get("/alerts", headers={"hx-request": "true"})
    assert part.status_code == 401
    assert "<html" not in part.text


def test_an_error_is_a_message_with_an_id_that_the_log_has_too(
    ask: Asking, served: Served, caplog: pytest.LogCaptureFixture
) -> None:
    from sqlalchemy import create_engine, text

    engine = create_engine(served.settings.store)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE delivery RENAME TO lost"))
    engine.dispose()
    page = ask.get("/alerts")
    assert page.status_code == 500
    found = re.search(r"Error <code>(\w{8})</code>", page.text)
    assert found
    assert found[1] in caplog.text
    assert "no such table" in caplog.text
    assert "no such table" not in page.text
    assert "content-security-policy" in page.headers
    part = ask.get("/alerts", headers={"hx-request": "true"})
    assert re.search(r"Error \w{8}", part.text)
    data = ask.get("/alerts", headers={"accept": "application/json"})
    assert re.fullmatch(r"\w{8}", data.json()["id"])


def test_an_error_page_that_fails_too_is_still_no_white_page(
    ask: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    from wirewatch.pages import look

    def broken(*_: object, **__: object) -> str:
        raise RuntimeError("the templates are gone")

    monkeypatch.setattr(look, "render", broken)
    page = ask.get("/alerts")
    assert page.status_code == 500
    assert re.search(r"Error \w{8}", page.text)


def test_a_setting_that_cannot_be_meant_is_a_message_too() -> None:
    from fastapi.testclient import TestClient

    from wirewatch.desk.settings import Settings
    from wirewatch.pages.place import Place

    def settings() -> Settings:
        raise ValueError("WIREWATCH_TIMEZONE: there is no time zone “Mars”.")

    app = make_app(who=by_cookie, secret=b"", place=Place(settings))
    page = TestClient(app).get("/alerts")
    assert page.status_code == 500
    assert re.search(r"Error \w{8}", page.text)


def test_a_wrong_address_is_answered_in_words(page: Page) -> None:
    page.goto("/no-such-page")
    expect(page.get_by_role("heading", name="There is no such page")).to_be_visible()
    page.goto("/alerts?older=x")
    expect(page.get_by_text("This part of the request cannot be meant: older.")).to_be_visible()
