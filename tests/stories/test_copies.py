"""What is a copy: tables with the story behind each row, and what must hold for any two texts."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streams import DATA

from wirewatch.stories.copies import (
    Likeness,
    SketchRow,
    compare,
    furniture,
    numbers,
    packed,
    runs,
    sketch,
    unpacked,
)
from wirewatch.stories.words import tokens

PAIRS = json.loads((DATA / "copies.json").read_text(encoding="utf-8"))
TEXTS = st.lists(
    st.sampled_from(["lake", "ferry", "17", "sank", "Monday", "talks", "wire", "9", "port", "said"])
)


def _compared(one: str, other: str) -> Likeness:
    here, there = tokens(one), tokens(other)
    a, b = runs(here), runs(there)
    return compare(len(a & b), len(a), len(b), numbers(here), numbers(there)).likeness


@pytest.mark.parametrize("pair", PAIRS, ids=[pair["what"] for pair in PAIRS])
def test_a_copy_is_found_whatever_was_cut_added_or_moved(pair: dict[str, str]) -> None:
    assert (_compared(pair["one"], pair["other"]) is Likeness.COPY) == pair["copy"]


@given(TEXTS, TEXTS)
def test_comparing_is_the_same_both_ways_round(one: list[str], other: list[str]) -> None:
    assert _compared(" ".join(one), " ".join(other)) is _compared(" ".join(other), " ".join(one))


@given(st.lists(st.text()))
def test_packed_hashes_come_back_as_they_were(words: list[str]) -> None:
    of = runs(words)
    assert unpacked(packed(of)) == of
    assert set(sketch(of)) <= of


def test_a_template_filled_with_other_figures_is_told_apart() -> None:
    here, there = frozenset({"12", "20", "4", "14"}), frozenset({"9", "18", "5", "21"})
    assert compare(60, 100, 100, here, there).likeness is Likeness.OTHER_NUMBERS
    assert compare(60, 100, 100, here, here).likeness is Likeness.COPY
    assert compare(90, 100, 100, here, there).likeness is Likeness.COPY


def test_a_run_that_stands_in_articles_of_four_days_is_furniture() -> None:
    rows = [SketchRow(hash=1, article=day, day=day) for day in range(4)]
    rows += [SketchRow(hash=2, article=day, day=0) for day in range(4)]
    assert furniture(rows) == {1}
