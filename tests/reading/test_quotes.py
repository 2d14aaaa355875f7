"""Quotes are what stands inside the marks; their speaker is the words beside them, or None."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wirewatch.reading.languages import language_data
from wirewatch.reading.quotes import find_quotes
from wirewatch.records import Article, Mention, Quote, Span
from wirewatch.text import sentences

ENGLISH = language_data("en")


def quotes(
    text: str, names: dict[str, tuple[str, str]] | None = None, title: str = ""
) -> list[Quote]:
    article = Article(article_id="a", url="u", publisher=None, title=title, text=text)
    spans = [Span(where="title", start=a, end=b) for a, b in sentences(title)]
    spans += [Span(where="text", start=a, end=b) for a, b in sentences(text)]
    mentions = []
    for name, (entity, kind) in (names or {}).items():
        place = text.find(name)
        while place >= 0:
            span = Span(where="text", start=place, end=place + len(name))
            mentions.append(Mention(span=span, text=name, entity=entity, kind=kind))
            place = text.find(name, place + 1)
    return find_quotes(article, spans, mentions, ENGLISH)


def direct(text: str) -> list[tuple[str, str | None]]:
    return [
        (quote.text, quote.speaker.text if quote.speaker else None)
        for quote in quotes(text)
        if quote.kind == "direct"
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (  # right of the quote, name before the verb
            "“We are leaving on Sunday,” Ada Lind said.",
            [("We are leaving on Sunday,", "Ada Lind")],
        ),
        (  # right of the quote, verb before the name
            "“We are leaving on Sunday,” said Ada Lind, the harbour master, on Friday.",
            [("We are leaving on Sunday,", "Ada Lind")],
        ),
        (  # an aside between name and verb
            "“The dam will hold,” Ada Lind, the chief engineer, told reporters in Oslo.",
            [("The dam will hold,", "Ada Lind")],
        ),
        (  # who heard it is not who said it
            "“The dam will hold,” the minister told AFP.",
            [("The dam will hold,", "the minister")],
        ),
        (  # left of the quote
            "Ada Lind said on Tuesday: “The dam will hold.”",
            [("The dam will hold.", "Ada Lind")],
        ),
        (  # a lead-in is no speaker
            "In an interview with Radio Nord, Lind warned: “The dam may not hold.”",
            [("The dam may not hold.", "Lind")],
        ),
        (  # a quote in two halves has one speaker
            "“The dam will hold,” Lind said, “and the town is safe.”",
            [("The dam will hold,", "Lind"), ("and the town is safe.", "Lind")],
        ),
        (  # the second sentence of a paragraph belongs to the same speaker
            "“The dam will hold,” Lind said. “Nobody has to move tonight.”",
            [("The dam will hold,", "Lind"), ("Nobody has to move tonight.", "Lind")],
        ),
        (  # a question mark ends the quote, not the sentence
            "“Will the dam hold?” Lind asked.",
            [("Will the dam hold?", "Lind")],
        ),
        (  # an unknown verb after a comma still points at the speaker
            "“Nobody asked us,” Lind fumed on Tuesday.",
            [("Nobody asked us,", "Lind")],
        ),
        (  # a scare quote has the subject of its sentence
            "The mayor spoke of a “difficult week” for the valley.",
            [("difficult week", "The mayor")],
        ),
        (  # a fragment inside a report
            "Lind said the talks had been “long and useful” and would go on.",
            [("long and useful", "Lind")],
        ),
        (  # straight marks, one quote each
            '"It is over," she said. "We lost."',
            [("It is over,", "she"), ("We lost.", "she")],
        ),
        (  # wire copy writes marks as two apostrophes
            "''It is over,'' she said.",
            [("It is over,", "she")],
        ),
        (  # a quote within the quote stays inside
            "“They told us ‘wait until dawn’ and left,” said Ada Lind.",
            [("They told us ‘wait until dawn’ and left,", "Ada Lind")],
        ),
        (  # single marks, as British papers print; the apostrophe closes nothing
            "‘We don’t know yet,’ Lind said.",
            [("We don’t know yet,", "Lind")],
        ),
        (  # no words beside it, none before: nobody is named
            "“The dam will hold.”",
            [("The dam will hold.", None)],
        ),
        (  # a relative clause names its antecedent
            "The note came from Ada Lind, who wrote: “The dam will hold.”",
            [("The dam will hold.", "Ada Lind")],
        ),
        (  # name and colon
            "Lind: “The dam will hold.”",
            [("The dam will hold.", "Lind")],
        ),
        (  # the wrong closing mark
            '“The dam will hold," Lind said.',
            [("The dam will hold,", "Lind")],
        ),
    ],
)
def test_a_quote_has_the_speaker_beside_it(
    text: str, expected: list[tuple[str, str | None]]
) -> None:
    assert direct(text) == expected


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("Ada Lind said Omar Reza told her: “The dam will hold.”", "Omar Reza"),
        ("A Front source said the group had promised “an end to the war”.", "A Front source"),
    ],
)
def test_of_two_that_speak_in_one_clause_one_is_the_speaker(text: str, speaker: str) -> None:
    assert direct(text)[0][1] == speaker


def test_a_quote_over_paragraphs_has_one_speaker_even_if_named_at_its_end() -> None:
    text = "“The dam will hold.\n“Nobody has to move tonight,” said Ada Lind."
    assert direct(text) == [
        ("The dam will hold.", "Ada Lind"),
        ("Nobody has to move tonight,", "Ada Lind"),
    ]


def test_a_paragraph_that_is_only_a_quote_is_carried_from_the_one_before() -> None:
    text = "Lind spoke to the press on Monday, and said the dam was safe.\n“Nobody has to move.”"
    carried = next(quote for quote in quotes(text) if quote.kind == "direct")
    assert (carried.speaker and carried.speaker.text, carried.how) == ("Lind", "carried")


def test_the_record_says_to_whom_by_which_verb_and_how_we_know() -> None:
    (quote,) = quotes("“The dam will hold,” the minister told AFP on Monday.")
    assert (quote.told_to, quote.cue, quote.how) == ("AFP", "told", "right")
    assert quotes("Lind told reporters: “It holds.”")[0].told_to == "reporters"


def test_he_and_a_surname_are_the_person_named_before() -> None:
    text = (
        "Ada Lind came to Oslo. “The dam will hold,” she said.\n“Nobody has to move,” Lind added."
    )
    names = {"Ada Lind": ("lind", "person"), "Lind": ("lind", "person")}
    assert [quote.speaker.entity for quote in quotes(text, names) if quote.speaker] == [
        "lind",
        "lind",
    ]


def test_a_spokesman_for_somebody_is_not_that_somebody() -> None:
    text = "“The dam will hold,” said a spokesman for Ada Lind."
    (quote,) = quotes(text, {"Ada Lind": ("lind", "person")})
    assert quote.speaker
    assert quote.speaker.entity is None


def test_an_official_of_a_group_is_not_the_group() -> None:
    text = "“We study the offer,” Delta Front official Omar Reza said."
    (quote,) = quotes(text, {"Delta Front": ("delta", "organisation")})
    assert quote.speaker
    assert quote.speaker.entity is None


@pytest.mark.parametrize(
    ("speaker", "entity"),
    [
        ("Karsund", "karsund"),  # a place may stand for those who rule it
        ("neighbouring Karsund", "karsund"),
        ("Karsund and Velm", "karsund"),
        ("the Karsund health ministry", None),  # the ministry speaks, not the place
        ("Karsund's health ministry", None),
        ("Karsund officials", None),
        ("the health ministry in Karsund", None),
        ("a Delta Front source", "delta"),  # a body's own people speak for it
        ("the Delta Front-run ministry", None),
    ],
)
def test_a_place_in_an_institutions_name_is_not_the_speaker(
    speaker: str, entity: str | None
) -> None:
    names = {"Karsund": ("karsund", "place"), "Delta Front": ("delta", "organisation")}
    (quote,) = quotes(f"{speaker} said that the dam would hold.", names)
    assert quote.speaker
    assert quote.speaker.text == speaker
    assert quote.speaker.entity == entity


def test_a_title_has_quotes_too_and_they_come_first() -> None:
    found = quotes("“It holds,” she said.", title="‘Nobody has to move,’ Lind says")
    assert [(quote.span.where, quote.text) for quote in found] == [
        ("title", "Nobody has to move,"),
        ("text", "It holds,"),
    ]


def test_a_language_without_a_file_has_no_quotes() -> None:
    article = Article(article_id="a", url="u", publisher=None, title="", text="“So.” Lind said.")
    assert find_quotes(article, [], [], language_data("xx")) == []


PIECES = st.sampled_from(
    ["“", "”", '"', "‘", "’", "«", "»", "„", "''", "``", " said ", " Ada Lind ", ", ", ". ", "\n",
     " that ", " who ", "according to ", " he ", "(", ")", "—", ":", " told AFP ", "x", "\u202e",
     "é", "’s ", "-", " and ", "27"]
)  # fmt: skip


@settings(max_examples=120, deadline=None)
@given(st.lists(PIECES, max_size=60).map("".join))
def test_spans_are_exact_whatever_the_text(text: str) -> None:
    for quote in quotes(text):
        assert text[quote.span.start : quote.span.end] == quote.text
        if quote.speaker:
            assert text[quote.speaker.start : quote.speaker.end] == quote.speaker.text


@pytest.mark.parametrize(
    "piece",
    [
        "“So it is,” Ada Lind said, and ",
        "“ ",
        "“. ",
        "« ",
        "‘s ",
        "„a ",
        '"',
        "said that ",
        "said, ",
        "Lind, ",
        "(",
        "who said ",
        "— said ",
        "according to him, ",
    ],
)
def test_hostile_text_costs_its_length(piece: str, costs_its_length: Callable[..., None]) -> None:
    costs_its_length(lambda letters: quotes(piece * (letters // len(piece))), 100_000)
