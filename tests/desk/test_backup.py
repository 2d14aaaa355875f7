"""Backup and restore: the same desk again, on either database, and no old alert a second time."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import zstandard
from sqlalchemy import func, select, update

from wirewatch.alerts.delivery import State
from wirewatch.desk.backup import backup, restore
from wirewatch.records import Alert
from wirewatch.store import Store, open_store, restored
from wirewatch.store.backup import NotABackup, NotEmpty
from wirewatch.store.outbox import add
from wirewatch.store.outbox_tables import DELIVERY
from wirewatch.store.schema import all_tables
from wirewatch.store.search import SEARCH

NOW = datetime(2031, 5, 4, 6, 30, 0, 123456, tzinfo=UTC)


def alert(number: int) -> Alert:
    return Alert(
        alert_id=f"a{number}", rule_id="r", rule_name="R", to=("desk",), severity="normal",
        story="s", article_id=f"p{number}", url="http://a.example/", kind="alert",
        thread=f"a{number}", headline=f"Größe {number}\u2028“x”", because="b", developments=(),
        publishers=("A",), origins=("A",), at=NOW,
    )  # fmt: skip


@pytest.fixture
def filled(tmp_path: Path) -> str:
    """A store with articles, judgements and alerts, as the pages' tests make it."""
    from tests.pages.filled import fill

    url = f"sqlite:///{tmp_path}/desk.sqlite"
    with open_store(url) as store:
        fill(store)
    return url


def rows_of(store: Store) -> dict[str, list[tuple[object, ...]]]:
    with store.read() as connection:
        return {
            table.name: sorted(map(tuple, connection.execute(select(table))), key=repr)
            for table in all_tables().sorted_tables
            if table is not SEARCH and table.name != "restored"
        }


def save(url: str, path: Path, watch: Path) -> None:
    with open_store(url) as store:
        backup(store, path, watch)


def without_doubt(rows: dict[str, list[tuple[object, ...]]]) -> dict[str, list[tuple[object, ...]]]:
    return {name: found for name, found in rows.items() if name != "delivery"}


@pytest.mark.parametrize("where", ["sqlite", "postgresql"])
def test_a_restored_store_holds_the_same_in_either_database(
    where: str, filled: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    path = tmp_path / "desk.backup"
    save(filled, path, tmp_path / "nothing")
    url = f"sqlite:///{tmp_path}/again.sqlite"
    if where == "postgresql":
        url = request.getfixturevalue("postgres_url")
    restore(url, path, replace=True)
    with open_store(filled) as before, open_store(url) as after:
        old, new = rows_of(before), rows_of(after)
        assert without_doubt(new) == without_doubt(old)
        assert len(new["delivery"]) == len(old["delivery"])
        assert len(old["alert"]) > 3
        with after.read() as connection:
            searched = connection.execute(select(func.count()).select_from(SEARCH)).scalar_one()
        assert searched == len(old["article"]) + len(old["alert"])
        with after.begin() as connection:  # and its numbers go on
            add(connection, alert(1), ["desk"], NOW)


def test_what_is_owed_after_a_restore_is_looked_for_before_it_is_posted(tmp_path: Path) -> None:
    url, path = f"sqlite:///{tmp_path}/desk.sqlite", tmp_path / "desk.backup"
    with open_store(url) as store:
        with store.begin() as connection:
            add(connection, alert(1), ["desk"], NOW)
            add(connection, alert(2), ["desk"], NOW)
            connection.execute(
                update(DELIVERY)
                .where(DELIVERY.c.alert_id == "a2")
                .values(state=State.POSTED, ts="1.0", posted_at=NOW)
            )
        made = backup(store, path, tmp_path / "nothing")
    restore(url, path, replace=True)
    now = datetime.now(UTC)
    with open_store(url) as store, store.begin() as connection:
        add(connection, alert(3), ["desk"], now)
        add(connection, alert(4), ["desk"], now + timedelta(days=2))
        query = select(DELIVERY.c.alert_id, DELIVERY.c.in_doubt, DELIVERY.c.first_try_at)
        found = {
            row.alert_id: (row.in_doubt, row.first_try_at) for row in connection.execute(query)
        }
    assert found == {
        "a1": (True, made.at),
        "a2": (False, None),
        "a3": (True, made.at),
        "a4": (False, None),
    }


def test_a_backup_goes_into_no_store_that_holds_something_unless_it_is_said(
    filled: str, tmp_path: Path
) -> None:
    path = tmp_path / "desk.backup"
    save(filled, path, tmp_path / "nothing")
    with pytest.raises(NotEmpty, match="holds"):
        restore(filled, path)


def test_a_damaged_or_cut_off_backup_changes_nothing(filled: str, tmp_path: Path) -> None:
    path, broken = tmp_path / "desk.backup", tmp_path / "broken"
    save(filled, path, tmp_path / "nothing")
    whole = path.read_bytes()
    with open_store(filled) as store:
        before = rows_of(store)
    for data in (b"", b"no backup", whole[: len(whole) // 2], whole[:-20], b"\x28\xb5\x2f\xfd" * 9):
        broken.write_bytes(data)
        with pytest.raises(NotABackup):
            restore(filled, broken, replace=True)
    with open_store(filled) as store:
        assert rows_of(store) == before


def test_a_backup_of_an_older_wirewatch_is_brought_up_to_date(tmp_path: Path) -> None:
    """Rows of the first schema go through every migration on their way in."""
    first = [
        {"wirewatch backup": 1, "at": "2031-05-04T06:30:00.000000Z", "step": "0001", "files": {}},
        {"table": "host_wait", "columns": ["host", "until"]},
        ["a.example", {"t": "2031-05-04T06:30:00.000000Z"}],
        {"rows": 1},
    ]
    path = tmp_path / "old.backup"
    lines = "".join(json.dumps(line) + "\n" for line in first)
    path.write_bytes(zstandard.ZstdCompressor().compress(lines.encode()))
    url = f"sqlite:///{tmp_path}/new.sqlite"
    restore(url, path)
    with open_store(url) as store:
        rows = rows_of(store)
    assert rows["host_wait"] == [("a.example", datetime(2031, 5, 4, 6, 30, tzinfo=UTC))]


def test_a_backup_of_a_newer_wirewatch_is_refused_with_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "new.backup"
    first = '{"wirewatch backup": 1, "at": "2031-05-04T06:30:00.0Z", "step": "9999", "files": {}}'
    path.write_bytes(zstandard.ZstdCompressor().compress(f'{first}\n{{"rows": 0}}\n'.encode()))
    with pytest.raises(NotABackup, match=r"9999.*update Wirewatch first"):
        restore(f"sqlite:///{tmp_path}/desk.sqlite", path)


def test_a_restore_that_dies_at_its_end_leaves_the_store_as_it_was(
    filled: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or what is owed would be posted without a look for what stands in the channel already."""
    path = tmp_path / "desk.backup"
    save(filled, path, tmp_path / "nothing")
    with open_store(filled) as store:
        before = rows_of(store)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(restored, "note", killed)
    with pytest.raises(KeyboardInterrupt):
        restore(filled, path, replace=True)
    with open_store(filled) as store:
        assert rows_of(store) == before


def test_the_editors_files_come_along_and_lead_nowhere_else(tmp_path: Path) -> None:
    watch, path = tmp_path / "watch", tmp_path / "desk.backup"
    (watch / "rules").mkdir(parents=True)
    (watch / "rules/a.yaml").write_text("watches: [] # ünï\n", encoding="utf-8")
    save(f"sqlite:///{tmp_path}/desk.sqlite", path, watch)
    restore(f"sqlite:///{tmp_path}/again.sqlite", path, files_to=tmp_path / "back")
    assert (tmp_path / "back/rules/a.yaml").read_text(encoding="utf-8") == "watches: [] # ünï\n"
    assert path.stat().st_mode & 0o077 == 0


def test_a_full_disk_leaves_no_half_backup(tmp_path: Path, filled: str) -> None:
    path = tmp_path / "not-there" / "desk.backup"
    with pytest.raises(OSError, match="there is no folder"):
        save(filled, path, tmp_path / "nothing")
    assert list(tmp_path.glob("**/.desk*")) == []
