"""`make up`: everything started on this machine, and the first alert waited for.

It can be run again at any time: what runs is left alone, what is missing is started, what is set
anew is taken over.
"""

import fcntl
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from house import airflow_settings, demo, first_alert, keys, pages, parts, ports, postgres, say
from house import settings as house_settings
from house.airflow_settings import Databases
from house.leftovers import sweep
from house.places import Places, checkout, private_folder, write_private
from house.watchman import Watchman

WANTED_PORT = 8080


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is kept from one `make up` to the next."""

    database: str
    port: int


def main() -> None:
    """Start everything and say where to look."""
    places = checkout()
    private_folder(places.home)
    with _alone(places):
        try:
            _up(places)
        except KeyboardInterrupt:
            say.give_up("Stopped waiting. What was started still runs: make down stops it.")
        except (subprocess.CalledProcessError, TimeoutError, OSError, postgres.Unusable) as error:
            say.give_up(f"{error}\nThe logs are in {places.logs}. Run make up again, or make down.")


def _up(places: Places) -> None:
    begun = time.monotonic()
    watchman = Watchman(places)
    running = watchman.is_running()
    if not running and (ended := sweep(places)):
        say.line(f"  {ended} processes of an earlier run were left over and have been ended.")
    given = house_settings.given(places, os.environ)
    chosen = _choose(places, running)
    databases = _databases(places, chosen)
    own, fresh = keys.keys_of(places)
    wire = demo.prepare(places, given, watchman.states() if running else {})
    settings = house_settings.chosen(places, given, databases.store, wire.address if wire else None)
    airflow_settings.write(places, own, databases, chosen.port)
    environment = house_settings.for_parts(places, settings, os.environ)
    told = parts.write_environment(places, environment)
    house_settings.tell_command_line(places, settings)
    page = pages.Pages(chosen.port, own.login, own.password)
    _start(places, chosen, wire, told, watchman, environment, page)
    say.line()
    say.line(
        f"  Airflow       {page.address}   login {own.login}, password {_password(own, fresh)}"
    )
    say.line(f"  Editors write {settings['WIREWATCH_WATCH']}")
    say.line("  Alerts        .venv/bin/wirewatch alerts, tail -f .airflow/console.log")
    say.line("  Stop all      make down")
    if wire:
        first_alert.wait(page, settings, begun)


def _password(own: keys.Keys, fresh: bool) -> str:
    return own.password if fresh else "in .airflow/passwords.json"


def _choose(places: Places, running: bool) -> Chosen:
    """The database and port: as asked for, as the last time, or as they are free."""
    path = places.home / "house.json"
    before = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    asked = os.environ.get("DB") or before.get("database") or "postgres"
    if asked not in ("postgres", "sqlite"):
        say.give_up(f"DB is postgres or sqlite, not “{asked}”: make up DB=sqlite")
    if asked == "postgres":
        try:
            postgres.prefix()
        except postgres.Unusable as error:
            say.line(f"  No PostgreSQL can be started here ({error}); SQLite is taken instead.")
            asked = "sqlite"
    port = before.get("port", WANTED_PORT)
    if not (running and path.exists()):
        wanted, port = port, ports.take(port)
        if port != wanted:
            say.line(f"  Port {wanted} is taken by another program: Airflow takes {port}.")
    chosen = Chosen(asked, port)
    write_private(path, json.dumps({"database": asked, "port": port}) + "\n")
    return chosen


def _databases(places: Places, chosen: Chosen) -> Databases:
    if chosen.database == "postgres":
        return postgres.urls(places)
    airflow = f"{places.home}/airflow.db"
    return Databases(
        airflow=f"sqlite:///{airflow}",
        airflow_async=f"sqlite+aiosqlite:///{airflow}",
        store=f"sqlite:///{places.home}/wirewatch.sqlite",
    )


def _start(
    places: Places,
    chosen: Chosen,
    wire: "demo.Wire | None",
    told: str,
    watchman: Watchman,
    environment: dict[str, str],
    page: pages.Pages,
) -> None:
    """Start the parts in order: the database, its schemas, Airflow, the demo wire."""
    airflow = parts.airflow_parts(places, told)
    database = []
    if chosen.database == "postgres":
        with say.step("PostgreSQL's folder"):
            postgres.prepare(places)
        database = [
            parts.Part(
                name="postgres",
                command=postgres.command(places),
                order=10,
                stop_signal="INT",  # its fast shutdown
                stop_whole_group=False,
            )
        ]
    parts.write(places, [*database, *airflow, *([wire.part] if wire else [])])
    with say.step("Supervisor"):
        watchman.start()
    for part in database:
        with say.step("PostgreSQL"):
            watchman.start_part(part.name)
            postgres.create_databases(places)
    with say.step("Schemas of both databases"):
        _migrate(places, environment)
    with say.step("Airflow's pages"):
        for part in [*([wire.part] if wire else []), *airflow]:
            if part.name != parts.SCHEDULER:
                watchman.start_part(part.name)
        page.wait_for([pages.SERVER])
    with say.step("Scheduler"):  # a task that finds no pages to report to has failed
        watchman.start_part(parts.SCHEDULER)
        page.wait_for(pages.NEEDED)


def _migrate(places: Places, environment: dict[str, str]) -> None:
    """Bring both schemas up to date. Ctrl-C does not reach it, so none is left half done."""
    from wirewatch.store import open_store

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
        sys.stderr.write(log.read_text(encoding="utf-8")[-2000:])
        raise OSError("Airflow's database could not be brought up to date.")


@contextmanager
def _alone(places: Places) -> Iterator[None]:
    """Hold the checkout, so that two `make up` do not start the same things."""
    with (places.home / "up.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say.give_up("Another make up or make down is at work in this checkout.")
        yield


if __name__ == "__main__":
    main()
