"""`make up SCALE=celery` and docker-compose.yaml run the same, and .env.example says all of it."""

import re
from pathlib import Path

import pytest
import yaml

from house import airflow_settings, container, keys, redis, scale, settings
from house.airflow_settings import Databases
from house.places import Places, private_folder

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yaml").read_text())
SERVICES = COMPOSE["services"]
EXAMPLE = (ROOT / ".env.example").read_text()

# What must differ: where folders, sockets and ports are, and who the parts are to one another.
PLACES = {
    "AIRFLOW__CORE__DAGS_FOLDER",
    "AIRFLOW__CORE__PLUGINS_FOLDER",
    "AIRFLOW__CORE__EXECUTION_API_SERVER_URL",
    "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE",
    "AIRFLOW__API__HOST",
    "AIRFLOW__API__BASE_URL",
    "AIRFLOW__LOGGING__BASE_LOG_FOLDER",
    "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN",
    "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_ASYNC",
    "AIRFLOW__CELERY__BROKER_URL",
    "AIRFLOW__CELERY__RESULT_BACKEND",
    "WIREWATCH_STORE",
    "WIREWATCH_WATCH",
    "WIREWATCH_ARCHIVE",
    "WIREWATCH_CONSOLE",
}
SECRETS = {
    "AIRFLOW__CORE__FERNET_KEY",
    "AIRFLOW__API_AUTH__JWT_SECRET",
    "AIRFLOW__API__SECRET_KEY",
}


def unless_set(value: object) -> str:
    """What compose makes of a value when `.env` is empty."""
    return re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", str(value))


@pytest.fixture
def natively(tmp_path: Path) -> dict[str, str]:
    """All that the parts of `make up SCALE=celery` are told, as variables."""
    places = Places(tmp_path)
    private_folder(places.home)
    own, _ = keys.keys_of(places)
    crew = scale.crew_of({}, redis.url(places), 8974)
    sections = airflow_settings.sections(
        places, own, Databases("postgresql://a", "b", "c"), 8080, crew
    )
    told = {
        f"AIRFLOW__{name}__{key}".upper(): value
        for name, values in sections.items()
        for key, value in values.items()
    }
    return told | settings.chosen(places, {}, "c", None, crew)


@pytest.fixture
def in_containers(tmp_path: Path) -> dict[str, str]:
    """The same for compose with an empty `.env`."""
    environment = {
        key: unless_set(value) for key, value in SERVICES["scheduler"]["environment"].items()
    }
    return environment | container.environment(tmp_path / "no secrets", environment)


def test_every_service_runs_the_same_words_both_ways() -> None:
    parts = {program.name: list(program.words) for program in scale.PROGRAMS[scale.MANY]}
    parts["buttons"] = list(scale.SLACK_BUTTONS.words)
    ours = {name for name, service in SERVICES.items() if service["image"].startswith("wirewatch:")}
    assert ours == {*parts, "migrate"}
    assert {name: SERVICES[name]["command"] for name in parts} == parts
    assert SERVICES["buttons"]["profiles"] == ["buttons"]
    assert set(SERVICES) - ours == {"postgres", "redis"}


def test_redis_keeps_its_queue_with_the_same_options(tmp_path: Path) -> None:
    private_folder(tmp_path / ".airflow")
    words = SERVICES["redis"]["command"]
    assert words == ["redis-server", *redis.OPTIONS]
    assert redis.command(Places(tmp_path))[-len(redis.OPTIONS) :] == list(redis.OPTIONS)


def test_as_many_workers_and_tasks_both_ways() -> None:
    crew = scale.crew_of({}, "", 0)
    assert unless_set(SERVICES["worker"]["deploy"]["replicas"]) == str(crew.workers)
    told = SERVICES["worker"]["environment"]
    assert unless_set(told["AIRFLOW__CELERY__WORKER_CONCURRENCY"]) == str(crew.tasks)
    with pytest.raises(ValueError, match="WIREWATCH_WORKERS is a number"):
        scale.crew_of({"WIREWATCH_WORKERS": "many"}, "", 0)


def test_airflow_is_told_the_same_both_ways(
    natively: dict[str, str], in_containers: dict[str, str]
) -> None:
    def airflows(told: dict[str, str]) -> dict[str, str]:
        return {k: v for k, v in told.items() if k.startswith("AIRFLOW__")}

    assert set(airflows(natively)) == set(airflows(in_containers))
    differing = {k for k, v in airflows(natively).items() if in_containers[k] != v}
    assert differing <= PLACES | SECRETS


def test_our_own_settings_mean_the_same_both_ways(
    natively: dict[str, str], in_containers: dict[str, str]
) -> None:
    from wirewatch.desk.settings import from_environment

    own = {k: v for k, v in in_containers.items() if k.startswith("WIREWATCH_")}
    compared = from_environment({**own, **{k: natively[k] for k in PLACES & set(natively)}})
    plain = from_environment({k: v for k, v in natively.items() if k.startswith("WIREWATCH_")})
    assert compared == plain


def test_every_part_starts_after_what_it_needs_and_comes_back() -> None:
    orders = {program.name: program.order for program in scale.PROGRAMS[scale.MANY]}
    for name, service in SERVICES.items():
        assert service["restart"] == ("on-failure" if name == "migrate" else "always")
        assert service["deploy"]["resources"]["limits"].keys() == {"cpus", "memory"}
        for needed in service.get("depends_on", {}):
            if needed in orders:
                assert orders[needed] < orders[name], (needed, name)


def test_the_editors_folder_is_mounted_for_reading_only() -> None:
    mounts = SERVICES["worker"]["volumes"]
    assert [m for m in mounts if m.endswith(":ro")] == [
        "${WIREWATCH_WATCH:-./include/watch}:/opt/wirewatch/include/watch:ro"
    ]


def read_in(*files: str) -> set[str]:
    text = "\n".join((ROOT / file).read_text() for file in files)
    return set(re.findall(r"WIREWATCH_[A-Z_]*[A-Z_]", text))


def test_the_example_names_every_setting_and_nothing_else() -> None:
    read = read_in("include/wirewatch/desk/settings.py", "dags/watch.py", "include/house/scale.py")
    read |= set(re.findall(r"\$\{(WIREWATCH_\w+)", (ROOT / "docker-compose.yaml").read_text()))
    named = set(re.findall(r"^#?(WIREWATCH_\w+)=", EXAMPLE, re.MULTILINE))
    logins = {name for name in named if name.startswith("WIREWATCH_LOGIN_")}
    assert logins
    assert (named - logins) | {"WIREWATCH_LOGIN_"} == read


def test_every_setting_of_the_example_is_explained_and_none_is_set() -> None:
    paragraphs = [part.splitlines() for part in EXAMPLE.split("\n\n")]
    for lines in paragraphs:
        settings_ = [line for line in lines if re.match(r"#?WIREWATCH_", line)]
        words = [line for line in lines if line.startswith("# ") and "──" not in line]
        assert bool(settings_) <= bool(words), lines
        assert all(line.startswith("#") for line in lines)


def test_a_desk_without_a_redis_is_told_the_line_that_mends_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(redis, "find_spec", lambda name: None)
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(redis.Unusable, match="apt-get install -y redis-server"):
        redis.program()
