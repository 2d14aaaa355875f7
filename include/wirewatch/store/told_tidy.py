"""Takes out of the memory of stories what can no longer be asked for."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select

from wirewatch.store.told_tables import (
    ARTICLE,
    CARRIER,
    DEVELOPMENT,
    KEY,
    SENTENCE,
    SKETCH,
    STORY,
    STORY_TERM,
)
from wirewatch.stories import WINDOW, story
from wirewatch.stories.keeping import day_number


def forget(
    connection: Connection,
    now: datetime,
    window: timedelta = WINDOW,
    keep: timedelta = timedelta(days=365),
) -> None:
    """Delete sentences and sketches out of the window, closed stories' terms, all past `keep`.

    Ledgers stay: they are bounded by themselves, and a toll's last value has no age.
    """
    oldest = now - window
    old_sentences = select(SENTENCE.c.number).where(SENTENCE.c.last_at < int(oldest.timestamp()))
    connection.execute(delete(KEY).where(KEY.c.sentence.in_(old_sentences)))
    connection.execute(delete(SENTENCE).where(SENTENCE.c.last_at < int(oldest.timestamp())))
    connection.execute(delete(SKETCH).where(SKETCH.c.day < day_number(oldest)))
    closed = select(STORY.c.number).where(STORY.c.last_at < now - story.WINDOW)
    connection.execute(delete(STORY_TERM).where(STORY_TERM.c.story.in_(closed)))
    gone = now - keep
    old = select(DEVELOPMENT.c.development_id).where(DEVELOPMENT.c.first_seen < gone)
    connection.execute(delete(CARRIER).where(CARRIER.c.development_id.in_(old)))
    connection.execute(delete(DEVELOPMENT).where(DEVELOPMENT.c.first_seen < gone))
    connection.execute(delete(STORY).where(STORY.c.last_at < gone))
    connection.execute(delete(ARTICLE).where(ARTICLE.c.at < gone))
