"""What a host prints under all its stories goes; what stories tell stays."""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made import STORY, Newspaper, page
from test_reading_pages import NOW, Desk, item

from wirewatch.articles.repeated import Sighting, sightings, without_repeated
from wirewatch.records import Article
from wirewatch.store import Store, host_lines
from wirewatch.store.archive import open_archive

OFFER = "The Ellery Letter tells you each morning what the harbour will talk about all day long."
BACKGROUND = "The east quay was built by the harbour council after the great flood of the north."
TOLL = "More than 140 people have died in the flood since it began, the council said."
QUOTE = "“Nobody will moor here again while I am harbour master,” Ines Caldera told reporters."
TITLES = (
    "Council closes the east quay",
    "Ferry collides with fishing boat off Varra",
    "Museum returns painting after forty years",
    "Storm leaves thousands without electricity",
    "Teachers strike enters second week",
)
FOLLOW_UPS = (
    "Council closes the east quay",
    "Why the council closes the east quay",
    "East quay: council under pressure",
    "Fishermen demand answers on east quay",
    "East quay repairs begin",
)


def article(number: int, title: str, line: str, host: str = "post.example") -> Article:
    body = [f"{title}, as paragraph {part} tells." for part in "abcdefgh"]
    return Article(
        article_id=str(number),
        url=f"https://{host}/{number}",
        publisher=None,
        title=title,
        text="\n".join([*body, line]),
    )


@pytest.mark.parametrize(
    ("titles", "line", "days", "dropped"),
    [
        # an offer under unlike stories of two days
        (TITLES[:3], OFFER, (1, 1, 2), True),
        # two stories may share a line by chance
        (TITLES[:2], OFFER, (1, 2), False),
        # one busy day proves nothing until five unlike stories have it
        (TITLES[:4], OFFER, (1, 1, 1, 1), False),
        (TITLES, OFFER, (1, 1, 1, 1, 1), True),
        # one story told again and again: its background is its own, on one day or several
        (FOLLOW_UPS, BACKGROUND, (1, 1, 1, 1, 1), False),
        (FOLLOW_UPS, BACKGROUND, (1, 2, 3, 4, 5), False),
        # who is quoted or counted is news, wherever it is printed
        (TITLES, QUOTE, (1, 1, 1, 1, 1), False),
        (TITLES, QUOTE, (1, 2, 3, 4, 5), False),
        (TITLES, TOLL, (1, 2, 3, 4, 5), False),
        # what is seen once in a fortnight has been forgotten meanwhile
        (TITLES[:3], OFFER, (1, 20, 40), False),
    ],
)
def test_which_lines_are_the_hosts(
    titles: tuple[str, ...], line: str, days: tuple[int, ...], dropped: bool, store: Store
) -> None:
    told = ""
    for number, (title, day) in enumerate(zip(titles, days, strict=True)):
        one = article(number, title, line)
        edges = sightings(one, day)
        with store.begin() as connection:
            host_lines.forget_lines(connection, day)
            known = host_lines.sightings(connection, edges[0].host, [e.line for e in edges], 0)
            host_lines.save_sightings(connection, edges)
        told = without_repeated(one, known, day)[0].text
    assert (line not in told) is dropped
    assert "paragraph a tells" in told


def test_another_host_learns_for_itself_and_the_middle_of_a_story_is_left_alone() -> None:
    seen = [
        sighting
        for number, title in enumerate(TITLES)
        for sighting in sightings(article(number, title, OFFER), number)
    ]
    here = article(9, "A new bridge for Port Ellery", OFFER)
    assert without_repeated(here, seen, 9)[1] == 1
    middle = "\n".join([*STORY, *STORY, OFFER, *(f"Then part {n} came." for n in "abcdefghi")])
    inside = Article(
        article_id="m", url="https://post.example/m", publisher=None, title="Long", text=middle
    )
    assert without_repeated(inside, seen, 9) == (inside, 0)


def test_what_was_learnt_from_an_article_can_be_forgotten(store: Store) -> None:
    edges = sightings(article(1, TITLES[0], OFFER), 5)
    with store.begin() as connection:
        host_lines.save_sightings(connection, edges)
        host_lines.save_sightings(connection, edges)
        lines = [one.line for one in edges]
        assert len(host_lines.sightings(connection, edges[0].host, lines, 0)) == len(edges)
        host_lines.forget_article(connection, edges[0].article)
        assert host_lines.sightings(connection, edges[0].host, lines, 0) == []


texts = st.lists(st.sampled_from([OFFER, BACKGROUND, QUOTE, TOLL, *STORY]), min_size=1, max_size=6)


@given(texts, st.lists(st.tuples(st.sampled_from(TITLES), texts, st.integers(1, 9)), max_size=8))
def test_no_quote_and_no_figure_is_ever_dropped_and_some_text_always_stays(
    own: list[str], others: list[tuple[str, list[str], int]]
) -> None:
    seen: list[Sighting] = []
    for number, (title, lines, day) in enumerate(others):
        seen += sightings(article(number, title, "\n".join(lines)), day)
    one = Article(
        article_id="o", url="https://post.example/o", publisher=None, title="O", text="\n".join(own)
    )
    told = without_repeated(one, seen, 9)[0].text.split("\n")
    assert told
    assert all(told)
    assert [line for line in own if line in (QUOTE, TOLL)] == [
        line for line in told if line in (QUOTE, TOLL)
    ]


def test_a_desk_learns_what_a_paper_repeats(paper: Newspaper, tmp_path: Path, store: Store) -> None:
    desk = Desk(store, paper, open_archive(f"file://{tmp_path}/pages"))
    for number, title in enumerate(TITLES[:4]):
        own = [f"{title}, as line {part} tells at some length here." for part in "abcdefghijk"]
        paper.answers[f"/{number}"] = (200, page(title, [*own, OFFER]))
        desk.feed(item(paper, f"/{number}", title=title))
        desk.poll(NOW + number * timedelta(hours=13))
        assert desk.read(NOW + number * timedelta(hours=13)).read == 1
    stored = [desk.get(f"/{number}") for number in range(4)]
    assert [one is not None and OFFER in one.article.text for one in stored] == [
        *(True, True, False, False)
    ]
    assert all(one is not None and "line a tells" in one.article.text for one in stored)
