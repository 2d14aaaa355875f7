"""One page fetched from a server on 127.0.0.1."""

import asyncio
from typing import Any

from wirewatch.fetch import (
    Fetched,
    Request,
    Web,
)

FEED = b"<rss><channel><item><title>Ferry sails</title></item></channel></rss>"


def get(url: str, *, allow: tuple[str, ...] = ("127.0.0.1",), **options: Any) -> Fetched:
    async def ask() -> Fetched:
        async with Web(allow=allow, contact="https://desk.example/bot", proxies={}) as web:
            return await web.fetch(Request(url=url, **options))

    return asyncio.run(ask())
