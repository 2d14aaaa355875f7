"""Where a fetch may go at all.

Addresses that are not public are played by 127.0.0.2 and 127.0.0.3, which are not on the
allow-list.
"""

import asyncio
import socket

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult
from fetched import FEED, get
from misbehaving import Server, answer, redirect

from wirewatch.fetch import (
    Fetched,
    Request,
    Trouble,
    Web,
    guard,
    is_public,
)

# ── Addresses that are not public ─────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.2:{port}/",
        "http://0.0.0.0:{port}/",
        "http://[::1]:{port}/",
        "http://[::ffff:127.0.0.2]:{port}/",
        "http://localhost:{port}/",  # a name: refused when it turns out to be loopback
        "http://2130706434:{port}/",  # 127.0.0.2 as one number
        "http://0x7f.2:{port}/",
    ],
)
def test_an_address_that_is_not_public_is_never_connected_to(server: Server, url: str) -> None:
    fetched = get(url.format(port=server.port))
    assert fetched.trouble in (Trouble.NOT_PUBLIC, Trouble.BAD_URL, Trouble.NO_SUCH_HOST)
    assert server.seen == []


def test_nothing_private_is_asked_without_an_allow_list(server: Server) -> None:
    assert get(server.url("/"), allow=()).trouble is not None
    assert server.seen == []


@pytest.mark.parametrize("target", ["127.0.0.2", "127.0.0.3", "localhost", "[::1]"])
def test_a_redirect_to_such_an_address_is_refused(server: Server, target: str) -> None:
    server.routes["/a"] = redirect(301, f"http://{target}:{server.port}/b")
    fetched = get(server.url("/a"))
    assert fetched.trouble in (Trouble.NOT_PUBLIC, Trouble.BAD_REDIRECT)
    assert [seen.path for seen in server.seen] == ["/a"]


def test_the_allow_list_may_name_a_port(server: Server) -> None:
    server.routes["/"] = answer(200, FEED)
    assert get(server.url("/"), allow=(server.host,)).good
    assert not get(server.url("/"), allow=(f"127.0.0.1:{server.port - 1}",)).good


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2606:4700::1111", True),
        ("127.0.0.1", False),
        ("0.0.0.0", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.1.1", False),
        ("100.64.0.1", False),  # behind a carrier
        ("192.0.2.1", False),  # for documents
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fc00::1", False),
        ("ff02::1", False),
        ("fec0::1", False),
        ("::ffff:10.0.0.1", False),
        ("::ffff:8.8.8.8", True),
        ("::127.0.0.1", False),
        ("64:ff9b::7f00:1", False),  # loopback, wrapped by NAT64
        ("64:ff9b::808:808", True),
        ("2002:7f00:1::", False),  # 6to4
        ("2001:0:1::", False),  # Teredo
    ],
)
def test_which_addresses_are_public(address: str, public: bool) -> None:
    assert is_public(address) is public


class Rebinding(AbstractResolver):
    """A name server that answers something else each time it is asked."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The next answer; the last one for ever after."""
        listed = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return [
            ResolveResult(hostname=host, host=address, port=port, family=family, proto=0, flags=0)
            for address in listed
        ]

    async def close(self) -> None:
        """Nothing is open."""


@pytest.mark.parametrize(
    ("answers", "reached"),
    [
        ((["127.0.0.1"], ["127.0.0.2"]), [True, False]),
        ((["127.0.0.2"], ["127.0.0.1"]), [False, True]),
        # one answer with both: the public one may be used, the other never
        ((["127.0.0.2", "127.0.0.1"],), [True, True]),
        ((["127.0.0.2", "127.0.0.3"],), [False, False]),
    ],
)
def test_a_name_that_changes_its_mind_never_leads_in_house(
    answers: tuple[list[str], ...], reached: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "is_public", lambda address: address == "127.0.0.1")

    async def ask(port: int) -> list[Fetched]:
        resolver = Rebinding(*answers)
        url = f"http://rebinding.example:{port}/"
        found = []
        for _ in range(2):  # a client each: it remembers a name for a while
            async with Web(proxies={}, resolver=resolver) as web:
                found.append(await web.fetch(Request(url=url)))
        return found

    with Server() as public, Server(address="127.0.0.2", port=public.port) as in_house:
        public.routes["/"] = in_house.routes["/"] = answer(200, FEED)
        found = asyncio.run(ask(public.port))
        assert [one.good for one in found] == reached
        assert {one.trouble for one in found if not one.good} <= {Trouble.NOT_PUBLIC}
        assert in_house.seen == []


# ── URLs that nobody should ask ───────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "url",
    [
        "",
        "feed.xml",
        "ftp://127.0.0.1/feed",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "http:///feed",
        "http://ann:secret@127.0.0.1/feed",
        "http://127.0.0.1/a\r\nX-Evil: 1",
        "http://127.0.0.1/a b",
        "http://127.0.0.1/\x00",
        "http://127.0.0.9:22/",
        "http://127.0.0.9:99999/",
        "http://[::1",
        "http://127.0.0.1/" + "a" * 5000,
    ],
)
def test_an_odd_url_is_refused_and_not_repeated(url: str) -> None:
    fetched = get(url)
    assert fetched.trouble is Trouble.BAD_URL
    assert "secret" not in fetched.reason
    assert "secret" not in repr(Request(url="http://x.example/", login="ann:secret"))
