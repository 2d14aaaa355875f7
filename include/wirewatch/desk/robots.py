"""Which article pages may be asked for? What each site's robots.txt says, kept for a day.

Feeds are not asked about: a person named them. Source: RFC 9309; 4xx means that all is allowed,
5xx or no answer that nothing is, for now.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final
from urllib.parse import urlsplit

from wirewatch.fetch import Fetched, Request, fetch_all, user_agent
from wirewatch.store import Store
from wirewatch.store.robots import RobotsRow, known_robots, save_robots

A_DAY: Final = timedelta(hours=24)
AN_HOUR: Final = timedelta(hours=1)
LONGEST_TEXT: Final = 500 << 10  # RFC 9309, section 2.5
LONGEST_DELAY: Final = 30.0


class Leave(StrEnum):
    """What a site says to our asking for a page."""

    YES = "yes"
    NO = "no"
    WAIT = "wait"


@dataclass(frozen=True, slots=True)
class Robots:
    """The answers of some sites, for one user agent."""

    rows: dict[str, RobotsRow]
    agent: str

    def leave(self, url: str) -> Leave:
        """Whether this page may be asked for."""
        row = self.rows.get(origin_of(url))
        if row is None or row.answer == "all":
            return Leave.YES
        if row.answer == "wait":
            return Leave.WAIT
        return Leave.YES if _rules(row.text).can_fetch(url, self.agent) else Leave.NO

    def gaps(self) -> dict[str, float]:
        """The seconds between two requests that sites ask for, by host."""
        found: dict[str, float] = {}
        for origin, row in self.rows.items():
            delay = _rules(row.text).crawl_delay(self.agent) if row.answer == "rules" else None
            if delay:
                found[urlsplit(origin).hostname or ""] = min(float(delay), LONGEST_DELAY)
        return found


def origin_of(url: str) -> str:
    """Scheme, host and port of an address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2].lower()}"


async def ask_robots(
    store: Store,
    urls: Iterable[str],
    now: datetime,
    *,
    allow: tuple[str, ...] = (),
    contact: str = "",
) -> Robots:
    """What the sites of these pages say; those of whom nothing is known are asked first."""
    origins = sorted({origin_of(url) for url in urls})
    with store.read() as connection:
        rows = known_robots(connection, origins, now)
    requests = [
        Request(
            url=f"{origin}/robots.txt",
            key=origin,
            accept="text/plain, */*;q=0.5",
            most_bytes=LONGEST_TEXT,
            seconds=10.0,
        )
        for origin in origins
        if origin not in rows
    ]
    fresh = [
        _answer(fetched, now)
        async for fetched in fetch_all(requests, allow=allow, contact=contact, gap=0.0)
    ]
    if fresh:
        with store.begin() as connection:
            save_robots(connection, fresh)
    rows.update((row.origin, row) for row in fresh)
    return Robots(rows, user_agent(contact).split("/")[0])


def _answer(fetched: Fetched, now: datetime) -> RobotsRow:
    origin = fetched.request.key
    status = fetched.status
    if status is not None and 200 <= status < 300:
        text = fetched.body.decode("utf-8", "replace").replace("\x00", "")
        return RobotsRow(origin, "rules", text, now + A_DAY)
    if status is not None and 400 <= status < 500 and status != 429:
        return RobotsRow(origin, "all", "", now + A_DAY)
    return RobotsRow(origin, "wait", "", now + AN_HOUR)


@lru_cache(maxsize=1_000)
def _rules(text: str) -> Any:
    from protego import Protego

    return Protego.parse(text)
