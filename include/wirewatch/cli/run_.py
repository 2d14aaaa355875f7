"""`wirewatch run`: whole passes without Airflow: poll, read, judge, deliver."""

import json
import logging
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from wirewatch.cli.options import is_there, json_option, watch_option

STEPS = ("poll", "read", "judge", "deliver")


@click.command()
@watch_option
@json_option
@click.option("--once", is_flag=True, help="One pass, then end.")
@click.option("--every", default=60, type=click.IntRange(1), help="Seconds between passes (60).")
@click.option("--log", "logged", is_flag=True, help="Also print what happens, with its ids.")
def command(watch_folder: Path | None, as_json: bool, once: bool, every: int, logged: bool) -> None:
    """Whole passes over the feeds of the watch folder, without Airflow.

    Polls the feeds that are due, reads their new articles, judges them, and delivers what is owed.
    What Airflow's main job does, this does too, by the same steps on the same store; both may run
    at the same time. Ctrl-C ends after the step under way; nothing is lost.

    \b
      wirewatch run --once
      wirewatch run --every 30
      wirewatch run --once --log
    """  # noqa: D301 - \b is click's own
    from wirewatch.desk import steps
    from wirewatch.desk.settings import from_environment
    from wirewatch.desk.watch import load_watch

    if logged:
        form = "%(asctime)s %(levelname)s %(message)s"
        logging.basicConfig(level=logging.WARNING, format=form, stream=sys.stderr)
        logging.getLogger("wirewatch").setLevel(logging.INFO)
    settings = from_environment()
    if watch_folder:
        settings = replace(settings, watch=watch_folder)
    is_there(settings.watch)
    if not any(feed.enabled for feed in load_watch(settings.watch, settings.zone).feeds):
        what = "wirewatch feeds add ADDRESS --publisher NAME writes one"
        click.echo(f"No feed is switched on in {settings.watch}: {what}.", err=True)
    stop = threading.Event()
    signal.signal(signal.SIGINT, lambda *_: stop.set())
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    functions: dict[str, Callable[..., dict[str, Any]]] = {
        "poll": steps.poll_step,
        "read": steps.read_step,
        "judge": steps.judge_step,
        "deliver": steps.deliver_step,
    }
    failed = False
    while not stop.is_set():
        for name in STEPS:
            if stop.is_set():
                break
            failed = not _do(name, functions[name], settings, as_json) or failed
        if once or stop.wait(every):
            break
    sys.exit(1 if failed else 0)


def _do(name: str, step: Callable[..., dict[str, Any]], settings: Any, as_json: bool) -> bool:
    """Whether the step ended well. What it did is printed; a failure is told and is no end."""
    try:
        counts = step(settings)
    except Exception as error:  # the next step works on what is already stored
        click.echo(f"{name}: {error}", err=True)
        return False
    if as_json:
        click.echo(json.dumps({"step": name, **counts}, ensure_ascii=False))
    else:
        click.echo(f"{name:8} {_line(counts)}", err=True)
    return True


def _line(counts: dict[str, Any]) -> str:
    """The counts for a person: `read 4 · reasons 2 (robots.txt says no)`, without empty lists."""
    from wirewatch.alerts.wording import clean

    said = []
    for key, value in counts.items():
        if isinstance(value, dict):
            value = ", ".join(f"{many} ({clean(name)})" for name, many in value.items())
        elif isinstance(value, list):
            value = ", ".join(map(str, value))
        if value != "":
            label = "reasons" if key == "why" else key.replace("_", " ")
            said.append(f"{label} {value}")
    return " · ".join(said)
