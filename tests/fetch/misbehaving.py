"""A web server on loopback that does what it is told, also what no server should do."""

import asyncio
import gzip
import ssl
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Self


@dataclass(slots=True)
class Seen:
    """One request as it came in."""

    path: str
    headers: dict[str, str]
    raw: str


Handler = Callable[[Seen, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Server:
    """Answers each path with its handler; keeps every request that it saw."""

    address: str = "127.0.0.1"
    tls: ssl.SSLContext | None = None
    seen: list[Seen] = field(default_factory=list)
    routes: dict[str, Handler] = field(default_factory=dict)
    port: int = 0

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        started = threading.Event()

        async def start() -> None:
            self._server = await asyncio.start_server(
                self._serve, self.address, self.port, ssl=self.tls
            )
            self.port = self._server.sockets[0].getsockname()[1]
            started.set()

        def run() -> None:
            self._loop.create_task(start())
            self._loop.run_forever()

        self._thread = threading.Thread(target=run, daemon=True)
        self._thread.start()
        assert started.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        async def stop() -> None:
            self._server.close()
            for task in asyncio.all_tasks():
                if task is not asyncio.current_task():
                    task.cancel()

        asyncio.run_coroutine_threadsafe(stop(), self._loop).result(5)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()

    @property
    def host(self) -> str:
        return f"{self.address}:{self.port}"

    def url(self, path: str) -> str:
        return f"http{'s' if self.tls else ''}://{self.host}{path}"

    def asked(self, path: str) -> list[Seen]:
        return [seen for seen in self.seen if seen.path == path]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while True:
                raw = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                first, *lines = raw.strip().split("\r\n")
                pairs = (line.split(": ", 1) for line in lines)
                seen = Seen(first.split()[1], {name.lower(): value for name, value in pairs}, raw)
                self.seen.append(seen)
                handler = self.routes.get(seen.path, answer(404))
                await handler(seen, writer)
                await writer.drain()
        writer.close()


def answer(
    status: int = 200, body: bytes | str = b"", headers: dict[str, str] | None = None
) -> Handler:
    """An honest answer."""
    data = body.encode() if isinstance(body, str) else body

    async def handle(_: Seen, writer: asyncio.StreamWriter) -> None:
        lines = [f"HTTP/1.1 {status} Some Words"]
        if status != 304:
            lines.append(f"Content-Length: {len(data)}")
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        writer.write("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n")
        if status != 304:
            writer.write(data)

    return handle


def redirect(status: int, to: str) -> Handler:
    return answer(status, b"", {"Location": to})


def in_turn(*handlers: Handler) -> Handler:
    """The first request gets the first answer, and so on; the last one is repeated."""
    left = list(handlers)

    async def handle(seen: Seen, writer: asyncio.StreamWriter) -> None:
        handler = left.pop(0) if len(left) > 1 else left[0]
        await handler(seen, writer)

    return handle


def conditional(body: bytes, etag: str) -> Handler:
    """As a good server does it: 304 to who has this ETag."""

    async def handle(seen: Seen, writer: asyncio.StreamWriter) -> None:
        known = seen.headers.get("if-none-match") == etag
        await answer(304 if known else 200, body, {"ETag": etag})(seen, writer)

    return handle


def raw(data: bytes, *, then_close: bool = True) -> Handler:
    """These very bytes, HTTP or not."""

    async def handle(_: Seen, writer: asyncio.StreamWriter) -> None:
        writer.write(data)
        await writer.drain()
        if then_close:
            writer.close()

    return handle


def drip(start: bytes, piece: bytes, pause: float) -> Handler:
    """A start, then a few bytes now and then, for ever."""

    async def handle(_: Seen, writer: asyncio.StreamWriter) -> None:
        writer.write(start)
        while True:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause)

    return handle


def silent() -> Handler:
    async def handle(_: Seen, __: asyncio.StreamWriter) -> None:
        await asyncio.sleep(3600)

    return handle


def endless(piece: bytes = b"x" * 65536) -> Handler:
    """A body without an end."""

    async def handle(_: Seen, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            writer.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            await writer.drain()

    return handle


def bomb(megabytes: int) -> Handler:
    """Gzip that unpacks to very much more."""
    return answer(200, gzip.compress(bytes(megabytes << 20)), {"Content-Encoding": "gzip"})
