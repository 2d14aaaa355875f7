"""Slack gone for hours, a database that restarts under a worker's hands, a worker's wrong clock."""

import ast
import importlib
import inspect
import time as wall
from contextlib import suppress
from typing import Any

import pytest
from alerts_made import alert
from fake_slack import TOKEN, FakeSlack
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from worktable import Table, Time

from wirewatch.channels import Secrets
from wirewatch.desk.deliver import deliver
from wirewatch.records import Channel, Gathered
from wirewatch.store import Store, open_store
from wirewatch.store.codec import load
from wirewatch.store.outbox import add, database_now
from wirewatch.store.outbox_tables import DELIVERY

TWO_HOURS = 7200


@pytest.mark.parametrize("how", ["reset", "5xx before", "429"])
def test_slack_is_gone_for_two_hours_and_the_desk_catches_up(table: Table, how: str) -> None:
    back = table.time.seconds + TWO_HOURS
    if how == "reset":
        table.slack.down = lambda: table.time.seconds < back
    else:
        table.slack.choose = lambda: how if table.time.seconds < back else None
    alerts = [alert(0)]
    alerts += [alert(n, of=alerts[0] if n % 4 == 0 else None) for n in range(1, 40)]
    hand = table.hand()
    for number in range(40):  # one alert and one pass every three minutes
        table.owe(alerts[number])
        table.work(hand, seconds=50)
        table.time.turn(max(0, (number + 1) * 180 - table.time.seconds))
    table.owe(alert(99, severity="urgent"))
    for _ in range(30):
        table.work(hand)
        table.time.turn(20)
        if not table.open():
            break
    assert table.open() == 0
    assert table.slack.too_fast == 0
    assert set(table.slack.delivered().values()) == {1}
    told = _told(table.store)
    assert sorted(told) == sorted(one.alert_id for one in [*alerts, alert(99)])
    assert len(table.slack.messages) <= 25  # 41 were owed; up to twenty come one by one
    thread = [told.index(one.alert_id) for one in alerts if one.thread == alerts[0].thread]
    assert thread == sorted(thread)


def _told(store: Store) -> list[str]:
    """The alerts in the order in which their messages stand in the channel, digests unfolded."""
    with store.read() as connection:
        rows = connection.execute(
            select(DELIVERY).where(DELIVERY.c.gathered_into.is_(None)).order_by(DELIVERY.c.ts)
        ).all()
    told: list[str] = []
    for row in rows:
        if row.kind == "digest":
            told += [one.alert_id for one in load(Gathered, row.note).alerts]
        else:
            told.append(row.alert_id)
    return told


# ── The database restarts ──


@pytest.mark.postgres
@pytest.mark.parametrize("point", ["after claim", "before post", "before mark"])
def test_the_database_restarts_while_a_worker_has_a_claim(own_postgres: Any, point: str) -> None:
    url = own_postgres.get_uri().replace("postgresql://", "postgresql+psycopg2://")
    store = open_store(url)
    with store.begin() as connection:
        connection.execute(DELIVERY.delete())
    time = Time()
    with FakeSlack(time.stamp) as slack:
        table = Table(store, slack, time)
        offset = 10 * ("after claim", "before post", "before mark").index(point)
        first = alert(offset)
        table.owe(first, alert(offset + 1, of=first), alert(offset + 2))
        restarts: list[str] = []

        def passing(here: str) -> None:
            if here == point and not restarts:
                restarts.append(here)
                own_postgres.stop()
                own_postgres.ensure_postgres_running()

        with suppress(DBAPIError):  # a pass may fail: the next one goes on
            table.work(table.hand(passing))
        table.finish([table.hand()])
        assert restarts == [point]
        assert sorted(slack.delivered().values()) == [1, 1, 1]
        assert table.states() == {"swept": 3}
    store.close()


# ── A worker's wrong clock ──


@pytest.mark.parametrize("wrong", [-600.0, 600.0])
def test_a_worker_whose_clock_is_ten_minutes_wrong_delivers_once_and_in_time(
    store: Store, wrong: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = wall.time
    with FakeSlack(right) as slack:
        monkeypatch.setattr(wall, "time", lambda: right() + wrong)
        secrets = Secrets(slack_token=TOKEN, slack_url=slack.url)
        channels = [Channel(name="desk", kind="slack", address=("#desk",))]
        with store.begin() as connection:
            now = database_now(connection)
            add(connection, alert(1), ["desk"], now)
        for _ in range(2):
            deliver(store, channels, secrets, seconds=3)
        assert list(slack.delivered().values()) == [1]
        with store.read() as connection:
            row = connection.execute(select(DELIVERY)).one()
        assert abs((row.posted_at - now).total_seconds()) < 60


_ON_THE_WAY = (
    *("desk.deliver", "desk.health", "desk.feedback", "desk.buttons"),
    *("store.outbox", "store.deliveries", "store.waiting", "store.feedback", "store.places"),
    *("alerts.delivery", "alerts.gather", "channels.slack.send"),
)


@pytest.mark.parametrize("name", _ON_THE_WAY)
def test_nothing_on_the_way_of_a_delivery_reads_a_workers_clock(name: str) -> None:
    code = ast.parse(inspect.getsource(importlib.import_module(f"wirewatch.{name}")))
    calls = {ast.unparse(node.func) for node in ast.walk(code) if isinstance(node, ast.Call)}
    assert not {"datetime.now", "datetime.utcnow", "time.time"} & calls
