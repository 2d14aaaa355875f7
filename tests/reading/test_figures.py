"""Figures: what a number counts, how exact it is, over which time, where, and who vouches."""

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wirewatch.reading.figures import find_figures
from wirewatch.reading.languages import language_data
from wirewatch.reading.ledgers import Ledgers
from wirewatch.reading.quotes import find_quotes
from wirewatch.records import (
    Article,
    Entity,
    Figure,
    FigureDefinition,
    Mention,
    Span,
    Vocabulary,
)
from wirewatch.text import sentences

ENGLISH = language_data("en")
TOLL = FigureDefinition(
    figure_id="valley-toll", about="Killed", counts="killed", where=("valley",), scope="total"
)
DAILY = FigureDefinition(
    figure_id="valley-day", about="Killed in a day", counts="deaths", where=("valley",), scope="day"
)


def figures(
    text: str,
    title: str = "",
    places: tuple[str, ...] = (),
    definitions: tuple[FigureDefinition, ...] = (),
) -> list[Figure]:
    article = Article(
        article_id="a", url="u", publisher=None, title=title, text=text, published=date(2024, 2, 7)
    )
    spans = [Span(where="title", start=a, end=b) for a, b in sentences(title)]
    spans += [Span(where="text", start=a, end=b) for a, b in sentences(text)]
    mentions = []
    for place in places:
        for where, content in (("title", title), ("text", text)):
            at = content.find(place)
            if at >= 0:
                span = Span(where=where, start=at, end=at + len(place))  # type: ignore[arg-type]
                mentions.append(Mention(span=span, text=place, entity=place.lower(), kind="place"))
    quotes = find_quotes(article, spans, mentions, ENGLISH)
    listed = tuple(Entity(entity_id=p.lower(), name=p, kind="place") for p in places)
    ledgers = Ledgers(Vocabulary(entities=listed, figures=definitions), ENGLISH)
    return find_figures(article, spans, mentions, ledgers, ENGLISH, quotes)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Forty people were killed.", [(40, "killed")]),
        ("The blast killed 12 miners and injured 30.", [(12, "killed"), (30, "injured")]),
        ("12 killed, 30 wounded as bus falls into river", [(12, "killed"), (30, "injured")]),
        ("The storm left at least 36 people dead.", [(36, "killed")]),
        ("Death toll rises to 1,204", [(1204, "killed")]),
        ("The death toll since Oct. 7 climbed to 2,310.", [(2310, "killed")]),
        ("The flood claimed more than 200 lives.", [(200, "killed")]),
        ("More than 70 women have died of their wounds.", [(70, "killed")]),
        ("Rescuers pulled out the bodies of three children.", [(3, "killed")]),
        ("Two boys were killed and nine others were hurt.", [(2, "killed"), (9, "injured")]),
        ("Police arrested eight drivers and 14 dealers.", [(8, "arrested"), (14, "arrested")]),
        ("Some 1.9 million people are displaced.", [(1_900_000, "displaced")]),
        ("The fighting displaced 1.2m people.", [(1_200_000, "displaced")]),
        ("Seventeen hostages were released.", [(17, "released")]),
        ("The raid freed four hostages.", [(4, "released")]),
        ("They still hold 134 hostages.", [(134, "hostages")]),
        ("Five sailors are still missing.", [(5, "missing")]),
        ("Two hundred and fifty prisoners were freed.", [(250, "released")]),
        ("Dozens were wounded.", [(24, "injured")]),
        ("Tens of thousands of people have been displaced.", [(20_000, "displaced")]),
        ("Nine cooks, one driver and three guards were injured.",
         [(9, "injured"), (1, "injured"), (3, "injured")]),  # one verb for all three
        # what is no count
        ("Ada Lind, 52, was killed on May 5, 2021.", []),
        ("A 40-year-old man was killed in 1998.", []),
        ("The mayor was killed 20 years ago.", []),
        ("The man was killed at 10:30 p.m. on Route 66.", []),
        ("He paid $500 to the wounded.", []),
        ("Some 40 percent of the wounded were women.", []),
        ("Two gunmen who killed a guard fled in three cars.", []),
        ("Hundreds attend the funeral of a worker killed in the north.", []),
        ("One of the injured drivers spoke.", []),
        ("He was 12 when his father died.", []),
        ("The studio released 12 songs.", []),
    ],
)  # fmt: skip
def test_what_a_number_counts(text: str, expected: list[tuple[float, str]]) -> None:
    assert [(figure.value, figure.counts) for figure in figures(text)] == expected


@pytest.mark.parametrize(
    ("number", "bound"),
    [
        ("40", "exactly"),
        ("At least 40", "at least"),
        ("More than 40", "more than"),
        ("Over 40", "more than"),
        ("Nearly 40", "about"),
        ("About 40", "about"),
        ("Up to 40", "up to"),
        ("As many as 40", "up to"),
        ("Dozens of", "at least"),
        ("No fewer than 40", "at least"),
    ],
)
def test_how_exact_a_figure_is(number: str, bound: str) -> None:
    (figure,) = figures(f"{number} people were killed.")
    assert figure.bound == bound


@pytest.mark.parametrize(
    ("text", "scopes"),
    [
        ("At least 2,310 people have been killed since October 7.", ["total"]),
        ("So far 40 people were killed.", ["total"]),
        ("The toll rose to 40.", ["total"]),
        ("At least 123 people were killed in the past 24 hours.", ["day"]),
        ("In the last 24 hours, 123 people were killed.", ["day"]),
        ("Overnight, 12 people were killed.", ["day"]),
        ("12 people were killed on Monday.", ["day"]),
        ("12 people were killed in an air strike on Monday.", ["incident"]),
        ("A bus crash killed 12 people.", ["incident"]),
        ("The aggression has killed at least 2,310 people.", ["total"]),  # a war goes on
        ("The war that followed the attack has left 2,310 dead.", ["total"]),
        ("The offensive killed 12 people on Monday.", ["day"]),
        ("The blast has killed 12 people.", ["incident"]),  # a blast is over
        ("The army has killed 12 people.", [None]),
        ("12 people were killed.", [None]),
        (  # each figure has the words beside it
            "2,310 people have been killed since October 7, 123 of them in the past 24 hours.",
            ["total", "day"],
        ),
        (
            "Strikes killed 123 people in the past 24 hours, bringing the toll to 2,310.",
            ["day", "total"],
        ),
        (
            "85 people killed in last 24 hours, death toll climbs to 2,310",
            ["day", "total"],
        ),
        ("Death toll rises to 2,310 as 183 more killed over last 24 hours", ["total", "day"]),
    ],
)
def test_over_which_time_a_figure_counts(text: str, scopes: list[str | None]) -> None:
    assert [figure.scope for figure in figures(text)] == scopes


def test_the_place_is_the_nearest_one_named() -> None:
    text = "At least 40 people were killed in Valley on Monday and 12 in Ridge were injured."
    found = figures(text, places=("Valley", "Ridge"))
    assert [(figure.value, figure.place) for figure in found] == [(40, "valley"), (12, "ridge")]


def test_a_place_that_nobody_listed_is_its_name() -> None:
    (figure,) = figures("At least 40 people were killed in North Haven, police said.")
    assert figure.place == "North Haven"
    (figure,) = figures("At least 40 people were killed in May.")
    assert figure.place is None


def test_a_total_and_a_day_go_to_their_own_ledgers() -> None:
    text = (
        "At least 2,310 people have been killed in Valley since October 7, the ministry said. "
        "It said 123 people were killed in Valley in the past 24 hours."
    )
    found = figures(text, places=("Valley",), definitions=(TOLL, DAILY))
    assert [(figure.value, figure.figure) for figure in found] == [
        (2310, "valley-toll"),
        (123, "valley-day"),
    ]


def test_a_figure_without_a_place_takes_the_one_last_named() -> None:
    text = "The war in Valley goes on. The death toll reached 2,310."
    (figure,) = figures(text, places=("Valley",), definitions=(TOLL,))
    assert figure.figure == "valley-toll"


def test_another_places_figure_is_not_ours() -> None:
    text = "The death toll in Ridge reached 2,310."
    (figure,) = figures(text, places=("Ridge",), definitions=(TOLL,))
    assert figure.figure is None


QUAKE = FigureDefinition(
    figure_id="quake", about="", counts="killed", where=("earthquake", "quake", "Lower Peru")
)


@pytest.mark.parametrize(
    ("text", "title", "figure"),
    [
        ("An earthquake killed 40 people in North Haven.", "", "quake"),
        ("Two quakes killed 40 people in Valley.", "", "quake"),  # in all its forms, in any place
        ("Rescuers said 40 people were killed.", "Strong quake hits coast", "quake"),
        ("A quake struck. A bus crash killed 40 people.", "", None),  # another sentence
        ("A flood killed 40 people.", "", None),
        ("Lower Peru said 40 people were killed.", "", "quake"),  # a place that nobody listed
        ("Lower Peru heard that 40 people were killed in Valley.", "", None),
    ],
)
def test_where_may_be_plain_words(text: str, title: str, figure: str | None) -> None:
    (found,) = figures(text, title, places=("Valley",), definitions=(QUAKE,))
    assert found.figure == figure


def test_where_may_be_a_body_that_is_no_place() -> None:
    held = FigureDefinition(figure_id="held", about="", counts="hostages", where=("front",))
    front = Entity(entity_id="front", name="Delta Front", kind="organisation")
    text = "Delta Front holds 30 hostages in Valley."
    span = Span(where="text", start=0, end=11)
    mention = Mention(span=span, text="Delta Front", entity="front", kind="organisation")
    article = Article(article_id="a", url="u", publisher=None, title="", text=text)
    ledgers = Ledgers(Vocabulary(entities=(front,), figures=(held,)), ENGLISH)
    spans = [Span(where="text", start=0, end=len(text))]
    (found,) = find_figures(article, spans, [mention], ledgers, ENGLISH)
    assert found.figure == "held"


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        (  # the text says of the same number where and how long
            "2,310 killed",
            "At least 2,310 people have been killed in Valley since October 7.",
            ("valley-toll", "total", "valley"),
        ),
        (  # a round number of a title is the text's
            "More than 2,300 dead",
            "The death toll in Valley reached 2,310.",
            ("valley-toll", "total", "valley"),
        ),
        (  # another number is not
            "More than 2,000 dead",
            "The death toll in Valley reached 2,310.",
            (None, None, None),
        ),
        (  # the first sentence names one place only
            "Toll reaches 2,310 dead",
            "War goes on in Valley. Talks failed.",
            ("valley-toll", "total", "valley"),
        ),
        (
            "Toll reaches 2,310 dead",
            "Ridge fires at Valley. Talks failed.",
            (None, "total", None),
        ),
        (  # the title has its own place
            "Toll in Ridge reaches 2,310 dead",
            "War goes on in Valley.",
            (None, "total", "ridge"),
        ),
    ],
)
def test_a_title_without_a_place_takes_that_of_the_text(
    title: str, text: str, expected: tuple[str | None, str | None, str | None]
) -> None:
    found = figures(text, title, places=("Valley", "Ridge"), definitions=(TOLL,))[0]
    assert (found.figure, found.scope, found.place) == expected


def test_a_part_of_a_figure_is_kept_out_of_the_ledger() -> None:
    text = "The death toll in Valley reached 2,310, including 900 children."
    found = figures(text, places=("Valley",), definitions=(TOLL,))
    assert [(figure.value, figure.figure) for figure in found] == [
        (2310, "valley-toll"),
        (900, None),
    ]


def test_a_plain_noun_of_the_desk_is_counted() -> None:
    trucks = FigureDefinition(figure_id="aid", about="Aid trucks", counts="trucks")
    rate = FigureDefinition(figure_id="rate", about="Inflation", counts="inflation")
    found = figures(
        "Some 120 aid trucks crossed. Inflation rose to 3.4.", definitions=(trucks, rate)
    )
    assert [(figure.value, figure.figure) for figure in found] == [(120, "aid"), (3.4, "rate")]


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("At least 40 people were killed, the health ministry said.", "the health ministry"),
        ("The health ministry said 40 people were killed.", "The health ministry"),
        ("40 people were killed, according to police.", "police"),
        ("“At least 40 people were killed,” Ada Lind said.", "Ada Lind"),
        ("40 people were killed.", None),
    ],
)
def test_who_vouches_for_a_figure(text: str, who: str | None) -> None:
    assert figures(text)[0].attribution == who


def test_figures_of_the_title_come_first_and_spans_are_exact() -> None:
    found = figures("At least 41 people were killed.", title="Blast kills 40")
    assert [figure.span.where for figure in found] == ["title", "text"]
    assert "At least 41 people were killed."[found[1].span.start : found[1].span.end] == (
        "At least 41"
    )


PIECES = st.sampled_from(
    ["40", " people", " were killed", " killed ", "2,310 ", ", ", ". ", "\n", " since October 7",
     " toll ", "dozens of ", "1.9m", "10-15", " injured ", "(", ")", "at least ", "twenty-one ",
     " in ", "Valley", "½", "٣", "\u202e", "9" * 30, "million ", "$", "%", " of ", " the deaths "]
)  # fmt: skip


@settings(max_examples=120, deadline=None)
@given(st.lists(PIECES, max_size=50).map("".join))
def test_any_text_is_read_without_an_error(text: str) -> None:
    for figure in figures(text):
        assert 0 <= figure.span.start < figure.span.end <= len(text)
        assert figure.value >= 0


@pytest.mark.parametrize(
    "piece",
    ["40 killed, ", "40 ", "killed ", "and 40 people ", "the toll of ", "million ", "of "],
)
def test_hostile_text_costs_its_length(piece: str, costs_its_length: Callable[..., None]) -> None:
    def work(letters: int) -> None:
        text = "killed " + piece * (letters // len(piece))
        one = Article(article_id="a", url="u", publisher=None, title="", text=text)
        span = Span(where="text", start=0, end=len(text))
        find_figures(one, [span], [], Ledgers(Vocabulary(), ENGLISH), ENGLISH)

    costs_its_length(work, 80_000)
