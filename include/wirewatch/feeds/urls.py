"""When are two links the same address? A key to compare by; what is fetched is the link itself."""

import re
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from wirewatch.text import digest

# Parameters that say who linked, not what is linked.
TRACKING: Final = frozenset(
    "fbclid gclid dclid msclkid yclid igshid mc_cid mc_eid smid smtyp partner emc cmp icid ito "  # noqa: SIM905
    "ocid outputtype taid xtor cmpid sh ref ref_src rss feed_id traffic_source source_channel "
    "ns_mchannel ns_source ns_campaign ns_linkname ns_fee wt.mc_id guccounter guce_referrer "
    "campaign_id spm share fb_ref soc_src soc_trk sr_share cid_rss".split()
)
TRACKING_STARTS: Final = ("utm_", "at_", "pk_", "mtm_", "hsa_", "__twitter", "_ga")
_FRONTS: Final = re.compile(r"^(?:www\d?|m|mobile|amp|feeds)\.(?=[^.]+\.)")
_AMP: Final = re.compile(r"(?:/amp|\.amp|/index\.(?:html?|php))$")


def url_key(link: str | None) -> str | None:
    """What stays of a link when scheme, www, tracking, fragment and end slash are left away."""
    if not link:
        return None
    try:
        parts = urlsplit(link)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        return digest(link)
    if not host:
        return None
    shown_port = "" if port in (None, 80, 443) else f":{port}"
    path = _AMP.sub("", parts.path.rstrip("/"))
    query = urlencode(sorted(_meant(parts.query)))
    kept = f"{_FRONTS.sub('', host)}{shown_port}{path}" + (f"?{query}" if query else "")
    # An address behind #! is a page of its own; any other fragment is a place on the page.
    return kept + ("#" + parts.fragment if parts.fragment.startswith("!") else "")


def _meant(query: str) -> list[tuple[str, str]]:
    pairs = parse_qsl(query[:4096], keep_blank_values=True)
    return [
        (name, value)
        for name, value in pairs
        if name.lower() not in TRACKING
        and not name.lower().startswith(TRACKING_STARTS)
        and not (name.lower() in ("src", "source", "from", "origin") and "rss" in value.lower())
    ]
