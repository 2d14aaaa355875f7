"""A poll that is killed at any moment: the next goes on, nothing is lost, nothing comes twice."""

import random
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from misbehaving import Server, conditional
from sqlalchemy import select

from wirewatch.desk.poll import poll
from wirewatch.records import Feed
from wirewatch.store import open_store
from wirewatch.store.entries import ENTRY, ENTRY_VERSION

FEEDS, ENTRIES, KILLS = 25, 8, 5
POLL = """
import sys
from datetime import UTC, datetime, timedelta
from wirewatch.desk.poll import poll
from wirewatch.records import Feed
from wirewatch.store import open_store
store, now, *urls = sys.argv[1:]
feeds = [Feed(feed_id=url, url=url, publisher="Harbour News") for url in urls]
print("ready", flush=True)
poll(open_store(store), feeds, datetime.fromisoformat(now), allow=["127.0.0.1"])
"""


def document(feed: int) -> bytes:
    items = "".join(
        f"<item><guid>{feed}-{n}</guid><title>Ferry {feed} {n}</title></item>"
        for n in range(ENTRIES)
    )
    return f"<rss version='2.0'><channel><title>x</title>{items}</channel></rss>".encode()


def test_a_poll_killed_at_any_moment_loses_nothing_and_doubles_nothing(
    server: Server, tmp_path: Path
) -> None:
    chance = random.Random(7)
    url = f"sqlite:///{tmp_path}/store.sqlite"
    now = datetime(2024, 2, 7, tzinfo=UTC)
    urls = []
    for number in range(FEEDS):
        server.routes[f"/{number}"] = conditional(document(number), f'"{number}"')
        urls.append(server.url(f"/{number}"))
    feeds = [Feed(feed_id=one, url=one, publisher="Harbour News") for one in urls]
    store = open_store(url)
    for _ in range(KILLS):
        now += timedelta(hours=1)  # the leases of the dead run out
        command = [sys.executable, "-c", POLL, url, now.isoformat(), *urls]
        process = subprocess.Popen(command, stdout=subprocess.PIPE)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(chance.uniform(0.05, 0.8))
        process.kill()
        process.wait()
        process.stdout.close()
    for _ in range(2):
        now += timedelta(hours=2)
        poll(store, feeds, now, allow=["127.0.0.1"])
    with store.read() as connection:
        kept = [row.guid for row in connection.execute(select(ENTRY))]
        versions = connection.execute(select(ENTRY_VERSION)).all()
    store.close()
    assert sorted(kept) == sorted(f"{f}-{n}" for f in range(FEEDS) for n in range(ENTRIES))
    assert len(versions) == len(kept)
