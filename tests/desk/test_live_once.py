"""The editors' folder is worked out once after a change: the next task takes it from the store."""

import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from wirewatch.desk import watch as desk_watch
from wirewatch.desk.watch import live_watch
from wirewatch.records import Vocabulary
from wirewatch.rules.index import RuleSet
from wirewatch.store import Store

WATCH = Path(__file__).parents[1] / "data" / "replay" / "watch"
FEEDS = "feeds: [{feed: 'https://wires.example/rss', publisher: Wires}]\n"
NOW = datetime(2024, 2, 7, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    there = Path(shutil.copytree(WATCH, tmp_path / "watch"))
    (there / "feeds").mkdir(exist_ok=True)
    (there / "feeds" / "wires.yaml").write_text(
        "feeds: [{feed: 'https://wires.example/rss', publisher: Wires}]\n"
    )
    return there


def times_worked_out() -> int:
    return desk_watch._load.cache_info().misses


def as_in_a_new_process() -> None:
    for remembered in (desk_watch._load, desk_watch._vocabulary, desk_watch._feeds):
        remembered.cache_clear()


def test_a_task_takes_what_another_worked_out(folder: Path, store: Store) -> None:
    first = live_watch(folder, store, NOW)
    as_in_a_new_process()
    again = live_watch(folder, store, LATER)
    assert times_worked_out() == 0
    assert again == replace(first, rules=tuple(replace(rule, tests=()) for rule in first.rules))
    assert [feed.publisher for feed in again.feeds] == ["Wires"]
    assert {rule.since for rule in again.rules} == {NOW}
    assert RuleSet(again.rules, again.vocabulary).by_id.keys() == {r.rule_id for r in first.rules}


def test_a_byte_another_zone_or_another_program_makes_it_anew(
    folder: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    live_watch(folder, store, NOW)
    as_in_a_new_process()
    file = next((folder / "rules").glob("*.yaml"))
    file.write_text(file.read_text() + "\n")
    live_watch(folder, store, NOW)
    assert times_worked_out() == 1
    live_watch(folder, store, NOW, ZoneInfo("Asia/Tokyo"))
    assert times_worked_out() == 2
    monkeypatch.setattr(desk_watch, "_PROGRAM", "a later one")
    as_in_a_new_process()
    live_watch(folder, store, NOW)
    assert times_worked_out() == 1


def test_what_is_kept_of_a_broken_file_is_taken_too_until_it_is_mended(
    folder: Path, store: Store
) -> None:
    good = live_watch(folder, store, NOW)
    file = next((folder / "rules").glob("*.yaml"))
    text = file.read_text()
    file.write_text("watches: [")
    broken = live_watch(folder, store, LATER)
    as_in_a_new_process()
    assert live_watch(folder, store, LATER) == broken
    assert {r.rule_id: r.since for r in broken.rules} == {r.rule_id: NOW for r in good.rules}
    assert broken.errors
    assert broken.unread == {f"rules/{file.name}"}
    file.write_text(text)
    assert live_watch(folder, store, LATER).kept == ()


def test_a_folder_that_is_gone_is_not_an_empty_one(folder: Path, store: Store) -> None:
    for file in folder.glob("*/*"):
        if file.is_file():
            file.unlink()
    assert live_watch(folder, store, NOW).vocabulary == Vocabulary(
        version=live_watch(folder, store, NOW).vocabulary.version
    )
    shutil.rmtree(folder)
    assert "there is no folder" in live_watch(folder, store, NOW).errors[0].message
