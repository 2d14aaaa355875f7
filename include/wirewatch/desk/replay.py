"""Articles in time order through the very steps of the main job; the clock is `published`.

Only three things differ from a run in Airflow: the clock, the store (in memory unless another is
given), and that nothing is delivered.
"""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from types import TracebackType
from typing import Self

from wirewatch.articles.finish import complete
from wirewatch.desk.judge import Desk, Outcome, judge_article
from wirewatch.desk.watch import Watch
from wirewatch.reading.tagger import Tagger
from wirewatch.records import Article, Reading
from wirewatch.store import open_store
from wirewatch.stories import WINDOW

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


class Replay:
    """One memory through which articles go, one after the other. Use it in a `with`."""

    def __init__(
        self,
        watch: Watch,
        *,
        zone: tzinfo = UTC,
        window: timedelta = WINDOW,
        store_url: str = "sqlite://",
        tagger: Tagger | None = None,
    ) -> None:
        self.store = open_store(store_url)
        self.tagger = tagger or Tagger(watch.vocabulary)
        self.desk = Desk.of(watch.rules, watch.vocabulary, zone, window)
        self.now = BEGINNING

    def tell(self, article: Article) -> Outcome:
        """What comes of the next article, read anew; its time is when it was published."""
        whole = complete(article)
        self.now = clock(whole.published, self.now)
        return self.judge(whole, self.tagger.read(whole))

    def judge(self, article: Article, reading: Reading, *, silent: bool = False) -> Outcome:
        """What comes of an article that was read before, at the time that the clock shows."""
        with self.store.begin() as connection:
            return judge_article(connection, self.desk, article, reading, self.now, silent=silent)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.store.close()


def clock(published: datetime | date | None, before: datetime) -> datetime:
    """The time of an article: when it was published, but never before the article before it.

    Without a time the clock stands still; a bare day is its first minute.
    """
    if published is None:
        return before
    if not isinstance(published, datetime):
        published = datetime.combine(published, time(), tzinfo=UTC)
    return max(before, published)
