"""What holds for every channel: a new folder under channels/ is tested by being named here."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import get_args, get_type_hints

import pytest
from alerts_made import NOON, alert
from fake_mail import FakeMail
from fake_slack import TOKEN, FakeSlack
from shown import ALL

from wirewatch.alerts.delivery import Done, Never, NotNow, Unclear
from wirewatch.channels import Secrets, Sender, open_sender
from wirewatch.channels.console.look import look
from wirewatch.channels.slack.errors import MENDS
from wirewatch.records import Channel, Standing


@dataclass
class Open:
    """A channel that is open, and what stands in it, as one text."""

    sender: Sender
    shown: Callable[[], str]
    remembers: bool = True


def open_console(tmp_path: Path) -> Iterator[Open]:
    file = tmp_path / "alerts.txt"
    channel = Channel(name="demo", kind="console", address=(str(file),))
    yield Open(open_sender(channel, Secrets()), lambda: file.read_text("utf-8"))


def open_slack(tmp_path: Path) -> Iterator[Open]:
    with FakeSlack() as slack:
        channel = Channel(name="desk", kind="slack", address=("#desk",))
        secrets = Secrets(slack_token=TOKEN, slack_url=slack.url)
        yield Open(open_sender(channel, secrets), lambda: str(slack.messages))


def open_email(tmp_path: Path) -> Iterator[Open]:
    with FakeMail() as mail:
        channel = Channel(name="night", kind="email", address=("night@desk.example",))
        sender = open_sender(channel, Secrets(smtp_url=mail.url))
        yield Open(sender, lambda: "\n".join(mail.texts()), remembers=False)


KINDS = {"console": open_console, "slack": open_slack, "email": open_email}


@pytest.fixture(params=KINDS)
def channel(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Open]:
    yield from KINDS[request.param](tmp_path)


def test_every_kind_of_channel_is_tested_here() -> None:
    kinds = set(get_args(get_type_hints(Channel)["kind"]))
    assert kinds == set(KINDS)


@pytest.mark.parametrize("name", ALL)
def test_every_kind_of_message_can_be_posted_and_found_again(channel: Open, name: str) -> None:
    message = ALL[name]()
    assert channel.sender.find("d1", NOON, None) is None
    posted = channel.sender.post(message, "d1", None)
    assert isinstance(posted, Done)
    found = channel.sender.find("d1", NOON, None)
    assert found == (posted if channel.remembers else None)
    assert channel.sender.find("d2", NOON, None) is None


def test_what_is_posted_can_be_read_even_without_its_layout(channel: Open) -> None:
    channel.sender.post(alert(1), "d1", None, plain=True)
    assert "Harbour closed: ordered" in channel.shown()
    assert "1 outlet, 1 origin (AFP)" in channel.shown()


def test_an_edit_may_be_made_twice(channel: Open) -> None:
    posted = channel.sender.post(alert(1), "d1", None)
    assert isinstance(posted, Done)
    more = alert(1, publishers=("Example Daily", "Ellis Post"))
    assert channel.sender.edit(posted.ts, more, Standing()) == Done(posted.ts)
    assert channel.sender.edit(posted.ts, more, Standing()) == Done(posted.ts)


def test_a_sweep_leaves_what_stands_there_once(channel: Open) -> None:
    posted = channel.sender.post(alert(1), "d1", None)
    assert isinstance(posted, Done)
    assert channel.sender.sweep({"d1": posted.ts}, NOON, None) == 0
    assert channel.shown()


def test_a_good_channel_has_nothing_to_complain_of(channel: Open) -> None:
    assert channel.sender.check() is None


def test_a_channel_shows_no_secret(channel: Open) -> None:
    assert TOKEN not in repr(channel.sender)
    assert TOKEN not in repr(Secrets(slack_token=TOKEN, smtp_url=f"smtp://u:{TOKEN}@mail"))


# ── Slack: what exactly is wrong, and how it is mended ──


def nothing_wrong(slack: FakeSlack) -> None:
    return


def not_invited(slack: FakeSlack) -> None:
    slack.members.clear()


def archived(slack: FakeSlack) -> None:
    slack.channels["C0000001"]["is_archived"] = "yes"


@pytest.mark.parametrize(
    ("spoil", "name", "token", "says"),
    [
        (nothing_wrong, "desk", "xoxb-another", "invalid_auth"),
        (nothing_wrong, "dseks", TOKEN, "channel_not_found"),
        (not_invited, "desk", TOKEN, "not_in_channel"),
        (archived, "desk", TOKEN, "is_archived"),
    ],
)
def test_a_channel_says_what_is_wrong_and_how_to_mend_it(
    spoil: Callable[[FakeSlack], None], name: str, token: str, says: str
) -> None:
    with FakeSlack() as slack:
        spoil(slack)
        channel = Channel(name=name, kind="slack", address=(f"#{name}",))
        sender = open_sender(channel, Secrets(slack_token=token, slack_url=slack.url))
        assert sender.check() == f"{says}: {MENDS[says]}"
        assert sender.post(alert(1), "d1", None) == Never(says)


def test_without_a_token_the_desk_is_told_where_to_put_it() -> None:
    with pytest.raises(ValueError, match="WIREWATCH_SLACK_TOKEN"):
        open_sender(Channel(name="desk", kind="slack"), Secrets())


def test_when_slack_is_not_there_nothing_was_posted() -> None:
    secrets = Secrets(slack_token=TOKEN, slack_url="http://127.0.0.1:9/api/")
    channel = Channel(name="desk", kind="slack", address=("C0000001",))
    sender = open_sender(channel, secrets)
    assert sender.post(alert(1), "d1", None) == NotNow(None, "no connection to Slack")


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("429", NotNow),  # the only answers that make it certain: no connection, 429, a refusal
        ("5xx before", Unclear),
        ("5xx after", Unclear),
        ("hang after", Unclear),
        ("reset after", Unclear),
        ("truncated", Unclear),
        ("fatal_error after", Unclear),
        ("internal_error", Unclear),
    ],
)
def test_what_is_not_certain_is_unclear(fault: str, kind: type) -> None:
    with FakeSlack() as slack:
        slack.faults.append(fault)
        channel = Channel(name="desk", kind="slack", address=("C0000001",))
        secrets = Secrets(slack_token=TOKEN, slack_url=slack.url)
        sender = open_sender(channel, secrets, timedelta(seconds=0.2))
        outcome = sender.post(alert(1), "d1", None)
        assert isinstance(outcome, kind)
        assert TOKEN not in repr(outcome)
        if isinstance(outcome, NotNow):
            assert outcome.wait == timedelta(seconds=3)


def test_a_busy_channel_is_looked_through_to_its_end() -> None:
    with FakeSlack() as slack:
        channel = Channel(name="desk", kind="slack", address=("#desk",))
        sender = open_sender(channel, Secrets(slack_token=TOKEN, slack_url=slack.url))
        posted = sender.post(alert(1), "d0", None)
        for number in range(1, 450):
            message = {**slack.messages[0], "metadata": None, "ts": f"{2e9 + number:.6f}"}
            slack.messages.append({**message, "metadata": {}})
        assert sender.find("d0", NOON, None) == posted
        assert slack.calls["conversations.history"] == 3


# ── The console ──


@pytest.mark.parametrize("name", ALL)
def test_every_kind_of_message_reads_well_on_the_console(
    name: str, golden: Callable[[str, str], None]
) -> None:
    golden(f"console-{name}.txt", look(ALL[name]()) + "\n")


def test_an_article_cannot_steer_the_terminal() -> None:
    nasty = alert(1, headline="\x1b[2Jgone\x07\r\u202eevil", url="https://x.example/\x1b[31m")
    shown = look(nasty)
    assert not any(ord(c) < 32 and c != "\n" for c in shown)
    assert "\u202e" not in shown


# ── E-mail ──


def mailbox(mail: FakeMail, *names: str) -> Sender:
    addresses = tuple(f"{name}@desk.example" for name in names or ("night",))
    channel = Channel(name="night", kind="email", address=addresses)
    return open_sender(channel, Secrets(smtp_url=mail.url), timedelta(seconds=0.3))


def test_a_reply_is_shown_under_what_it_answers() -> None:
    with FakeMail() as mail:
        sender = mailbox(mail)
        first = sender.post(ALL["alert"](), "d1", None)
        assert isinstance(first, Done)
        sender.post(ALL["update"](), "d2", first.ts)
        one, other = mail.mails
        assert one["Subject"] == "Urgent: Port Ellis evacuation: ordered"
        assert other["In-Reply-To"] == one["Message-ID"]


def test_a_headline_cannot_add_lines_to_the_head_of_a_mail() -> None:
    with FakeMail() as mail:
        nasty = alert(1, headline="x\r\nBcc: all@desk.example\n\nbody", rule_name="y\nz")
        assert isinstance(mailbox(mail).post(nasty, "d1", None), Done)
        assert mail.mails[0]["Bcc"] is None


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ({"rcpt": 550}, Never("no address was taken")),
        ({"rcpt": 450}, NotNow(None, "not now")),
        ({"data": 554}, Never("the mail server refused it (554)")),
        ({"data": 451}, NotNow(None, "the mail server is busy (451)")),
        ({"data": "hang up"}, Unclear("no answer from the mail server (SMTPServerDisconnected)")),
        ({"quit": "hang up"}, Done("<d1@wirewatch.invalid>")),
        ({"quit": 554}, Done("<d1@wirewatch.invalid>")),
    ],
)
def test_what_a_mail_servers_answer_means(answer: dict[str, int | str], outcome: object) -> None:
    with FakeMail(**answer) as mail:
        assert mailbox(mail).post(alert(1), "d1", None) == outcome


def test_an_address_that_is_refused_is_told_and_the_others_are_not_mailed_twice() -> None:
    with FakeMail(refuse="gone@") as mail:
        done = mailbox(mail, "night", "gone").post(alert(1), "d1", None)
        assert done == Done("<d1@wirewatch.invalid>", "not taken for gone@desk.example")


def test_without_a_mail_server_the_desk_is_told_where_to_put_it() -> None:
    with pytest.raises(ValueError, match="WIREWATCH_SMTP_URL"):
        open_sender(Channel(name="n", kind="email", address=("a@b.example",)), Secrets())
