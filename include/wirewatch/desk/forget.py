"""Forget a page for a takedown: its raw copies, then all that the store has of its words."""

from wirewatch.store import Store, articles
from wirewatch.store.archive import Archive
from wirewatch.store.takedown import Forgotten, forget_page


def forget(store: Store, archive: Archive, url: str) -> tuple[int, Forgotten]:
    """How many raw pages went, and what went from the store. Safe to run again after a crash."""
    with store.read() as connection:
        stored = articles.get(connection, url)
    addresses = {url} | ({stored.article.url} if stored is not None else set())
    # First the pages: as long as the store knows the article, a second run finds them.
    raw = sum(archive.forget(address) for address in addresses)
    with store.begin() as connection:
        return raw, forget_page(connection, url)
