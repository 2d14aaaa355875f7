"""Several processes judge one PostgreSQL, are killed and stopped; they tell what one would."""

import os
import signal
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from tests.desk.test_judge import DATA, NOW, pages

from wirewatch.desk import judge, steps
from wirewatch.desk.judge import Desk, judge_waiting
from wirewatch.desk.settings import Settings
from wirewatch.desk.watch import load_watch
from wirewatch.reading.tagger import Tagger
from wirewatch.records import Article, Reading
from wirewatch.store import Store, articles, judgements, open_store, outbox, writer
from wirewatch.store.metadata import METADATA

pytestmark = pytest.mark.postgres
URGENT = "https://wires.example/feed"
PLAIN = "https://post.example/feed"


@pytest.fixture(scope="module")
def desk() -> Desk:
    watch = load_watch(DATA / "watch")
    return Desk.of(watch.rules, watch.vocabulary, UTC)


@pytest.fixture(scope="module")
def read_pages(desk: Desk) -> list[tuple[Article, Reading]]:
    tagger = Tagger(desk.rules.vocabulary)
    return [(page, tagger.read(page)) for page in pages()]


@pytest.fixture
def postgres(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Store, str]]:
    """An empty store on PostgreSQL, and its address."""
    from sqlalchemy import create_engine, make_url

    url = make_url(request.getfixturevalue("postgres_url"))
    name = f"writers_{os.getpid()}_{time.monotonic_ns()}"
    admin = create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    address = url.set(database=name).render_as_string(hide_password=False)
    with open_store(address) as store:
        yield store, address
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@contextmanager
def forked(work: Callable[[], None]) -> Iterator[int]:
    """A process of its own that does this and ends; killed if it still runs at the end."""
    pid = os.fork()
    if not pid:
        try:
            work()
        finally:
            os._exit(0)
    try:
        yield pid
    finally:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def told(store: Store) -> set[tuple[str, str, str]]:
    with store.read() as connection:
        return {(a.alert_id, a.kind, a.headline) for a, _ in outbox.newest(connection, 1000)}


def judged(store: Store) -> list[tuple[str, str, tuple[str, ...]]]:
    """In the stored sequence: each article, its sentences' verdicts, its developments."""
    with store.read() as connection:
        kept = judgements.since(connection, datetime(2000, 1, 1, tzinfo=UTC), 1000, after=0)
    return [
        (
            one.article_id,
            one.verdicts,
            tuple(development.development_id for development in one.judgement.developments),
        )
        for one in kept
    ]


def by_one_worker(
    desk: Desk, found: Mapping[str, tuple[Article, Reading]], order: list[str]
) -> Any:
    """What one worker makes of the same articles in this order."""
    with open_store() as alone:
        with alone.begin() as connection:
            for article_id in order:
                articles.save_article_and_reading(connection, *found[article_id], NOW)
        judge_waiting(alone, desk, lambda: NOW)
        return judged(alone), told(alone)


@settings(
    max_examples=4,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.data())
def test_many_writers_tell_what_one_tells_in_the_same_sequence(
    postgres: tuple[Store, str],
    desk: Desk,
    read_pages: list[tuple[Article, Reading]],
    data: st.DataObject,
) -> None:
    store, address = postgres
    order = data.draw(st.permutations(read_pages))
    urgent = data.draw(st.sets(st.integers(0, len(order) - 1), max_size=5))
    pauses = data.draw(st.lists(st.floats(0, 0.4), min_size=2, max_size=4))
    with store.begin() as connection:
        for table in reversed(METADATA.sorted_tables):
            connection.execute(table.delete())
        for place, (article, reading) in enumerate(order):
            fed = _from(article, URGENT if place in urgent else PLAIN)
            articles.save_article_and_reading(connection, fed, reading, NOW)

    def write() -> None:
        with open_store(address, migrate=False) as own:
            judge_waiting(own, desk, lambda: NOW, first=[URGENT])

    for pause in pauses:  # two writers at a time, one of them killed at any moment
        with forked(write), forked(write) as victim:
            time.sleep(pause)
            os.kill(victim, signal.SIGKILL)
    judge_waiting(store, desk, lambda: NOW, first=[URGENT])

    found = {article.article_id: (article, reading) for article, reading in order}
    many, alerts = judged(store), told(store)
    assert {article_id for article_id, _, _ in many} == set(found)
    assert len(alerts) > 5
    assert (many, alerts) == by_one_worker(desk, found, [article_id for article_id, _, _ in many])


def _from(article: Article, feed: str) -> Article:
    from dataclasses import replace

    return replace(article, feed=feed)


def test_what_urgent_rules_wait_for_is_called_forward_and_nobody_is_passed_by_for_ever(
    store: Store, read_pages: list[tuple[Article, Reading]]
) -> None:
    with store.begin() as connection:
        for place, (article, reading) in enumerate(read_pages):
            fed = _from(article, URGENT if place in (9, 15) else PLAIN)
            articles.save_article_and_reading(connection, fed, reading, NOW)
        before = [one.article.url for one in articles.unjudged(connection)]
        assert articles.call_forward(connection, [URGENT]) == 2
        assert articles.call_forward(connection, [URGENT]) == 0
        after = [one.article.url for one in articles.unjudged(connection)]
        called = [before[9], before[15]]
        assert after == [*called, *(url for url in before if url not in called)]
        room = articles.unjudged(connection)[2].sequence - articles.unjudged(connection)[1].sequence
        assert 0 < room <= 1_000


def hold_and_hang(address: str) -> None:
    # A minute in earnest. For this writer alone: one that is well on a busy machine may need 2 s.
    writer._SILENT_FOR = "2s"
    with open_store(address, migrate=False) as own, own.begin() as connection:
        writer.hold_the_pen(connection)
        connection.execute(select(1))
        time.sleep(300)


def somebody_holds_the_pen(store: Store) -> bool:
    with store.read() as connection:
        held = text(
            "SELECT count(*) FROM pg_locks JOIN pg_database d ON d.oid = database"
            " WHERE locktype = 'advisory' AND granted AND datname = current_database()"
        )
        return bool(connection.execute(held).scalar_one())


def _let_wait(store: Store, pages: Iterable[tuple[Article, Reading]]) -> None:
    """Have these wait for the writer."""
    with store.begin() as connection:
        for article, reading in pages:
            articles.save_article_and_reading(connection, article, reading, NOW)


@pytest.mark.parametrize("word", [signal.SIGKILL, signal.SIGSTOP])
def test_a_lost_writer_is_replaced_within_seconds(
    postgres: tuple[Store, str],
    read_pages: list[tuple[Article, Reading]],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    word: signal.Signals,
) -> None:
    store, address = postgres
    _let_wait(store, read_pages)
    own = Settings(
        watch=DATA / "watch",
        store=address,
        archive=f"file://{tmp_path}/pages",
        console_file=tmp_path / "console.log",
        at_once=4,
    )
    with forked(lambda: hold_and_hang(address)) as lost:
        while not somebody_holds_the_pen(store):
            time.sleep(0.05)
        os.kill(lost, word)
        begun = time.monotonic()
        counts = steps.stand_by(own, "run")
        seconds = time.monotonic() - begun
        os.kill(lost, signal.SIGCONT)
    assert counts["took_over"] == 1
    assert counts["judged"] == len(read_pages)
    assert counts["sent"] > 0
    with capsys.disabled():
        print(f" {word.name}: the other writer had judged and sent after {seconds:.1f} s", end="")
    assert seconds < 60  # some 7 on a busy machine


def test_a_writer_who_is_well_is_not_replaced(
    postgres: tuple[Store, str], read_pages: list[tuple[Article, Reading]], tmp_path: Path
) -> None:
    _, address = postgres
    own = Settings(watch=DATA / "watch", store=address, archive=f"file://{tmp_path}/pages")
    assert steps.stand_by(own, "run") == {"took_over": 0, "sent": 0}


def test_a_slow_writer_is_not_taken_for_a_lost_one(
    postgres: tuple[Store, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    store, address = postgres
    monkeypatch.setattr(writer, "_THINKS", "1s")

    def write_slowly() -> None:
        with open_store(address, migrate=False) as own, own.begin() as connection:
            writer.hold_the_pen(connection)
            for pause in (0.3, 0.3, 0.3, 0.3, 30):
                connection.execute(select(1))
                time.sleep(pause)

    with forked(write_slowly) as slow, store.read() as connection:
        time.sleep(0.9)
        assert writer.somebody_writes(connection)
        time.sleep(2.5)
        assert not writer.somebody_writes(connection)  # it has thought for too long
        os.kill(slow, signal.SIGKILL)


def test_what_is_owed_leaves_while_the_writer_writes_on(
    postgres: tuple[Store, str],
    desk: Desk,
    read_pages: list[tuple[Article, Reading]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store, address = postgres
    monkeypatch.setattr(judge, "_AT_ONCE", 3)
    _let_wait(store, read_pages)
    own = Settings(
        watch=DATA / "watch",
        store=address,
        archive=f"file://{tmp_path}/pages",
        console_file=tmp_path / "console.log",
    )

    def write_slowly() -> None:
        with open_store(address, migrate=False) as here:
            while judge_waiting(here, desk, lambda: NOW, most=1).judged:
                time.sleep(0.7)

    with forked(write_slowly):
        counts = steps.stand_by(own, "run")
    assert counts["took_over"] == 0
    assert counts["sent"] > 0
    assert steps.deliver_step(own, "run")["sent"] < counts["sent"]


def test_the_writer_writes_on_where_another_worker_sends_meanwhile(
    postgres: tuple[Store, str],
    read_pages: list[tuple[Article, Reading]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store, address = postgres
    monkeypatch.setattr(steps, "JUDGE_SECONDS", 0.0)
    _let_wait(store, read_pages)
    files = {"watch": DATA / "watch", "archive": f"file://{tmp_path}/pages"}
    alone, many = (Settings(store=address, at_once=tasks, **files) for tasks in (2, 8))
    assert steps.judge_step(alone)["judged"] == 0
    assert steps.judge_step(many)["judged"] == len(read_pages)
