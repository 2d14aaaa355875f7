"""What a container starts with: turns the secrets' files into settings, then runs the command.

`migrate` makes our database and brings both schemas up to date; anything else is a program.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from house import preload

SECRETS = Path("/run/secrets")
NAME = "wirewatch"  # Airflow starts for nobody without a name, and no list here may know the user
DATABASE, QUEUE = "postgres:5432", "redis://redis:6379/0"


def main(arguments: list[str]) -> None:
    """Become the command."""
    os.umask(0o007)  # the group of the containers is 0, whoever the user is
    os.environ.setdefault("LOGNAME", NAME)
    home = Path(os.environ["AIRFLOW_HOME"])
    home.mkdir(exist_ok=True)
    os.environ.update(environment(SECRETS, os.environ))
    if arguments[:1] == ["wirewatch"]:  # it is no task: no connection of Airflow's reaches it
        os.environ.update(tokens(SECRETS))
    if arguments == ["migrate"]:
        migrate()
        return
    _write_passwords(SECRETS, home)
    preload.write(home)
    os.execvp(arguments[0], arguments)


def environment(secrets: Path, given: Mapping[str, str]) -> dict[str, str]:
    """The settings that hold a secret. Slack's token goes as a connection: Airflow masks these."""
    password = quote(_read(secrets, "postgres_password"), safe="")
    at = f"wirewatch:{password}@{given.get('WIREWATCH_DATABASE', DATABASE)}"
    home = given.get("AIRFLOW_HOME", "/opt/wirewatch/.airflow")
    settings = {
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"postgresql+psycopg2://{at}/airflow",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_ASYNC": f"postgresql+asyncpg://{at}/airflow",
        "AIRFLOW__CELERY__RESULT_BACKEND": f"db+postgresql+psycopg2://{at}/airflow",
        "AIRFLOW__CELERY__BROKER_URL": given.get("WIREWATCH_QUEUE", QUEUE),
        "AIRFLOW__CORE__FERNET_KEY": _read(secrets, "fernet_key"),
        "AIRFLOW__API_AUTH__JWT_SECRET": _read(secrets, "jwt_secret"),
        "AIRFLOW__API__SECRET_KEY": _read(secrets, "secret_key"),
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": "admin:admin",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": f"{home}/passwords.json",
        "WIREWATCH_STORE": f"postgresql+psycopg2://{at}/wirewatch",
    }
    if token := _read(secrets, "slack_token"):
        connection = {"conn_type": "generic", "password": token}
        settings["AIRFLOW_CONN_SLACK_WIREWATCH"] = json.dumps(connection)
    if url := _read(secrets, "smtp_url"):
        settings["WIREWATCH_SMTP_URL"] = url
    for line in _read(secrets, "logins").splitlines():
        name, _, login = line.partition("=")
        if login:
            settings[f"WIREWATCH_LOGIN_{name.strip().upper().replace('-', '_')}"] = login.strip()
    return settings


def tokens(secrets: Path) -> dict[str, str]:
    """Slack's two tokens, for the service behind its buttons."""
    return {
        "WIREWATCH_SLACK_TOKEN": _read(secrets, "slack_token"),
        "WIREWATCH_SLACK_APP_TOKEN": _read(secrets, "slack_app_token"),
    }


def migrate() -> None:
    """Make our database if it is missing, then run what both schemas lack."""
    import psycopg2
    from psycopg2.extensions import ISOLATION_LEVEL_AUTOCOMMIT

    from wirewatch.store import open_store

    url = os.environ["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"].replace("+psycopg2", "")
    connection = psycopg2.connect(url)
    connection.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = 'wirewatch'")
        if cursor.fetchone() is None:
            cursor.execute("CREATE DATABASE wirewatch")
    connection.close()
    open_store(os.environ["WIREWATCH_STORE"]).close()
    subprocess.run(["airflow", "db", "migrate"], check=True)


def _write_passwords(secrets: Path, home: Path) -> None:
    """The login page reads and locks a file of its own, so it gets a copy that it may write."""
    path = home / "passwords.json"
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump({"admin": _read(secrets, "admin_password")}, file)


def _read(secrets: Path, name: str) -> str:
    path = secrets / name
    return path.read_text(encoding="utf-8").strip() if path.exists() else ""


if __name__ == "__main__":
    main(sys.argv[1:])
