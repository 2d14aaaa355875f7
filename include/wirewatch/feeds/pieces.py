"""A feed's text, cut at its items: only pieces not seen before need the slow parser.

The scan is linear, steps over CDATA and comments, and gives up (None) on what is not well formed.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

MOST_PIECES: Final = 2000
LONGEST_PIECE: Final = 256 * 1024
LONGEST_TEXT: Final = 96 * 1024
LONGEST_AUTHOR: Final = 320  # longer ones cost feedparser quadratic time: its issue 562
_CUT_REFERENCE: Final = re.compile(r"&[^;&]{0,32}$")
_TOKEN: Final = re.compile(
    r"<!\[CDATA\[|<!--|<(/?)((?:[A-Za-z_][\w.-]*:)?(?:item|entry))(?=[\s/>])"
)
_AUTHOR: Final = re.compile(
    r"<(?:[A-Za-z_][\w.-]*:)?(?:author|creator|contributor|managingeditor|webmaster|publisher"
    r"|owner|name|email)(?:\s[^<>]*)?>\s*(<!\[CDATA\[)?",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Cut:
    """A feed as `gaps` and `pieces` in turn: one gap more than pieces. `hashes` are the pieces'."""

    gaps: tuple[str, ...]
    pieces: tuple[str, ...]
    hashes: tuple[str, ...]

    @property
    def head(self) -> str:
        """All that is said of the feed itself."""
        return " ".join(self.gaps)

    def without(self, seen: Collection[str]) -> tuple[str, tuple[str, ...]]:
        """The feed with its unseen pieces, long ones shortened, and the hashes of those."""
        kept = [
            "" if self.hashes[number] in seen else shortened(piece)
            for number, piece in enumerate(self.pieces[:MOST_PIECES])
        ]
        joined = [part for pair in zip(self.gaps, kept, strict=False) for part in pair]
        # The last gap holds the end tags.
        left = tuple(name for name, piece in zip(self.hashes, kept, strict=False) if piece)
        return "".join([*joined, self.gaps[-1]]), left


def cut(text: str) -> Cut | None:
    """The feed, cut at its top-level items; None where that cannot be done safely."""
    gaps: list[str] = []
    pieces: list[str] = []
    last = start = position = depth = 0
    name = ""
    while (token := _TOKEN.search(text, position)) is not None:
        position = token.end()
        if token.group(2) is None:
            position = text.find("]]>" if token.group() == "<![CDATA[" else "-->", position)
            if position < 0:
                return None
        elif depth and token.group(2) != name:
            continue
        elif token.group(1):
            if not depth:
                return None
            depth -= 1
            if not depth:
                position = text.find(">", position) + 1
                if not position:
                    return None
                gaps.append(text[last:start])
                pieces.append(text[start:position])
                last = position
        else:
            end = text.find(">", position)
            if end < 0:
                return None
            if text[end - 1] == "/":
                continue
            if not depth:
                start, name = token.start(), token.group(2)
            depth += 1
    if depth or not pieces:
        return None
    gaps.append(text[last:])
    return Cut(tuple(gaps), tuple(pieces), tuple(map(_hash, pieces)))


def _hash(piece: str) -> str:
    return blake2b(piece.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def shortened(piece: str) -> str:
    """The piece, its longest texts cut if it is too long; nothing if it is too long even then."""
    if len(piece) <= LONGEST_PIECE:
        return piece
    parts: list[str] = []
    position = 0
    while position < len(piece):
        if piece.startswith("<![CDATA[", position):
            end = piece.find("]]>", position)
        elif piece[position] == "<":
            end = position + 1
        else:
            end = piece.find("<", position)
        end = len(piece) if end < 0 else end
        text = piece[position:end]
        if len(text) > LONGEST_TEXT:
            # A reference that is cut in two would be one more error to mend.
            text = _CUT_REFERENCE.sub("", text[:LONGEST_TEXT])
        parts.append(text)
        position = end
    short = "".join(parts)
    return short if len(short) <= LONGEST_PIECE else ""


def short_authors(text: str) -> str:
    """The same feed with every author's text cut to a sensible length."""
    parts: list[str] = []
    last = 0
    for found in _AUTHOR.finditer(text):
        start = found.end()
        if start < last:
            continue
        end = text.find("]]>" if found.group(1) else "<", start)
        if end - start > LONGEST_AUTHOR:
            parts.append(text[last : start + LONGEST_AUTHOR])
            last = end
    return "".join([*parts, text[last:]]) if parts else text
