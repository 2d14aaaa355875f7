"""How long from a printed page to its message, through real Airflow and a Slack on loopback.

`python -m tests.load.latency CHECKOUT MINUTES` runs `make up` there with ten feeds of a town, each
of which prints more than once a minute, and a rule that wants everything; it says where each second
went. The checkout is left stopped.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from sqlalchemy import select
from tests.load import ways
from tests.load.run import _served
from tests.load.town import Town, watch_files

from house.places import Places
from house.ports import take
from wirewatch.store import Store, open_store
from wirewatch.store.article_tables import ARTICLE
from wirewatch.store.articles import waiting_count
from wirewatch.store.feed_tables import POLL
from wirewatch.store.runs import STEP

EVERY = "30s"
FEEDS = 10
SECONDS_EACH = 5  # between two pages of the town: each feed brings enough to be asked each 30 s
BEFORE = 1_800  # seconds of earlier pages, by which a feed is known to print so much
STARTING = 600  # seconds at the most until all is started, and what was printed earlier is judged
RULE = """watches:
  - watch: Anything
    when: {any_of: [said, was, denied, ordered, killed, left]}
    send: {to: desk, severity: high}
"""


def measure(checkout: Path, minutes: float) -> list[str]:
    """The figures in words."""
    from fake_slack import TOKEN, FakeSlack  # tests/delivery, on the path

    seconds = int(minutes * 60)
    port = take(18_100)
    with tempfile.TemporaryDirectory(prefix="ww-late-") as folder, FakeSlack() as slack:
        town = Town(FEEDS, 10, datetime.now(UTC), timedelta(minutes=1))
        files = watch_files(town, f"http://127.0.0.{{host}}:{port}/f{{feed}}/rss.xml", 0)
        files["feeds/town.yaml"] = files["feeds/town.yaml"].replace("every: 1m", f"every: {EVERY}")
        files["rules/town.yaml"] = RULE
        for name, text in files.items():
            Path(folder, name).parent.mkdir(exist_ok=True)
            Path(folder, name).write_text(text, encoding="utf-8")
        told = {
            "WIREWATCH_WATCH": folder,
            "WIREWATCH_EVERY": EVERY,
            "WIREWATCH_ALLOW": ",".join(f"127.0.0.{host}:{port}" for host in range(2, 12)),
            "WIREWATCH_SLACK_URL": slack.url,
            "WIREWATCH_SLACK_TOKEN": TOKEN,
            "PYTHONPATH": str(checkout / "include"),
        }
        length = seconds + STARTING
        how = (port, FEEDS, length // SECONDS_EACH, length, str(BEFORE), "0")
        with _served(*how):
            try:
                _house(checkout, "up", told)
                url = (checkout / ".airflow/env").read_text().partition("WIREWATCH_STORE=")[2]
                with open_store(url.splitlines()[0], migrate=False) as store:
                    begin = _caught_up(store)
                    time.sleep(seconds)
                    return [*_figures(store, begin), *_runs(store, begin)]
            finally:
                _house(checkout, "down", told)


def _house(checkout: Path, word: str, told: dict[str, str]) -> None:
    python = str(Places(checkout).python)
    subprocess.run(
        [python, "-m", f"house.{word}"], cwd=checkout, env={**os.environ, **told}, check=True
    )


def _caught_up(store: Store) -> datetime:
    """When what was printed before the start had been judged: a desk's first hour is no measure."""
    until = time.monotonic() + STARTING
    while time.monotonic() < until:
        time.sleep(5)
        with store.read() as connection:
            judged = connection.execute(select(ARTICLE.c.judged_at).limit(1)).scalar()
            if judged and not waiting_count(connection):
                break
    return datetime.now(UTC)


def _figures(store: Store, begin: datetime) -> list[str]:
    """Of what was printed since `begin`."""
    found = [way for way in ways.to_the_channel(store) if way.printed >= begin]
    if len(found) < 2:
        return ["nothing was sent: let it run for longer"]
    with store.read() as connection:
        rows = connection.execute(select(POLL.c.feed_id, POLL.c.at).order_by(POLL.c.at)).all()
    polls: dict[str, list[datetime]] = {}
    for feed, at in rows:
        polls.setdefault(feed, []).append(at)
    # The interval that counts is the one in which a change fell: feeds differ.
    between = [
        (way.polled - before[-1]).total_seconds()
        for way in found
        if (before := [at for at in polls.get(way.feed_id, ()) if at < way.printed])
    ]
    interval = median(between)
    return [
        f"{len(found)} changes, a run each {EVERY}, {interval:.0f} s between two polls of a feed",
        f"printed → sent: {ways.told([way.whole for way in found])}",
        f"allowed, half of that and 20 s: {interval / 2 + 20:.1f} s",
        f"polled → sent, whatever the chance of the poll: {ways.told([w.after for w in found])}",
        *ways.lines(found),
    ]


def _runs(store: Store, begin: datetime) -> list[str]:
    """How the time of a run that brought something is spent: our steps, and between their ends."""
    with store.read() as connection:
        rows = connection.execute(
            select(STEP.c.run, STEP.c.step, STEP.c.finished_at)
            .where(STEP.c.finished_at >= begin)
            .order_by(STEP.c.step_id)
        ).all()
    by_run: dict[str, dict[str, datetime]] = {}
    for run, step, at in rows:
        by_run.setdefault(run, {})[step] = at
    order = ("poll", "read", "judge", "deliver")
    whole = [ends for ends in by_run.values() if set(order) <= set(ends)]
    gaps = [f"{a} → {b} {_between(whole, a, b)}" for a, b in zip(order, order[1:], strict=False)]
    return [f"{len(whole)} runs; from the end of a step to the end of the next:", *gaps]


def _between(runs: Sequence[dict[str, datetime]], first: str, then: str) -> str:
    return ways.told([(ends[then] - ends[first]).total_seconds() for ends in runs])


if __name__ == "__main__":
    sys.path.append(str(Path(__file__).resolve().parents[1] / "delivery"))
    print(f"load of this machine {os.getloadavg()[0]:.1f}", flush=True)
    print("\n".join(measure(Path(sys.argv[1]).resolve(), float(sys.argv[2]))), flush=True)
