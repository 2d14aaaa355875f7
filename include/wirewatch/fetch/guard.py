"""Where we may go on the web: which URLs are asked at all, and which addresses are connected to.

A URL is checked before each hop, an address at the moment of connecting, after DNS: there is no
second look-up, so a name cannot change its mind between the check and the connection.
"""

import ipaddress
import re
import socket
from collections.abc import Iterable
from contextvars import ContextVar
from typing import Any, Final

from yarl import URL

LONGEST_URL: Final = 4096
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")
_NO_URL: Final = re.compile(r"[\x00-\x20\x7f\\]")

NOT_PUBLIC = "the address is not public (if it is yours, name its host in WIREWATCH_ALLOW)"
# Set while one request connects: may it reach an address that is not public?
in_house: ContextVar[bool] = ContextVar("in_house", default=False)


class BadURL(ValueError):  # noqa: N818
    """A URL that is never asked; the text says why, without repeating the URL."""


class NotPublic(OSError):  # noqa: N818
    """A connection to an address that is not public."""


def is_public(address: str) -> bool:
    """Whether an IP address is one of the open internet, also inside IPv6's wrappings of IPv4."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.sixtofour or ip.teredo or ip.is_reserved or ip.is_site_local:
            wrapped = ip.ipv4_mapped
            if wrapped is None and ip in _NAT64:
                wrapped = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
            return wrapped is not None and is_public(str(wrapped))
        if ip.ipv4_mapped is not None:
            return is_public(str(ip.ipv4_mapped))
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def guarded_socket(addr_info: tuple[Any, ...]) -> socket.socket:
    """A socket for this very address. Raises NotPublic unless it is public or `in_house` is set."""
    family, kind, protocol, _, address = addr_info
    if not in_house.get() and not is_public(str(address[0])):
        raise NotPublic(NOT_PUBLIC)
    made = socket.socket(family=family, type=kind, proto=protocol)
    made.setblocking(False)
    return made


class AllowList:
    """The hosts, or host:port, that may be asked though they are not public."""

    def __init__(self, entries: Iterable[str] = ()) -> None:
        self._entries = frozenset(entry.strip().lower() for entry in entries if entry.strip())

    def __contains__(self, url: object) -> bool:
        if not self._entries or not isinstance(url, URL) or url.host is None:
            return False
        host = f"[{url.host}]" if ":" in url.host else url.host
        return host.lower() in self._entries or f"{host}:{url.port}".lower() in self._entries


def checked_url(url: str, allow: AllowList) -> URL:
    """The URL, ready to be asked. Raises BadURL for one that no feed or page has.

    Characters that are already escaped stay as they are: some servers sign their URLs.
    """
    if len(url) > LONGEST_URL:
        raise BadURL("the URL is too long")
    if _NO_URL.search(url):
        raise BadURL("the URL has a space or a control character in it")
    try:
        parsed = URL(url, encoded=url.isascii())
        host, port = parsed.host, parsed.port
    except (ValueError, UnicodeError):
        raise BadURL("this is no URL") from None
    if parsed.scheme not in ("http", "https"):
        raise BadURL("only http and https are read")
    if not host:
        raise BadURL("the URL names no host")
    if parsed.user is not None or parsed.password is not None:
        raise BadURL("a URL with a name or password in it is not asked: use login")
    if parsed in allow:
        return parsed
    if port is None or (port < 1024 and port not in (80, 443)):
        raise BadURL("this port is not one of the web")
    if _is_address(host) and not is_public(host):
        raise BadURL(NOT_PUBLIC)
    return parsed


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True
