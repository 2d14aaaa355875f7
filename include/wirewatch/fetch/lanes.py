"""Who waits for whom: one request at a time for a host, a gap between two, many hosts at once."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Final

from yarl import URL

from wirewatch.fetch.answers import Fetched, Request, Trouble
from wirewatch.fetch.web import Web

# Many feeds, one landlord: all of them share its gap.
LANDLORDS: Final = ("feedburner.com", "substack.com", "blogspot.com", "wordpress.com")
TRIES_OF_A_DEAD_HOST: Final = 3
DEAD: Final = frozenset({Trouble.NO_CONNECTION, Trouble.NO_SUCH_HOST})
BUSY: Final = frozenset({429, 503})


def lane_of(url: str) -> str:
    """The host that a URL's requests queue for, with its port if that is an odd one."""
    try:
        parsed = URL(url)
        host, port = (parsed.host or "").lower(), parsed.port
    except ValueError:
        return ""
    for landlord in LANDLORDS:
        if host == landlord or host.endswith("." + landlord):
            return landlord
    return host if port in (None, 80, 443) else f"{host}:{port}"


class Lanes:
    """Requests in one queue for each host."""

    def __init__(
        self, web: Web, *, at_once: int = 100, gap: float = 2.0, gaps: Mapping[str, float]
    ) -> None:
        self._web = web
        self._slots = asyncio.Semaphore(at_once)
        self._gap, self._gaps = gap, gaps

    async def run(self, requests: Iterable[Request]) -> AsyncIterator[Fetched]:
        """Each answer as it comes."""
        lanes: dict[str, list[Request]] = {}
        for request in requests:
            lanes.setdefault(lane_of(request.url), []).append(request)
        answers: asyncio.Queue[Fetched | None] = asyncio.Queue()

        async def drive(lane: str, queue: list[Request]) -> None:
            try:
                await self._drive(lane, queue, answers)
            finally:
                answers.put_nowait(None)

        tasks = [asyncio.create_task(drive(lane, queue)) for lane, queue in lanes.items()]
        running = len(tasks)
        try:
            while running:
                answer = await answers.get()
                if answer is None:
                    running -= 1
                else:
                    yield answer
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()

    async def _drive(
        self, lane: str, queue: list[Request], answers: asyncio.Queue[Fetched | None]
    ) -> None:
        """Ask one host's requests in turn; a host that is down or busy is not pressed further."""
        failures = 0
        stop: Fetched | None = None
        for number, request in enumerate(queue):
            if stop is not None:
                answers.put_nowait(_not_asked(request, stop))
                continue
            if number:
                await asyncio.sleep(self._gap_of(lane, request.url))
            async with self._slots:
                answer = await self._web.fetch(request)
            answers.put_nowait(answer)
            failures = failures + 1 if answer.trouble in DEAD else 0
            if failures >= TRIES_OF_A_DEAD_HOST or answer.status in BUSY:
                stop = answer

    def _gap_of(self, lane: str, url: str) -> float:
        if not lane:
            return 0.0
        host = URL(url).host or ""
        own = self._gaps.get(lane, self._gaps.get(host))
        if own is not None:
            return own
        return 0.0 if URL(url) in self._web.allow else self._gap


def _not_asked(request: Request, after: Fetched) -> Fetched:
    """The answer of a host that just refused others: the wait that it asked for holds for all."""
    if after.trouble is not None:
        return Fetched(
            request=request,
            final_url=request.url,
            trouble=Trouble.HOST_DOWN,
            reason=f"not asked: the host failed {TRIES_OF_A_DEAD_HOST} connections in a row",
        )
    wait = after.headers.get("retry-after")
    return Fetched(
        request=request,
        final_url=request.url,
        headers={"retry-after": wait} if wait else {},
        trouble=Trouble.HOST_BUSY,
        reason="not asked: the host said that it is too busy",
    )
