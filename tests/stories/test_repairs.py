"""Stories put together or apart by hand: later articles keep to it, and it can be undone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import select
from streams import REPLAY, parsed, read_all, stream

from wirewatch.cli import wirewatch
from wirewatch.desk import repairs
from wirewatch.desk.repairs import CannotRepair
from wirewatch.desk.replay import Replay
from wirewatch.desk.watch import load_watch
from wirewatch.records import Article, Judgement
from wirewatch.store import Store
from wirewatch.store.outbox import threads
from wirewatch.store.told import recall, remember, timeline
from wirewatch.store.told_tables import ARTICLE, STEP, STORY
from wirewatch.stories import ask, judge

AT = datetime(2031, 3, 3, 12, tzinfo=UTC)


def _tell(store: Store, articles: list[Article]) -> list[Judgement]:
    told = []
    for article, reading in zip(articles, read_all(articles), strict=True):
        now = article.published
        assert isinstance(now, datetime)
        with store.begin() as connection:
            asked = ask(article, reading)
            judgement, kept = judge(article, reading, asked, recall(connection, asked, now), now)
            remember(connection, kept)
        told.append(judgement)
    return told


def _articles(*names: str) -> list[Article]:
    of = {m.name: m.article for m in stream("stream_before.txt")}
    return [of[name] for name in names]


def _ids(store: Store, story: str) -> set[str]:
    with store.read() as connection:
        return {one.development_id for one, _ in timeline(connection, story)}


def _later(article: Article, text: str) -> Article:
    """Another page about the same, a day later."""
    return replace(
        article,
        article_id=article.article_id[:-4] + "late",
        url=article.url + "/late",
        publisher="Late Post",
        title="",
        text=text,
        published=AT + timedelta(hours=1),
    )


def test_later_articles_follow_a_merge_and_stay_when_it_is_undone(store: Store) -> None:
    ferry, mine = _articles("ferry-1", "mine-1")
    one, other = _tell(store, [ferry, mine])
    assert one.story != other.story
    both = _ids(store, one.story) | _ids(store, other.story)
    mend = repairs.merge(store, one.story, other.story, "Ines", AT)
    assert _ids(store, other.story) == both
    assert _ids(store, one.story) == set()
    late = "The coast guard of Mareth found the Star of Orune, which sank on Lake Orune."
    (told,) = _tell(store, [_later(ferry, late)])
    assert told.story == other.story
    undone = repairs.undo(store, mend.repair_id, "Ines", AT + timedelta(hours=2))
    assert undone.undone_by == "Ines"
    assert _ids(store, one.story) | _ids(store, other.story) >= both
    assert not _ids(store, one.story) & _ids(store, other.story)
    with store.read() as connection:
        asked = select(ARTICLE.c.story).where(ARTICLE.c.url == ferry.url + "/late")
        assert connection.execute(asked).scalar() == other.story


def test_an_undone_merge_leaves_the_stories_as_they_were(store: Store) -> None:
    ferry, mine = _articles("ferry-1", "mine-1")
    one, other = _tell(store, [ferry, mine])

    def standing() -> list[tuple[object, ...]]:
        with store.read() as connection:
            stories = connection.execute(select(STORY).order_by(STORY.c.story)).all()
            steps = connection.execute(select(STEP).order_by(STEP.c.ledger, STEP.c.nth)).all()
        words = [set(one.vector.split("\n")[0].split()) for one in stories]
        return [
            *(
                (one.story, one.number, one.articles, its)
                for one, its in zip(stories, words, strict=True)
            ),
            *((one.ledger, one.nth, one.development_id) for one in steps),
        ]

    before = standing()
    mend = repairs.merge(store, one.story, other.story, "Ines", AT)
    assert standing() != before
    repairs.undo(store, mend.repair_id, "Ines", AT)
    assert standing() == before


def test_what_was_split_off_takes_its_own_later_articles(store: Store) -> None:
    ferry, second, mine = _articles("ferry-1", "ferry-2", "mine-1")
    told = _tell(store, [ferry, second, mine])
    merged = repairs.merge(store, told[2].story, told[0].story, "Ines", AT)
    mend = repairs.split(store, told[0].story, [mine.url], "Ines", AT)
    assert mend.articles == (mine.article_id,)
    assert mend.other not in (told[0].story, told[2].story)
    late = (
        "Rescuers began to drill a shaft towards the nine miners trapped in the Kessel coal mine."
    )
    (follows,) = _tell(store, [_later(mine, late)])
    assert follows.story == mend.other
    late = "A diver found the Star of Orune, the ferry that sank on Lake Orune off Dellim."
    (stays,) = _tell(store, [_later(ferry, late)])
    assert stays.story == told[0].story
    repairs.undo(store, mend.repair_id, "Ines", AT + timedelta(hours=3))
    assert _ids(store, mend.other) == set()
    assert [r.repair_id for r in repairs.repairs(store, told[0].story)] != []
    with pytest.raises(CannotRepair):
        repairs.undo(store, mend.repair_id, "Ines", AT)
    assert merged.kind == "merge"


def test_developments_keep_their_ids_whatever_story_they_are_in(store: Store) -> None:
    articles = _articles("ferry-1", "mine-1", "ferry-3")
    clean = [d.development_id for j in _tell(store, articles[:2]) for d in j.developments]
    stories = [_ids(store, s) for s in {a.article_id for a in articles}]
    assert stories
    with store.read() as connection:
        kept = list(connection.execute(select(ARTICLE.c.story)).scalars())
    repairs.merge(store, kept[0], kept[1], "Ines", AT)
    assert _ids(store, kept[1]) == set(clean)


def test_what_cannot_be_mended_is_said_and_changes_nothing(store: Store) -> None:
    ferry, mine = _articles("ferry-1", "mine-1")
    one, other = (judged.story for judged in _tell(store, [ferry, mine]))
    with pytest.raises(CannotRepair, match="into itself"):
        repairs.merge(store, one, one, "Ines", AT)
    with pytest.raises(CannotRepair, match="no story “none”"):
        repairs.merge(store, "none", one, "Ines", AT)
    with pytest.raises(CannotRepair, match="none of the story's articles would stay"):
        repairs.split(store, one, [ferry.url], "Ines", AT)
    with pytest.raises(CannotRepair, match="no such article"):
        repairs.split(store, one, [mine.url], "Ines", AT)
    assert repairs.repairs(store) == []
    assert _ids(store, one)
    assert _ids(store, other)


def test_an_alert_goes_with_its_article_so_that_later_news_replies_to_it() -> None:
    folder = REPLAY / "karsk"
    with Replay(load_watch(folder / "watch")) as replay:
        told = {one.name: replay.tell(one.article) for one in parsed(folder / "stream.txt")[:8]}
        alert = told["t01"].alerts[0]
        other = told["h01"].judgement.story
        assert alert.story != other
        repairs.merge(replay.store, alert.story, other, "Ines", AT)
        with replay.store.read() as connection:
            thread = threads(connection, alert.rule_id, other)
        assert thread is not None
        assert thread.alert_id == alert.alert_id


def test_the_command_line_merges_shows_and_undoes(tmp_path) -> None:  # type: ignore[no-untyped-def]
    from wirewatch.store import open_store

    url = f"sqlite:///{tmp_path}/memory.db"
    store = open_store(url)
    one, other = (j.story for j in _tell(store, _articles("ferry-1", "mine-1")))
    store.close()

    def run(*words: str) -> str:
        answer = CliRunner().invoke(wirewatch, ["story", *words, "--store", url])
        assert answer.exit_code == 0, answer.output
        return answer.output

    said = run("merge", one, other, "--by", "Ines")
    assert f"was merged into {other}, by Ines" in said
    undo = said.rsplit(" ", 1)[1].rstrip(")\n")
    assert "was merged into" in run(other)
    gone = CliRunner().invoke(wirewatch, ["story", one, "--store", url])
    assert gone.exit_code == 1
    assert f"wirewatch story {other}" in gone.output
    assert "undone by Ines" in run("undo", undo, "--by", "Ines")
    assert run(one)
