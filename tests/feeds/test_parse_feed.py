"""What a feed's bytes say: every format, and what is no feed."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from tests.feeds.feed_made import only, parse, rss

from wirewatch.feeds.document import NotAFeed
from wirewatch.records import Entry

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
