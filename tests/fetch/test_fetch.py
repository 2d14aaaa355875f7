"""What a hostile, slow or odd server can do to a fetch, and where a fetch may go at all.

Every server here is on 127.0.0.1. Addresses that are not public are played by 127.0.0.2 and
127.0.0.3, which are not on the allow-list.
"""

import asyncio
import socket
import ssl
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult
from misbehaving import Server, answer, bomb, drip, endless, in_turn, raw, redirect, silent

from wirewatch.fetch import (
    AllowList,
    Fetched,
    Request,
    Trouble,
    Web,
    checked_url,
    fetch_all,
    fetch_now,
    guard,
    is_public,
)
from wirewatch.fetch.lanes import lane_of

FEED = b"<rss><channel><item><title>Ferry sails</title></item></channel></rss>"


def get(url: str, *, allow: tuple[str, ...] = ("127.0.0.1",), **options: Any) -> Fetched:
    async def ask() -> Fetched:
        async with Web(allow=allow, contact="https://desk.example/bot", proxies={}) as web:
            return await web.fetch(Request(url=url, **options))

    return asyncio.run(ask())


# ── Well-behaved servers ──────────────────────────────────────────────────────────────────────


def test_the_first_request_says_who_asks_and_nothing_else_about_us(server: Server) -> None:
    server.routes["/feed"] = answer(200, FEED, {"Set-Cookie": "id=7", "ETag": 'W/"a"'})
    fetched = get(server.url("/feed"))
    assert (fetched.status, fetched.body, fetched.headers["etag"]) == (200, FEED, 'W/"a"')
    assert "set-cookie" not in fetched.headers
    sent = server.seen[0].headers
    assert sent["user-agent"].endswith("(+https://desk.example/bot)")
    assert sorted(sent) == ["accept", "accept-encoding", "host", "user-agent"]


def test_cookies_are_never_sent_back(server: Server) -> None:
    server.routes["/a"] = answer(302, b"", {"Set-Cookie": "id=7", "Location": "/b"})
    server.routes["/b"] = answer(200, FEED)
    get(server.url("/a"))
    assert "cookie" not in server.seen[1].headers
    assert "referer" not in server.seen[1].headers


def test_only_encodings_that_we_can_decode_are_asked_for(server: Server) -> None:
    server.routes["/feed"] = answer(200, FEED)
    get(server.url("/feed"))
    assert server.seen[0].headers["accept-encoding"] == "gzip, deflate, br"


def test_validators_go_out_byte_for_byte(server: Server) -> None:
    server.routes["/feed"] = answer(304)
    headers = {"If-None-Match": 'W/"a,b"', "If-Modified-Since": "Wed, 07 Feb 2024 00:00:00 GMT"}
    fetched = get(server.url("/feed"), headers=headers)
    assert fetched.status == 304
    assert 'If-None-Match: W/"a,b"\r\n' in server.seen[0].raw
    assert "If-Modified-Since: Wed, 07 Feb 2024 00:00:00 GMT\r\n" in server.seen[0].raw


def test_a_url_is_asked_as_it_is_written(server: Server) -> None:
    get(server.url("/a%2Fb?x=%7E1&y=a+b;c"))
    assert server.seen[0].path == "/a%2Fb?x=%7E1&y=a+b;c"


# ── Redirects ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("statuses", "moved"),
    [
        ([301], "/1"),
        ([308, 301], "/2"),
        ([302], None),
        ([303], None),
        ([307, 301], None),  # what comes after a temporary one is only true for now
        ([301, 302], "/1"),
    ],
)
def test_only_permanent_redirects_move_a_feed(
    server: Server, statuses: list[int], moved: str | None
) -> None:
    for number, status in enumerate(statuses):
        server.routes[f"/{number}"] = redirect(status, f"/{number + 1}")
    server.routes[f"/{len(statuses)}"] = answer(200, FEED)
    fetched = get(server.url("/0"))
    assert fetched.body == FEED
    assert fetched.final_url == server.url(f"/{len(statuses)}")
    assert fetched.permanent_to == (moved and server.url(moved))


def test_a_redirect_loop_ends_after_five_hops(server: Server) -> None:
    server.routes["/a"] = redirect(302, "/a")
    assert get(server.url("/a")).trouble is Trouble.TOO_MANY_REDIRECTS
    assert len(server.seen) == 6


@pytest.mark.parametrize(
    "target",
    [
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
        "ftp://127.0.0.1/x",
        "http://[x",
    ],
)
def test_a_redirect_to_no_web_page_is_refused(server: Server, target: str) -> None:
    server.routes["/a"] = redirect(302, target)
    fetched = get(server.url("/a"))
    assert fetched.trouble in (Trouble.BAD_REDIRECT, Trouble.BAD_URL)
    assert len(server.seen) == 1


def test_a_redirect_that_says_no_target_is_named(server: Server) -> None:
    server.routes["/a"] = answer(301)
    assert get(server.url("/a")).trouble is Trouble.BAD_REDIRECT


def test_a_login_goes_to_its_own_host_only(server: Server) -> None:
    server.routes["/a"] = redirect(302, f"http://localhost:{server.port}/b")
    server.routes["/b"] = answer(200, FEED)
    get(server.url("/a"), login="ann:secret", allow=("127.0.0.1", "localhost"))
    assert server.seen[0].headers["authorization"].startswith("Basic ")
    assert "authorization" not in server.seen[1].headers


def test_a_login_may_be_a_header(server: Server) -> None:
    server.routes["/a"] = answer(200, FEED)
    get(server.url("/a"), login="X-Api-Key: secret")
    assert server.seen[0].headers["x-api-key"] == "secret"


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


# ── Slow, endless, broken ─────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "handler",
    [
        silent(),
        drip(b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n", 0.05),
        drip(b"HTTP/1.1 200 OK\r\nContent-Length: 999999\r\n\r\n", b"x", 0.05),
        drip(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n", 0.05),
    ],
    ids=["silent", "slow headers", "slow body", "slow chunks"],
)
def test_a_slow_server_costs_no_more_than_the_deadline(server: Server, handler: Any) -> None:
    server.routes["/"] = handler
    started = time.monotonic()
    assert get(server.url("/"), seconds=0.5).trouble in (Trouble.TOO_SLOW, Trouble.BROKEN)
    assert time.monotonic() - started < 3


@pytest.mark.parametrize(
    ("handler", "trouble"),
    [
        (endless(), Trouble.TOO_BIG),
        (raw(b"HTTP/1.1 200 OK\r\nContent-Length: 9999999999999\r\n\r\nx"), Trouble.TOO_BIG),
        (bomb(200), Trouble.TOO_BIG),
        (raw(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort"), Trouble.BROKEN),
        (raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nx"), Trouble.BROKEN),
        (raw(b"EHLO you\r\n\r\n"), Trouble.BROKEN),
        (raw(b"HTTP/1.1 999999 \r\n\r\n"), Trouble.BROKEN),
        (raw(b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 100_000 + b"\r\n"), Trouble.BROKEN),
        (raw(b"HTTP/1.1 200 OK\r\nA: " + b"b" * 1_000_000 + b"\r\n\r\n"), Trouble.BROKEN),
        (raw(b""), Trouble.BROKEN),
        (answer(200, FEED, {"Content-Encoding": "gzip"}), Trouble.BROKEN),
        (answer(200, FEED, {"Content-Encoding": "gzip, gzip"}), Trouble.BROKEN),
        (answer(200, FEED, {"Content-Encoding": "zstd"}), Trouble.BROKEN),
    ],
    ids=[
        "endless body", "huge length", "gzip bomb", "short body", "bad chunk", "not HTTP",
        "odd status", "too many headers", "huge header", "hangs up", "false gzip", "gzip twice",
        "zstd that nobody asked for",
    ],
)  # fmt: skip
def test_a_broken_answer_is_named(server: Server, handler: Any, trouble: Trouble) -> None:
    server.routes["/"] = handler
    started = time.monotonic()
    fetched = get(server.url("/"), seconds=5)
    assert fetched.trouble is trouble
    assert fetched.status is None
    assert time.monotonic() - started < 5


def test_deflate_without_its_header_is_read(server: Server) -> None:
    import zlib

    squeeze = zlib.compressobj(wbits=-15)
    packed = squeeze.compress(FEED * 50) + squeeze.flush()
    server.routes["/"] = answer(200, packed, {"Content-Encoding": "deflate"})
    assert get(server.url("/")).body == FEED * 50


def test_a_host_that_takes_no_connection_is_named() -> None:
    with Server() as gone:
        url = gone.url("/")
    assert get(url).trouble is Trouble.NO_CONNECTION


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our own authority, and what it signed: `good`, `expired`, and one for another host."""
    folder = tmp_path_factory.mktemp("tls")

    def openssl(*words: str) -> None:
        subprocess.run(["openssl", *words], check=True, capture_output=True, cwd=folder)

    new = ["req", "-x509", "-newkey", "rsa:2048", "-nodes"]
    openssl(*new, "-days", "2", "-subj", "/CN=Our Authority", "-keyout", "ca.key", "-out", "ca.pem")
    for name, host, days in (("good", "IP:127.0.0.1", "2"), ("other", "DNS:o.example", "2"),
                             ("expired", "IP:127.0.0.1", "-1")):  # fmt: skip
        (folder / f"{name}.ext").write_text(f"subjectAltName={host}\n")
        key = ["-keyout", f"{name}.key", "-out", f"{name}.csr"]
        openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={name}", *key)
        signed = ["-CA", "ca.pem", "-CAkey", "ca.key", "-days", days, "-extfile", f"{name}.ext"]
        openssl("x509", "-req", "-in", f"{name}.csr", *signed, "-out", f"{name}.pem")
    return folder


def secure_server(certificates: Path, name: str) -> Server:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates / f"{name}.pem", certificates / f"{name}.key")
    return Server(tls=context)


def get_trusting(url: str, certificates: Path | None) -> Fetched:
    trust = ssl.create_default_context(cafile=certificates and str(certificates / "ca.pem"))

    async def ask() -> Fetched:
        async with Web(allow=["127.0.0.1"], proxies={}, tls=trust) as web:
            return await web.fetch(Request(url=url))

    return asyncio.run(ask())


@pytest.mark.parametrize(
    ("name", "trusted", "words"),
    [
        ("good", False, "unable to get local issuer certificate"),
        ("expired", True, "certificate has expired"),
        ("other", True, "IP address mismatch"),
    ],
)
def test_a_bad_certificate_is_named_and_never_let_through(
    certificates: Path, name: str, trusted: bool, words: str
) -> None:
    with secure_server(certificates, name) as server:
        server.routes["/"] = answer(200, FEED)
        fetched = get_trusting(server.url("/"), certificates if trusted else None)
        assert fetched.trouble is Trouble.TLS
        assert words in fetched.reason
        assert server.seen == []


def test_a_good_certificate_is_let_through_and_a_redirect_to_plain_http_is_flagged(
    certificates: Path, server: Server
) -> None:
    server.routes["/plain"] = answer(200, FEED)
    with secure_server(certificates, "good") as secure:
        secure.routes["/"] = answer(200, FEED)
        secure.routes["/down"] = redirect(302, server.url("/plain"))
        good = get_trusting(secure.url("/"), certificates)
        down = get_trusting(secure.url("/down"), certificates)
    assert (good.body, good.downgraded) == (FEED, False)
    assert (down.body, down.downgraded) == (FEED, True)


def test_a_brotli_bomb_is_stopped(server: Server) -> None:
    import brotli

    packed = brotli.compress(bytes(200 << 20), quality=1)
    server.routes["/"] = answer(200, packed, {"Content-Encoding": "br"})
    assert get(server.url("/")).trouble is Trouble.TOO_BIG


def test_a_host_with_letters_of_its_own_is_asked_by_its_coded_name() -> None:
    url = checked_url("https://bücher.example/ü?q=ä", AllowList())
    assert url.raw_host == "xn--bcher-kva.example"
    assert str(url).endswith("/%C3%BC?q=%C3%A4")


def test_a_proxy_is_used_when_one_is_set_and_not_for_in_house_hosts(server: Server) -> None:
    server.routes["http://h.example/feed"] = answer(200, FEED)
    server.routes["/own"] = answer(200, FEED)
    proxies = {"http": f"http://127.0.0.1:{server.port}", "no": "n.example"}

    async def ask(*urls: str) -> list[Fetched]:
        async with Web(allow=["127.0.0.1"], proxies=proxies) as web:
            return [await web.fetch(Request(url=url)) for url in urls]

    through, own, literal, local = asyncio.run(
        ask("http://h.example/feed", server.url("/own"), "http://127.0.0.2/", "http://localhost/")
    )
    assert (through.body, own.body) == (FEED, FEED)
    # what a proxy would reach in its own net is not asked for
    assert not literal.good
    assert not local.good
    assert [seen.path for seen in server.seen] == ["http://h.example/feed", "/own"]


# ── Many at once ──────────────────────────────────────────────────────────────────────────────


def ask_all(
    requests: list[Request], gap: float = 0.0, gaps: dict[str, float] | None = None
) -> list[Fetched]:
    async def collect() -> list[Fetched]:
        found = fetch_all(requests, allow=["127.0.0.1", "localhost"], gap=gap, gaps=gaps)
        return [fetched async for fetched in found]

    return asyncio.run(collect())


def test_each_request_is_answered_once_and_knows_its_key(server: Server) -> None:
    for number in range(30):
        server.routes[f"/{number}"] = answer(200, str(number))
    requests = [Request(url=server.url(f"/{n}"), key=str(n)) for n in range(30)]
    answers = ask_all(requests)
    assert sorted(a.request.key for a in answers) == sorted(r.key for r in requests)
    assert all(a.body.decode() == a.request.key for a in answers)
    in_order = fetch_now(requests, allow=["127.0.0.1"])
    assert [a.request.key for a in in_order] == [r.key for r in requests]


def test_a_host_has_one_request_at_a_time_with_a_gap_between(server: Server) -> None:
    server.routes["/"] = answer(200, FEED)
    started = time.monotonic()
    ask_all([Request(url=server.url("/")) for _ in range(4)], gaps={"127.0.0.1": 0.1})
    assert time.monotonic() - started >= 0.3


def test_a_slow_host_does_not_hold_up_another(server: Server) -> None:
    server.routes["/slow"] = silent()
    server.routes["/"] = answer(200, FEED)
    slow = Request(url=f"http://localhost:{server.port}/slow", seconds=0.6)
    fast = Request(url=server.url("/"))
    first, second = ask_all([slow, fast])
    assert first.request is fast
    assert second.trouble is Trouble.TOO_SLOW


def test_a_dead_host_is_left_alone_after_three_failures() -> None:
    with Server() as gone:
        url = gone.url("/")
    answers = ask_all([Request(url=url) for _ in range(6)])
    assert [a.trouble for a in answers] == [Trouble.NO_CONNECTION] * 3 + [Trouble.HOST_DOWN] * 3


@pytest.mark.parametrize(
    ("url", "lane"),
    [
        ("https://a.example/1", "a.example"),
        ("http://A.example:80/2", "a.example"),
        ("http://a.example:8080/", "a.example:8080"),  # another server
        ("https://one.substack.com/feed", "substack.com"),  # many feeds, one landlord
        ("https://feeds.feedburner.com/x", "feedburner.com"),
        ("https://notfeedburner.com/x", "notfeedburner.com"),
        ("no url", ""),
    ],
)
def test_which_requests_queue_for_one_another(url: str, lane: str) -> None:
    assert lane_of(url) == lane


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_host_makes_all_its_requests_wait(server: Server, status: int) -> None:
    server.routes["/a"] = answer(status, b"", {"Retry-After": "120"})
    answers = ask_all([Request(url=server.url(path)) for path in ("/a", "/b", "/c")])
    assert [seen.path for seen in server.seen] == ["/a"]
    assert [a.trouble for a in answers] == [None, Trouble.HOST_BUSY, Trouble.HOST_BUSY]
    assert all(a.headers["retry-after"] == "120" for a in answers)


def test_a_server_that_answers_the_second_time_is_heard(server: Server) -> None:
    server.routes["/"] = in_turn(raw(b"junk\r\n\r\n"), answer(200, FEED))
    first, second = ask_all([Request(url=server.url("/")) for _ in range(2)])
    assert first.trouble is Trouble.BROKEN
    assert second.good
