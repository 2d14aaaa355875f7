"""Takes out of the memory of stories what can no longer be asked for."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, select

from wirewatch.store import told_before
from wirewatch.store.told_lists import DAY_BITS, PAIRS, RUNS, SINGLES, TERMS, tidy_lists
from wirewatch.store.told_tables import ARTICLE, CARRIER, DEVELOPMENT, SENTENCE, STORY
from wirewatch.stories import WINDOW, story
from wirewatch.stories.keeping import day_number
from wirewatch.stories.memory import SENTENCES

_EVERY = 1 << 62  # above all numbers: each list is looked at


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
    seconds, day = int(oldest.timestamp()), day_number(oldest)
    closed = select(STORY.c.number).where(STORY.c.last_at < now - story.WINDOW)
    told_before.forget(connection, seconds, day, closed)
    connection.execute(delete(SENTENCE).where(SENTENCE.c.last_at < seconds))
    before = _articles_before(connection, oldest)
    _tidy_sentences(connection, (before + 1) * SENTENCES)
    today = (1 << DAY_BITS) - 1
    tidy_lists(connection, RUNS, (before + 1) << DAY_BITS, lambda one: one & today >= day)
    open_ = select(STORY.c.number).where(STORY.c.last_at >= now - story.WINDOW)
    stays = frozenset(connection.execute(open_).scalars())
    tidy_lists(connection, TERMS, _EVERY, stays.__contains__)
    gone = now - keep
    old = select(DEVELOPMENT.c.development_id).where(DEVELOPMENT.c.first_seen < gone)
    connection.execute(delete(CARRIER).where(CARRIER.c.development_id.in_(old)))
    connection.execute(delete(DEVELOPMENT).where(DEVELOPMENT.c.first_seen < gone))
    connection.execute(delete(STORY).where(STORY.c.last_at < gone))
    connection.execute(delete(ARTICLE).where(ARTICLE.c.at < gone))


def _articles_before(connection: Connection, oldest: datetime) -> int:
    """The number of the last article before a time; 0 if there is none."""
    last = select(func.max(ARTICLE.c.number)).where(ARTICLE.c.at < oldest)
    return int(connection.execute(last).scalar() or 0)


def _tidy_sentences(connection: Connection, first: int) -> None:
    """Take sentences that were deleted out of the lists; those from `first` on are all there."""
    left = select(SENTENCE.c.number).where(SENTENCE.c.number < first)
    told_again = frozenset(connection.execute(left).scalars())
    for keys in (SINGLES, PAIRS):
        tidy_lists(connection, keys, first, lambda number: number >= first or number in told_again)
