"""Feeds that pages and the command line write into the editors' files."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier

import pytest

from wirewatch.desk import feed_files
from wirewatch.desk.watch import load_watch
from wirewatch.feeds.opml import Outline
from wirewatch.store import open_store

NOW = datetime(2031, 5, 4, 6, tzinfo=UTC)
FLOW = """feeds:
  - {feed: "http://a.example/rss", publisher: A}  # ours
  - {feed: http://b.example/rss, publisher: B, enabled: no}
"""
BLOCK = """# two papers
defaults: {enabled: no}
feeds:
  - feed: http://a.example/rss
    publisher: A   # the first

  - publisher: B
    feed: http://b.example/rss
    enabled: yes # since May
"""


@pytest.mark.parametrize("text", [FLOW, BLOCK])
@pytest.mark.parametrize("name", ["a", "b"])
@pytest.mark.parametrize("on", [True, False])
def test_a_switch_changes_one_word_and_no_comment(text: str, name: str, on: bool, tmp_path: Path):
    url = f"http://{name}.example/rss"
    after = feed_files.switched(text, url, on=on)
    assert after is not None
    (tmp_path / "feeds").mkdir()
    (tmp_path / "feeds/papers.yaml").write_text(after, encoding="utf-8")
    watch = load_watch(tmp_path)
    assert not watch.problems
    assert {feed.url: feed.enabled for feed in watch.feeds}[url] is on
    assert [line.partition("#")[2] for line in after.splitlines() if "#" in line] == [
        line.partition("#")[2] for line in text.splitlines() if "#" in line
    ]
    assert feed_files.switched(after, url, on=on) == after


@pytest.mark.parametrize("odd", ["\u2028", "\x0b", "\x0c", "\x85"])
def test_a_switch_meets_its_own_feed_below_signs_that_some_take_for_a_line_s_end(odd: str):
    text = FLOW.replace("feeds:\n", f"feeds:\n  # one{odd}two\n")
    try:
        after = feed_files.switched(text, "http://a.example/rss", on=False)
    except ValueError:
        return  # refused in words: no other feed was touched
    assert after == text.replace('{feed: "', '{enabled: no, feed: "')


def test_a_switch_that_would_touch_something_else_is_refused_with_what_to_write():
    text = "feeds:\n  - feed: http://a.example/rss\n    publisher: A\n    enabled: >\n      no\n"
    with pytest.raises(feed_files.CannotSwitch, match="write “enabled: yes”"):
        feed_files.switched(text, "http://a.example/rss", on=True)


def test_a_feed_that_stands_in_no_file_is_not_switched():
    assert feed_files.switched(FLOW, "http://c.example/rss", on=True) is None


def test_a_feed_is_added_once_switched_and_its_versions_say_who(tmp_path: Path):
    from wirewatch.desk.versions import versions

    with open_store("sqlite://") as store:
        folder = tmp_path / "watch"
        (folder / "feeds").mkdir(parents=True)
        add = {"who": "ada", "now": NOW}
        feed_files.add(
            folder, store, "https://c.example/rss", 'C: "the paper"', groups=["x"], **add
        )
        with pytest.raises(ValueError, match="known already"):
            feed_files.add(folder, store, "https://c.example/rss", "C", **add)
        with pytest.raises(ValueError, match="no web address"):
            feed_files.add(folder, store, "c.example", "C", **add)
        feed_files.switch(folder, store, "https://c.example/rss", on=False, who="bo", now=NOW)
        (feed,) = load_watch(folder).feeds
        assert (feed.publisher, feed.groups, feed.enabled) == ('C: "the paper"', ("x",), False)
        who = [one.who for one in versions(folder, feed_files.ADDED, store)]
        assert who == ["bo", "ada"]


def test_feeds_that_editors_add_at_the_same_time_are_all_written(tmp_path: Path):
    folder, urls = tmp_path / "watch", [f"https://{n}.example/rss" for n in range(3)]
    (folder / "feeds").mkdir(parents=True)
    store = f"sqlite:///{tmp_path}/desk.sqlite"
    open_store(store).close()
    together = Barrier(len(urls))

    def add(url: str) -> None:
        with open_store(store) as own:
            together.wait(10)
            feed_files.add(folder, own, url, "Paper", who=url, now=NOW)

    with ThreadPoolExecutor() as pool:
        list(pool.map(add, urls))
    assert sorted(feed.url for feed in load_watch(folder).feeds) == urls


def test_who_switches_while_somebody_saves_is_told_to_try_again(tmp_path: Path, monkeypatch):
    (tmp_path / "feeds").mkdir()
    file = tmp_path / "feeds/papers.yaml"
    file.write_text(FLOW, encoding="utf-8")
    looked = feed_files.switched

    def slowly(text: str, url: str, *, on: bool) -> str | None:
        file.write_text(FLOW + "# mine\n", encoding="utf-8")  # meanwhile
        return looked(text, url, on=on)

    monkeypatch.setattr(feed_files, "switched", slowly)
    with open_store("sqlite://") as store, pytest.raises(ValueError, match="try again"):
        feed_files.switch(tmp_path, store, "http://a.example/rss", on=False, who="a", now=NOW)
    assert file.read_text().endswith("# mine\n")


def test_a_list_becomes_a_file_of_what_was_not_known(tmp_path: Path):
    with open_store("sqlite://") as store:
        (tmp_path / "feeds").mkdir()
        (tmp_path / "feeds/papers.yaml").write_text(FLOW, encoding="utf-8")
        listed = [
            Outline(url="http://a.example/rss", title="A"),
            Outline(url="http://d.example/rss", title="D", folders=("World", "Coast")),
        ]
        many = feed_files.take_in(tmp_path, store, "../my list", listed, who="ada", now=NOW)
        assert many == 1
        assert (tmp_path / "feeds/my-list.yaml").exists()
        new = next(one for one in load_watch(tmp_path).feeds if one.publisher == "D")
        assert new.groups == ("Coast",)
        assert feed_files.take_in(tmp_path, store, "again", listed, who="ada", now=NOW) == 0
