"""How a text becomes words for rules: no case, no accents, no possessive; hyphens part and join.

“cease-fire” is cease, fire and ceasefire; Chinese and Japanese characters are words by themselves.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from wirewatch.text import fold

_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
# Vowel signs and accents that stand by themselves belong to the word before them.
_SIGNS = "\u0300-\u036f\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0900-\u0903\u093a-\u094f"
_LETTERS = rf"(?:[^\W_{_CJK}]|[{_SIGNS}])+"
_WORD = re.compile(rf"[{_CJK}]|[^\W_{_CJK}](?:{_LETTERS})?(?:['’‘ʼ´`]{_LETTERS})*")
# The same where no such letter or sign stands, at half the cost.
_PLAIN_WORD = re.compile(r"[^\W_]+(?:['’‘ʼ´`][^\W_]+)*")
_SPECIAL = re.compile(f"[{_CJK}{_SIGNS}]")
# Tried at a word's first letter only, or a word of a page's length would cost its square.
_HYPHENED = re.compile(rf"(?<![^\W_{_CJK}])(?<![{_SIGNS}]){_LETTERS}+(?:[-‐‑–]{_LETTERS}+)+")
_HYPHEN = re.compile("[-‐‑–]")
_MARKS = re.compile(f"[{_SIGNS}]")

# Words that stand in most articles: a rule that needs nothing else would look at everything.
EVERYWHERE = frozenset(
    "a about after against all also among an and any are as at back be because been before being "  # noqa: SIM905
    "between both but by can could day days did do does down during each even first for former "
    "four from had has have he her here him his how however i if in into is it its just last "
    "late later made make many may me might million monday month months more most much must my "
    "new no not now of off on one only or other our out over own part people per president same "
    "said saturday say saying says several she should since six so some still such sunday take "
    "ten than that the their them then there these they this those three through thursday time "
    "to told too told tuesday two under until up us use very was way we wednesday week weeks "
    "well were what when where which while who will with within without would year years yet "
    "you your friday five government country world news state report reported reuters ap afp "
    "according around including called added".split()
)
# Words of every third newsroom day: not rare enough to file a rule under if there is another.
OFTEN = frozenset(
    "agency airport army attack attacks authorities bank black border british business city come "  # noqa: SIM905
    "company company's control council countries court crisis deal death deaths defence defense "
    "east economic economy election end european fire force forces foreign general german group "
    "head health high home house human interest international israel israeli killed law leader "
    "leaders left local major man market media meeting men military minister ministry money "
    "national north office officer officials oil old open party peace place plan police "
    "political port power press price prices prime public red rise right russia russian sea "
    "security service ship ships south spokesman spokesperson statement states strike strikes "
    "support talks tax team trade troops union united war water west white woman women work "
    "workers talks street".split()
)


def _pattern(text: str) -> re.Pattern[str]:
    return _PLAIN_WORD if text.isascii() or not _SPECIAL.search(text) else _WORD


@lru_cache(maxsize=65_536)
def shape(raw: str) -> str:
    """A word as rules compare it: folded, without signs over letters and without its possessive."""
    word = fold(raw) if raw.isascii() else fold(_MARKS.sub("", raw))
    return word[:-2] if word.endswith("'s") else word


def split(text: str) -> list[str]:
    """The words of a text in order."""
    return [shape(word) for word in _pattern(text).findall(text)]


def all_words(text: str) -> set[str]:
    """Every word of a text as printed, with hyphenated ones joined too."""
    found = set(_pattern(text).findall(text))
    if _HYPHEN.search(text):
        found.update(_HYPHEN.sub("", word) for word in _HYPHENED.findall(text))
    return found


def first_place(raw: str, text: str) -> int:
    """Where a printed word first stands by itself, also where a hyphen parts it; else -1."""
    at = text.find(raw)
    while at >= 0:
        end = at + len(raw)
        if not text[max(0, at - 1) : at].isalnum() and not text[end : end + 1].isalnum():
            return at
        at = text.find(raw, at + 1)
    if _HYPHEN.search(text):
        for found in _HYPHENED.finditer(text):
            if _HYPHEN.sub("", found[0]) == raw:
                return found.start()
    return -1


def frequency(key: str) -> float:
    """In which share of articles a word or prefix (`tank*`) stands, guessed high."""
    if key.endswith("*"):
        stem = key[:-1]
        if len(stem) < 4 or any(word.startswith(stem) for word in EVERYWHERE):
            return 0.3
        return 0.05
    if key in EVERYWHERE:
        return 0.6
    if len(key) < 3 or key in OFTEN:
        return 0.15
    return 0.01


@dataclass(slots=True)
class Words:
    """One string's words with their places, for phrases and distances."""

    starts: list[int]
    ends: list[int]
    at: dict[str, list[tuple[int, int]]]

    @classmethod
    def of(cls, text: str) -> "Words":
        """The words of a sentence or title; `at` gives first and last position of each."""
        starts: list[int] = []
        ends: list[int] = []
        at: dict[str, list[tuple[int, int]]] = {}
        for number, found in enumerate(_pattern(text).finditer(text)):
            start, end = found.span()
            starts.append(start)
            ends.append(end)
            at.setdefault(shape(found[0]), []).append((number, number))
        if _HYPHEN.search(text):
            begins = {start: number for number, start in enumerate(starts)}
            stops = {end: number for number, end in enumerate(ends)}
            for found in _HYPHENED.finditer(text):
                first, last = begins.get(found.start()), stops.get(found.end())
                if first is not None and last is not None:
                    joined = shape(_HYPHEN.sub("", found[0]))
                    at.setdefault(joined, []).append((first, last))
        return cls(starts, ends, at)

    def places(self, key: str) -> list[tuple[int, int]]:
        """First and last position of each place where a word, or a prefix `tank*`, stands."""
        if not key.endswith("*"):
            return self.at.get(key, [])
        stem = key[:-1]
        return sorted(p for word, some in self.at.items() if word.startswith(stem) for p in some)

    def phrase(self, keys: tuple[str, ...]) -> list[tuple[int, int]]:
        """Where these words follow one another."""
        found = self.places(keys[0])
        for key in keys[1:]:
            if not found:
                return found
            follows: dict[int, list[int]] = {}
            for first, last in self.places(key):
                follows.setdefault(first, []).append(last)
            found = [(a, end) for a, b in found for end in follows.get(b + 1, ())]
        return found
