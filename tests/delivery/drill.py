"""Real worker processes, killed at random, against a Slack that fails at random; the server counts.

    python tests/delivery/drill.py --deliveries 5000 --kills 1000
    python tests/delivery/drill.py --deliveries 5000 --kills 1000 --database embedded

Waits and limits are those that ship, on a clock that runs `--speed` times as fast. It ends by
itself and prints one line: deliveries, kills, faults, lost, doubled.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1])]

from alerts_made import alert  # noqa: E402 - its folder first
from fake_slack import FAULTS, TOKEN, FakeSlack  # noqa: E402
from sqlalchemy import Connection, func, select  # noqa: E402
from tests.postgres_here import postgres, url_of  # noqa: E402

from wirewatch.alerts.delivery import TIMES, Outcome  # noqa: E402
from wirewatch.channels import Secrets, Sender, open_sender  # noqa: E402
from wirewatch.desk.deliver import Hand, sweep, work  # noqa: E402
from wirewatch.records import Channel  # noqa: E402
from wirewatch.store import Store, open_store  # noqa: E402
from wirewatch.store.deliveries import how_many  # noqa: E402
from wirewatch.store.outbox import add, database_now  # noqa: E402
from wirewatch.store.outbox_tables import DELIVERY  # noqa: E402

# Where each owed message stands: by itself, or in the one that it was gathered into.
TOLD_IN = select(func.coalesce(DELIVERY.c.gathered_into, DELIVERY.c.delivery_id))
WAITING = (
    select(DELIVERY.c.channel, func.count())
    .where(DELIVERY.c.state.not_in(["posted", "swept"]))
    .group_by(DELIVERY.c.channel)
)
START = datetime(2024, 2, 7, 12, 0, tzinfo=UTC)
POINTS = (
    "before claim", "after claim", "before post", "request sent", "reply received", "before mark",
    "after mark",
)  # fmt: skip


@dataclass(frozen=True)
class Drill:
    """What all processes of a drill share. `began` is a Unix time."""

    folder: str
    url: str
    began: float
    speed: float
    channels: int
    kill: float
    seed: int
    database: str = ""  # an empty one; else SQLite in `folder`

    def store(self, *, new: bool = False) -> Store:
        url = self.database or f"sqlite:///{self.folder}/drill.sqlite"
        return open_store(url, migrate=new)

    def clock(self, connection: Connection) -> datetime:
        """The database's clock, but faster."""
        return self.fast(database_now(connection).timestamp())

    def fast(self, stamp: float) -> datetime:
        return START + timedelta(seconds=(stamp - self.began) * self.speed)


@dataclass
class Result:
    """What the server and the database say at the end."""

    deliveries: int
    kills: int
    faults: int
    lost: int
    doubled: int
    swept_away: int
    doubled_by_server: int
    unsettled: int
    too_fast: int
    seconds: float


def run(
    deliveries: int, kills: int, *, speed: float = 20.0, seed: int = 1, database: str = ""
) -> Result:
    """One drill. `kills` is about how many; the processes that die are started again at once."""
    began = time.time()
    channels = max(2, deliveries // 250)
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="ww-drill-") as folder:
        clock = Drill(folder, "", began, speed, channels, 0.0, seed, database)
        with FakeSlack(lambda: clock.fast(time.time()).timestamp()) as slack:
            slack.hang = TIMES.timeout.total_seconds() / speed * 1.5
            slack.channels = {
                f"C{n:07}": {"id": f"C{n:07}", "name": f"desk-{n}"} for n in range(channels)
            }
            slack.members = set(slack.channels)
            slack.choose = lambda: chance.choice(FAULTS) if chance.random() < 0.3 else None
            drill = replace(clock, url=slack.url, kill=kills / deliveries / len(POINTS))
            drill.store(new=True).close()
            feeder = threading.Thread(target=owe, args=(drill, deliveries), daemon=True)
            feeder.start()
            died = _workers(drill)
            swept_away = _sweep(drill, slack)
            counted = slack.delivered()
            with drill.store().read() as connection:
                states = how_many(connection)
                owed = set(connection.execute(TOLD_IN).scalars())
            return Result(
                deliveries=deliveries,
                kills=died,
                faults=sum(slack.seen_faults.values()),
                lost=len(owed - set(counted)),
                doubled=sum(count > 1 for count in counted.values()),
                swept_away=swept_away,
                doubled_by_server=slack.seen_faults["duplicate commit"],
                unsettled=sum(n for state, n in states.items() if state != "swept"),
                too_fast=slack.too_fast,
                seconds=round(time.time() - began, 1),
            )


def owe(drill: Drill, deliveries: int) -> None:
    """A third are stories, the rest replies in their threads; a channel never owes a flood."""
    store = drill.store()
    names = [f"desk-{number}" for number in range(drill.channels)]
    number = 0
    while number < deliveries:
        with store.begin() as connection:
            now = drill.clock(connection)
            waiting = {name: many for name, many in connection.execute(WAITING)}  # noqa: C416
            for channel in names:
                if waiting.get(channel, 0) > 6 or number >= deliveries:
                    continue
                first = alert(number)
                for _ in range(min(3, deliveries - number)):
                    made = first if number == int(first.story[1:]) else alert(number, of=first)
                    add(connection, replace(made, to=(channel,)), [channel], now)
                    number += 1
        time.sleep(0.05)
    store.close()
    Path(drill.folder, "fed").touch()


def _workers(drill: Drill) -> int:
    """Three processes that fork a worker again and again until nothing is owed; how many died."""
    command = [sys.executable, __file__, "worker"]
    environment = {**os.environ, "PYTHONPATH": str(HERE.parents[1] / "include")}
    crews = [
        subprocess.Popen(
            [*command, json.dumps(asdict(replace(drill, seed=drill.seed * 100 + number)))],
            stdout=subprocess.PIPE,
            env=environment,
        )
        for number in range(3)
    ]
    return sum(int(crew.communicate()[0].split()[-1]) for crew in crews)


def _sweep(drill: Drill, slack: FakeSlack) -> int:
    """How many second copies the sweep took away."""
    slack.choose = lambda: None
    time.sleep(TIMES.sweep_after.total_seconds() / drill.speed + 0.5)  # all are old enough
    hand = _hand(drill, lambda point: None)
    gone = 0
    for _ in range(200):
        gone += sweep(hand).swept
        with hand.store.read() as connection:
            if not how_many(connection).get("posted"):
                break
    return gone


# ── One crew: a process that has loaded everything and forks its workers ──


def crew(drill: Drill) -> int:
    """Fork a worker, wait for its end, fork the next; how many were killed."""
    killed = 0
    chance = random.Random(drill.seed)
    end = time.time() + 3600
    while time.time() < end:
        seed = chance.randrange(10**9)
        child = os.fork()
        if child == 0:
            os._exit(_life(drill, seed))
        status = os.waitpid(child, 0)[1]
        if os.WIFSIGNALED(status):
            killed += 1
        elif os.WEXITSTATUS(status) == 0:
            return killed
    raise TimeoutError("the drill did not end within an hour")


def _life(drill: Drill, seed: int) -> int:
    """One worker's life: 0 when nothing is owed any more."""
    chance = random.Random(seed)

    def passing(point: str) -> None:
        if chance.random() < drill.kill:
            os.kill(os.getpid(), signal.SIGKILL)

    hand = _hand(drill, passing)
    while True:
        fed = Path(drill.folder, "fed").exists()
        work(hand, limit=10**6, seconds=600)
        with hand.store.read() as connection:
            states = how_many(connection)
        if fed and not any(
            states.get(s) for s in ("held", "pending", "sending", "unknown", "gathered")
        ):
            return 0
        time.sleep(1 / drill.speed)


class OnTheWire:
    """A sender whose worker may die with its request sent, or its reply received."""

    def __init__(self, sender: Sender, passing: Callable[[str], None], chance: float) -> None:
        self.sender, self.passing, self.chance = sender, passing, chance
        self.pace = sender.pace

    def post(self, *args: Any, **more: Any) -> Outcome:
        threading.Timer(0.004, self.passing, ("request sent",)).start()
        outcome = self.sender.post(*args, **more)
        self.passing("reply received")
        return outcome

    def __getattr__(self, name: str) -> Any:
        return getattr(self.sender, name)


def _hand(drill: Drill, passing: Callable[[str], None]) -> Hand:
    patience = TIMES.timeout / drill.speed
    senders: dict[str, Any] = {}
    for number in range(drill.channels):
        channel = Channel(name=f"desk-{number}", kind="slack", address=(f"C{number:07}",))
        secrets = Secrets(slack_token=TOKEN, slack_url=drill.url)
        opened = open_sender(channel, secrets, patience)
        senders[channel.name] = OnTheWire(opened, passing, drill.kill)
    return Hand(
        drill.store(),
        senders,
        clock=drill.clock,
        sleep=lambda seconds: time.sleep(seconds / drill.speed),
        monotonic=lambda: time.monotonic() * drill.speed,
        passing=passing,
    )


@contextmanager
def database(named: str) -> Iterator[str]:
    """The URL that was named; for `embedded`, that of a PostgreSQL which ends with the drill."""
    if named != "embedded":
        yield named
        return
    with postgres() as server:
        yield url_of(server)


def main() -> int:
    """The drill, or one crew of it."""
    if sys.argv[1:2] == ["worker"]:
        print(crew(Drill(**json.loads(sys.argv[2]))))
        return 0
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--deliveries", type=int, default=5000)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--speed", type=float, default=20.0)
    parser.add_argument("--seed", type=int, default=1)
    said = "URL of an empty one, or “embedded” for a PostgreSQL from PyPI; else SQLite"
    parser.add_argument("--database", default="", help=said)
    given = parser.parse_args()
    with database(given.database) as url:
        result = run(
            given.deliveries, given.kills, speed=given.speed, seed=given.seed, database=url
        )
    print(json.dumps(asdict(result)))
    bad = Counter(lost=result.lost, doubled=result.doubled, unsettled=result.unsettled)
    return 1 if bad.total() else 0


if __name__ == "__main__":
    sys.exit(main())
