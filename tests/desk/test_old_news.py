"""What was new before a rule was written, or edited, is never told by it; what comes after is."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from wirewatch.desk.judge import Desk, judge_article
from wirewatch.desk.watch import live_watch
from wirewatch.reading.tagger import Tagger
from wirewatch.records import Alert, Article
from wirewatch.store import Store
from wirewatch.text import digest

BASE = Path(__file__).parents[1] / "watchfiles" / "base"
NOW = datetime(2024, 2, 7, 12, tzinfo=UTC)
RULE = """watches:
  - watch: Rafah
    when: {{event: rafah-operation{more}}}
    only_if: {{min_origins: {origins}}}
    send: {{to: gaza-desk}}
"""
ORDER = "Prime Minister Netanyahu ordered troops to prepare to operate in Rafah."
BEGUN = "Troops pushed ahead and began the operation in Rafah before dawn."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = Path(shutil.copytree(BASE, tmp_path / "watch"))
    (found / "rules").mkdir(exist_ok=True)
    return found


def write(folder: Path, more: str = "", origins: int = 1) -> None:
    text = RULE.format(more=more, origins=origins)
    (folder / "rules/a.yaml").write_text(text, encoding="utf-8")


def tell(
    store: Store, folder: Path, text: str, publisher: str, hours: int, *, silent: bool = False
) -> list[Alert]:
    """What the live rules tell of an article that arrives so many hours later."""
    now = NOW + timedelta(hours=hours)
    watch = live_watch(folder, store, now)
    url = f"https://x.example/{digest(text, publisher)}"
    article = Article(
        article_id=digest("article", url), url=url, publisher=publisher, title="", text=text,
        published=now, arrived=now, language="en",
    )  # fmt: skip
    reading = Tagger(watch.vocabulary).read(article)
    desk = Desk.of(watch.rules, watch.vocabulary, UTC)
    with store.begin() as connection:
        outcome = judge_article(connection, desk, article, reading, now, silent=silent)
    return list(outcome.alerts)


def test_an_edited_rule_tells_no_old_news_and_every_later_one(store: Store, folder: Path) -> None:
    write(folder, more=", becomes: [over]")
    assert tell(store, folder, ORDER, "Daily", 0) == []
    write(folder)
    assert tell(store, folder, ORDER, "Star", 1) == []  # another paper has it after the edit
    (alert,) = tell(store, folder, BEGUN, "Daily", 2)
    assert [d.says for d in alert.developments if d.kind == "status"] == ["under way"]


def test_what_waited_under_the_old_words_of_a_rule_is_not_told_under_the_new(
    store: Store, folder: Path
) -> None:
    write(folder, origins=3)
    assert tell(store, folder, ORDER, "Daily", 0) == []
    write(folder, origins=2)
    assert tell(store, folder, ORDER, "Star", 1) == []


def test_the_first_pass_of_a_feed_is_stored_as_told(store: Store, folder: Path) -> None:
    write(folder)
    assert tell(store, folder, ORDER, "Daily", 0, silent=True) == []
    assert tell(store, folder, ORDER, "Star", 1) == []
    assert len(tell(store, folder, BEGUN, "Star", 2)) == 1
