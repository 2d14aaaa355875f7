"""Which entries are new, which changed, which were seen: with all that feeds do to their ids."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirewatch.feeds.gone import taken_out
from wirewatch.feeds.identity import MOST_VERSIONS, Known, News, Sorted, sort_entries
from wirewatch.feeds.plain import plain_line, plain_text
from wirewatch.feeds.urls import url_key
from wirewatch.records import Entry


def entry(guid: str = "g1", link: str | None = "https://h.example/1", words: str = "one") -> Entry:
    return Entry(entry_id=guid, link=link, title=f"Title {words}", summary=f"Ferry {words} sails.")


def remember(found: list[Sorted], known: list[Known] | None = None) -> list[Known]:
    """What a store would know after keeping these."""
    kept = {one.entry_key: one for one in known or []}
    for one in found:
        before = kept.get(one.entry_key)
        if one.news is News.CHANGED and before is not None:
            kept[one.entry_key] = replace(
                before,
                guid=one.entry.entry_id,
                url_key=one.url_key,
                content_hash=one.content_hash,
                versions=before.versions + 1,
                hashes=before.hashes | {one.content_hash},
            )
        elif one.news in (News.NEW, News.MOVED):
            kept[one.entry_key] = Known(
                entry_key=one.entry_key,
                guid=one.entry.entry_id,
                url_key=one.url_key,
                content_hash=one.content_hash,
                hashes=frozenset({one.content_hash}),
                repeated_guid=one.repeated_guid,
            )
    return list(kept.values())


def after(first: list[Entry], second: list[Entry]) -> list[News]:
    known = remember(sort_entries("f", first, []))
    return [one.news for one in sort_entries("f", second, known)]


@pytest.mark.parametrize(
    ("first", "second", "news"),
    [
        ([], [entry()], [News.NEW]),
        ([entry()], [entry()], [News.SAME]),
        ([entry()], [entry(words="two")], [News.CHANGED]),
        # the id changes, the link stays: BBC's “#1” behind the id
        ([entry("g1")], [entry("g1#1")], [News.SAME]),
        ([entry("g1")], [entry("g1#1", words="two")], [News.CHANGED]),
        # the link changes, the id stays: a corrected slug
        ([entry()], [entry(link="https://h.example/one")], [News.SAME]),
        # the link has no meaning: all items lead home
        (
            [entry("g1", "https://h.example/"), entry("g2", "https://h.example/", "two")],
            [entry("g3", "https://h.example/", "three")],
            [News.NEW],
        ),
        # tracking changes at every poll
        (
            [entry("", "https://h.example/1?utm_source=rss&id=7")],
            [entry("", "http://www.h.example/1?id=7&at_medium=RSS#top")],
            [News.SAME],
        ),
        # no id, no link
        ([entry("", None)], [entry("", None)], [News.SAME]),
        ([entry("", None)], [entry("", None, "two")], [News.NEW]),
        # one id for all
        (
            [entry("x", "https://h.example/1"), entry("x", "https://h.example/2", "two")],
            [
                entry("x", "https://h.example/3", "three"),
                entry("x", "https://h.example/2", "two"),
                entry("x", "https://h.example/1"),
            ],
            [News.NEW, News.SAME, News.SAME],
        ),
        # the same item twice in one document
        ([], [entry(), entry()], [News.NEW, News.TWICE]),
        # only capitals, markup and spaces differ
        (
            [entry()],
            [replace(entry(), title="TITLE  one", summary="<p>Ferry <b>one</b> sails.</p>")],
            [News.SAME],
        ),
    ],
)
def test_what_an_entry_is(first: list[Entry], second: list[Entry], news: list[News]) -> None:
    assert after(first, second) == news


def test_a_site_that_moved_has_told_nothing_new() -> None:
    old = [entry(f"g{n}", f"https://old.example/{n}", str(n)) for n in range(10)]
    new = [entry(f"n{n}", f"https://new.example/{n}", str(n)) for n in range(9)]
    fresh = entry("n99", "https://new.example/99", "a fresh one")
    assert after(old, [fresh, *new]) == [News.NEW, *[News.MOVED] * 9]


def test_two_stories_with_the_same_words_are_no_move() -> None:
    old = [entry("a", "https://h.example/a", "weather")]
    new = [entry("b", "https://h.example/b", "weather"), *[entry(f"c{n}", f"https://h.example/c{n}", str(n)) for n in range(5)]]  # noqa: E501  # fmt: skip
    assert after(old, new) == [News.NEW] * 6


def test_an_entry_that_flips_back_is_no_third_version() -> None:
    known = remember(sort_entries("f", [entry()], []))
    known = remember(sort_entries("f", [entry(words="two")], known), known)
    (again,) = sort_entries("f", [entry()], known)
    assert again.news is News.FLIPPED_BACK


def test_an_entry_that_never_rests_is_left_alone_after_24_versions() -> None:
    known = remember(sort_entries("f", [entry()], []))
    news = []
    for number in range(40):
        found = sort_entries("f", [entry(words=f"number {number}")], known)
        known = remember(found, known)
        news.append(found[0].news)
    assert news.count(News.CHANGED) == MOST_VERSIONS - 1
    assert news[-1] is News.TOO_MANY_VERSIONS


entries = st.builds(
    entry,
    guid=st.sampled_from(["", "a", "b", "c"]),
    link=st.sampled_from([None, "https://h.example/1", "https://h.example/2"]),
    words=st.sampled_from(["one", "two", "three"]),
)


@pytest.mark.parametrize(
    ("before", "after", "out"),
    [
        ("CBA", "DCBA", ""),  # a new one
        ("CBA", "DCB", ""),  # pushed out at the end
        ("CBA", "CA", "B"),  # taken out of the middle
        ("CBA", "BA", "C"),  # the newest taken out
        ("ABC", "BCD", ""),  # oldest first: pushed out at the start
        ("CBA", "FED", ""),  # turned over
        ("CBA", "CXA", "B"),  # or edited: the store knows
        ("", "A", ""),
        ("A", "", ""),
    ],
)
def test_what_was_taken_out_of_a_feed(before: str, after: str, out: str) -> None:
    assert taken_out(before, after) == list(out)


def test_two_items_with_one_id_and_one_link_are_told_apart_by_their_words() -> None:
    link = "https://h.example/1"
    twice = [
        entry(guid=guid, link=link, words=words)
        for guid, words in (("", "one"), ("a", "one"), ("a", "two"), ("", "two"))
    ]
    found = sort_entries("f", twice, [])
    again = sort_entries("f", twice, remember(found))
    assert {one.news for one in again} <= {News.SAME, News.TWICE}


def test_an_id_that_an_edit_gave_up_does_not_swallow_the_item_that_has_it_now() -> None:
    old = [entry("b", "https://h.example/2")]
    new = [
        entry("", "https://h.example/2", "two"),
        entry("b", None),
        entry("b", "https://h.example/1", "two"),
    ]
    assert after(old, new) == [News.CHANGED, News.NEW, News.NEW]


def test_a_link_that_an_entry_gave_up_does_not_swallow_the_item_that_has_it_now() -> None:
    old = [entry("c", "https://h.example/2")]
    new = [entry("c", "https://h.example/1"), entry("b", "https://h.example/2", "two")]
    assert after(old, new) == [News.SAME, News.NEW]


@given(st.lists(entries, max_size=8), st.lists(entries, max_size=8))
def test_keys_of_new_entries_are_unique_and_a_document_twice_brings_nothing(
    first: list[Entry], second: list[Entry]
) -> None:
    known = remember(sort_entries("f", first, []))
    found = sort_entries("f", second, known)
    new = [one.entry_key for one in found if one.news in (News.NEW, News.MOVED)]
    assert len(new) == len(set(new))
    assert not set(new) & {one.entry_key for one in known}
    again = sort_entries("f", second, remember(found, known))
    assert not [one for one in again if one.news is News.NEW]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://h.example/a?utm_source=x", "http://h.example/a", True),
        ("https://www.h.example/a/", "https://h.example/a", True),
        ("https://m.h.example/a", "https://h.example/a", True),
        ("https://h.example/a/amp/", "https://h.example/a", True),
        ("https://h.example/a#comments", "https://h.example/a", True),
        ("https://H.example:443/a", "https://h.example/a", True),
        ("https://h.example/a?b=2&a=1", "https://h.example/a?a=1&b=2", True),
        ("https://h.example/a?smid=rss", "https://h.example/a", True),
        ("https://h.example/a?src=rss", "https://h.example/a", True),
        ("https://h.example/a?id=1", "https://h.example/a?id=2", False),
        ("https://h.example/A", "https://h.example/a", False),
        ("https://h.example/a", "https://h.example/b", False),
        ("https://h.example:8080/a", "https://h.example/a", False),
        ("https://h.example/#!/a", "https://h.example/#!/b", False),
    ],
)
def test_when_two_links_are_the_same(one: str, other: str, same: bool) -> None:
    assert (url_key(one) == url_key(other)) is same


def test_an_address_of_slashes_costs_its_length(costs_its_length: Callable[..., None]) -> None:
    costs_its_length(lambda letters: url_key(f"https://a.example/{'/' * letters}x"))


@given(st.text(max_size=60))
def test_no_link_raises(link: str) -> None:
    url_key(link)
    url_key("http://" + link)


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<b>Ferry</b> sails", "Ferry sails"),
        ("AT&amp;T &amp;#8217;s", "AT&T ’s"),
        ("Fer\u00adry \u200bsa\u202eils", "Ferry sails"),
        ("<script>alert(1)</script>Ferry<style>x", "Ferry"),
        ("<p>One</p><p>Two</p>", "One\nTwo"),
        ("3 < 4 and 5 > 2", "3 < 4 and 5 > 2"),
        ("Cafe\u0301", "Café"),
        ("a\x00b", "a\ufffdb"),
        (None, ""),
    ],
)
def test_plain_text(markup: str | None, text: str) -> None:
    assert plain_text(markup) == text
    assert "\n" not in plain_line(markup)
