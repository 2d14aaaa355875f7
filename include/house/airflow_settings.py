"""What Airflow is told on one machine: written to `.airflow/airflow.cfg`, with the reasons.

An `AIRFLOW__SECTION__KEY` variable in the environment still wins over each line of it.
"""

import configparser
import io
import json
from dataclasses import dataclass

from house.keys import Keys
from house.places import Places, write_private
from house.ports import LOOPBACK
from house.scale import Crew


@dataclass(frozen=True, slots=True)
class Databases:
    """SQLAlchemy URLs: Airflow's own database, twice for its two drivers, and our store."""

    airflow: str
    airflow_async: str
    store: str


def sections(
    places: Places, keys: Keys, databases: Databases, port: int, crew: Crew | None = None
) -> dict[str, dict[str, str]]:
    """Every setting by section. Without a `crew` of workers the scheduler's own children work."""
    settings = {
        "core": {
            "dags_folder": str(places.checkout / "dags"),
            "plugins_folder": str(places.checkout / "plugins"),
            "executor": "LocalExecutor",
            "parallelism": "4",  # LocalExecutor forks them all at its start, 32 unless told
            "load_examples": "False",
            "dags_are_paused_at_creation": "False",
            "fernet_key": keys.fernet,
            "execution_api_server_url": f"http://{LOOPBACK}:{port}/execution/",
            "simple_auth_manager_users": f"{keys.login}:admin",
            "simple_auth_manager_passwords_file": str(places.home / "passwords.json"),
        },
        "api": {
            "host": LOOPBACK,
            "port": str(port),
            "base_url": f"http://{LOOPBACK}:{port}",
            "secret_key": keys.pages,
            "instance_name": "Wirewatch",
            "expose_config": "False",
        },
        "api_auth": {"jwt_secret": keys.jwt},
        "database": {
            "sql_alchemy_conn": databases.airflow,
            "sql_alchemy_conn_async": databases.airflow_async,
        },
        "logging": {"base_log_folder": str(places.logs), "colored_console_log": "False"},
        "scheduler": {
            "scheduler_idle_sleep_time": "0.2",  # a chain of four tasks: 1.5 s instead of 5
            "task_instance_heartbeat_timeout": "60",  # 300 unless told: a lost task waits so long
            "orphaned_tasks_check_interval": "30",  # 300 unless told: tasks of a dead scheduler
        },
        "workers": {
            "min_heartbeat_interval": "1",  # at 5 a slot stays taken 5 s after its task has ended
            "execution_api_timeout": "30",  # a task whose start is not heard in time has failed
            "max_failed_heartbeats": "20",  # at 3 a task dies 35 s after the api-server goes
        },
        "dag_processor": {"refresh_interval": "30"},
    }
    for name, more in _of_a_crew(databases, crew).items() if crew is not None else ():
        settings[name] = settings.get(name, {}) | more
    return settings


def _of_a_crew(databases: Databases, crew: Crew) -> dict[str, dict[str, str]]:
    """What is said otherwise, or besides, where Celery's workers do the tasks."""
    return {
        "core": {"executor": "CeleryExecutor", "parallelism": str(crew.at_once)},
        "scheduler": {
            "enable_health_check": "True",
            "scheduler_health_check_server_host": LOOPBACK,
            "scheduler_health_check_server_port": str(crew.health_port),
            "task_queued_timeout": "120",  # 600 unless told: a task whose message was lost
        },
        "celery": {
            "broker_url": crew.broker,
            "result_backend": f"db+{databases.airflow}",
            "worker_concurrency": str(crew.tasks),
            "worker_prefetch_multiplier": "1",  # a task in hand is not another worker's any more
            "sync_parallelism": "1",  # else each sending starts a pool of processes
            "operation_timeout": "5",  # 1 unless told: a busy machine takes longer to send
        },
        # What a worker took and did not end is given to another after this; no task of ours is
        # let run for longer (600 s), and the scheduler notices a dead worker long before.
        "celery_broker_transport_options": {"visibility_timeout": "900"},
    }


def write(
    places: Places, keys: Keys, databases: Databases, port: int, crew: Crew | None = None
) -> None:
    """Write `airflow.cfg` and the passwords file that the login page reads."""
    config = configparser.RawConfigParser()
    for name, values in sections(places, keys, databases, port, crew).items():
        config[name] = {key: value.replace("%", "%%") for key, value in values.items()}
    text = io.StringIO()
    text.write("# Written by `make up`, anew each time. An AIRFLOW__… variable wins over a line.\n")
    config.write(text)
    write_private(places.home / "airflow.cfg", text.getvalue())
    write_private(places.home / "passwords.json", json.dumps({keys.login: keys.password}) + "\n")
