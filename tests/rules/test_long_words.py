"""A word as long as a page costs its length, not its square; hyphens join what they part."""

from collections.abc import Callable

import pytest

from wirewatch.rules.words import Words, all_words, first_place


@pytest.mark.parametrize("piece", ["a", "é", "\u0301", "中", "a-", "a'", "1 ", "a--"])
def test_a_long_word_costs_its_length(costs_its_length: Callable[..., None], piece: str) -> None:
    def work(letters: int) -> None:
        text = piece * (letters // len(piece)) + " cease-fire"
        assert "ceasefire" in all_words(text)
        assert Words.of(text).places("ceasefire")
        assert first_place("ceasefire", text) == len(text) - len("cease-fire")

    costs_its_length(work)


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        ("the cease-fire", {"ceasefire"}),
        ("an on-and-off truce", {"onandoff"}),
        ("re\u0301-elu", {"re\u0301elu"}),  # a sign over a letter belongs to the word
        ("-fire and cease-", set()),
        ("中-fire", set()),  # each such letter is a word by itself
    ],
)
def test_hyphened_words_are_joined_from_their_first_letter(text: str, joined: set[str]) -> None:
    assert all_words(text) - all_words(text.replace("-", " ")) == joined
