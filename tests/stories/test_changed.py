"""Changed or restated: rows with the reason that an editor is shown, and pairs kept aside."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streams import DATA

from wirewatch.stories import alike
from wirewatch.stories.alike import Tables, tables
from wirewatch.stories.changed import CHANGED, MAYBE, compare
from wirewatch.stories.language import language, read_table

ROWS = [
    ("Parliament blocked the bill.", "Parliament approved the bill.", "approved: blocked before"),
    ("The coach would resign.", "The coach resigned.", "resigned: planned before"),
    ("The blast killed 17 people.", "The blast killed 23 people.", "23: 17 before"),
    ("The talks open on Monday.", "The talks open on Friday.", "Friday: Monday before"),
    (
        "In all 28,064 people were killed.",
        "At least 29,100 people were killed.",
        "29,100: 28,064 before",
    ),
    (
        "At least 28,000 people were killed.",
        "At least 29,100 people were killed.",
        "29,100: 28,000 before",
    ),
    (
        "Some 9.8 million people voted.",
        "Some 10.3 million people voted.",
        "10.3: 9.8 before",
    ),
    ("The bank paid the fine.", "The bank has not paid the fine.", "paid: done before"),
    ("The leak was stopped.", "The leak has not been stopped.", "stopped: done before"),
    ("Twenty-three men are trapped.", "Twenty-one men are trapped.", "21: 23 before"),
    ("The quake was felt 30 miles away.", "The quake was felt 30 km away.", "30: 30 before"),
    (
        "The flight recorder was found.",
        "The second flight recorder was found.",
        "second flight recorder: one more",
    ),
]


@pytest.mark.parametrize(("told", "now", "why"), ROWS)
def test_a_changed_fact_says_what_changed(told: str, now: str, why: str) -> None:
    change = compare(told, now, "en")
    assert change.likelihood >= CHANGED
    assert why in change.evidence


@pytest.mark.parametrize(
    ("told", "now"),
    [
        ("The minister quit on Monday.", "The minister resigned on Monday."),
        ("Talks start today in Cairo.", "Talks start on Thursday in Cairo."),
        ("The U.S. ordered a cease-fire.", "The US ordered a ceasefire."),
        ("27,708 people were killed.", "More than 27,700 people were killed."),
        ("In all 28,064 people were killed.", "About 28,000 people were killed."),
        ("More than 27,700 people were killed.", "27,708 people were killed."),
        ("Police arrested the mayor.", "The mayor was arrested by police."),
        ("Moscow rejected the offer.", "Russia turned down the offer."),
        ("Rescuers pulled 12 men out.", "A dozen men were pulled out by rescuers."),
        ("The union called the strike off.", "The strike was called off by the union."),
        ("The pit is 1.5 kilometres deep.", "The pit is 1,500 metres deep."),
        ("The town is 30 miles from the border.", "The town is 50 km from the border."),
    ],
)
def test_other_words_for_the_same_are_no_change(told: str, now: str) -> None:
    assert compare(told, now, "en").likelihood < MAYBE


def test_for_and_against_are_never_planned() -> None:
    told = "Oro dismissed the demand for a truce and ordered troops to move on Dellim."
    now = "Oro rejected proposals for a truce, as he ordered troops to head to Dellim."
    assert not compare(told, now, "en").evidence


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_two_texts_can_be_compared(told: str, now: str) -> None:
    assert 0.0 <= compare(told, now, "en").likelihood <= 1.0


@given(st.text(alphabet=st.characters(categories=["L", "Zs", "P"]), max_size=200))
def test_a_sentence_is_no_change_of_itself(text: str) -> None:
    assert not compare(text, text, "en").evidence


@pytest.mark.parametrize(("name", "floor"), [("pairs_after.tsv", 0.85), ("pairs_later.tsv", 0.9)])
def test_pairs_written_after_the_tables_were_frozen(name: str, floor: float) -> None:
    """Floors, and honest: 56 of 65 and 59 of 64 at first look, through the whole room.

    Here it is the pair alone.
    """
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    right = sum(
        (compare(told, now, "en").likelihood >= CHANGED) == (mark == "+")
        for mark, _, told, now in rows
    )
    print(f"changed or restated, kept aside: {right} of {len(rows)} right")
    assert len(rows) >= 60
    assert right / len(rows) >= floor


def test_what_is_remembered_of_words_is_bounded_and_met_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(alike, "MOST_WORDS", 50)
    small = Tables(language("en"), read_table("en-changed") or {})
    words = [f"{start}{end}ed" for start in ("block", "bomb", "ship", "vot") for end in range(100)]
    for _ in range(2):
        for word in ("blocked", "approved", *words):
            assert small.links(small.base(word)) == tables("en").links(tables("en").base(word))
    assert len(small._bases) <= 50
    assert len(small._links) <= 50
