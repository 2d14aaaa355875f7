"""Waits for the first alert of the demo wire, and shows it as its channel does."""

import http.client
import time
from contextlib import suppress

from house import say
from house.pages import Pages

ARRIVES_WITHIN_SECONDS = 300
MAIN_JOB = "watch"
LOOK_AT = 20
FINISHED = ("success", "failed")


def wait(pages: Pages, store: str, begun: float) -> None:
    """Start the main job again and again until the store holds an alert; then print it.

    `begun` is the time (seconds since 1970) at which the operator asked for all this.
    The schedule would bring it too, a minute or two later.
    """
    until = time.monotonic() + ARRIVES_WITHIN_SECONDS
    say.line()
    with say.step("Waiting for the first alert"):
        run = None
        while not (alert := _newest(store)):
            with suppress(OSError, http.client.HTTPException):  # busy pages: they are asked again
                if run is None or pages.state(MAIN_JOB, run) in FINISHED:
                    run = pages.run(MAIN_JOB)
                    say.tick()
            if time.monotonic() > until:
                raise TimeoutError(_why_not(pages, run))
            time.sleep(0.5)
    say.line(f"\n{alert}\n\n  {time.time() - begun:.0f} seconds after make up began.")


def _newest(url: str) -> str | None:
    """The newest alert that was posted, as the console shows it, or None."""
    from wirewatch.channels.console.look import look
    from wirewatch.store import open_store, outbox

    store = open_store(url, migrate=False)
    try:
        with store.read() as connection:
            found = outbox.newest(connection, LOOK_AT)
    finally:
        store.close()
    posted = (alert for alert, rows in found if any(row.posted_at for row in rows))
    return next(map(look, posted), None)


def _why_not(pages: Pages, run: str | None) -> str:
    if pages.is_paused(MAIN_JOB):
        return f"The DAG {MAIN_JOB} is paused: switch it on at {pages.address}/dags/{MAIN_JOB}."
    if run is None:
        return f"Airflow does not know the DAG {MAIN_JOB} yet: see its list of import errors."
    state = pages.state(MAIN_JOB, run)
    return (
        f"No alert after {ARRIVES_WITHIN_SECONDS} s. The last run is {state}: "
        f"{pages.address}/dags/{MAIN_JOB}/runs/{run}"
    )
