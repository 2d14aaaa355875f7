"""A rule tried on the past sends what the main job sent, and leaves no trace of the trial."""

import shutil
from dataclasses import replace
from datetime import UTC, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete
from tests.desk.past_made import (
    EARLY,
    NOW,
    PAIR,
    by_id,
    hourly,
    judged,
    keep,
    pair,
    rows,
    run,
    sent,
    streamed,
    waiting,
)

from wirewatch.desk import past
from wirewatch.desk.backtest import BacktestReport, backtest_steps
from wirewatch.desk.watch import Watch, load_watch
from wirewatch.reading.tagger import Tagger
from wirewatch.records import Article
from wirewatch.store import Store, articles, judgements, retention
from wirewatch.store.metadata import METADATA
from wirewatch.store.takedown import forget_page


def test_the_past_brings_the_same_alerts_as_the_live_run(store: Store, watch: Watch) -> None:
    keep(store, watch, pair())
    report = run(store, watch)
    assert len(report.alerts) >= 4
    assert by_id(report.alerts) == by_id(sent(store))
    assert report.counts["threads"] == len({a.thread for a in sent(store)})


def test_a_walk_through_the_last_days_begins_behind_all_that_is_older(
    store: Store, watch: Watch
) -> None:
    keep(store, watch, pair())
    moment = EARLY + timedelta(minutes=30)
    with store.read() as connection:
        many, before = judgements.span_since(connection, moment)
        whole = judgements.since(connection, moment, 100, after=0)
        assert (many, whole[0].sequence) == (len(whole), before + 1)
        assert len(whole) == len(pair()) - 1
        older = judgements.older(connection, moment, None, 100, after=0)
        assert judgements.span_older(connection, moment, None) == (
            len(older),
            older[0].sequence - 1,
        )
        assert judgements.span_since(connection, NOW + timedelta(days=9)) == (0, 0)


@pytest.mark.parametrize("proof", ["", "{min_origins: 2}", "{not_publishers: [Anatolia Report]}"])
def test_a_month_of_a_desk_is_told_again_to_the_letter(
    store: Store, tmp_path: Path, proof: str
) -> None:
    """Held, counted up by copies, proved late: every record is what the main job has."""
    folder = Path(shutil.copytree(PAIR / "goma" / "watch", tmp_path / "watch"))
    rules = folder / "rules/goma.yaml"
    text = rules.read_text(encoding="utf-8")
    hold = "to: desk, quiet_hours: 22:00-07:00, at_most_every: 3h"
    rules.write_text(text.replace("to: desk", hold), encoding="utf-8")
    if proof:
        text = rules.read_text(encoding="utf-8")
        rules.write_text(
            text.replace("    send:", f"    only_if: {proof}\n    send:"), encoding="utf-8"
        )
    watch = load_watch(folder)
    assert not watch.errors
    some = [replace(one, published=None) for one in streamed()]
    first = NOW - timedelta(days=6)
    waiting(store, watch, hourly(some[:1], first), silent=True)
    waiting(store, watch, hourly(some, first)[1:])
    judged(store, watch, first)
    live = sent(store)
    report = run(store, watch)
    assert {alert.held for alert in live} >= {None, "quiet hours"}
    assert len(live) >= 5
    for tried, told in zip(by_id(report.alerts), by_id(live), strict=True):
        assert tried == told
    assert report.opened < report.articles == len(some)


def test_a_trial_stores_nothing(store: Store, watch: Watch) -> None:
    keep(store, watch, pair())
    before = rows(store)
    run(store, watch)
    assert rows(store) == before


def test_articles_in_which_no_rule_finds_anything_are_not_opened(
    store: Store, watch: Watch
) -> None:
    bread = Article(
        article_id="b", url="https://x.example/b", publisher="P", title="Bread", text="It is dear."
    )
    keep(store, watch, [*pair(), bread])
    report = run(store, watch)
    assert (report.articles, report.opened, report.read_anew) == (3, 2, 0)


# ── Pages that changed since ──────────────────────────────────────────────────────────────────


def test_an_edited_page_is_tried_as_it_was_and_as_it_is(store: Store, watch: Watch) -> None:
    first, second = pair()
    keep(store, watch, [first])
    edited = replace(second, url=first.url, article_id=first.article_id)
    waiting(store, watch, hourly([edited], EARLY + timedelta(hours=1)))
    judged(store, watch, EARLY + timedelta(hours=1))
    report = run(store, watch)
    assert report.articles == 2
    assert {alert.at for alert in sent(store)} == {EARLY, EARLY + timedelta(hours=1)}
    assert by_id(report.alerts) == by_id(sent(store))


def test_a_better_extraction_moves_the_sentences_and_takes_out_what_is_no_text(
    store: Store, watch: Watch
) -> None:
    (first, _) = pair()
    keep(store, watch, [first])
    before = run(store, watch).alerts
    with store.read() as connection:
        was = articles.get(connection, first.article_id)
    assert was
    better = replace(was.article, text=f"By Ana Lenz\n{was.article.text}")
    reading = Tagger(watch.vocabulary).read(better)
    with store.begin() as connection:
        articles.save_read_again(connection, was, better, reading)
    after = run(store, watch).alerts
    assert [a.alert_id for a in after] == [a.alert_id for a in before]
    for development in after[0].developments:
        if development.span.where == "text":
            span = development.span
            assert better.text[span.start : span.end] == development.sentence
    bare = replace(better, text="By Ana Lenz", title="Nothing")
    with store.begin() as connection:
        articles.save_read_again(connection, was, bare, Tagger(watch.vocabulary).read(bare))
    assert run(store, watch).alerts == []


def test_what_was_judged_before_judgements_were_kept_is_compared_anew(
    store: Store, watch: Watch
) -> None:
    keep(store, watch, pair())
    live = sent(store)
    with store.begin() as connection:
        connection.execute(delete(METADATA.tables["judgement"]))
        connection.execute(delete(METADATA.tables["vocabulary"]))
    report = run(store, watch)
    assert report.articles == 2
    assert by_id(report.alerts) == by_id(live)


def test_judgements_go_with_their_page_and_with_their_time(store: Store, watch: Watch) -> None:
    keep(store, watch, pair())
    with store.begin() as connection:
        forget_page(connection, pair()[0].url)
    assert run(store, watch).articles == 1
    retention.take_out(store, NOW, timedelta())
    assert rows(store)["judgement"] == 0
    assert rows(store)["vocabulary"] == 0


# ── How much, and how far ─────────────────────────────────────────────────────────────────────


def test_only_the_rules_that_are_named_are_tried(store: Store, watch: Watch) -> None:
    keep(store, watch, pair())
    assert {a.rule_id for a in run(store, watch, rules=["velmar-operation"]).alerts} == {
        "velmar-operation"
    }
    with pytest.raises(KeyError):
        run(store, watch, rules=["no-such-rule"])


def test_what_is_older_than_the_days_asked_for_is_left_out(store: Store, watch: Watch) -> None:
    keep(store, watch, pair(), NOW - timedelta(days=20))
    assert run(store, watch).counts["articles"] == 0


def test_what_waits_to_be_judged_is_left_out_and_counted(store: Store, watch: Watch) -> None:
    waiting(store, watch, pair())
    assert run(store, watch).counts["waiting"] == 2
    assert run(store, watch).counts["articles"] == 0


def test_one_who_breaks_off_has_what_was_done(
    store: Store, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(past, "_AT_ONCE", 1)
    keep(store, watch, pair())
    report = BacktestReport(days=7)

    def tired(done: int, of: int) -> None:
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(store, watch, progress=tired, report=report)
    assert (report.articles, report.of) == (1, 2)
    assert report.alerts
    assert run(store, watch).articles == 2


def test_a_page_takes_it_step_by_step_and_may_close_it(
    store: Store, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(past, "_AT_ONCE", 1)
    keep(store, watch, pair())
    steps = backtest_steps(store, watch, NOW, days=7, zone=UTC)
    seen = [(report.articles, report.of) for report, _ in zip(steps, range(2), strict=False)]
    steps.close()
    assert seen == [(0, 2), (1, 2)]
    assert rows(store)["article"] == 2  # nobody holds the store
