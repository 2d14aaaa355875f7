"""Serves a town on loopback: a hundred hosts (127.0.0.2 and on), feeds with ETags, pages, errors.

`python -m tests.load.serve PORT FEEDS ARTICLES SECONDS [BEFORE UNEVEN]` prints the articles within
so many seconds from now. What was printed BEFORE, by default in a ninth of that time, is there from
the start.
"""

import asyncio
import random
import sys
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from hashlib import blake2b

from aiohttp import web
from tests.load.town import Page, Town

from demo import look
from demo.story import Outlet, Printed

HOSTS = 100
SHOWN = 60  # entries that a feed holds: some minutes' worth of the largest


class Serving:
    """The town and its clock."""

    def __init__(self, town: Town, port: int) -> None:
        self.town, self.port = town, port
        self.by_feed: dict[int, list[Page]] = defaultdict(list)
        self.by_slug: dict[str, Page] = {}
        for page in town.pages():
            self.by_feed[page.feed].append(page)
            self.by_slug[page.slug] = page
        self._chance = random.Random(1)

    def address(self, feed: int) -> str:
        """Where a paper is."""
        return f"http://127.0.0.{feed % HOSTS + 2}:{self.port}"

    def printed(self, feed: int, now: datetime) -> list[tuple[Page, datetime]]:
        """What stands in a feed, newest first."""
        there = [self._now(page, now) for page in self.by_feed[feed] if page.at <= now]
        return [(page, page.at) for page in there[-SHOWN:][::-1]]

    def _now(self, page: Page, now: datetime) -> Page:
        return page.edited if page.edited and page.edited.at <= now else page

    async def feed(self, request: web.Request) -> web.StreamResponse:
        """A feed, or 304 if the reader has it."""
        number = int(request.match_info["feed"])
        manners = self.town.manners(number)
        await asyncio.sleep(manners.slow_seconds)
        if self._chance.random() < manners.errors:
            return web.Response(status=503)
        outlet = Outlet(slug=f"f{number}", name=f"Paper {number}", about="invented")
        shown = [(_as_demo(page), at) for page, at in self.printed(number, datetime.now(UTC))]
        text = look.feed(outlet, shown, self.address(number))
        tag = f'"{blake2b(text.encode(), digest_size=8).hexdigest()}"'
        if request.headers.get("If-None-Match") == tag:
            return web.Response(status=304)
        return web.Response(text=text, content_type="application/rss+xml", headers={"ETag": tag})

    async def page(self, request: web.Request) -> web.StreamResponse:
        """An article's page."""
        page = self.by_slug.get(request.match_info["slug"])
        now = datetime.now(UTC)
        if page is None or page.at > now:
            return web.Response(status=404)
        await asyncio.sleep(self.town.manners(page.feed).slow_seconds)
        outlet = Outlet(slug=f"f{page.feed}", name=f"Paper {page.feed}", about="invented")
        others = [_as_demo(other) for other, _ in self.printed(page.feed, now)[:5]]
        shown = self._now(page, now)
        text = look.page(outlet, _as_demo(shown), shown.at, others, self.address(page.feed))
        return web.Response(text=text, content_type="text/html")


def _as_demo(page: Page) -> Printed:
    return Printed(
        outlet=f"f{page.feed}",
        step=0,
        slug=page.slug,
        title=page.title,
        byline=page.byline,
        standfirst=page.text[0].partition(". ")[0] + ".",
        text="\n".join(page.text),
        credit=page.credit,
    )


async def _serve(serving: Serving) -> None:
    app = web.Application()
    app.router.add_get(r"/f{feed:\d+}/rss.xml", serving.feed)
    app.router.add_get(r"/f{_feed:\d+}/{slug}.html", serving.page)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    for host in range(2, HOSTS + 2):
        await web.TCPSite(runner, f"127.0.0.{host}", serving.port, backlog=512).start()
    print("serving", flush=True)
    await asyncio.Event().wait()


def main(
    port: int, feeds: int, articles: int, seconds: float, before: float = 0, uneven: float = 0.7
) -> None:
    """Serve until killed; `articles` are those to come."""
    before = before or seconds / 9
    span = before + seconds
    begin = datetime.now(UTC) - timedelta(seconds=before)
    count = round(articles * span / seconds)
    town = Town(feeds, count, begin, timedelta(seconds=span), uneven=uneven)
    asyncio.run(_serve(Serving(town, port)))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:4]), *map(float, sys.argv[4:7]))
