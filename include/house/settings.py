"""What this machine is set to: the environment, then `.env`, then what `make up` chooses.

`.airflow/env` gets all of it but secrets, for the command line in the same checkout.
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path

from house.places import Places, write_private
from house.scale import Crew

SECRET = ("TOKEN", "LOGIN", "SMTP")
ALWAYS_DIRECT = "127.0.0.1,localhost"
ONE_MACHINE_AT_ONCE = 2
EVERY = re.compile(r"[1-9][0-9]*[smh]")


def given(places: Places, environment: Mapping[str, str]) -> dict[str, str]:
    """The WIREWATCH_ settings of `.env` and of the environment, which wins."""
    path = places.checkout / ".env"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    pairs = (line.partition("=") for line in lines if "=" in line and line.lstrip()[:1] != "#")
    known = {name.strip(): value.strip().strip("'\"") for name, _, value in pairs}
    known |= environment
    return {name: value for name, value in known.items() if name.startswith("WIREWATCH_") and value}


def watch_folder(places: Places, given: Mapping[str, str]) -> Path:
    """The folder that editors write."""
    return places.checkout / Path(given.get("WIREWATCH_WATCH", "include/watch")).expanduser()


def mistake(places: Places, given: Mapping[str, str]) -> str | None:
    """The first setting that cannot be meant, in words for an operator; None if all can."""
    from wirewatch.desk.settings import from_environment

    watch, every = watch_folder(places, given), given.get("WIREWATCH_EVERY", "1m")
    if not watch.is_dir():
        return f"WIREWATCH_WATCH: there is no folder {watch}."
    if not EVERY.fullmatch(every):
        return f"WIREWATCH_EVERY is a time like 30s, 1m or 1h, not “{every}”."
    try:
        from_environment(given, folder=places.checkout)
    except ValueError as error:
        return str(error)
    return None


def chosen(
    places: Places,
    given: Mapping[str, str],
    store: str,
    demo: str | None,
    crew: Crew | None = None,
) -> dict[str, str]:
    """All WIREWATCH_ settings; `demo` is the host:port of the demo wire, if it is started."""
    allowed = [given.get("WIREWATCH_ALLOW", ""), demo or ""]
    return {
        "WIREWATCH_STORE": store,
        "WIREWATCH_ARCHIVE": f"file://{places.home}/pages",
        "WIREWATCH_CONSOLE": str(places.home / "console.log"),
        "WIREWATCH_AT_ONCE": str(crew.at_once if crew else ONE_MACHINE_AT_ONCE),
        **given,
        "WIREWATCH_WATCH": str(watch_folder(places, given)),
        "WIREWATCH_ALLOW": ",".join(part for part in allowed if part),
    }


def for_parts(
    places: Places, settings: Mapping[str, str], environment: Mapping[str, str]
) -> dict[str, str]:
    """The environment of the parts.

    Slack's token goes to Airflow as a connection: read so, it is masked in every log.
    """
    from house.leftovers import MARK

    told = {name: value for name, value in settings.items() if name != "WIREWATCH_SLACK_TOKEN"}
    token = settings.get("WIREWATCH_SLACK_TOKEN")
    if token:
        connection = {"conn_type": "generic", "password": token}
        told["AIRFLOW_CONN_SLACK_WIREWATCH"] = json.dumps(connection)
    direct = environment.get("NO_PROXY") or environment.get("no_proxy")
    direct = ",".join(part for part in (direct, ALWAYS_DIRECT) if part)
    return told | {
        MARK: str(places.checkout),
        "AIRFLOW_HOME": str(places.home),
        "NO_PROXY": direct,
        "no_proxy": direct,
    }


def for_buttons(environment: Mapping[str, str], settings: Mapping[str, str]) -> dict[str, str]:
    """The environment of `wirewatch buttons`: it is no task, and reads Slack's tokens itself."""
    tokens = {name: value for name, value in settings.items() if "SLACK" in name}
    return {**environment, **tokens}


def tell_command_line(places: Places, settings: Mapping[str, str]) -> None:
    """Write `.airflow/env`."""
    lines = [
        f"{name}={value}"
        for name, value in sorted(settings.items())
        if not any(word in name for word in SECRET)
    ]
    header = "# Written by `make up`; the command line here reads it, the environment wins."
    write_private(places.home / "env", "\n".join([header, *lines]) + "\n")
