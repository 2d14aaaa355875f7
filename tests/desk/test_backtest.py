"""A rule tried on the past sends what the main job sent, and leaves no trace of the trial."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from wirewatch.articles.finish import complete
from wirewatch.cli.backtest_ import command as backtest_command
from wirewatch.cli.check_ import command as check_command
from wirewatch.cli.shapes import article_in
from wirewatch.desk import check
from wirewatch.desk.backtest import BacktestReport, backtest
from wirewatch.desk.check import too_loud
from wirewatch.desk.judge import Desk, judge_waiting
from wirewatch.desk.watch import Watch, load_watch
from wirewatch.reading.tagger import Tagger
from wirewatch.records import Alert, Article
from wirewatch.store import Store, articles, open_store
from wirewatch.store.metadata import METADATA
from wirewatch.stories import WINDOW

PAIR = Path(__file__).parents[1] / "data" / "replay"
NOW = datetime(2024, 2, 9, 12, tzinfo=UTC)
EVERYTHING = "anything-said-or-done-about-velmar-and-its-war"


@pytest.fixture
def watch() -> Watch:
    return load_watch(PAIR / "watch")


def pair() -> list[Article]:
    lines = (PAIR / "pair.jsonl").read_text(encoding="utf-8").splitlines()
    return [complete(article_in(json.loads(line))) for line in lines]


def keep(store: Store, watch: Watch, some: list[Article], first: datetime) -> None:
    """Store articles with their readings, an hour after one another."""
    tagger = Tagger(watch.vocabulary)
    for number, article in enumerate(some):
        at = first + timedelta(hours=number)
        with store.begin() as connection:
            whole = replace(article, arrived=at)
            articles.save_article_and_reading(connection, whole, tagger.read(whole), at)


def live_alerts(store: Store, watch: Watch) -> list[Alert]:
    """What the main job owes for what waits in the store, its clock going with the articles."""
    desk = Desk.of(watch.rules, watch.vocabulary, UTC)
    hours = iter(range(1_000))
    judge_waiting(store, desk, lambda: NOW - timedelta(hours=9 - next(hours)))
    outbox = METADATA.tables["alert"]
    from wirewatch.store import codec

    with store.read() as connection:
        rows = connection.execute(select(outbox.c.record).order_by(outbox.c.at)).scalars()
        return [codec.load(Alert, row) for row in rows]


def run(store: Store, watch: Watch, **more: object) -> BacktestReport:
    return backtest(store, watch, NOW, days=7, zone=UTC, window=WINDOW, **more)  # type: ignore[arg-type]


def essence(alerts: list[Alert]) -> list[tuple[object, ...]]:
    return sorted(
        (a.rule_id, a.kind, a.headline, a.because, tuple(d.sentence for d in a.developments))
        for a in alerts
    )


def test_the_past_brings_the_same_alerts_as_the_live_run(store: Store, watch: Watch) -> None:
    keep(store, watch, pair(), NOW - timedelta(hours=9))
    sent = live_alerts(store, watch)
    report = run(store, watch)
    assert len(sent) >= 4
    assert essence(report.alerts) == essence(sent)
    assert report.counts["threads"] == len({a.thread for a in sent})


def test_a_trial_stores_nothing(store: Store, watch: Watch) -> None:
    keep(store, watch, pair(), NOW - timedelta(hours=9))
    before = _rows(store)
    run(store, watch)
    assert _rows(store) == before


def _rows(store: Store) -> dict[str, int]:
    with store.read() as connection:
        return {
            name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in METADATA.tables.items()
        }


def test_a_draft_with_other_words_reads_the_past_anew(
    store: Store, watch: Watch, tmp_path: Path
) -> None:
    keep(store, watch, pair(), NOW - timedelta(hours=9))
    (tmp_path / "vocabulary").mkdir()
    (tmp_path / "vocabulary/a.yaml").write_text(
        "entities:\n  halabi: {name: Idris Halabi, kind: person}\n", encoding="utf-8"
    )
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules/a.yaml").write_text(
        "watches:\n  - watch: Halabi\n    when: {about: halabi}\n    send: {to: desk}\n",
        encoding="utf-8",
    )
    alerts = run(store, load_watch(tmp_path)).alerts
    assert [a.rule_id for a in alerts] == ["halabi"]
    assert "Halabi" in alerts[0].developments[0].sentence


def test_only_the_rules_that_are_named_are_tried(store: Store, watch: Watch) -> None:
    keep(store, watch, pair(), NOW - timedelta(hours=9))
    assert {a.rule_id for a in run(store, watch, rules=["velmar-operation"]).alerts} == {
        "velmar-operation"
    }
    with pytest.raises(KeyError):
        run(store, watch, rules=["no-such-rule"])


def test_what_is_older_than_the_days_asked_for_is_left_out(store: Store, watch: Watch) -> None:
    keep(store, watch, pair(), NOW - timedelta(days=20))
    assert run(store, watch).counts["articles"] == 0


def test_one_who_breaks_off_has_what_was_done(store: Store, watch: Watch) -> None:
    keep(store, watch, pair(), NOW - timedelta(hours=9))
    report = BacktestReport(days=7)

    def tired(done: int, of: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(store, watch, progress=tired, report=report)
    assert (report.articles, report.of) == (1, 2)
    assert report.alerts
    assert run(store, watch).articles == 2


# ── On the command line ───────────────────────────────────────────────────────────────────────


@pytest.fixture
def filled(tmp_path: Path, watch: Watch, monkeypatch: pytest.MonkeyPatch) -> str:
    url = f"sqlite:///{tmp_path}/w.sqlite"
    with open_store(url) as store:
        keep(store, watch, pair(), datetime.now(UTC) - timedelta(hours=3))
    monkeypatch.setenv("WIREWATCH_STORE", url)
    monkeypatch.setenv("WIREWATCH_WATCH", str(PAIR / "watch"))
    return url


def test_json_ends_with_a_line_of_counts(filled: str) -> None:
    said = CliRunner().invoke(backtest_command, ["--json", "--days", "2"])
    *alerts, counts = [json.loads(line) for line in said.stdout.splitlines()]
    assert said.exit_code == 0
    assert (counts["kind"], counts["articles"], counts["broken_off"]) == ("counts", 2, False)
    assert counts["alerts"] + counts["updates"] == len(alerts) >= 4


def test_ctrl_c_shows_what_was_done_so_far(filled: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from wirewatch.desk.replay import Replay

    judge, times = Replay.judge, iter(range(9))

    def once(*args: object, **more: object) -> object:
        if next(times):
            raise KeyboardInterrupt
        return judge(*args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(Replay, "judge", once)
    said = CliRunner().invoke(backtest_command, ["--json"])
    lines = [json.loads(line) for line in said.stdout.splitlines()]
    assert said.exit_code == 130
    assert lines[-1]["broken_off"]
    assert "Broken off after 1 of 2 articles" in said.stderr
    assert {line["kind"] for line in lines[:-1]} == {"alert"}


def test_the_messages_are_shown_as_they_would_look(filled: str) -> None:
    said = CliRunner().invoke(backtest_command, ["velmar-operation"])
    assert said.exit_code == 0
    assert "Velmar operation" in said.stdout
    assert "2 articles in 7 days" in said.stderr


def test_a_rule_that_is_not_there_is_told_with_those_that_are(filled: str) -> None:
    said = CliRunner().invoke(backtest_command, ["velmar"])
    assert said.exit_code == 2
    assert "velmar-operation" in said.output


# ── How much is too much ──────────────────────────────────────────────────────────────────────


def test_a_rule_that_sends_too_much_is_told_at_check(
    store: Store, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(store, watch, pair(), NOW - timedelta(hours=9))
    assert too_loud(watch.path, store, NOW) == []
    monkeypatch.setattr("wirewatch.desk.backtest.TOO_MANY_A_DAY", 1)
    (told,) = too_loud(watch.path, store, NOW)
    assert (told.severity, told.word.startswith("Anything said")) == ("warning", True)
    assert "would have sent 2 messages over the last day" in told.message
    monkeypatch.setattr(check, "_TRIED", 1)
    assert "about 2 messages" in too_loud(watch.path, store, NOW)[0].message
    assert run(store, watch).too_many == {EVERYTHING: 2}


def test_check_warns_where_articles_are_stored(
    filled: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wirewatch.desk.backtest.TOO_MANY_A_DAY", 1)
    said = CliRunner().invoke(check_command, [])
    assert said.exit_code == 0
    assert (
        "warning: “Anything said or done about Velmar and its war” would have sent" in said.stdout
    )


def test_check_goes_on_where_the_store_cannot_be_asked(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "w.sqlite").write_text("no store at all", encoding="utf-8")
    monkeypatch.setenv("WIREWATCH_STORE", f"sqlite:///{tmp_path}/w.sqlite")
    said = CliRunner().invoke(check_command, [str(PAIR / "watch")])
    assert (said.exit_code, said.stdout) == (0, "")
    assert "was not tried" in said.stderr
