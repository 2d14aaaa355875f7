"""Extract and read again what is stored, after an upgrade or when the vocabulary changed.

Pages come from the archive, the web is not asked. Texts and finds are replaced where they stand:
no article takes a new place in the queue, so nothing is judged again and no old alert is sent.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from wirewatch.articles.extract import Page, extract_page
from wirewatch.articles.repeated import DAYS_KEPT, sightings, without_repeated
from wirewatch.desk.log import masked
from wirewatch.desk.read import EXTRACT_SECONDS, HasVocabulary
from wirewatch.desk.workers import run_many
from wirewatch.reading.tagger import Tagger
from wirewatch.records import Article
from wirewatch.store import Store, host_lines
from wirewatch.store import articles as kept
from wirewatch.store.archive import Archive
from wirewatch.store.pages import page_log

AT_ONCE: Final = 100


@dataclass(slots=True, kw_only=True)
class RereadReport:
    """What was read again: `texts` changed; `without_page` had only their stored text to read."""

    read: int = 0
    texts: int = 0
    without_page: int = 0
    newer: int = 0
    problems: list[str] = field(default_factory=list)


def reread(
    store: Store,
    watch: HasVocabulary,
    since: datetime,
    *,
    archive: Archive,
    model: str = "none",
) -> RereadReport:
    """Read all articles again that arrived since then, in the order of their arrival.

    Safe to stop and to run again. A page that is gone from the archive, or that breaks the reader
    now, keeps its text, which is read again all the same.
    """
    report, tagger = RereadReport(), Tagger(watch.vocabulary, model)
    for batch in _batches(store, since):
        pages = _pages(store, archive, batch, report)
        for stored, page in zip(batch, pages, strict=True):
            article = stored.article
            if page is not None:
                article = _clean(store, _as_extracted(article, page.article))
            reading = tagger.read(article)
            with store.begin() as connection:
                done = kept.save_read_again(connection, stored, article, reading)
            report.read += done
            report.newer += not done
            report.texts += done and article.text != stored.article.text
    return report


def _batches(store: Store, since: datetime) -> Iterator[list[kept.Stored]]:
    after = 0
    while True:
        with store.read() as connection:
            batch = kept.since(connection, since, AT_ONCE, after=after)
        if not batch:
            return
        yield batch
        after = batch[-1].sequence


def _pages(
    store: Store, archive: Archive, batch: list[kept.Stored], report: RereadReport
) -> list[Page | None]:
    """Each article's page as it is extracted now; None where the stored text has to do."""
    raw = {stored.sequence: _raw(store, archive, stored.article) for stored in batch}
    asked = [stored for stored in batch if raw[stored.sequence] is not None]
    jobs = ((raw[stored.sequence], stored.article.url) for stored in asked)
    found: dict[int, Page] = {}
    for stored, page in zip(asked, run_many(extract_page, jobs, EXTRACT_SECONDS), strict=True):
        if isinstance(page, Exception):
            report.problems.append(masked(f"{stored.article.url}: {page or type(page).__name__}"))
        elif page.article.refused is not None:
            report.problems.append(masked(f"{stored.article.url}: refused: {page.article.refused}"))
        else:
            found[stored.sequence] = page
    report.without_page += len(batch) - len(found)
    return [found.get(stored.sequence) for stored in batch]


def _raw(store: Store, archive: Archive, article: Article) -> bytes | None:
    """The page that the stored text was made of, if it came from a page that is still kept."""
    if (article.method or "").startswith("feed"):
        return None
    with store.read() as connection:
        notes = page_log(connection, article.url)
    name = next((note.archived for note in notes if note.archived), None)
    try:
        return archive.get(name) if name else None
    except FileNotFoundError:
        return None


def _as_extracted(before: Article, now: Article) -> Article:
    """What the page says now, with what its feed knew."""
    return replace(
        now,
        article_id=before.article_id,
        publisher=before.publisher,
        feed=before.feed,
        groups=before.groups,
        arrived=before.arrived,
        title=now.title or before.title,
        published=now.published or before.published,
        modified=now.modified or before.modified,
        authors=now.authors or before.authors,
        language=before.language or now.language,
    )


def _clean(store: Store, article: Article) -> Article:
    """The article without the lines that its host prints everywhere, as is known by now."""
    day = article.arrived.toordinal() if article.arrived else 0
    edges = sightings(article, day)
    if not edges:
        return article
    lines = [one.line for one in edges]
    with store.read() as connection:
        known = host_lines.sightings(connection, edges[0].host, lines, day - DAYS_KEPT)
    return without_repeated(article, known, day)[0]
