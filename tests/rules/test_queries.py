"""How `mentions` is read and asked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirewatch.rules.query import QueryMistake, find, parse
from wirewatch.rules.words import Words

RED_SEA = '("Red Sea" OR Suez) AND (tanker* OR container*) NOT cruise'


@pytest.mark.parametrize(
    ("query", "text", "holds"),
    [
        (RED_SEA, "Two tankers in the Red Sea.", True),
        (RED_SEA, "Two tankers in the sea, red with rust.", False),  # no phrase
        (RED_SEA, "A cruise past containers at Suez.", False),
        (RED_SEA, "SUEZ: Containers wait.", True),  # capitals do not count
        ("cease-fire", "A ceasefire holds.", True),
        ("ceasefire", "A cease-fire holds.", True),
        ("Erdogan", "Erdoğan’s visit", True),  # accents and possessives do not count
        ("a NEAR/2 b", "a x b", True),
        ("a NEAR/2 b", "b x a", True),  # in either order
        ("a NEAR/2 b", "a x y b", False),
        ('"oil tank*" AND fire', "An oil tanker on fire", True),
        ("x OR y AND z", "x", True),  # AND binds before OR
        ("x AND NOT y", "x", True),
        ("U.S. AND talks", "U.S. talks", True),
        ("红海", "船在红海遇袭", True),  # no spaces in Chinese
        ("红湖", "船在红海遇袭", False),
        ("Tesla", "Tesla™ rises", True),
    ],
)
def test_a_query_holds_where_its_words_stand(query: str, text: str, holds: bool) -> None:
    assert (find(parse(query), [Words.of(text)]) is not None) is holds


@given(st.text(alphabet='ab "()*/-,ANDORT NEAR/1é', max_size=40))
def test_whatever_is_typed_is_read_or_told_at_its_letter(text: str) -> None:
    told: QueryMistake | None = None
    try:
        query = parse(text)
    except QueryMistake as mistake:
        told = mistake
    if told is None:
        assert find(query, [Words.of("")]) is None
    else:
        assert 0 <= told.offset <= len(text)
        assert str(told)
