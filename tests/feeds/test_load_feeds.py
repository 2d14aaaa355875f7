"""What editors write about feeds, and what they are told when it is wrong."""

from datetime import timedelta
from pathlib import Path

import pytest

from wirewatch.feeds.load import load_feeds
from wirewatch.records import Feed, Problem
from wirewatch.watchfiles import read_nodes

SHIPPED = Path(__file__).parents[2] / "include" / "watch" / "feeds"


def load(text: str, name: str = "feeds/world.yaml") -> tuple[list[Feed], list[Problem]]:
    root, problems = read_nodes(text.encode(), name)
    assert not problems
    return load_feeds([root] if root else [])


def test_a_feed_in_full() -> None:
    feeds, problems = load(
        "feeds:\n"
        "  - feed: https://harbour.example/all.xml\n"
        "    publisher: Harbour News\n"
        "    language: en-GB\n"
        "    group: [coast, wires]\n"
        "    login: harbour\n"
        "    every: 5m\n"
        "    full_text: feed\n"
    )
    assert problems == []
    (feed,) = feeds
    assert (feed.url, feed.publisher) == ("https://harbour.example/all.xml", "Harbour News")
    assert (feed.language, feed.groups, feed.login) == ("en-GB", ("coast", "wires"), "harbour")
    assert (feed.every, feed.full_text, feed.enabled) == (timedelta(minutes=5), "feed", True)


def test_one_line_switches_a_file_on_or_off_and_a_feed_may_differ() -> None:
    feeds, problems = load(
        "defaults: {enabled: no, group: world}\n"
        "feeds:\n"
        "  - {feed: https://a.example/, publisher: A}\n"
        "  - {feed: https://b.example/, publisher: B, enabled: yes, group: [here]}\n"
    )
    assert problems == []
    assert [(feed.enabled, feed.groups) for feed in feeds] == [
        (False, ("world",)),
        (True, ("here",)),
    ]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{feed: https://b.example/}", "“publisher” is missing here: who prints this feed?"),
        ("{publisher: B}", "“feed” is missing here."),
        ("{feed: b.example/rss, publisher: B}", "begins with https:// or http://"),
        ("{feed: 'feed://b.example/', publisher: B}", "Did you mean “https://b.example/”?"),
        ("{feed: 'ftp://b.example/', publisher: B}", "is no web address"),
        ("{feed: 'https://ann:pw@b.example/', publisher: B}", "Use “login”"),
        ("{feed: https://a.example/, publisher: B}", "this feed is listed twice."),
        ("{feed: https://b.example/, publisher: B, every: often}", "is no length of time"),
        ("{feed: https://b.example/, publisher: B, language: English!}", "is no language code"),
        ("{feed: https://b.example/, publisher: B, full_text: pages}", "Did you mean “page”?"),
        ("{feed: https://b.example/, publisher: B, enabled: maybe}", "neither yes nor no"),
        ("{feed: https://b.example/, publisher: B, grup: x}", "Did you mean “group”?"),
        ("{url: https://b.example/, publisher: B}", "Did you mean “feed”?"),
    ],
)
def test_a_mistake_is_told_at_its_place_and_costs_only_its_feed(line: str, said: str) -> None:
    feeds, problems = load(f"feeds:\n  - {{feed: https://a.example/, publisher: A}}\n  - {line}\n")
    assert [feed.url for feed in feeds] == ["https://a.example/"]
    assert [problem.line for problem in problems] == [3]
    assert said in problems[0].message


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.yaml")), ids=lambda path: path.name)
def test_shipped_files_are_well_written(path: Path) -> None:
    feeds, problems = load(path.read_text(encoding="utf-8"), f"feeds/{path.name}")
    assert problems == []
    assert feeds
    assert len({feed.feed_id for feed in feeds}) == len(feeds)


def test_the_worlds_feeds_ask_nobody_until_they_are_switched_on() -> None:
    text = (SHIPPED / "world.yaml").read_text(encoding="utf-8")
    feeds, _ = load(text)
    assert len(feeds) >= 30
    assert len({feed.publisher for feed in feeds}) >= 25
    assert not any(feed.enabled for feed in feeds)
    switched = text.replace("enabled: no", "enabled: yes", 1)
    assert all(feed.enabled for feed in load(switched)[0])
