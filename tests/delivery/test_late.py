"""The desk says that it is late itself, once, and once that it is in time again."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from alerts_made import NOON
from sqlalchemy import update
from test_health import DESK, told, watch

from wirewatch.desk.health import look_after
from wirewatch.desk.watch import Watch
from wirewatch.records import Article, Reading
from wirewatch.store import Store, articles
from wirewatch.store.article_tables import ARTICLE
from wirewatch.store.runs import note_step

__all__ = ["watch"]
MINUTE = timedelta(minutes=1)


def passes(store: Store, *, every: timedelta, until: datetime) -> None:
    with store.begin() as connection:
        for number in range(10):
            note_step(connection, "r", "judge", {}, until - every * number)


def arrive(store: Store, at: datetime) -> None:
    one = Article(
        article_id="a", url="http://a.example/a", publisher="A", title="a", text="x", arrived=at
    )
    with store.begin() as connection:
        reading = Reading(article_id="a", tagger="1/x/none", language="en")
        articles.save_article_and_reading(connection, one, reading, at)


@pytest.mark.parametrize(("every", "patience"), [(MINUTE, 10), (60 * MINUTE, 180)])
def test_a_main_job_that_does_not_come_is_told_once_by_the_job_of_digests(
    store: Store, watch: Watch, every: timedelta, patience: int
) -> None:
    passes(store, every=every, until=NOON)
    assert look_after(store, watch, DESK, NOON + (patience - 1) * MINUTE) == 0
    assert look_after(store, watch, DESK, NOON + (patience + 1) * MINUTE) == 1
    assert look_after(store, watch, DESK, NOON + (patience + 6) * MINUTE) == 0
    passes(store, every=every, until=NOON + (patience + 10) * MINUTE)
    assert look_after(store, watch, DESK, NOON + (patience + 10) * MINUTE) == 1
    ill, well = told(store)
    assert (ill.well, well.well) == (False, True)
    assert ill.about == well.about == "passes of the main job"
    assert "None has ended for" in ill.says
    assert "wirewatch doctor" in ill.mend


def test_articles_that_wait_too_long_are_told_once_and_once_that_they_do_not(
    store: Store, watch: Watch
) -> None:
    now = NOON + 15 * MINUTE
    passes(store, every=MINUTE, until=now)
    arrive(store, NOON)
    assert look_after(store, watch, DESK, now) == 1
    assert look_after(store, watch, DESK, now) == 0
    with store.begin() as connection:
        connection.execute(update(ARTICLE).values(judged_at=now))
    assert look_after(store, watch, DESK, now) == 1
    assert [(one.about, one.well) for one in told(store)] == [
        ("articles to be judged", False),
        ("articles to be judged", True),
    ]


def test_a_new_desk_is_not_late(store: Store, watch: Watch, tmp_path: Path) -> None:
    arrive(store, NOON)
    assert look_after(store, watch, DESK, NOON + 60 * MINUTE) == 0
