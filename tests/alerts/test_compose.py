"""What an alert is called and what it carries."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from wirewatch.alerts.compose import compose, headline
from wirewatch.alerts.decide import Decision, Reason, Thread
from wirewatch.alerts.wording import aloud, change, clean, counts, in_quotes, marked, told
from wirewatch.records import (
    Alert,
    Article,
    Carriers,
    Development,
    Match,
    Rule,
    Send,
    Span,
    Status,
    When,
)

NOON = datetime(2024, 2, 7, 12, 0, tzinfo=UTC)
SAYS = "The mayor ordered the bridge shut."
ARTICLE = Article(
    article_id="a", url="https://x.example/a", publisher="Example Daily", title="T", text=SAYS,
    credit="AFP",
)  # fmt: skip
RULE = Rule(rule_id="bridge", name="Bridge", when=When(), send=Send(to=("desk",), severity="high"))


def fact(kind: str = "status", name: str = "d1", **more: Any) -> Development:
    made = Development(
        development_id=name, kind=kind, article_id="a", url=ARTICLE.url, story="s",  # type: ignore[arg-type]
        span=Span(where="text", start=0, end=len(SAYS)), sentence=SAYS, says=SAYS,
    )  # fmt: skip
    return replace(made, **more)


def made(*facts: Development, thread: Thread | None = None, **carried: Carriers) -> Alert:
    match = Match(rule_id="bridge", article_id="a", story="s", developments=facts, because="why")
    decision = Decision(reason=Reason.NEW_STORY, kind="alert", developments=facts)
    return compose(match, RULE, ARTICLE, carried, decision, thread=thread, now=NOON)


ORDERED = {"status_before": Status.PLANNED, "status_now": Status.ORDERED}


@pytest.mark.parametrize(
    ("facts", "name", "said"),
    [
        ([fact(**ORDERED)], "Bridge", "Bridge: ordered"),
        # The rule's own name says it already.
        ([fact(**ORDERED)], "Bridge closing ordered", "Bridge closing ordered"),
        ([fact(status_now=Status.UNDER_WAY)], "Bridge", "Bridge: under way"),
        ([fact("figure", value_before=12.0, value_now=1234.0)], "Toll", "Toll: 1,234 (was 12)"),
        ([fact("figure", value_now=0.5)], "Rate", "Rate: 0.5"),
        # 150 of what?
        ([fact("figure", value_now=150.0, says="150 cases")], "Cholera", "Cholera: 150 cases"),
        (
            [fact("figure", value_now=41.0, value_bound="at least", says="at least 41 killed")],
            "Toll",
            "Toll: at least 41 killed",
        ),
        ([fact("quote", speaker="Ines Marrow")], "Bridge", "Bridge: Ines Marrow speaks"),
        ([fact("quote", speaker="Ines Marrow")], "Remarks by Marrow", "Remarks by Marrow"),
        ([fact("quote")], "Bridge", "Bridge: a new fact"),
        ([fact("sentence"), fact("sentence", "d2")], "Bridge", "Bridge: 2 new facts"),
        ([fact("correction")], "Bridge", "Bridge: correction"),
    ],
)
def test_the_headline_is_ours_and_says_the_news(
    facts: list[Development], name: str, said: str
) -> None:
    assert headline(replace(RULE, name=name), tuple(facts)) == said


def test_the_weightiest_fact_stands_first() -> None:
    alert = made(fact("sentence", "d1"), fact("quote", "d2"), fact(name="d3", **ORDERED))
    assert [d.kind for d in alert.developments] == ["status", "quote", "sentence"]
    assert alert.headline == "Bridge: ordered"


def test_the_same_news_has_the_same_id_in_any_order() -> None:
    one, other = fact(name="d1"), fact("quote", "d2")
    assert made(one, other).alert_id == made(other, one).alert_id
    assert made(one).alert_id != made(other).alert_id


def test_the_first_alert_is_its_own_thread_and_a_reply_joins_it() -> None:
    first = made(fact())
    assert first.thread == first.alert_id
    assert made(fact(name="d2"), thread=Thread(alert_id=first.alert_id)).thread == first.alert_id


def test_carriers_are_counted_once_over_all_facts() -> None:
    alert = made(
        fact(name="d1"),
        fact("quote", "d2"),
        d1=Carriers(publishers=("Other Post", "Example Daily"), origins=("AFP",)),
        d2=Carriers(publishers=("Example Daily",), origins=("AFP", "Other Post")),
    )
    assert alert.publishers == ("Other Post", "Example Daily")
    assert counts(alert) == "2 outlets, 2 origins (AFP, Other Post)"


def test_a_first_carrier_is_the_article_itself() -> None:
    assert counts(made(fact())) == "1 outlet"


def test_it_reads_well_aloud() -> None:
    assert aloud(made(fact(**ORDERED))) == (
        "Bridge: ordered. It was planned before. The mayor ordered the bridge shut. 1 outlet."
    )


@pytest.mark.parametrize(
    ("sentence", "shown"),
    [
        ('"All is well," he said.', "“All is well”"),
        ("“All is well,” he said.", "“All is well”"),
        ("He said All is well, for now.", "All is well,"),  # a report is not put in quotes
        ("", "All is well,"),
    ],
)
def test_only_what_an_article_quotes_is_quoted(sentence: str, shown: str) -> None:
    quote = fact("quote", speaker="Ines Marrow", says="All is well,", sentence=sentence)
    assert change(quote) == ("Ines Marrow said", None, shown)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\u202eb\u200bc", "abc"),  # letters that turn the line round, or that nobody sees
        ("one\n\ttwo  three\x1b[0m", "one two three [0m"),
        ("e" + "\u0301" * 30, "e" + "\u0301" * 4),
        ("word " * 100, "word word word word…"),
        ("", ""),
    ],
)
def test_what_articles_write_is_cleaned(text: str, shown: str) -> None:
    assert clean(text, 22) == shown


@pytest.mark.parametrize(
    ("marks", "pieces"),
    [
        ([], [(SAYS, False)]),
        ([(10, 17)], [("The mayor ", False), ("ordered", True), (" the bridge shut.", False)]),
        ([(0, 3), (0, 3)], [("The", True), (" mayor ordered the bridge shut.", False)]),
        ([(29, 99)], [("The mayor ordered the bridge ", False), ("shut.", True)]),
        ([(90, 99)], [(SAYS, False)]),
    ],
)
def test_the_words_that_matched_are_marked(
    marks: list[tuple[int, int]], pieces: list[tuple[str, bool]]
) -> None:
    spans = [Span(where="text", start=start, end=end) for start, end in marks]
    assert marked(fact(), spans, 300) == pieces


def test_a_sentence_that_says_several_things_is_shown_once_and_its_words_are_not_repeated() -> None:
    doctors = "Doctors confirmed 150 cases in Oslund, the health office said."
    under_way = fact(name="d1", sentence=doctors, status_now=Status.UNDER_WAY)
    cases = fact("figure", "d2", sentence=doctors, value_now=150.0, says="150 cases")
    said = replace(fact("quote", "d3"), sentence=doctors, says="150 cases in Oslund")
    office = replace(said, development_id="d4", speaker="the health office")
    unseen = replace(said, development_id="d5", speaker="Ines Marrow")  # the sentence has “she”
    elsewhere = fact("figure", "d6", sentence="Nine died.", value_now=9.0, says="9 killed")
    shown = told([under_way, cases, said, office, unseen, elsewhere])
    assert [[d.development_id for d in some] for some in shown] == [["d1", "d2"], ["d5"], ["d6"]]


@pytest.mark.parametrize(
    ("sentence", "shown"),
    [
        ("The bridge is shut.", "“The bridge is shut.”"),
        ("“It is shut,” she said.", "“It is shut,” she said."),
    ],
)
def test_a_sentence_that_begins_with_a_quotation_gets_no_marks_of_ours(
    sentence: str, shown: str
) -> None:
    assert in_quotes(sentence) == shown
