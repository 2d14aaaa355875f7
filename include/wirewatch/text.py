"""Plain text, cut and compared: NFC, folding that keeps offsets, words, sentences, content hashes.

Everything here is linear in its input and raises nothing, whatever the text holds.
"""

import re
import unicodedata
from collections.abc import Iterable
from hashlib import blake2b

# Letters that NFKD leaves alone though readers take them for their plain twin.
_TWINS = {"ł": "l", "Ł": "l", "ø": "o", "Ø": "o", "đ": "d", "Đ": "d", "ı": "i", "ß": "s"}
_QUOTES = dict.fromkeys("‘’‚‛ʼ´`′", "'") | dict.fromkeys("“”„‟«»″", '"')
_DASHES = dict.fromkeys("‐‑‒–—―−﹘﹣-", "-")


def nfc(text: str) -> str:
    """The text as we store it: NFC, without lone surrogates and NUL, which databases refuse."""
    clean = text.encode("utf-8", "replace").decode("utf-8").replace("\x00", "�")
    return unicodedata.normalize("NFC", clean)


class _Fold(dict[int, str]):
    """Code point → its folded character, filled as letters are met; always one for one."""

    def __missing__(self, point: int) -> str:
        char = chr(point)
        out = _TWINS.get(char) or _QUOTES.get(char) or _DASHES.get(char)
        if out is None:
            out = " " if char.isspace() else unicodedata.normalize("NFKD", char)[:1] or char
            out = out.lower()[:1] or out
        self[point] = out
        return out


_FOLD = _Fold()


class _FoldKeepingCase(_Fold):
    """As `_Fold`, but capitals stay: “Jordan” is not “jordan”."""

    def __missing__(self, point: int) -> str:
        char = chr(point)
        out = _FOLD[point]
        if char.isupper() and len(out.upper()) == 1:
            out = out.upper()
        self[point] = out
        return out


_FOLD_KEEPING_CASE = _FoldKeepingCase()


def fold(text: str, *, keep_case: bool = False) -> str:
    """The text without case, accents, curly quotes and odd dashes, of exactly the same length.

    Offsets in the folded text are therefore offsets in the article.
    """
    return text.translate(_FOLD_KEEPING_CASE if keep_case else _FOLD)


def digest(*parts: object) -> str:
    """A content hash of 20 hexadecimal digits: equal parts, equal id."""
    joined = "\x1f".join(str(part) for part in parts)
    return blake2b(joined.encode("utf-8", "surrogatepass"), digest_size=10).hexdigest()


_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_USERINFO = re.compile(r"(?<=://)[^/@\s]+@")
_KEY_IN_QUERY = re.compile(
    r"([?&](?:[\w-]{0,20}[_-])?(?:token|key|apikey|secret|auth|sig|signature|password|pw)=)"
    r"[^&\s\"“”]*[^&\s\"“”.,:;]",  # the marks that end a sentence are no part of it
    re.I,
)


def count(many: int, one: str, several: str | None = None) -> str:
    """`1 alert`, `1,204 alerts`."""
    return f"{many:,} {one if many == 1 else several or one + 's'}"


def without_keys(text: str) -> str:
    """The text with `***` for the login or key in any address: so a private feed's is shown."""
    return _KEY_IN_QUERY.sub(r"\1***", _USERINFO.sub("***@", text))


def words(text: str) -> list[tuple[int, int]]:
    """Start and end of each word, in order. Hyphens part words; apostrophes inside do not."""
    return [match.span() for match in _WORD.finditer(text)]


ABBREVIATIONS = frozenset(
    "mr mrs ms dr prof gen col lt sgt capt cmdr adm maj rev hon sen rep gov pres st mt ft jr sr "  # noqa: SIM905
    "no vs etc inc corp co ltd dept est approx jan feb mar apr jun jul aug sep sept oct nov dec "
    "mon tue wed thu fri sat sun a.m p.m u.s u.k u.n e.u i.e e.g d.c".split()
)
_SENTENCE_END = re.compile(
    r"(?<![.!?…])[.!?…]++[\"'”’)\]»]*+(?=\s+[\"'“‘(\[«]*[^\W\d_a-z]|\s+[\"'“‘(\[«]*\d|\s*$)"
)
_LAST_WORD = re.compile(r"([^\s\"'“‘(\[]{1,12})$")


def sentences(text: str, abbreviations: Iterable[str] = ABBREVIATIONS) -> list[tuple[int, int]]:
    """Start and end of each sentence, in order; a newline always ends one.

    Rules for edited prose: an end mark followed by a capital or a digit, but not after an
    abbreviation or an initial. Fails towards longer sentences.
    """
    short = abbreviations if isinstance(abbreviations, frozenset) else frozenset(abbreviations)
    found: list[tuple[int, int]] = []
    offset = 0
    for line in text.split("\n"):
        start, last = 0, len(line.rstrip())
        for match in _SENTENCE_END.finditer(line):
            inside = match.group()[0] == "." and match.end() < last
            if inside and _abbreviates(line, match.start(), short):
                continue
            _keep(found, line, start, match.end(), offset)
            start = match.end()
        _keep(found, line, start, len(line), offset)
        offset += len(line) + 1
    return found


def _abbreviates(line: str, dot: int, short: frozenset[str]) -> bool:
    last = _LAST_WORD.search(line, max(0, dot - 14), dot)
    if last is None:
        return False
    word = last.group(1)
    return word.lower() in short or (len(word) == 1 and word.isupper())


def _keep(found: list[tuple[int, int]], line: str, start: int, end: int, offset: int) -> None:
    piece = line[start:end]
    left = len(piece) - len(piece.lstrip())
    stripped = piece.strip()
    if stripped:
        found.append((offset + start + left, offset + start + left + len(stripped)))
