"""The doctor finds what is ill, says what to do, and is not stopped by what is down."""

from dataclasses import replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from click.testing import CliRunner
from sqlalchemy import inspect, text, update

from wirewatch.cli import wirewatch
from wirewatch.desk import doctor
from wirewatch.desk.doctor import Finding, examine
from wirewatch.desk.settings import Settings
from wirewatch.desk.watch import load_watch
from wirewatch.store import open_store
from wirewatch.store.feeds import FEED, sync_feeds
from wirewatch.store.runs import note_step

FEEDS = "feeds:\n  - {feed: http://a.example/rss, publisher: A}\n"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "watch/feeds").mkdir(parents=True)
    (tmp_path / "watch/feeds/a.yaml").write_text(FEEDS, encoding="utf-8")
    made = Settings(
        watch=tmp_path / "watch",
        store=f"sqlite:///{tmp_path}/desk.sqlite",
        archive=f"file://{tmp_path}/pages",
    )
    with open_store(made.store) as store, store.begin() as connection:
        note_step(connection, "r", "deliver", {}, datetime.now(UTC))
    return made


def ill(settings: Settings, pages: str = "") -> list[Finding]:
    return [one for one in examine(settings, pages) if one.state == "ill"]


def test_a_desk_that_is_well_has_nothing_ill(settings: Settings) -> None:
    found = list(examine(settings))
    assert [one for one in found if one.state != "well"] == []
    assert {"database", "clocks", "disk", "files", "passes", "queues", "model"} <= {
        one.about for one in found
    }


def test_passes_that_stopped_are_ill(settings: Settings) -> None:
    with open_store(settings.store) as store, store.begin() as connection:
        late = "UPDATE step SET finished_at = '2020-01-01T00:00:00.000000Z'"
        connection.execute(text(late))
    (one,) = ill(settings)
    assert one.about == "passes"
    assert "paused" in one.mend


def test_a_feed_that_failed_just_now_is_shown_before_it_is_trouble(settings: Settings) -> None:
    with open_store(settings.store) as store, store.begin() as connection:
        now = datetime.now(UTC)
        (feed,) = load_watch(settings.watch).feeds
        sync_feeds(connection, [feed], now)
        failed = {"trouble": "not found (HTTP 404)", "trouble_since": now}
        connection.execute(update(FEED).values(**failed))
    (one,) = [one for one in examine(settings) if one.about == "feeds"]
    assert (one.state, one.says) == ("look", "1 of 1 failed when last asked, none for long")


def test_a_mistake_in_a_file_and_a_model_that_is_not_there_are_ill(settings: Settings) -> None:
    (settings.watch / "feeds/a.yaml").write_text("feeds: [{feed: x}]", encoding="utf-8")
    changed = Settings(
        watch=settings.watch, store=settings.store, archive=settings.archive, model="xx_none_such"
    )
    found = ill(changed)
    assert [one.about for one in found] == ["files", "model"]
    assert "feeds/a.yaml:1" in found[0].says
    assert "pip install" in found[1].mend


def test_a_database_that_is_down_hides_nothing_else(settings: Settings) -> None:
    away = Settings(
        watch=settings.watch,
        store="postgresql+psycopg2://nobody:secret@127.0.0.1:9/x",
        archive=settings.archive,
    )
    found = list(examine(away))
    assert {"database", "passes", "queues"} <= {one.about for one in found if one.state == "ill"}
    assert {"files", "disk", "model"} <= {one.about for one in found if one.state == "well"}
    assert not any("secret" in one.says for one in found)


def test_a_full_disk_is_ill(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "LEAST_SPACE", 10**18)
    assert {one.about for one in ill(settings)} == {"disk"}


def test_an_old_schema_is_worth_a_look_and_stays_as_it_is(settings: Settings) -> None:
    with open_store(settings.store) as store, store.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    for _ in range(2):
        one = next(one for one in examine(settings) if one.about == "database")
        assert (one.state, "0001" in one.says) == ("look", True)


def test_a_store_without_tables_gets_none_from_being_looked_at(settings: Settings) -> None:
    fresh = replace(settings, store=settings.store.replace("desk.sqlite", "fresh.sqlite"))
    found = list(examine(fresh))
    assert [one.state for one in found if one.about == "database"] == ["look"]
    assert not any(one.state == "ill" for one in found)
    with open_store(fresh.store, migrate=False) as store:
        assert inspect(store.engine).get_table_names() == []


@pytest.mark.parametrize(("body", "is_ill"), [(b'{"wirewatch": "well"}', False), (b"<html>", True)])
def test_airflow_s_own_answer_in_place_of_the_pages_is_ill(
    body: bytes, is_ill: bool, settings: Settings
) -> None:
    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Answer)
    Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}"
    assert [one.about for one in ill(settings, address)] == (["pages"] if is_ill else [])
    server.shutdown()
    assert [one.about for one in ill(settings, "http://127.0.0.1:9")] == ["pages"]


def test_the_command_ends_with_one_when_something_is_ill(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WIREWATCH_WATCH", str(settings.watch))
    monkeypatch.setenv("WIREWATCH_STORE", settings.store)
    monkeypatch.setenv("WIREWATCH_ARCHIVE", settings.archive)
    well = CliRunner().invoke(wirewatch, ["doctor"])
    assert (well.exit_code, "All is well." in well.output) == (0, True)
    monkeypatch.setenv("WIREWATCH_MODEL", "xx_none_such")
    bad = CliRunner().invoke(wirewatch, ["doctor", "--json"])
    assert (bad.exit_code, '"state": "ill"' in bad.output) == (1, True)
