"""`wirewatch check` says which rules would send too much, from what was stored."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.desk.past_made import (
    EARLY,
    EVERYTHING,
    HALABI,
    NOW,
    PAIR,
    draft,
    hourly,
    judged,
    keep,
    pair,
    run,
    waiting,
)

from wirewatch.cli.check_ import command as check_command
from wirewatch.desk import check, past
from wirewatch.desk.check import on_the_past
from wirewatch.desk.watch import Watch
from wirewatch.records import Article
from wirewatch.store import Store


def test_a_rule_that_sends_too_much_is_told_at_check(
    store: Store, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(store, watch, pair())
    assert on_the_past(watch.path, [], store, NOW) == []
    for module in ("backtest", "check"):
        monkeypatch.setattr(f"wirewatch.desk.{module}.TOO_MANY_A_DAY", 1)
    (told,) = on_the_past(watch.path, [], store, NOW)
    assert (told.severity, told.word.startswith("Anything said")) == ("warning", True)
    assert "would have sent 2 messages over the last day" in told.message
    monkeypatch.setattr(check, "PATIENCE", 0.0)
    monkeypatch.setattr(past, "_AT_ONCE", 1)
    assert "about 2 messages" in on_the_past(watch.path, [], store, NOW)[0].message
    assert run(store, watch).too_many == {EVERYTHING: 2}


def test_what_a_third_of_all_articles_would_wake_is_measured_where_they_are_stored(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """“report” is taken for a common word; here it is rare, and “Halabi” is not."""
    rules = """watches:
  - {watch: Reports, when: {mentions: report AND said}, send: {to: desk}}
  - {watch: Halabi, when: {about: halabi}, send: {to: desk}}
"""
    watch = draft(tmp_path, HALABI, rules.replace("report AND said", "said"))
    (guess,) = [p for p in watch.problems if p.severity == "warning"]
    some = [
        Article(article_id=f"a{n}", url=f"https://x.example/{n}", publisher="P", title=f"Day {n}",
                text=f"Idris Halabi came to town {n} and {n + 1} and went to village {n + 2}.")
        for n in range(10)
    ]  # fmt: skip
    waiting(store, watch, hourly(some, EARLY))
    judged(store, watch)
    assert on_the_past(tmp_path, [guess], store, NOW)[0] is guess  # too few to say
    monkeypatch.setattr(check, "_ENOUGH", 10)
    (measured,) = on_the_past(tmp_path, [guess], store, NOW)
    assert measured.word == "Halabi"
    assert "10 of the last day's 10 articles" in measured.message


def test_check_warns_where_articles_are_stored(
    filled: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wirewatch.desk.check.TOO_MANY_A_DAY", 1)
    said = CliRunner().invoke(check_command, [])
    assert said.exit_code == 0
    assert (
        "warning: “Anything said or done about Velmar and its war” would have sent" in said.stdout
    )


def test_check_goes_on_where_the_store_cannot_be_asked(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "w.sqlite").write_text("no store at all", encoding="utf-8")
    monkeypatch.setenv("WIREWATCH_STORE", f"sqlite:///{tmp_path}/w.sqlite")
    said = CliRunner().invoke(check_command, [str(PAIR / "watch")])
    assert (said.exit_code, said.stdout) == (0, "")
    assert "was not tried" in said.stderr
