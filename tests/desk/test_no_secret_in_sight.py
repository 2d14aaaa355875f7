"""Secrets are set, everything fails, and no output, log line, file or row holds one of them.

Passes of the command line as processes of their own: a feed that is not there, a Slack that refuses
the token, a mail server that is away. The log lines carry the ids to follow things by.
"""

import logging
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.drills.small_desk import FakeSlack, Paper

from wirewatch.desk.log import event, masked, masking

SECRETS = {
    "WIREWATCH_SLACK_TOKEN": "xoxb-SECRETONE-1",
    "WIREWATCH_SLACK_APP_TOKEN": "xapp-SECRETTWO-2",
    "WIREWATCH_SMTP_URL": "smtp://desk:SECRETTHREE%403@127.0.0.1:9",
    "WIREWATCH_LOGIN_PAPER": "anna:SECRETFOUR-4",
    "WIREWATCH_LOGIN_HEADER": "X-Api-Key: SECRETFIVE-5",
}
FEEDS = """
feeds:
  - {{feed: 'http://127.0.0.1:{port}/rss.xml', publisher: Paper, login: paper, every: 1s}}
  - {{feed: 'http://127.0.0.1:{port}/none.xml', publisher: Header, login: header, every: 1s}}
  - {{feed: 'http://127.0.0.1:{port}/own.xml?token=SECRETSEVEN-7', publisher: Key, every: 1s}}
  - {{feed: 'ftp://127.0.0.1:{port}/own.xml?api_key=SECRETEIGHT-8', publisher: Wrong}}
"""
JOE = "feeds:\n  - {feed: 'http://joe:SECRETSIX-6@paper.example/a', publisher: Joe}\n"
RULES = """
watches:
  - {watch: Harbours, when: {any_of: [harbour]}, send: {to: desk}}
"""


@pytest.fixture
def paper() -> Iterator[Paper]:
    with Paper(printed=1) as made:
        made.host = f"127.0.0.1:{made.port}"
        yield made


def wirewatch(folder: Path, slack: FakeSlack, *words: str) -> str:
    environment = {
        **os.environ,
        **SECRETS,
        "WIREWATCH_SLACK_URL": slack.url,
        "WIREWATCH_STORE": f"sqlite:///{folder}/desk.sqlite",
        "WIREWATCH_ARCHIVE": f"file://{folder}/pages",
        "WIREWATCH_ALLOW": "127.0.0.1",
        "WIREWATCH_WATCH": str(folder / "watch"),
    }
    done = subprocess.run(
        [sys.executable, "-m", "wirewatch", *words],
        cwd=folder, env=environment, text=True, check=False,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    return done.stdout


def test_no_secret_stands_in_what_is_said_logged_or_stored(paper: Paper, tmp_path: Path) -> None:
    files = {"feeds/a": FEEDS.format(port=paper.port), "feeds/joe": JOE, "rules/a": RULES}
    for name, text in files.items():
        path = tmp_path / "watch" / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    with FakeSlack() as slack:  # another token than ours is right there
        first = wirewatch(tmp_path, slack, "run", "--once", "--log")
        paper.printed = 2
        second = wirewatch(tmp_path, slack, "run", "--once", "--log")
        asked = ("doctor", "feeds", "feeds --json", "alerts", "check")
        told = [wirewatch(tmp_path, slack, *name.split()) for name in asked]
        said = "".join([first, second, *told])
    for found in re.findall(r"SECRET\w+", said):
        pytest.fail(f"{found} was said")
    assert "feed-failed feed=" in first
    assert re.search(r"owed alert=\w+ rule=harbours article=\w+", second), second
    assert re.search(r"delivery delivery=\w+ channel=desk state=\w+ alert=\w+ rule=har", second)
    assert "name or password" in said, "the address with a password in it was not refused"
    assert told[2].count("/own.xml?token=***") == 2, "the private feed is not told at all"
    assert "own.xml?api_key=***” is no web address" in told[4]
    for path in tmp_path.rglob("*"):
        if path.is_file() and "watch" not in path.relative_to(tmp_path).parts:
            held = re.findall(rb"SECRET(?!SIX|SEVEN|EIGHT)\w+", path.read_bytes())
            assert not held, f"{path.name} holds {held}"


def test_a_key_in_an_address_is_hidden_and_the_rest_of_it_is_not() -> None:
    url = "https://p.example/rss?lang=en&api_key=abc123&Token=x.y&page=2"
    assert masked(url) == "https://p.example/rss?lang=en&api_key=***&Token=***&page=2"
    assert masked("https://p.example/?monkey=see&q=key") == "https://p.example/?monkey=see&q=key"


def test_a_line_carries_its_ids_and_hides_secrets(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "wirewatch")
    with masking("run 7", ["xoxb-abcdef", "smtp://a:p%40ssword@h", "Key: thevalue", "short", None]):
        event("owed", alert="a1", feed=None, why='it said "xoxb-abcdef", p@ssword and thevalue')
        event("feed-failed", url="https://joe:pw@paper.example/a", why="line\nbreak")
    assert caplog.messages == [
        'owed run="run 7" alert=a1 why="it said \\"***\\", *** and ***"',
        'feed-failed run="run 7" url=https://***@paper.example/a why="line\\nbreak"',
    ]
    with masking("", []):
        event("later", alert="xoxb-abcdef")
    assert caplog.messages[-1] == "later alert=xoxb-abcdef"
