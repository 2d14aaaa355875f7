"""What a hostile, slow or odd server can do to a fetch; every server here is on 127.0.0.1."""

import asyncio
import ssl
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from fetched import FEED, get
from misbehaving import Server, answer, bomb, drip, endless, raw, redirect, silent

from wirewatch.fetch import (
    AllowList,
    Fetched,
    Request,
    Trouble,
    Web,
    checked_url,
)

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
