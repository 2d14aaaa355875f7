"""Records come back from the store as they went in."""

from datetime import UTC, date, datetime, timedelta

import pytest

from wirewatch.records import (
    Amount,
    Article,
    Dateline,
    Event,
    Feed,
    OnlyIf,
    Reading,
    Rule,
    Span,
    Status,
    When,
)
from wirewatch.store import codec


@pytest.mark.parametrize(
    "record",
    [
        Article(
            article_id="a",
            url="https://post.example",
            publisher=None,
            title="“É”",
            text="a\nb",
            published=date(2024, 2, 7),
            modified=datetime(2024, 2, 7, tzinfo=UTC),  # midnight is a time, not a day
            dateline=Dateline(place=None, day=date(2024, 2, 6), text="x"),
        ),
        Reading(
            article_id="a",
            tagger="t",
            language=None,
            events=(
                Event(
                    span=Span(where="text", start=1, end=4),
                    event="e",
                    status=Status.OVER,
                    what=(1, 2),
                    cues=((2, 3),),
                ),
            ),
        ),
        Feed(feed_id="f", url="u", publisher="p", every=timedelta(minutes=5)),
        Rule(
            rule_id="r",
            name="n",
            when=When(rises_by=Amount(value=5, share=True), becomes=(Status.ORDERED,)),
            only_if=OnlyIf(published_within=timedelta(hours=3)),
        ),
    ],
)
def test_a_record_comes_back_as_it_went_in(record: object) -> None:
    assert codec.load(type(record), codec.dump(record)) == record


def test_many_of_a_kind_come_back_in_order() -> None:
    spans = tuple(Span(where="title", start=n, end=n + 1) for n in range(3))
    assert codec.load_all(Span, codec.dump_all(Span, spans)) == spans


def test_what_a_later_version_adds_does_not_break_an_older_row() -> None:
    row = '{"where":"text","start":1,"end":2,"colour":"red"}'
    assert codec.load(Span, row) == Span(where="text", start=1, end=2)
