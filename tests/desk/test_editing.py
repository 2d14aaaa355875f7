"""Saving what editors write: whole, nobody's newer text lost, every version with its author."""

import os
import shutil
import stat
import subprocess
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from wirewatch.desk import editing, versions
from wirewatch.desk.editing import NEW, Conflict, NotHere, Unsound, Unwritable, open_file, save
from wirewatch.desk.watch import live_watch, load_watch
from wirewatch.store import Store, open_store

SHIPPED = Path(__file__).parents[2] / "include" / "watch"
NOW = datetime(2040, 11, 22, 11, tzinfo=UTC)  # later than any file here was written
FILE = "rules/shipping.yaml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED, tmp_path / "watch"))


@pytest.fixture
def memory() -> Store:
    return open_store("sqlite://")


def git(folder: Path, *words: str) -> str:
    who = ["-c", "user.name=Somebody", "-c", "user.email=s@desk.example"]
    return subprocess.run(
        ["git", *who, *words], cwd=folder, check=True, capture_output=True, text=True
    ).stdout


@pytest.fixture
def repository(folder: Path) -> Path:
    git(folder, "init", "-q")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "As shipped")
    return folder


def ana(folder: Path, text: str, loaded: str, store: Store, **more: object) -> editing.Saved:
    more = {"who": "ana", "now": NOW, **more}
    return save(folder, str(more.pop("file", FILE)), text, loaded, store, **more)  # type: ignore[arg-type]


def test_a_save_is_on_the_disk_and_live_at_once_and_says_who_and_when(
    folder: Path, memory: Store
) -> None:
    before = open_file(folder, FILE)
    load_watch(folder)  # what was read is remembered no longer than it is true

    saved = ana(
        folder, before.text.replace("Red Sea shipping", "Red Sea ships"), before.body, memory
    )

    assert "Red Sea ships" in (folder / FILE).read_text(encoding="utf-8")
    assert "Red Sea ships" in {rule.name for rule in load_watch(folder).rules}
    assert open_file(folder, FILE).body == saved.file.body
    assert editing.last_change(folder, open_file(folder, FILE), memory) == ("ana", NOW)


def test_what_is_edited_on_the_disk_is_seen_at_once(folder: Path, memory: Store) -> None:
    before = open_file(folder, FILE)
    (folder / FILE).write_text(before.text + "# by hand\n", encoding="utf-8")

    assert open_file(folder, FILE).text.endswith("# by hand\n")
    assert editing.body_there(folder, FILE) != before.body
    assert editing.last_change(folder, open_file(folder, FILE), memory)[0] == versions.BY_HAND


def test_somebody_elses_newer_text_is_never_written_over(folder: Path, memory: Store) -> None:
    before = open_file(folder, FILE)
    ana(folder, before.text + "# ana\n", before.body, memory)

    with pytest.raises(Conflict) as refused:
        save(folder, FILE, before.text + "# ben\n", before.body, memory, who="ben", now=NOW)

    assert refused.value.theirs
    assert refused.value.theirs.text.endswith("# ana\n")
    assert open_file(folder, FILE).text.endswith("# ana\n")
    both = before.text + "# ana\n# ben\n"
    save(folder, FILE, both, refused.value.theirs.body, memory, who="ben", now=NOW)
    assert open_file(folder, FILE).text == both


def test_a_file_that_went_away_or_came_meanwhile_is_a_conflict_too(
    folder: Path, memory: Store
) -> None:
    before = open_file(folder, FILE)
    (folder / FILE).unlink()
    with pytest.raises(Conflict) as refused:
        ana(folder, before.text + "#\n", before.body, memory)
    assert refused.value.theirs is None
    with pytest.raises(Conflict):
        ana(folder, "watches:\n", NEW, memory, file="rules/gaza.yaml")


def test_the_same_text_saved_by_two_is_no_conflict(folder: Path, memory: Store) -> None:
    before = open_file(folder, FILE)
    ana(folder, before.text + "# x\n", before.body, memory)
    save(folder, FILE, before.text + "# x\n", before.body, memory, who="ben", now=NOW)
    assert [v.who for v in versions.versions(folder, FILE, memory)] == ["ana", versions.BY_HAND]


def test_of_many_who_save_at_once_one_wins_and_the_others_are_told(
    folder: Path, memory: Store
) -> None:
    before = open_file(folder, FILE)
    outcomes: list[str] = []

    def try_it(number: int) -> None:
        with open_store(f"sqlite:///{folder.parent}/versions.sqlite") as store:
            try:
                ana(folder, f"{before.text}# {number}\n", before.body, store)
                outcomes.append("saved")
            except Conflict:
                outcomes.append("conflict")

    open_store(f"sqlite:///{folder.parent}/versions.sqlite").close()
    threads = [threading.Thread(target=try_it, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["conflict"] * 7 + ["saved"]


def test_errors_want_a_second_word_and_then_the_last_good_version_stays_live(
    folder: Path, memory: Store
) -> None:
    live_watch(folder, memory, NOW)
    before = open_file(folder, FILE)
    bad = before.text.replace("mentions:", "mentionz:")

    with pytest.raises(Unsound) as refused:
        ana(folder, bad, before.body, memory)
    assert any(f.problem.suggestion == "mentions" for f in refused.value.diagnosis.here)
    assert open_file(folder, FILE).body == before.body

    ana(folder, bad, before.body, memory, insist=True)
    live = live_watch(folder, memory, NOW + timedelta(minutes=1))
    assert "rules/red-sea-shipping" in live.kept
    assert "red-sea-shipping" in {rule.rule_id for rule in live.rules}


def test_warnings_stop_nothing(folder: Path, memory: Store) -> None:
    text = "watches:\n  - {watch: Everything, when: {any_of: [said]}, send: {to: demo}}\n"
    saved = ana(folder, text, NEW, memory, file="rules/new.yaml")
    assert [f.problem.severity for f in saved.diagnosis.here] == ["warning"]


@pytest.mark.parametrize(
    "name",
    [
        "../etc/passwd.yaml",
        "rules/../../x.yaml",
        "rules/..yaml",
        "rules/a/b.yaml",
        "/etc/x.yaml",
        "rules/.hidden.yaml",
        "rules/x.yaml\n",
        "rules/x.txt",
        "rules/x.yaml.sh",
        "schema/x.yaml",
        "channels.yaml",
        "rules\\x.yaml",
        "rules/x\x00.yaml",
        "rules/a..b.yaml",
        "",
    ],
)
def test_no_name_leads_out_of_the_folder(name: str, folder: Path, memory: Store) -> None:
    for act in (
        lambda: open_file(folder, name),
        lambda: ana(folder, "watches:\n", NEW, memory, file=name),
        lambda: editing.body_there(folder, name),
    ):
        with pytest.raises(NotHere):
            act()


def test_a_link_that_leads_out_of_the_folder_is_not_followed(folder: Path, memory: Store) -> None:
    outside = folder.parent / "secret.yaml"
    outside.write_text("secret: yes\n", encoding="utf-8")
    (folder / "rules" / "link.yaml").symlink_to(outside)
    with pytest.raises(NotHere):
        open_file(folder, "rules/link.yaml")
    with pytest.raises(NotHere):
        ana(folder, "x", NEW, memory, file="rules/link.yaml")
    assert outside.read_text(encoding="utf-8") == "secret: yes\n"


def test_mode_byte_order_mark_and_line_ends_stay_as_they_were(folder: Path, memory: Store) -> None:
    path = folder / FILE
    crlf = b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n")
    path.write_bytes(crlf)
    path.chmod(0o640)
    before = open_file(folder, FILE)
    assert "\r" not in before.text
    assert not before.text.startswith("\ufeff")

    ana(folder, before.text + "# end\n", before.body, memory)

    assert path.read_bytes() == crlf + b"# end\r\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_disk_that_refuses_leaves_the_old_file_whole(
    folder: Path, memory: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = open_file(folder, FILE)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Unwritable, match="No space left"):
        ana(folder, before.text + "# more\n", before.body, memory)
    assert open_file(folder, FILE) == before
    assert sorted(p.name for p in (folder / "rules").glob(".*")) == []


def test_the_store_keeps_versions_where_there_is_no_git_the_first_text_too(
    folder: Path, memory: Store
) -> None:
    before = open_file(folder, FILE)
    first = ana(folder, before.text + "# 1\n", before.body, memory)
    (folder / FILE).write_text(before.text + "# by hand\n", encoding="utf-8")
    ana(
        folder, before.text + "# 2\n", open_file(folder, FILE).body, memory,
        now=NOW + timedelta(days=3650),
    )  # fmt: skip

    found = versions.versions(folder, FILE, memory)

    assert sorted(v.who for v in found) == ["ana", "ana", versions.BY_HAND, versions.BY_HAND]
    texts = {versions.text_of(folder, FILE, v.version_id, memory) for v in found}
    assert texts == {before.text + end for end in ("", "# 1\n", "# by hand\n", "# 2\n")}
    assert first.said == ""
    assert versions.text_of(folder, "rules/gaza.yaml", found[0].version_id, memory) is None


def test_git_keeps_versions_one_file_a_commit_whatever_else_is_staged(
    repository: Path, memory: Store
) -> None:
    (repository / "rules/gaza.yaml").write_text("watches: []\n", encoding="utf-8")
    git(repository, "add", "rules/gaza.yaml")
    (repository / "rules/demo.yaml").write_text("watches: []\n", encoding="utf-8")
    before = open_file(repository, FILE)

    saved = ana(repository, before.text + "# ana\n", before.body, memory)
    ana(repository, "watches: []\n", NEW, memory, file="rules/new.yaml", who="Ana <x> B")

    assert saved.said == ""
    log = git(repository, "log", "--format=%an|%ae|%cn|%s", "--name-only").split("\n\n")
    assert "Ana x B|ana-x-b@localhost|Wirewatch|Begin rules/new.yaml" in log[0]
    assert "ana|ana@localhost|Wirewatch|Edit rules/shipping.yaml" in log[0] + log[1]
    state = git(repository, "status", "--porcelain")
    assert state == " M rules/demo.yaml\nM  rules/gaza.yaml\n"
    assert [v.who for v in versions.versions(repository, FILE, memory)] == ["ana", "Somebody"]
    assert editing.last_change(repository, open_file(repository, FILE), memory)[0] == "ana"


def test_what_was_edited_by_hand_and_not_committed_is_a_commit_of_its_own(
    repository: Path, memory: Store
) -> None:
    (repository / FILE).write_text("watches: []\n# by hand\n", encoding="utf-8")
    there = open_file(repository, FILE)

    ana(repository, "watches: []\n", there.body, memory)

    found = versions.versions(repository, FILE, memory)
    assert {v.who for v in found} == {"ana", versions.BY_HAND, "Somebody"}
    hand = next(v for v in found if v.who == versions.BY_HAND)
    assert versions.text_of(repository, FILE, hand.version_id, memory) == there.text


def test_an_older_version_comes_back_as_a_new_one(repository: Path, memory: Store) -> None:
    before = open_file(repository, FILE)
    saved = ana(repository, before.text + "# 1\n", before.body, memory)
    (oldest,) = [v for v in versions.versions(repository, FILE, memory) if v.who == "Somebody"]
    text = versions.text_of(repository, FILE, oldest.version_id, memory)
    assert text == before.text
    ana(repository, text, saved.file.body, memory, note="Bring back")
    assert open_file(repository, FILE).body == before.body
    assert "Bring back" in {v.note for v in versions.versions(repository, FILE, memory)}


def test_where_git_refuses_the_save_stands_and_the_store_keeps_the_version(
    repository: Path, memory: Store
) -> None:
    before = open_file(repository, FILE)
    (repository / ".git" / "index.lock").touch()

    saved = ana(repository, before.text + "# 1\n", before.body, memory)

    assert "kept in the store" in saved.said
    assert open_file(repository, FILE).text.endswith("# 1\n")
    assert versions.versions(repository, FILE, memory)[0].version_id.startswith("kept:")


def test_no_hook_of_a_repository_is_run(repository: Path, memory: Store) -> None:
    hook = repository / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\ntouch ran\nexit 1\n", encoding="utf-8")
    hook.chmod(0o755)
    before = open_file(repository, FILE)
    assert ana(repository, before.text + "#\n", before.body, memory).said == ""
    assert not (repository / "ran").exists()


def test_the_checkout_of_wirewatch_itself_is_no_repository_of_a_desk() -> None:
    assert versions.repository(SHIPPED) is None


def test_the_store_keeps_versions_on_every_database(folder: Path, store: Store) -> None:
    text, body = open_file(folder, FILE).text, open_file(folder, FILE).body
    for number in range(3):
        saved = ana(folder, f"{text}# {number}\n", body, store, now=NOW + timedelta(hours=number))
        body = saved.file.body
    found = versions.versions(folder, FILE, store)
    assert len(found) == 4
    assert versions.text_of(folder, FILE, found[0].version_id, store) == f"{text}# 2\n"
    assert versions.text_of(folder, FILE, "kept:1; drop", store) is None
    assert versions.text_of(folder, FILE, "git:--help", store) is None
