"""Stored pages read again after an upgrade, and pages that have to be forgotten."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from made import STORY, Newspaper, news_article, page
from sqlalchemy import select
from test_reading_pages import NOW, SUMMARY, Desk, item

from wirewatch.alerts.delivery import State
from wirewatch.articles.finish import complete
from wirewatch.cli import wirewatch
from wirewatch.cli.forget_ import _many
from wirewatch.cli.reread_ import when
from wirewatch.cli.shapes import article_in
from wirewatch.desk import judge
from wirewatch.desk.forget import forget
from wirewatch.desk.reread import reread
from wirewatch.desk.watch import load_watch
from wirewatch.desk.why import why
from wirewatch.reading.tagger import Tagger
from wirewatch.records import Entity, Vocabulary
from wirewatch.store import Store, articles, open_store, outbox
from wirewatch.store.archive import open_archive
from wirewatch.store.deliveries import channel_states
from wirewatch.store.metadata import METADATA
from wirewatch.store.waiting import retry

DATA = Path(__file__).parents[1] / "data" / "replay"
POORLY = "Home | Sport | An older reader took the menu for the story."


@pytest.fixture
def desk(paper: Newspaper, tmp_path: Path, store: Store) -> Desk:
    return Desk(store, paper, open_archive(f"file://{tmp_path}/pages"))


def read_one(desk: Desk) -> articles.Stored:
    """One article, read and judged."""
    desk.paper.answers["/a"] = (200, page(linked=news_article()))
    desk.feed(item(desk.paper, "/a"))
    desk.poll()
    desk.read()
    stored = desk.get("/a")
    assert stored is not None
    with desk.store.begin() as connection:
        articles.mark_judged(connection, stored.sequence, NOW)
    return stored


def read_poorly(desk: Desk) -> articles.Stored:
    """As if an older version had read the article."""
    stored = read_one(desk)
    poor = replace(stored.article, text=POORLY, credit="Nobody")
    with desk.store.begin() as connection:
        reading = replace(stored.reading, mentions=(), tagger="older")
        assert articles.save_read_again(connection, stored, poor, reading)
    changed = desk.get("/a")
    assert changed is not None
    assert changed.article.text == POORLY
    return changed


def test_an_upgrade_reads_stored_pages_again_and_judges_nothing_again(desk: Desk) -> None:
    before = read_poorly(desk)
    asked = len(desk.paper.asked)
    report = reread(desk.store, desk, NOW - timedelta(days=1), archive=desk.archive)
    after = desk.get("/a")
    assert after is not None
    assert (report.read, report.texts, report.problems) == (1, 1, [])
    assert after.article.text == "\n".join(STORY)
    assert after.article.credit is None
    assert [mention.entity for mention in after.reading.mentions] == ["ines"]
    assert (after.sequence, after.version) == (before.sequence, before.version)
    assert after.judged_at is not None
    assert (after.article.publisher, after.article.arrived) == ("Ellery Post", NOW)
    assert desk.waiting() == []
    assert len(desk.paper.asked) == asked, "the web is not asked"
    assert reread(desk.store, desk, NOW - timedelta(days=1), archive=desk.archive).texts == 0


def test_the_same_page_asked_again_later_adds_nothing_to_what_was_read_again(desk: Desk) -> None:
    read_poorly(desk)
    reread(desk.store, desk, NOW - timedelta(days=1), archive=desk.archive)
    desk.feed(item(desk.paper, "/a", title="Council closes the east quay today"))
    desk.poll(NOW + timedelta(hours=3))
    assert desk.read(NOW + timedelta(hours=3)).read == 1
    assert desk.waiting() == []


def test_a_new_vocabulary_finds_new_names_in_old_articles(desk: Desk) -> None:
    read_one(desk)
    port = Entity(entity_id="port-ellery", name="Port Ellery", kind="place")
    desk.vocabulary = Vocabulary(entities=(*desk.vocabulary.entities, port), version="w")
    reread(desk.store, desk, NOW, archive=desk.archive)
    stored = desk.get("/a")
    assert stored is not None
    assert {mention.entity for mention in stored.reading.mentions} == {"ines", "port-ellery"}


def test_what_arrived_earlier_or_has_no_page_keeps_its_text(desk: Desk) -> None:
    read_poorly(desk)
    assert reread(desk.store, desk, NOW + timedelta(hours=1), archive=desk.archive).read == 0
    assert desk.archive.forget(desk.paper.url("/a")) == 1
    report = reread(desk.store, desk, NOW, archive=desk.archive)
    assert (report.read, report.texts, report.without_page) == (1, 0, 1)
    desk.paper.answers["/b"] = (403, "no")
    desk.feed(item(desk.paper, "/b", title="Ferries move"))
    desk.poll(NOW + timedelta(hours=2))
    desk.read(NOW + timedelta(hours=2))
    report = reread(desk.store, desk, NOW + timedelta(hours=1), archive=desk.archive)
    assert (report.read, report.without_page) == (1, 1)
    stored = desk.get("/b")
    assert stored is not None
    assert stored.article.text == SUMMARY


def test_a_page_that_breaks_the_reader_now_is_told_and_keeps_its_text(desk: Desk) -> None:
    read_poorly(desk)
    wall = b"<html><title>Just a moment...</title></html>"
    desk.archive.forget(desk.paper.url("/a"))
    path = desk.archive.put(desk.paper.url("/a"), wall)
    from wirewatch.store.pages import PageNote, save_page

    with desk.store.begin() as connection:
        save_page(
            connection, PageNote(url=desk.paper.url("/a"), at=NOW, outcome="read", archived=path)
        )
    report = reread(desk.store, desk, NOW, archive=desk.archive)
    assert (report.read, report.texts) == (1, 0)
    assert "challenge" in report.problems[0]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("7d", datetime(2024, 1, 29, 18, tzinfo=UTC)),
        ("12h", datetime(2024, 2, 5, 6, tzinfo=UTC)),
        ("2024-02-01", datetime(2024, 2, 1, tzinfo=UTC)),
    ],
)
def test_since_when(text: str, meant: datetime) -> None:
    assert when(text, NOW) == meant


# ── Forgetting ────────────────────────────────────────────────────────────────────────────────


def everything(store: Store) -> str:
    """All that the store holds, as one text."""
    with store.read() as connection:
        rows = [
            str(row._mapping)
            for table in METADATA.sorted_tables
            for row in connection.execute(select(table))
        ]
    return "\n".join(rows)


def test_a_forgotten_page_leaves_no_word_of_it_in_archive_feed_or_text(desk: Desk) -> None:
    read_one(desk)
    url = desk.paper.url("/a")
    assert SUMMARY in everything(desk.store)
    raw, gone = forget(desk.store, desk.archive, url)
    assert (raw, gone.articles, gone.entries, gone.notes) == (1, 1, 1, 1)
    left = everything(desk.store)
    for words in (SUMMARY, *STORY, "Council closes the east quay", url):
        assert words not in left
    assert desk.archive.names(url) == []
    raw, gone = forget(desk.store, desk.archive, url)
    assert (raw, gone.articles, gone.entries) == (0, 0, 0)
    desk.poll(NOW + timedelta(hours=2))
    desk.read(NOW + timedelta(hours=2))
    assert desk.get("/a") is None, "the feed still has it, and it does not come back"


def test_a_page_behind_a_redirecting_link_is_forgotten_with_its_entry(desk: Desk) -> None:
    desk.paper.answers["/go/1"] = (302, "", {"Location": "/a"})
    desk.paper.answers["/a"] = (200, page())
    desk.feed(item(desk.paper, "/go/1"))
    desk.poll()
    desk.read()
    assert forget(desk.store, desk.archive, desk.paper.url("/a"))[1].entries == 1
    assert SUMMARY not in everything(desk.store)


def test_alerts_of_a_forgotten_page_keep_ids_and_the_news_does_not_come_back_as_new(
    store: Store, tmp_path: Path
) -> None:
    watch = load_watch(DATA / "watch")
    desk = judge.Desk.of(watch.rules, watch.vocabulary, UTC)
    tagger = Tagger(watch.vocabulary)
    lines = (DATA / "pair.jsonl").read_text(encoding="utf-8").splitlines()
    first = complete(article_in(json.loads(lines[0])))
    with store.begin() as connection:
        articles.save_article_and_reading(connection, first, tagger.read(first), NOW)
    judge.judge_waiting(store, desk, lambda: NOW)
    with store.read() as connection:
        told = outbox.newest(connection, 100)
    assert told
    gone = forget(store, open_archive(f"file://{tmp_path}"), first.url)[1]
    assert gone.alerts == len(told)
    assert gone.sentences > 0
    left = everything(store)
    sentences = [part for line in first.text.split("\n") for part in line.split(". ")]
    assert [part for part in [first.title, first.url, *sentences] if part and part in left] == []
    with store.read() as connection:
        kept = outbox.newest(connection, 100)
    assert [alert.alert_id for alert, _ in kept] == [alert.alert_id for alert, _ in told]
    assert {row.state for _, rows in kept for row in rows} == {State.DEAD}
    with store.begin() as connection:
        assert retry(connection, "all", NOW) == 0, "nobody is sent what has no words any more"
        assert channel_states(connection) == {}
    whole = why(store, told[0][0].alert_id)
    assert whole.note.startswith("The article is not stored any more")
    assert "given up for" in whole.whys[-1].reason
    copy = replace(first, article_id="copy", url="https://other.example/copy")
    with store.begin() as connection:
        articles.save_article_and_reading(connection, copy, tagger.read(copy), NOW)
    report = judge.judge_waiting(store, desk, lambda: NOW)
    assert report.failed == 0
    with store.read() as connection:
        assert len(outbox.newest(connection, 100)) == len(told)


@pytest.mark.parametrize(
    ("name", "some", "said"),
    [
        ("raw_pages", 1, "1 raw page"),
        ("entries", 1, "1 entry"),
        ("entries", 2, "2 entries"),
        ("notes", 3, "3 notes"),
    ],
)
def test_what_was_forgotten_is_counted_in_words(name: str, some: int, said: str) -> None:
    assert _many(name, some) == said


def test_the_commands_say_what_they_did(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WIREWATCH_STORE", f"sqlite:///{tmp_path}/w.sqlite")
    monkeypatch.setenv("WIREWATCH_ARCHIVE", f"file://{tmp_path}/pages")
    open_store(f"sqlite:///{tmp_path}/w.sqlite").close()
    again = CliRunner().invoke(wirewatch, ["reread", "--since", "7d", "--json"])
    assert (again.exit_code, json.loads(again.stdout)["read"]) == (0, 0)
    assert CliRunner().invoke(wirewatch, ["reread", "--since", "soon"]).exit_code == 2
    gone = CliRunner().invoke(wirewatch, ["forget", "https://post.example/nothing"])
    assert gone.exit_code == 1
    assert "Nothing is known" in gone.stderr
