"""`wirewatch words` and `wirewatch names`: what an editor may have forgotten, only ever offered."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from wirewatch.cli import wirewatch
from wirewatch.reading.alike import alike, consonants, likeness

WORDS = """
entities:
  karsund: {name: Karsund, kind: place}
events:
  karsund-operation: {about: An operation, what: [operate, operation], where: [karsund]}
  flood: {about: A flood, what: [flood]}
"""
TEXTS = (
    "The army began an operation in Karsund on Monday. Bread is dear.",
    "Tanks stormed Karsund at dawn, Dorin Halvek said. The bread is dear.",
    "Troops storm Karsund. Bread was dear, as Dorin Halvek told the bakers and their Anna Tesh.",
    "The bakers of Karsund were asleep. In the villages of Velm people also slept that night.",
)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("WIREWATCH_WATCH", str(tmp_path))
    monkeypatch.setenv("WIREWATCH_STORE", f"sqlite:///{tmp_path}/store.sqlite")
    (tmp_path / "vocabulary").mkdir()
    (tmp_path / "vocabulary" / "words.yaml").write_text(WORDS, encoding="utf-8")
    lines = (
        {"url": f"http://a.example/{n}", "title": "", "text": text} for n, text in enumerate(TEXTS)
    )
    (tmp_path / "articles.jsonl").write_text("".join(json.dumps(one) + "\n" for one in lines))
    return tmp_path


def run(*words: str | Path, piped: str = "") -> Result:
    return CliRunner().invoke(wirewatch, [str(word) for word in words], input=piped)


def told(result: Result) -> list[dict[str, object]]:
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_a_word_by_the_place_that_the_event_lacks_is_told_in_all_its_forms(desk: Path) -> None:
    first = told(run("words", "karsund-operation", desk / "articles.jsonl", "--json"))[0]
    assert (first["word"], first["forms"], first["count"]) == ("storm", ["storm", "stormed"], 2)
    assert first["example"] == "Troops storm Karsund."


def test_a_word_that_is_common_elsewhere_and_one_of_a_found_sentence_are_not(desk: Path) -> None:
    found = told(
        run("words", "karsund-operation", desk / "articles.jsonl", "--json", "--at-least", "1")
    )
    assert not {"bread", "dear", "army", "began"} & {one["word"] for one in found}


def test_words_reads_a_pipe_and_says_how_many_sentences_it_saw(desk: Path) -> None:
    result = run("words", "karsund-operation", "-", piped=(desk / "articles.jsonl").read_text())
    assert "storm" in result.stdout
    assert "3 sentences name the place" in result.stderr


def test_without_files_the_stored_articles_are_read(desk: Path) -> None:
    result = run("words", "karsund-operation")
    assert result.exit_code == 0
    assert "0 sentences" in result.stderr


@pytest.mark.parametrize(
    ("event", "said"),
    [("karsund-operatoin", "Did you mean “karsund-operation”?"), ("flood", "neither `where`")],
)
def test_an_event_that_cannot_be_looked_for_is_told_in_words(
    desk: Path, event: str, said: str
) -> None:
    result = run("words", event, desk / "articles.jsonl")
    assert result.exit_code == 1
    assert said in result.stderr


def test_a_bad_line_costs_itself(desk: Path) -> None:
    result = run("words", "karsund-operation", "-", piped="no json\n[1]\n")
    assert result.exit_code == 0
    assert "-:1" in result.stderr
    assert "-:2" in result.stderr


def test_names_that_nobody_listed_are_counted_by_articles(desk: Path) -> None:
    found = told(run("names", "", desk / "articles.jsonl", "--json", "--at-least", "1"))
    assert [(one["name"], one["articles"]) for one in found] == [
        ("Dorin Halvek", 2),
        ("Anna Tesh", 1),
        ("Velm", 1),
    ]


def test_a_name_gets_the_spellings_that_were_seen_and_a_line_to_copy(desk: Path) -> None:
    (desk / "more.jsonl").write_text(
        json.dumps(
            {
                "url": "u:1",
                "title": "",
                "text": "They met the minister Doreen Halveck in the town yesterday.",
            }
        )
    )
    result = run("names", "Dorin Halvek", desk / "more.jsonl")
    assert "Doreen Halveck" in result.stdout
    assert "dorin-halvek: {name: Dorin Halvek, kind: place, also: [Doreen Halveck]}" in (
        result.stdout
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Rafah", "Rafiah"),
        ("Khan Younis", "Khan Yunis"),
        ("Mahmoud Abbas", "Mahmud Abbas"),
        ("Kharkiv", "Kharkov"),
        ("El Fasher", "al-Fashir"),
        ("Rafah", "رفح"),
        ("Rafah", "רפיח"),
        ("Kyiv", "Київ"),
        ("Netanyahu", "Netanjahu"),
    ],
)
def test_what_different_hands_write_is_offered(one: str, other: str) -> None:
    assert [found.name for found in alike(one, [other])] == [other]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Rafah", "Raqqa"),
        ("Iran", "Iraq"),
        ("Niger", "Nigeria Airways"),
        ("Sudan", "Sweden"),
        ("Gaza", "Giza"),  # the same consonants, and not alike enough
    ],
)
def test_what_is_another_name_is_not(one: str, other: str) -> None:
    assert alike(one, [other]) == []


def test_the_likeness_is_that_of_the_paper() -> None:
    assert likeness("Martha", "Marhta") == pytest.approx(0.961, abs=0.001)
    assert likeness("Dixon", "Dicksonx") == pytest.approx(0.813, abs=0.001)


@given(st.text(max_size=30), st.text(max_size=30))
def test_likeness_is_between_nothing_and_all_for_any_two_texts(one: str, other: str) -> None:
    assert 0 <= likeness(one, other) <= 1
    assert consonants(one) == consonants(one)
    alike(one, [other, one])


def test_a_figure_is_no_event_and_an_unlisted_name_finds_nothing(desk: Path) -> None:
    tolls = "figures:\n  toll: {about: Dead, counts: killed, where: [karsund]}\n"
    (desk / "vocabulary" / "tolls.yaml").write_text(tolls, encoding="utf-8")
    figure = run("words", "toll")
    assert (figure.exit_code, "“toll” is a figure" in figure.output) == (1, True)
    nobody = run("search", "--about", "nobody")
    assert "“nobody” is no entity or event of the vocabulary" in nobody.stderr
