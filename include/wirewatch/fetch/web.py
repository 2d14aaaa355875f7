"""One open HTTP client: guarded connections, redirects walked by hand, caps on bytes and time."""

import asyncio
import base64
import ssl
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self
from urllib.request import (  # type: ignore[attr-defined]  # typeshed lacks the second
    getproxies_environment,
    proxy_bypass_environment,
)

from multidict import CIMultiDictProxy
from yarl import URL

from wirewatch.fetch.answers import Fetched, Request, Trouble
from wirewatch.fetch.guard import (
    NOT_PUBLIC,
    AllowList,
    BadURL,
    NotPublic,
    checked_url,
    guarded_socket,
    in_house,
)

if TYPE_CHECKING:
    from aiohttp import ClientResponse, ClientSession
    from aiohttp.abc import AbstractResolver

MOST_REDIRECTS: Final = 5
# Only what we can decode without a cost that we do not bound.
ENCODINGS: Final = frozenset({"gzip", "x-gzip", "deflate", "br", "identity", ""})
PERMANENT: Final = frozenset({301, 308})
REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
LONGEST_HEADER: Final = 32 * 1024  # some publishers' content policies pass aiohttp's 8 KB
QUIET_SECONDS: Final = 10.0
VERSION: Final = "0.1"


def user_agent(contact: str) -> str:
    """Who asks, and whom to write to about it."""
    about = f"+{contact}" if contact.startswith("http") else contact
    return f"Wirewatch/{VERSION} ({about or 'news reader; no contact set'})"


class _Failed(Exception):  # noqa: N818
    def __init__(self, trouble: Trouble, reason: str) -> None:
        super().__init__(reason)
        self.trouble, self.reason = trouble, reason


@dataclass(slots=True)
class _Way:
    """How far a request has come: where it stands, and what it learnt on the way."""

    url: URL
    private_ok: bool
    hops: int = 0
    all_permanent: bool = True
    permanent_to: str | None = None
    downgraded: bool = False


class Web:
    """A client for `async with`. It keeps connections, and no cookies or other memory."""

    def __init__(
        self,
        *,
        allow: Iterable[str] = (),
        contact: str = "",
        proxies: Mapping[str, str] | None = None,
        tls: ssl.SSLContext | None = None,
        resolver: "AbstractResolver | None" = None,
    ) -> None:
        self.allow = AllowList(allow)
        self._agent = user_agent(contact)
        self._proxies = getproxies_environment() if proxies is None else dict(proxies)
        self._tls = tls
        self._resolver = resolver
        self._session: ClientSession | None = None

    async def __aenter__(self) -> Self:
        from aiohttp import ClientSession, ClientTimeout, DummyCookieJar, TCPConnector

        self._session = ClientSession(
            connector=TCPConnector(
                limit=0,
                socket_factory=guarded_socket,
                ssl=self._tls or True,
                resolver=self._resolver,
            ),
            cookie_jar=DummyCookieJar(),
            timeout=ClientTimeout(total=None, sock_connect=QUIET_SECONDS, sock_read=QUIET_SECONDS),
            headers={"User-Agent": self._agent, "Accept-Encoding": "gzip, deflate, br"},
            trust_env=False,
            max_line_size=LONGEST_HEADER,
            max_field_size=LONGEST_HEADER,
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def fetch(self, request: Request) -> Fetched:
        """The answer to one request. Raises nothing that the other side can cause."""
        way: _Way | None = None
        try:
            url = checked_url(request.url, self.allow)
            way = _Way(url=url, private_ok=url in self.allow)
            async with asyncio.timeout(request.seconds):
                return await self._walk(request, way)
        except BadURL as error:
            failed = _Failed(Trouble.BAD_REDIRECT if way else Trouble.BAD_URL, str(error))
        except _Failed as error:
            failed = error
        except Exception as error:
            failed = _named(error)
        return Fetched(
            request=request,
            final_url=str(way.url) if way else request.url,
            permanent_to=way.permanent_to if way else None,
            downgraded=way.downgraded if way else False,
            trouble=failed.trouble,
            reason=failed.reason,
        )

    async def _walk(self, request: Request, way: _Way) -> Fetched:
        """Ask, and follow redirects, until an answer comes that is none."""
        home = way.url.origin()
        while True:
            headers = _headers(request, at_home=way.url.origin() == home)
            async with await self._ask(way, headers) as answer:
                location = answer.headers.get("Location")
                if answer.status in REDIRECTS:
                    self._step(way, answer.status, location)
                    continue
                return Fetched(
                    request=request,
                    status=answer.status,
                    headers=_plain_headers(answer.headers),
                    body=await _body(answer, request.most_bytes),
                    final_url=str(way.url),
                    permanent_to=way.permanent_to,
                    downgraded=way.downgraded,
                )

    async def _ask(self, way: _Way, headers: dict[str, str]) -> "ClientResponse":
        if self._session is None:
            raise RuntimeError("Web is used inside “async with”")
        proxy = None if way.private_ok else self._proxy_for(way.url)
        # A proxy may stand in-house: what it connects to in turn is for it to guard.
        token = in_house.set(way.private_ok or proxy is not None)
        try:
            return await self._session.get(
                way.url, headers=headers, allow_redirects=False, proxy=proxy
            )
        finally:
            in_house.reset(token)

    def _proxy_for(self, url: URL) -> str | None:
        """The proxy for a URL, if there is one. Raises BadURL for a name of the proxy's own net."""
        if not self._proxies or proxy_bypass_environment(url.authority, self._proxies):
            return None
        proxy = self._proxies.get(url.scheme) or self._proxies.get("all")
        if proxy and "." not in (url.host or "").removesuffix(".localhost"):
            raise BadURL("the host is not a public one")
        return proxy

    def _step(self, way: _Way, status: int, location: str | None) -> None:
        """Go on to where a redirect leads. Raises BadURL or _Failed where nobody should go."""
        if not location:
            raise _Failed(Trouble.BAD_REDIRECT, "a redirect that does not say where to")
        way.hops += 1
        if way.hops > MOST_REDIRECTS:
            raise _Failed(Trouble.TOO_MANY_REDIRECTS, f"more than {MOST_REDIRECTS} redirects")
        try:
            target = str(way.url.join(URL(location.strip(), encoded=location.isascii())))
        except (ValueError, UnicodeError):
            raise _Failed(Trouble.BAD_REDIRECT, "a redirect to what is no URL") from None
        url = checked_url(target, self.allow)
        if url in self.allow and not way.private_ok:
            raise _Failed(Trouble.NOT_PUBLIC, "a redirect from the open web to an in-house host")
        way.private_ok = url in self.allow
        way.downgraded |= way.url.scheme == "https" and url.scheme == "http"
        way.all_permanent &= status in PERMANENT
        way.url = url
        if way.all_permanent:
            way.permanent_to = target


def _headers(request: Request, *, at_home: bool) -> dict[str, str]:
    headers = {"Accept": request.accept, **request.headers}
    if request.login and at_home:
        name, colon, value = request.login.partition(": ")
        if colon:
            headers[name] = value
        else:
            coded = base64.b64encode(request.login.encode()).decode()
            headers["Authorization"] = f"Basic {coded}"
    return headers


def _plain_headers(headers: CIMultiDictProxy[str]) -> dict[str, str]:
    plain = {name.lower(): value for name, value in headers.items() if name.lower() != "set-cookie"}
    for name in ("cache-control", "link"):
        if name in plain:
            plain[name] = ", ".join(headers.getall(name))
    return plain


async def _body(answer: "ClientResponse", most: int) -> bytes:
    """The decoded body. Raises _Failed as soon as it is, or claims to be, more than `most`."""
    coding = answer.headers.get("Content-Encoding", "").strip().lower()
    if coding not in ENCODINGS:
        raise _Failed(Trouble.BROKEN, "the body is packed in a way that we did not ask for")
    if (answer.content_length or 0) > most:
        raise _Failed(Trouble.TOO_BIG, f"more than {most >> 20} MB")
    body = bytearray()
    async for piece in answer.content.iter_any():
        body += piece
        if len(body) > most:
            raise _Failed(Trouble.TOO_BIG, f"more than {most >> 20} MB")
    return bytes(body)


def _named(error: Exception) -> _Failed:
    """Our own words for a client's error: its own may hold the URL, which may hold a secret."""
    import aiohttp

    if _is_not_public(error):
        return _Failed(Trouble.NOT_PUBLIC, NOT_PUBLIC)
    if isinstance(error, aiohttp.ConnectionTimeoutError):
        return _Failed(Trouble.NO_CONNECTION, "the host takes no connection")
    if isinstance(error, TimeoutError):
        return _Failed(Trouble.TOO_SLOW, "no answer in time")
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return _Failed(Trouble.TLS, f"the certificate is not good: {_tls_words(error)}")
    if isinstance(error, aiohttp.ClientSSLError | ssl.SSLError):
        return _Failed(Trouble.TLS, "no secure connection could be made")
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return _Failed(Trouble.NO_SUCH_HOST, "the host's name is not known")
    if isinstance(error, aiohttp.ClientProxyConnectionError | aiohttp.ClientHttpProxyError):
        return _Failed(Trouble.NO_CONNECTION, "the proxy does not answer")
    if isinstance(error, aiohttp.ClientConnectorError):
        return _Failed(Trouble.NO_CONNECTION, "the host takes no connection")
    if isinstance(error, aiohttp.InvalidURL):
        return _Failed(Trouble.BAD_URL, "the host's name is none")
    if isinstance(error, aiohttp.ClientPayloadError):
        return _Failed(Trouble.BROKEN, "the body broke off, or is not packed as it says")
    if isinstance(error, aiohttp.ServerDisconnectedError | ConnectionError):
        return _Failed(Trouble.BROKEN, "the host hung up")
    return _Failed(Trouble.BROKEN, "the answer is not HTTP as it should be")


def _is_not_public(error: BaseException | None) -> bool:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        if isinstance(error, NotPublic):
            return True
        if isinstance(error, BaseExceptionGroup):
            return any(_is_not_public(one) for one in error.exceptions)
        error = getattr(error, "os_error", None) or error.__cause__ or error.__context__
    return False


def _tls_words(error: Any) -> str:
    cause = error.certificate_error
    return str(getattr(cause, "verify_message", "") or "it could not be verified")
