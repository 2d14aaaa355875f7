"""A feed is read in every encoding, and broken as it may be."""

import pytest
from tests.feeds.feed_made import only, rss

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
