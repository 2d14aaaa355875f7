"""Page in → judged with 1,000 rules: how many a CPU-second, beside plain extraction of the same."""

import gzip
import logging
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

from tests.bench.measure import Bench
from tests.load.town import Town
from tests.load.whole import NOW, Printed, town_pages, whole

TOWN, REAL = 60, 40
TARGET = 12


def benches(folder: Path | None = None) -> Iterator[Bench]:
    """The town's short pages, of which each is told by several rules; real ones from `folder`."""
    yield _bench("the town's pages", town_pages(Town(50, TOWN, NOW, timedelta(hours=6))))
    if folder is not None:
        yield _bench("real pages", list(_real(folder)))


def _bench(name: str, pages: Sequence[Printed]) -> Bench:
    logging.disable(logging.ERROR)
    try:
        plain = _plain(pages)
        found = whole(TOWN, pages=pages)
    finally:
        logging.disable(logging.NOTSET)
    steps = ", ".join(f"{step} {1000 * took:.0f}" for step, took in found.by_step.items())
    return Bench(
        room="whole",
        name=f"page in → judged, {name}",
        value=found.a_second,
        unit="pages/s",
        target=TARGET,
        baseline="trafilatura with metadata, nothing else",
        baseline_value=plain,
        lower_is_better=False,
        note=f"{len(pages)} pages, 1,000 rules; ms a page: {steps}",
    )


def _plain(pages: Sequence[Printed]) -> float:
    """Pages a CPU-second of extraction alone; its word lists, read once in a process, are apart."""
    from justext.core import define_stoplist
    from trafilatura.core import bare_extraction
    from trafilatura.external import jt_stoplist_init

    define_stoplist(jt_stoplist_init())
    bare_extraction(pages[0].html, url=pages[0].url, with_metadata=True)
    began = time.process_time()
    for page in pages:
        bare_extraction(page.html, url=page.url, with_metadata=True)
    return len(pages) / (time.process_time() - began)


def _real(folder: Path) -> Iterator[Printed]:
    files = sorted((folder / "articles" / "fundus").glob("*.html.gz"))
    for number, file in enumerate(files[:: max(1, len(files) // REAL)][:REAL]):
        url = f"https://p{number}.example/{number}"
        yield Printed(url, f"Paper {number}", NOW, gzip.decompress(file.read_bytes()))
