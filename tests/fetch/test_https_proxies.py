"""HTTPS through a proxy: a tunnel to the real host, whose certificate is checked as ever."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import pytest
from fetched import FEED
from misbehaving import Server, answer, redirect
from test_fetch import certificates, secure_server

from wirewatch.fetch import Fetched, Request, Trouble, Web

__all__ = ["certificates"]


@dataclass
class Tunnels:
    """A proxy on loopback that knows CONNECT, and where it leads each host to."""

    leads: dict[str, int] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    passed: bytearray = field(default_factory=bytearray)
    refuses: str = ""
    port: int = 0

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        started = threading.Event()

        async def start() -> None:
            server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
            self.port = server.sockets[0].getsockname()[1]
            started.set()

        def run() -> None:
            self._loop.create_task(start())
            self._loop.run_forever()

        threading.Thread(target=run, daemon=True).start()
        assert started.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            self.asked.append(head)
            target = head.split()[1]
            if self.refuses:
                writer.write(f"HTTP/1.1 {self.refuses}\r\n\r\n".encode())
                writer.close()
                return
            port = self.leads[target]
            there, back = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            await asyncio.gather(self._pump(reader, back), self._pump(there, writer))

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while piece := await reader.read(65536):
                self.passed += piece
                writer.write(piece)
                await writer.drain()
            writer.close()


@pytest.fixture
def proxy() -> Iterator[Tunnels]:
    with Tunnels() as running:
        yield running


def ask(proxy: Tunnels, certificates: Path, url: str, **options: str) -> Fetched:
    import ssl

    trust = ssl.create_default_context(cafile=str(certificates / "ca.pem"))
    login = options.pop("proxy_login", "")

    async def fetch() -> Fetched:
        proxies = {"https": f"http://{login}127.0.0.1:{proxy.port}"}
        async with Web(proxies=proxies, tls=trust) as web:
            return await web.fetch(Request(url=url, login=options.get("login")))

    return asyncio.run(fetch())


@pytest.fixture
def secure(certificates: Path) -> Iterator[Server]:
    """A feed's server whose certificate is for `o.example`."""
    with secure_server(certificates, "other") as server:
        server.routes["/feed"] = answer(200, FEED)
        yield server


def test_a_feed_is_read_through_a_tunnel_that_sees_nothing_of_it(
    proxy: Tunnels, certificates: Path, secure: Server
) -> None:
    proxy.leads["o.example:443"] = secure.port
    url = "https://o.example/feed"
    found = ask(proxy, certificates, url, login="ann:secret", proxy_login="desk:word@")
    assert (found.status, found.body) == (200, FEED)
    (head,) = proxy.asked
    assert head.startswith("CONNECT o.example:443 HTTP/1.1\r\n")
    assert "Proxy-Authorization: Basic " in head
    assert "ann" not in head
    assert b"rss" not in proxy.passed
    assert "proxy-authorization" not in secure.seen[0].headers
    assert secure.seen[0].headers["authorization"].startswith("Basic ")


def test_a_certificate_for_another_host_is_no_better_through_a_tunnel(
    proxy: Tunnels, certificates: Path, secure: Server
) -> None:
    proxy.leads["harbour.example:443"] = secure.port
    found = ask(proxy, certificates, "https://harbour.example/feed")
    assert found.trouble is Trouble.TLS
    assert secure.seen == []


def test_a_proxy_that_refuses_is_named(proxy: Tunnels, certificates: Path) -> None:
    proxy.refuses = "407 Proxy Authentication Required"
    found = ask(proxy, certificates, "https://o.example/feed")
    assert (found.status, found.trouble) == (None, Trouble.NO_CONNECTION)
    assert "proxy" in found.reason


def test_a_redirect_in_a_tunnel_never_leads_into_the_proxys_own_net(
    proxy: Tunnels, certificates: Path, secure: Server
) -> None:
    proxy.leads["o.example:443"] = secure.port
    for target in ("https://127.0.0.2/x", "https://localhost/x", "https://intranet/x"):
        secure.routes["/feed"] = redirect(302, target)
        found = ask(proxy, certificates, "https://o.example/feed")
        assert found.trouble is Trouble.BAD_REDIRECT
    assert {head.split()[1] for head in proxy.asked} == {"o.example:443"}
