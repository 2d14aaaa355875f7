"""Real processes, really killed: a short drill; the long one is tests/delivery/drill.py."""

import os

import pytest
from drill import run

from wirewatch.store import Store


@pytest.mark.timeout(600)
@pytest.mark.skipif(not os.environ.get("CI"), reason="a minute long: CI runs it (CI=1 does)")
def test_worker_processes_are_killed_and_every_alert_arrives_once(store: Store) -> None:
    database = store.engine.url.render_as_string(hide_password=False)
    result = run(deliveries=45, kills=20, speed=60, database=database)
    assert result.kills > 0
    assert result.faults > 0
    assert (result.lost, result.doubled, result.unsettled) == (0, 0, 0)
