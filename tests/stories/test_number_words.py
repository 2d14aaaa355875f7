"""Numbers of several words become digits, and nothing else does."""

import pytest

from wirewatch.stories.number_words import in_digits


@pytest.mark.parametrize(
    ("said", "digits"),
    [
        ("Twenty-one miners, forty-eight guests", "21 miners, 48 guests"),
        ("two hundred and six of a hundred thousand", "206 of 100000"),
        ("one hundred and sixty-two thousand three hundred and five", "162305"),
        ("half a dozen, a dozen, three dozen", "6, 12, 36"),
        ("between one hundred and two hundred men", "between 100 and 200 men"),
        ("a thirty-three-year-old", "a 33-year-old"),
        ("a hundred million", "100 million"),
    ],
)
def test_a_number_of_several_words_becomes_digits(said: str, digits: str) -> None:
    assert in_digits(said, "en") == digits


@pytest.mark.parametrize(
    "said",
    ["dozens of men", "the dozen", "twenty five-year-olds", "nine to five", "several hundred men"],
)
def test_other_words_stay(said: str) -> None:
    assert in_digits(said, "en") == said


def test_a_language_without_words_for_them_keeps_its_text() -> None:
    assert in_digits("vingt-deux, a dozen", "xx") == "vingt-deux, a dozen"
