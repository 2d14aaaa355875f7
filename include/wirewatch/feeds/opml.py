"""Lists of feeds as other programs keep them: OPML in and out."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final
from xml.sax.saxutils import quoteattr

from wirewatch.feeds.fields import web_link
from wirewatch.records import Feed
from wirewatch.text import nfc

MOST_BYTES: Final = 8 << 20
DEEPEST: Final = 20


class NotOPML(ValueError):  # noqa: N818
    """These bytes are no list of feeds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """One feed of a list: its address, its title, and the folders that it lies in."""

    url: str
    title: str
    folders: tuple[str, ...] = ()


def read_opml(data: bytes) -> list[Outline]:
    """The feeds of a list, each address once. Raises NotOPML."""
    from lxml import etree

    if len(data) > MOST_BYTES:
        raise NotOPML("this list is too big")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        root = None
    if root is None or "opml" not in str(etree.QName(root).localname).lower():
        raise NotOPML("this is no OPML: another program's “export” of its feeds makes one")
    found: dict[str, Outline] = {}
    waiting: list[tuple[Any, tuple[str, ...]]] = []
    waiting += [(node, ()) for node in reversed(root.findall("body") or [root])]
    while waiting:
        node, folders = waiting.pop()
        inside = folders
        if str(node.tag).lower() == "outline":
            given = {str(name).lower(): nfc(value).strip() for name, value in node.items()}
            title = given.get("title") or given.get("text") or ""
            url = web_link(given.get("xmlurl") or given.get("url"), "")
            if (
                url
                and url not in found
                and given.get("type", "rss").lower() not in ("link", "include")
            ):
                found[url] = Outline(url=url, title=title or url, folders=folders)
            elif title and not given.get("xmlurl") and len(folders) < DEEPEST:
                inside = (*folders, title)
        waiting += [(child, inside) for child in reversed(node) if isinstance(child.tag, str)]
    return list(found.values())


def write_opml(feeds: Iterable[Feed], title: str = "Wirewatch") -> str:
    """The feeds as OPML 2.0, in a folder for each first group."""
    folders: dict[str, list[Feed]] = {}
    for feed in feeds:
        folders.setdefault(feed.groups[0] if feed.groups else "", []).append(feed)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<opml version="2.0">',
        f"  <head><title>{_escaped(title)}</title></head>",
        "  <body>",
    ]
    for folder, members in folders.items():
        if folder:
            lines.append(f"    <outline text={quoteattr(folder)}>")
        lines += [_line(feed, "      " if folder else "    ") for feed in members]
        if folder:
            lines.append("    </outline>")
    return "\n".join([*lines, "  </body>", "</opml>", ""])


def _line(feed: Feed, indent: str) -> str:
    name, url = quoteattr(feed.publisher), quoteattr(feed.url)
    return f'{indent}<outline type="rss" text={name} title={name} xmlUrl={url}/>'


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
