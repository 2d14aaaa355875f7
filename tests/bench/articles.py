"""What a page costs: our extraction against trafilatura with its metadata, on invented pages."""

import gzip
import json
import logging
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.bench.measure import Bench

from wirewatch.articles.extract import extract
from wirewatch.articles.finish import complete

PAGES = 24
ROUNDS = 2
URL = "https://post.example/world/story"
WORDS = (  # noqa: SIM905
    "harbour council quay ferry pillar diver report mayor market storm island repair crew danger "
    "order closure spring evening town boat signal tide warning bridge engine cargo captain night"
).split()


def benches(folder: Path | None = None) -> Iterator[Bench]:
    """Pages per CPU-second, and what completing a plain article costs.

    The pages are those of the labelled data in `folder`, else invented ones.
    """
    logging.disable(logging.ERROR)
    try:
        pages = _real_pages(folder) if folder else [_page(number) for number in range(PAGES)]
        ours, peers = _race(pages)
        yield Bench(
            room="articles",
            name="pages per CPU-second, with metadata",
            value=ours,
            unit="pages/s",
            target=18,
            baseline="trafilatura with metadata",
            baseline_value=peers,
            lower_is_better=False,
            note=f"{len(pages)} {'real' if folder else 'invented'} pages",
        )
        yield _completing(pages[0])
    finally:
        logging.disable(logging.NOTSET)


def _real_pages(folder: Path) -> list[bytes]:
    files = sorted((folder / "articles" / "fundus").glob("*.html.gz"))
    return [gzip.decompress(file.read_bytes()) for file in files[:: max(1, len(files) // 40)]]


def _race(pages: list[bytes]) -> tuple[float, float]:
    """Both readers by turns on each page, so that a busy machine slows both alike."""
    from trafilatura.core import bare_extraction
    from trafilatura.external import jt_stoplist_init

    jt_stoplist_init()  # read once in a process; whoever comes first would pay for both

    def peer(html: bytes) -> object:
        return bare_extraction(html, url=URL, with_metadata=True)

    def own(html: bytes) -> object:
        return extract(html, URL)

    for reader in (own, peer):
        reader(pages[0])
    spent = {own: 0.0, peer: 0.0}
    for html in pages * ROUNDS:
        for reader in (own, peer):
            spent[reader] += _cpu(lambda reader=reader, html=html: reader(html))  # type: ignore[misc]
    count = len(pages) * ROUNDS
    return count / spent[own], count / spent[peer]


def _completing(html: bytes) -> Bench:
    article = extract(html, URL)
    rounds = 300
    spent = _cpu(lambda: [complete(article) for _ in range(rounds)])
    return Bench(
        room="articles",
        name="credit and dateline of a plain article",
        value=spent / rounds * 1e6,
        unit="µs",
        target=500,
    )


def _cpu(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def _page(number: int) -> bytes:
    """A page as papers make them: menus, scripts, a story, boxes of other stories, a footer."""

    def sentence(seed: int, length: int = 14) -> str:
        chosen = [WORDS[(seed * 7 + n * n + n) % len(WORDS)] for n in range(length)]
        return " ".join(chosen).capitalize() + "."

    def box(seed: int) -> str:
        text = f"<h3>{sentence(seed, 7)}</h3><p>{sentence(seed + 1)} {sentence(seed + 2)}</p>"
        return f'<div class="card card--{seed % 5}"><a href="/other/{seed}">{text}</a></div>'

    story = "".join(
        f"<p>{' '.join(sentence(number * 100 + n * 4 + m) for m in range(4))}</p>"
        for n in range(12 + number % 12)
    )
    menu = "".join(f'<li class="nav__item"><a href="/s/{n}">Part {n}</a></li>' for n in range(90))
    boxes = "".join(box(number * 50 + n) for n in range(40))
    title = sentence(number * 3, 9)
    linked = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": title,
        "datePublished": "2024-02-05T18:30:00+01:00",
        "author": [{"@type": "Person", "name": "Mara Quint"}],
    }
    script = "window.data={" + ",".join(f'"k{n}":"{sentence(n, 6)}"' for n in range(900)) + "};"
    return (
        f"<!doctype html><html lang='en'><head><meta charset='utf-8'><title>{title} | Post</title>"
        f"<script>{script}</script><script type='application/ld+json'>{json.dumps(linked)}</script>"
        f"</head><body><nav><ul>{menu}</ul></nav><main><article><h1>{title}</h1>{story}</article>"
        f"<aside>{boxes}</aside></main><footer><ul>{menu}</ul></footer></body></html>"
    ).encode()
