"""Drill: a store that the first version left in the middle of its work comes up to date.

`data/first_version.json` is what the first version's own steps left when they were stopped: one
article told, one owed to Slack, one read and not judged, one not read; and Slack's channel. Its
times are taken as those of just now.
"""

import base64
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import DateTime, MetaData
from tests.drills.small_desk import WATCH, Paper, SmallDesk

from wirewatch.store import Store, open_store
from wirewatch.store.backup import count_on
from wirewatch.store.schema import all_tables
from wirewatch.store.upgrade import climb, head, stands_at

LEFT = Path(__file__).parent / "data" / "first_version.json"
BUSY = timedelta(minutes=5)  # all of the work; leases and next polls lie further ahead
LEASE = timedelta(minutes=11)  # so long ago that nothing is under way any more
TIME = re.compile(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z")


def moved(text: str) -> str:
    """Each time in the text, as far from now as it was from when the work was left."""
    times = [datetime.fromisoformat(found) for found in TIME.findall(text)]
    began = max(time for time in times if time < min(times) + BUSY)
    span = datetime.now(UTC) - LEASE - began

    def later(found: re.Match[str]) -> str:
        time = datetime.fromisoformat(found[0]) + span
        return time.strftime("%Y-%m-%dT%H:%M:%S.%fZ")

    return TIME.sub(later, text)


def leave(store: Store) -> list[dict[str, Any]]:
    """Put what the first version left into tables of its time; what stood in Slack."""
    left = json.loads(moved(LEFT.read_text(encoding="utf-8")))
    with store.begin() as connection:
        climb(connection, "0001")
        tables = MetaData()
        tables.reflect(connection)
        for kept in left["tables"]:
            table = tables.tables[kept["table"]]
            rows = [
                {
                    name: _in(value, table.c[name].type)
                    for name, value in zip(kept["columns"], row, strict=True)
                }
                for row in kept["rows"]
            ]
            connection.execute(table.insert(), rows)
            count_on(connection, table)
    messages: list[dict[str, Any]] = left["slack"]
    return messages


def _in(value: Any, kind: Any) -> Any:
    if isinstance(value, dict):
        return base64.b64decode(value["bytes"])
    if isinstance(value, str) and isinstance(kind, DateTime):
        return datetime.fromisoformat(value)
    if isinstance(value, int) and kind.python_type is bool:
        return bool(value)
    return value


def test_what_the_first_version_left_undone_is_told_once_after_the_upgrade(
    store: Store, tmp_path: Path, say: Callable[[str], None]
) -> None:
    from fake_slack import FakeSlack

    url = store.engine.url.render_as_string(hide_password=False)
    with store.begin() as connection:
        from sqlalchemy import text

        names = [*(t.name for t in reversed(all_tables().sorted_tables)), "search_words"]
        for name in [*names, "alembic_version"]:
            connection.execute(text(f'DROP TABLE IF EXISTS "{name}"'))
    with open_store(url, migrate=False) as old:
        messages = leave(old)
    for name, words in WATCH.items():
        path = tmp_path / "watch" / name
        path.parent.mkdir(parents=True)
        path.write_text(words, encoding="utf-8")
    with Paper(printed=5) as paper, FakeSlack() as slack:
        slack.messages = messages
        desk = SmallDesk(tmp_path, store, paper, slack)
        assert sorted(n for n, many in desk.told().items() if many) == ["2"]
        took = max(desk.recover(n) for n in (3, 4, 5))
        with store.read() as connection:
            assert stands_at(connection) == head()
        say(f"brought up to date: the last of it told {took.total_seconds():.0f} s later")
        desk.paper.printed += 1
        desk.recover(6)
        desk.all_told_once()
