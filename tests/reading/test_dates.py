"""Dates are resolved against the article's own day; a weekday's verb says where it lies."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wirewatch.reading.dates import find_dates
from wirewatch.reading.languages import language_data
from wirewatch.records import Article, DateFound, Dateline, Span
from wirewatch.text import sentences

WEDNESDAY = date(2024, 2, 7)


def dates(
    text: str, published: date | None = WEDNESDAY, dateline: Dateline | None = None
) -> list[DateFound]:
    article = Article(
        article_id="a",
        url="u",
        publisher=None,
        title="",
        text=text,
        published=published,
        dateline=dateline,
    )
    spans = [Span(where="text", start=a, end=b) for a, b in sentences(text)]
    return find_dates(article, spans, language_data("en"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Talks start today.", [("today", "2024-02-07")]),
        ("They met yesterday.", [("yesterday", "2024-02-06")]),
        ("They meet tomorrow morning.", [("tomorrow morning", "2024-02-08TMO")]),
        ("He speaks tonight.", [("tonight", "2024-02-07TNI")]),
        # a weekday lies behind …
        ("He left on Thursday.", [("Thursday", "2024-02-01")]),
        ("The council said Monday it was ready.", [("Monday", "2024-02-05")]),
        ("Police said on Wednesday they had left.", [("Wednesday", "2024-02-07")]),
        # … unless its verb looks ahead
        ("Talks will start in Cairo on Thursday.", [("Thursday", "2024-02-08")]),
        ("They are to meet on Thursday.", [("Thursday", "2024-02-08")]),
        ("Talks are due to resume Friday.", [("Friday", "2024-02-09")]),
        ("The deadline runs until Friday.", [("Friday", "2024-02-09")]),
        # the nearest verb counts: what was announced on Monday lies ahead of Monday
        ("He announced Monday that talks would start.", [("Monday", "2024-02-05")]),
        ("He said the talks would start Friday.", [("Friday", "2024-02-09")]),
        ("He fled last Friday.", [("last Friday", "2024-02-02")]),
        ("They meet next Monday.", [("next Monday", "2024-02-12")]),
        ("They met Tuesday night.", [("Tuesday night", "2024-02-06TNI")]),
        # day and month
        ("On Feb. 3 he left.", [("Feb. 3", "2024-02-03")]),
        ("On 3 February he left.", [("3 February", "2024-02-03")]),
        ("On the 3rd of February he left.", [("3rd of February", "2024-02-03")]),
        ("It began on October 7, 2023.", [("October 7, 2023", "2023-10-07")]),
        ("It began on 7 October 2023.", [("7 October 2023", "2023-10-07")]),
        ("The toll since October 7 rose.", [("October 7", "2023-10-07")]),
        ("He died on Dec. 30.", [("Dec. 30", "2023-12-30")]),
        ("Polls open on March 15.", [("March 15", "2024-03-15")]),
        ("On Thursday, February 8, talks start.", [("February 8", "2024-02-08")]),
        ("It is dated 2024-02-03.", [("2024-02-03", "2024-02-03")]),
        ("It is dated 2/3/2024.", [("2/3/2024", "2024-02-03")]),
        # coarser
        ("It fell last week.", [("last week", "2024-W05")]),
        ("It fell this month.", [("this month", "2024-02")]),
        ("It fell last month.", [("last month", "2024-01")]),
        ("It fell last year.", [("last year", "2023")]),
        ("In October it fell.", [("October", "2023-10")]),
        ("In March 2022 it fell.", [("March 2022", "2022-03")]),
        ("In 2019 it fell.", [("2019", "2019")]),
        ("In the 1990s it fell.", [("1990s", "199")]),
        ("It fell three days ago.", [("three days ago", "2024-02-04")]),
        ("It fell two weeks ago.", [("two weeks ago", "2024-W04")]),
        ("They died in the past 24 hours.", [("past 24 hours", "PT24H")]),
        ("It lasted for two days.", [("for two days", "P2D")]),
        # no dates
        ("You may march on.", []),
        ("The sat nav cost 2000 euros.", []),
        ("He met Friday’s group of 20.", [("Friday", "2024-02-02")]),
        ("The 31 February issue.", []),
    ],
)
def test_a_date_and_its_value(text: str, expected: list[tuple[str, str]]) -> None:
    found = dates(text)
    assert [(one.value) for one in found] == [value for _, value in expected]
    for one, (words, _) in zip(found, expected, strict=True):
        assert one.text in words or words in one.text


def test_the_dateline_counts_before_the_day_of_publication() -> None:
    dateline = Dateline(place="Cairo", day=date(2024, 2, 6), text="CAIRO, Feb. 6")
    (found,) = dates("Talks start today.", dateline=dateline)
    assert found.value == "2024-02-06"


def test_a_time_of_publication_is_its_day() -> None:
    (found,) = dates("Talks start today.", published=datetime(2024, 2, 7, 23, 30, tzinfo=UTC))
    assert found.value == "2024-02-07"


def test_without_any_day_only_full_dates_have_a_value() -> None:
    found = dates("On Thursday he spoke of October 7, 2023 and of May.", published=None)
    assert [one.value for one in found] == ["2023-10-07"]


def test_sentences_do_not_lend_one_another_their_verbs() -> None:
    (found,) = dates("He will leave soon. Monday was quiet.")
    assert found.value == "2024-02-05"


PIECES = st.sampled_from(
    ["Monday", " last ", "Feb. ", "31", " 29 ", "2023", "May ", " ago", " two days", " next ",
     "week", "2024-13-45", "0000-00-00", "99/99/9999", " years ago", "9999", ", ", ". ", "\n", "ı",
     "today", " night", "\u202e", " to ", "will ", "s", "Thursday", "9" * 40, " hours", "-"]
)  # fmt: skip


@settings(max_examples=120, deadline=None)
@given(st.lists(PIECES, max_size=40).map("".join), st.dates())
def test_spans_are_exact_and_no_date_breaks_it(text: str, published: date) -> None:
    for one in dates(text, published):
        assert text[one.span.start : one.span.end] == one.text


@pytest.mark.parametrize("piece", ["Monday ", "Monday, ", "2 ", "last ", "May 5, ", "to "])
def test_hostile_text_costs_its_length(piece: str, costs_its_length: Callable[..., None]) -> None:
    costs_its_length(lambda letters: dates("on Monday " + piece * (letters // len(piece))), 60_000)
