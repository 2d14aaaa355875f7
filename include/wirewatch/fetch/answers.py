"""What is asked of the web, and what comes back: also when nothing does."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

MEGABYTE: Final = 1 << 20
FEED_BYTES: Final = 8 * MEGABYTE
PAGE_BYTES: Final = 4 * MEGABYTE

FEED_TYPES: Final = (
    "application/rss+xml, application/atom+xml, application/feed+json, application/json;q=0.9, "
    "application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5"
)
PAGE_TYPES: Final = "text/html, application/xhtml+xml, */*;q=0.5"


class Trouble(StrEnum):
    """Why there is no answer."""

    BAD_URL = "bad URL"
    NOT_PUBLIC = "address not public"
    NO_SUCH_HOST = "no such host"
    NO_CONNECTION = "no connection"
    TLS = "TLS"
    TOO_SLOW = "too slow"
    TOO_BIG = "too big"
    TOO_MANY_REDIRECTS = "too many redirects"
    BAD_REDIRECT = "bad redirect"
    BROKEN = "broken answer"
    HOST_DOWN = "host down"
    HOST_BUSY = "host busy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One URL to ask. `key` is the caller's own name for it.

    `login` is a secret, `user:password` or `Header: value`; it goes to the URL's own host only.
    """

    url: str
    key: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    accept: str = FEED_TYPES
    login: str | None = field(default=None, repr=False)
    most_bytes: int = FEED_BYTES
    seconds: float = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What came back. Either `status` is set, or `trouble` and its `reason` in words are.

    `headers` have lower-case names; of repeated ones the last counts, but Cache-Control and Link
    are joined. `permanent_to` is where an unbroken chain of permanent redirects (301, 308) leads.
    `downgraded` says that a redirect left https. `reason` and `trouble` hold no secret.
    """

    request: Request
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    final_url: str = ""
    permanent_to: str | None = None
    downgraded: bool = False
    trouble: Trouble | None = None
    reason: str = ""

    @property
    def good(self) -> bool:
        """Whether a body came that can be what was asked for."""
        return self.status is not None and 200 <= self.status < 300
