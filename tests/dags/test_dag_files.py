"""The DAG files: they parse without errors, fetch nothing heavy to do so, and touch no world."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / "dags").glob("*.py"))

# Parses one file after Airflow's own imports; any connection or file database ends the process.
PARSE = """
import runpy, sys
import airflow.sdk, airflow.sdk.bases.decorator
airflow.sdk.dag, airflow.sdk.task, airflow.sdk.TriggerRule
before = set(sys.modules)
def watch(event, arguments):
    if event in ("socket.connect", "sqlite3.connect", "subprocess.Popen"):
        raise RuntimeError(f"the file does {event} when it is parsed")
sys.addaudithook(watch)
runpy.run_path(sys.argv[1])
print("\\n".join(sorted(set(sys.modules) - before)))
"""
NOT_TRIED_AGAIN = ("report", "try_rules")  # they tell somebody who is waiting
HEAVY = (
    "spacy",
    "trafilatura",
    "lxml",
    "aiohttp",
    "slack_sdk",
    "psycopg2",
    "feedparser",
    "wirewatch",
)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_parse_imports_nothing_heavy_and_touches_no_network_or_database(file: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PARSE, str(file)], capture_output=True, text=True, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr
    imported = {name.split(".")[0] for name in done.stdout.split()}
    assert not imported & set(HEAVY)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_dag_file_is_short(file: Path) -> None:
    assert len(file.read_text().splitlines()) <= 80


@pytest.mark.airflow
def test_every_dag_is_found_with_its_promises() -> None:
    from airflow.dag_processing.dagbag import DagBag

    bag = DagBag(dag_folder=str(ROOT / "dags"), safe_mode=False)
    assert bag.import_errors == {}
    assert {"watch", "digest", "tidy"} <= set(bag.dags)
    for dag in bag.dags.values():
        assert dag.max_active_runs == 1
        assert not dag.catchup
        assert dag.doc_md
        assert dag.description
        for task in dag.tasks:
            assert task.execution_timeout is not None, task.task_id
            assert task.retries >= 2 or task.task_id in NOT_TRIED_AGAIN
            assert task.task_display_name != task.task_id


@pytest.mark.airflow
def test_runs_overlap_only_where_there_are_many_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    from airflow.dag_processing.dagbag import DagBag

    for tasks, runs in (("2", 1), ("8", 3)):
        monkeypatch.setenv("WIREWATCH_AT_ONCE", tasks)
        watch = DagBag(dag_folder=str(ROOT / "dags/watch.py"), safe_mode=False).dags["watch"]
        assert watch.max_active_runs == runs
        assert watch.has_task("stand_by") == (runs > 1)
        assert {str(task.weight_rule) for task in watch.tasks} == {"upstream"}
