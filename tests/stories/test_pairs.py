"""Pairs judged through the whole room: told yesterday by one paper, today by another."""

from datetime import UTC, datetime, timedelta

import pytest
from streams import DATA, FRESH, judge_all

from wirewatch.records import Article
from wirewatch.store import open_store
from wirewatch.text import digest

START = datetime(2031, 9, 3, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "block", "floors"),
    [
        # Odd rows were mended on, even rows looked at after it. At first sight 24 and 27 of 30.
        ("pairs_minimal.tsv", 1, (28, 27)),
        # Two rows to a topic, every other topic mended on. At first sight 14 and 17 of 30; the
        # topics not mended on had 20 when they were first looked at again.
        ("pairs_long.tsv", 2, (21, 20)),
        # Other topics, by somebody else: every other two rows mended on, 14 and 15 of 20 at first.
        ("pairs_alarms_minimal.tsv", 2, (19, 17)),
        # Odd rows mended on. At first sight 9 and 11 of 15, the rows kept aside gained nothing.
        ("pairs_alarms_long.tsv", 1, (12, 11)),
    ],
)
def test_pairs_written_by_somebody_who_had_not_seen_the_code(
    name: str, block: int, floors: tuple[int, int]
) -> None:
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    right, wrong = [0, 0], []
    for place, (mark, kind, told, now) in enumerate(rows):
        half = place // block % 2
        if _is_news(told, now) == (mark == "+"):
            right[half] += 1
        else:
            wrong.append(f"{mark} {kind}: {told} | {now}")
    print(f"{name}: {right} right", *wrong, sep="\n")
    assert len(rows) >= 30
    assert all(mine >= floor for mine, floor in zip(right, floors, strict=True))


def _is_news(told: str, now: str) -> bool:
    articles = [_article("a", told, START), _article("b", now, START + timedelta(hours=3))]
    *_, judgement = judge_all(open_store(), articles)
    return any(sentence.verdict in FRESH for sentence in judgement.sentences)


def _article(name: str, text: str, at: datetime) -> Article:
    url = f"https://{name}.example/"
    return Article(
        article_id=digest("article", url), url=url, publisher=name, title="", text=text,
        published=at, language="en",
    )  # fmt: skip
