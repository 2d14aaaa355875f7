"""How long from a printed page to its message, through real Airflow and a Slack on loopback.

`python -m tests.load.latency CHECKOUT MINUTES` runs `make up` there with ten feeds of a town and a
rule that wants everything, and says where each second went. The checkout is left stopped.
"""

import os
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import select
from tests.load.run import _served
from tests.load.town import Town, watch_files

from house.places import Places
from house.ports import take
from wirewatch.records import Alert, Article
from wirewatch.store import codec, open_store
from wirewatch.store.articles import ARTICLE
from wirewatch.store.feed_tables import POLL
from wirewatch.store.outbox import ALERT, DELIVERY

EVERY = "30s"
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
        from datetime import UTC, datetime

        town = Town(10, 10, datetime.now(UTC), timedelta(minutes=1))
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
        with _served(port, 10, seconds // 12, seconds):
            try:
                _house(checkout, "up", told)
                time.sleep(seconds)
                store = (checkout / ".airflow/env").read_text().partition("WIREWATCH_STORE=")[2]
                return _figures(store.splitlines()[0])
            finally:
                _house(checkout, "down", told)


def _house(checkout: Path, word: str, told: dict[str, str]) -> None:
    python = str(Places(checkout).python)
    subprocess.run(
        [python, "-m", f"house.{word}"], cwd=checkout, env={**os.environ, **told}, check=True
    )


def _figures(url: str) -> list[str]:
    rows: list[dict[str, float]] = []
    with open_store(url, migrate=False) as store, store.read() as connection:
        query = (
            select(ALERT.c.record, DELIVERY.c.posted_at)
            .join(DELIVERY, DELIVERY.c.alert_id == ALERT.c.alert_id)
            .where(DELIVERY.c.posted_at.is_not(None))
        )
        for row in connection.execute(query):
            alert = codec.load(Alert, row.record)
            found: Any = connection.execute(
                select(ARTICLE.c.article, ARTICLE.c.judged_at, ARTICLE.c.version).where(
                    ARTICLE.c.url == alert.url
                )
            ).first()
            if found is None or found.version > 1:
                continue
            article = codec.load(Article, found.article)
            if article.published is None or article.arrived is None:
                continue
            steps = [article.published, article.arrived, found.judged_at, row.posted_at]
            gaps = [(b - a).total_seconds() for a, b in zip(steps, steps[1:], strict=False)]
            rows.append(dict(zip(("polled", "judged", "sent"), gaps, strict=True)))
        polls: dict[str, list[Any]] = {}
        for poll in connection.execute(select(POLL.c.feed_id, POLL.c.at).order_by(POLL.c.at)):
            polls.setdefault(poll.feed_id, []).append(poll.at)
    between = [
        (b - a).total_seconds()
        for times in polls.values()
        for a, b in zip(times, times[1:], strict=False)
    ]
    if not rows or not between:
        return ["nothing was sent: let it run for longer"]
    whole = sorted(sum(row.values()) for row in rows)
    interval = median(between)
    return [
        f"{len(rows)} changes, a run each {EVERY}, a feed is asked each {interval:.0f} s (median)",
        (
            f"printed → sent: median {median(whole):.1f} s, worst {whole[-1]:.1f};"
            f" allowed {interval / 2 + 20:.1f}"
        ),
        *(f"  {name}: median {median(row[name] for row in rows):.1f} s" for name in rows[0]),
    ]


if __name__ == "__main__":
    sys.path.append(str(Path(__file__).resolve().parents[1] / "delivery"))
    print(f"load of this machine {os.getloadavg()[0]:.1f}", flush=True)
    print("\n".join(measure(Path(sys.argv[1]).resolve(), float(sys.argv[2]))), flush=True)
