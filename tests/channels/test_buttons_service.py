"""The service that hears clicks: set up wrongly, dead, stopped, looked after."""

from dataclasses import replace
from datetime import timedelta

import pytest
from click.testing import CliRunner
from clicked_desk import CHANNELS, Desk
from fake_slack import APP_TOKEN
from sqlalchemy import select

from wirewatch.channels import Secrets
from wirewatch.cli.buttons_ import command
from wirewatch.store.outbox import database_now
from wirewatch.store.outbox_tables import AILING


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("WIREWATCH_SLACK_APP_TOKEN", "", "No app token is set: put it (xapp-…)"),
        ("WIREWATCH_SLACK_APP_TOKEN", "xapp-wrong", "invalid_auth"),
        ("WIREWATCH_SLACK_TOKEN", "", "No token is set: put the bot token"),
        ("WIREWATCH_SLACK_TOKEN", "xoxb-wrong", "invalid_auth: Slack does not know this token"),
        ("WIREWATCH_SLACK_URL", "http://127.0.0.1:9/api/", "Slack cannot be reached now"),
    ],
)
def test_the_command_says_what_is_wrong_without_showing_a_token(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, name: str, value: str, says: str
) -> None:
    monkeypatch.setenv(name, value)
    failed = CliRunner().invoke(command, [])
    assert failed.exit_code == 1
    assert says in failed.output
    assert "-wrong" not in failed.output


def test_a_service_that_dies_is_told_and_one_that_is_stopped_is_not(desk: Desk) -> None:
    from wirewatch.desk.health import look_after
    from wirewatch.desk.watch import load_watch
    from wirewatch.store.feedback import note_service

    watch = load_watch(desk.settings.watch)
    with desk.store.begin() as connection:
        now = database_now(connection)
        note_service(connection, "buttons", now)
    assert look_after(desk.store, watch, CHANNELS, now + timedelta(minutes=14)) == 0
    assert look_after(desk.store, watch, CHANNELS, now + timedelta(minutes=16)) == 1
    run = desk.serve()
    assert look_after(desk.store, watch, CHANNELS) == 1
    desk.stop.set()
    run.join(10)
    assert look_after(desk.store, watch, CHANNELS, now + timedelta(hours=1)) == 0
    with desk.store.read() as connection:
        assert not connection.execute(select(AILING)).all()


def test_a_containers_health_check_hears_whether_the_service_is_heard(desk: Desk) -> None:
    from wirewatch.store.feedback import note_service

    def code() -> int:
        return CliRunner().invoke(command, ["--check"]).exit_code

    assert code() == 1
    run = desk.serve()
    assert code() == 0
    desk.stop.set()
    run.join(10)
    assert code() == 1
    for ago, well in ((timedelta(seconds=90), 0), (timedelta(seconds=130), 1)):
        with desk.store.begin() as connection:
            note_service(connection, "buttons", database_now(connection) - ago)
        assert code() == well  # three heartbeats may be missed


def test_the_secrets_of_the_service_are_never_shown(desk: Desk) -> None:
    made = replace(desk.settings, slack_app_token=APP_TOKEN)
    assert APP_TOKEN not in repr(made)
    assert APP_TOKEN not in repr(Secrets(slack_app_token=APP_TOKEN))
