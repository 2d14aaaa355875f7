"""What a feed's bytes say: every format, every encoding, every way of being broken."""

import json
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirewatch.feeds.dates import needs_us, written_time
from wirewatch.feeds.document import NotAFeed, ParsedFeed
from wirewatch.feeds.parse import parse_feed
from wirewatch.feeds.pieces import cut, short_authors
from wirewatch.records import Entry

NOW = datetime(2024, 2, 7, 12, 0, tzinfo=UTC)
URL = "https://harbour.example/feeds/all.xml"


def parse(data: str | bytes, **options: Any) -> ParsedFeed:
    return parse_feed(data.encode() if isinstance(data, str) else data, URL, now=NOW, **options)


def rss(inside: str, declaration: str = "") -> str:
    names = (
        'xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        'xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"'
    )
    return f'{declaration}<rss version="2.0" {names}><channel>{inside}</channel></rss>'


def only(data: str | bytes, **options: Any) -> Entry:
    (entry,) = parse(data, **options).entries
    return entry


# ── Formats ───────────────────────────────────────────────────────────────────────────────────

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en-GB"><title>Harbour</title>
<link rel="hub" href="https://hub.example/"/><entry><id>tag:harbour,1</id><title>Ferry sails</title>
<link href="/1"/><published>2024-02-06T10:00:00+01:00</published>
<updated>2024-02-06T12:00:00Z</updated><author><name>Ann Rower</name></author>
<author><name>Bo Sail</name></author><summary>It left.</summary>
<content type="html">&lt;p&gt;It left the harbour.&lt;/p&gt;</content></entry></feed>"""


def test_markup_stays_as_the_feed_has_it() -> None:
    markup = "<div>The <b>ferry</b> sails</div>"
    entry = f'<entry><title type="application/xhtml+xml">{markup}</title><id>1</id></entry>'
    feed = f'<feed version="0.3" xmlns="http://purl.org/atom/ns#">{entry}</feed>'
    assert only(feed).title == markup


def test_atom_in_full() -> None:
    assert only(ATOM) == Entry(
        entry_id="tag:harbour,1",
        link="https://harbour.example/1",
        title="Ferry sails",
        published=datetime(2024, 2, 6, 9, tzinfo=UTC),
        updated=datetime(2024, 2, 6, 12, tzinfo=UTC),
        author="Ann Rower, Bo Sail",
        authors=("Ann Rower", "Bo Sail"),
        summary="It left.",
        content="<p>It left the harbour.</p>",
        language="en-GB",
    )
    assert parse(ATOM).hub == "https://hub.example/"


def test_rss_in_full() -> None:
    entry = only(
        rss(
            "<title>Harbour</title><language>en-us</language><item><guid>7</guid>"
            "<title>Ferry &amp; tide</title><link>https://harbour.example/7</link>"
            "<pubDate>Tue, 06 Feb 2024 10:00:00 +0100</pubDate><dc:creator>Ann Rower</dc:creator>"
            "<description><![CDATA[<b>It</b> left.]]></description>"
            "<content:encoded><![CDATA[<p>It left the harbour.</p>]]></content:encoded></item>"
        )
    )
    assert entry == Entry(
        entry_id="7",
        link="https://harbour.example/7",
        title="Ferry & tide",
        published=datetime(2024, 2, 6, 9, tzinfo=UTC),
        author="Ann Rower",
        authors=("Ann Rower",),
        summary="<b>It</b> left.",
        content="<p>It left the harbour.</p>",
        language="en-us",
    )


def test_json_feed_in_full() -> None:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Harbour",
        "language": "en",
        "hubs": [{"type": "WebSub", "url": "https://hub.example/"}],
        "items": [
            {
                "id": 7,
                "url": "/7",
                "title": "Ferry sails",
                "summary": "It left.",
                "content_html": "<p>It left the harbour.</p>",
                "date_published": "2024-02-06T10:00:00+01:00",
                "authors": [{"name": "Ann Rower"}, {"url": "https://x.example"}],
            }
        ],
    }
    parsed = parse(json.dumps(feed))
    assert parsed.entries == (
        Entry(
            entry_id="7",
            link="https://harbour.example/7",
            title="Ferry sails",
            published=datetime(2024, 2, 6, 9, tzinfo=UTC),
            author="Ann Rower",
            authors=("Ann Rower",),
            summary="It left.",
            content="<p>It left the harbour.</p>",
            language="en",
        ),
    )
    assert (parsed.title, parsed.hub) == ("Harbour", "https://hub.example/")


def test_json_feed_of_the_first_version_has_one_author() -> None:
    items = [{"id": "a", "external_url": "https://x.example/", "author": {"name": "Ann Rower"}}]
    entry = only(json.dumps({"version": "https://jsonfeed.org/version/1", "items": items}))
    assert (entry.author, entry.link) == ("Ann Rower", "https://x.example/")


def test_rdf_is_read() -> None:
    data = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        'xmlns="http://purl.org/rss/1.0/"><channel><title>Harbour</title></channel>'
        "<item><title>Ferry sails</title><link>https://harbour.example/1</link></item></rdf:RDF>"
    )
    assert only(data).title == "Ferry sails"


def test_what_a_feed_does_not_say_is_none() -> None:
    assert only(rss("<item><title>Ferry</title></item>")) == Entry(
        entry_id="", link=None, title="Ferry"
    )


@pytest.mark.parametrize(
    ("author", "names"),
    [
        ("<author>ann@harbour.example (Ann Rower)</author>", ("Ann Rower",)),
        ("<author>ann@harbour.org (Ann Rower)</author>", ("Ann Rower",)),
        ("<author>Ann Rower &lt;ann@harbour.media&gt;</author>", ("Ann Rower",)),
        ("<author><![CDATA[Ann Rower (ann@harbour.news)]]></author>", ("Ann Rower",)),
        ("<dc:creator>Ann Rower</dc:creator><dc:creator>Bo Sail</dc:creator>",
         ("Ann Rower", "Bo Sail")),
        ("<author>ann@harbour.example</author>", ("ann@harbour.example",)),
        ("<author>ann@harbour.org</author>", ("ann@harbour.org",)),
        ("<author>Ann Rower</author>", ("Ann Rower",)),
        ("<author>@annrower</author>", ("@annrower",)),
    ],
)  # fmt: skip
def test_an_author_is_a_name_whatever_address_stands_beside_it(
    author: str, names: tuple[str, ...]
) -> None:
    assert only(rss(f"<item><title>Ferry</title>{author}</item>")).authors == names


# ── What is no feed ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"  \n ", "empty"),
        (b"<!DOCTYPE html><html><title>Log in</title></html>", "web page titled “Log in”"),
        (b"<html><body><item>x</item></body></html>", "web page"),
        (b"<svg/>", "XML, but no feed"),
        (b"not found", "no feed"),
        (b"\x1f\x8b\x08\x00\x01\x02", "no feed"),
        (b'{"error": 1}', "JSON, but no feed"),
        (b'{"items": [1, 2]}', "JSON, but no feed"),
        (b'{"items": ', "broken"),
        (b"[" * 100_000, "broken"),
        (b"x" * (8 << 20) + b"x", "too big"),
        (b"/etc/hostname", "no feed"),  # never taken for a file's name
        (b"https://harbour.example/feed.xml", "no feed"),  # nor fetched
    ],
)
def test_what_is_no_feed_is_an_error_in_words(data: bytes, words: str) -> None:
    with pytest.raises(NotAFeed, match=words):
        parse(data)


def test_a_feed_without_entries_is_a_feed() -> None:
    assert parse(rss("<title>Harbour</title>")).entries == ()


# ── Hostile ───────────────────────────────────────────────────────────────────────────────────

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


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("https://harbour.example/1", "https://harbour.example/1"),
        ("/1", "https://harbour.example/1"),
        ("1.html", "https://harbour.example/feeds/1.html"),
        ("//other.example/1", "https://other.example/1"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("mailto:ann@harbour.example", None),
        ("http://[broken", None),
        ("", None),
    ],
)
def test_links_are_absolute_and_of_the_web(link: str, expected: str | None) -> None:
    assert only(rss(f"<item><title>Ferry</title><link>{link}</link></item>")).link == expected


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("Tue, 06 Feb 2024 10:00:00 +0100", datetime(2024, 2, 6, 9, tzinfo=UTC)),
        ("2024-02-06T10:00:00Z", datetime(2024, 2, 6, 10, tzinfo=UTC)),
        ("Tue, 06 Feb 2024 10:00:00", datetime(2024, 2, 6, 10, tzinfo=UTC)),  # no zone: UTC
        ("Thu, 08 Feb 2024 02:00:00 GMT", datetime(2024, 2, 8, 2, tzinfo=UTC)),  # a wrong zone
        ("Fri, 09 Feb 2924 10:00:00 GMT", None),
        ("Sat, 10 Feb 2024 10:00:00 GMT", None),  # three days ahead is no zone
        ("1707300000", None),
        ("0000-00-00T00:00:00Z", None),
        ("Thu, 01 Jan 1970 00:00:00 GMT", None),
        ("31 Feb 2024", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_a_date_that_cannot_be_is_none_and_never_now(date: str, expected: datetime | None) -> None:
    entry = only(rss(f"<item><title>Ferry</title><pubDate>{date}</pubDate></item>"))
    assert entry.published == expected


FEBRUARY_6 = datetime(2024, 2, 6, tzinfo=UTC)
TEN = FEBRUARY_6 + timedelta(hours=10)


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        # other languages
        ("mar., 06 févr. 2024 10:00:00 +0100", TEN - timedelta(hours=1)),
        ("Di, 06 Feb 2024 10:00:00 +0100", TEN - timedelta(hours=1)),
        ("Вт, 06 фев 2024 10:00:00 +0300", TEN - timedelta(hours=3)),
        ("6 de febrero de 2024 10:00", TEN),
        ("6 Şubat 2024 10:00", TEN),
        ("wt., 6 lut 2024 10:00:00 GMT", TEN),
        ("2024年2月6日 10:00", TEN),
        ("2024년 2월 6일 오후 2:30", FEBRUARY_6 + timedelta(hours=14, minutes=30)),
        ("الثلاثاء، 6 فبراير 2024 10:00", TEN),
        # other orders
        ("2024/02/06 10:00", TEN),
        ("20240206T100000Z", TEN),
        ("06.02.2024 10:00", TEN),
        ("Feb 6, 2024, 10:00 AM", TEN),
        ("Tuesday, February 6, 2024 - 10:00", TEN),
        ("31/01/2024", datetime(2024, 1, 31, tzinfo=UTC)),
        # named zones, which feedparser passes over
        ("Tue, 06 Feb 2024 10:00:00 CET", TEN - timedelta(hours=1)),
        ("Tue, 06 Feb 2024 10:00:00 CEST", TEN - timedelta(hours=2)),
        ("Tue, 06 Feb 2024 10:00:00 UTC+2", TEN - timedelta(hours=2)),
        ("Tue, 06 Feb 2024 10:00:00 IST", TEN - timedelta(hours=5, minutes=30)),
        ("Tue, 06 Feb 2024 10:00:00 EST", TEN + timedelta(hours=5)),
        # what can mean two days, or none
        ("06/02/2024", None),
        ("6 Foo 2024 10:00", None),
        ("2024/02/31", None),
        ("2024/13/01 10:00", None),
    ],
)
def test_a_date_in_an_odd_form_is_read_where_it_means_one_time_only(
    date: str, expected: datetime | None
) -> None:
    entry = only(rss(f"<item><title>Ferry</title><pubDate>{date}</pubDate></item>"))
    assert entry.published == expected


@given(st.text(max_size=90) | st.from_regex(r"[0-9 ,./:A-Za-z年월-]{0,90}", fullmatch=True))
def test_no_words_for_a_date_raise(words: str) -> None:
    needs_us(words)
    assert written_time(words) is None or written_time(words).tzinfo is UTC  # type: ignore[union-attr]


# ── Encodings ─────────────────────────────────────────────────────────────────────────────────

WORDS = "Übermut – Fähre läuft aus"
ARABIC = "العبارة تغادر الميناء"
CHINESE = "渡轮离开港口"


def encoded(words: str, encoding: str, declared: str | None) -> bytes:
    declaration = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    return rss(f"<item><title>{words}</title></item>", declaration).encode(encoding)


@pytest.mark.parametrize(
    ("data", "content_type", "expected"),
    [
        (encoded(WORDS, "utf-8", None), None, WORDS),
        (encoded(WORDS, "utf-8-sig", "iso-8859-1"), "text/xml; charset=latin-1", WORDS),
        (encoded(WORDS, "utf-16", "utf-16"), None, WORDS),
        (encoded(WORDS, "utf-16-le", None), None, WORDS),
        (encoded(WORDS, "cp1252", "iso-8859-1"), None, WORDS),  # what they mean by latin-1
        (encoded(WORDS, "cp1252", None), "text/xml; charset=windows-1252", WORDS),
        (encoded(WORDS, "cp1252", "utf-8"), None, WORDS),  # declared wrongly
        (encoded(WORDS, "utf-8", "utf-8"), "text/xml; charset=iso-8859-1", WORDS),  # a server's
        (encoded(ARABIC, "cp1256", "windows-1256"), None, ARABIC),
        (encoded(CHINESE, "gb18030", "gb2312"), None, CHINESE),
        (encoded(CHINESE, "utf-8", "no-such-encoding"), None, CHINESE),
        (encoded(WORDS, "utf-8", "utf-16"), None, WORDS),
    ],
)
def test_encodings(data: bytes, content_type: str | None, expected: str) -> None:
    assert only(data, content_type=content_type).title == expected


def test_control_characters_and_junk_cost_no_entry() -> None:
    data = b"\n\n junk " + rss("<item><title>Fe\x00r\x08ry</title></item>").encode() + b"</oops>"
    assert only(data).title == "Ferry"


@pytest.mark.parametrize(
    ("broken", "title"),
    [
        ("<item><title>AT&T sails</title></item>", "AT&T sails"),
        ("<item><title>Ferry</title><description>a <b>b", "Ferry"),
    ],
)
def test_what_is_not_well_formed_is_read_as_well_as_possible(broken: str, title: str) -> None:
    assert only(rss(broken)).title == title


# ── Pieces seen before ────────────────────────────────────────────────────────────────────────


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


@given(st.binary(max_size=400))
def test_no_bytes_raise_anything_but_not_a_feed(data: bytes) -> None:
    with suppress(NotAFeed):
        parse(data)


@given(st.text(max_size=200))
def test_short_authors_leave_short_text_alone(text: str) -> None:
    assert short_authors(text) == text


# ── What a feed says of itself ────────────────────────────────────────────────────────────────


def test_hints_for_polling() -> None:
    parsed = parse(
        rss(
            "<ttl>60</ttl><sy:updatePeriod>daily</sy:updatePeriod>"
            "<sy:updateFrequency>4</sy:updateFrequency>"
            "<skipHours><hour>0</hour><hour>23</hour><hour>99</hour></skipHours>"
            "<skipDays><day>Sunday</day></skipDays><item><guid>1</guid></item>"
        )
    )
    assert parsed.ttl == timedelta(hours=1)
    assert parsed.update_period == timedelta(hours=6)
    assert parsed.skip_hours == {0, 23}
    assert parsed.skip_days == {6}
