"""One writer, in sequence: crashes, neighbours and failures change nothing in what is told."""

import json
import logging
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from wirewatch.articles.finish import complete
from wirewatch.cli.shapes import article_in
from wirewatch.desk import judge
from wirewatch.desk.judge import Desk, judge_waiting
from wirewatch.desk.watch import load_watch
from wirewatch.reading.tagger import Tagger
from wirewatch.records import Article
from wirewatch.store import Store, articles, hard_cases, open_store, outbox
from wirewatch.store.outbox_tables import DELIVERY

DATA = Path(__file__).parents[1] / "data" / "replay"
NOW = datetime(2024, 2, 8, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def desk() -> Desk:
    watch = load_watch(DATA / "watch")
    return Desk.of(watch.rules, watch.vocabulary, UTC)


REMARKS = (
    "the harbour dredgers had silted up again and no pilot would enter by night",
    "teachers in the hill schools deserve a raise before the winter term",
    "his cousin never owned shares in the cement works",
    "wheat from the northern silos will be sold to bakers at cost",
    "the census counted fewer goats than anyone had feared",
    "radio licences of three stations are under review",
    "a dam at the upper gorge would drown two monasteries",
    "football supporters had behaved better than their players",
    "visas for visiting doctors should be stamped within a week",
    "the old tram line is to be paved over next spring",
    "nobody had asked the fishermen about the new buoys",
    "a portrait of the first president was missing from the vault",
    "customs officers found antique coins sewn into a mattress",
    "the poet laureate turned down a medal for the second time",
    "wolves had come down to the orchards earlier than usual",
    "electricity bills would be printed in larger letters",
    "the observatory needs a mirror that no budget foresees",
    "beekeepers blame a pesticide which the ministry calls harmless",
    "marriage certificates can soon be fetched at the post office",
    "a marble quarry had collapsed without hurting a soul",
)


def pages() -> Iterator[Article]:
    """The two papers, then small pages between which a writer may be interrupted."""
    for line in (DATA / "pair.jsonl").read_text(encoding="utf-8").splitlines():
        yield complete(article_in(json.loads(line)))
    for number, remark in enumerate(REMARKS):
        yield article_in(
            {
                "url": f"https://example.org/{number}",
                "publisher": f"Paper {number % 3}",
                "published": "2024-02-08T08:00:00Z",
                "title": "",
                "text": f"Premier Anton Reyk said that {remark}.",
            }
        )


def fill(store: Store, desk: Desk) -> None:
    tagger = Tagger(desk.rules.vocabulary)
    with store.begin() as connection:
        for page in pages():
            articles.save_article_and_reading(connection, page, tagger.read(page), NOW)


def told(store: Store) -> set[tuple[str, str, str]]:
    with store.read() as connection:
        return {(a.alert_id, a.kind, a.headline) for a, _ in outbox.newest(connection, 1000)}


@pytest.fixture(scope="module")
def expected(desk: Desk) -> set[tuple[str, str, str]]:
    with open_store() as store:
        fill(store, desk)
        judge_waiting(store, desk, lambda: NOW)
        found = told(store)
    assert len(found) > 10
    return found


def test_two_writers_at_once_tell_what_one_would(
    store: Store, desk: Desk, expected: set[tuple[str, str, str]]
) -> None:
    fill(store, desk)
    writers = [
        threading.Thread(target=judge_waiting, args=(store, desk, lambda: NOW)) for _ in range(2)
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert told(store) == expected


def test_what_the_log_says_is_owed_is_committed(
    store: Store, desk: Desk, expected: set[tuple[str, str, str]]
) -> None:
    said: list[tuple[str, bool]] = []

    class Reader(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            found = re.match(r"owed alert=(\w+)", record.getMessage())
            if found:
                with store.read() as connection:  # another one than the writer's
                    said.append((found[1], outbox.alert_of(connection, found[1]) is not None))

    log, reader = logging.getLogger("wirewatch"), Reader(logging.INFO)
    level = log.level
    log.addHandler(reader)
    log.setLevel(logging.INFO)
    try:
        fill(store, desk)
        judge_waiting(store, desk, lambda: NOW)
    finally:
        log.removeHandler(reader)
        log.setLevel(level)
    assert {alert_id for alert_id, _ in said} == {alert_id for alert_id, _, _ in expected}
    assert all(is_there for _, is_there in said)


def test_an_article_that_cannot_be_judged_stops_no_other_and_is_tried_again(
    store: Store,
    desk: Desk,
    expected: set[tuple[str, str, str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fill(store, desk)
    whole = judge.judge_article

    def fails(connection, desk, article, *rest, **more):  # type: ignore[no-untyped-def]
        outcome = whole(connection, desk, article, *rest, **more)
        if article.url.endswith("/19"):
            raise RuntimeError("the lamp went out\nand a second line")
        return outcome

    monkeypatch.setattr(judge, "judge_article", fails)
    report = judge_waiting(store, desk, lambda: NOW)
    assert (report.judged, report.failed) == (21, 1)
    assert report.problems == ["https://example.org/19: RuntimeError: the lamp went out"]
    assert told(store) < expected
    monkeypatch.undo()
    assert judge_waiting(store, desk, lambda: NOW).judged == 1
    assert told(store) == expected


WRITER = """
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from wirewatch.desk.judge import Desk, judge_waiting
from wirewatch.desk.watch import load_watch
from wirewatch.store import open_store
watch = load_watch(Path(sys.argv[1]))
desk = Desk.of(watch.rules, watch.vocabulary, UTC)
with open_store(sys.argv[2]) as store:
    print("begins", flush=True)
    judge_waiting(store, desk, lambda: datetime(2024, 2, 8, 9, tzinfo=UTC))
"""


def test_a_writer_killed_again_and_again_loses_and_doubles_nothing(
    tmp_path: Path, desk: Desk, expected: set[tuple[str, str, str]]
) -> None:
    url = f"sqlite:///{tmp_path}/store.sqlite"
    with open_store(url) as store:
        fill(store, desk)
        for pause in (0.0, 0.02, 0.05, 0.1):
            writer = subprocess.Popen(
                [sys.executable, "-c", WRITER, str(DATA / "watch"), url], stdout=subprocess.PIPE
            )
            assert writer.stdout is not None
            writer.stdout.readline()
            time.sleep(pause)
            os.kill(writer.pid, signal.SIGKILL)
            writer.wait()
            assert told(store) <= expected
        judge_waiting(store, desk, lambda: NOW)
        assert told(store) == expected


def passes(store: Store, desk: Desk, count: int, begin: int = 0) -> list[tuple[int, int, int]]:
    """So many passes a minute apart: judged, failed, set aside in each."""
    found = []
    for number in range(begin, begin + count):
        now = NOW + timedelta(minutes=number)
        report = judge_waiting(store, desk, lambda now=now: now, tell=["ops"])  # type: ignore[misc]
        found.append((report.judged, report.failed, report.set_aside))
    return found


def health_messages(store: Store) -> list[str]:
    with store.read() as connection:
        rows = connection.execute(select(DELIVERY.c.note, DELIVERY.c.kind))
        return [json.loads(row.note)["says"] for row in rows if row.kind == "health"]


def test_an_article_that_can_never_be_judged_is_set_aside_told_once_and_tried_when_asked(
    store: Store, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(store, desk)
    whole = judge.judge_article

    def fails(connection, desk, article, *rest, **more):  # type: ignore[no-untyped-def]
        if article.url.endswith("/7"):
            raise RuntimeError("a sentence without end")
        return whole(connection, desk, article, *rest, **more)

    monkeypatch.setattr(judge, "judge_article", fails)
    tries = hard_cases.MOST_TRIES
    everything = len(list(pages())) - 1
    failing = [(everything, 1, 0), *[(0, 1, 0)] * (tries - 2), (0, 0, 1)]
    assert passes(store, desk, tries) == failing
    assert passes(store, desk, 2, tries) == [(0, 0, 0)] * 2  # no run is red for it any more
    (says,) = health_messages(store)
    assert "a sentence without end" in says
    with store.begin() as connection:
        (case,) = hard_cases.cases(connection)
        assert (case.url, case.tries) == ("https://example.org/7", tries)
        assert hard_cases.retry(connection, "https://example.org/7") == 1
    assert passes(store, desk, tries, 20)[-1] == (0, 0, 1)
    assert len(health_messages(store)) == 1  # it is as it was

    monkeypatch.undo()
    monkeypatch.setattr(hard_cases, "program", lambda: "the next version")
    assert passes(store, desk, 2, 40) == [(1, 0, 0), (0, 0, 0)]
    with store.read() as connection:
        assert hard_cases.cases(connection) == []


def test_tries_that_follow_one_another_at_once_count_as_one(store: Store) -> None:
    with store.begin() as connection:
        for second in range(hard_cases.MOST_TRIES * 2):
            now = NOW + timedelta(seconds=second)
            assert not hard_cases.failed(connection, 1, "a", "u", "why", now)
