"""Each leg of a message's way is read from the store as the steps left it."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.load import ways
from tests.load.run import _served
from tests.load.town import Town, watch_files

from house.ports import take
from wirewatch.desk import steps
from wirewatch.desk.settings import Settings
from wirewatch.store import open_store

HOSTS = range(2, 5)


@pytest.mark.timeout(120)
@pytest.mark.allow_hosts([f"127.0.0.{host}" for host in HOSTS])
def test_the_legs_of_a_page_add_up_from_print_to_message(tmp_path: Path) -> None:
    port = take(18_600 + os.getpid() % 300)
    town = Town(len(HOSTS), 10, datetime.now(UTC), timedelta(minutes=1))
    files = watch_files(town, f"http://127.0.0.{{host}}:{port}/f{{feed}}/rss.xml", 0)
    files["feeds/town.yaml"] = files["feeds/town.yaml"].replace("every: 1m", "every: 1s")
    files["rules/town.yaml"] = (
        "watches: [{watch: All, when: {any_of: [was, said, be]}, send: {to: desk}}]"
    )
    for name, text in files.items():
        (tmp_path / "watch" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "watch" / name).write_text(text)
    own = Settings(
        watch=tmp_path / "watch",
        store=f"sqlite:///{tmp_path}/wirewatch.sqlite",
        archive=f"file://{tmp_path}/pages",
        console_file=tmp_path / "console.log",
        allow=tuple(f"127.0.0.{host}:{port}" for host in HOSTS),
    )
    with _served(port, len(HOSTS), 60, 30), open_store(own.store) as store:
        begun = datetime.now(UTC)
        found: list[ways.Way] = []
        while not found and datetime.now(UTC) - begun < timedelta(seconds=90):
            for step in (steps.poll_step, steps.read_step, steps.judge_step, steps.deliver_step):
                step(own)
            found = ways.to_the_channel(store)
        ended = datetime.now(UTC)
        assert len(ways.to_the_judge(store)) >= len({way.printed for way in found}) > 0
    for way in found:
        assert len(way.legs) == len(ways.LEGS)
        assert min(way.legs) >= -1.0  # a feed tells whole seconds
        assert way.printed + timedelta(seconds=way.whole) <= ended
        assert way.polled + timedelta(seconds=way.after) <= ended
    assert len(ways.lines(found)) == len(ways.LEGS)
