"""How long a server or a feed asks us to wait before we ask again."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

DAY: Final = timedelta(days=1)
MINUTE: Final = timedelta(minutes=1)
ABSURD: Final = timedelta(days=30)  # files that never change are served so; a feed is none
NONE: Final = timedelta(0)
_MAX_AGE: Final = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,12})", re.I)
_NOT_KEPT: Final = re.compile(r"(?:^|[\s,])(?:no-cache|no-store)\b", re.I)


def http_time(value: str | None) -> datetime | None:
    """The time that an HTTP header gives, or None."""
    if not value:
        return None
    try:
        parsed = parsedate_to_datetime(value)
        return parsed.astimezone(UTC) if parsed.tzinfo else parsed.replace(tzinfo=UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def retry_after(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """The wait that Retry-After asks for, from a minute to a day; None if it asks nothing."""
    value = headers.get("retry-after", "").strip()
    if not value:
        return None
    if re.fullmatch(r"-?\d{1,12}", value):
        wait = timedelta(seconds=min(int(value), 10**9))
    elif (when := http_time(value)) is not None:
        wait = when - now
    else:
        return None
    return min(max(wait, MINUTE), DAY)


def fresh_for(headers: Mapping[str, str], now: datetime) -> timedelta:
    """How long the answer stays fresh by Cache-Control, else Expires; zero if neither says.

    Source: RFC 9111, sections 4.2.1 and 5.2.2.1.
    """
    control = headers.get("cache-control", "")
    if _NOT_KEPT.search(control):
        return NONE
    if found := _MAX_AGE.search(control):
        wait = timedelta(seconds=min(int(found.group(1)), 10**9))
    elif (until := http_time(headers.get("expires"))) is not None:
        wait = until - (http_time(headers.get("date")) or now)
    else:
        return NONE
    return wait if NONE < wait < ABSURD else NONE


def server_wait(
    headers: Mapping[str, str], now: datetime, *, hints: timedelta = NONE, editor_decides: bool
) -> timedelta:
    """The least wait before the next poll, at most a day.

    Retry-After always counts. Freshness and `hints` (ttl, updatePeriod) are advice for machines
    that nobody told better: where an editor set `every`, the editor decides.
    """
    wanted = retry_after(headers, now) or NONE
    advised = NONE if editor_decides else max(fresh_for(headers, now), hints)
    return min(max(wanted, advised), DAY)
