"""A worker's table in a test: a clock that is turned by hand, a strict Slack, an outbox."""

import threading
import time as wall
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from fake_slack import TOKEN, FakeSlack

from wirewatch.alerts.delivery import TIMES, Outcome, Times, Unclear
from wirewatch.channels import Secrets, Sender, open_sender
from wirewatch.desk.deliver import DeliverReport, Hand, sweep, work
from wirewatch.records import Alert, Channel
from wirewatch.store import Store
from wirewatch.store.deliveries import how_many
from wirewatch.store.outbox import add

START = datetime(2024, 2, 7, 12, 0, tzinfo=UTC)


class Time:
    """The one clock of database, workers and Slack: sleeping turns it.

    It stands still while a post is under way. On a busy machine a request may wait long for the
    server's thread; were our clock to run on, it would be stored minutes late, which is more than
    Slack is trusted not to do.
    """

    def __init__(self) -> None:
        self.seconds = 0.0
        self.lock = threading.Lock()
        self.under_way: list[object] = []

    def turn(self, seconds: float) -> None:
        end = wall.monotonic() + 20
        while self.under_way:
            assert wall.monotonic() < end, f"never taken up: {self.under_way}"
            wall.sleep(0.001)
        with self.lock:
            self.seconds += seconds

    def end(self, post: object) -> None:
        """This post is no longer under way; nothing if it was not."""
        with self.lock:
            if post in self.under_way:
                self.under_way.remove(post)

    def now(self, _: object = None) -> datetime:
        return START + timedelta(seconds=self.seconds)

    def stamp(self) -> float:
        return self.now().timestamp()

    def monotonic(self) -> float:
        return self.seconds


class Patient:
    """A Slack channel whose time-outs take as long on our clock as they would on the wall."""

    def __init__(self, sender: Sender, slack: FakeSlack, time: Time, times: Times) -> None:
        self.sender, self.slack, self.time, self.times = sender, slack, time, times
        self.pace = sender.pace
        self.on_request: Callable[[], None] = lambda: None
        self.on_reply: Callable[[], None] = lambda: None

    def post(self, message: Any, delivery_id: str, *args: Any, **more: Any) -> Outcome:
        self.time.under_way.append(delivery_id)
        self.time.end(threading.get_ident())
        outcome = self.sender.post(message, delivery_id, *args, **more)
        unanswered = isinstance(outcome, Unclear) and "no answer" in outcome.error
        if not unanswered or self.slack.down():
            self.time.end(delivery_id)  # answered, or never sent
        if unanswered:
            self.time.turn(self.times.timeout.total_seconds())
        self.on_reply()
        return outcome

    def __getattr__(self, name: str) -> Any:
        return getattr(self.sender, name)


@dataclass
class Table:
    """Everything a worker needs, for as many workers as a test wants."""

    store: Store
    slack: FakeSlack
    time: Time
    times: Times = TIMES
    channels: tuple[str, ...] = ("desk",)
    patience: float = 5.0  # real seconds that a request may take
    buttons: bool = False  # whether somebody hears clicks

    def __post_init__(self) -> None:
        self.slack.taken_up = self.time.end

    def hand(
        self, passing: Callable[[str], None] = lambda point: None, patience: float | None = None
    ) -> Hand:
        secrets = Secrets(slack_token=TOKEN, slack_url=self.slack.url, buttons=self.buttons)
        senders: dict[str, Sender] = {}
        for name in self.channels:
            channel = Channel(name=name, kind="slack", address=(f"#{name}",))
            opened = open_sender(channel, secrets, timedelta(seconds=patience or self.patience))
            senders[name] = Patient(opened, self.slack, self.time, self.times)

        def at(point: str) -> None:
            # Between deciding to post and posting: a worker is not frozen there for long.
            if point == "before post":
                self.time.under_way.append(threading.get_ident())
            try:
                passing(point)
            except BaseException:
                self.time.end(threading.get_ident())
                raise

        return Hand(
            self.store,
            senders,
            clock=self.time.now,
            sleep=self.time.turn,
            monotonic=self.time.monotonic,
            times=self.times,
            passing=at,
        )

    def owe(self, *alerts: Alert) -> None:
        with self.store.begin() as connection:
            for alert in alerts:
                add(connection, alert, alert.to, self.time.now())

    def work(self, hand: Hand | None = None, seconds: float = 50.0) -> DeliverReport:
        return work(hand or self.hand(), seconds=seconds)

    def finish(self, hands: Iterable[Hand], passes: int = 60) -> None:
        """Let the workers take turns, and time pass, until nothing is owed; then sweep.

        What is swept away then, the server doubled by itself: our own workers make no double.
        """
        workers = list(hands)
        for turn in range(passes):
            self.work(workers[turn % len(workers)])
            if not self.open():
                break
            self.time.turn(20)
        self.time.turn(self.times.sweep_after.total_seconds() + 60)
        # A look that is given up on leaves all as it is, for the next pass; this one is not.
        swept = sweep(self.hand(patience=30.0)).swept
        assert swept <= self.slack.seen_faults["duplicate commit"]

    def states(self) -> dict[str, int]:
        with self.store.read() as connection:
            return how_many(connection)

    def open(self) -> int:
        states = self.states()
        return sum(n for state, n in states.items() if state not in ("posted", "swept", "dead"))
