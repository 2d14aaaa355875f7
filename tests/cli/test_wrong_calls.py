"""Every command called wrongly once: no traceback, and a sentence that says what to do."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from wirewatch.cli import COMMANDS, wirewatch

# By command: what was typed, and what is said. `bytes` is a file of no text, `none` is no file.
WRONG = {
    "entries": ["none", "none: No such file or directory"],
    "extract": ["none --url https://a.example/", "none: No such file or directory"],
    "read": ["none", "none: No such file or directory"],
    "stories": ["--store oracle://x -", "the store is SQLite or PostgreSQL, not oracle"],
    "replay": ["none", "No such file or directory"],
    "run": ["--once --watch nowhere", "there is no folder nowhere: name the folder"],
    "check": ["nowhere", "nowhere: 1 error."],
    "try": ["bytes", "bytes: this is no text"],
    "why": ["https://a.example/ rule", "is not stored"],
    "words": ["no-event none", "there is no event “no-event”"],
    "names": ["- none", "none: No such file or directory"],
    "backtest": ["no-rule", "there is no rule “no-rule”. There are none."],
    "story": ["no-story", "nothing is known of a story “no-story”"],
    "alerts": ["--limit -1", "-1 is not in the range"],
    "aside": ["retry no-article", "nothing is set aside for “no-article”"],
    "search": ["--days 3", "say what to look for"],
    "pause": ["--rule no-rule", "there is no rule “no-rule”"],
    "buttons": ["", "put the bot token (xoxb-…) into WIREWATCH_SLACK_TOKEN"],
    "channels": ["test no-channel", "there is no channel “no-channel”"],
    "feeds": ["import bytes", "this is no OPML"],
    "reread": ["--since yesterday", "Write 2024-02-07, 7d or 12h"],
    "forget": ["https://a.example/", "Nothing is known of https://a.example/"],
    "doctor": ["--page", "Did you mean '--pages'?"],
    "backup": ["nowhere/desk.backup", "nowhere: make it first"],
    "restore": ["bytes", "this is no backup of Wirewatch"],
}  # fmt: skip


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "watch").mkdir()
    (tmp_path / "bytes").write_bytes(b"\x89\x00\xff" * 50)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WIREWATCH_WATCH", "watch")
    monkeypatch.setenv("WIREWATCH_STORE", "sqlite:///desk.sqlite")
    monkeypatch.setenv("WIREWATCH_ARCHIVE", f"file://{tmp_path}/pages")
    return tmp_path


def refused(words: str) -> Result:
    done = CliRunner().invoke(wirewatch, words.split())
    assert done.exit_code in (1, 2), done.output
    assert isinstance(done.exception, SystemExit), done.exception
    return done


@pytest.mark.parametrize("command", ["read", "stories", "replay"])
def test_a_file_of_articles_that_is_not_there_is_the_inputs_trouble(
    desk: Path, command: str
) -> None:
    said = refused(f"{command} none")
    assert (said.exit_code, said.stderr) == (1, "Error: none: No such file or directory\n")


def test_a_single_file_is_checked_with_its_folder(desk: Path) -> None:
    (desk / "watch" / "rules").mkdir()
    (desk / "watch" / "rules" / "a.yaml").write_text("watches: []\n", encoding="utf-8")
    said = refused("check watch/rules/a.yaml").output
    assert "is a file, and files are checked together: wirewatch check watch" in said


def test_a_pass_without_feeds_says_that_there_are_none(desk: Path) -> None:
    done = CliRunner().invoke(wirewatch, ["run", "--once"])
    assert (done.exit_code, "No feed is switched on in watch: " in done.stderr) == (0, True)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_wrong_call_is_answered_in_words(desk: Path, command: str) -> None:
    typed, said = WRONG[command]
    assert said in " ".join(refused(f"{command} {typed}").output.split())


TAKE_A_FOLDER = [
    name
    for name in sorted(COMMANDS)
    if any(one.name == "watch_folder" for one in wirewatch.get_command(None, name).params)
]


@pytest.mark.parametrize("how", ["option", "environment"])
@pytest.mark.parametrize(
    "typed", [*TAKE_A_FOLDER, "feeds export", "feeds add https://a.example/rss", "channels test x"]
)
def test_a_watch_folder_that_is_not_there_is_told_and_none_is_made(
    desk: Path, monkeypatch: pytest.MonkeyPatch, typed: str, how: str
) -> None:
    required = {"words": "an-event", "try": "bytes", "reread": "--since 7d"}
    words = f"{typed} {required.get(typed, '')}"
    if how == "environment":
        monkeypatch.setenv("WIREWATCH_WATCH", "nowhere")
    else:
        words += " --watch nowhere"
    said = "there is no folder nowhere: name the folder that editors write with --watch"
    assert said in " ".join(refused(words).output.split())
    assert not (desk / "nowhere").exists()


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("WIREWATCH_STORE", "my desk", "WIREWATCH_STORE is no address of a database: write sqlite"),
        ("WIREWATCH_STORE", "oracle://ann:pw@x/y", "the store is SQLite or PostgreSQL, not oracle"),
        ("WIREWATCH_STORE", "sqlite:///bytes/desk.sqlite", "bytes: File exists"),
        ("WIREWATCH_TIMEZONE", "Mars/Base", "there is no time zone “Mars/Base”. Write one like"),
        ("WIREWATCH_WINDOW_DAYS", "many", "WIREWATCH_WINDOW_DAYS is a number of days"),
    ],
)
@pytest.mark.parametrize("typed", ["alerts", "search harbour", "pause", "backtest", "story x"])
def test_a_wrong_setting_is_answered_in_words(
    desk: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str, typed: str
) -> None:
    monkeypatch.setenv(name, value)
    output = refused(typed).output
    assert said in " ".join(output.split())
    assert "pw" not in output
