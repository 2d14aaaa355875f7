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
from wirewatch.store.feed_tables import FEED, POLL
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
        polls: dict[str, list[Any]] = {}
        query = select(FEED.c.url, POLL.c.at).join(FEED, FEED.c.feed_id == POLL.c.feed_id)
        for poll in connection.execute(query.order_by(POLL.c.at)):
            polls.setdefault(poll.url, []).append(poll.at)
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
            before = [at for at in polls.get(article.feed or "", ()) if at < article.arrived]
            if not before:
                continue
            times = [article.published, article.arrived, found.judged_at, row.posted_at]
            gaps = [(b - a).total_seconds() for a, b in zip(times, times[1:], strict=False)]
            between = (article.arrived - before[-1]).total_seconds()
            rows.append(
                dict(zip(("polled", "judged", "sent", "between"), [*gaps, between], strict=True))
            )
    if not rows:
        return ["nothing was sent: let it run for longer"]
    parts = ("polled", "judged", "sent")
    whole = sorted(sum(row[part] for part in parts) for row in rows)
    # The interval that counts is the one in which a change fell: feeds differ.
    interval = median(row["between"] for row in rows)
    after = median(row["judged"] + row["sent"] for row in rows)
    return [
        f"{len(rows)} changes, a run each {EVERY}, {interval:.0f} s between two polls of a feed",
        f"printed → sent: median {median(whole):.1f} s, worst {whole[-1]:.1f}",
        f"allowed, half of that and 20 s: {interval / 2 + 20:.1f} s",
        f"polled → sent, whatever the chance of the poll: median {after:.1f} s of 20",
        *(f"  {part}: median {median(row[part] for row in rows):.1f} s" for part in parts),
    ]


if __name__ == "__main__":
    sys.path.append(str(Path(__file__).resolve().parents[1] / "delivery"))
    print(f"load of this machine {os.getloadavg()[0]:.1f}", flush=True)
    print("\n".join(measure(Path(sys.argv[1]).resolve(), float(sys.argv[2]))), flush=True)
