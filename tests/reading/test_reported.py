"""Reported speech: the span is what is reported, the speaker who reports it."""

import pytest

from wirewatch.reading.languages import language_data
from wirewatch.reading.quotes import find_quotes
from wirewatch.records import Article, Span
from wirewatch.text import sentences


def reports(text: str) -> list[tuple[str, str | None]]:
    article = Article(article_id="a", url="u", publisher=None, title="", text=text)
    spans = [Span(where="text", start=a, end=b) for a, b in sentences(text)]
    found = find_quotes(article, spans, [], language_data("en"))
    return [
        (quote.text, quote.speaker.text if quote.speaker else None)
        for quote in found
        if quote.kind == "reported"
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Officials said that the road was open.", [("the road was open", "Officials")]),
        ("Officials said the road was open.", [("the road was open", "Officials")]),
        ("The road was open, officials said.", [("The road was open", "officials")]),
        ("The road was open, said Ada Lind on Monday.", [("The road was open", "Ada Lind")]),
        (
            "The road was open, according to the harbour master.",
            [("The road was open", "the harbour master")],
        ),
        (
            "According to the harbour master, the road was open.",
            [("the road was open", "the harbour master")],
        ),
        (  # the hearer is no part of what is said
            "Lind told the council on Monday that the road was open.",
            [("the road was open", "Lind")],
        ),
        (  # two reports, one speaker
            "Lind said the road was open, adding that the bridge was not.",
            [("the road was open", "Lind"), ("the bridge was not", "Lind")],
        ),
        (  # two speakers in one sentence
            "Lind said the road was open, but Berg said the bridge was not.",
            [("the road was open", "Lind"), ("the bridge was not", "Berg")],
        ),
        ("Lind denied that she had left.", [("she had left", "Lind")]),
        ("Lind warned that more rain was coming.", [("more rain was coming", "Lind")]),
        # what was not said is no remark
        ("Lind did not say when the road would open.", []),
        ("Lind declined to say when the road would open.", []),
        # a noun, a place and a passive are no verbs of saying
        ("The reports reached the council.", []),
        ("Trade with the United States grew.", []),
        ("She is said to be the owner.", []),
        # a direct quote is not told twice
        ("“The road is open,” Lind told AFP in Oslo.", []),
    ],
)
def test_what_is_reported_and_by_whom(text: str, expected: list[tuple[str, str | None]]) -> None:
    assert reports(text) == expected
