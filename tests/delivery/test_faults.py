"""Every point where a worker may die × everything Slack may do, with two workers.

Nothing is lost, nothing doubled, and the server counts. What a worker knew dies with it; what it
had sent does not.
"""

import random
import threading
from collections import Counter
from contextlib import suppress

import pytest
from alerts_made import alert
from fake_slack import FAULTS, FakeSlack
from mortal import POINTS, Killed, mortal, once
from worktable import Table, Time

from wirewatch.store import Store


def news() -> list[object]:
    first = alert(1)
    return [first, alert(2, of=first), alert(3, severity="urgent"), alert(4, of=first)]


def in_order(table: Table) -> bool:
    """The thread's first message first, its replies in the order in which they were owed."""
    thread = [m for m in table.slack.messages if any(f"({n})" in m["text"] for n in (1, 2, 4))]
    numbers = [n for m in thread for n in (1, 2, 4) if f"({n})" in m["text"]]
    replies = [m.get("thread_ts") for m in thread[1:]]
    return numbers == [1, 2, 4] and replies == [thread[0]["ts"]] * 2


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("point", POINTS)
def test_a_worker_dies_and_slack_fails_and_each_alert_arrives_once(
    either_table: Table, point: str, fault: str
) -> None:
    table = either_table
    table.patience = 0.1
    table.owe(*news())  # type: ignore[arg-type]
    # The urgent one goes out well; what begins the thread meets kill and fault together.
    table.slack.faults.extend(["", fault])
    with suppress(Killed):
        table.work(mortal(table, point, once(2)))
    table.finish([table.hand(), table.hand()])
    assert table.open() == 0
    assert sorted(table.slack.delivered().values()) == [1, 1, 1, 1]
    assert in_order(table)
    assert set(table.states()) == {"swept"}


@pytest.mark.parametrize("seed", range(3))
def test_two_workers_at_once_with_random_kills_and_faults(seed: int, store: Store) -> None:
    chance = random.Random(seed)
    time = Time()
    with FakeSlack(time.stamp) as slack:
        slack.hang = 0.12
        slack.choose = lambda: chance.choice(FAULTS) if chance.random() < 0.3 else None
        table = Table(store, slack, time, patience=0.1)
        first = alert(0)
        table.owe(first, *(alert(n, of=first if n % 3 else None) for n in range(1, 20)))
        kills = Counter[str]()

        def worker() -> None:
            for _ in range(60):
                hand = mortal(table, chance.choice(POINTS), lambda: chance.random() < 0.2)
                try:
                    table.work(hand, seconds=100)
                except Killed:
                    kills["all"] += 1
                if not table.open():
                    return
                time.turn(10)

        workers = [threading.Thread(target=worker) for _ in range(2)]
        for one in workers:
            one.start()
        for one in workers:
            one.join()
        slack.choose = lambda: None
        table.finish([table.hand()])
        assert table.open() == 0
        assert set(slack.delivered().values()) == {1}
        assert len(slack.delivered()) == 20
        assert kills["all"] > 0
        assert sum(slack.seen_faults.values()) > 0


def test_the_server_would_see_the_doubles_of_a_worker_that_does_not_look(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wirewatch.desk.deliver.must_look_first", lambda delivery: False)
    table.patience = 0.1
    table.owe(*news())  # type: ignore[arg-type]
    table.slack.faults.extend(["hang after"])
    for _ in range(9):
        table.work()
        table.time.turn(20)
    assert max(table.slack.delivered().values()) == 2
