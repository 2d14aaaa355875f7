"""The words that matched, marked in their sentence."""

from wirewatch.alerts.wording import marked
from wirewatch.records import Development, Span

SAID = "He ordered the troops to operate in Rafah."


def test_two_marked_words_side_by_side_keep_the_space_between_them() -> None:
    development = Development(
        development_id="d",
        kind="sentence",
        article_id="a",
        url="https://news.example/a",
        story="s",
        sentence=SAID,
        span=Span(where="text", start=10, end=10 + len(SAID)),
        says=SAID,
    )
    starts = [10 + SAID.index(word) for word in ("to operate", "operate")]
    marks = [
        Span(where="text", start=start, end=start + length)
        for start, length in zip(starts, (2, 7), strict=True)
    ]
    assert marked(development, marks, 300) == [
        ("He ordered the troops ", False),
        ("to", True),
        (" ", False),
        ("operate", True),
        (" in Rafah.", False),
    ]
