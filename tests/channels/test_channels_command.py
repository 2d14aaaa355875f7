"""`wirewatch channels`: where alerts go, and exactly what is wrong with one that fails."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from fake_slack import TOKEN, FakeSlack

from wirewatch.cli.channels_ import command

RULES = """
watches:
  - watch: Harbour
    when: {any_of: [harbour]}
    send: {to: desk}
"""


@pytest.fixture
def slack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeSlack]:
    """A desk with one rule that sends to the Slack channel #desk."""
    (tmp_path / "watch" / "rules").mkdir(parents=True)
    (tmp_path / "watch" / "rules" / "harbour.yaml").write_text(RULES, encoding="utf-8")
    monkeypatch.setenv("WIREWATCH_STORE", f"sqlite:///{tmp_path}/channels.sqlite")
    monkeypatch.setenv("WIREWATCH_WATCH", str(tmp_path / "watch"))
    monkeypatch.setenv("WIREWATCH_SLACK_TOKEN", TOKEN)
    with FakeSlack() as made:
        monkeypatch.setenv("WIREWATCH_SLACK_URL", made.url)
        yield made


def run(*words: str) -> Result:
    return CliRunner().invoke(command, list(words))


def test_the_channels_are_listed_with_the_rules_that_send_there(slack: FakeSlack) -> None:
    assert run().output == "desk: slack #desk · 1 rule\n"
    line = json.loads(run("--json").output)
    assert (line["channel"], line["rules"], line["says"]) == ("desk", ["harbour"], None)


def test_a_good_channel_gets_a_test_message(slack: FakeSlack) -> None:
    done = run("test", "desk")
    assert done.exit_code == 0, done.output
    assert "nothing is wrong, and a test message was posted" in done.output
    assert "channel desk is well (a test)" in slack.messages[0]["text"]


def test_one_may_look_without_posting(slack: FakeSlack) -> None:
    assert run("test", "desk", "--quietly").exit_code == 0
    assert not slack.messages


def revoked(slack: FakeSlack) -> None:
    slack.scopes.clear()


def may_not_read(slack: FakeSlack) -> None:
    slack.scopes.discard("channels:history")


def may_not_write(slack: FakeSlack) -> None:
    slack.scopes.discard("chat:write")


def not_invited(slack: FakeSlack) -> None:
    slack.members.clear()


def archived(slack: FakeSlack) -> None:
    slack.channels["C0000001"]["is_archived"] = "yes"


def renamed(slack: FakeSlack) -> None:
    slack.channels["C0000001"]["name"] = "news-desk"


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (revoked, "missing_scope: The app lacks channels:read"),
        (may_not_read, "missing_scope: The app lacks channels:history"),
        (may_not_write, "missing_scope: The app lacks chat:write"),
        (not_invited, "not_in_channel: Type /invite @Wirewatch"),
        (archived, "is_archived: The channel is archived"),
        (renamed, "channel_not_found: Slack knows no such channel"),
    ],
)
def test_it_says_exactly_what_is_wrong(
    slack: FakeSlack, spoil: Callable[[FakeSlack], None], says: str
) -> None:
    spoil(slack)
    failed = run("test", "desk")
    assert failed.exit_code == 1
    assert f"channel desk (slack #desk): {says}" in failed.output
    assert not slack.messages


def test_a_wrong_token_is_told_without_showing_it(
    slack: FakeSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WIREWATCH_SLACK_TOKEN", "xoxb-wrong")
    failed = run("test", "desk")
    assert "invalid_auth: Slack does not know this token" in failed.output
    assert "xoxb-wrong" not in failed.output


def test_a_slack_that_is_not_there_is_told(
    slack: FakeSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WIREWATCH_SLACK_URL", "http://127.0.0.1:9/api/")
    assert "cannot be reached now: no connection to Slack" in run("test", "desk").output


def test_a_misspelt_channel_is_answered_with_the_nearest(slack: FakeSlack) -> None:
    refused = run("test", "dsek")
    assert (refused.exit_code, "Did you mean “desk”?" in refused.output) == (2, True)
