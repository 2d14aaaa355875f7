"""A language without tables: copies and news go by its words, and nothing is a change by them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from streams import judge_all

from wirewatch.records import Article, Verdict
from wirewatch.store import open_store
from wirewatch.text import digest

FIRST = """Regeringen beslutade på tisdagen att stänga gruvan i Norrvik efter raset i förra veckan.
Omkring 340 arbetare förlorar jobbet när gruvan stängs i mars, sade gruvbolagets chef Lena Ek.
Facket kräver att bolaget betalar lönen till årets slut.
Raset skedde 600 meter under jord och sju personer skadades."""
SECOND = """Regeringen beslutade på tisdagen att stänga gruvan i Norrvik efter raset i förra veckan.
Omkring 340 arbetare förlorar jobbet när gruvan stängs i mars, sade gruvbolagets chef Lena Ek.
Borgmästaren Anders Holm vill bygga en fabrik för batterier på platsen."""
SAID_ANEW = """Gruvan i Norrvik stängs i mars, beslutade regeringen på tisdagen efter raset.
Facket kräver lönen till årets slut av bolaget."""


def _article(text: str, hours: int) -> Article:
    url = f"https://tidning{hours}.example/gruva"
    return Article(
        article_id=digest("article", url), url=url, publisher=f"Tidning {hours}", title="",
        text=text, published=datetime(2031, 3, 4, 12, tzinfo=UTC) + timedelta(hours=hours),
        language="sv",
    )  # fmt: skip


def test_a_copy_is_found_and_only_its_own_sentence_is_new() -> None:
    first, second = judge_all(open_store(), [_article(FIRST, 0), _article(SECOND, 1)])
    assert second.copy_of == "https://tidning0.example/gruva"
    assert second.story == first.story
    assert [s.verdict for s in second.sentences] == [Verdict.KNOWN, Verdict.KNOWN, Verdict.NEW]


def test_other_words_for_the_same_are_never_a_change() -> None:
    _, anew = judge_all(open_store(), [_article(FIRST, 0), _article(SAID_ANEW, 2)])
    assert Verdict.CHANGED not in [s.verdict for s in anew.sentences]
    assert all(s.nearest is not None for s in anew.sentences)


def test_another_figure_is_shown_beside_the_one_before() -> None:
    """Figures are read in every language: a changed one is not passed over in silence."""
    other = replace(_article(FIRST.replace("340", "520"), 3), url="https://c.example/g")
    _, changed = judge_all(open_store(), [_article(FIRST, 0), other])
    loud = [s for s in changed.sentences if s.verdict is not Verdict.KNOWN]
    assert [s.nearest.text for s in loud if s.nearest] == [FIRST.split("\n")[1]]
