"""Names beside e-mail addresses, parted before feedparser sees them.

It knows no ending of an address longer than four letters: of “ann@harbour.media (Ann Rower)” it
makes “ia (Ann Rower”.
"""

import re
from typing import Any, Final

_OPEN: Final = (
    r"(<(?:[A-Za-z_][\w.-]*:)?(?:author|creator|contributor)(?:\s[^<>]{0,200})?>"
    r"\s*+(?:<!\[CDATA\[)?+\s*+)"  # what is skipped is not given back: no walk is taken twice
)
_CLOSE: Final = r"(?=\s*+(?:\]\]>\s*+)?</)"
_ADDRESS: Final = r"[^\s<>()@&;]{1,64}@[^\s<>()@&;]{1,190}"
_NAME: Final = r"[^\s<>()@&][^<>()@&]{0,199}?"
_ADDRESS_FIRST: Final = re.compile(rf"{_OPEN}{_ADDRESS}\s*+\(\s*+({_NAME})\){_CLOSE}", re.I)
_NAME_FIRST: Final = re.compile(
    rf"{_OPEN}({_NAME})\s{{0,50}}+(?:&lt;|<|\(){_ADDRESS}(?:&gt;|>|\)){_CLOSE}", re.I
)
_REST: Final = re.compile(r"[a-z]{1,20}")
_WHOLE: Final = re.compile(r"\S+@[\w-]+(?:\.[\w-]+)*\.[a-z]{5,24}")


def names_alone(text: str) -> str:
    """The feed with only the name where an author's element has a name and an address."""
    if "@" not in text:
        return text
    return _NAME_FIRST.sub(r"\1\2", _ADDRESS_FIRST.sub(r"\1\2", text))


def name_of(author: Any) -> str | None:
    """The name of an author as feedparser found it; the whole address where there is no name."""
    name: str | None = author.get("name")
    address: str | None = author.get("email")
    if name and address and _REST.fullmatch(name) and _WHOLE.fullmatch(address + name):
        return f"{address}{name}"
    return name or address
