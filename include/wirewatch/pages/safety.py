"""What keeps others out of the pages: headers, and the token that every change must carry.

Nothing here is kept in a process: several servers with the same secret accept one another's tokens.
"""

import hmac
from datetime import datetime, timedelta
from hashlib import sha256

from starlette.requests import Request

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
FIELD, HEADER = "token", "X-Wirewatch-Token"
GOOD_FOR_DAYS = 7  # a page that stays open over a week is loaded anew


def headers(nonce: str) -> dict[str, str]:
    """The headers of every answer: our own files only, and no frame but Airflow's own pages.

    `nonce` lets the editor, which writes its own style element, do so; scripts are files only.
    """
    policy = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": f"'self' 'nonce-{nonce}'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "connect-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'self'",
    }
    return {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "SAMEORIGIN",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cache-Control": "no-store",
    }


def token(secret: bytes, person: str, now: datetime) -> str:
    """What this person's forms carry today."""
    return _signed(secret, person, now.date().isoformat())


def refusal(request: Request, secret: bytes, person: str, given: str, now: datetime) -> str | None:
    """Why a change is refused, or None: it must come from a page of ours, made for this person.

    A caller that names itself in an Authorization header is no browser that was led astray.
    """
    if request.headers.get("authorization"):
        return None
    site = request.headers.get("sec-fetch-site")
    if site not in (None, "same-origin", "none"):
        return "It was sent by a page of another site."
    origin = request.headers.get("origin")
    if site is None and origin and origin.split("://")[-1] != request.headers.get("host"):
        return "It was sent by a page of another site."
    days = (now - timedelta(days=back) for back in range(GOOD_FOR_DAYS))
    good = [token(secret, person, day) for day in days]
    if not any(hmac.compare_digest(given.encode(), one.encode()) for one in good):
        return "This page is too old, or was made for somebody else. Load it anew and try again."
    return None


def _signed(secret: bytes, person: str, day: str) -> str:
    message = f"{day}\n{person}".encode()
    return hmac.new(secret, message, sha256).hexdigest()
