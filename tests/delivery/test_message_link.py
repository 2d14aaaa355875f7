"""From an alert on a page to its message in Slack."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from alerts_made import NOON, alert
from fake_slack import TOKEN, FakeSlack
from sqlalchemy import select

from wirewatch.channels import Secrets
from wirewatch.desk.deliver import deliver
from wirewatch.desk.message_link import message_link
from wirewatch.desk.settings import Settings
from wirewatch.records import Channel
from wirewatch.store import Store, open_store
from wirewatch.store.outbox import add
from wirewatch.store.outbox_tables import DELIVERY


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    with FakeSlack() as serving:
        yield serving


@pytest.fixture
def settings(tmp_path: Path, slack: FakeSlack) -> Settings:
    """A desk whose channels.yaml calls the Slack channel “desk” by another name."""
    watch = tmp_path / "watch"
    watch.mkdir()
    written = 'channels:\n  coast: {slack: "#desk"}\n  demo: {console: }\n'
    (watch / "channels.yaml").write_text(written)
    return Settings(
        watch=watch,
        store=f"sqlite:///{tmp_path}/store.sqlite",
        archive="memory://",
        slack_token=TOKEN,
        slack_url=slack.url,
    )


@pytest.fixture
def told(settings: Settings, slack: FakeSlack, tmp_path: Path) -> Iterator[Store]:
    """A store with one alert, posted to Slack and to a file."""
    channels = [
        Channel(name="coast", kind="slack", address=("#desk",)),
        Channel(name="demo", kind="console"),
    ]
    secrets = Secrets(slack_token=TOKEN, slack_url=slack.url, console_file=tmp_path / "said.log")
    with open_store(settings.store) as store:
        with store.begin() as connection:
            add(connection, alert(1), ["coast", "demo"], NOON)
        deliver(store, channels, secrets)
        yield store


def delivery_to(store: Store, channel: str) -> str:
    with store.read() as connection:
        query = select(DELIVERY.c.delivery_id).where(DELIVERY.c.channel == channel)
        return str(connection.execute(query).scalar_one())


def test_slack_says_where_its_message_is(told: Store, settings: Settings, slack: FakeSlack) -> None:
    place = slack.messages[0]["ts"].replace(".", "")
    found = message_link(told, settings, delivery_to(told, "coast"))
    assert found == f"https://desk.slack.com/archives/C0000001/p{place}"


def test_where_there_is_no_message_in_slack_there_is_no_link(
    told: Store, settings: Settings, slack: FakeSlack
) -> None:
    own = delivery_to(told, "coast")
    assert message_link(told, settings, delivery_to(told, "demo")) is None
    assert message_link(told, settings, "nothing") is None
    assert message_link(told, replace(settings, slack_token=None), own) is None
    slack.messages.clear()
    assert message_link(told, settings, own) is None
    slack.members.clear()
    assert message_link(told, settings, own) is None
