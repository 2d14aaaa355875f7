"""Where do I change when two addresses are the same page? Here.

The key is for comparing only: what is fetched, shown and stored is the address as it was given.
"""

import posixpath
import re
from urllib.parse import parse_qsl, quote, unquote, urlencode, urljoin, urlsplit

_TRACKING = re.compile(
    r"^(?:utm_\w+|ns_\w+|at_\w+|mc_[ce]id|_ga|_gl|gclid|dclid|gbraid|wbraid|fbclid|msclkid|yclid|twclid|"
    r"ttclid|igshid|li_fat_id|mkt_tok|vero_id|wickedid|hsctatracking|_hsenc|_hsmi|oly_enc_id|"
    r"oly_anon_id|__twitter_impression|__s|ref|ref_src|ref_url|referrer|referer|smid|smtyp|partner|"
    r"emc|cmp|cmpid|icid|ito|ocid|outputtype|taid|xtor|xtref|sh|share|fbaction_ids|soc_src|soc_trk|"
    r"guccounter|guce_referr\w*|src|source|campaign|campaign_id|wt_mc|wtmc|ncid|sr_share|"
    r"traffic_source|maca|pk_\w+|piwik_\w+|sref|sc_\w+|feature|amp)$",
    re.I,
)
# `src` and `source` also name things; as tracking they have one of these values.
_TRACKED_VALUE = re.compile(
    r"^(?:rss|feed|feeds|atom|twitter|facebook|social|newsletter|email|share|app)", re.I
)
_HOST_PREFIX = re.compile(r"^(?:www\d?|m|mobile|amp)\.(?=[^.]+\.[^.]+)")
_AMP_PATH = re.compile(r"(?:/amp(?:\.html)?|\.amp(?:\.html)?)/?$", re.I)
_INDEX = re.compile(r"/(?:index|default)\.(?:html?|php|aspx?)$", re.I)


def url_key(url: str) -> str:
    """The address as a key: equal for two ways of writing one page's address.

    An address that cannot be read is its own key.
    """
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").encode("idna").decode("ascii") if parts.hostname else ""
        port = parts.port
    except (ValueError, UnicodeError):
        return url.strip()
    if not host:
        return url.strip()
    host = _HOST_PREFIX.sub("", host.lower().rstrip("."))
    if port not in (None, 80, 443):
        host = f"{host}:{port}"
    return host + _path(parts.path) + _query(parts.query)


def _path(path: str) -> str:
    path = quote(unquote(path), safe="/:@!$&'()*+,;=~-._")
    path = posixpath.normpath(path) if path else "/"
    path = "/" + path.lstrip("/")
    path = _INDEX.sub("", _AMP_PATH.sub("", path))
    return path.rstrip("/")


def _query(query: str) -> str:
    kept = [
        (name, value)
        for name, value in parse_qsl(query, keep_blank_values=True)
        if not _is_tracking(name, value)
    ]
    return "?" + urlencode(sorted(kept)) if kept else ""


def _is_tracking(name: str, value: str) -> bool:
    if not _TRACKING.match(name):
        return False
    return name.lower() not in ("src", "source", "feature", "share") or bool(
        _TRACKED_VALUE.match(value)
    )


def same_page(canonical: str | None, url: str) -> str | None:
    """The page's own canonical address if it may stand for the page, else None.

    A canonical link to another host tells where a copy comes from, and one to the front page is a
    publisher's mistake: neither is this page.
    """
    if not canonical:
        return None
    full = urljoin(url, canonical)
    key, own = url_key(full), url_key(url)
    if key.split("/", 1)[0] != own.split("/", 1)[0]:
        return None
    return full if "/" in key or "?" in key else None
