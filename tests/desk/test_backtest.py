"""A rule tried on the past sends what the main job sent, and leaves no trace of the trial."""

import json
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import delete, func, select
from tests.stories.streams import REPLAY, parsed

from wirewatch.articles.finish import complete
from wirewatch.cli.backtest_ import command as backtest_command
from wirewatch.cli.check_ import command as check_command
from wirewatch.cli.shapes import article_in
from wirewatch.desk import check, past
from wirewatch.desk.backtest import BacktestReport, _Run, backtest, backtest_steps, compare_steps
from wirewatch.desk.check import on_the_past
from wirewatch.desk.judge import Desk, judge_waiting
from wirewatch.desk.settings import from_environment
from wirewatch.desk.steps import backtest_step
from wirewatch.desk.watch import Watch, load_draft, load_watch
from wirewatch.reading.tagger import Tagger
from wirewatch.records import Alert, Article
from wirewatch.store import Store, articles, judgements, open_store, outbox, retention
from wirewatch.store.metadata import METADATA
from wirewatch.store.schema import all_tables
from wirewatch.store.takedown import forget_page

PAIR = Path(__file__).parents[1] / "data" / "replay"
NOW = datetime(2024, 2, 9, 12, tzinfo=UTC)
EARLY = NOW - timedelta(hours=9)
EVERYTHING = "anything-said-or-done-about-velmar-and-its-war"


@pytest.fixture
def watch() -> Watch:
    return load_watch(PAIR / "watch")


def pair() -> list[Article]:
    lines = (PAIR / "pair.jsonl").read_text(encoding="utf-8").splitlines()
    return [complete(article_in(json.loads(line))) for line in lines]


def streamed() -> list[Article]:
    return [complete(one.article) for one in parsed(REPLAY / "goma/stream.txt")]


def hourly(some: list[Article], first: datetime) -> list[Article]:
    return [
        replace(one, arrived=first + timedelta(hours=number)) for number, one in enumerate(some)
    ]


def keep(store: Store, watch: Watch, some: list[Article], first: datetime = EARLY) -> None:
    """Articles as the main job has them once they are judged, an hour after one another."""
    waiting(store, watch, hourly(some, first))
    judged(store, watch, first)


def waiting(store: Store, watch: Watch, some: list[Article], *, silent: bool = False) -> None:
    """Store articles with their readings; they wait to be judged."""
    tagger = Tagger(watch.vocabulary)
    for one in some:
        with store.begin() as connection:
            articles.save_article_and_reading(
                connection, one, tagger.read(one), one.arrived or NOW, silent=silent
            )


def judged(store: Store, watch: Watch, first: datetime = EARLY) -> None:
    """Let the main job judge what waits, its clock going with the articles."""
    desk = Desk.of(watch.rules, watch.vocabulary, UTC)
    hours = iter(range(10_000))
    done = judge_waiting(store, desk, lambda: first + timedelta(hours=next(hours)))
    assert not done.problems


def sent(store: Store) -> list[Alert]:
    """What the main job owes, as its messages stand now."""
    with store.read() as connection:
        return [alert for alert, _ in outbox.newest(connection, 10_000)]


def run(store: Store, watch: Watch, **more: object) -> BacktestReport:
    return backtest(store, watch, NOW, days=7, zone=UTC, **more)  # type: ignore[arg-type]


def by_id(alerts: list[Alert]) -> list[Alert]:
    return sorted(alerts, key=lambda alert: alert.alert_id)


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
    before = _rows(store)
    run(store, watch)
    assert _rows(store) == before


def _rows(store: Store) -> dict[str, int]:
    with store.read() as connection:
        return {
            name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in all_tables().tables.items()
        }


def test_articles_in_which_no_rule_finds_anything_are_not_opened(
    store: Store, watch: Watch
) -> None:
    bread = Article(
        article_id="b", url="https://x.example/b", publisher="P", title="Bread", text="It is dear."
    )
    keep(store, watch, [*pair(), bread])
    report = run(store, watch)
    assert (report.articles, report.opened, report.read_anew) == (3, 2, 0)


# ── Other words than those of the time ────────────────────────────────────────────────────────


def draft(folder: Path, vocabulary: str, rules: str) -> Watch:
    for name, text in (("vocabulary", vocabulary), ("rules", rules)):
        (folder / name).mkdir(exist_ok=True)
        (folder / name / "a.yaml").write_text(text, encoding="utf-8")
    watch = load_watch(folder)
    assert not watch.errors
    return watch


HALABI = "entities:\n  halabi: {name: Idris Halabi, kind: person}\n"
ABOUT = "watches:\n  - watch: Halabi\n    when: {about: halabi}\n    send: {to: desk}\n"


def test_a_draft_with_other_words_reads_only_what_they_touch_anew(
    store: Store, watch: Watch, tmp_path: Path
) -> None:
    bread = Article(
        article_id="b", url="https://x.example/b", publisher="P", title="Bread", text="It is dear."
    )
    keep(store, watch, [bread, *pair()])
    report = run(store, draft(tmp_path, HALABI, ABOUT))
    assert [a.rule_id for a in report.alerts] == ["halabi"]
    assert "Halabi" in report.alerts[0].developments[0].sentence
    assert 1 <= report.read_anew <= 2


def test_words_that_no_tried_rule_uses_read_nothing_anew(
    store: Store, watch: Watch, tmp_path: Path
) -> None:
    keep(store, watch, pair())
    rules = "watches:\n  - watch: Talks\n    when: {mentions: truce}\n    send: {to: desk}\n"
    assert run(store, draft(tmp_path, HALABI, rules)).read_anew == 0


STRIKE = """events:
  bakers-strike: {about: Bakers strike, what: [WHAT], where: [Velmar]}
"""
STRUCK = """watches:
  - watch: Bakers
    when: {event: bakers-strike, becomes: [under way, planned, over, ordered, threatened]}
    send: {to: desk}
"""


@pytest.mark.parametrize(
    ("text", "what", "tells"),
    [
        ("The bakers of Velmar began a walk-out on Monday.", "walkout", True),
        ("The bakers struck in Velmar on Monday.", "strike", True),
        ("The bakers of Velmar began a walk-out on Monday.", "lock out", False),
    ],
)
def test_a_new_event_is_found_in_the_past_in_all_its_forms(
    store: Store, tmp_path: Path, text: str, what: str, tells: bool
) -> None:
    """What the quick look passes over must be nothing that the reading would find."""
    before = draft(tmp_path, HALABI, ABOUT)
    article = Article(
        article_id="a", url="https://x.example/a", publisher="P", title="Strike", text=text
    )
    keep(store, before, [article])
    after = draft(tmp_path, STRIKE.replace("WHAT", what), STRUCK)
    report = run(store, after)
    assert [a.rule_id for a in report.alerts] == (["bakers"] if tells else [])
    assert report.read_anew == (1 if tells else 0)


def test_what_was_told_long_ago_is_no_news_to_a_new_event(store: Store, tmp_path: Path) -> None:
    before = draft(tmp_path, HALABI, ABOUT)
    text = "The bakers of Velmar began a walk-out on Monday."
    first, copy = (
        Article(
            article_id=name, url=f"https://x.example/{name}", publisher=name, title="", text=text
        )
        for name in ("a", "b")
    )
    waiting(store, before, [replace(first, arrived=NOW - timedelta(days=20))])
    judged(store, before, NOW - timedelta(days=20))
    waiting(store, before, [replace(copy, arrived=EARLY)])
    judged(store, before)
    report = run(store, draft(tmp_path, STRIKE.replace("WHAT", "walkout"), STRUCK))
    assert (report.articles, report.read_anew, report.alerts) == (1, 1, [])


def test_an_event_that_was_taken_out_is_told_no_more(store: Store, tmp_path: Path) -> None:
    before = draft(tmp_path, STRIKE.replace("WHAT", "walkout"), STRUCK)
    text = "The bakers of Velmar began a walk-out on Monday."
    keep(
        store,
        before,
        [Article(article_id="a", url="https://x.example/a", publisher="P", title="", text=text)],
    )
    assert len(run(store, before).alerts) == 1
    other = STRIKE.replace("WHAT", "lockout")
    assert run(store, draft(tmp_path, other, STRUCK)).alerts == []
    words = "watches:\n  - watch: W\n    when: {mentions: bakers}\n    send: {to: desk}\n"
    (alert,) = run(store, draft(tmp_path, other, words)).alerts
    assert alert.developments[0].sentence == text


def test_a_draft_is_compared_with_the_saved_rule(store: Store, watch: Watch) -> None:
    keep(store, watch, pair())
    text = (PAIR / "watch/rules/valley.yaml").read_text(encoding="utf-8")
    file = "rules/valley.yaml"
    narrow = text.replace("watches:", "watches:\n  - watch: Bread\n    when: {mentions: Halabi}\n"
                          "    send: {to: desk}", 1)  # fmt: skip
    folder = load_draft(PAIR / "watch", {file: narrow.encode()})
    rules = ["bread", EVERYTHING]
    steps = list(compare_steps(store, watch, folder, NOW, days=7, rules=rules, zone=UTC))
    last = steps[-1]
    assert {alert.rule_id for alert in last.more} == {"bread"}
    assert last.fewer == []
    assert (last.done, last.of) == (4, 4)
    assert last.says == f"{len(last.more)} more, 0 fewer, 2 as before"
    back = list(compare_steps(store, folder, watch, NOW, days=7, rules=rules, zone=UTC))[-1]
    assert back.fewer == last.more


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
    assert _rows(store)["judgement"] == 0
    assert _rows(store)["vocabulary"] == 0


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
    assert _rows(store)["article"] == 2  # nobody holds the store


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
    judge, times = _Run.judge, iter(range(9))

    def once(*args: object, **more: object) -> None:
        if next(times):
            raise KeyboardInterrupt
        judge(*args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(past, "_AT_ONCE", 1)
    monkeypatch.setattr(_Run, "judge", once)
    said = CliRunner().invoke(backtest_command, ["--json"])
    lines = [json.loads(line) for line in said.stdout.splitlines()]
    assert said.exit_code == 130
    assert lines[-1]["broken_off"]
    assert "Broken off after 1 of 2 articles" in said.stderr
    assert {line["kind"] for line in lines[:-1]} == {"alert"}


def test_airflows_log_says_how_far_it_is(
    filled: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(past, "_AT_ONCE", 1)
    caplog.set_level("INFO", "wirewatch.desk.steps")
    found = backtest_step(from_environment(), days=2, rules=[])
    assert found["articles"] == 2
    assert [record.getMessage() for record in caplog.records] == [
        "1 of 2 articles tried",
        "2 of 2 articles tried",
    ]


def test_the_messages_are_shown_as_they_would_look(filled: str) -> None:
    said = CliRunner().invoke(backtest_command, ["velmar-operation"])
    assert said.exit_code == 0
    assert "Velmar operation" in said.stdout
    assert "2 articles in 7 days" in said.stderr


def test_a_draft_is_shown_beside_what_is_saved(filled: str, tmp_path: Path) -> None:
    text = (PAIR / "watch/rules/valley.yaml").read_text(encoding="utf-8")
    file = tmp_path / "valley.yaml"
    file.write_text(text.replace("event: velmar-operation", "mentions: Halabi"), encoding="utf-8")
    said = CliRunner().invoke(backtest_command, ["--draft", str(file), "--json"])
    assert said.exit_code == 0
    *alerts, counts = [json.loads(line) for line in said.stdout.splitlines()]
    assert {(a["rule"], a["change"]) for a in alerts} == {
        ("velmar-operation", "more"),
        ("velmar-operation", "fewer"),
    }
    assert counts["saved"]["alerts"] >= 1
    assert "The draft against what is saved: " in said.stderr
    words = "entities:\n  brandt: {name: Karla Brandt, kind: person}\n"
    (tmp_path / "more.yaml").write_text(words, encoding="utf-8")
    more = CliRunner().invoke(backtest_command, ["--draft", str(tmp_path / "more.yaml")])
    assert "0 more, 0 fewer, " in more.stderr
    file.write_text(text.replace("severity: high", "severity: hihg"), encoding="utf-8")
    wrong = CliRunner().invoke(backtest_command, ["--draft", str(file)])
    assert (wrong.exit_code, "Did you mean “high”?" in wrong.output) == (2, True)


def test_a_rule_that_is_not_there_is_told_with_those_that_are(filled: str) -> None:
    said = CliRunner().invoke(backtest_command, ["velmar"])
    assert said.exit_code == 2
    assert "velmar-operation" in said.output


# ── How much is too much ──────────────────────────────────────────────────────────────────────


def test_a_rule_that_sends_too_much_is_told_at_check(
    store: Store, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(store, watch, pair())
    assert on_the_past(watch.path, [], store, NOW) == []
    for module in ("backtest", "check"):
        monkeypatch.setattr(f"wirewatch.desk.{module}.TOO_MANY_A_DAY", 1)
    (told,) = on_the_past(watch.path, [], store, NOW)
    assert (told.severity, told.word.startswith("Anything said")) == ("warning", True)
    assert "would have sent 2 messages over the last day" in told.message
    monkeypatch.setattr(check, "PATIENCE", 0.0)
    monkeypatch.setattr(past, "_AT_ONCE", 1)
    assert "about 2 messages" in on_the_past(watch.path, [], store, NOW)[0].message
    assert run(store, watch).too_many == {EVERYTHING: 2}


def test_what_a_third_of_all_articles_would_wake_is_measured_where_they_are_stored(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """“report” is taken for a common word; here it is rare, and “Halabi” is not."""
    rules = """watches:
  - {watch: Reports, when: {mentions: report AND said}, send: {to: desk}}
  - {watch: Halabi, when: {about: halabi}, send: {to: desk}}
"""
    watch = draft(tmp_path, HALABI, rules.replace("report AND said", "said"))
    (guess,) = [p for p in watch.problems if p.severity == "warning"]
    some = [
        Article(article_id=f"a{n}", url=f"https://x.example/{n}", publisher="P", title=f"Day {n}",
                text=f"Idris Halabi came to town {n} and {n + 1} and went to village {n + 2}.")
        for n in range(10)
    ]  # fmt: skip
    waiting(store, watch, hourly(some, EARLY))
    judged(store, watch)
    assert on_the_past(tmp_path, [guess], store, NOW)[0] is guess  # too few to say
    monkeypatch.setattr(check, "_ENOUGH", 10)
    (measured,) = on_the_past(tmp_path, [guess], store, NOW)
    assert measured.word == "Halabi"
    assert "10 of the last day's 10 articles" in measured.message


def test_check_warns_where_articles_are_stored(
    filled: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wirewatch.desk.check.TOO_MANY_A_DAY", 1)
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
