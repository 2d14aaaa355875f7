"""The pieces of Slack's Block Kit that our messages are made of, as plain dictionaries.

Whatever an article wrote goes into `rich_text`, `plain_text` or `raw_text`, which Slack shows
letter by letter; only the notification's line is parsed by Slack, so `escaped` guards it.

Source: docs.slack.dev, reference/block-kit, and formatting-message-text (the three escapes).
"""

import json
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from wirewatch.alerts.wording import clean, cut

Block = dict[str, Any]
HEADER = 150
_USER = re.compile(r"[UW][A-Z0-9]{6,}")
_GROUP = re.compile(r"S[A-Z0-9]{6,}")


def header(text: str) -> Block:
    """A heading; Slack takes 150 letters, of which an emoji is two."""
    short = cut(text, HEADER)
    wide = len(short.encode("utf-16-le")) // 2 > HEADER
    return {"type": "header", "text": plain(cut(short, HEADER // 2) if wide else short)}


def plain(text: str) -> Block:
    """Literal text: neither marks nor `:emoji:` names in it mean anything."""
    return {"type": "plain_text", "text": text or "–", "emoji": False}


def text(said: str, *, bold: bool = False, italic: bool = False, strike: bool = False) -> Block:
    """Literal letters inside rich text; Slack refuses an empty one."""
    style = {k: True for k, on in (("bold", bold), ("italic", italic), ("strike", strike)) if on}
    return {"type": "text", "text": said or "–", **({"style": style} if style else {})}


def section(*elements: Block) -> Block:
    """A paragraph of rich text."""
    return {"type": "rich_text_section", "elements": list(elements)}


def quote(*elements: Block) -> Block:
    """An indented quotation."""
    return {"type": "rich_text_quote", "elements": list(elements)}


def bullets(rows: Iterable[Block]) -> Block:
    """A bullet list of sections."""
    return {"type": "rich_text_list", "style": "bullet", "elements": list(rows)}


def rich(*elements: Block) -> Block:
    """A block of rich text."""
    return {"type": "rich_text", "elements": list(elements)}


def small(*lines: str) -> Block:
    """The grey small print below a message; Slack takes ten of them."""
    return {"type": "context", "elements": [plain(cut(line, 300)) for line in lines if line][:10]}


def when(timestamp: float, fallback: str) -> Block:
    """A time, shown to each reader in their own zone."""
    return {
        "type": "date",
        "timestamp": int(timestamp),
        "format": "{date_short_pretty} at {time}",
        "fallback": fallback,
    }


def link(url: str) -> list[Block]:
    """A link under its own host's name, so that nothing can pose as another place; else nothing."""
    host = host_of(url)
    return [{"type": "link", "url": url, "text": host}] if host and len(url) <= 2000 else []


def host_of(url: str) -> str | None:
    """The host of a web address in the letters that the network uses, or None for any other."""
    if any(c.isspace() or ord(c) < 32 for c in url):
        return None
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").encode("idna").decode("ascii")
    except (ValueError, UnicodeError):
        return None
    return clean(host, 80) if parts.scheme in ("http", "https") and host else None


def mention(name: str) -> Block:
    """A person, group or everybody here, as an editor named them; other names are only shown."""
    bare = name.strip().lstrip("@")
    if bare in ("here", "channel", "everyone"):
        return {"type": "broadcast", "range": bare}
    if _USER.fullmatch(bare):
        return {"type": "user", "user_id": bare}
    if _GROUP.fullmatch(bare):
        return {"type": "usergroup", "usergroup_id": bare}
    return text(f"@{clean(bare, 80)}", bold=True)


def escaped(said: str) -> str:
    """Our line for notifications, in which Slack must find nothing to expand."""
    return said.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def size(blocks: list[Block]) -> int:
    """Bytes as they travel."""
    return len(json.dumps(blocks).encode("ascii"))


def shortened(blocks: Any, longest: int) -> Any:
    """The same blocks with every text cut to that many letters; links keep their address."""
    if isinstance(blocks, list):
        return [shortened(block, longest) for block in blocks]
    if not isinstance(blocks, dict):
        return blocks
    return {
        key: cut(value, longest)
        if key == "text" and isinstance(value, str)
        else shortened(value, longest)
        for key, value in blocks.items()
    }
