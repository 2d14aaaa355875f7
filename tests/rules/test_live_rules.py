"""What stays live while something is broken, what rules remember, and what `check` prints."""

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from rule_records import NOW, article, figure, judgement, match, rule

from wirewatch.cli.check_ import command as check_command
from wirewatch.cli.why_ import command as why_command
from wirewatch.desk.manual import files
from wirewatch.desk.watch import live_watch, load_watch
from wirewatch.records import Amount, OnlyIf, When
from wirewatch.rules.index import RuleSet
from wirewatch.store import Store, open_store
from wirewatch.store import rules as rule_store

ROOT = Path(__file__).parents[2]
BASE = ROOT / "tests/watchfiles/base"
RULE = """watches:
  - watch: {name}
    id: one
    when: {{event: {event}}}
    send: {{to: gaza-desk}}
  - watch: Talks
    when: {{event: cairo-talks}}
    send: {{to: night}}
"""
LATER, LATEST = NOW + timedelta(hours=1), NOW + timedelta(hours=2)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(BASE, tmp_path / "watch"))


@pytest.fixture(autouse=True)
def no_store_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIREWATCH_STORE", "sqlite://")


def write(folder: Path, text: str, name: str = "rules/a.yaml") -> None:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")


# ── The last good version ─────────────────────────────────────────────────────────────────────


def test_a_broken_rule_stays_live_as_it_was_and_that_is_told(folder: Path, store: Store) -> None:
    write(folder, RULE.format(name="Rafah", event="rafah-operation"))
    live_watch(folder, store, NOW)
    write(folder, RULE.format(name="Rafah", event="rafah-opration"))
    watch = live_watch(folder, store, LATER)
    assert {r.rule_id: r.when.event for r in watch.rules} == {
        "one": ("rafah-operation",),
        "talks": ("cairo-talks",),
    }
    assert {r.since for r in watch.rules} == {NOW}
    assert watch.kept == ("rules/one",)
    assert any("stays live" in p.message for p in watch.problems)


def test_an_unreadable_file_keeps_all_its_rules(folder: Path, store: Store) -> None:
    write(folder, RULE.format(name="Rafah", event="rafah-operation"))
    live_watch(folder, store, NOW)
    write(folder, "watches: [\n")
    assert {r.rule_id for r in live_watch(folder, store, LATER).rules} == {"one", "talks"}


def test_a_word_of_the_vocabulary_that_breaks_keeps_its_last_meaning(
    folder: Path, store: Store
) -> None:
    write(folder, RULE.format(name="Rafah", event="rafah-operation"))
    live_watch(folder, store, NOW)
    names = (folder / "vocabulary/names.yaml").read_text(encoding="utf-8")
    write(folder, names.replace("what: [operate, operation]", "waht: [operate]"),
          "vocabulary/names.yaml")  # fmt: skip
    watch = live_watch(folder, store, LATER)
    assert "rafah-operation" in {e.event_id for e in watch.vocabulary.events}
    assert "one" in {r.rule_id for r in watch.rules}


def test_a_rule_that_is_taken_out_is_gone_and_new_when_it_comes_back(
    folder: Path, store: Store
) -> None:
    write(folder, RULE.format(name="Rafah", event="rafah-operation"))
    live_watch(folder, store, NOW)
    write(folder, "watches: []\n")
    assert live_watch(folder, store, LATER).rules == ()
    write(folder, RULE.format(name="Rafah", event="rafah-operation"))
    assert {r.since for r in live_watch(folder, store, LATEST).rules} == {LATEST}


def test_only_a_new_meaning_makes_a_rule_begin_anew(folder: Path, store: Store) -> None:
    write(folder, RULE.format(name="Rafah", event="rafah-operation"))
    live_watch(folder, store, NOW)
    write(folder, RULE.format(name="Another name", event="rafah-operation"))
    assert {r.since for r in live_watch(folder, store, LATER).rules} == {NOW}
    write(folder, RULE.format(name="Another name", event="cairo-talks"))
    since = {r.rule_id: r.since for r in live_watch(folder, store, LATEST).rules}
    assert since == {"one": LATEST, "talks": NOW}


def test_a_folder_that_is_gone_keeps_everything(folder: Path, store: Store) -> None:
    write(folder, RULE.format(name="Rafah", event="rafah-operation"))
    live_watch(folder, store, NOW)
    shutil.rmtree(folder)
    watch = live_watch(folder, store, LATER)
    assert len(watch.rules) == 2
    assert len(watch.feeds) == 2


def test_a_part_of_the_folder_may_be_missing(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    assert load_watch(tmp_path).problems == ()


# ── Memory ────────────────────────────────────────────────────────────────────────────────────


def test_the_store_gives_back_what_rules_remember(store: Store) -> None:
    when = When(figure=("gaza-toll",), rises_by=Amount(value=5))
    mine = rule(when, OnlyIf(min_origins=2))
    page, later = article("It is 100."), article("It is 106.")
    first, second = figure(page, 100), figure(later, 106, 100)
    with store.begin() as connection:
        for one, found in ((page, first), (later, second)):
            judged = judgement(one, found)
            memory = rule_store.recall(connection, RuleSet([mine]), judged)
            _, whys, changes = match(mine, one, judged, memory=memory)
            rule_store.remember(connection, changes, whys, NOW)
            rule_store.remember(connection, changes, whys, NOW)  # a run that is run twice
    echoed = judgement(later, echoes=[second.development_id])
    with store.read() as connection:
        memory = rule_store.recall(connection, RuleSet([mine]), echoed)
        assert memory.told["rule", "gaza-toll@gaza"].value == 100
        (waiting,) = memory.waiting[second.development_id]
        assert waiting.development.value_now == 106
        stages = [w.stage for w in rule_store.whys(connection, later.article_id, "rule")]
        assert stages == ["condition", "condition", "only_if"]  # once each, though run twice
    with store.begin() as connection:
        rule_store.forget(connection, LATER, LATER)
        assert rule_store.whys(connection, later.article_id) == []
        assert rule_store.recall(connection, RuleSet([mine]), echoed).waiting == {}


# ── Commands ──────────────────────────────────────────────────────────────────────────────────


def test_check_prints_place_and_mend_and_leaves_one(folder: Path) -> None:
    write(folder, RULE.format(name="Rafah", event="rafah-opration"))
    said = CliRunner().invoke(check_command, [str(folder)])
    assert said.exit_code == 1
    assert said.stdout == (
        "rules/a.yaml:4:19  there is no event “rafah-opration”. Did you mean “rafah-operation”?\n"
    )


def test_check_in_json_has_every_field(folder: Path) -> None:
    write(folder, RULE.format(name="Rafah", event="rafah-opration"))
    said = CliRunner().invoke(check_command, [str(folder), "--json"])
    assert [json.loads(line) for line in said.stdout.splitlines()] == [
        {
            "file": "rules/a.yaml",
            "line": 4,
            "column": 19,
            "severity": "error",
            "word": "rafah-opration",
            "message": "there is no event “rafah-opration”. Did you mean “rafah-operation”?",
            "suggestion": "rafah-operation",
        }
    ]


def test_check_runs_the_tests_in_the_rules(folder: Path) -> None:
    test = "    tests:\n      - {text: Bread is dear., expect: alert}\n"
    write(folder, RULE.format(name="Rafah", event="rafah-operation") + test)
    said = CliRunner().invoke(check_command, ["--watch", str(folder)])
    assert said.exit_code == 1
    assert said.stdout.startswith("rules/a.yaml:10:40  test “test 1”: expected alert")


def test_check_of_no_folder_says_so(tmp_path: Path) -> None:
    said = CliRunner().invoke(check_command, [str(tmp_path / "nowhere")])
    assert said.exit_code == 1
    assert "there is no folder" in said.stdout


def test_why_tells_the_stage_the_reason_and_the_sentence(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/w.sqlite"
    store = open_store(url)
    page = article("It is 100.")
    judged = judgement(page, figure(page, 100))
    mine = rule(When(figure=("gaza-toll",), rises_by=Amount(value=5)))
    _, whys, changes = match(mine, page, judged)
    with store.begin() as connection:
        rule_store.remember(connection, changes, whys, datetime.now(UTC))
    store.close()
    said = CliRunner().invoke(why_command, [page.article_id, "rule", "--store", url])
    assert said.exit_code == 0
    assert "no   conditions: rises_by: 100 is the first figure" in said.stdout
    assert "“It is 100.”" in said.stdout
    none = CliRunner().invoke(why_command, [page.article_id, "other", "--store", url])
    assert (none.exit_code, "is not stored" in none.output) == (1, True)


# ── What is shipped ───────────────────────────────────────────────────────────────────────────


def test_the_shipped_files_have_no_problem_and_their_tests_hold() -> None:
    said = CliRunner().invoke(check_command, [str(ROOT / "include/watch")])
    assert (said.exit_code, said.stdout) == (0, "")


def test_the_manual_and_the_schemas_are_in_step_with_the_code() -> None:
    for place, text in files().items():
        assert (ROOT / place).read_text(encoding="utf-8") == text, f"{place}: run make docs"


@pytest.mark.parametrize("kind", ["rules", "vocabulary", "feeds"])
def test_a_stock_validator_finds_nothing_in_the_shipped_files(kind: str) -> None:
    from check_jsonschema import main

    schema = ROOT / f"include/watch/schema/{kind}.schema.json"
    shipped = sorted(str(p) for p in (ROOT / "include/watch" / kind).glob("*.yaml"))
    said = CliRunner().invoke(main, ["--schemafile", str(schema), *shipped])
    assert said.exit_code == 0, said.output


@pytest.mark.parametrize(
    "name", ["misspelt-condition", "misspelt-severity", "misspelt-status", "priority", "no-origins",
             "rise-in-words", "wait-in-words", "misspelt-part", "when-is-a-word", "half-an-origin"]
)  # fmt: skip
def test_a_stock_validator_finds_what_a_schema_can_know(name: str, tmp_path: Path) -> None:
    from check_jsonschema import main

    marked = (ROOT / f"tests/watchfiles/mistakes/rules/{name}.yaml").read_text(encoding="utf-8")
    clean = tmp_path / "rules.yaml"
    clean.write_text("".join(_unmarked(marked)), encoding="utf-8")
    schema = ROOT / "include/watch/schema/rules.schema.json"
    said = CliRunner().invoke(main, ["--schemafile", str(schema), str(clean)])
    assert said.exit_code == 1


def _unmarked(text: str) -> list[str]:
    import re

    return [re.sub(r"⟦~?([^|→⟧]*)[^⟧]*⟧", r"\1", text)]
