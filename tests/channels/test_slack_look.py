"""What a desk sees in Slack; and that no article can ping, break or mislead it."""

import json
import random
import re
import warnings
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from alerts_made import alert, development
from shown import ALL, LAYOUTS, TAKEN, layouts, order
from slack_limits import check_message
from slack_sdk.models.blocks import Block

from wirewatch.alerts.wording import aloud
from wirewatch.channels.slack.look import MOST_BYTES, look, shown_in_channel
from wirewatch.records import Alert, Gathered, Pause, Span, Standing


@pytest.mark.parametrize("name", [*ALL, *LAYOUTS])
def test_every_kind_of_message_looks_as_it_was_meant(
    name: str, golden: Callable[[str, str], None]
) -> None:
    message = layouts()[name]
    golden(f"slack-{name}.json", json.dumps(message, ensure_ascii=False, indent=1) + "\n")


@pytest.mark.parametrize("name", [*ALL, *LAYOUTS])
def test_every_kind_of_message_is_valid_for_slack_and_its_sdk(name: str) -> None:
    valid(layouts()[name])


def test_without_anybody_who_hears_clicks_nothing_can_be_clicked() -> None:
    assert not [part for part in parts(look(order())["blocks"]) if "action_id" in part]
    clicked = [part for part in parts(look(order(), buttons=True)["blocks"]) if "action_id" in part]
    assert len(clicked) == 6


def test_what_people_did_is_shown_and_said_aloud_even_without_buttons() -> None:
    message = look(order(), standing=TAKEN)
    assert "ines.marrow has it since 07 Feb 12:04 UTC." in message["text"]
    assert "Rule muted by ben until 07 Feb 20:00 UTC." in message["text"]
    shown = json.dumps(message["blocks"], ensure_ascii=False)
    assert "Readers: 3 useful, 1 noise" in shown
    assert "actions" not in [block["type"] for block in message["blocks"]]


def test_a_reply_is_shown_in_the_channel_only_if_it_weighs_something() -> None:
    first = alert(1)
    assert not shown_in_channel(first)
    assert shown_in_channel(alert(2, of=first))  # a change of status
    figure = (development("figure"),)
    assert not shown_in_channel(alert(3, of=first, developments=figure))
    assert shown_in_channel(alert(4, of=first, developments=figure, severity="urgent"))


def test_a_screen_reader_says_the_news_first_and_in_words() -> None:
    assert aloud(order()) == (
        "Port Ellis evacuation: ordered. It was planned before. The harbour master of Port Ellis "
        "ordered all tankers to leave by dawn. 1 more new fact. 2 outlets, 1 origin (AFP)."
    )


def test_only_an_editors_mention_pings() -> None:
    pinged = [part for part in parts(look(order())["blocks"]) if part["type"] == "broadcast"]
    assert pinged == [{"type": "broadcast", "range": "here"}]


def test_of_an_article_that_was_taken_down_nothing_is_shown() -> None:
    bare = replace(order(), headline="", url="", because="", marks=(), mention=())
    bare = replace(bare, developments=(development(sentence="", says=""),))
    message = look(bare)
    valid(message)
    assert message["text"] == "Taken down: the article that this told of was withdrawn."
    assert "Port Ellis" not in json.dumps(message)


# ── Hostile articles ──

NASTY = [
    "<!channel> act now", "<!here|here>", "<@U12345678>", "<#C12345678|general>", "@channel",
    "<https://evil.example|https://bank.example>", "*bold* _it_ ~s~ `code` ```block```",
    "&lt;!here&gt;",
    ":rotating_light: :skull:", "\u202egnp.exe\u202c", "a\u200bb\u2066c\u2069", "\x1b[31mred\x07",
    "line\nbreak\r\ttab", "> quote", "\x00\ufffe", "Z̸̢͖̬͉͝a͏̧̛l̴g̵o" * 20, "x" * 5000, "漢字" * 800,
    "مرحبا " * 400, "\U000e0041\U000e0042", "<!subteam^S1234567>", "<!date^1^{date}|x>", "", " ",
    "🧨" * 500,
    "\ud800", "{{7*7}} ${x} %s", "\\n\\u0000", "<script>alert(1)</script>", "javascript:alert(1)",
]  # fmt: skip
URLS = [
    "https://daily.example/a", "javascript:alert(1)", "https://bank.example@evil.example/",
    "http://[::1", "https://xn--80ak6aa92e.example/", "https://аррӏе.example/", "", "ftp://x.y/",
    "https://a.example/<!channel>|", "https://e.example/" + "q" * 4000, "https://a b/",
]  # fmt: skip
LETTERS = [range(0x20, 0x7F), range(0xA0, 0x250), range(0x300, 0x370), range(0x590, 0x700),
           range(0x2000, 0x2100), range(0x4E00, 0x4F00), range(0xD7F0, 0xE010),
           range(0xFE00, 0x10000), range(0x1F300, 0x1F700), range(0xE0000, 0xE0100),
           range(0x20)]  # fmt: skip


def words(chance: random.Random) -> str:
    """A nasty text: one of the list, several of them together, or letters of any kind."""
    how = chance.randrange(3)
    if how == 0:
        return chance.choice(NASTY)
    if how == 1:
        return "".join(chance.choices(NASTY, k=chance.randint(2, 4)))
    ranges = chance.choices(LETTERS, k=chance.randrange(120))
    return "".join(chr(chance.choice(some)) for some in ranges)


def hostile(seed: object) -> Alert:
    """An alert in which every text of an article, publisher or agency means harm."""
    chance = random.Random(str(seed))

    def maybe() -> str | None:
        return words(chance) if chance.random() < 0.7 else None

    facts = []
    for _ in range(chance.randint(1, 7)):
        sentence = words(chance)
        facts.append(
            development(
                chance.choice(["status", "figure", "quote", "sentence", "correction"]),
                sentence=sentence, says=words(chance), speaker=maybe(), place=maybe(),
                before=maybe(), span=Span(where="text", start=0, end=len(sentence)),
            )
        )  # fmt: skip
    spots = [chance.randrange(300) for _ in range(chance.randrange(4))]
    return alert(
        1, of=chance.choice([None, alert(0)]), headline=words(chance), url=chance.choice(URLS),
        developments=tuple(facts), publisher=maybe(),
        publishers=tuple(words(chance) for _ in range(chance.randrange(4))),
        origins=tuple(words(chance) for _ in range(chance.randrange(5))),
        credit=maybe(), because=words(chance), rule_name=words(chance),
        marks=tuple(Span(where="text", start=at, end=at + chance.randrange(50)) for at in spots),
        severity=chance.choice(["low", "normal", "high", "urgent"]),
    )  # fmt: skip


@pytest.mark.parametrize("hundred", range(15))
def test_no_article_can_ping_break_or_mislead(hundred: int) -> None:
    for number in range(100):
        made = hostile((hundred, number))
        name = words(random.Random(f"who {hundred} {number}")) or "x"
        by = Pause(until=made.at, by=name)
        done = Standing(taken_by=name, taken_at=made.at, muted=by, snoozed=by, useful=10**6)
        shown = {"buttons": True, "standing": done} if number % 2 else {}
        message = look(made, **shown)  # type: ignore[arg-type]
        valid(message, by_sdk=number % 5 == 0)
        harmless(message, made.url)


@pytest.mark.parametrize("ten", range(8))
def test_no_article_can_ping_break_or_mislead_in_a_digest(ten: int) -> None:
    for number in range(10):
        made = tuple(hostile((ten, number, row)) for row in range(1 + number))
        gathered = Gathered(gathered_id="g", reason="digest", alerts=made, at=made[0].at)
        message = look(gathered)
        valid(message)
        harmless(message, *(one.url for one in made))


def valid(message: dict[str, Any], *, by_sdk: bool = True) -> None:
    """Our strict fake, the SDK's own models, and our own size."""
    check_message(message)
    blocks = message["blocks"]
    assert len(blocks) <= 10
    assert len(json.dumps(blocks)) <= MOST_BYTES
    if not by_sdk:  # it takes ten times as long as all the rest
        return
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        parsed = Block.parse_all(blocks)
    for block, known in zip(blocks, parsed, strict=True):
        known.validate_json()
        assert json.loads(json.dumps(known.to_dict())) == block


_TRICKS = re.compile("[\u061c\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\U000e0000-\U000e0fff]")


def harmless(message: dict[str, Any], *urls: str) -> None:
    # The only line that Slack parses holds nothing to expand.
    assert not re.search("[<>]", message["text"])
    assert not re.search("&(?!amp;|lt;|gt;)", message["text"])
    whole = json.dumps(message, ensure_ascii=False)
    assert not _TRICKS.search(whole)
    assert "mrkdwn" not in {part.get("type") for part in parts(message["blocks"])}
    for part in parts(message["blocks"]):
        assert part["type"] not in ("broadcast", "user", "usergroup", "channel", "emoji")
        if part["type"] == "plain_text":
            assert part["emoji"] is False
        if part["type"] == "link":
            assert part["url"] in urls
            assert part["url"].startswith(("http://", "https://"))
            # A link is called by the host that it leads to.
            assert re.fullmatch(r"[\x21-\x7e]{1,80}…?", part["text"])
            assert "bank.example" not in part["text"]


def parts(blocks: Any) -> Iterator[dict[str, Any]]:
    """Every dictionary with a type, however deep."""
    if isinstance(blocks, dict):
        if "type" in blocks:
            yield blocks
        for value in blocks.values():
            yield from parts(value)
    elif isinstance(blocks, list):
        for value in blocks:
            yield from parts(value)


def test_six_thousand_bytes_are_enough_for_any_language() -> None:
    fact = replace(development("sentence"), says="مرحبا " * 80)
    long = tuple(replace(fact, development_id=str(number)) for number in range(9))
    message = look(alert(1, developments=long))
    valid(message)
    assert "more new facts" in json.dumps(message)
