"""`make up`: everything started on this machine, and the first alert waited for.

It can be run again at any time: what runs is left alone, what is missing is started, what is set
anew is taken over.
"""

import fcntl
import json
import os
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace

from house import (
    airflow_settings,
    demo,
    first_alert,
    pages,
    parts,
    ports,
    postgres,
    preload,
    redis,
    say,
    scale,
    schemas,
)
from house import settings as house_settings
from house.airflow_settings import Databases
from house.keys import Keys, keys_of
from house.leftovers import sweep
from house.places import Places, checkout, private_folder, write_private
from house.watchman import Watchman

WANTED_PORT = 8080
WANTED_HEALTH_PORT = 8974


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is kept from one `make up` to the next."""

    database: str
    port: int
    scale: str = scale.ONE
    health_port: int = WANTED_HEALTH_PORT

    @property
    def ports(self) -> dict[str, int]:
        """What listens on this machine's loopback, by name."""
        pages_only = {"Airflow": self.port}
        if self.scale == scale.ONE:
            return pages_only
        return pages_only | {"The scheduler's health": self.health_port}


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """All that this `make up` starts, and what the parts are told."""

    places: Places
    watchman: Watchman
    databases: Databases
    database: list[parts.Part]
    queue: list[parts.Part]
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
            _up(places, float(os.environ.get("BEGUN") or time.time()))
        except KeyboardInterrupt:
            say.give_up("Stopped waiting. What was started still runs: make down stops it.")
        except redis.Unusable as error:
            say.give_up(str(error))
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
    if wrong := house_settings.mistake(places, given):
        say.give_up(f"{wrong} It stands in .env or in the environment.")
    chosen = _choose(places, running=bool(running))
    databases, database = _databases(places, chosen)
    crew, queue = _crew(places, chosen, given)
    wire = demo.prepare(places, given, running)
    settings = house_settings.chosen(
        places, given, databases.store, wire.address if wire else None, crew
    )
    airflow_settings.write(places, keys, databases, chosen.port, crew)
    preload.write(places.home)
    environment = house_settings.for_parts(places, settings, os.environ)
    desk_pages = f"http://127.0.0.1:{chosen.port}/wirewatch"
    house_settings.tell_command_line(places, {**settings, "WIREWATCH_PAGES": desk_pages})
    told = parts.write_environment(places, environment)
    airflow = parts.parts_of(
        places, scale.PROGRAMS[chosen.scale], told, workers=crew.workers if crew else 0
    )
    if settings.get("WIREWATCH_SLACK_APP_TOKEN"):
        own = house_settings.for_buttons(environment, settings)
        told = parts.write_environment(places, own, scale.BUTTONS)
        airflow += parts.parts_of(places, [scale.SLACK_BUTTONS], told)
    house = House(
        places=places,
        watchman=watchman,
        databases=databases,
        database=database,
        queue=queue,
        airflow=airflow,
        wire=[wire.part] if wire else [],
        environment=environment,
        page=pages.Pages(chosen.port, keys.login, keys.password),
    )
    parts.write(places, [*house.database, *house.queue, *house.airflow, *house.wire])
    return house


def _choose(places: Places, *, running: bool) -> Chosen:
    """Scale, database and ports: as asked for, as the last time, or as they are free."""
    path = places.home / "house.json"
    before = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    size = os.environ.get("SCALE") or before.get("scale") or scale.ONE
    if size not in scale.SCALES:
        say.give_up(f"SCALE is {' or '.join(scale.SCALES)}, not “{size}”: make up SCALE=celery")
    database = _database(before.get("database"), size)
    wanted = Chosen(
        database,
        before.get("port", WANTED_PORT),
        size,
        before.get("health_port", WANTED_HEALTH_PORT),
    )
    chosen = wanted if running else _with_free_ports(wanted)
    write_private(path, json.dumps(asdict(chosen)) + "\n")
    return chosen


def _database(before: str | None, size: str) -> str:
    asked = os.environ.get("DB") or before or "postgres"
    if asked not in ("postgres", "sqlite"):
        say.give_up(f"DB is postgres or sqlite, not “{asked}”: make up DB=sqlite")
    if asked == "sqlite" and size == scale.MANY and not os.environ.get("DB"):
        asked = "postgres"
    if asked == "sqlite" and size == scale.MANY:
        say.give_up("SCALE=celery needs PostgreSQL: many workers cannot share one SQLite file.")
    if asked == "postgres":
        try:
            postgres.prefix()
        except postgres.Unusable as error:
            if size == scale.MANY:
                say.give_up(f"SCALE=celery needs PostgreSQL, and none can be started: {error}")
            say.line(f"  No PostgreSQL can be started here ({error}); SQLite is taken instead.")
            asked = "sqlite"
    return asked


def _with_free_ports(wanted: Chosen) -> Chosen:
    port, health = ports.take(wanted.port), ports.take(wanted.health_port)
    chosen = replace(wanted, port=port, health_port=health)
    for name, taken in wanted.ports.items():
        if chosen.ports[name] != taken:
            say.line(
                f"  Port {taken} is taken by another program: {name} takes {chosen.ports[name]}."
            )
    return chosen


def _crew(
    places: Places, chosen: Chosen, given: Mapping[str, str]
) -> tuple[scale.Crew | None, list[parts.Part]]:
    """The workers of SCALE=celery and the part that hands them their tasks; else neither."""
    if chosen.scale == scale.ONE:
        return None, []
    try:
        crew = scale.crew_of(given, redis.url(places), chosen.health_port)
    except ValueError as error:
        say.give_up(str(error))
    return crew, [parts.Part(name="redis", command=redis.command(places), order=10)]


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
    for part in house.queue:
        with say.step("Redis"):
            house.watchman.start_part(part.name)
            redis.wait_for(house.places)
    with say.step("Schemas of both databases"):
        schemas.bring_up_to_date(house.places, house.databases.airflow, house.environment)
    with say.step("Airflow's pages"):
        for part in (*house.wire, *house.airflow):
            if part.name != scale.SCHEDULER.name:
                house.watchman.start_part(part.name)
        house.page.wait_for([pages.SERVER])
        house.page.log_in()
    with say.step("Airflow's scheduler"):  # a task that finds no pages to report to has failed
        house.watchman.start_part(scale.SCHEDULER.name)
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
