"""Which encoding are a feed's bytes in? BOM, then Content-Type, then the XML line, then a guess.

One exception, because servers add a charset that nobody chose: a charset of one byte a letter in
Content-Type yields to an XML line that says UTF-8 when the bytes are indeed valid UTF-8.
Source: RFC 7303, section 3.
"""

import codecs
import re
from typing import Final

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: its first bytes are the same
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_NO_BOM: Final = (
    (b"<\x00\x00\x00", "utf-32-le"),
    (b"\x00\x00\x00<", "utf-32-be"),
    (b"<\x00", "utf-16-le"),
    (b"\x00<", "utf-16-be"),
)
# What people declare, and the larger encoding that they use.
_LARGER: Final = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "tis-620": "cp874",
}
_DECLARED: Final = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._:-]{1,40})")
_CHARSET: Final = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9._:-]{1,40})", re.I)
_NOT_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def decoded(data: bytes, content_type: str | None = None) -> str:
    """The text, without the control characters that XML forbids. Whatever the bytes, it returns."""
    return _NOT_XML.sub("", _text(data, content_type).removeprefix("\ufeff"))


def _text(data: bytes, content_type: str | None) -> str:
    for mark, coding in _BOMS:
        if data.startswith(mark):
            return data[len(mark) :].decode(coding, "replace")
    start = data.lstrip()[:4]
    for mark, coding in _NO_BOM:
        if start.startswith(mark):
            return data.decode(coding, "replace")
    named = _CHARSET.search(content_type or "")
    by_header = _known(named.group(1)) if named else None
    found = _DECLARED.search(data[:1024])
    by_line = _known(found.group(1).decode()) if found else None
    names: list[str | None] = [by_header, by_line]
    if by_line == "utf-8" and by_header and _is_single_byte(by_header):
        names.reverse()
    for name in filter(None, names):
        try:
            return data.decode(name)
        except UnicodeDecodeError:
            continue
    return _guessed(data)


def _known(name: str) -> str | None:
    """Python's name of an encoding for text, in its larger form; None for one that is none."""
    try:
        canonical = codecs.lookup(name).name
        "".encode(canonical)
    except (LookupError, UnicodeError):
        return None
    if canonical.startswith(("utf-16", "utf-32")):
        return None  # without a mark and without zero bytes it cannot be true
    return _LARGER.get(canonical, canonical)


def _is_single_byte(name: str) -> bool:
    return name.startswith(("cp125", "iso8859", "latin", "koi8", "mac", "cp874"))


def _guessed(data: bytes) -> str:
    """Text of bytes that nobody described truly: broken UTF-8, else what western Windows writes."""
    lenient = data.decode("utf-8", "replace")
    broken = lenient.count("\ufffd")
    if not broken:
        return lenient
    whole = sum(1 for char in lenient if char > "\x7f") - broken
    if whole >= broken:
        return lenient
    best = _by_statistics(data)
    return best if best is not None else data.decode("cp1252", "replace")


def _by_statistics(data: bytes) -> str | None:
    from charset_normalizer import from_bytes

    best = from_bytes(data[: 256 * 1024]).best()
    if best is None or best.encoding in ("utf_8", "ascii"):
        return None
    return data.decode(best.encoding, "replace")
