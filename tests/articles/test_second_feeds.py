"""The same page in two feeds: one article, and the rules of both feeds' groups hear of it."""

from datetime import UTC, timedelta
from pathlib import Path

import pytest
from made import Newspaper, page
from sqlalchemy import update
from test_reading_pages import NOW, Desk, item

from wirewatch.desk import judge
from wirewatch.desk.judge import judge_waiting
from wirewatch.desk.retell import retell
from wirewatch.desk.watch import load_watch
from wirewatch.records import Feed
from wirewatch.store import Store, outbox, regrouped
from wirewatch.store.archive import open_archive
from wirewatch.store.judgements import JUDGEMENT

MINUTE = timedelta(minutes=1)
RULES = """\
watches:
  - watch: Whoever has it
    when: {any_of: [pillars]}
    send: {to: x}
  - watch: Only the wires
    when: {any_of: [pillars]}
    only_if: {groups: [wires]}
    send: {to: x}
"""


@pytest.fixture
def desk(paper: Newspaper, tmp_path: Path, store: Store) -> Desk:
    for path in ("/first", "/second"):
        paper.answers[path] = (200, "<rss><channel><title>Post</title></channel></rss>")
    opened = Desk(store, paper, open_archive(f"file://{tmp_path}/pages"))
    opened.feeds = [
        Feed(feed_id=path, url=paper.url(path), publisher="Ellery Post", groups=(group,))
        for path, group in (("/first", "harbour"), ("/second", "wires"))
    ]
    opened.poll(NOW - timedelta(hours=1))  # the silent first pass
    paper.answers["/a"] = paper.answers["/a?utm_source=rss"] = (200, page())
    return opened


@pytest.fixture
def rules(tmp_path: Path) -> judge.Desk:
    folder = tmp_path / "watch" / "rules"
    folder.mkdir(parents=True)
    (folder / "both.yaml").write_text(RULES)
    watch = load_watch(tmp_path / "watch")
    return judge.Desk.of(watch.rules, watch.vocabulary, UTC)


def told(desk: Desk, rules: judge.Desk) -> list[str]:
    """The rules that owe an alert after one more pass of the judge."""
    judge_waiting(desk.store, rules, lambda: NOW)
    retell(desk.store, rules, lambda: NOW)
    with desk.store.read() as connection:
        return sorted(alert.rule_id for alert, _ in outbox.newest(connection, 100))


def groups(desk: Desk) -> tuple[str, ...]:
    stored = desk.get("/a")
    assert stored is not None
    return tuple(sorted(stored.article.groups))


def test_groups_of_a_second_feed_count_when_both_bring_the_page_at_once(
    desk: Desk, rules: judge.Desk
) -> None:
    desk.feed(item(desk.paper, "/a"), path="/first")
    desk.feed(item(desk.paper, "/a?utm_source=rss"), path="/second")
    desk.poll()
    report = desk.read()
    assert (report.read, report.known) == (1, 1)
    assert groups(desk) == ("harbour", "wires")
    assert len(told(desk, rules)) == 2


@pytest.mark.parametrize("judged_between", [False, True])
def test_groups_of_a_second_feed_that_is_later_count_too_and_nothing_is_told_twice(
    desk: Desk, rules: judge.Desk, judged_between: bool
) -> None:
    desk.feed(item(desk.paper, "/a"), path="/first")
    desk.poll()
    desk.read()
    before = told(desk, rules) if judged_between else []
    assert len(before) == judged_between
    desk.feed(item(desk.paper, "/a?utm_source=rss"), path="/second")
    desk.poll(NOW + 10 * MINUTE)
    assert desk.read(NOW + 10 * MINUTE).known == 1
    after = told(desk, rules)
    assert len(after) == len(set(after)) == 2
    assert told(desk, rules) == after
    with desk.store.read() as connection:
        assert regrouped.regrouped(connection) == []
    assert desk.paper.asked.count("/a") == 1


def test_groups_of_a_second_feed_are_not_lost_when_the_first_try_at_the_page_fails(
    desk: Desk,
) -> None:
    desk.paper.answers["/a"] = (500, "later")
    desk.feed(item(desk.paper, "/a"), path="/first")
    desk.feed(item(desk.paper, "/a?utm_source=rss"), path="/second")
    desk.poll()
    desk.read()
    desk.paper.answers["/a"] = (200, page())
    for minutes in (6, 12):
        desk.read(NOW + minutes * MINUTE)
    assert groups(desk) == ("harbour", "wires")
    assert len(desk.waiting()) == 1


def test_an_edit_that_comes_by_the_second_feed_keeps_the_first_ones_group(desk: Desk) -> None:
    for path in ("/first", "/second"):
        desk.feed(item(desk.paper, "/a"), path=path)
    desk.poll()
    desk.read()
    desk.paper.answers["/a"] = (200, page("Council opens the east quay again"))
    desk.feed(item(desk.paper, "/a", text="Opened again."), path="/second")
    later = NOW + timedelta(hours=2)
    desk.poll(later)
    assert desk.read(later).read == 1
    assert groups(desk) == ("harbour", "wires")


def test_a_group_that_comes_while_the_others_are_looked_at_is_not_lost(desk: Desk) -> None:
    desk.feed(item(desk.paper, "/a"), path="/first")
    desk.poll()
    desk.read()
    stored = desk.get("/a")
    assert stored is not None
    url = stored.article.url
    with desk.store.begin() as connection:
        regrouped.add_groups(connection, url, ["wires"], NOW)
        before = regrouped.regrouped(connection)
        regrouped.add_groups(connection, url, ["late"], NOW)
        regrouped.looked_at(connection, before)
        (still,) = regrouped.regrouped(connection)
        assert still.groups == {"wires", "late"}
        regrouped.looked_at(connection, [still])
        assert regrouped.regrouped(connection) == []


def test_a_page_that_cannot_be_looked_at_again_keeps_no_other_back(
    desk: Desk, rules: judge.Desk
) -> None:
    desk.paper.answers["/b"] = (200, page("Ferry of the second port runs again"))
    both = item(desk.paper, "/a") + item(desk.paper, "/b")
    desk.feed(both, path="/first")
    desk.poll()
    desk.read()
    assert told(desk, rules)
    desk.feed(both, path="/second")
    desk.poll(NOW + 10 * MINUTE)
    desk.read(NOW + 10 * MINUTE)
    with desk.store.begin() as connection:
        waiting = [one.article_id for one in regrouped.regrouped(connection)]
        assert len(waiting) == 2
        connection.execute(
            update(JUDGEMENT).where(JUDGEMENT.c.article_id == waiting[0]).values(record=b"damaged")
        )
    retell(desk.store, rules, lambda: NOW)
    with desk.store.read() as connection:
        assert [one.article_id for one in regrouped.regrouped(connection)] == waiting[:1]
