"""What makes a rule say yes: developments, never documents; and what it remembers of them."""

from datetime import timedelta

import pytest
from rule_records import (
    NOW,
    article,
    development,
    figure,
    judgement,
    match,
    reading,
    remembered,
    rule,
    status,
)

from wirewatch.records import Amount, Carriers, OnlyIf, Stage, Status, Verdict, When

ORDERED, UNDER_WAY, PLANNED = Status.ORDERED, Status.UNDER_WAY, Status.PLANNED
PAGE = article("Troops were ordered into Rafah. Bread is dear in Oslo.", title="Fighting in Gaza")
RAFAH = reading(
    PAGE, names=[("Rafah", "rafah"), ("Gaza", "gaza")], events=[("ordered", "rafah-operation")]
)


def says_yes(when: When, *found, read=RAFAH, page=PAGE, **more) -> bool:
    matches, _, _ = match(rule(when), page, judgement(page, *found), read, **more)
    return bool(matches)


# ── Events ────────────────────────────────────────────────────────────────────────────────────

BECOMES = When(event=("rafah-operation",), becomes=(ORDERED, UNDER_WAY))


@pytest.mark.parametrize(
    ("when", "found", "yes"),
    [
        (BECOMES, status(PAGE, ORDERED), True),  # seen for the first time
        (BECOMES, status(PAGE, ORDERED, PLANNED), True),  # a step
        (BECOMES, status(PAGE, PLANNED), False),  # another status
        (BECOMES, development(PAGE), False),  # the word alone is no change of status
        (BECOMES, status(PAGE, ORDERED, about="cairo-talks"), False),  # another event
        (When(event=("rafah-operation",)), status(PAGE, PLANNED), True),  # any development
        (When(event=("rafah-operation",)), development(PAGE), True),  # its sentence tells of it
        (When(event=("rafah-operation",)), development(PAGE, 1), False),  # background elsewhere
        # a step of another event, in a sentence that tells of this one
        (When(event=("rafah-operation",)), status(PAGE, ORDERED, about="cairo-talks"), True),
        (When(event=("cairo-talks", "rafah-operation")), development(PAGE), True),  # any of them
        (When(event=("rafah-operation",), figure=("gaza-toll",)), figure(PAGE, 5), True),
        (When(event=("rafah-operation",), place=("rafah",)), development(PAGE), True),
        (
            When(event=("rafah-operation",), about=("gaza",)),
            development(PAGE),
            True,
        ),  # by the title
    ],
)
def test_events_and_their_steps(when: When, found, yes: bool) -> None:
    assert says_yes(when, found) is yes


# ── People, places, words ─────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("when", "found", "yes"),
    [
        (When(place=("rafah",)), development(PAGE), True),
        (When(place=("rafah",)), development(PAGE, 1), False),  # bread in Oslo
        (When(about=("gaza",)), development(PAGE, 1), False),  # only the title names it
        (When(about=("gaza",), place=("rafah",)), development(PAGE), True),  # one of both is here
        (When(about=("gaza",), any_of=("bread",)), development(PAGE, 1), True),
        (When(mentions="Gaza AND Oslo"), development(PAGE, 1), True),  # title and sentence together
        (When(mentions="Gaza AND fighting"), development(PAGE, 1), False),  # the title alone
        (When(mentions="Oslo NOT Gaza"), development(PAGE, 1), False),  # NOT looks at the title too
        (When(mentions="bread NEAR/4 Oslo"), development(PAGE, 1), True),
        (When(mentions="bread NEAR/3 Oslo"), development(PAGE, 1), False),
        (When(mentions="Gaza NEAR/20 Oslo"), development(PAGE, 1), False),  # not across the title
        (When(all_of=("bread", "Oslo"), within_words=4), development(PAGE, 1), True),
        (When(all_of=("bread", "Oslo"), within_words=3), development(PAGE, 1), False),
        (
            When(any_of=("dear", "cheap"), all_of=("Oslo",), within_words=2),
            development(PAGE, 1),
            True,
        ),
        (When(any_of=("dear in Oslo",)), development(PAGE, 1), True),  # a phrase
        (When(any_of=("in dear Oslo",)), development(PAGE, 1), False),
        (When(any_of=("brea*",), none_of=("oslo",)), development(PAGE, 1), False),
        (When(any_of=("brea*",), none_of=("berg*",)), development(PAGE, 1), True),
    ],
)
def test_names_and_words_of_the_sentence(when: When, found, yes: bool) -> None:
    assert says_yes(when, found) is yes


def test_remarks_are_those_of_the_one_who_is_meant() -> None:
    mine = development(PAGE, kind="quote", about="guterres", speaker="he")
    theirs = development(PAGE, kind="quote", about="blinken", speaker="Blinken")
    when = When(remarks_by=("guterres",))
    assert says_yes(when, mine)
    assert not says_yes(when, theirs)
    assert not says_yes(when, development(PAGE))
    assert says_yes(When(about=("guterres",)), mine)


# ── Figures ───────────────────────────────────────────────────────────────────────────────────


def tell(when: When, *values: float, unsure: tuple[float, ...] = ()) -> list[float]:
    """Which of these values, in order, a rule tells."""
    told, changes, before = [], [], None
    for value in values:
        page = article(f"The toll is {value}.")
        verdict = Verdict.UNSURE if value in unsure else Verdict.NEW
        found = figure(page, value, before, verdict=verdict)
        matches, _, change = match(
            rule(when), page, judgement(page, found), memory=remembered(*changes)
        )
        changes.append(change)
        told += [value] * len(matches)
        before = value
    return told


FIVE = When(figure=("gaza-toll",), rises_by=Amount(value=0.05, share=True))


@pytest.mark.parametrize(
    ("when", "values", "told"),
    [
        (FIVE, (27708, 28064, 29100), [29100]),  # small steps add up
        (FIVE, (27708, 29100, 29200, 30555), [29100, 30555]),  # against what was told last
        (FIVE, (100, 105), [105]),  # exactly five percent
        (FIVE, (100, 90, 100), []),  # a lower report in between does not make a rise
        (FIVE, (0, 1), [1]),  # anything is a rise from nothing
        (When(figure=("gaza-toll",), rises_by=Amount(value=5)), (100, 104, 105, 110), [105, 110]),
        (When(figure=("gaza-toll",), rises_by=Amount(value=0.5)), (1.0, 1.4, 1.5), [1.5]),
        (
            When(figure=("gaza-toll",), falls_by=Amount(value=0.1, share=True)),
            (100, 95, 90, 85),
            [90],
        ),
        (When(figure=("gaza-toll",), above=100), (90, 100, 101, 150), [101]),  # on crossing only
        (When(figure=("gaza-toll",), above=100), (150, 160), [150]),  # a first one that lies there
        (When(figure=("gaza-toll",), above=100), (150, 90, 120), [150, 120]),  # it crosses again
        (When(figure=("gaza-toll",), below=10), (12, 10, 9, 8), [9]),
        (When(figure=("gaza-toll",), above=10, below=20), (5, 15, 25, 18), [15]),
        (When(figure=("gaza-toll",)), (1, 2, 3), [1, 2, 3]),  # alone: every new value
    ],
)
def test_figures_are_compared_with_what_this_rule_told(when: When, values, told) -> None:
    assert tell(when, *values) == told


def test_a_new_rule_measures_an_old_ledger_from_what_was_known() -> None:
    page = article("The toll is 110.")
    assert says_yes(FIVE, figure(page, 110, before=100), page=page, read=reading(page))
    assert not says_yes(FIVE, figure(page, 104, before=100), page=page, read=reading(page))


def test_a_line_that_was_crossed_without_proof_is_told_with_the_next_proved_figure() -> None:
    when, only_if = When(figure=("gaza-toll",), above=100.0), OnlyIf(credit=("AFP",))
    first, second = article("It is 120."), article("It is 130.", credit="AFP")
    mine = rule(when, only_if)
    none, _, changes = match(mine, first, judgement(first, figure(first, 120, 90)))
    some, _, _ = match(
        mine, second, judgement(second, figure(second, 130, 120)), memory=remembered(changes)
    )
    assert (len(none), len(some)) == (0, 1)


def test_an_unsure_figure_is_neither_told_nor_kept_as_the_baseline() -> None:
    assert tell(FIVE, 500, 100, 106, unsure=(500,)) == []
    assert tell(When(figure=("gaza-toll",)), 5, unsure=(5,)) == []


# ── What is new, and how sure ─────────────────────────────────────────────────────────────────


def test_an_unsure_development_comes_only_beside_a_sure_one() -> None:
    sure = status(PAGE, ORDERED)
    unsure = development(PAGE, verdict=Verdict.UNSURE)
    when = When(event=("rafah-operation",))
    alone, whys, _ = match(rule(when), PAGE, judgement(PAGE, unsure), RAFAH)
    beside, _, _ = match(rule(when), PAGE, judgement(PAGE, sure, unsure), RAFAH)
    assert alone == []
    assert "not sure" in whys[-1].reason
    assert len(beside[0].developments) == 2


def test_a_background_paragraph_wakes_nobody_and_says_so() -> None:
    matches, whys, _ = match(
        rule(When(place=("rafah",))), PAGE, judgement(PAGE, development(PAGE, 1)), RAFAH
    )
    assert matches == []
    assert [(why.stage, why.sentence) for why in whys] == [
        (Stage.CANDIDATE, "Troops were ordered into Rafah.")
    ]


def test_an_article_without_news_is_explained_too() -> None:
    _, whys, _ = match(rule(When(any_of=("Oslo",))), PAGE, judgement(PAGE), RAFAH)
    assert whys[0].reason == "nothing in this article is new"
    assert whys[0].sentence == "Bread is dear in Oslo."


def test_a_new_or_edited_rule_sends_no_old_news() -> None:
    when = When(place=("rafah",))
    old = development(PAGE, first_seen=NOW - timedelta(hours=1))
    new = development(PAGE, first_seen=NOW + timedelta(hours=1))
    loaded = rule(when, since=NOW)
    assert not match(loaded, PAGE, judgement(PAGE, old), RAFAH)[0]
    assert match(loaded, PAGE, judgement(PAGE, new), RAFAH)[0]


def test_the_words_that_matched_are_marked_in_the_article() -> None:
    when = When(place=("rafah",), any_of=("troop*",))
    (found,), _, _ = match(rule(when), PAGE, judgement(PAGE, development(PAGE)), RAFAH)
    marked = [PAGE.text[mark.start : mark.end] for mark in found.marks]
    assert marked == ["Rafah", "Troops"]
    assert found.because == "names rafah, words “Troops”"


# ── Proof ─────────────────────────────────────────────────────────────────────────────────────

TALKS = article("Talks open in Cairo.", publisher="Courier")
COPY = article("Talks open in Cairo.", publisher="Star")
FOUND = development(TALKS, development_id="d1")
ASKS = When(any_of=("Cairo",))
DAY = OnlyIf(published_within=timedelta(hours=24))


def talks(**more):
    return article("Talks open in Cairo.", **more)


@pytest.mark.parametrize(
    ("only_if", "first", "carriers", "yes"),
    [
        (OnlyIf(min_origins=1), TALKS, Carriers(), True),
        (OnlyIf(min_origins=2), TALKS, Carriers(), False),
        (OnlyIf(min_origins=2), TALKS, Carriers(origins=("Courier",)), False),  # its own copy
        (OnlyIf(min_origins=2), TALKS, Carriers(origins=("AFP",)), True),
        (OnlyIf(publishers=("courier",)), TALKS, Carriers(), True),
        (OnlyIf(publishers=("Star",)), TALKS, Carriers(), False),
        (OnlyIf(not_publishers=("Courier",)), TALKS, Carriers(), False),
        (OnlyIf(groups=("wires",)), talks(groups=("wires",)), Carriers(), True),
        (OnlyIf(groups=("wires",)), TALKS, Carriers(), False),
        (OnlyIf(credit=("AFP",)), talks(credit="AFP"), Carriers(), True),
        (OnlyIf(credit=("AFP",)), talks(credit="Agence France-Presse"), Carriers(), True),
        (OnlyIf(credit=("Reuters",)), talks(publisher="Reuters"), Carriers(), True),
        (OnlyIf(credit=("AFP",)), TALKS, Carriers(), False),
        (OnlyIf(languages=("en",)), talks(language="en-GB"), Carriers(), True),
        (OnlyIf(languages=("no",)), talks(language="nb"), Carriers(), True),
        (OnlyIf(languages=("fr",)), talks(language="en"), Carriers(), False),
        (DAY, talks(published=NOW), Carriers(), True),
        (DAY, talks(published=NOW - timedelta(days=2)), Carriers(), False),
        (DAY, talks(published=NOW.date()), Carriers(), True),
        (DAY, TALKS, Carriers(), True),  # no date: as of now
    ],
)
def test_what_must_vouch_for_news(only_if: OnlyIf, first, carriers: Carriers, yes: bool) -> None:
    found = development(first, development_id="d1")
    matches, _, _ = match(
        rule(ASKS, only_if), first, judgement(first, found), carriers={"d1": carriers}
    )
    assert bool(matches) is yes


def test_news_that_lacks_a_second_origin_waits_and_is_told_when_it_comes() -> None:
    mine = rule(ASKS, OnlyIf(min_origins=2))
    none, whys, first = match(mine, TALKS, judgement(TALKS, FOUND))
    assert none == []
    assert "it waits" in whys[-1].reason
    carriers = {"d1": Carriers(origins=("Courier", "Star"), publishers=("Courier", "Star"))}
    (told,), _, second = match(
        mine,
        COPY,
        judgement(COPY, echoes=["d1"]),
        memory=remembered(first),
        carriers=carriers,
    )
    assert [d.development_id for d in told.developments] == ["d1"]
    assert told.article_id == COPY.article_id
    third, _, _ = match(
        mine,
        COPY,
        judgement(COPY, echoes=["d1"]),
        memory=remembered(first, second),
        carriers=carriers,
    )
    assert third == []


def test_news_without_the_wanted_credit_waits_until_the_agency_carries_it() -> None:
    mine = rule(ASKS, OnlyIf(credit=("AFP",)))
    none, _, first = match(mine, TALKS, judgement(TALKS, FOUND))
    by_afp = article("Talks open in Cairo.", publisher="Star", credit="AFP")
    told, _, second = match(
        mine, by_afp, judgement(by_afp, echoes=["d1"]), memory=remembered(first)
    )
    assert (none, len(told)) == ([], 1)
    assert second.settled == (("rule", "d1"),)


def test_a_copy_of_the_same_wire_is_no_second_origin() -> None:
    mine = rule(ASKS, OnlyIf(min_origins=2))
    _, _, first = match(mine, TALKS, judgement(TALKS, FOUND))
    copy = article("Talks open in Cairo.", publisher="Courier")
    none, _, changes = match(
        mine,
        copy,
        judgement(copy, echoes=["d1"]),
        memory=remembered(first),
        carriers={"d1": Carriers(origins=("Courier",))},
    )
    assert none == []
    assert changes.settled == ()


def test_what_waits_is_forgotten_when_its_rule_is_edited() -> None:
    _, _, first = match(rule(ASKS, OnlyIf(min_origins=2)), TALKS, judgement(TALKS, FOUND))
    edited = rule(ASKS, OnlyIf(min_origins=2), version="2")
    none, _, changes = match(
        edited,
        COPY,
        judgement(COPY, echoes=["d1"]),
        memory=remembered(first),
        carriers={"d1": Carriers(origins=("Courier", "Star"))},
    )
    assert none == []
    assert changes.settled == (("rule", "d1"),)


def test_old_articles_do_not_wait() -> None:
    old = article("Talks open in Cairo.", published=NOW - timedelta(days=9))
    only_if = OnlyIf(min_origins=2, published_within=timedelta(hours=24))
    _, _, changes = match(rule(ASKS, only_if), old, judgement(old, development(old)))
    assert changes.waiting == ()


def test_a_figure_that_waited_is_measured_against_what_was_told_meanwhile() -> None:
    mine = rule(FIVE, OnlyIf(min_origins=2))
    low, high = article("It is 106."), article("It is 107.")
    d106, d107 = figure(low, 106, 100), figure(high, 107, 106)
    _, _, one = match(mine, low, judgement(low, d106))
    two_origins = {d107.development_id: Carriers(origins=("A", "B"))}
    told, _, two = match(
        mine, high, judgement(high, d107), memory=remembered(one), carriers=two_origins
    )
    assert len(told) == 1
    again, _, _ = match(
        mine,
        low,
        judgement(low, echoes=[d106.development_id]),
        memory=remembered(one, two),
        carriers={d106.development_id: Carriers(origins=("A", "B"))},
    )
    assert again == []


def test_rules_that_are_switched_off_say_nothing() -> None:
    off = rule(ASKS, enabled=False)
    matches, whys, _ = match(off, TALKS, judgement(TALKS, FOUND))
    assert (matches, list(whys)) == ([], [])
