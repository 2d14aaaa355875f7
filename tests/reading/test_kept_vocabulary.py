"""A vocabulary is checked once: what is kept is what would be read, and never older."""

from pathlib import Path

import pytest

from wirewatch.cli import kept_vocabulary
from wirewatch.cli.read_ import vocabulary_of

WORDS = """
entities:
  karsund: {name: Karsund, kind: place, also: [Karsünd, كارسوند], geonames: 7}
events:
  karsund-operation: {about: An operation, what: [operate], where: [karsund], near: article}
figures:
  delta-toll: {about: The killed, counts: killed, where: [karsund], scope: total}
"""


@pytest.fixture
def watch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The editors' folder of a checkout that we stand in."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "include" / "watch" / "vocabulary"
    folder.mkdir(parents=True)
    (folder / "words.yaml").write_text(WORDS, encoding="utf-8")
    return folder.parent


def of_cache(watch: Path) -> list[Path]:
    return list((watch.parents[1] / ".airflow" / "cache").glob("*"))


def test_what_is_kept_is_what_would_be_read(watch: Path) -> None:
    first = vocabulary_of(watch)
    name = kept_vocabulary.key(watch)
    assert name
    assert kept_vocabulary.kept(name) == first == vocabulary_of(watch)
    assert [path.suffix for path in of_cache(watch)] == [".json"]


def test_a_changed_file_is_read_anew(watch: Path) -> None:
    vocabulary_of(watch)
    (watch / "vocabulary" / "words.yaml").write_text(WORDS.replace("كارسوند", "Carsund"))
    assert "Carsund" in vocabulary_of(watch).entities[0].also


def test_a_folder_with_an_error_is_told_each_time(
    watch: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (watch / "vocabulary" / "wrong.yaml").write_text("events:\n  e: {about: nothing}\n")
    for _ in range(2):
        vocabulary_of(watch)
        assert "wrong.yaml:2" in capsys.readouterr().err
    assert not of_cache(watch)


@pytest.mark.parametrize("damage", ["", "{}", "[]", '{"entities": [{"id": 1}]}', "\x00"])
def test_a_damaged_one_is_read_anew(watch: Path, damage: str) -> None:
    first = vocabulary_of(watch)
    of_cache(watch)[0].write_text(damage)
    assert vocabulary_of(watch) == first


def test_only_the_last_few_are_kept(watch: Path) -> None:
    for number in range(12):
        (watch / "vocabulary" / "words.yaml").write_text(WORDS + f"# {number}\n", encoding="utf-8")
        vocabulary_of(watch)
    assert len(of_cache(watch)) == 8


def test_nothing_is_kept_where_nothing_can_be_written(watch: Path) -> None:
    (watch.parents[1] / ".airflow").write_text("")
    assert vocabulary_of(watch).entities
