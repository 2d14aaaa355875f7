"""The way from a page to a message, as `wirewatch why` shows it: every stage, yes or no."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import update

from wirewatch.cli.story_ import command as story_command
from wirewatch.cli.why_ import command as why_command
from wirewatch.desk.judge import Desk, judge_waiting
from wirewatch.desk.watch import Watch, live_watch
from wirewatch.desk.why import Answer, why
from wirewatch.reading.tagger import Tagger
from wirewatch.records import Article
from wirewatch.store import Store, articles
from wirewatch.store.outbox import newest
from wirewatch.store.outbox_tables import DELIVERY

NIGHT = datetime(2024, 2, 9, 23, tzinfo=UTC)
VOCABULARY = """entities:
  karsund: {name: Karsund, kind: place}
events:
  karsund-operation: {about: Operation in Karsund, what: [operation, assault], where: [karsund]}
"""
RULES = """watches:
  - watch: Ordered
    when: {event: karsund-operation, becomes: [ordered]}
    send: {to: desk}
  - watch: Proved
    when: {event: karsund-operation, becomes: [ordered]}
    only_if: {min_origins: 2}
    send: {to: desk, severity: high}
  - watch: By day
    when: {event: karsund-operation}
    send: {to: desk, quiet_hours: 22:00-06:30}
  - watch: Begun
    when: {event: karsund-operation, becomes: [under way]}
    send: {to: desk}
  - watch: Tankers
    when: {mentions: tanker*}
    send: {to: desk}
"""
ORDER = "Halvek on Friday ordered the army to prepare for an operation in Karsund."
URL = "https://post.example/1"


@pytest.fixture
def watch(store: Store, tmp_path: Path) -> Watch:
    for name, text in (("vocabulary", VOCABULARY), ("rules", RULES)):
        (tmp_path / "watch" / name).mkdir(parents=True)
        (tmp_path / "watch" / name / "a.yaml").write_text(text, encoding="utf-8")
    found = live_watch(tmp_path / "watch", store, datetime(2024, 1, 1, tzinfo=UTC))
    assert not found.errors
    return found


def arrive(store: Store, watch: Watch, number: int, text: str, *, silent: bool = False) -> None:
    article = Article(
        article_id=f"a{number}",
        url=f"https://post.example/{number}",
        publisher=f"Paper {number}",
        title="From the delta",
        text=text,
        arrived=NIGHT,
    )
    with store.begin() as connection:
        reading = Tagger(watch.vocabulary).read(article)
        articles.save_article_and_reading(connection, article, reading, NIGHT, silent=silent)


def judged(store: Store, watch: Watch) -> None:
    rules = [replace(rule, since=None) for rule in watch.rules]
    assert not judge_waiting(store, Desk.of(rules, watch.vocabulary, UTC), lambda: NIGHT).problems


def chain(store: Store, rule: str, url: str = URL) -> list[tuple[str, bool, str]]:
    return [(one.stage.value, one.said_yes, one.reason) for one in why(store, url, rule).whys]


def test_the_whole_way_to_a_message_is_shown(store: Store, watch: Watch) -> None:
    arrive(store, watch, 1, ORDER)
    assert chain(store, "ordered")[-1] == (
        "new", False, "it waits to be judged: ask again after the next pass",
    )  # fmt: skip
    judged(store, watch)
    assert chain(store, "ordered") == [
        ("read", True, "13 words from Paper 1, 2024-02-09 23:00 UTC"),
        ("tagged", True, "names: karsund; events: karsund-operation (ordered)"),
        ("new", True, "sentences: 2 new; it brings 1 × sentence, 1 × status"),
        ("condition", True, "event: Operation in Karsund"),
        ("condition", True, "becomes: became ordered"),
        ("matched", True, "Operation in Karsund, became ordered"),
        ("held", True, "first alert of this rule in this story"),
        ("sent", False, "waits to be posted to desk: Ordered"),
    ]
    table = DELIVERY
    with store.begin() as connection:
        mine = table.c.rule_id == "ordered"
        values = {"state": "posted", "posted_at": NIGHT}
        connection.execute(update(table).where(mine).values(values))
    assert chain(store, "ordered")[-1] == (
        "sent", True, "posted to desk, 2024-02-09 23:00 UTC: Ordered",
    )  # fmt: skip


def test_each_way_to_a_no_ends_where_it_was_said(store: Store, watch: Watch) -> None:
    arrive(store, watch, 1, ORDER)
    judged(store, watch)
    ends = {rule: chain(store, rule)[-1] for rule in ("begun", "proved", "tankers")}
    assert ends["begun"] == ("condition", False, "becomes: it became ordered, not under way")
    assert ends["proved"][:2] == ("only_if", False)
    assert ends["proved"][2].startswith("min_origins: 1 of 2 origins so far")
    assert ends["tankers"][:2] == ("candidate", False)
    assert "what the rule looks for (mentions: tanker*) is not in" in ends["tankers"][2]


def test_what_is_held_says_until_when(store: Store, watch: Watch) -> None:
    arrive(store, watch, 1, ORDER)
    judged(store, watch)
    held, sent = chain(store, "by-day")[-2:]
    assert held[:2] == ("held", False)
    assert held[2].startswith("quiet hours, until 2024-02-10 06:30 UTC")
    assert sent[2].startswith("held for desk (quiet hours), until 2024-02-10 06:30 UTC")


def test_what_was_told_before_ends_at_new(store: Store, watch: Watch) -> None:
    arrive(store, watch, 1, ORDER)
    arrive(store, watch, 2, ORDER)
    arrive(store, watch, 3, f"{ORDER} Bread is dear.", silent=True)
    judged(store, watch)
    stage, yes, reason = chain(store, "tankers", "https://post.example/2")[-1]
    assert (stage, yes) == ("new", False)
    assert "a copy of https://post.example/1; it brings nothing" in reason
    assert chain(store, "ordered", "https://post.example/3")[-1] == (
        "new", False, "the first pass of its feed is stored as told: old news",
    )  # fmt: skip


def test_the_command_shows_the_way_and_knows_the_rules(
    store: Store, watch: Watch, tmp_path: Path
) -> None:
    if not store.is_sqlite:
        return
    arrive(store, watch, 1, ORDER)
    judged(store, watch)
    place = f"sqlite:///{tmp_path}/wirewatch.sqlite"
    said = CliRunner().invoke(why_command, [URL, "begun", "--store", place])
    assert said.exit_code == 0
    assert "yes  read: 13 words" in said.stdout
    assert "no   conditions: becomes: it became ordered, not under way" in said.stdout
    assert f"“{ORDER}”" in said.stdout
    lost = CliRunner().invoke(why_command, [URL, "orderd", "--store", place])
    assert (lost.exit_code, "Did you mean “ordered”?" in lost.output) == (1, True)


def test_an_alerts_id_and_a_rules_name_will_do(store: Store, watch: Watch) -> None:
    arrive(store, watch, 1, ORDER)
    judged(store, watch)
    with store.read() as connection:
        held = next(alert for alert, _ in newest(connection) if alert.rule_id == "by-day")
    assert chain(store, "by-day") == chain(store, "By Day")
    by_alert = why(store, held.alert_id[:8])
    assert by_alert.whys == why(store, URL, "by-day").whys
    assert why(store, URL) == Answer((), why(store, URL).note)
    assert why(store, URL).note.startswith("Which rule? Write its id behind the article: begun, by")


def test_a_story_is_found_by_its_article_or_its_alert(
    store: Store, watch: Watch, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    if not store.is_sqlite:
        return
    arrive(store, watch, 1, ORDER)
    judged(store, watch)
    with store.read() as connection:
        told = newest(connection)[0][0]
    monkeypatch.setenv("WIREWATCH_STORE", f"sqlite:///{tmp_path}/wirewatch.sqlite")
    shown = [CliRunner().invoke(story_command, [n]) for n in (told.story, told.alert_id[:8], URL)]
    assert len({one.stdout for one in shown}) == 1
    assert "status karsund-operation: ordered" in shown[0].stdout
    assert URL in shown[0].stdout


def test_a_page_that_a_site_keeps_from_us_is_told(store: Store, watch: Watch) -> None:
    kept_away = Article(
        article_id="a9", url="https://post.example/9", publisher="Paper 9", title=ORDER, text="",
        arrived=NIGHT, method="feed: robots.txt says no",
    )  # fmt: skip
    with store.begin() as connection:
        reading = Tagger(watch.vocabulary).read(kept_away)
        articles.save_article_and_reading(connection, kept_away, reading, NIGHT)
    said = chain(store, "ordered", kept_away.url)[0][2]
    assert said.endswith("UTC; the feed's words only: robots.txt says no")
