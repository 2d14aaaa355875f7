"""Where do I change how a page's bytes are read? Here: its encoding, and the tree made of it.

A page is parsed once; every question about it is asked of that one tree.
"""

import codecs
import re
from functools import cache
from typing import Any

# 500,000 links cost 36 s and 1 GB when measured; real articles stay under 3 MB.
LONGEST_PAGE = 4_000_000
MOST_COMMENTS = 20  # in one attribute: what a blog's tool leaves in a description has a few

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CHARSET = re.compile(
    rb"""<(?:meta[^>]+charset|\?xml[^>]+encoding)\s*=\s*["']?\s*([\w.:-]+)""", re.I
)
LONGEST_GUESSED = 200_000
_MARKUP = re.compile(rb"<(script|style)\b.*?(?:</\1\s*>|$)|<[^<>]*>", re.I | re.S)
_IS_LETTER = [chr(byte).isalpha() and byte < 0x80 for byte in range(256)]
# Browsers read these names as their Windows supersets. Source: WHATWG Encoding, section 4.2.
_SUPERSETS = {
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "latin-1": "cp1252",
    "latin1": "cp1252",
    "us-ascii": "cp1252",
    "ascii": "cp1252",
    "iso-8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949",
    "big5": "big5hkscs",
}


def decode(html: bytes) -> str:
    """The page as text: byte order mark, then UTF-8 if it is that, then what the page declares.

    UTF-8 goes before the declaration: text that is valid UTF-8 by chance hardly exists, while
    wrong declarations are common. Bytes that fit nothing become U+FFFD.
    """
    for mark, encoding in _BOMS:
        if html.startswith(mark):
            return html[len(mark) if encoding == "utf-8" else 0 :].decode(encoding, "replace")
    try:
        return html.decode("utf-8")
    except UnicodeDecodeError:
        pass
    declared = _CHARSET.search(html[:8192])
    if declared:
        name = declared.group(1).decode("ascii", "replace").lower()
        try:
            if name not in ("utf-8", "utf8"):
                return html.decode(_SUPERSETS.get(name, name), "replace")
        except LookupError:
            declared = None
    return _guess(html, declared=declared is not None)


def _guess(html: bytes, *, declared: bool) -> str:
    """UTF-8 with a few broken bytes where it was declared, else what the letters speak for."""
    as_utf8 = html.decode("utf-8", "replace")
    if declared or as_utf8.count("\ufffd") * 200 < len(as_utf8):
        return as_utf8
    return html.decode(_by_statistics(html), "replace")


def _by_statistics(html: bytes) -> str:
    """The encoding that a page's own letters speak for, where they are not Latin ones.

    Among the encodings of western Europe a guess is wrong more often than what Windows writes.
    """
    shown = _MARKUP.sub(b" ", html[:LONGEST_GUESSED])
    foreign = sum(byte > 0x7F for byte in shown)
    if foreign < 0.3 * (foreign + sum(_IS_LETTER[byte] for byte in shown)):
        return "cp1252"
    from charset_normalizer import from_bytes

    best = from_bytes(shown[:32_768]).best()
    return (
        best.encoding if best is not None and best.encoding not in ("utf_8", "ascii") else "cp1252"
    )


def parse(html: bytes | str) -> Any | None:
    """The page's tree, or None where there is nothing to parse. What is past 4 MB is cut off."""
    from lxml import etree
    from lxml.html import HtmlElement, HTMLParser, document_fromstring

    text = decode(html[:LONGEST_PAGE]) if isinstance(html, bytes) else html[:LONGEST_PAGE]
    text = text.replace("\x00", "")
    if not text.strip():
        return None
    parser = HTMLParser(
        collect_ids=False,
        default_doctype=False,
        encoding="utf-8",
        remove_comments=True,
        remove_pis=True,
    )
    # lxml.html asks Python for the class of each element each time that it is met, to tell forms
    # and their fields: a seventh of a page's time.
    parser.set_element_class_lookup(etree.ElementDefaultClassLookup(element=HtmlElement))
    try:
        tree = document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None
    _drop_open_comments(tree)
    return tree


def _drop_open_comments(tree: Any) -> None:
    """Take out the attributes that are full of `<!--`.

    libxml2 writes an attribute by looking for the end of each comment in it: where there is none
    the cost is a square, 13 s for 200 KB when measured. htmldate and trafilatura write trees.
    """
    for element in _with_comments()(tree):
        for name, value in element.attrib.items():
            if value.count("<!--") > MOST_COMMENTS:
                del element.attrib[name]


def plain(element: Any) -> str:
    """The words of an element on one line."""
    return " ".join(inner(element).split())


def inner(element: Any) -> str:
    """All text inside of an element, as it stands there."""
    text: str = _string()(element)
    return text


@cache
def _with_comments() -> Any:
    from lxml import etree

    return etree.XPath("descendant-or-self::*[@*[contains(., '<!--')]]")


@cache
def _string() -> Any:
    """Walks the tree in C; `itertext` makes a Python object of each element on its way."""
    from lxml import etree

    return etree.XPath("string()", smart_strings=False)
