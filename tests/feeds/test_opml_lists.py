"""Lists of feeds from other programs, and back."""

import pytest

from wirewatch.feeds.opml import NotOPML, Outline, read_opml, write_opml
from wirewatch.records import Feed

LIST = b"""<?xml version="1.0"?><opml version="1.0"><head><title>Mine</title></head><body>
<outline text="Coast"><outline type="rss" text="Harbour &amp; Tide" xmlUrl="https://h.example/rss"/>
<outline text="Islands"><outline title="Isles" xmlUrl="https://i.example/rss"/></outline></outline>
<outline text="Again" xmlUrl="https://h.example/rss"/>
<outline text="Bad" xmlUrl="javascript:alert(1)"/><outline type="link" text="A page" url="https://p.example/"/>
</body></opml>"""


def test_folders_become_groups_and_each_address_comes_once() -> None:
    assert read_opml(LIST) == [
        Outline(url="https://h.example/rss", title="Harbour & Tide", folders=("Coast",)),
        Outline(url="https://i.example/rss", title="Isles", folders=("Coast", "Islands")),
    ]


@pytest.mark.parametrize("data", [b"", b"<rss/>", b"no xml", b"\x00\xff", b"<html><body/></html>"])
def test_what_is_no_list_is_told(data: bytes) -> None:
    with pytest.raises(NotOPML):
        read_opml(data)


def test_entities_of_a_list_read_no_file() -> None:
    data = (
        b'<!DOCTYPE opml [<!ENTITY f SYSTEM "file:///etc/hostname">]>'
        b'<opml><body><outline text="&f;" xmlUrl="https://h.example/rss"/></body></opml>'
    )
    (outline,) = read_opml(data)
    assert outline.title == "https://h.example/rss"


def test_what_goes_out_comes_back() -> None:
    feeds = [
        Feed(feed_id="a", url="https://h.example/?a=1&b=2", publisher='“H” & "T"', groups=("sea",)),
        Feed(feed_id="b", url="https://i.example/", publisher="Isles <Daily>"),
    ]
    back = read_opml(write_opml(feeds).encode())
    assert [(one.url, one.title, one.folders) for one in back] == [
        (feed.url, feed.publisher, feed.groups) for feed in feeds
    ]
