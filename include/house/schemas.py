"""Both databases brought up to date: Airflow's own, by its command, and our store's."""

import importlib.metadata
import os
import subprocess
from collections.abc import Mapping

from house.places import Places, write_private


def bring_up_to_date(places: Places, airflow_url: str, environment: Mapping[str, str]) -> None:
    """Run what is missing. Ctrl-C does not reach Airflow's command, so none is left half done.

    Raises OSError with the end of its log when it fails.
    """
    from wirewatch.store import open_store

    if _mark(airflow_url) == _last_mark(places):
        open_store(environment["WIREWATCH_STORE"]).close()
        return
    log = places.logs / "migrate.log"
    with log.open("w", encoding="utf-8") as out:
        migration = subprocess.Popen(
            [str(places.python), "-m", "airflow", "db", "migrate"],
            env={**os.environ, **environment},
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            open_store(environment["WIREWATCH_STORE"]).close()
        finally:
            code = migration.wait()
    if code:
        said = log.read_text(encoding="utf-8")[-2000:]
        raise OSError(f"{said}\nAirflow's database could not be brought up to date.")
    write_private(places.home / "migrated", _mark(airflow_url))


def _last_mark(places: Places) -> str:
    path = places.home / "migrated"
    return path.read_text(encoding="utf-8") if path.exists() else "never"


def _mark(airflow_url: str) -> str:
    """Which Airflow this is, and at which step its database stands."""
    from sqlalchemy import create_engine, text
    from sqlalchemy.exc import DBAPIError

    engine = create_engine(airflow_url)
    try:
        with engine.connect() as connection:
            step = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    except DBAPIError:
        step = None  # no database, or nothing in it yet
    finally:
        engine.dispose()
    return f"{importlib.metadata.version('apache-airflow')} {step}"
