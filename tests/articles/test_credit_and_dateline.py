"""Whom an article credits, and where it says that it was filed."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirewatch.articles.aggregators import without_marks
from wirewatch.articles.credit import Evidence, credit
from wirewatch.articles.dateline import dateline
from wirewatch.articles.finish import complete
from wirewatch.records import Article

PUBLISHED = date(2024, 2, 7)


@pytest.mark.parametrize(
    ("text", "place", "day"),
    [
        ("RAFAH, Feb 7 (AFP) — Troops moved on Wednesday.", "Rafah", date(2024, 2, 7)),
        ("Berlin (dpa) - Die Bahn streikt wieder.", "Berlin", None),
        ("Berlin/Hamburg (dpa/lno) - Zwei Fähren fielen aus.", "Berlin/Hamburg", None),
        ("PARIS, 7 fév (Reuters) - Le gouvernement a tranché.", "Paris", date(2024, 2, 7)),
        ("WASHINGTON, Dec. 31, 2023 (AP) -- The Senate met.", "Washington", date(2023, 12, 31)),
        ("LONDON, Dec 29 (Reuters) - Shares fell.", "London", date(2023, 12, 29)),  # last year's
        ("ST. LOUIS, Mo. (AP) — A barge sank.", "St. Louis", None),
        ("Gaza City, Palestinian Territories (AFP) – A truce holds.", "Gaza City", None),
        ("JERUSALEM — Israeli ministers met.", "Jerusalem", None),
        ("DOHA: The Emir received the envoy.", "Doha", None),
        # a standfirst stands before it
        ("Six weeks without ferries\nCAIRO (Reuters) - Talks go on.", "Cairo", None),
        # labels in capitals are no places
        ("SUMMARY: The council met.", None, None),
        ("TLDR — The council met.", None, None),
        ("SACHA PETERS, HOST: Good morning.", None, None),
        ("WORLD CUP — Team A won.", None, None),
        ("President Okoro — The man behind the coup.", None, None),
        ("Israel: The army said.", None, None),
        ("", None, None),
    ],
)
def test_a_dateline_is_found_at_the_start_only_where_it_is_one(
    text: str, place: str | None, day: date | None
) -> None:
    found = dateline(text, PUBLISHED)
    assert (found.place if found else None, found.day if found else None) == (place, day)


def test_a_day_without_a_year_is_unknown_when_nobody_says_when() -> None:
    found = dateline("RAFAH, Feb 7 (AFP) — Troops moved.")
    assert found is not None
    assert found.day is None


@pytest.mark.parametrize(
    ("paragraphs", "authors", "agency", "evidence"),
    [
        (["The ferry sank."], ["AFP"], "AFP", Evidence.AUTHOR),
        (["The ferry sank."], ["The Associated Press"], "AP", Evidence.AUTHOR),
        (["CAIRO (Reuters) - Talks go on."], [], "Reuters", Evidence.LEAD),
        (["AFP — The ferry sank."], [], "AFP", Evidence.LEAD),
        (["The ferry sank.", "Nobody died.", "(AFP)"], [], "AFP", Evidence.TAIL),
        (["The ferry sank.", "Source: dpa"], [], "dpa", Evidence.TAIL),
        (["The ferry sank.", "With inputs from PTI"], [], "PTI", Evidence.TAIL),
        (
            ["The ferry sank.", "© 2024 Associated Press. All rights reserved."],
            [],
            "AP",
            Evidence.TAIL,
        ),
        (
            ["He sank it.", "(Reporting by A. Writer; Editing by B. Other)"],
            [],
            "Reuters",
            Evidence.TAIL,
        ),
        # an aggregator took the dateline off, but left who was told
        (["The ferry sank.", "An official told AFP that it sank."], [], "AFP", Evidence.TOLD),
        # somebody else's name is no agency's
        (["The ferry sank.", "He told the Post that it sank."], ["Ap Smith"], None, None),
        (["AAP candidates won nine seats in Delhi, the party said."], [], None, None),
        (["She found help at Alcoholics Anonymous (AA) last year."], [], None, None),
        ([], [], None, None),
    ],
)
def test_an_agency_is_credited_by_the_surest_evidence(
    paragraphs: list[str], authors: list[str], agency: str | None, evidence: Evidence | None
) -> None:
    found = credit(paragraphs, authors)
    assert (found.agency if found else None) == agency
    assert (found.evidence if found else None) == evidence


def test_an_aggregators_marks_come_off() -> None:
    lines = [
        "(MENAFN- Quay Times) The ferry sank.",
        "Nobody died. MENAFN07022024000067011011ID1107822283",
    ]
    assert without_marks(lines) == ["The ferry sank.", "Nobody died."]


def test_a_plain_article_is_completed_without_touching_its_text() -> None:
    plain = Article(
        article_id="a",
        url="https://post.example/a",
        publisher=None,
        title="Talks go on",
        text="CAIRO, Feb 7 (AFP) — Talks go on.",
        published=PUBLISHED,
    )
    found = complete(plain)
    assert (found.credit, found.dateline and found.dateline.place) == ("AFP", "Cairo")
    assert found.text == plain.text
    assert complete(found) == found


@given(st.text(max_size=300))
def test_no_text_breaks_the_finding(text: str) -> None:
    dateline(text, PUBLISHED)
    credit(text.split("\n"), [text])
