"""Every listed spelling is found, and nothing that only looks like one."""

import pytest

from wirewatch.reading.entities import Names
from wirewatch.reading.languages import language_data
from wirewatch.reading.passage import Passage
from wirewatch.records import Entity

ENGLISH = language_data("en")
ENTITIES = (
    Entity(
        entity_id="rafah",
        name="Rafah",
        kind="place",
        also=("Rafiah", "رفح", "רפיח", "拉法"),
        not_in=("Rafah crossing",),
    ),
    Entity(entity_id="cairo", name="Cairo", kind="place", also=("القاهرة",)),
    Entity(entity_id="santos", name="Santos", kind="place"),
    Entity(entity_id="china", name="China", kind="place"),
    Entity(entity_id="jordan", name="Jordan", kind="place"),
    Entity(entity_id="israel", name="Israel", kind="place"),
    Entity(entity_id="hamas", name="Hamas", kind="organisation"),
    Entity(entity_id="us", name="United States", kind="place", also=("US",)),
    Entity(entity_id="who", name="World Health Organization", kind="organisation", also=("WHO",)),
    Entity(entity_id="nato", name="NATO", kind="organisation"),
    Entity(entity_id="shifa", name="Al-Shifa", kind="place"),
    Entity(entity_id="abbas", name="Mahmoud Abbas", kind="person", last_name="Abbas"),
    Entity(entity_id="ferhat", name="Ferhat Abbas", kind="person", last_name="Abbas"),
    Entity(entity_id="delta-bank", name="Delta", kind="organisation", with_any=("bank", "lender")),
    Entity(entity_id="springfield-a", name="Springfield", kind="place", also=("Springfield Mill",)),
    Entity(entity_id="springfield-b", name="Springfield", kind="place"),
)
NAMES = Names(ENTITIES)


def found(text: str, title: str = "", data=ENGLISH) -> list[tuple[str | None, str]]:
    mentions = NAMES.find((Passage("title", title), Passage("text", text)), data)
    for mention in mentions:
        where = title if mention.span.where == "title" else text
        assert where[mention.span.start : mention.span.end] == mention.text
    return [(mention.entity, mention.text) for mention in mentions]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Troops moved on Rafah's south.", [("rafah", "Rafah")]),  # a possessive is no other name
        ("They fled Rafiah.", [("rafah", "Rafiah")]),  # another spelling
        ("The word rafah in small letters.", []),  # capitals count
        ("Prafah and Rafahs are nothing.", []),  # whole words only
        ("Trucks wait at the Rafah crossing.", []),  # `not` covers it
        ("From Rafah to the Rafah crossing.", [("rafah", "Rafah")]),  # and only what it covers
        ("قال سكان في رفح", [("rafah", "رفح")]),
        ("ووصلوا إلى برفح والقاهرة", [("rafah", "رفح"), ("cairo", "القاهرة")]),  # prefixes
        ("ברפיח אמרו", [("rafah", "רפיח")]),
        ("军队进入拉法市", [("rafah", "拉法")]),  # no spaces between words
        ("George Santos spoke.", []),  # a person, not the town
        ("J. Santos spoke.", []),
        ("Eduardo dos Santos spoke.", []),
        ("In Santos the port is shut.", [("santos", "Santos")]),  # an opener is no first name
        ("Visiting Jordan, he smiled.", [("jordan", "Jordan")]),
        ("Southern Israel was quiet.", [("israel", "Israel")]),  # a direction is no first name
        ("The Bank of China lent it.", []),
        ("China Evergrande fell.", []),
        ("China President Xi spoke.", [("china", "China")]),  # a title is no part of a name
        ("The visit to China Tuesday was short.", [("china", "China")]),
        ("The Israel-Hamas war goes on.", [("israel", "Israel"), ("hamas", "Hamas")]),
        ("Israel Hamas talks.", [("israel", "Israel"), ("hamas", "Hamas")]),  # both are listed
        ("He asked us who won.", []),  # short ones in capitals only
        ("The US and the WHO agreed.", [("us", "US"), ("who", "WHO")]),
        ("The U.S. agreed.", [("us", "U.S.")]),
        ("It cost US$5.", []),
        ("Leaders of Nato met.", [("nato", "Nato")]),
        ("Doctors at al-Shifa and Al Shifa.", [("shifa", "al-Shifa"), ("shifa", "Al Shifa")]),
        ("See https://news.example/China/Israel-now today.", []),  # an address tells nothing
        ("ISRAEL STRIKES RAFAH", [("israel", "ISRAEL"), ("rafah", "RAFAH")]),
        ("GIVE US MORE TIME NOW", []),
        ("Israel Says It Will Move Into Rafah", [("israel", "Israel"), ("rafah", "Rafah")]),
        ("Abbas spoke.", []),  # a last name alone is nobody
        ("The river Delta flooded.", []),  # `with` asks for more
        ("The lender said on Friday that Delta was sound.", [("delta-bank", "Delta")]),
    ],
)
def test_a_text_has_these_names(text, names):
    assert found(text) == names


def test_a_last_name_is_whoever_was_last_named_in_full():
    text = "Mahmoud Abbas spoke. Abbas left. Ferhat Abbas came. Abbas wept."
    assert [entity for entity, _ in found(text)] == ["abbas", "abbas", "ferhat", "ferhat"]


def test_a_title_knows_the_longer_names_of_its_text():
    assert found("George Santos resigned.", title="George Santos Quits the House in Anger") == []


def test_a_name_that_two_entities_list_is_kept_for_both_and_marked():
    mentions = NAMES.find((Passage("text", "Fire in Springfield."),), ENGLISH)
    assert [(m.entity, m.ambiguous) for m in mentions] == [
        ("springfield-a", True),
        ("springfield-b", True),
    ]


def test_a_longer_spelling_settles_who_is_meant():
    text = "Springfield Mill burned. All of Springfield watched."
    assert {entity for entity, _ in found(text)} == {"springfield-a"}


def test_without_a_language_every_listed_spelling_is_found():
    assert found("George Santos", data=language_data("xx")) == [("santos", "Santos")]
