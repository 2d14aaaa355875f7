"""How far an event has come, read from its clause."""

import pytest

from wirewatch.reading.events import Events
from wirewatch.reading.languages import language_data
from wirewatch.reading.passage import Passage
from wirewatch.records import EventDefinition, Status

WHAT = ("operate", "operation", "offensive", "invade", "push into", "talks", "negotiation", "enter")
EVENTS = Events(
    [EventDefinition(event_id="e", about="", what=WHAT)], entities=(), data=language_data("en")
)


def read(sentence: str):
    return EVENTS.find([Passage("text", sentence)], [])


@pytest.mark.parametrize(
    ("sentence", "status"),
    [
        ("The prime minister ordered troops to prepare to operate in Karsund.", "ordered"),
        ("She said she had ordered an offensive.", "ordered"),
        ("The general told a briefing that he ordered the army to push into the town.", "ordered"),
        ("The army threatened to invade the island.", "threatened"),
        ("The army will invade the island.", "planned"),
        ("The cabinet approved plans for an offensive.", "planned"),
        ("The island to invade is far.", "planned"),
        ("The guards vow to invade, with or without a deal.", "planned"),
        ("An official said the army would push into the town.", "planned"),  # reported as coming
        ("She was alarmed by reports that the army would push on into the town.", "planned"),
        ("A new round of negotiations would start today, an envoy said.", "planned"),
        ("Families fear an impending offensive.", "planned"),
        ("Talks are expected on Monday.", "planned"),
        ("Tanks push into the town.", "under_way"),
        ("The army invaded the island.", "under_way"),
        ("The offensive intensifies.", "under_way"),
        ("Talks resumed in the capital.", "under_way"),
        ("The army began to push into the town.", "under_way"),
        ("The ministry warned of dire results over the operation.", "under_way"),
        ("Negotiations were suspended.", "paused"),
        ("The army paused the offensive.", "paused"),
        ("Talks end with no deal.", "collapsed"),
        ("Talks stall over the fence.", "collapsed"),
        ("There was no breakthrough in the talks.", "collapsed"),
        ("The envoys leave the talks without agreement.", "collapsed"),
        ("The operation ended on Friday.", "over"),
        ("The army denied an offensive.", "denied"),
        ("There are no negotiations, the front said.", "denied"),
        ("The army did not invade the island.", "denied"),
        ("The court ordered the army to halt the offensive.", "talked_about"),
        ("The bishop called for talks.", "talked_about"),
        ("An offensive would be a mistake, the envoy said.", "talked_about"),
        ("The war is lost even if it invades the island.", "talked_about"),
        ("The city waits for a possible offensive.", "talked_about"),
        ("He pushed the army not to invade the island.", "talked_about"),
        ("The offensive must not be allowed to happen.", "talked_about"),
        ("The army could invade the island.", "talked_about"),
        ("More negotiations were needed.", "talked_about"),
    ],
)
def test_a_sentence_says_how_far_its_event_has_come(sentence, status):
    found = read(sentence)
    assert found, "the event itself is not found"
    assert found[-1].status == Status(status), found[-1].why


def test_a_cue_of_another_clause_says_nothing():
    (event,) = read("As the council vows to build a bridge, talks went on.")
    assert event.status is Status.UNDER_WAY


def test_the_cues_are_kept_with_their_places():
    sentence = "The prime minister ordered troops to operate there."
    (event,) = read(sentence)
    assert [sentence[start:end] for start, end in event.cues] == ["ordered", "to"]
    assert sentence[event.what[0] : event.what[1]] == "operate"
    assert event.why == "ordered: ordered … to"
