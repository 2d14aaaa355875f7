"""When a feed says that an entry was printed, in every way of writing it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.feeds.feed_made import only, rss

from wirewatch.feeds.dates import needs_us, written_time


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("Tue, 06 Feb 2024 10:00:00 +0100", datetime(2024, 2, 6, 9, tzinfo=UTC)),
        ("2024-02-06T10:00:00Z", datetime(2024, 2, 6, 10, tzinfo=UTC)),
        ("Tue, 06 Feb 2024 10:00:00", datetime(2024, 2, 6, 10, tzinfo=UTC)),  # no zone: UTC
        ("Thu, 08 Feb 2024 02:00:00 GMT", datetime(2024, 2, 8, 2, tzinfo=UTC)),  # a wrong zone
        ("Fri, 09 Feb 2924 10:00:00 GMT", None),
        ("Sat, 10 Feb 2024 10:00:00 GMT", None),  # three days ahead is no zone
        ("1707300000", None),
        ("0000-00-00T00:00:00Z", None),
        ("Thu, 01 Jan 1970 00:00:00 GMT", None),
        ("31 Feb 2024", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_a_date_that_cannot_be_is_none_and_never_now(date: str, expected: datetime | None) -> None:
    entry = only(rss(f"<item><title>Ferry</title><pubDate>{date}</pubDate></item>"))
    assert entry.published == expected


FEBRUARY_6 = datetime(2024, 2, 6, tzinfo=UTC)
TEN = FEBRUARY_6 + timedelta(hours=10)


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        # other languages
        ("mar., 06 févr. 2024 10:00:00 +0100", TEN - timedelta(hours=1)),
        ("Di, 06 Feb 2024 10:00:00 +0100", TEN - timedelta(hours=1)),
        ("Вт, 06 фев 2024 10:00:00 +0300", TEN - timedelta(hours=3)),
        ("6 de febrero de 2024 10:00", TEN),
        ("6 Şubat 2024 10:00", TEN),
        ("wt., 6 lut 2024 10:00:00 GMT", TEN),
        ("2024年2月6日 10:00", TEN),
        ("2024년 2월 6일 오후 2:30", FEBRUARY_6 + timedelta(hours=14, minutes=30)),
        ("الثلاثاء، 6 فبراير 2024 10:00", TEN),
        # other orders
        ("2024/02/06 10:00", TEN),
        ("20240206T100000Z", TEN),
        ("06.02.2024 10:00", TEN),
        ("Feb 6, 2024, 10:00 AM", TEN),
        ("Tuesday, February 6, 2024 - 10:00", TEN),
        ("31/01/2024", datetime(2024, 1, 31, tzinfo=UTC)),
        # named zones, which feedparser passes over
        ("Tue, 06 Feb 2024 10:00:00 CET", TEN - timedelta(hours=1)),
        ("Tue, 06 Feb 2024 10:00:00 CEST", TEN - timedelta(hours=2)),
        ("Tue, 06 Feb 2024 10:00:00 UTC+2", TEN - timedelta(hours=2)),
        ("Tue, 06 Feb 2024 10:00:00 IST", TEN - timedelta(hours=5, minutes=30)),
        ("Tue, 06 Feb 2024 10:00:00 EST", TEN + timedelta(hours=5)),
        # what can mean two days, or none
        ("06/02/2024", None),
        ("6 Foo 2024 10:00", None),
        ("2024/02/31", None),
        ("2024/13/01 10:00", None),
    ],
)
def test_a_date_in_an_odd_form_is_read_where_it_means_one_time_only(
    date: str, expected: datetime | None
) -> None:
    entry = only(rss(f"<item><title>Ferry</title><pubDate>{date}</pubDate></item>"))
    assert entry.published == expected


@given(st.text(max_size=90) | st.from_regex(r"[0-9 ,./:A-Za-z年월-]{0,90}", fullmatch=True))
def test_no_words_for_a_date_raise(words: str) -> None:
    needs_us(words)
    assert written_time(words) is None or written_time(words).tzinfo is UTC  # type: ignore[union-attr]
