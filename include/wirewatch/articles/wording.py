"""Where do I change how a line is cleaned, and how two printings of it are compared? Here."""

import html
import re

from wirewatch.text import fold, nfc

_SPACES = re.compile(r"\s+")
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,300}>")
_NO_LETTERS = re.compile(r"[\W_]+")
# Soft hyphens, zero-width and bidi marks: they change no word, but break searches and compares.
_INVISIBLE = dict.fromkeys(
    map(
        ord,
        "\u00ad\u200b\u200c\u2060\ufeff\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069",
    )
)


def clean(text: str) -> str:
    """One line of NFC without invisible marks and doubled spaces."""
    return nfc(_SPACES.sub(" ", text.translate(_INVISIBLE)).strip())


def clean_markup(text: str) -> str:
    """As `clean`, for values from attributes and JSON-LD: doubled entities and tags undone."""
    if "&" in text:
        text = html.unescape(html.unescape(text))
    return clean(_TAG.sub("", text) if "<" in text else text)


def letters(text: str) -> str:
    """The text's letters and digits alone, folded: equal for two printings of one line."""
    return _NO_LETTERS.sub("", fold(text))
