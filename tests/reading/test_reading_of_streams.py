"""What streams of short articles taught: statuses, days still to come, tolls without a place."""

import pytest

from wirewatch.reading.tagger import Tagger
from wirewatch.records import (
    Article,
    Entity,
    EventDefinition,
    Figure,
    FigureDefinition,
    Reading,
    Status,
    Vocabulary,
)

VOCABULARY = Vocabulary(
    entities=(Entity(entity_id="orsk", name="Orsk", kind="place"),),
    events=(
        EventDefinition(
            event_id="walkout",
            about="Dockers' strike",
            what=("strike", "walkout", "walk out"),
            where=("orsk", "docker"),
        ),
    ),
    figures=(
        FigureDefinition(
            figure_id="quake-toll",
            about="Killed by the quake",
            counts="killed",
            where=("orsk", "earthquake"),
            scope="total",
        ),
    ),
)


def _read(text: str, title: str = "") -> Reading:
    from datetime import UTC, datetime

    return Tagger(VOCABULARY).read(
        Article(
            article_id="a", url="https://a.example/", publisher="A", title=title, text=text,
            published=datetime(2031, 5, 6, 12, tzinfo=UTC), language="en",
        )
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("The union denied on Tuesday that the strike in Orsk had begun.", Status.DENIED),
        ("Dockers in Orsk call a strike for Thursday.", Status.PLANNED),
        ("The minister declared the strike in Orsk over on Tuesday.", Status.OVER),
        ("The union named who is to speak at Thursday's strike in Orsk.", Status.PLANNED),
        ("Dockers in Orsk are on strike for a third day.", Status.UNDER_WAY),
    ],
)
def test_a_status_is_read(text: str, status: Status) -> None:
    assert [event.status for event in _read(text).events] == [status]


def test_an_event_found_by_a_plain_word_has_the_place_that_the_article_names() -> None:
    reading = _read("Grain piles up in Orsk.\nThe dockers began their strike at dawn.")
    assert [event.place for event in reading.events] == ["orsk"]


def _tolls(text: str, title: str = "") -> list[tuple[str | None, float]]:
    def told(figure: Figure) -> tuple[str | None, float]:
        return figure.figure, figure.value

    return [told(figure) for figure in _read(text, title).figures]


def test_the_number_of_people_killed_is_a_toll() -> None:
    text = "The number of people killed in Orsk since March has risen to 455, doctors said."
    assert _tolls(text) == [("quake-toll", 455)]
    assert _tolls("A number of men killed in Orsk were 30 years old.") == []


def test_a_count_without_a_place_is_of_the_quake_that_the_title_names() -> None:
    text = "The ground shook at dawn.\nAt least 14 people were killed, the governor said."
    assert _tolls(text, "Earthquake hits Orsk") == [("quake-toll", 14)]
    assert _tolls(text, "Flood hits Orsk") == [(None, 14)]
