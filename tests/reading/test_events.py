"""An event is one of `what` near one of `where`, as editors defined it."""

from datetime import date

import pytest

from wirewatch.reading.entities import Names
from wirewatch.reading.events import Events
from wirewatch.reading.languages import language_data
from wirewatch.reading.passage import Passage
from wirewatch.records import DateFound, Entity, EventDefinition, Span

ENGLISH = language_data("en")
ENTITIES = (
    Entity(entity_id="rafah", name="Rafah", kind="place"),
    Entity(entity_id="cairo", name="Cairo", kind="place"),
)


def find(definition: EventDefinition, text: str, title: str = "", dates=()):
    passages = (Passage("title", title), Passage("text", text))
    events = Events([definition], [entity.entity_id for entity in ENTITIES], ENGLISH)
    return events.find(passages, Names(ENTITIES).find(passages, ENGLISH), dates)


def event(**parts) -> EventDefinition:
    return EventDefinition(**{"event_id": "e", "about": "", "where": ("rafah",), **parts})


@pytest.mark.parametrize(
    ("what", "text", "words"),
    [
        ("invade", "They invaded Rafah.", "invaded"),  # a base form finds all its forms
        ("invade", "Invading Rafah is folly.", "Invading"),
        ("strike", "They struck Rafah.", "struck"),  # irregular ones too
        ("fight", "They fought in Rafah.", "fought"),
        ("begin", "It begins in Rafah, where it had begun.", "begins"),
        ("stop", "They stopped in Rafah.", "stopped"),
        ("talks", "They talk of Rafah.", None),  # what is typed with an ending is only itself
        ("talks", "The talks on Rafah went on.", "talks"),
        ("bombing", "They bombed Rafah.", None),
        ("push into", "They push deeper into Rafah.", "push deeper into"),
        ("push into", "They push their way back into Rafah.", None),  # three words are too many
        ("push into", "They push, into Rafah.", None),  # no mark between
        ("push into", "Into Rafah they push.", None),  # words keep their order
        ("cease-fire", "The ceasefire in Rafah holds.", "ceasefire"),
        ("cease-fire", "The cease fire in Rafah holds.", "cease fire"),
        ("ceasefire", "The cease-fire in Rafah holds.", "cease-fire"),
        ("ceasefire", "The cease fire in Rafah holds.", "cease fire"),
        ("air strike", "Airstrikes hit Rafah.", "Airstrikes"),
        ("Eid", "The eid of Rafah.", None),  # capitals count
        ("=talk", "They talked of Rafah.", None),
        ("offensive", "The offensive in Cairo.", None),  # another place
        ("offensive", "OFFENSIVE IN RAFAH BEGINS", "OFFENSIVE"),
    ],
)
def test_words_are_found_as_editors_mean_them(what, text, words):
    found = find(event(what=(what,)), text)
    assert [text[e.what[0] : e.what[1]] for e in found] == ([] if words is None else [words])


def test_the_span_is_the_sentence_and_the_place_is_kept():
    text = "It rained. Troops entered Rafah at dawn. It rained."
    (found,) = find(event(what=("enter",)), text)
    assert text[found.span.start : found.span.end] == "Troops entered Rafah at dawn."
    assert (found.span.where, found.place) == ("text", "rafah")


def test_each_mention_is_an_event_of_its_own():
    text = "Troops entered Rafah. They had entered Rafah before."
    assert len(find(event(what=("enter",)), text)) == 2


def test_of_two_clauses_the_one_with_the_place_counts():
    text = "The offensive in the north ended, as troops plan an offensive on Rafah."
    (found,) = find(event(what=("offensive",)), text)
    assert found.status.value == "planned"


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("They push into Cairo, as warplanes hit Rafah.", 0),
        ("They push into northern Cairo on the way to Rafah.", 0),
        ("They push into Cairo's Rafah.", 1),
        ("They push into Rafah, as warplanes hit Cairo.", 1),
        ("Families leave Rafah, as they push into the town.", 1),  # no other place is named
    ],
)
def test_the_word_belongs_to_the_place_that_stands_by_it(text, count):
    assert len(find(event(what=("push into",)), text)) == count


@pytest.mark.parametrize(
    ("near", "text", "count"),
    [
        ("sentence", "Troops entered. Rafah shook.", 0),
        ("next sentence", "Troops entered. Rafah shook.", 1),
        ("next sentence", "Rafah shook. Troops entered.", 1),
        ("next sentence", "Rafah shook. Dogs barked. Troops entered.", 0),
        ("article", "Rafah shook. Dogs barked. Troops entered.", 1),
    ],
)
def test_near_is_the_editors_choice(near, text, count):
    assert len(find(event(what=("enter",), near=near), text)) == count


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("A raid in Rafah while air strikes hit the north.", 1),  # it never takes the sentence
        ("An air raid in Rafah.", 0),
        ("A raid at the Rafah crossing.", 0),  # the place is covered
        ("A raid in Rafah near the Rafah crossing.", 1),
        ("The Rafah raid shut the crossing.", 1),  # reaching over the event is not meant
    ],
)
def test_not_takes_away_only_the_words_that_it_covers(text, count):
    definition = event(what=("raid",), not_in=("air raid", "air strike", "Rafah crossing"))
    assert len(find(definition, text)) == count


def test_with_asks_for_one_more_word():
    definition = event(what=("talks",), where=("cairo",), with_any=("truce", "rafah"))
    assert find(definition, "Truce talks in Cairo.")
    assert find(definition, "Talks in Cairo on Rafah.")
    assert not find(definition, "Trade talks in Cairo.")


def test_a_plain_word_may_be_a_place():
    definition = event(what=("strike",), where=("docker",))
    assert find(definition, "Dockers strike on Monday.")
    assert not find(definition, "Bakers strike on Monday.")


def test_the_day_is_the_nearest_one_that_its_sentence_gives():
    text = "Talks on Rafah open on Thursday."
    day = DateFound(span=Span(where="text", start=23, end=31), text="Thursday", value="2024-02-08")
    (found,) = find(event(what=("talks",)), text, dates=(day,))
    assert found.day == date(2024, 2, 8)
    (found,) = find(event(what=("talks",)), text)
    assert found.day is None


def test_a_title_is_read_too():
    (found,) = find(event(what=("raid",)), "", title="Raid on Rafah")
    assert found.span.where == "title"
