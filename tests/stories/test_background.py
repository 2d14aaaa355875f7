"""What is long past is no news, unless something new is measured by it."""

import re
from datetime import date, timedelta

import pytest

from wirewatch.records import DateFound, Span
from wirewatch.stories.furniture import why_background


def _why(text: str) -> str | None:
    years = re.finditer(r"\b(?:19|20)\d\d\b", text)
    dates = [
        DateFound(
            span=Span(where="text", start=found.start(), end=found.end()),
            text=found.group(),
            value=found.group(),
        )
        for found in years
    ]
    return why_background(text, dates, date(2031, 9, 1), timedelta(days=14), "en")


@pytest.mark.parametrize(
    "text",
    [
        "The mine has belonged to the state since 2015.",
        "The first shaft was sunk in 2015.",
        "The war, the longest since 1945, broke out when a prince was shot.",
    ],
)
def test_a_sentence_of_years_long_past_is_background(text: str) -> None:
    assert _why(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "The region had no fatal crash for the first time since 2015.",
        "There were 144 deaths in 2030, against 311 in 2029.",
        "Unemployment is at its highest level since 2009.",
        "It was the deadliest fire since 1998.",
    ],
)
def test_last_year_and_the_past_as_a_yardstick_are_news(text: str) -> None:
    assert _why(text) is None
