"""Two real feeds, served on loopback, through the main job in real Airflow; run twice."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.eval.whole import desk_of, judged, linked, served

from wirewatch.articles.canonical import url_key
from wirewatch.desk.settings import from_environment

ROOT = Path(__file__).resolve().parents[2]
LABELLED = os.environ.get("WIREWATCH_EVAL", "")

pytestmark = [
    pytest.mark.airflow,
    pytest.mark.timeout(300),
    pytest.mark.skipif(
        not Path(LABELLED, "feeds").is_dir() or not LABELLED,
        reason="NO LABELLED DATA: real feeds go untested; name its folder in WIREWATCH_EVAL",
    ),
]


def test_every_entry_of_two_real_feeds_is_judged_and_nothing_comes_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from airflow.dag_processing.dagbag import DagBag
    from airflow.utils.db import initdb

    initdb()
    live = Path(LABELLED, "feeds", "kagi-live")
    files = [path for path in sorted(live.iterdir()) if 10 <= len(linked(path)) <= 60][:2]
    with served(live) as host:
        for name, value in desk_of(tmp_path, host, files).items():
            monkeypatch.setenv(name, value)
        bag = DagBag(dag_folder=str(ROOT / "dags/watch.py"), safe_mode=False)
        for minute in range(2):
            run = bag.dags["watch"].test(logical_date=datetime(2026, 3, 1, 0, minute, tzinfo=UTC))
            assert run.state == "success"
            found = judged(from_environment())
            assert set(found) == {url_key(link) for path in files for link in linked(path)}
            assert len(found) == len(set(found))
