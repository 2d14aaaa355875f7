"""What sites allow, and where links lead: robots.txt, counters' links, canonical addresses."""

import base64
from datetime import timedelta
from pathlib import Path

import pytest
from made import Newspaper, page
from test_reading_pages import NOW, Desk, item

from wirewatch.articles.onward import leads_on
from wirewatch.articles.unwrap import unwrapped
from wirewatch.desk.robots import Leave, Robots
from wirewatch.store import open_store
from wirewatch.store.archive import open_archive
from wirewatch.store.pages import page_log
from wirewatch.store.robots import RobotsRow

SITE = "https://post.example"
STORY = f"{SITE}/world/quay"


@pytest.fixture
def desk(paper: Newspaper, tmp_path: Path) -> Desk:
    return Desk(open_store(), paper, open_archive(f"file://{tmp_path}/pages"))


# ── robots.txt ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("answer", "text", "leave"),
    [
        ("all", "", Leave.YES),  # 4xx: the site has none
        ("wait", "", Leave.WAIT),  # 5xx or silence: not now
        ("rules", "", Leave.YES),
        ("rules", "User-agent: *\nDisallow: /world/", Leave.NO),
        ("rules", "User-agent: *\nDisallow: /sport/", Leave.YES),
        ("rules", "User-agent: *\nDisallow: /\nAllow: /world/", Leave.YES),  # the longer rule
        ("rules", "User-agent: Wirewatch\nDisallow: /\n\nUser-agent: *\nAllow: /", Leave.NO),
        ("rules", "User-agent: OtherBot\nDisallow: /", Leave.YES),
        ("rules", "User-agent: *\nDisallow: /*quay$", Leave.NO),
        ("rules", "<html>Not found</html>", Leave.YES),  # a page where the rules should be
    ],
)
def test_what_a_site_lets_us_ask_for(answer: str, text: str, leave: Leave) -> None:
    robots = Robots({SITE: RobotsRow(SITE, answer, text, NOW)}, "Wirewatch")
    assert robots.leave(STORY) is leave
    assert robots.leave("https://another.example/x") is Leave.YES, "each site speaks for itself"


@pytest.mark.parametrize(
    ("text", "gap"),
    [
        ("User-agent: *\nCrawl-delay: 7", {"post.example": 7.0}),
        ("User-agent: *\nCrawl-delay: 86400", {"post.example": 30.0}),  # nobody means a day
        ("User-agent: *\nDisallow: /x", {}),
    ],
)
def test_the_pause_that_a_site_asks_for_is_kept(text: str, gap: dict[str, float]) -> None:
    assert Robots({SITE: RobotsRow(SITE, "rules", text, NOW)}, "Wirewatch").gaps() == gap


@pytest.mark.parametrize(("status", "read"), [(404, 1), (403, 1), (500, 0), (429, 0)])
def test_pages_wait_while_robots_txt_cannot_be_had(desk: Desk, status: int, read: int) -> None:
    desk.paper.answers["/robots.txt"] = (status, "Disallow: /")
    desk.paper.answers["/a"] = (200, page())
    desk.feed(item(desk.paper, "/a"))
    desk.poll()
    report = desk.read()
    assert (report.read, report.waiting) == (read, 1 - read)
    assert desk.paper.asked.count("/a") == read


def test_robots_txt_is_believed_for_a_day_and_then_asked_again(desk: Desk) -> None:
    desk.paper.answers["/robots.txt"] = (200, "User-agent: *\nAllow: /")
    for hours, path in ((0, "/a"), (23, "/b"), (25, "/c")):
        desk.paper.answers[path] = (200, page(f"Story {path}"))
        desk.feed(item(desk.paper, path, title=f"Story {path}"))
        desk.poll(NOW + timedelta(hours=hours))
        assert desk.read(NOW + timedelta(hours=hours)).read == 1
    assert desk.paper.asked.count("/robots.txt") == 2


# ── Where links lead ──────────────────────────────────────────────────────────────────────────


def _google_news(url: str) -> str:
    size = len(url)
    length = bytes([size]) if size < 128 else bytes([size & 0x7F | 0x80, size >> 7])
    coded = base64.urlsafe_b64encode(b"\x08\x13\x22" + length + url.encode() + b"\xd2\x01\x00")
    return f"https://news.google.com/rss/articles/{coded.decode().rstrip('=')}?oc=5"


LONG = f"{SITE}/world/{'quay-' * 40}closed"
COUNTED = "https%3A%2F%2Fpost.example%2Fworld%2Fquay"


@pytest.mark.parametrize(
    ("link", "target"),
    [
        (_google_news(STORY), STORY),
        (_google_news(LONG), LONG),
        (f"https://www.google.com/url?rct=j&sa=t&url={COUNTED}&ct=ga", STORY),
        (f"https://www.google.co.uk/url?q={COUNTED}", STORY),
        (f"http://www.bing.com/news/apiclick.aspx?ref=FexRss&url={COUNTED}&c=1", STORY),
        (f"https://l.facebook.com/l.php?u={COUNTED}&h=x", STORY),
        (f"https://r.search.yahoo.com/_ylt=A/RV=2/RU={COUNTED}/RK=2/RS=x", STORY),
        # nothing inside, or nothing that may be asked: the link stays
        ("https://news.google.com/rss/articles/CBMiAAAA", None),
        ("https://news.google.com/topics/world", None),
        ("https://www.google.com/url?q=javascript%3Aalert(1)", None),
        ("https://www.google.com/search?q=https://post.example/", None),
        (f"https://post.example/url?q={COUNTED}", None),
        ("https://feeds.feedburner.com/~r/post/~3/abc/quay", None),
        ("http://[::1", None),
    ],
)
def test_a_link_that_carries_its_page_inside_is_unwrapped(link: str, target: str | None) -> None:
    assert unwrapped(link) == (target or link)


def test_a_redirecting_link_is_resolved_once(desk: Desk) -> None:
    desk.paper.answers["/~r/post/~3/abc"] = (302, "", {"Location": "/world/quay"})
    desk.paper.answers["/world/quay"] = (200, page())
    desk.feed(item(desk.paper, "/~r/post/~3/abc"))
    desk.poll()
    assert desk.read().read == 1
    stored = desk.get("/world/quay")
    assert stored is not None
    assert stored.article.url == desk.paper.url("/world/quay"), "the page's address is its name"
    desk.feed(item(desk.paper, "/~r/post/~3/abc"), path="/second")
    desk.poll(NOW + timedelta(hours=1))
    assert desk.read(NOW + timedelta(hours=1)).known == 1
    assert desk.paper.asked.count("/~r/post/~3/abc") == 1
    assert len(desk.waiting()) == 1


CODED = '<html><body><c-wiz data-n-au="{target}">Opening …</c-wiz></body></html>'
REFRESH = (
    '<html><head><meta http-equiv="refresh" content="0; url={target}"></head>'
    "<body>Wait</body></html>"
)


@pytest.mark.parametrize("leading", [CODED, REFRESH])
def test_a_coded_link_is_resolved_once_and_the_page_behind_is_the_article(
    desk: Desk, leading: str
) -> None:
    coded = "/rss/articles/CBMi0wFBVV95cUxQ"
    desk.paper.answers[coded] = (200, leading.format(target=desk.paper.url("/world/quay")))
    desk.paper.answers["/world/quay"] = (200, page())
    desk.feed(item(desk.paper, coded))
    desk.poll()
    assert desk.read().read == 1
    stored = desk.get("/world/quay")
    assert stored is not None
    assert desk.get(coded) is None
    desk.feed(item(desk.paper, coded), path="/second")
    desk.feed(item(desk.paper, "/world/quay"), path="/third")
    desk.poll(NOW + timedelta(hours=1))
    assert desk.read(NOW + timedelta(hours=1)).known == 2
    assert desk.paper.asked.count(coded) == 1


def test_what_robots_txt_forbids_is_not_asked_for_behind_a_coded_link_either(desk: Desk) -> None:
    desk.paper.answers["/robots.txt"] = (200, "User-agent: *\nDisallow: /world/")
    desk.paper.answers["/c"] = (200, CODED.format(target=desk.paper.url("/world/quay")))
    desk.feed(item(desk.paper, "/c"))
    desk.poll()
    assert desk.read().from_feed == 1
    assert "/world/quay" not in desk.paper.asked


@pytest.mark.parametrize(
    "body",
    [
        page(head='<meta http-equiv="refresh" content="300">'),
        page(head='<meta http-equiv="refresh" content="0; url=/other">'),  # it has a story
        '<html><meta http-equiv="refresh" content="300; url=/other"></html>',
        '<html><noscript><meta http-equiv="refresh" content="0; url=/other"></noscript></html>',
        '<html><meta http-equiv="refresh" content="0; url=/a?utm_source=x"></html>',  # itself
        '<html><meta http-equiv="refresh" content="0; url=javascript:alert(1)"></html>',
        '<html><meta name="refresh" content="0; url=/other"></html>',
        '<c-wiz data-n-au="javascript:alert(1)">',
        "<meta " * 5000,
        "",
    ],
)
def test_a_page_that_is_read_itself_leads_nowhere(body: str) -> None:
    assert leads_on(body.encode(), "https://post.example/a") is None


# ── What a page calls its own address ─────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("canonical", "noted"),
    [
        ("https://agency.example/quay", "https://agency.example/quay"),  # where the copy is from
        ("{paper}/", "{paper}/"),  # a publisher's mistake
        ("{paper}/a", None),
        ("/a?utm_source=x", None),
    ],
)
def test_a_canonical_address_elsewhere_is_noted_and_is_not_the_articles_name(
    desk: Desk, canonical: str, noted: str | None
) -> None:
    paper = desk.paper.url("")
    link = f'<link rel="canonical" href="{canonical.format(paper=paper)}">'
    desk.paper.answers["/a"] = (200, page(head=link))
    desk.feed(item(desk.paper, "/a"))
    desk.poll()
    assert desk.read().read == 1
    stored = desk.get("/a")
    assert stored is not None
    assert stored.article.url == desk.paper.url("/a")
    with desk.store.read() as connection:
        [note] = page_log(connection, desk.paper.url("/a"))
    assert note.canonical == (noted.format(paper=paper) if noted else None)
