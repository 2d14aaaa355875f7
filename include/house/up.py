"""`make up`: everything started on this machine, and the first alert waited for.

It can be run again at any time: what runs is left alone, what is missing is started, what is set
anew is taken over.
"""

import fcntl
import json
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass

from house import airflow_settings, demo, first_alert, pages, parts, ports, postgres, say, schemas
from house import settings as house_settings
from house.airflow_settings import Databases
from house.keys import Keys, keys_of
from house.leftovers import sweep
from house.places import Places, checkout, private_folder, write_private
from house.watchman import Watchman

WANTED_PORT = 8080


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is kept from one `make up` to the next."""

    database: str
    port: int


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """All that this `make up` starts, and what the parts are told."""

    places: Places
    watchman: Watchman
    databases: Databases
    database: list[parts.Part]
    airflow: list[parts.Part]
    wire: list[parts.Part]
    environment: dict[str, str]
    page: pages.Pages


def main() -> None:
    """Start everything and say where to look."""
    places = checkout()
    private_folder(places.home)
    private_folder(places.sockets)
    with alone(places):
        try:
            _up(places, time.monotonic())
        except KeyboardInterrupt:
            say.give_up("Stopped waiting. What was started still runs: make down stops it.")
        except (subprocess.CalledProcessError, OSError, postgres.Unusable, pages.NotOurs) as error:
            say.give_up(f"{error}\nThe logs are in {places.logs}. Run make up again, or make down.")


def _up(places: Places, begun: float) -> None:
    keys, fresh = keys_of(places)
    house = _started(places, keys)
    login = keys.password if fresh else "in .airflow/passwords.json"
    say.line(f"\n  Airflow       {house.page.address}   login {keys.login}, password {login}")
    say.line(f"  Editors write {house.environment['WIREWATCH_WATCH']}")
    say.line("  Alerts        .venv/bin/wirewatch alerts, tail -f .airflow/console.log")
    say.line("  Stop all      make down")
    if house.wire:
        first_alert.wait(house.page, house.environment["WIREWATCH_STORE"], begun)


def _started(places: Places, keys: Keys) -> House:
    """The house, started. Raises NotOurs when others take each port before we do."""
    for tries_left in range(2, -1, -1):
        house = _prepare(places, keys)
        try:
            _start(house)
        except pages.NotOurs:
            house.watchman.stop()
            if not tries_left:
                raise
            say.line("  Another Airflow took the port meanwhile: once more with another port.")
        else:
            break
    return house


def _prepare(places: Places, keys: Keys) -> House:
    """Choose, and write what every part reads."""
    watchman = Watchman(places)
    running = watchman.states() if watchman.is_running() else {}
    if not running and (ended := sweep(places)):
        say.line(f"  {ended} processes of an earlier run were left over and have been ended.")
    given = house_settings.given(places, os.environ)
    chosen = _choose(places, running=bool(running))
    databases, database = _databases(places, chosen)
    wire = demo.prepare(places, given, running)
    settings = house_settings.chosen(places, given, databases.store, wire.address if wire else None)
    airflow_settings.write(places, keys, databases, chosen.port)
    environment = house_settings.for_parts(places, settings, os.environ)
    house_settings.tell_command_line(places, settings)
    house = House(
        places=places,
        watchman=watchman,
        databases=databases,
        database=database,
        airflow=parts.airflow_parts(places, parts.write_environment(places, environment)),
        wire=[wire.part] if wire else [],
        environment=environment,
        page=pages.Pages(chosen.port, keys.login, keys.password),
    )
    parts.write(places, [*house.database, *house.airflow, *house.wire])
    return house


def _choose(places: Places, *, running: bool) -> Chosen:
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
    port = wanted = before.get("port", WANTED_PORT)
    if not running:
        port = ports.take(wanted)
    if port != wanted:
        say.line(f"  Port {wanted} is taken by another program: Airflow takes {port}.")
    chosen = Chosen(asked, port)
    write_private(path, json.dumps(asdict(chosen)) + "\n")
    return chosen


def _databases(places: Places, chosen: Chosen) -> tuple[Databases, list[parts.Part]]:
    """Where they are, and the part that serves them, if any."""
    if chosen.database == "sqlite":
        airflow = f"{places.home}/airflow.db"
        return Databases(
            airflow=f"sqlite:///{airflow}",
            airflow_async=f"sqlite+aiosqlite:///{airflow}",
            store=f"sqlite:///{places.home}/wirewatch.sqlite",
        ), []
    with say.step("PostgreSQL's folder"):
        postgres.prepare(places)
    server = parts.Part(
        name="postgres",
        command=postgres.command(places),
        order=10,
        stop_signal="INT",  # its fast shutdown
        stop_whole_group=False,
    )
    return postgres.urls(places), [server]


def _start(house: House) -> None:
    """Start the parts in order: the database, its schemas, Airflow's pages, its scheduler."""
    with say.step("Supervisor"):
        house.watchman.start()
    for part in house.database:
        with say.step("PostgreSQL"):
            house.watchman.start_part(part.name)
            postgres.create_databases(house.places)
    with say.step("Schemas of both databases"):
        schemas.bring_up_to_date(house.places, house.databases.airflow, house.environment)
    with say.step("Airflow's pages"):
        for part in (*house.wire, *house.airflow):
            if part.name != parts.SCHEDULER:
                house.watchman.start_part(part.name)
        house.page.wait_for([pages.SERVER])
        house.page.log_in()
    with say.step("Airflow's scheduler"):  # a task that finds no pages to report to has failed
        house.watchman.start_part(parts.SCHEDULER)
        house.page.wait_for(pages.NEEDED)


@contextmanager
def alone(places: Places) -> Iterator[None]:
    """Hold the checkout, so that two `make up` do not start the same things."""
    with (places.home / "up.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say.give_up("Another make up is at work in this checkout.")
        yield


if __name__ == "__main__":
    main()
