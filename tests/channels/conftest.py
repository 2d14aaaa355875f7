"""A desk that hears clicks; the strict Slack and made alerts of tests/delivery serve here too."""

import shutil
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from wirewatch.desk.settings import from_environment
from wirewatch.store import open_store

sys.path.insert(0, str(Path(__file__).parents[1] / "delivery"))

from clicked_desk import RULES, Desk
from fake_slack import APP_TOKEN, TOKEN, FakeSlack
from fake_socket import FakeSocket


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store in which nothing stands, made once."""
    file = tmp_path_factory.mktemp("empty") / "store.sqlite"
    open_store(f"sqlite:///{file}").close()
    return file


@pytest.fixture
def desk(tmp_path: Path, empty: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setattr("wirewatch.channels.slack.send.Slack.pace", timedelta(milliseconds=20))
    shutil.copy(empty, tmp_path / "buttons.sqlite")
    (tmp_path / "watch" / "rules").mkdir(parents=True)
    (tmp_path / "watch" / "rules" / "harbour.yaml").write_text(RULES, encoding="utf-8")
    url = f"sqlite:///{tmp_path}/buttons.sqlite"
    with FakeSlack(pace=0.0) as slack, FakeSocket(slack) as socket, open_store(url) as store:
        for name, value in {
            "WIREWATCH_WATCH": str(tmp_path / "watch"),
            "WIREWATCH_STORE": url,
            "WIREWATCH_SLACK_TOKEN": TOKEN,
            "WIREWATCH_SLACK_APP_TOKEN": APP_TOKEN,
            "WIREWATCH_SLACK_URL": slack.url,
            "COLUMNS": "200",
        }.items():
            monkeypatch.setenv(name, value)
        yield Desk(store, slack, socket, from_environment())


@pytest.fixture
def busy(desk: Desk) -> Iterator[Desk]:
    """The desk while its service runs, with two alerts told."""
    run = desk.serve()
    desk.tell(1, 2)
    yield desk
    desk.stop.set()
    run.join(10)
    assert not run.is_alive()
    assert not [line for line in desk.said if "Error" in line]
