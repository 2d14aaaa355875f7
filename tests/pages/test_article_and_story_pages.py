"""The pages Article and Story in a real browser, and two texts side by side."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import insert
from tests.pages.conftest import Asking
from tests.pages.made import NASTY

from wirewatch.desk import shown_story
from wirewatch.desk.beside import beside
from wirewatch.desk.shown_article import article as shown
from wirewatch.desk.shown_story import Step
from wirewatch.pages import drawing
from wirewatch.reading.tagger import Tagger
from wirewatch.records import Article, Development, Span, Status, Vocabulary
from wirewatch.store import articles, open_store
from wirewatch.store.codec import dump
from wirewatch.store.told_tables import DEVELOPMENT

Judge = Callable[[Page], None]
NOW = datetime(2031, 5, 4, 6, tzinfo=UTC)


def first_of(page: Page, link: str) -> None:
    page.goto("/alerts?rule=rafah-operation")
    page.locator("article").first.get_by_role("link", name=link, exact=True).click()


@pytest.mark.parametrize("page", ["light", "dark"], indirect=True)
def test_everybody_can_use_the_pages_of_articles_and_stories(page: Page, axe: Judge) -> None:
    first_of(page, "article")
    axe(page)
    page.goto("/stories")
    axe(page)
    page.locator("tbody a").first.click()
    expect(page.get_by_role("heading", name="Timeline")).to_be_visible()
    axe(page)


def test_a_find_leads_from_the_table_to_its_words_and_back(page: Page) -> None:
    first_of(page, "article")
    row = page.locator("tr[data-kind=event]").first
    words = row.locator("a").inner_text()
    row.locator("a").focus()
    pointed = page.locator("#text .pointed")
    assert words in "".join(pointed.all_inner_texts())
    page.keyboard.press("Enter")
    assert "#at-" in page.url
    page.locator("#text .f-event").first.click()
    expect(page.locator("tr[data-kind=event] a").first).to_be_focused()
    page.get_by_label("events").uncheck()
    expect(row).to_be_hidden()


def test_an_article_says_why_a_rule_said_yes_and_why_another_was_no_candidate(page: Page) -> None:
    first_of(page, "article")
    expect(page.locator(".chain").first).to_contain_text("matched")
    page.get_by_label("Why did a rule say yes or no?").fill("ships-hit-by-the-houthis")
    page.get_by_role("button", name="Ask").click()
    expect(page.locator("#why")).to_contain_text("no candidate")
    assert page.url.endswith("rule=ships-hit-by-the-houthis")


def test_a_story_is_a_timeline_with_its_ledgers(page: Page) -> None:
    first_of(page, "story")
    expect(page.locator(".timeline > li").first).to_be_visible()
    lane = page.locator("svg[role=img]").first
    expect(lane).to_have_attribute("aria-label", re.compile("ordered|under way"))
    page.locator("aside a").first.click()
    expect(page.locator("#text")).to_be_visible()


def test_an_editor_merges_two_stories_and_takes_it_back(page: Page) -> None:
    page.goto("/stories")
    links = page.locator("tbody a")
    first, second = (links.nth(n).get_attribute("href") or "" for n in (0, 1))
    page.goto(first)
    page.get_by_text("Put it into another story").click()
    page.get_by_label("The other story's id").fill(second)
    page.get_by_role("button", name="Merge").click()
    expect(page.get_by_text("merge by editor")).to_be_visible()
    assert page.url.endswith(second)
    page.goto(first)  # what was merged leads to where it is now
    assert page.url.endswith(second)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("undone by editor")).to_be_visible()
    page.goto(first)
    assert page.url.endswith(first)


def test_articles_are_taken_out_of_a_story(page: Page) -> None:
    first_of(page, "story")
    story = page.url
    page.get_by_text("Take articles out of it").click()
    page.locator("input[name=article]").first.check()
    page.get_by_role("button", name="Split").click()
    expect(page.get_by_text("split by editor")).to_be_visible()
    assert page.url != story


def test_pages_that_are_not_there_are_said_in_words(ask: Asking) -> None:
    for path in ("/articles/x", "/stories/x", "/stories/x/beside?one=a&other=b"):
        answer = ask("GET", path, "viewer")
        assert answer.status_code == 404
        assert "no longer kept" in answer.text or "There is no such" in answer.text


@pytest.mark.parametrize(
    "moment", ["0001-01-01T00:00:00%2B14:00", "9999-12-31T23:59:59-14:00", "yesterday"]
)
def test_a_time_that_cannot_be_is_refused_in_words(moment: str, ask: Asking) -> None:
    assert ask.get(f"/stories?before={moment}").status_code == 422


def test_to_split_without_a_choice_is_refused_with_what_to_do(ask: Asking) -> None:
    answer = ask.change("/stories/x/split")
    assert (answer.status_code, "Choose the articles" in answer.text) == (422, True)


def test_finds_that_begin_together_each_have_a_place_to_lead_to(ask: Asking) -> None:
    found = re.findall(r'href="/articles/(\w+)"', ask.get("/alerts").text)
    for article_id in dict.fromkeys(found):
        text = ask.get(f"/articles/{article_id}").text
        assert set(re.findall(r'href="#(at-\d+)"', text)) == set(re.findall(r'id="(at-\d+)"', text))


def test_each_story_stands_on_one_page_of_the_list_however_loud_another_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(shown_story, "PAGE", 3)
    monkeypatch.setattr(shown_story, "_LOOKED_THROUGH", 8)
    with open_store("sqlite://") as store:
        with store.begin() as connection:
            for number in range(60):  # every other one is the loud story's
                story = "loud" if number % 2 else f"s{number % 7}"
                at = NOW + timedelta(minutes=number)
                one = Development(
                    development_id=f"d{number}", kind="sentence", story=story, article_id="a",
                    span=Span(where="text", start=0, end=1), url="", says=f"{number}",
                    sentence="", first_seen=at,
                )  # fmt: skip
                row = {
                    "development_id": one.development_id, "story": story, "article_id": "a",
                    "first_seen": at, "record": dump(one),
                }  # fmt: skip
                connection.execute(insert(DEVELOPMENT), row)
        pages, before = [], None
        for _ in range(9):
            briefs, before = shown_story.newest(store, before)
            pages.append([one.story for one in briefs])
            if before is None:
                break
    listed = [story for page in pages for story in page]
    assert before is None
    assert sorted(listed) == ["loud", *(f"s{n}" for n in range(7))]
    assert listed[0] == "loud"


def test_hostile_words_are_words_on_the_page_of_an_article() -> None:
    text = "\n".join(NASTY)
    one = Article(article_id="h", url="http://h.example/", publisher="H", title=text, text=text)
    with open_store("sqlite://") as store:
        with store.begin() as connection:
            reading = Tagger(Vocabulary()).read(one)
            articles.save_article_and_reading(connection, one, reading, NOW)
        found = shown(store, "h")
    assert found is not None
    lines = ["".join(piece.text for piece in line) for line in found.paragraphs]
    assert [line for line in lines if line.strip()] == [
        line for line in text.split("\n") if line.strip()
    ]


# ── What is drawn and compared ────────────────────────────────────────────────────────────────


def step(hours: int, value: float | None = None, status: Status | None = None) -> Step:
    return Step(
        at=NOW + timedelta(hours=hours), value=value, status=status, bound="exactly", moves=True,
        sentence="", article_id="a", origin="AFP",
    )  # fmt: skip


def test_a_figure_rises_to_the_top_of_its_picture() -> None:
    picture = drawing.figure([step(0, 100), step(1, 150), step(4, 200)])
    xs, ys = [dot.x for dot in picture.dots], [dot.y for dot in picture.dots]
    assert xs == sorted(xs)
    assert ys == sorted(ys, reverse=True)
    assert (ys[0], ys[-1]) == (picture.y_low, picture.y_high)
    assert xs[2] - xs[1] == pytest.approx(3 * (xs[1] - xs[0]), abs=0.5)


def test_a_lane_fills_the_time_and_its_last_status_holds_until_now() -> None:
    steps = [step(0, status=Status.ORDERED), step(6, status=Status.UNDER_WAY)]
    lanes = drawing.lane(steps, NOW + timedelta(hours=24)).lanes
    assert [lane.step.status for lane in lanes] == [Status.ORDERED, Status.UNDER_WAY]
    assert lanes[0].x == 0
    assert lanes[-1].x + lanes[-1].width == drawing.WIDTH
    assert lanes[1].width == pytest.approx(3 * lanes[0].width)


def test_values_of_one_moment_and_a_figure_that_stands_still_can_be_drawn() -> None:
    assert len(drawing.figure([step(0, 7), step(0, 7)]).dots) == 2
    assert drawing.lane([step(0, status=Status.PLANNED)], NOW).lanes[0].width >= 2


def text_of(*sentences: str) -> Article:
    return Article(article_id="", url="", publisher=None, title="", text=" ".join(sentences))


def test_two_texts_are_paired_by_their_words() -> None:
    one = text_of("The dam broke at dawn.", "Nine people drowned in Velm.", "Rain is forecast.")
    other = text_of(
        "A minister flew in.", "The dam broke at dawn.", "Nine people have drowned in Velm."
    )
    rows = beside(one, other)
    assert [row.kind for row in rows] == ["added", "same", "reworded", "left out"]
    assert [text for text, differs in rows[2].right if differs] == ["have"]


def test_every_sentence_of_both_texts_stands_in_the_comparison_once() -> None:
    one = text_of("Alpha beta gamma.", "Delta epsilon zeta.", "Eta theta iota.")
    other = text_of("Eta theta iota.", "Kappa lambda mu.", "Alpha beta gamma delta.")
    rows = beside(one, other)
    assert len([row for row in rows if row.left]) == 3
    assert len([row for row in rows if row.right]) == 3
