"""A page without a full stop costs its length to compare, not its square."""

from collections.abc import Callable

import pytest

from wirewatch.stories.changed import compare


@pytest.mark.parametrize("piece", ["1,", "Aa ", "the gate of ", "Feb 7 "])
def test_a_sentence_of_a_pages_length_costs_its_length(
    costs_its_length: Callable[..., None], piece: str
) -> None:
    def work(letters: int) -> None:
        long = piece * (letters // len(piece))
        compare(f"{long}said Lind.", f"The ferry sank. {long[:-9]}said Lind.", "en")

    costs_its_length(work, 24_000)


def test_a_change_at_the_head_of_a_long_sentence_is_still_seen() -> None:
    tail = ", ".join(f"berth {number} of the quay stays open" for number in range(200))
    told = f"The storm killed 12 people, and {tail}."
    assert compare(told, told.replace("12", "40"), "en").likelihood > 0.5
    assert compare(told, told, "en").likelihood < 0.5
