"""The parts that run, and how each is watched over: written to `.airflow/supervisord.conf`.

A part that dies comes back; a part is stopped with its whole process group.
"""

import hashlib
import json
import os
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from house.places import Places, write_private
from house.scale import BUTTONS, WORKER, Program


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One program. Lower `order` starts earlier and stops later.

    `told` marks what it read at its start: where that changed, it is started anew.
    """

    name: str
    command: Sequence[str]
    order: int
    told: str = "-"
    stop_signal: str = "TERM"
    stop_whole_group: bool = True
    stop_seconds: int = 20
    environment: str = "environment"  # the name of the file that it finds its environment in


def parts_of(
    places: Places, programs: Sequence[Program], told: str, *, workers: int = 1
) -> list[Part]:
    """These programs as parts; of the Celery worker as many as wanted, each with its own name."""
    found = []
    for program in programs:
        names = [program.name]
        if program.name == WORKER:
            names = [f"{WORKER}-{number}" for number in range(1, workers + 1)]
        for name in names:
            module, *words = program.words
            own = ["--celery-hostname", f"{name}@%h"] if program.name == WORKER else []
            found.append(
                Part(
                    name=name,
                    command=[str(places.python), "-m", module, *words, *own],
                    order=program.order,
                    told=told,
                    stop_whole_group=program.stop_whole_group,
                    stop_seconds=program.stop_seconds,
                    environment=BUTTONS if program.name == BUTTONS else "environment",
                )
            )
    return found


def render(places: Places, parts: Sequence[Part]) -> str:
    """The supervisor's configuration."""
    sockets, logs = _text(places.sockets), _text(places.logs)
    lines = [
        "; Written by `make up`, anew each time.",
        "[unix_http_server]",
        f"file={sockets}/supervisor.sock",
        "chmod=0700",
        "[supervisord]",
        f"logfile={logs}/supervisor.log",
        f"pidfile={sockets}/supervisor.pid",
        f"directory={_text(places.checkout)}",
        "umask=077",
        *(["user=root"] if os.geteuid() == 0 else []),
        "[rpcinterface:supervisor]",
        "supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface",
        "[supervisorctl]",
        f"serverurl=unix://{sockets}/supervisor.sock",
    ]
    for part in parts:
        lines += ["", *_program(places, part)]
    return "\n".join(lines) + "\n"


def _program(places: Places, part: Part) -> list[str]:
    begin = [str(places.python), str(places.checkout / "include/house/begin.py")]
    environment = str(environment_file(places, part.environment))
    whole = str(part.stop_whole_group).lower()
    return [
        f"[program:{part.name}]",
        f"command={_text(shlex.join([*begin, environment, *part.command]))}",
        f"environment=WIREWATCH_TOLD={part.told}",
        f"priority={part.order}",
        "autostart=false",
        "autorestart=true",
        "startsecs=1",
        "startretries=1000",  # each wait is a second longer, and the database may be away for long
        f"stopsignal={part.stop_signal}",
        f"stopasgroup={whole}",
        "killasgroup=true",
        f"stopwaitsecs={part.stop_seconds}",
        "redirect_stderr=true",
        f"stdout_logfile={_text(places.logs)}/{part.name}.log",
        "stdout_logfile_maxbytes=10MB",
        "stdout_logfile_backups=2",
    ]


def _text(value: object) -> str:
    """The value as supervisor's file wants it: a percent sign is doubled."""
    return str(value).replace("%", "%%")


def environment_file(places: Places, name: str = "environment") -> Path:
    """What the parts find in their environment; it may hold secrets."""
    return places.home / f"{name}.json"


def write_environment(
    places: Places, environment: Mapping[str, str], name: str = "environment"
) -> str:
    """Write that file; a mark of it, of Airflow's settings, of what is installed and our code."""
    text = json.dumps(dict(sorted(environment.items())), indent=1)
    write_private(environment_file(places, name), text)
    read = [places.home / "airflow.cfg", places.venv / "installed"]
    known = b"".join(path.read_bytes() for path in [*read, *_code(places)] if path.exists())
    return hashlib.sha256(text.encode() + known).hexdigest()[:16]


def _code(places: Places) -> list[Path]:
    """Our own files: Airflow's processes import them once, at their start."""
    folders = [places.checkout / name for name in ("include/wirewatch", "include/house", "plugins")]
    found = (path for folder in folders for path in folder.rglob("*") if path.is_file())
    return sorted(path for path in found if path.suffix != ".pyc")


def write(places: Places, parts: Sequence[Part]) -> None:
    """Write what the supervisor reads."""
    places.logs.mkdir(exist_ok=True)
    write_private(places.home / "supervisord.conf", render(places, parts))
