"""What somebody says is news by its words: no other sentence about the same has told it."""

from datetime import UTC, datetime, timedelta

import pytest
from streams import judge_all

from wirewatch.records import Article, Verdict
from wirewatch.store import open_store
from wirewatch.text import digest

TOLD = (
    "An Orvane envoy with knowledge of the matter said the rebel group had agreed to the talks, "
    "with the goal of a truce, an end to the war and an exchange deal."
)


def _article(name: str, text: str, hours: int) -> Article:
    url = f"https://{name}.example/{hours}"
    return Article(
        article_id=digest("article", url), url=url, publisher=name, title="", text=text,
        published=datetime(2031, 3, 2, 6, tzinfo=UTC) + timedelta(hours=hours), language="en",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("now", "fresh"),
    [
        ("\u201cThe movement (Orvane) is prepared to deal with all options.\u201d", True),
        (
            (
                "The rebel group of Orvane has agreed to the talks, "
                "an envoy with knowledge of them said."
            ),
            False,
        ),
    ],
)
def test_a_new_quote_is_not_silenced_by_like_words_around_it(now: str, fresh: bool) -> None:
    with open_store() as store:
        _, second = judge_all(store, [_article("post", TOLD, 0), _article("wire", now, 3)])
    (one,) = second.sentences
    assert (one.verdict in (Verdict.NEW, Verdict.CHANGED)) is fresh, one.reason
