"""Where do I change which spellings are offered as the same name? By consonants and likeness.

Only offered: what an editor does not write into the vocabulary is never taken for the name.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from wirewatch.text import fold

_SURE = 0.82  # of likeness: with the same consonants this much is enough
_SURE_IF_FEW = 0.88  # … with two of them: Gaza and Giza are two places
_ALIKE = 0.93  # without them this much is asked
# What different hands write for one sound; the rest of the letters stand for themselves.
_SOUNDS = str.maketrans("cqksjgvwftdpbz", "kkksggffftdpbs")
_PAIRS = (("kh", "k"), ("gh", "g"), ("sh", "s"), ("ch", "k"), ("th", "t"), ("dh", "d"),
          ("ph", "f"), ("ou", "u"), ("x", "ks"), ("tz", "s"), ("ts", "s"))  # fmt: skip
_OPEN = frozenset("aeiouyhw")
_ARTICLES = frozenset(("al", "el", "ad", "as", "the"))
# The letters of other scripts, each with the sound that Latin papers give it.
_LETTERS = (
    "بb تt ثth جg حh خkh دd ذdh رr زz سs شsh صs ضd طt ظz ع غgh فf قq كk لl مm نn هh وu يi "
    "اa أa إi آa ىa ة "
    "א בb גg דd הh וu זz חh טt יi כk ךk לl םm מm ןn נn סs ע פf ףf צts ץts קk רr שsh תt "
    "аa бb вv гg дd еe жzh зz иi йi кk лl мm нn оo пp рr сs тt уu фf хkh цts чch шsh щsh "
    "ыy эe юu яa ёe іi їi єe "
)
_OTHERS = {written[0]: written[1:] for written in _LETTERS.split()}


@dataclass(frozen=True, slots=True)
class Alike:
    """A spelling that may be the same name: how alike it is (0 to 1), and why."""

    name: str
    likeness: float
    why: str


def latin(name: str) -> str:
    """A name folded, with letters of Arabic, Hebrew and Cyrillic as Latin ones."""
    return "".join(_OTHERS.get(char, char) for char in fold(name))


def consonants(name: str) -> str:
    """The consonants of a name by their sound, without an article: “Rafiah” and “Rafah” are rf."""
    return " ".join(_key(word) for word in _words(name))


def _words(name: str) -> list[str]:
    words = latin(name).replace("-", " ").replace("'", "").split()
    while len(words) > 1 and words[0] in _ARTICLES:
        words.pop(0)
    return words


def _key(word: str) -> str:
    for written, sound in _PAIRS:
        word = word.replace(written, sound)
    sounds = word.translate(_SOUNDS)
    kept = [char for char in sounds if char.isalpha() and char not in _OPEN]
    return "".join(char for at, char in enumerate(kept) if not at or kept[at - 1] != char) or word


def likeness(one: str, other: str) -> float:
    """The Jaro-Winkler likeness of two names: 1 for equal ones, 0 for nothing in common.

    Source: Winkler 1990; prefix of at most four letters, weight 0.1.
    """
    one, other = " ".join(_words(one)), " ".join(_words(other))
    jaro = _jaro(one, other)
    same = 0
    for a, b in zip(one[:4], other[:4], strict=False):
        if a != b:
            break
        same += 1
    return jaro + same * 0.1 * (1 - jaro)


def _jaro(one: str, other: str) -> float:
    if not one or not other:
        return 0.0
    reach = max(0, max(len(one), len(other)) // 2 - 1)
    taken = [False] * len(other)
    mine: list[str] = []
    for at, char in enumerate(one):
        for there in range(max(0, at - reach), min(len(other), at + reach + 1)):
            if not taken[there] and other[there] == char:
                taken[there] = True
                mine.append(char)
                break
    if not mine:
        return 0.0
    theirs = [char for char, met in zip(other, taken, strict=True) if met]
    moved = sum(a != b for a, b in zip(mine, theirs, strict=True)) / 2
    met = len(mine)
    return (met / len(one) + met / len(other) + (met - moved) / met) / 3


def alike(name: str, names: Iterable[str], most: int = 20) -> list[Alike]:
    """The names that may be other spellings of `name`, the likeliest first."""
    key, typed = consonants(name), fold(name)
    enough = _SURE if len(key) > 2 else _SURE_IF_FEW
    found: dict[str, Alike] = {}
    for other in names:
        if other == name or other in found:
            continue
        same = bool(key) and consonants(other) == key
        score = round(likeness(name, other), 3)
        if fold(other) == typed:
            found[other] = Alike(other, 1.0, "the same letters")
        elif same and (score >= enough or not fold(other).isascii()):
            found[other] = Alike(other, score, "the same consonants")
        elif score >= _ALIKE:
            found[other] = Alike(other, score, "nearly the same letters")
    return sorted(found.values(), key=lambda one: (-one.likeness, one.name))[:most]
