"""What a poll costs: parsing a feed that changed or did not, and asking a thousand of them."""

import asyncio
import io
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import feedparser
from tests.bench.measure import Bench

from wirewatch.feeds.parse import parse_feed
from wirewatch.fetch import Request, Web

ITEMS = 30
ROUNDS = 15
ASKED = 2000
SERVER = """
import asyncio, ssl, sys
BODY = b"x" * 80_000
HEAD = b"HTTP/1.1 200 OK\\r\\nContent-Length: 80000\\r\\nETag: \\"a\\"\\r\\n"
HEAD += b"Connection: close\\r\\n\\r\\n" if sys.argv[1:] else b"\\r\\n"
SAME = b"HTTP/1.1 304 Not Modified\\r\\nETag: \\"a\\"\\r\\n\\r\\n"
async def serve(reader, writer):
    try:
        while True:
            asked = await reader.readuntil(b"\\r\\n\\r\\n")
            writer.write(SAME if b"If-None-Match" in asked else HEAD + BODY)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()
async def main():
    tls = None
    if sys.argv[1:]:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(sys.argv[1], sys.argv[2])
    server = await asyncio.start_server(serve, "127.0.0.1", 0, backlog=1000, ssl=tls)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()
asyncio.run(main())
"""


def benches(_folder: Path | None = None) -> Iterator[Bench]:
    """Parse and fetch, each against the plain library under it."""
    yield from _parsing()
    yield from _fetching()
    yield from _new_tls()


def _document(newest: int) -> bytes:
    """A feed of some 80 KB, as the median of real ones."""
    words = "The ferry left the harbour at dawn, and &lt;b&gt;nobody&lt;/b&gt; waved. " * 34
    items = "".join(
        f"<item><guid>https://harbour.example/{n}</guid><title>Ferry {n} sails</title>"
        f"<link>https://harbour.example/{n}</link><pubDate>Wed, 07 Feb 2024 12:00:00 GMT</pubDate>"
        f"<description>{words}</description></item>"
        for n in range(newest, newest - ITEMS, -1)
    )
    head = "<title>Harbour News</title><link>https://harbour.example/</link>"
    return f'<rss version="2.0"><channel>{head}{items}</channel></rss>'.encode()


def _cpu_ms(job: Callable[[], object], rounds: int = ROUNDS) -> float:
    job()
    times = []
    for _ in range(rounds):
        started = time.process_time()
        job()
        times.append(time.process_time() - started)
    return 1000 * sorted(times)[rounds // 2]


def _parsing() -> Iterator[Bench]:
    old, new = _document(100), _document(101)
    seen = frozenset(parse_feed(old).pieces)
    plain = _cpu_ms(lambda: feedparser.parse(io.BytesIO(new)), 5)
    changed = _cpu_ms(lambda: parse_feed(new, seen=seen))
    unchanged = _cpu_ms(lambda: parse_feed(old, seen=seen))
    first = _cpu_ms(lambda: parse_feed(new), 5)
    for name, value, target in (
        ("a feed with one new entry", changed, 8.0),
        ("a feed with nothing new", unchanged, 3.0),
        ("a feed read for the first time", first, None),
    ):
        yield Bench(
            room="feeds", name=name, value=value, unit="ms CPU", target=target,
            baseline="feedparser alone", baseline_value=plain, note="80 KB, 30 entries",
        )  # fmt: skip


def _fetching() -> Iterator[Bench]:
    with subprocess.Popen([sys.executable, "-c", SERVER], stdout=subprocess.PIPE) as server:
        try:
            assert server.stdout is not None
            port = int(server.stdout.readline())
            for name, conditional, target in (
                ("304 on kept connections", True, 2000.0),
                ("80 KB on kept connections", False, None),
            ):
                ours, plain = asyncio.run(_per_cpu_second(port, conditional))
                yield Bench(
                    room="feeds", name=f"fetch: {name}", value=ours, unit="polls per CPU second",
                    target=target, baseline="aiohttp alone", baseline_value=plain,
                    lower_is_better=False,
                )  # fmt: skip
        finally:
            server.kill()


def _new_tls() -> Iterator[Bench]:
    """Each poll on a connection of its own, as the first of the day."""
    with tempfile.TemporaryDirectory() as folder:
        key, certificate = f"{folder}/key.pem", f"{folder}/certificate.pem"
        made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"]
        made += ["-subj", "/CN=bench", "-addext", "subjectAltName=IP:127.0.0.1"]
        made += ["-keyout", key, "-out", certificate]
        subprocess.run(made, check=True, capture_output=True)
        command = [sys.executable, "-c", SERVER, certificate, key]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as server:
            try:
                assert server.stdout is not None
                port = int(server.stdout.readline())
                value = asyncio.run(_tls_per_cpu_second(port, certificate))
            finally:
                server.kill()
    yield Bench(
        room="feeds", name="fetch: 80 KB, each on a new TLS connection", value=value,
        unit="polls per CPU second", target=200.0, lower_is_better=False,
    )  # fmt: skip


async def _tls_per_cpu_second(port: int, certificate: str) -> float:
    trust = ssl.create_default_context(cafile=certificate)
    request = Request(url=f"https://127.0.0.1:{port}/feed")
    async with Web(allow=["127.0.0.1"], proxies={}, tls=trust) as web:

        async def ask() -> None:
            assert (await web.fetch(request)).good

        return await _many(ask, 500)


async def _per_cpu_second(port: int, conditional: bool) -> tuple[float, float]:
    import aiohttp

    headers = {"If-None-Match": '"a"'} if conditional else {}
    url = f"http://127.0.0.1:{port}/feed"

    async with Web(allow=["127.0.0.1"], proxies={}) as web:
        ours = await _many(lambda: web.fetch(Request(url=url, headers=headers)))
    async with aiohttp.ClientSession() as session:

        async def plain() -> None:
            async with session.get(url, headers=headers) as answer:
                await answer.read()

        return ours, await _many(plain)


async def _many(ask: Callable[[], object], asked: int = ASKED) -> float:
    async def some(count: int) -> None:
        for _ in range(count):
            await ask()  # type: ignore[misc]

    await asyncio.gather(*(some(1) for _ in range(50)))  # connections are made here
    started = time.process_time()
    await asyncio.gather(*(some(asked // 50) for _ in range(50)))
    return asked / (time.process_time() - started)
