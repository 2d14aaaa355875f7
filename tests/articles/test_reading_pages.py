"""From waiting entries to articles in the store, against a newspaper on loopback."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from made import STORY, Newspaper, news_article, page

from wirewatch.desk.poll import poll
from wirewatch.desk.read import ReadReport, read
from wirewatch.records import Entity, Feed, Vocabulary
from wirewatch.store import Store, articles, open_store
from wirewatch.store.archive import Archive, open_archive
from wirewatch.store.pages import page_log

NOW = datetime(2024, 2, 5, 18, 0, tzinfo=UTC)
SUMMARY = "Divers found cracks in three pillars of the east quay at Port Ellery."


@dataclass
class Desk:
    """A desk with an archive, and one feed for each path of the paper."""

    store: Store
    paper: Newspaper
    archive: Archive
    feeds: list[Feed] = field(default_factory=list)
    vocabulary: Vocabulary = field(
        default_factory=lambda: Vocabulary(
            entities=(Entity(entity_id="ines", name="Ines Caldera", kind="person"),), version="v"
        )
    )

    def feed(self, *items: str, path: str = "/feed", **more: object) -> None:
        """Make the paper's feed say this, and poll it."""
        body = f"<rss><channel><title>Post</title>{''.join(items)}</channel></rss>"
        self.paper.answers[path] = (200, body, {"Content-Type": "application/rss+xml"})
        if all(one.url != self.paper.url(path) for one in self.feeds):
            self.feeds.append(
                Feed(
                    feed_id=path,
                    url=self.paper.url(path),
                    publisher="Ellery Post",
                    groups=("harbour",),
                    **more,  # type: ignore[arg-type]
                )
            )

    def poll(self, at: datetime = NOW) -> None:
        """Ask the feeds."""
        poll(self.store, self.feeds, at, allow=[self.paper.host])

    def read(self, at: datetime = NOW) -> ReadReport:
        """Read what waits."""
        return read(self.store, self, at, allow=[self.paper.host], archive=self.archive)

    def get(self, path: str) -> articles.Stored | None:
        """What is stored of a path."""
        with self.store.read() as connection:
            return articles.get(connection, self.paper.url(path))

    def waiting(self) -> list[articles.Waiting]:
        """What waits for the judge."""
        with self.store.read() as connection:
            return articles.unjudged(connection)


def item(
    paper: Newspaper, path: str, title: str = "Council closes the east quay", text: str = SUMMARY
) -> str:
    return (
        f"<item><title>{title}</title><link>{paper.url(path)}</link><guid>{path}</guid>"
        f"<description>{text}</description>"
        "<pubDate>Mon, 05 Feb 2024 17:30:00 GMT</pubDate></item>"
    )


@pytest.fixture
def desk(paper: Newspaper, tmp_path: Path, store: Store) -> Desk:
    return Desk(store, paper, open_archive(f"file://{tmp_path}/pages"))


def test_an_entry_becomes_an_article_with_its_reading_and_its_place(desk: Desk) -> None:
    desk.paper.answers["/a"] = (200, page(linked=news_article()))
    desk.feed(item(desk.paper, "/a"))
    desk.poll()
    report = desk.read()
    assert (report.read, report.failed) == (1, 0)
    stored = desk.get("/a")
    assert stored is not None
    assert stored.article.text == "\n".join(STORY)
    assert (stored.article.publisher, stored.article.groups) == ("Ellery Post", ("harbour",))
    assert stored.article.arrived == NOW
    assert [mention.entity for mention in stored.reading.mentions] == ["ines"]
    assert stored.silent, "what was there when the feed was new is told to nobody"
    assert [waiting.sequence for waiting in desk.waiting()] == [stored.sequence]


def test_the_same_page_in_two_feeds_is_one_article(desk: Desk) -> None:
    desk.paper.answers["/a"] = (200, page())
    desk.paper.answers["/a?utm_source=rss"] = (200, page())
    desk.feed(item(desk.paper, "/a"))
    desk.feed(item(desk.paper, "/a?utm_source=rss"), path="/second")
    desk.poll()
    report = desk.read()
    assert (report.read, report.known) == (1, 1)
    assert len(desk.waiting()) == 1


def test_reading_twice_does_nothing_twice(desk: Desk) -> None:
    desk.paper.answers["/a"] = (200, page())
    desk.feed(item(desk.paper, "/a"))
    desk.poll()
    desk.read()
    before = desk.paper.asked.count("/a")
    assert desk.read() == ReadReport()
    assert desk.paper.asked.count("/a") == before
    assert len(desk.waiting()) == 1


def test_an_edited_page_is_a_new_version_of_the_same_article_and_judged_again(desk: Desk) -> None:
    desk.paper.answers["/a"] = (200, page())
    desk.feed(item(desk.paper, "/a"))
    desk.poll()
    desk.read()
    first = desk.get("/a")
    assert first is not None
    with desk.store.begin() as connection:
        assert articles.mark_judged(connection, first.sequence, NOW)
    later = NOW + timedelta(hours=3)
    more = "Nine ships lay at the east quay when the order came, the council said."
    desk.paper.answers["/a"] = (200, page(story=(*STORY, more)))
    desk.feed(item(desk.paper, "/a", title="Council closes the east quay at once"))
    desk.poll(later)
    desk.read(later)
    second = desk.get("/a")
    assert second is not None
    assert second.article.article_id == first.article.article_id
    assert (second.version, second.judged_at) == (2, None)
    assert second.sequence > first.sequence
    assert more in second.article.text
    with desk.store.read() as connection:
        told = articles.versions(connection, first.article.article_id)
    assert [more in version.text for version in told] == [False, True]


@pytest.mark.parametrize(
    ("answer", "method"),
    [
        ((403, "no"), "feed: status 403"),
        ((404, "gone"), "feed: status 404"),
        ((200, "<html><title>Just a moment...</title></html>"), "feed: refused: challenge"),
        (
            (200, "%PDF-1.4", {"Content-Type": "application/pdf"}),
            "feed: not a page: application/pdf",
        ),
        ((302, "", {"Location": "http://127.0.0.2:1/a"}), "feed: "),  # in-house by a redirect
    ],
)
def test_where_the_page_gives_nothing_the_feeds_own_text_stands_in(
    desk: Desk, answer: tuple[int, str], method: str
) -> None:
    desk.paper.answers["/a"] = answer
    desk.feed(item(desk.paper, "/a"))
    desk.poll()
    report = desk.read()
    if report.waiting:  # what may pass is tried again first
        for hours in (1, 3, 12):
            report = desk.read(NOW + timedelta(hours=hours))
    assert report.from_feed == 1
    stored = desk.get("/a")
    assert stored is not None
    assert stored.article.text == SUMMARY
    assert (stored.article.method or "").startswith(method)
    with desk.store.read() as connection:
        assert page_log(connection, desk.paper.url("/a"))[0].outcome == "from the feed"


def test_a_failing_page_is_tried_again_later_and_then_read(desk: Desk) -> None:
    desk.paper.answers["/a"] = (503, "busy", {"Retry-After": "1800"})
    desk.feed(item(desk.paper, "/a"))
    desk.poll()
    assert desk.read().waiting == 1
    assert desk.read(NOW + timedelta(minutes=10)) == ReadReport(), (
        "the server asked for half an hour"
    )
    desk.paper.answers["/a"] = (200, page())
    assert desk.read(NOW + timedelta(minutes=31)).read == 1


def test_a_page_that_always_fails_ends_with_the_feeds_text_after_four_tries(desk: Desk) -> None:
    desk.paper.answers["/a"] = (500, "broken")
    desk.feed(item(desk.paper, "/a"))
    desk.poll()
    steps = [desk.read(NOW + timedelta(hours=hours)) for hours in (0, 1, 3, 9)]
    assert [step.waiting for step in steps] == [1, 1, 1, 0]
    assert steps[-1].from_feed == 1


def test_what_robots_txt_forbids_is_not_asked_for(desk: Desk) -> None:
    desk.paper.answers["/robots.txt"] = (200, "User-agent: *\nDisallow: /private")
    desk.paper.answers["/private/a"] = (200, page())
    desk.paper.answers["/b"] = (200, page("Ferries leave from the fish market"))
    desk.feed(item(desk.paper, "/private/a"), item(desk.paper, "/b", title="Ferries move"))
    desk.poll()
    report = desk.read()
    assert (report.read, report.from_feed) == (1, 1)
    assert "/private/a" not in desk.paper.asked
    desk.feed(item(desk.paper, "/b2", title="More"), item(desk.paper, "/b"))
    desk.poll(NOW + timedelta(hours=3))
    desk.read(NOW + timedelta(hours=3))
    assert desk.paper.asked.count("/robots.txt") == 1, "it is believed for a day"


def test_a_feed_with_full_text_needs_no_page(desk: Desk) -> None:
    desk.feed(item(desk.paper, "/a", text=" ".join(STORY)), full_text="feed")
    desk.poll()
    assert desk.read().from_feed == 1
    assert "/a" not in desk.paper.asked


def test_raw_pages_are_kept_once_and_can_be_forgotten(desk: Desk) -> None:
    desk.paper.answers["/a"] = (200, page())
    desk.feed(item(desk.paper, "/a"))
    desk.poll()
    desk.read()
    url = desk.paper.url("/a")
    [name] = desk.archive.names(url)
    assert desk.archive.get(name) == page().encode()
    assert desk.archive.put(url, page().encode()) == name
    assert desk.archive.forget(url) == 1
    assert desk.archive.names(url) == []
    stored = desk.get("/a")
    assert stored is not None
    with desk.store.begin() as connection:
        articles.forget(connection, stored.article.article_id)
    assert desk.get("/a") is None


def test_half_a_page_that_a_crash_left_is_no_page_and_is_forgotten_too(tmp_path: Path) -> None:
    archive = open_archive(f"file://{tmp_path}")
    name = archive.put("https://post.example/a", b"whole")
    half = tmp_path / f"{name}.77-1"
    half.write_bytes(b"ha")
    assert archive.names("https://post.example/a") == [name]
    assert archive.forget("https://post.example/a") == 1
    assert not half.exists()


def test_a_pass_that_dies_before_it_keeps_an_article_loses_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.paper.answers["/a"] = (200, page())
    desk.feed(item(desk.paper, "/a"))
    desk.poll()

    def die(*_: object, **__: object) -> None:
        raise OSError("no space left on device")

    with monkeypatch.context() as full_disk:
        full_disk.setattr(Archive, "put", die)
        with pytest.raises(OSError, match="no space"):
            desk.read()
    assert desk.waiting() == []
    assert desk.read(NOW + timedelta(minutes=11)).read == 1, "the lease ran out"
    assert len(desk.waiting()) == 1


def test_places_in_the_queue_never_come_twice() -> None:
    store = open_store()
    from wirewatch.records import Article, Reading

    reading = Reading(article_id="x", tagger="t", language="en")
    with store.begin() as connection:
        for number in (1, 2, 1):
            one = Article(
                article_id=f"a{number}",
                url=f"https://post.example/{number}",
                publisher=None,
                title="t",
                text=f"text {number}",
            )
            articles.save_article_and_reading(connection, one, reading, NOW)
        first, second = [waiting.sequence for waiting in articles.unjudged(connection)]
        assert first < second
    store.close()
