"""Where do I change how the web is asked? Here: one event loop, guarded, polite, bounded.

`Web` is an open client; `fetch_all` asks many URLs and yields each answer as it comes; `fetch_now`
does so for callers without an event loop. What went wrong is part of the answer, never an
exception: a dead host costs only its own requests.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping

from wirewatch.fetch.answers import Fetched, Request, Trouble
from wirewatch.fetch.guard import AllowList, BadURL, checked_url, is_public
from wirewatch.fetch.lanes import Lanes
from wirewatch.fetch.web import Web, user_agent

__all__ = [
    "AllowList",
    "BadURL",
    "Fetched",
    "Request",
    "Trouble",
    "Web",
    "checked_url",
    "fetch",
    "fetch_all",
    "fetch_now",
    "is_public",
    "user_agent",
]


async def fetch(request: Request, *, allow: Iterable[str] = (), contact: str = "") -> Fetched:
    """The answer to one request, from a client of its own."""
    async with Web(allow=allow, contact=contact) as web:
        return await web.fetch(request)


async def fetch_all(
    requests: Iterable[Request],
    *,
    allow: Iterable[str] = (),
    contact: str = "",
    at_once: int = 100,
    gap: float = 2.0,
    gaps: Mapping[str, float] | None = None,
) -> AsyncIterator[Fetched]:
    """The answer to each request, as it comes: `at_once` of them together, one for a host.

    Between two requests to one host lie `gap` seconds, or what `gaps` says for that host; hosts
    on the allow-list are the desk's own and need none.
    """
    async with Web(allow=allow, contact=contact) as web:
        lanes = Lanes(web, at_once=at_once, gap=gap, gaps=gaps or {})
        async for fetched in lanes.run(requests):
            yield fetched


def fetch_now(
    requests: Iterable[Request],
    *,
    allow: Iterable[str] = (),
    contact: str = "",
    gap: float = 2.0,
) -> list[Fetched]:
    """The answers in the order of the requests, for callers that have no event loop."""
    asked = list(requests)

    async def collect() -> list[Fetched]:
        found = fetch_all(asked, allow=allow, contact=contact, gap=gap)
        answers = {id(fetched.request): fetched async for fetched in found}
        return [answers[id(request)] for request in asked]

    return asyncio.run(collect())
