"""A feed that is made to harm costs its size and no more, and no bytes raise."""

import time
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.feeds.feed_made import only, parse, rss

from wirewatch.feeds.document import NotAFeed
from wirewatch.feeds.pieces import short_authors

LAUGHS = '<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>' + rss("<item>&b;</item>")


@pytest.mark.parametrize(
    "data",
    [
        LAUGHS,
        f'<!DOCTYPE r [<!ENTITY a "{"x" * 10_000}">]>' + rss("<item>&a;</item>"),
        '<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/hostname">]>' + rss("<item>&a;</item>"),
        '<!DOCTYPE r [<!ENTITY % a SYSTEM "http://127.0.0.2/">%a;]>' + rss("<item/>"),
    ],
    ids=["billion laughs", "long entity", "file", "parameter entity"],
)
def test_entities_that_could_expand_are_refused(data: str) -> None:
    with pytest.raises(NotAFeed, match="entities"):
        parse(data)


def test_a_small_entity_is_a_letter_and_no_attack() -> None:
    data = '<!DOCTYPE r [<!ENTITY eacute "&#233;">]>' + rss(
        "<item><title>Caf&eacute; by the sea</title></item>"
    )
    assert only(data).title == "Café by the sea"


@pytest.mark.parametrize(
    "author",
    [
        "<author>{}</author>",
        "<dc:creator>{}</dc:creator>",
        "<dc:creator><![CDATA[{}]]></dc:creator>",
        "<author><name>{}</name></author>",
        "<managingEditor>{}</managingEditor>",
    ],
)
def test_a_long_author_costs_no_quadratic_time(author: str) -> None:
    started = time.process_time()
    item = f"<item><title>Ferry</title>{author.format('aaa@b.b.b.' * 3000)}</item>"
    assert only(rss(item)).title == "Ferry"
    assert time.process_time() - started < 1.5


@pytest.mark.parametrize("name", ["", "Ann", "<![CDATA["])
def test_an_author_behind_much_white_space_costs_no_more(name: str) -> None:
    started = time.process_time()
    item = f"<item><title>Ferry</title><author>{name}{' ' * 20_000}{name}@b.example</author></item>"
    with suppress(NotAFeed):
        parse(rss(item))
    assert time.process_time() - started < 1.5


@pytest.mark.parametrize(
    "inside",
    [
        "<item><description>" + "<b>" * 20_000 + "</description></item>",
        "<item><description><![CDATA[" + "<" * 100_000 + "]]></description></item>",
        "<item><description>" + "&lt;div&gt;" * 20_000 + "</description></item>",
        "<![CDATA[" * 50_000,
        "<!--" * 50_000,
        "<item " * 50_000,
        "<item>" * 50_000,
    ],
    ids=["tags", "less-than", "divs", "open CDATA", "open comments", "open tags", "nested items"],
)
def test_odd_masses_are_read_or_refused_in_reasonable_time(inside: str) -> None:
    started = time.process_time()
    with suppress(NotAFeed):
        parse(rss("<item><title>Ferry</title></item>" + inside))
    assert time.process_time() - started < 8


def test_a_page_with_endless_titles_is_refused_at_the_cost_of_its_length(
    costs_its_length: Callable[..., None],
) -> None:
    def work(letters: int) -> None:
        with pytest.raises(NotAFeed, match="web page"):
            parse("<html>" + "<title" * (letters // 6))

    costs_its_length(work, 100_000)


def test_more_than_two_thousand_items_are_cut_off_and_told() -> None:
    parsed = parse(rss("".join(f"<item><guid>{n}</guid></item>" for n in range(2100))))
    assert len(parsed.entries) == 2000
    assert parsed.problems == ("only the first 2000 entries were read",)


@pytest.mark.parametrize("text", ["<![CDATA[{}]]>", "{}"])
def test_an_item_of_monstrous_size_is_cut_but_not_lost_and_told(text: str) -> None:
    long = text.format("Ferry &amp; tide. " * 20_000)
    big = f"<item><description>{long}</description><guid>1</guid></item>"
    parsed = parse(rss(big + "<item><guid>2</guid></item>"))
    assert [entry.entry_id for entry in parsed.entries] == ["1", "2"]
    assert "cut" in parsed.problems[0]
    assert 50_000 < len(parsed.entries[0].summary or "") < 100_000


def test_an_item_that_is_monstrous_in_every_part_is_left_out() -> None:
    big = f"<item><guid>1</guid>{'<b>x</b>' * 100_000}</item>"
    assert [e.entry_id for e in parse(rss(big + "<item><guid>2</guid></item>")).entries] == ["2"]


@given(st.binary(max_size=400))
def test_no_bytes_raise_anything_but_not_a_feed(data: bytes) -> None:
    with suppress(NotAFeed):
        parse(data)


@given(st.text(max_size=200))
def test_short_authors_leave_short_text_alone(text: str) -> None:
    assert short_authors(text) == text
