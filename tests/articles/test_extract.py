"""From a page to an article."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made import STORY, news_article, page

from wirewatch.articles.extract import extract
from wirewatch.articles.page import decode
from wirewatch.articles.wording import letters

URL = "https://post.example/2024/02/quay"


def test_a_page_becomes_an_article_with_all_that_it_says_of_itself() -> None:
    found = extract(page(linked=news_article()), URL)
    assert found.title == "Council closes the east quay"
    assert found.text == "\n".join(STORY)
    assert found.authors == ("Mara Quint",)
    assert found.published == datetime(2024, 2, 5, 17, 30, tzinfo=UTC)
    assert found.modified == datetime(2024, 2, 5, 18, 0, tzinfo=UTC)
    assert found.language == "en"
    assert found.refused is None


def test_the_same_address_has_the_same_id() -> None:
    assert extract(page(), URL).article_id == extract(page("Another headline"), URL).article_id


def test_a_page_in_another_encoding_reads_the_same() -> None:
    text = page(story=(*STORY, "Café Größe, said Zoë – a “quote” about the quay and its pillars."))
    old = text.replace('charset="utf-8"', 'charset="iso-8859-1"').encode("cp1252")
    assert extract(old, URL).text == extract(text.encode(), URL).text


def test_text_comes_in_one_unicode_form_without_invisible_marks() -> None:
    line = (
        "The cafe\u0301 at the har\u00adbour stays open, its own\u200ber said on Tuesday morning."
    )
    found = extract(page(story=(*STORY, line)), URL)
    assert "The café at the harbour stays open, its owner said" in found.text


def test_a_teaser_of_another_story_brings_no_foreign_name_into_this_one() -> None:
    teaser = (
        "<p>President Okoro of Nambia resigned after a night of riots in the capital, and the "
        "army moved its tanks to the parliament, witnesses said on Tuesday.</p>"
    )
    linked = f'<div><a href="/other"><h3>Okoro resigns</h3>{teaser}</a></div>'
    named = f'<section class="related-stories"><h2>More</h2>{teaser}</section>'
    second = (
        '<article class="post"><h2><a href="/other">Okoro resigns</a></h2>'
        f"<div>{teaser * 2}</div></article>"
    )
    for clutter in (linked, named, second):
        found = extract(page(linked=news_article(), after=clutter), URL)
        assert "Okoro" not in found.text
        assert found.text == "\n".join(STORY)


def box(number: int, *, host: str = "") -> str:
    """A teaser in a container that nobody named: a linked heading, then prose."""
    return (
        f'<div><h4><a href="{host}/nambia/{number}">Okoro resigns after night number {number}</a>'
        f"</h4><p>President Okoro of Nambia resigned after {number} nights of riots in the "
        "capital, and the army moved its tanks to the parliament, witnesses said.</p></div>"
    )


def test_a_box_whose_heading_leads_to_another_page_is_another_story() -> None:
    made = page(linked=news_article(), after=f"<div><h3>World</h3>{box(1)}{box(2)}</div>")
    assert extract(made, URL).text == "\n".join(STORY)


def test_sections_of_a_list_stay_though_their_headings_are_links() -> None:
    places = "".join(box(number, host="https://elsewhere.example") for number in range(3))
    assert extract(page(after=places), URL).text.count("Okoro of Nambia") == 3, "another site"
    items = "".join(box(number) for number in range(9))
    found = extract(page(story=STORY[:1], after=items, linked=news_article()), URL)
    assert found.text.count("Okoro of Nambia") == 9, "they are the story"


def test_a_page_of_nothing_but_boxes_is_no_article() -> None:
    front = "".join(box(number) for number in range(12))
    made = f"<html><head><title>World</title></head><body><h1>World</h1>{front}</body></html>"
    assert extract(made, "https://post.example/world/news").refused == "not an article"


def test_a_menu_is_no_story_but_a_story_in_a_menu_that_was_never_closed_is() -> None:
    brief = page(story=STORY[:1], linked=news_article()).replace("<article>", "<div>")
    assert extract(brief, URL).text == STORY[0]
    whole = "".join(f"<p>{line}</p>" for line in STORY)
    menu = "<nav><a href='/s'>Sport</a><a href='/w'>World</a>"
    within = f"<html><body>{menu}<h1>Quay</h1>{whole}</nav></body></html>"
    assert extract(within, URL).text == "\n".join(STORY)


def test_names_that_are_marked_one_by_one_are_all_found() -> None:
    names = " and ".join(
        f'<a rel="author" href="/author/{name}">{name}</a>' for name in ("Mara Quint", "Jo Bell")
    )
    bio = '<div><p>More by <a rel="author" href="/author/x">Ann Rower</a></p></div>'
    found = extract(page(before=f"<p>By {names}</p>", after=bio), URL)
    assert found.authors == ("Mara Quint", "Jo Bell")


@pytest.mark.parametrize(
    ("encoding", "words"),
    [
        ("koi8-r", "Портовый совет приказал в понедельник закрыть восточный причал"),
        ("windows-1251", "Портовый совет приказал в понедельник закрыть восточный причал"),
        ("cp1253", "Το συμβούλιο του λιμανιού διέταξε το κλείσιμο της ανατολικής προβλήτας"),
        ("euc-kr", "항만위원회는 월요일 동쪽 부두를 폐쇄하라고 명령했다고 밝혔다"),
        ("gb18030", "港口委员会星期一下令关闭东码头，因为潜水员发现柱子有裂缝"),
        ("cp1252", "Fährschiff läuft aus: „Übermut“ tut selten gut, sagte Jörg Möller"),
        ("latin-1", "El Niño llegó mañana; ¿qué pasó en el muelle de la ciudad?"),
    ],
)
def test_an_encoding_that_a_page_keeps_to_itself_is_guessed(encoding: str, words: str) -> None:
    made = f"<html><body>{f'<p>{words}.</p>' * 8}</body></html>".encode(encoding)
    assert words in decode(made)
    unknown = b'<meta charset="x-none">' + made
    assert words in decode(unknown)


def test_a_list_of_other_headlines_is_no_part_of_the_story() -> None:
    links = "".join(
        f'<li><a href="/{n}">{headline}</a></li>'
        for n, headline in enumerate(
            ("Okoro resigns after riots in Nambia", "Storm sinks nine boats off Varra island")
        )
    )
    found = extract(page(after=f"<p>Read more:</p><ul>{links}</ul>"), URL)
    assert found.text == "\n".join(STORY)


def test_headline_byline_and_promotion_are_not_the_text() -> None:
    before = "<p>By Mara Quint</p><p>Published 5 February 2024, 18:30</p>"
    after = "<p>Sign up for our newsletter and never miss a story from the harbour.</p>"
    found = extract(page(linked=news_article(), before=before, after=after), URL)
    assert found.text == "\n".join(STORY)


def test_a_standfirst_that_readers_see_opens_the_text_and_is_a_field_too() -> None:
    standfirst = "Cracks in three pillars put an end to mooring for six weeks or more"
    shown = extract(
        page(linked=news_article(description=standfirst), before=f"<h2>{standfirst}</h2>"), URL
    )
    hidden = extract(page(linked=news_article(description=standfirst)), URL)
    assert shown.standfirst == hidden.standfirst == standfirst
    assert shown.text == "\n".join([standfirst, *STORY])
    assert hidden.text == "\n".join(STORY)


def test_a_story_that_stands_only_in_json_ld_is_taken_from_there() -> None:
    linked = news_article(articleBody="\n".join(STORY))
    found = extract(page(story=(STORY[0],), linked=linked), URL)
    assert found.method == "json-ld"
    assert found.text == "\n".join(STORY)


def test_a_live_blog_has_one_paragraph_for_each_post() -> None:
    posts = [
        {"@type": "BlogPosting", "headline": f"Update {n}", "articleBody": f"{line}\nMore to come."}
        for n, line in enumerate(STORY, start=1)
    ]
    linked = news_article(**{"@type": "LiveBlogPosting", "liveBlogUpdate": posts})
    body = tuple(f"{line}</p><p>More to come." for line in STORY)
    found = extract(page(story=body, linked=linked), URL)
    assert found.method == "live blog"
    assert found.text.split("\n") == [
        f"Update {n}. {line} More to come." for n, line in enumerate(STORY, start=1)
    ]


def test_two_kickers_on_one_headline_are_taken_off() -> None:
    title = "The town has been without water since Sunday"
    made = page(
        f"Storm in Varra – {title}", head=f'<meta property="og:title" content="Wind: {title}">'
    )
    assert extract(made, URL).title == title


def test_a_headline_that_is_declared_twice_keeps_what_stands_before_its_colon() -> None:
    title = "Port Ellery failed its traders: there is a way out, and the council knows it"
    made = page(
        title.replace("Port Ellery", "Ellery"),
        head=f'<meta property="og:title" content="{title}">',
        linked=news_article(headline=title),
    )
    assert extract(made, URL).title == title


@pytest.mark.parametrize(
    ("reason", "made"),
    [
        # a wall before the story: the reader never got there
        (
            "consent",
            (
                "<html><head><title>Before you continue to The Post</title></head><body><p>We use "
                "cookies. Accept all cookies to continue reading The Post.</p></body></html>"
            ),
        ),
        # a machine is asked whether it is one
        (
            "challenge",
            (
                "<html><head><title>Just a moment...</title></head><body><div id='cf-chl-x'>"
                "Checking your browser</div></body></html>"
            ),
        ),
        # a first paragraph, then a till
        (
            "paywall",
            page(
                story=STORY[:1],
                linked=news_article(isAccessibleForFree=False),
                after="<div><p>Subscribe to continue reading this story.</p></div>",
            ),
        ),
        # the server said 200, the page says otherwise
        (
            "error page",
            (
                "<html><head><title>Page not found</title></head><body><h1>Page not found</h1>"
                "<p>The page you were looking for does not exist.</p></body></html>"
            ),
        ),
        # a player and nothing to read
        (
            "not an article",
            "<html><head><title>Clip</title></head><body><video></video></body></html>",
        ),
        ("not an article", ""),
    ],
)
def test_a_page_that_is_no_article_says_why_and_has_no_text(reason: str, made: str) -> None:
    found = extract(made, URL)
    assert found.refused == reason
    assert found.text == ""


def test_a_story_about_cookies_and_paywalls_is_an_article() -> None:
    story = (*STORY, "Subscribe to continue reading, the sign said; cookie consent came next.")
    assert extract(page(story=story), URL).refused is None


def test_a_page_that_knows_only_its_day_gives_only_the_day() -> None:
    head = '<meta property="article:published_time" content="2024-02-05 18:30">'
    assert extract(page(head=head), URL).published == date(2024, 2, 5)


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=400), st.binary(max_size=400))
def test_nothing_that_a_page_holds_raises(text: str, raw: bytes) -> None:
    for made in (
        text,
        raw,
        page(story=(text,)),
        page(linked={"@type": "NewsArticle", "author": text}),
    ):
        found = extract(made, URL)
        assert found.refused is None or found.text == ""
        assert "\n\n" not in found.text


def test_deep_nests_and_endless_link_lists_end_soon() -> None:
    import time

    deep = "<div>" * 20_000 + "x" + "</div>" * 20_000
    many = "".join(
        f'<li><a href="/{n}">Some other headline of the day</a></li>' for n in range(4_000)
    )
    started = time.process_time()
    for made in (deep, page(after=f"<ul>{many}</ul>"), "<p>" * 20_000):
        assert extract(made, URL).url == URL
    assert time.process_time() - started < 10


@pytest.mark.parametrize("piece", [" ", "; ", " – ", "| a", "RAFAH-", "A. "])
def test_a_long_line_anywhere_on_a_page_costs_its_length(
    costs_its_length: Callable[..., None], piece: str
) -> None:
    def work(letters: int) -> None:
        line = piece * (letters // len(piece)) + "x"
        linked = f'{{"@type": "NewsArticle", "author": "Mara Quint"}}{line}'
        script = f'<script type="application/ld+json">{linked}</script>'
        head = f'<meta property="og:title" content="{line}">{script}'
        assert extract(page(line, (line, *STORY), head=head), URL).url == URL

    costs_its_length(work, 40_000)


@pytest.mark.parametrize("attribute", ["title", "a:b", "href", '"'])
@pytest.mark.parametrize("piece", ["<!--", "&lt;!--"])
def test_comments_that_never_end_in_an_attribute_cost_their_length(
    costs_its_length: Callable[..., None], attribute: str, piece: str
) -> None:
    def work(letters: int) -> None:
        hostile = f"<p {attribute}='{piece * (letters // 4)}'>Read on.</p>"
        assert STORY[0] in extract(page(before=hostile), URL).text

    costs_its_length(work, 120_000)


def test_a_few_comments_in_a_description_are_left_in_it() -> None:
    blocks = "<!-- wp:paragraph -->The quay is closed.<!-- /wp:paragraph -->"
    found = extract(page(head=f'<meta name="description" content="{blocks}">'), URL)
    assert "The quay is closed." in (found.standfirst or "")


@pytest.mark.parametrize(
    "written",
    [
        "{}",
        " {} ; ",
        "<!-- {} -->",
        "//<![CDATA[\n{}\n//]]>",
        "/*<![CDATA[*/ {} /*]]>*/\n;",
        "<![CDATA[{}]]>",
    ],
)
def test_linked_data_is_read_out_of_what_hides_it_from_old_browsers(written: str) -> None:
    data = written.replace("{}", json.dumps(news_article(headline="Quay closed: council")))
    made = page(head=f'<script type="application/ld+json">{data}</script>')
    assert extract(made, URL).authors == ("Mara Quint",)


def test_letters_are_what_is_left_of_two_printings() -> None:
    assert letters("“Café – Zoë’s!”") == letters("cafe zoes")
