"""Folding keeps every offset; sentences and ids are plain functions of the text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirewatch.text import digest, fold, nfc, sentences, words

ANY_TEXT = st.text(alphabet=st.characters(), max_size=300)


@given(ANY_TEXT)
def test_folding_keeps_the_length_so_offsets_hold(text: str) -> None:
    assert len(fold(text)) == len(text)
    assert len(fold(text, keep_case=True)) == len(text)


@given(ANY_TEXT)
def test_sentences_are_in_order_do_not_overlap_and_lose_only_white_space(text: str) -> None:
    spans = sentences(text)
    assert all(a < b for a, b in spans)
    assert all(first[1] <= second[0] for first, second in zip(spans, spans[1:], strict=False))
    kept = {place for start, end in spans for place in range(start, end)}
    assert all(char.isspace() for place, char in enumerate(text) if place not in kept)


@given(ANY_TEXT)
def test_stored_text_never_breaks_a_database(text: str) -> None:
    assert "\x00" not in nfc(text)
    nfc(text).encode("utf-8")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("U.S. Secretary Blinken came. He left.", 2),  # an abbreviation ends no sentence
        ("J. Smith said so. Mr. Jones did not.", 2),  # nor does an initial
        ('"It is over." The war went on.', 2),  # a quote's end does
        ("It rose to 27,708. 123 died in a day.", 2),  # so does a figure at the start
        ("Prices rose 3.5 percent on Oct. 7 in Cairo.", 1),  # a point inside a number does not
        ("One line\nanother", 2),  # a new paragraph always does
        ("", 0),
    ],
)
def test_sentences_of_edited_prose(text: str, parts: int) -> None:
    assert len(sentences(text)) == parts


def test_words_keep_apostrophes_and_part_at_hyphens() -> None:
    text = "Hamas’s cease-fire"
    assert [text[a:b] for a, b in words(text)] == ["Hamas’s", "cease", "fire"]


def test_equal_parts_make_equal_ids_and_their_cut_matters() -> None:
    assert digest("a", "b") == digest("a", "b")
    assert digest("ab", "c") != digest("a", "bc")
