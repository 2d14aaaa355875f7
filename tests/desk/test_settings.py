"""What holds when nothing, a file, or the environment says it."""

from pathlib import Path

import pytest

from wirewatch.desk.settings import from_environment


def test_the_environment_wins_over_what_make_up_wrote(tmp_path: Path) -> None:
    (tmp_path / ".airflow").mkdir()
    (tmp_path / ".airflow" / "env").write_text(
        "# by make up\nWIREWATCH_STORE=sqlite:///a\nWIREWATCH_ALLOW=127.0.0.1:80, x\n"
    )
    below = tmp_path / "deep" / "er"
    below.mkdir(parents=True)
    assert from_environment({}, folder=below).store == "sqlite:///a"
    assert from_environment({}, folder=below).allow == ("127.0.0.1:80", "x")
    assert from_environment({"WIREWATCH_STORE": "sqlite:///b"}, folder=below).store == "sqlite:///b"


def test_logins_are_known_by_the_name_that_a_feed_gives(tmp_path: Path) -> None:
    settings = from_environment({"WIREWATCH_LOGIN_EXAMPLE_DAILY": "u:p"}, folder=tmp_path)
    assert settings.logins == {"example-daily": "u:p"}


def test_no_secret_shows_when_settings_are_printed(tmp_path: Path) -> None:
    secrets = {
        "WIREWATCH_STORE": "postgresql://u:hush@h/d",
        "WIREWATCH_SLACK_TOKEN": "hush",
        "WIREWATCH_SMTP_URL": "smtp://hush",
        "WIREWATCH_LOGIN_X": "hush",
    }
    assert "hush" not in repr(from_environment(secrets, folder=tmp_path))


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("WIREWATCH_TIMEZONE", "London", "Write one like Europe/London"),
        ("WIREWATCH_WINDOW_DAYS", "-3", "at least 1"),
    ],
)
def test_a_value_that_cannot_be_meant_is_told_in_words(
    tmp_path: Path, name: str, value: str, words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        from_environment({name: value}, folder=tmp_path)
