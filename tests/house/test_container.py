"""What a container makes of its secrets, and what docker-compose.yaml promises."""

import json
import re
import subprocess
import sys
from pathlib import Path

import yaml

from house import container, pin_images
from house.healthy import is_unwell

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yaml").read_text())


def test_secrets_become_settings_and_a_password_may_hold_any_sign(tmp_path: Path) -> None:
    for name, text in {"postgres_password": "a/b@c:d\n", "slack_token": "xoxb-1"}.items():
        (tmp_path / name).write_text(text)
    told = container.environment(tmp_path, {})
    assert told["WIREWATCH_STORE"].endswith("wirewatch:a%2Fb%40c%3Ad@postgres:5432/wirewatch")
    assert json.loads(told["AIRFLOW_CONN_SLACK_WIREWATCH"])["password"] == "xoxb-1"
    assert "WIREWATCH_SMTP_URL" not in told


def test_every_part_that_waits_for_work_has_a_health_check() -> None:
    services = COMPOSE["services"]
    ends = {"migrate"}
    assert {name for name in services if "healthcheck" not in services[name]} == ends


def test_the_service_behind_the_buttons_gets_both_tokens_itself(tmp_path: Path) -> None:
    (tmp_path / "slack_token").write_text("xoxb-1\n")
    (tmp_path / "slack_app_token").write_text("xapp-1\n")
    assert container.tokens(tmp_path) == {
        "WIREWATCH_SLACK_TOKEN": "xoxb-1",
        "WIREWATCH_SLACK_APP_TOKEN": "xapp-1",
    }


def test_a_login_of_a_feed_stands_in_a_file_too(tmp_path: Path) -> None:
    (tmp_path / "logins").write_text("daily-news = ana:a=b\n\n")
    assert container.environment(tmp_path, {})["WIREWATCH_LOGIN_DAILY_NEWS"] == "ana:a=b"


def test_no_part_runs_as_root_or_holds_a_secret_in_its_environment() -> None:
    for name, service in COMPOSE["services"].items():
        if service["image"].startswith("wirewatch:"):
            assert re.fullmatch(r"\$\{WIREWATCH_UID:-[1-9]\d*\}:0", service["user"]), name
        for key in service.get("environment", {}):
            secret = re.search(r"PASSWORD(?!_FILE)|TOKEN|FERNET|SECRET|SQL_ALCHEMY_CONN", key)
            assert not secret, (name, key)


def test_no_part_of_ours_writes_but_into_memory_and_its_volumes() -> None:
    for name, service in COMPOSE["services"].items():
        if service["image"].startswith("wirewatch:"):
            assert service["read_only"] is True, name
            assert service["tmpfs"] == ["/tmp"], name
            told = service["environment"]
            places = [told["AIRFLOW_HOME"], told["HOME"]]
            assert all(place.startswith("/tmp") for place in places), name


def test_a_container_has_a_name_and_a_folder_whatever_its_user_is(tmp_path: Path) -> None:
    home = tmp_path / "airflow"
    command = "import getpass, os; print(getpass.getuser(), os.environ['AIRFLOW_HOME'])"
    ran = subprocess.run(
        [sys.executable, "-m", "house.container", sys.executable, "-c", command],
        env={"AIRFLOW_HOME": str(home), "PYTHONPATH": str(ROOT / "include")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.split() == ["wirewatch", str(home)]
    assert (home / "passwords.json").stat().st_mode & 0o077 == 0


def test_every_secret_is_a_file_and_every_mounted_one_is_declared() -> None:
    declared = COMPOSE["secrets"]
    assert all(set(secret) == {"file"} for secret in declared.values())
    for service in COMPOSE["services"].values():
        assert set(service.get("secrets", [])) <= set(declared)


def test_images_are_pinned_by_exact_tags_and_nothing_is_reached_but_from_this_machine() -> None:
    for service in COMPOSE["services"].values():
        assert re.search(r":\d+\.\d+", service["image"])
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))


def test_digests_are_added_behind_the_tags_of_others_images_only() -> None:
    found = [
        match[2] for match in pin_images.IMAGE.finditer((ROOT / "docker-compose.yaml").read_text())
    ]
    assert {name.split(":")[0] for name in found} == {"postgres", "redis", "wirewatch"}
    assert pin_images.pinned("  image: wirewatch:0.1.0") == "  image: wirewatch:0.1.0"


def test_a_part_that_was_never_started_is_not_unwell() -> None:
    assert not is_unwell({"status": None})
    assert is_unwell({"status": "unhealthy"})
    assert not is_unwell("plain text")
