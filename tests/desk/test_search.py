"""Search finds the same on both databases; it is kept by what stores or takes out an article."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, insert, select

from wirewatch.desk import search
from wirewatch.desk.search import Asked
from wirewatch.reading.tagger import Tagger
from wirewatch.records import Alert, Article, Development, Entity, Span, Vocabulary
from wirewatch.store import Store, articles, codec, outbox, takedown
from wirewatch.store.rules import GOOD_ITEM
from wirewatch.store.search import SEARCH, fill, terms
from wirewatch.text import digest

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
VOCABULARY = Vocabulary(
    entities=(
        Entity(entity_id="rafah", name="Rafah", kind="place", also=("رفح",)),
        Entity(entity_id="port-anselm", name="Port Anselm", kind="place"),
    ),
    version="1",
)
TEXTS = {
    "order": (
        "Troops told to prepare",
        "The army must prepare to operate in Rafah, a minister said.",
    ),
    "ferry": (
        "Ferries of Port Anselm",
        "The last boat leaves at nine. Israel's minister left.",
    ),
    "cafe": ("Das Café in Łódź", "Ein Café wurde eröffnet – mit 27,708 Gästen. Cease-fire talks."),
    "arabic": ("عملية في رفح", "قال الوزير إن الجيش يستعد."),
    "tokyo": ("東京で地震", "東京で強い地震がありました。"),
}


def page(name: str, title: str, text: str, **more: str) -> Article:
    url = f"https://news.example/{name}"
    return Article(
        article_id=digest("article", url),
        url=url,
        publisher=more.get("publisher", "The Harbour Post"),
        title=title,
        text=text,
    )


@pytest.fixture
def tagger() -> Tagger:
    return Tagger(VOCABULARY)


@pytest.fixture
def stored(store: Store, tagger: Tagger) -> Store:
    for at, (name, (title, text)) in enumerate(TEXTS.items()):
        article = page(name, title, text)
        with store.begin() as connection:
            articles.save_article_and_reading(
                connection, article, tagger.read(article), NOW + timedelta(hours=at)
            )
    return store


def names(store: Store, words: str = "", **more: str | datetime) -> list[str]:
    asked = Asked(words=words, **more)  # type: ignore[arg-type]
    return [hit.url.rsplit("/", 1)[1] for hit in search.articles(store, asked).hits]


ROWS: list[tuple[str, list[str]]] = [
    ("", ["tokyo", "arabic", "cafe", "ferry", "order"]),  # nothing asked: all, newest first
    ("minister", ["ferry", "order"]),
    ("MINISTER army", ["order"]),  # all must be there, whatever their case
    ('"prepare to operate"', ["order"]),
    ('"operate to prepare"', []),
    ("“prepare to operate”", ["order"]),  # as a phone types them
    ('"told prepare"', []),
    ('"prepare the army"', []),  # a phrase does not reach from the title into the text
    ("minister -army", ["ferry"]),
    ("operat*", ["order"]),
    ("operat", []),
    ("op*", []),  # too short to begin with: it is the word “op”
    ("israel", ["ferry"]),
    ("israel's", ["ferry"]),
    ("cafe lodz", ["cafe"]),  # accents are no matter
    ("27,708", ["cafe"]),
    ("ceasefire", []),
    ("cease-fire", ["cafe"]),
    ("رفح", ["arabic"]),
    ("地震", ["tokyo"]),
    ("震地", []),
    ("harbour", ["tokyo", "arabic", "cafe", "ferry", "order"]),  # the publisher's name
    ("-minister", ["tokyo", "arabic", "cafe"]),
    ("...", ["tokyo", "arabic", "cafe", "ferry", "order"]),  # no word at all
    ("x' OR '1'='1", []),
    ('" * AND ( NEAR', []),
    ("minister) | (", ["ferry", "order"]),
    ("a:b & !c <-> d", []),
]


def test_words_find_the_same_on_both_databases(stored: Store) -> None:
    assert [(words, names(stored, words)) for words, _ in ROWS] == ROWS


def test_an_entity_is_found_under_all_its_names(stored: Store) -> None:
    assert names(stored, about="rafah") == ["arabic", "order"]
    assert names(stored, "army", about="Rafah") == ["order"]
    assert names(stored, about="nobody") == []
    # What stands for an id among the words cannot be typed by chance, nor seen.
    assert names(stored, "rafah", about="port-anselm") == []


def test_an_entity_is_asked_for_by_its_name_or_any_spelling_too(
    stored: Store, found_alerts: Callable[..., list[str]]
) -> None:
    with stored.begin() as connection:
        for each in VOCABULARY.entities:
            row = {"kind": "entities", "item_id": each.entity_id, "record": codec.dump(each)}
            same = {"file": "vocabulary/x.yaml", "meaning": "", "body": "", "since": NOW}
            connection.execute(insert(GOOD_ITEM).values(**row, **same))
    for typed in ("rafah", "Rafah", " رفح ", "RAFAH"):
        assert names(stored, about=typed) == ["arabic", "order"]
        assert found_alerts(about=typed) == ["army"]
    assert names(stored, about="Port Anselm") == names(stored, about="port-anselm") == ["ferry"]
    assert names(stored, about="Port") == names(stored, about='a "%_\\') == []
    with stored.read() as connection:
        listed = [search.is_listed(connection, name) for name in ("rafah", "Rafah", "Port", "")]
    assert listed == [True, True, False, False]


def test_publisher_and_period_narrow_it(stored: Store) -> None:
    assert names(stored, publisher="the harbour post", about="rafah") == ["arabic", "order"]
    assert names(stored, publisher="Evening Star") == []
    assert names(stored, since=NOW + timedelta(hours=3)) == ["tokyo", "arabic"]


def test_what_was_looked_for_is_shown_in_its_text(stored: Store) -> None:
    (hit,) = search.articles(stored, Asked(words='café "wurde eröffnet"')).hits
    assert [piece.text for piece in hit.title if piece.found] == ["Café"]
    assert [piece.text for piece in hit.snippet if piece.found] == ["Café", "wurde eröffnet"]
    assert "".join(piece.text for piece in hit.title) == TEXTS["cafe"][0]


def test_a_long_text_is_cut_around_the_first_find() -> None:
    text = "Nothing here. " * 40 + "The dam broke at noon. " + "Nothing there. " * 40
    looked_for = search.parsed("dam")
    shown = "".join(piece.text for piece in search.snippet(text, looked_for))
    assert "The dam broke" in shown
    assert len(shown) < 400
    assert shown.startswith("… ")
    assert shown.endswith(" …")


def test_pages_follow_one_another_without_gap_or_double(store: Store, tagger: Tagger) -> None:
    with store.begin() as connection:
        for number in range(search.PAGE * 2 + 7):
            article = page(f"p{number}", f"Piece {number}", f"Piece number {number} on dams.")
            articles.save_article_and_reading(connection, article, tagger.read(article), NOW)
    seen: list[str] = []
    older: int | None = None
    while True:
        found = search.articles(store, Asked(words="dams"), older_than=older)
        seen += [hit.article_id for hit in found.hits]
        older = found.older
        if older is None:
            break
    assert len(seen) == len(set(seen)) == search.PAGE * 2 + 7


def test_an_edited_page_is_found_by_its_new_words_only(stored: Store, tagger: Tagger) -> None:
    edited = page("order", "Troops told to wait", "The army must wait, a minister said.")
    with stored.begin() as connection:
        articles.save_article_and_reading(connection, edited, tagger.read(edited), NOW)
    assert names(stored, "wait") == ["order"]
    assert names(stored, "operate") == []
    assert names(stored, about="rafah") == ["arabic"]


def test_what_is_taken_out_is_not_found_any_more(stored: Store) -> None:
    with stored.begin() as connection:
        takedown.forget_page(connection, "https://news.example/order")
    assert names(stored, "minister") == ["ferry"]
    with stored.begin() as connection:
        for one in list(articles.get_many(connection, [page("ferry", "", "").article_id])):
            articles.forget(connection, one)
        rows = connection.execute(select(func.count()).select_from(SEARCH)).scalar_one()
    assert names(stored, "minister") == []
    assert rows == 3


def test_what_is_rolled_back_is_not_found(stored: Store, tagger: Tagger) -> None:
    article = page("lost", "A lost piece", "Quicksilver.")
    with stored.begin() as connection, connection.begin_nested() as savepoint:
        articles.save_article_and_reading(connection, article, tagger.read(article), NOW)
        savepoint.rollback()
    assert names(stored, "quicksilver") == []


def test_rows_are_made_for_what_was_stored_before_there_was_a_search(stored: Store) -> None:
    before = names(stored, "minister"), names(stored, about="rafah")
    with stored.begin() as connection:
        connection.execute(SEARCH.delete())
    assert names(stored, "minister") == []
    with stored.begin() as connection:
        fill(connection, at_once=2)
        fill(connection, at_once=2)  # a second time adds nothing
        rows = connection.execute(select(func.count()).select_from(SEARCH)).scalar_one()
    assert (names(stored, "minister"), names(stored, about="rafah")) == before
    assert rows == len(TEXTS)


def alert_on(article: Article, says: str) -> Alert:
    start = article.text.index(says)
    development = Development(
        development_id=digest(says),
        kind="sentence",
        article_id=article.article_id,
        url=article.url,
        story="s",
        span=Span(where="text", start=start, end=start + len(says)),
        sentence=says,
        says=says,
    )
    return Alert(
        alert_id=digest("alert", says),
        rule_id="army",
        rule_name="What the army does",
        to=("desk",),
        severity="high",
        story="s",
        article_id=article.article_id,
        url=article.url,
        kind="alert",
        thread=digest("alert", says),
        headline="A new fact",
        because="",
        developments=(development,),
        publishers=("The Harbour Post",),
        origins=("The Harbour Post",),
        at=NOW,
    )


@pytest.fixture
def found_alerts(stored: Store) -> Callable[..., list[str]]:
    from wirewatch.desk import shown_alerts

    title, text = TEXTS["order"]
    alert = alert_on(page("order", title, text), text)
    with stored.begin() as connection:
        outbox.add(connection, alert, ["desk"], NOW, run="r1")

    def found(words: str = "", **more: str) -> list[str]:
        page = shown_alerts.page(stored, shown_alerts.Filters(words=words, **more))
        return [one.alert.rule_id for one in page.shown]

    return found


def test_alerts_are_found_by_words_entity_rule_severity_and_run(
    found_alerts: Callable[..., list[str]], stored: Store
) -> None:
    assert found_alerts("operate") == ["army"]
    assert found_alerts("ferries") == []
    assert found_alerts(about="rafah") == ["army"]
    assert found_alerts(about="port-anselm") == []
    assert found_alerts(rule="army", severity="high", publisher="the harbour post") == ["army"]
    assert found_alerts(severity="urgent") == []
    assert found_alerts(run="r1") == ["army"]
    assert found_alerts(run="r2") == []
    assert found_alerts(state="waiting") == ["army"]
    assert found_alerts(state="dead") == []
    assert names(stored, "operate") == ["order"]  # articles and alerts do not mix


def test_an_alert_is_found_by_an_outlet_that_copied_it_later(
    found_alerts: Callable[..., list[str]], stored: Store
) -> None:
    from wirewatch.records import Carriers

    carriers = {digest(TEXTS["order"][1]): Carriers(publishers=("Late Edition",), origins=("x",))}
    assert found_alerts(publisher="Late Edition") == []
    with stored.begin() as connection:
        assert outbox.update_counts(connection, carriers, NOW) == 1
    assert found_alerts(publisher="Late Edition") == ["army"]
    assert found_alerts("operate", publisher="the harbour post", about="rafah") == ["army"]


def test_an_alert_of_a_page_that_was_taken_down_is_not_found_by_its_words(
    found_alerts: Callable[..., list[str]], stored: Store
) -> None:
    with stored.begin() as connection:
        takedown.forget_page(connection, "https://news.example/order")
    assert found_alerts("operate") == []


def test_terms_are_bounded_whatever_the_text() -> None:
    assert terms("a" * 10_000) == ["a" * 60]
    assert len(terms("word " * 100_000)) <= 40_000
    assert terms("\x00\ud800 it’s") == ["it", "s"]


def test_a_text_of_any_length_can_be_stored(store: Store, tagger: Tagger) -> None:
    article = page("long", "Long", "".join(f"word{number} " for number in range(60_000)))
    article = replace(article, text=article.text[:400_000])
    with store.begin() as connection:
        articles.save_article_and_reading(connection, article, tagger.read(article), NOW)
    assert names(store, "word77 long") == ["long"]


def test_a_store_of_the_first_version_can_be_searched_after_its_upgrade(
    store: Store, tagger: Tagger
) -> None:
    """What was stored before there was a search is found, and what comes later too."""
    from sqlalchemy import MetaData, inspect, text

    from wirewatch.store import codec, upgrade

    sqlite = store.is_sqlite
    with store.begin() as connection:  # back to nothing, then up to the first version only
        if sqlite:
            tables = inspect(connection).get_table_names()
            for name in ("search", "search_words", *tables):
                connection.execute(text(f'DROP TABLE IF EXISTS "{name}"'))
        else:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
        upgrade.climb(connection, "0001")
    article = page("order", *TEXTS["order"])
    alert = alert_on(article, article.text)
    then = MetaData()
    with store.begin() as connection:
        then.reflect(connection, only=["article", "alert"])
        at = NOW.isoformat() if sqlite else NOW
        connection.execute(
            then.tables["article"].insert(),
            {
                "article_id": article.article_id, "url_key": "k", "url": article.url, "version": 1,
                "content_hash": "h", "title": article.title, "arrived": at, "silent": False,
                "sequence": 1, "tagger": "none", "article": codec.dump(article),
                "reading": codec.dump(tagger.read(article)),
            },
        )  # fmt: skip
        connection.execute(
            then.tables["alert"].insert(),
            {
                "alert_id": alert.alert_id, "rule_id": "army", "story": "s", "thread": "t",
                "kind": "alert", "at": at, "due_at": at, "article_id": article.article_id,
                "record": codec.dump(alert),
            },
        )  # fmt: skip
    upgrade.upgrade(store)
    from wirewatch.desk import shown_alerts

    assert names(store, "operate", about="rafah") == ["order"]
    found = shown_alerts.page(store, shown_alerts.Filters(words="operate", about="rafah"))
    assert [one.alert.alert_id for one in found.shown] == [alert.alert_id]
    later = page("ferry", *TEXTS["ferry"])
    with store.begin() as connection:
        articles.save_article_and_reading(connection, later, tagger.read(later), NOW)
    assert names(store, "minister") == ["ferry", "order"]
