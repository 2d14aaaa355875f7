"""What is offered while one types, and what the word under the pointer means. ‸ marks the place."""

import shutil
from pathlib import Path

import pytest

from wirewatch.desk.completion import Explanation, Offer, explain, offer
from wirewatch.desk.drafts import problems_of

SHIPPED = Path(__file__).parents[2] / "include" / "watch"
RULE = "lists:\n  wires: [AFP, AP]\nwatches:\n  - watch: A\n    "


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(SHIPPED, tmp_path_factory.mktemp("completion") / "watch"))


def offered(folder: Path, marked: str, file: str = "rules/new.yaml") -> list[str]:
    found = the_offer(folder, marked, file)
    return [option.label for option in found.options] if found else []


def the_offer(folder: Path, marked: str, file: str = "rules/new.yaml") -> Offer | None:
    return offer(folder, file, marked.replace("‸", ""), marked.index("‸"))


def explained(folder: Path, marked: str, file: str = "rules/new.yaml") -> Explanation | None:
    return explain(folder, file, marked.replace("‸", ""), marked.index("‸"))


def test_keys_are_offered_where_they_may_stand_and_only_those_that_are_not_there(
    folder: Path,
) -> None:
    assert offered(folder, "‸") == ["defaults", "lists", "watches"]
    assert offered(folder, RULE + "when: {event: x}\n    se‸") == ["send"]
    when = offered(folder, RULE + "when:\n      event: x\n      ‸\n      place: y\n")
    assert "becomes" in when
    assert not {"event", "place", "send"} & set(when)
    assert "what" in offered(folder, "events:\n  x:\n    wh‸", "vocabulary/new.yaml")
    assert "publisher" in offered(folder, "feeds:\n  - pub‸", "feeds/new.yaml")


@pytest.mark.parametrize(
    ("marked", "first"),
    [
        ("when: {event: raf‸", "rafah-operation"),
        ("when: {figure: ‸", "gaza-toll"),
        ("when: {remarks_by: gut‸", "guterres"),
        ("when: {remarks_by: Antonio‸", "guterres"),
        ("when: {place: ‸", "afghanistan"),
        ("when: {event: x, becomes: [ord‸", "ordered"),
        ("when:\n      becomes:\n        und‸", "under way"),
        ("only_if: {credit: w‸", "wires"),
        ("only_if: {credit: Reu‸", "Reuters"),
        ("only_if: {publishers: gu‸", "The Guardian"),
        ("only_if: {groups: [‸", "africa"),
        ("send: {to: gaz‸", "gaza-desk"),
        ("send: {severity: ‸", "low"),
        ("send: {digest: d‸", "daily 08:00"),
        ("send: {quiet_hours: n‸", "never"),
        ("tests:\n      - {text: x, expect: s‸", "silent"),
        ("tests:\n      - {file: rafah-b‸", "tests/rafah-b.txt"),
        ("enabled: n‸", "no"),
    ],
)
def test_the_desks_own_names_are_offered_by_place(marked: str, first: str, folder: Path) -> None:
    found = offered(folder, RULE + marked)
    assert found[:1] == [first], found


def test_names_of_a_draft_that_is_not_saved_are_offered_too(folder: Path) -> None:
    text = "entities:\n  goma: {name: Goma, kind: place}\nevents:\n  x: {what: [y], where: [go‸]}\n"
    assert offered(folder, text, "vocabulary/new.yaml") == ["goma"]


def test_what_is_taken_is_written_so_that_it_is_well_written(folder: Path) -> None:
    """Options of each of these places are put in, and no problem is told of that word."""
    places = [
        "when: {event: ‸}",
        "when:\n      event: cairo-talks\n      becomes:\n        ‸",
        "when: {event: cairo-talks}\n    only_if: {publishers: [‸]}",
        "when: {event: cairo-talks}\n    send: {to: x, quiet_hours: ‸}",
        'when: {about: ["‸"]}',
    ]
    for marked in places:
        found = the_offer(folder, RULE + marked)
        assert found
        text = (RULE + marked).replace("‸", "")
        for option in found.options[::4]:
            full = text[: found.start] + option.insert + text[found.end :] + "\n"
            wrong = [f.problem for f in problems_of(folder, "rules/new.yaml", full).here]
            told = [p for p in wrong if p.word != "to"]
            assert not told, (option, told)


def test_a_whole_new_rule_event_and_entity_are_offered_with_holes(folder: Path) -> None:
    rule = the_offer(folder, "watches:\n  - ‸")
    assert rule
    assert rule.options[0].label == "a new rule"
    assert "${event}" in rule.options[0].insert
    assert offered(folder, "events:\n  ‸", "vocabulary/x.yaml") == ["a new event"]
    assert "a new rule" not in offered(folder, "watches:\n  - watch: a\n    ‸")


def test_nothing_is_offered_in_words_that_are_the_editors_own(folder: Path) -> None:
    assert offered(folder, "watches:\n  - watch: Ra‸") == []
    assert offered(folder, "# watch‸") == []
    assert the_offer(folder, "watches:\n  - {when: {mentions: 'oil AND ga‸'}}") is None


def test_a_condition_is_explained_by_its_page_of_the_manual(folder: Path) -> None:
    found = explained(folder, RULE + "when: {event: x, bec‸omes: [over]}")
    assert found
    assert found.title == "becomes"
    assert found.page[0].text == "The event reaches one of these statuses."
    assert any(piece.kind == "code" and "becomes: [ordered" in piece.text for piece in found.page)
    proof = explained(folder, RULE + "only_if:\n      min‸_origins: 2")
    assert proof
    assert "min_origins: 2" in [piece.text for piece in proof.page if piece.kind == "code"]


def test_a_name_is_explained_by_what_it_stands_for(folder: Path) -> None:
    event = explained(folder, RULE + "when: {event: rafah-op‸eration}")
    assert event
    assert event.page[0].text == "Israeli ground operation in Rafah"
    person = explained(folder, RULE + "when: {remarks_by: [gut‸erres]}")
    assert person
    assert person.page[0].text == "Antonio Guterres, person"
    wires = explained(folder, RULE + "only_if: {credit: wi‸res}")
    assert wires
    assert wires.page[-1].text == "Holds: AFP, AP"
    assert explained(folder, RULE + "when: {event: nob‸ody}") is None
    assert explained(folder, "# com‸ment") is None


def test_places_count_utf_16_units(folder: Path) -> None:
    text = "watches:\n  - {watch: 😀😀, when: {event: rafah-op}}"
    found = offer(folder, "rules/new.yaml", text, len(text) + 2 - 2)
    assert found
    units = text.encode("utf-16-le")
    assert units[found.start * 2 : found.end * 2].decode("utf-16-le") == "rafah-op"
