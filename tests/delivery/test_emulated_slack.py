"""Sixty deliveries to a Slack that nobody here wrote, with faults on the way and workers that die.

The SDK as it comes is sent the same way for comparison; its figures are printed and judge nobody.
"""

import random
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest
from alerts_made import alert
from emulated_slack import ABSENT, FAULTS, EmulatedSlack
from fake_slack import TOKEN
from mortal import POINTS, Killed, mortal
from worktable import Table, Time

from wirewatch.store import open_store
from wirewatch.store.waiting import take

MANY = 60

pytestmark = pytest.mark.skipif(
    ABSENT, reason="NO SLACK OF ANOTHER'S MAKING HERE: npm ci --prefix tests/delivery/emulate"
)


@pytest.mark.timeout(300)
def test_nothing_is_lost_or_doubled_on_a_slack_that_nobody_here_wrote(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    chance = random.Random(7)
    kills = Counter[str]()
    store = open_store(f"sqlite:///{tmp_path}/outbox.sqlite")
    with EmulatedSlack() as slack:
        table = Table(store, slack, Time(), patience=0.5, buttons=True)  # type: ignore[arg-type]
        first = alert(0)
        table.owe(first, *(alert(n, of=first if n % 3 else None) for n in range(1, MANY)))
        slack.choose = lambda: chance.choice(FAULTS) if chance.random() < 0.3 else None
        for _ in range(200):
            point = chance.choice(POINTS)
            try:
                table.work(mortal(table, point, lambda: chance.random() < 0.15))
            except Killed:
                kills[point] += 1
            if not table.open():
                break
            table.time.turn(20)
        slack.choose = lambda: None
        with store.begin() as connection:
            assert take(connection, first.alert_id, "ines", table.time.now())
        table.time.turn(60)
        table.patience = 5.0
        assert table.work().edited == 1
        counted, messages = slack.delivered(), slack.messages()
    store.close()
    with capsys.disabled():
        print(f"\nours: {_figures(counted, slack)}, {kills.total()} kills")
        print(f"slack_sdk as it comes, tried again on errors: {_the_sdk()}")
    assert table.states() == {"posted": MANY}
    assert sorted(counted.values()) == [1] * MANY
    assert kills.total() > 5
    assert slack.seen_faults.total() > 5
    thread = [m["text"] for m in messages if m.get("thread_ts") not in (None, m["ts"])]
    numbers = [int(text.split("(")[1].split(")")[0]) for text in thread]
    assert numbers == sorted(numbers)
    assert all(m["blocks"][-1]["type"] == "actions" for m in messages)
    assert [m["text"] for m in messages if "ines has it since" in m["text"]] == [
        messages[0]["text"]
    ]


def _the_sdk() -> str:
    """Its default client, each message tried up to three times, as a task scheduler would."""
    from slack_sdk import WebClient

    chance = random.Random(7)
    with EmulatedSlack() as slack:
        client = WebClient(token=TOKEN, base_url=slack.url, timeout=0.5)  # type: ignore[arg-type]
        client.proxy = None
        slack.choose = lambda: chance.choice(FAULTS) if chance.random() < 0.3 else None
        listed = client.conversations_list().data
        assert isinstance(listed, dict)
        desk = next(c["id"] for c in listed["channels"] if c["name"] == "desk")
        for number in range(MANY):
            mark = {"event_type": "peer", "event_payload": {"delivery_id": str(number)}}
            for _ in range(3):
                with suppress(Exception):
                    client.chat_postMessage(channel=desk, text=str(number), metadata=mark)
                    break
        slack.choose = lambda: None
        return _figures(slack.delivered(), slack)


def _figures(counted: Counter[str], slack: EmulatedSlack) -> str:
    doubled = sum(many > 1 for many in counted.values())
    faults = slack.seen_faults.total()
    return f"{MANY - len(counted)} lost, {doubled} doubled of {MANY}, {faults} faults"
