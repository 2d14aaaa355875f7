"""What the desk measures reaches a StatsD server by Airflow's own switch; all names are known."""

import json
import os
import re
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from house.airflow_side import told
from wirewatch.desk import measures
from wirewatch.desk.measures import MEASURES
from wirewatch.store import open_store

ROOT = Path(__file__).resolve().parents[2]
DASHBOARD, RULES = ROOT / "docs/grafana.json", ROOT / "docs/alert-rules.yaml"
MANUAL = ROOT / "docs/operations.md"
# As Prometheus's statsd_exporter names them without a mapping of its own.
EXPORTED = {f"airflow_{name}".replace(".", "_"): kind for name, (kind, _) in MEASURES.items()}

pytestmark = pytest.mark.airflow


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A StatsD server's ear: UDP on loopback."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ear:
        ear.bind(("127.0.0.1", 0))
        ear.settimeout(20)
        yield ear


def heard(ear: socket.socket, until: str) -> dict[str, str]:
    """Each of our metrics as it came over the wire, until one that comes last."""
    found: dict[str, str] = {}
    while until not in found:
        name, _, value = ear.recv(4096).decode().partition(":")
        found[name] = value
    return {name: value for name, value in found.items() if "wirewatch" in name}


def test_a_runs_counts_and_the_desks_state_reach_a_statsd_server(
    listener: socket.socket, tmp_path: Path
) -> None:
    """In a process of its own, with nothing set but what an operator sets."""
    url = f"sqlite:///{tmp_path}/desk.sqlite"
    open_store(url).close()
    steps = {
        "poll": {"feeds_asked": 7, "fed": 3, "seconds": 1.5},
        "read": {"read": 2, "why": {"robots": 1}},
        "judge": {"judged": 2, "new": 4, "matched": 1, "held": 1, "dropped": {"a copy": 1}},
        "digest": {"sent": 5},
        "deliver": None,
    }
    child = os.fork()
    if not child:
        os.environ |= {
            "AIRFLOW__METRICS__STATSD_ON": "True",
            "AIRFLOW__METRICS__STATSD_HOST": "127.0.0.1",
            "AIRFLOW__METRICS__STATSD_PORT": str(listener.getsockname()[1]),
            "WIREWATCH_STORE": url,
        }
        try:
            from airflow.sdk.configuration import conf
            from airflow.sdk.observability import stats
            from airflow.sdk.observability.metrics.stats_utils import get_stats_factory

            legacy = conf.getboolean("metrics", "legacy_names_on")
            stats.initialize(factory=get_stats_factory(), export_legacy_names=legacy)
            told(steps)  # ends in an error, since a step failed: the rest is measured all the same
        finally:
            os._exit(0)
    came = heard(listener, until="airflow.wirewatch.pass.age_seconds")
    os.waitpid(child, 0)
    sent = {name.removeprefix("airflow."): value for name, value in came.items()}
    assert sent["wirewatch.poll.fed"] == "3|c"
    assert sent["wirewatch.poll.seconds"].startswith("1500.")
    assert sent["wirewatch.poll.seconds"].endswith("|ms")
    assert sent["wirewatch.judge.matched"] == "1|c"
    assert sent["wirewatch.dropped.a_copy"] == "1|c"
    assert sent["wirewatch.deliver.sent"] == "5|c"
    every_gauge = {name for name, (kind, _) in MEASURES.items() if kind == "gauge"}
    assert {name for name, value in sent.items() if value.endswith("|g")} == every_gauge
    assert set(sent) <= set(MEASURES)


def test_every_count_of_a_real_pass_is_measured_or_left_out_on_purpose(tmp_path: Path) -> None:
    from wirewatch.desk.deliver import DeliverReport
    from wirewatch.desk.judge import JudgeReport

    judged = JudgeReport(judged=1)
    judged.dropped.update(["first pass of its feed", "a copy", "nothing new", "no rule matched"])
    found = {one.name for one in measures.counters("judge", judged.counts)}
    assert found == {
        n for n in MEASURES if n.startswith(("wirewatch.judge", "wirewatch.dropped"))
    } - {"wirewatch.judge.seconds"}
    found = {one.name for one in measures.counters("deliver", DeliverReport().counts)}
    assert found == {name for name in MEASURES if name.startswith("wirewatch.deliver")}


def test_what_waits_is_measured_by_its_age(tmp_path: Path) -> None:
    from datetime import timedelta

    from sqlalchemy import update
    from tests.pages.filled import fill

    from wirewatch.store.article_tables import ARTICLE
    from wirewatch.store.outbox_tables import DELIVERY

    with open_store(f"sqlite:///{tmp_path}/desk.sqlite") as store:
        fill(store)
        before = datetime.now(UTC) - timedelta(hours=1)
        with store.begin() as connection:
            connection.execute(update(ARTICLE).values(judged_at=None, arrived=before))
            waits = {"state": "pending", "not_before": before, "first_try_at": None}
            connection.execute(update(DELIVERY).values(waits))
        found = {one.name.removeprefix("wirewatch."): one.value for one in measures.gauges(store)}
    assert found["articles.waiting"] > 0
    assert 3_600 <= found["articles.oldest_seconds"] < 3_700
    assert found["messages.owed"] > 0
    assert 3_600 <= found["messages.oldest_seconds"] < 3_700


def base(name: str) -> str:
    """A timer's name without what the exporter adds."""
    return name.removesuffix("_sum").removesuffix("_count")


def test_the_dashboard_shows_only_what_is_emitted_and_all_that_waits() -> None:
    board = json.loads(DASHBOARD.read_text(encoding="utf-8"))
    asked = [target["expr"] for panel in board["panels"] for target in panel.get("targets", [])]
    names = set(re.findall(r"airflow_wirewatch_\w+", " ".join(asked)))
    assert {base(name) for name in names} <= set(EXPORTED)
    ages = {name for name in EXPORTED if name.endswith("oldest_seconds")}
    assert ages <= names
    assert len({panel["id"] for panel in board["panels"]}) == len(board["panels"])


def test_the_alert_rules_ask_only_for_what_is_emitted_and_say_what_to_do() -> None:
    rules = [
        rule for group in yaml.safe_load(RULES.read_text())["groups"] for rule in group["rules"]
    ]
    assert len(rules) > 5
    for rule in rules:
        names = {base(name) for name in re.findall(r"airflow_wirewatch_\w+", rule["expr"])}
        assert names
        assert names <= set(EXPORTED), rule["alert"]
        assert rule["annotations"]["summary"]
        assert (
            "wirewatch " in rule["annotations"]["action"]
            or "make " in rule["annotations"]["action"]
        )


def test_the_manual_names_every_metric() -> None:
    text = MANUAL.read_text(encoding="utf-8")
    missing = [name for name in MEASURES if f"`{name.removeprefix('wirewatch.')}`" not in text]
    assert missing == []
