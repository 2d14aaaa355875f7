"""What editors write as vocabulary becomes records, and every mistake is told at its place."""

from pathlib import Path

import pytest

from wirewatch.reading.languages import language_data, languages
from wirewatch.reading.load import load_vocabulary, try_examples
from wirewatch.reading.word_forms import forms
from wirewatch.watchfiles.folder import read_folder
from wirewatch.watchfiles.nodes import read_nodes

SHIPPED = Path(__file__).parents[2] / "include" / "watch"
ENGLISH = language_data("en")
SLIP = "there is no entity “rafha”, so it is looked for as a plain word. Did you mean “rafah”?"


def load(text: str, file: str = "vocabulary/a.yaml"):
    root, problems = read_nodes(text.encode(), file)
    assert not problems
    vocabulary, problems = load_vocabulary([root])
    return vocabulary, [(p.line, p.column, p.severity, p.message) for p in problems]


def test_a_well_written_file_becomes_records():
    vocabulary, problems = load(
        """
entities:
  rafah: {name: Rafah, kind: place, also: رفح, not: [Rafah crossing], geonames: 281102}
events:
  raid:
    what: [raid]
    where: rafah
    near: next sentence
figures:
  toll: {counts: killed, where: [rafah], scope: total}
"""
    )
    assert problems == []
    (entity,), (event,), (figure,) = vocabulary.entities, vocabulary.events, vocabulary.figures
    assert (entity.entity_id, entity.also, entity.not_in) == (
        "rafah",
        ("رفح",),
        ("Rafah crossing",),
    )
    assert (event.where, event.near, figure.scope) == (("rafah",), "next sentence", "total")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "entities:\n  a: {name: Rafah, knd: place}",
            (2, 20, "error", "there is no “knd” here. Did you mean “kind”?"),
        ),
        (
            "entities:\n  a: {name: Rafah, kind: plase}",
            (2, 26, "warning", "there is no kind “plase”. Did you mean “place”?"),
        ),
        (
            "events:\n  a:\n    what: [raid]\n    near: sentense",
            (4, 11, "error",
             "“sentense” is not one of sentence, next sentence, article. Did you mean “sentence”?"),
        ),
        ("events:\n  a: {where: [rafah]}", (2, 3, "error", "“what” is missing here.")),
        (
            "entities:\n  a: {name: '...', kind: place}",
            (2, 13, "error", "“...” has no letters to look for."),
        ),
        (
            "entities: {rafah: {name: Rafah, kind: place}}\nevents: {a: {what: x, where: rafha}}",
            (2, 30, "warning", SLIP),
        ),
    ],
)  # fmt: skip
def test_a_mistake_is_told_at_its_place(text, problem):
    assert load(text)[1] == [problem]


def test_the_same_id_in_two_files_is_told_at_the_second_and_the_first_stands():
    one, _ = read_nodes(b"entities:\n  a: {name: One, kind: place}", "one.yaml")
    two, _ = read_nodes(b"entities:\n  a: {name: Two, kind: place}", "two.yaml")
    vocabulary, (problem,) = load_vocabulary([one, two])
    assert [entity.name for entity in vocabulary.entities] == ["One"]
    assert (problem.file, problem.line, problem.column) == ("two.yaml", 2, 3)


def test_one_bad_item_leaves_the_others_standing():
    vocabulary, problems = load("events:\n  a: {what: [raid]}\n  b: {what: [raid], nere: x}")
    assert [event.event_id for event in vocabulary.events] == ["a"]
    assert len(problems) == 1


def test_a_sentence_that_fails_is_an_error_at_its_own_line():
    text = """\
events:
  a:
    what: [raid]
    yes: [A raid., A walk.]
    no:
      - A raid too.
"""
    root, _ = read_nodes(text.encode(), "a.yaml")
    vocabulary, _ = load_vocabulary([root])
    found = [(p.line, p.column, p.severity) for p in try_examples(vocabulary, [root])]
    assert found == [(4, 20, "error"), (6, 9, "error")]


def test_the_version_changes_with_the_content_and_with_nothing_else():
    text = "entities:\n  a: {name: Rafah, kind: place}"
    again, spaced, other = (
        load(text)[0],
        load("# note\n" + text)[0],
        load(text.replace("h,", ","))[0],
    )
    assert load(text)[0].version == again.version == spaced.version
    assert other.version != again.version


def test_all_that_is_shipped_is_well_written_and_its_sentences_hold():
    folder = read_folder(SHIPPED)
    vocabulary, problems = load_vocabulary(folder.vocabulary)
    assert [*folder.problems, *problems, *try_examples(vocabulary, folder.vocabulary)] == []
    assert len(vocabulary.entities) >= 100
    assert len(vocabulary.events) >= 20
    assert all(event.yes and event.no for event in vocabulary.events)


@pytest.mark.parametrize(
    ("word", "some", "never"),
    [
        ("invade", ["invades", "invaded", "invading"], ["invadeed"]),
        ("stop", ["stops", "stopped", "stopping"], ["stoped"]),
        ("die", ["dies", "died", "dying"], []),
        ("deny", ["denies", "denied", "denying"], []),
        ("push", ["pushes", "pushed", "pushing"], []),
        ("strike", ["strikes", "struck", "striking"], ["striked"]),
        ("crisis", ["crises"], []),
        ("meet", ["meets", "met", "meeting"], ["meeted"]),
        ("travel", ["travelled", "traveled"], []),
    ],
)
def test_a_base_form_has_its_forms(word, some, never):
    found = set(forms(word, ENGLISH))
    assert set(some) < found
    assert not found & set(never)


@pytest.mark.parametrize("word", ["talks", "bombing", "invaded", "struck", "begun", "sanctions"])
def test_a_word_with_an_ending_is_only_itself(word):
    assert forms(word, ENGLISH) == (word,)


@pytest.mark.parametrize("code", languages())
def test_every_language_has_rules_whose_cues_exist(code):
    data = language_data(code)
    cues = data.section("cues")
    for rule in data.section("status").get("rules", ()):
        groups = [name for key in ("before", "after", "without", "without_after")
                  for name in rule.get(key, ())]  # fmt: skip
        assert set(groups) <= set(cues), rule


def test_a_language_without_a_file_has_names_only():
    assert not language_data("tlh").known
    assert language_data("en-GB").code == "en"
    assert forms("invade", language_data("tlh")) == ("invade",)
