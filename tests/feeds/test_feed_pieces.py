"""Entries that were seen before are not read again, and nothing else is lost."""

from hypothesis import given
from hypothesis import strategies as st
from tests.feeds.feed_made import parse, rss

from wirewatch.feeds.pieces import cut


def items(*numbers: int) -> str:
    return rss(
        "<title>Harbour</title>"
        + "\n".join(
            f"<item><guid>{n}</guid><title><![CDATA[<item> {n}]]></title><!-- </item> --></item>"
            for n in numbers
        )
    )


def test_only_pieces_not_seen_before_are_read() -> None:
    first = parse(items(1, 2, 3))
    later = parse(items(4, 2, 1), seen=first.pieces)
    assert [entry.entry_id for entry in first.entries] == ["1", "2", "3"]
    assert [entry.entry_id for entry in later.entries] == ["4"]
    assert (later.skipped, later.title) == (2, "Harbour")
    assert parse(items(3, 2), seen=first.pieces).entries == ()


def test_a_broken_feed_is_read_whole_whatever_was_seen() -> None:
    first = parse(items(1, 2))
    broken = items(1, 2, 3).replace("</channel>", "</oops></channel>")
    assert len(parse(broken, seen=first.pieces).entries) == 3


@given(st.lists(st.integers(0, 30), unique=True), st.sets(st.integers(0, 30)))
def test_trimmed_and_whole_say_the_same(numbers: list[int], known: set[int]) -> None:
    seen = [piece for n in known for piece in parse(items(n)).pieces]
    whole = [e for e in parse(items(*numbers)).entries if int(e.entry_id) not in known]
    assert list(parse(items(*numbers), seen=seen).entries) == whole


MARKS = ["<item>", "</item>", "<![CDATA[", "]]>", "<!--", "-->", "<item/>", "x", "</entry>"]


@given(st.lists(st.sampled_from(MARKS)).map("".join))
def test_a_cut_loses_nothing(text: str) -> None:
    pieces = cut(text)
    if pieces is not None:
        whole, _ = pieces.without(frozenset())
        assert whole == text
