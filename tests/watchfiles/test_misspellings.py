"""A word that is nearly right is answered with the right one: nine times of ten at the least."""

import random
from pathlib import Path

from wirewatch.desk.watch import load_watch
from wirewatch.forms import suggest
from wirewatch.records import Status
from wirewatch.rules.shape import OnlyIfForm, SendForm, WatchForm, WhenForm

SHIPPED = Path(__file__).parents[2] / "include/watch"
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def groups() -> list[list[str]]:
    """The words among which an editor chooses at one place."""
    vocabulary = load_watch(SHIPPED).vocabulary
    return [
        *(list(form.model_fields) for form in (WatchForm, WhenForm, OnlyIfForm, SendForm)),
        [status.value.replace("_", " ") for status in Status],
        ["low", "normal", "high", "urgent"],
        [event.event_id for event in vocabulary.events],
        [figure.figure_id for figure in vocabulary.figures],
        [entity.entity_id for entity in vocabulary.entities],
    ]


def mistyped(word: str, chance: random.Random) -> str:
    """The word with a letter left out, wrong, too many, doubled or swapped with the next."""
    at = chance.randrange(len(word))
    before, here, after = word[:at], word[at], word[at + 1 :]
    return chance.choice(
        (
            before + after,
            before + chance.choice(LETTERS) + after,
            before + chance.choice(LETTERS) + here + after,
            before + here + here + after,
            before + after[:1] + here + after[1:],
        )
    )


def test_nearly_every_misspelling_is_answered_with_the_right_word() -> None:
    chance = random.Random(5)
    right = tried = 0
    for words in groups():
        for word in (word for word in words if len(word) > 3):
            for _ in range(5):
                wrong = mistyped(word, chance)
                if wrong not in words:
                    tried += 1
                    right += suggest(wrong, words) == word
    assert tried > 500
    assert right / tried >= 0.9, f"{right} of {tried}"
