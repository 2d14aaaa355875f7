"""What `make up` chooses and writes: ports, keys, settings, the parts and their supervisor."""

import configparser
import json
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from house import airflow_settings, demo, keys, parts, ports, preload, scale, settings
from house.airflow_settings import Databases
from house.places import LONGEST_SOCKET_FOLDER, Places, private_folder

DATABASES = Databases("postgresql://a?host=/x%20y", "postgresql+asyncpg://a", "sqlite:///s")


@pytest.fixture
def places(tmp_path: Path) -> Places:
    found = Places(tmp_path)
    private_folder(found.home)
    return found


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_free_port_is_taken_as_wanted_and_a_busy_one_makes_way_for_the_next() -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        assert not ports.is_free(port)
        assert ports.take(port) > port
    assert ports.is_free(port)
    assert ports.take(port) == port


def test_a_port_that_is_taken_on_every_address_is_busy_on_loopback_too() -> None:
    with socket.socket() as busy:
        busy.bind(("0.0.0.0", 0))
        busy.listen()
        assert not ports.is_free(busy.getsockname()[1])


def test_keys_are_made_once_and_only_their_owner_can_read_them(places: Places) -> None:
    first, fresh = keys.keys_of(places)
    again, fresh_again = keys.keys_of(places)
    assert fresh
    assert not fresh_again
    assert first == again
    assert mode(places.home / "keys.json") == 0o600
    assert len({first.fernet, first.jwt, first.pages, first.password}) == 4


def test_all_that_may_hold_a_secret_is_private(places: Places) -> None:
    own, _ = keys.keys_of(places)
    airflow_settings.write(places, own, DATABASES, 8080)
    told = parts.write_environment(places, {"WIREWATCH_SMTP_URL": "smtp://u:p@mail"})
    parts.write(places, parts.parts_of(places, scale.PROGRAMS[scale.ONE], told))
    written = [path for path in places.home.iterdir() if path.is_file()]
    assert {path.name: mode(path) for path in written} == {path.name: 0o600 for path in written}
    assert len(written) >= 5


def test_a_percent_sign_in_a_path_survives_both_files(tmp_path: Path) -> None:
    places = Places(tmp_path / "100% news desk")
    private_folder(places.home)
    own, _ = keys.keys_of(places)
    airflow_settings.write(places, own, DATABASES, 8080)
    config = configparser.ConfigParser()
    config.read(places.home / "airflow.cfg")
    assert config["core"]["dags_folder"] == str(places.checkout / "dags")
    assert config["database"]["sql_alchemy_conn"] == DATABASES.airflow


def read_by_supervisor(text: str, tmp_path: Path) -> dict[str, object]:
    from supervisor.options import ServerOptions

    file = tmp_path / "supervisord.conf"
    file.write_text(text)
    options = ServerOptions()
    options.realize(["-c", str(file), "-n"])
    return {
        process.name: process
        for group in options.process_group_configs
        for process in group.process_configs
    }


def test_the_supervisor_reads_what_we_write(places: Places, tmp_path: Path) -> None:
    places.logs.mkdir()
    private_folder(places.sockets)
    database = parts.Part(
        name="postgres",
        command=["postgres", "-c", "listen_addresses="],
        order=10,
        stop_signal="INT",
        stop_whole_group=False,
    )
    text = parts.render(
        places, [database, *parts.parts_of(places, scale.PROGRAMS[scale.ONE], "mark")]
    )
    found = read_by_supervisor(text, tmp_path)
    assert set(found) == {"postgres", "api-server", "scheduler", "dag-processor"}
    for name, process in found.items():
        assert process.autorestart  # type: ignore[attr-defined]
        assert process.killasgroup  # type: ignore[attr-defined]
        assert process.stopasgroup == (name != "postgres")  # type: ignore[attr-defined]
    assert found["postgres"].priority < found["scheduler"].priority  # type: ignore[attr-defined]
    assert "--skip-serve-logs" in found["scheduler"].command  # type: ignore[attr-defined]


def test_each_worker_has_a_name_of_its_own_and_is_told_to_stop_alone(
    places: Places, tmp_path: Path
) -> None:
    places.logs.mkdir()
    private_folder(places.sockets)
    many = parts.parts_of(places, scale.PROGRAMS[scale.MANY], "mark", workers=3)
    found = read_by_supervisor(parts.render(places, many), tmp_path)
    workers = {name: found[name] for name in found if name.startswith("worker")}
    assert set(workers) == {"worker-1", "worker-2", "worker-3"}
    for name, process in workers.items():
        assert f"--celery-hostname {name}@%h" in process.command.replace("'", "")  # type: ignore[attr-defined]
        assert not process.stopasgroup  # type: ignore[attr-defined]
        assert process.priority > found["scheduler"].priority  # type: ignore[attr-defined]


def test_no_part_listens_to_anybody_but_this_machine(places: Places) -> None:
    own, _ = keys.keys_of(places)
    told = airflow_settings.sections(places, own, DATABASES, 8080)
    assert told["api"]["host"] == "127.0.0.1"
    assert told["core"]["simple_auth_manager_users"] == "admin:admin"
    assert "simple_auth_manager_all_admins" not in told["core"]


def test_the_environment_wins_over_the_file_and_the_file_over_the_default(places: Places) -> None:
    (places.checkout / ".env").write_text(
        "# a comment\nWIREWATCH_EVERY=5m\nWIREWATCH_TIMEZONE='Europe/Berlin'\nOTHER=1\n"
    )
    given = settings.given(places, {"WIREWATCH_EVERY": "30s", "PATH": "/bin"})
    assert given == {"WIREWATCH_EVERY": "30s", "WIREWATCH_TIMEZONE": "Europe/Berlin"}
    chosen = settings.chosen(places, given, "sqlite:///x", "127.0.0.1:8655")
    assert chosen["WIREWATCH_STORE"] == "sqlite:///x"
    assert chosen["WIREWATCH_ALLOW"] == "127.0.0.1:8655"
    assert chosen["WIREWATCH_WATCH"] == str(places.checkout / "include/watch")


def test_the_command_line_is_told_all_but_the_secrets(places: Places) -> None:
    settings.tell_command_line(
        places,
        {
            "WIREWATCH_STORE": "sqlite:///x",
            "WIREWATCH_SLACK_TOKEN": "hidden-1",
            "WIREWATCH_LOGIN_DAILY": "hidden-2",
            "WIREWATCH_SMTP_URL": "hidden-3",
        },
    )
    text = (places.home / "env").read_text()
    assert "WIREWATCH_STORE=sqlite:///x" in text
    assert "hidden" not in text


def test_slacks_token_reaches_tasks_as_a_connection_only(places: Places) -> None:
    told = settings.for_parts(
        places, {"WIREWATCH_SLACK_TOKEN": "xoxb-1", "WIREWATCH_EVERY": "1m"}, {"NO_PROXY": "intra"}
    )
    assert "WIREWATCH_SLACK_TOKEN" not in told
    assert json.loads(told["AIRFLOW_CONN_SLACK_WIREWATCH"])["password"] == "xoxb-1"
    assert told["NO_PROXY"] == "intra,127.0.0.1,localhost"


def test_a_setting_that_changed_changes_the_mark_of_the_parts(places: Places) -> None:
    one = parts.write_environment(places, {"WIREWATCH_EVERY": "1m"})
    assert parts.write_environment(places, {"WIREWATCH_EVERY": "1m"}) == one
    assert parts.write_environment(places, {"WIREWATCH_EVERY": "5m"}) != one


def test_new_code_changes_the_mark_of_the_parts_and_bytecode_does_not(places: Places) -> None:
    package = places.checkout / "include/wirewatch"
    package.mkdir(parents=True)
    marks = []
    for name in ("read.py", "read.cpython-311.pyc", "judge.py"):
        (package / name).write_text("pass")
        marks.append(parts.write_environment(places, {}))
    assert marks[0] == marks[1] != marks[2]


def test_sockets_go_where_their_path_is_short_enough(tmp_path: Path) -> None:
    assert Places(Path("/srv/desk")).sockets == Path("/srv/desk/.airflow/run")
    deep = Places(tmp_path / ("a" * 60) / ("b" * 60))
    assert len(str(deep.sockets)) <= LONGEST_SOCKET_FOLDER
    assert deep.sockets != Places(tmp_path / ("a" * 60) / ("c" * 60)).sockets


def test_a_folder_that_somebody_else_laid_is_refused(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path)
    with pytest.raises(PermissionError, match="somebody else"):
        private_folder(tmp_path / "link")


def demo_feeds(places: Places, port: int) -> Path:
    file = places.checkout / "include/watch/feeds/demo.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(f"feeds:\n  - {{feed: http://127.0.0.1:{port}/a/rss.xml}}\n")
    return file


def test_the_demo_wire_moves_with_its_feeds_file_when_its_port_is_taken(places: Places) -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        file = demo_feeds(places, port)
        wire = demo.prepare(places, {}, {})
        assert wire is not None
        assert wire.address != f"127.0.0.1:{port}"
        assert f"http://{wire.address}/a/rss.xml" in file.read_text()
        running = demo.prepare(places, {}, {"demo-wire": "RUNNING"})
        assert running is not None
        assert running.address == wire.address


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, None),
        ({"WIREWATCH_WATCH": "~/desk", "WIREWATCH_EVERY": "30s"}, None),
        ({"WIREWATCH_WATCH": "~/dsek"}, "WIREWATCH_WATCH: there is no folder "),
        ({"WIREWATCH_EVERY": "1 minute"}, "WIREWATCH_EVERY is a time like 30s, 1m or 1h"),
        ({"WIREWATCH_EVERY": "0m"}, "WIREWATCH_EVERY is a time like 30s, 1m or 1h"),
        ({"WIREWATCH_TIMEZONE": "Mars"}, "there is no time zone “Mars”"),
        ({"WIREWATCH_KEEP_DAYS": "ever"}, "WIREWATCH_KEEP_DAYS is a number of days"),
    ],
)
def test_a_setting_that_cannot_be_meant_is_told_before_anything_starts(
    places: Places,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    given: dict[str, str],
    told: str | None,
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for folder in (tmp_path / "desk", places.checkout / "include/watch"):
        folder.mkdir(parents=True)
    said = settings.mistake(places, given)
    assert said is None if told is None else told in str(said)


def test_a_desk_with_its_own_folder_gets_no_demo(places: Places) -> None:
    assert demo.prepare(places, {}, {}) is None
    demo_feeds(places, 8655)
    assert demo.prepare(places, {"WIREWATCH_WATCH": "/srv/desk"}, {}) is None


@pytest.mark.parametrize(
    ("words", "loaded"),
    [("scheduler --skip-serve-logs", True), ("celery worker", True), ("api-server", False)],
)
def test_those_whose_forks_are_tasks_import_our_steps_once(
    places: Places, words: str, loaded: bool
) -> None:
    preload.write(places.home)
    look = "import runpy, sys; runpy.run_path(sys.argv.pop(1)); "
    look += "print({'wirewatch.desk.steps', 'aiohttp', 'psycopg2'} <= set(sys.modules))"
    file = str(places.home / "config/airflow_local_settings.py")
    include = str(Path(__file__).resolve().parents[2] / "include")
    done = subprocess.run(
        [sys.executable, "-c", look, file, *words.split()],
        capture_output=True,
        text=True,
        env={"PYTHONPATH": include},
    )
    assert done.stdout.strip() == str(loaded), done.stderr
