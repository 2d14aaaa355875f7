"""How far each of 21 kinds of event has come, in 162 sentences in the manner of the wire.

The first 120 were written by somebody who had not seen the rules; odd ones were mended on.
"""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from wirewatch.reading.load import load_vocabulary
from wirewatch.reading.tagger import Tagger
from wirewatch.records import Article
from wirewatch.watchfiles.nodes import read_nodes

DATA = Path(__file__).parent / "data"


def _tagger() -> Tagger:
    file = DATA / "event_statuses.yaml"
    root, problems = read_nodes(file.read_bytes(), file.name)
    vocabulary, more = load_vocabulary([root])
    assert not [p for p in (*problems, *more) if p.severity == "error"]
    return Tagger(vocabulary)


def _rows(file: str) -> list[tuple[str, str]]:
    lines = (DATA / file).read_text("utf-8").splitlines()
    told, sentences = zip(*(line.split("\t") for line in lines if line[0] != "#"), strict=True)
    return list(zip(told, sentences, strict=True))


def _mistakes(rows: list[tuple[str, str]]) -> list[str]:
    """Each row that is read wrongly, with what was read in place of it."""
    tagger, wrong = _tagger(), []
    for told, sentence in rows:
        article = Article(
            article_id="a", url="https://a.example/", publisher="A", title="", text=sentence,
            published=datetime(2031, 3, 2, 12, tzinfo=UTC), language="en",
        )  # fmt: skip
        events = tagger.read(article).events
        for wanted in told.split(", "):
            event, statuses = wanted.split("=")
            first, *others = statuses.split("|")
            read = {found.status.value for found in events if found.event == event}
            if first not in read or read - {first, *others}:
                why = [found.why for found in events if found.event == event]
                wrong.append(f"{wanted}: {sorted(read)} {why} {sentence}")
                break
    return wrong


@pytest.mark.parametrize(
    ("half", "floor"),
    [
        ("mended on", 59),  # 40 of 60 at first look
        (
            "kept aside",
            55,
        ),  # 30 of 60, 33 after the other half was mended on; then looked at
        (
            "later",
            37,
        ),  # 29 of 42, 25 by the rules of before; then looked at
    ],
)
def test_how_far_an_event_has_come_in_the_words_of_the_wire(half: str, floor: int) -> None:
    rows = {
        "mended on": lambda: _rows("event_statuses.tsv")[::2],
        "kept aside": lambda: _rows("event_statuses.tsv")[1::2],
        "later": lambda: _rows("event_statuses_later.tsv"),
    }[half]()
    wrong = _mistakes(rows)
    assert len(rows) - len(wrong) >= floor, "\n".join(wrong)


# What the wider rules may not reach over.
@pytest.mark.parametrize(
    "sentence",
    [
        "Flights from Harwen were delayed by the dockers' strike.",
        "A strike at Harwen saw 20 sailings cancelled.",
        "Dockers' strike leaves flights delayed",
        "The strike at Harwen shut the port and all ferries were cancelled.",
        "Ferries were cancelled in the strike at Harwen.",
        "Dockers gave up a day's pay for the strike.",
    ],
)
def test_what_happens_to_something_else_is_no_step_of_the_event(sentence: str) -> None:
    assert _mistakes([("strike=under_way", sentence)]) == []


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ("siege=over", "Shops have reopened in Harrad, which many fled in the siege of 2027."),
        ("siege=under_way", "Half the people fled Harrad during the siege of 2031."),
    ],
)  # fmt: skip
def test_an_event_of_a_past_year_is_over(told: str, sentence: str) -> None:
    assert _mistakes([(told, sentence)]) == []
