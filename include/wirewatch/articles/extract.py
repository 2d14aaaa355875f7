"""Where do I change how a page becomes an article? Here, in the order in which it is asked.

One parse, one tree, asked in turn by the files beside this one. A page that is no article gives
one without text that says why (`refused`); nothing here raises for what a page holds.
"""

from dataclasses import dataclass

from wirewatch.articles.aggregators import without_marks
from wirewatch.articles.boxes import is_front_page
from wirewatch.articles.credit import credit
from wirewatch.articles.dateline import dateline
from wirewatch.articles.main_text import main_text
from wirewatch.articles.metadata import Metadata, metadata
from wirewatch.articles.page import decode, parse
from wirewatch.articles.refused import Refusal, is_declared, refusal
from wirewatch.records import Article
from wirewatch.text import digest


@dataclass(frozen=True, slots=True)
class Page:
    """A page's article, and the address that the page itself calls its own."""

    article: Article
    canonical: str | None


def extract(html: bytes | str, url: str) -> Article:
    """The article of a page; without text, and `refused` told, where the page is none.

    The same address gives the same `article_id`. Pages past 4 MB are cut there.
    """
    return extract_page(html, url).article


def extract_page(html: bytes | str, url: str) -> Page:
    """As `extract`, with the page's canonical address."""
    raw = decode(html[:4_000_000]) if isinstance(html, bytes) else html
    tree = parse(raw)
    if tree is None:
        return Page(_refused(url, Refusal.NOT_AN_ARTICLE), None)
    about = metadata(tree, url)
    front = not is_declared(about) and is_front_page(tree, about.title, url)
    found = main_text(tree, about, url)
    lines = without_marks(found.lines)
    reason = Refusal.NOT_AN_ARTICLE if front else refusal(raw, about, lines, url)
    if reason is not None:
        return Page(_refused(url, reason, about), about.canonical)
    text = "\n".join(lines)
    agency = credit([*lines, *found.edges[-4:]], about.authors, about.byline, about.node)
    article = Article(
        article_id=digest("article", url),
        url=url,
        publisher=None,
        title=about.title,
        text=text,
        published=about.published,
        modified=about.modified,
        standfirst=about.standfirst,
        authors=about.authors,
        byline=about.byline,
        language=about.language,
        credit=agency.agency if agency else None,
        dateline=dateline(text, about.published),
        method=found.method,
    )
    return Page(article, about.canonical)


def _refused(url: str, reason: Refusal, about: Metadata | None = None) -> Article:
    return Article(
        article_id=digest("article", url),
        url=url,
        publisher=None,
        title=about.title if about else "",
        text="",
        published=about.published if about else None,
        modified=about.modified if about else None,
        language=about.language if about else None,
        method="none",
        refused=reason.value,
    )
