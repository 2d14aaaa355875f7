"""Where do I change how a sentence is cut for comparing facts? Its words, by class, with status.

Figures carry a value and a unit, days and names are marked, phrases of the tables become one word,
and each verb knows how far it has come: done, planned, possible or negated.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import zip_longest
from typing import NamedTuple

from wirewatch.stories.alike import MOST_WORDS, Tables
from wirewatch.stories.number_words import in_digits
from wirewatch.stories.words import spelling
from wirewatch.text import fold

NUMBER, DAY, NAME, WORD, SMALL = "number", "day", "name", "word", "small"
DONE, PLANNED, POSSIBLE, NEGATED = "done", "planned", "possible", "negated"
MOST_YEARS = 120  # of a life
LONGEST_ASIDE = 8  # words
LONGEST_OBJECT = 4  # words between a verb and its particle
REACH = 6  # words between a cue and its verb

_PIECE = re.compile(
    r"(?P<code>[A-Z]{1,5}-?\d+[A-Z]?\b)|(?P<number>[$€£]?\d+(?:,\d{3})*(?:\.\d+)?(?:\s?(?:%|bn\b|mln\b|m\b|k\b))?)"
    r"|(?P<word>[^\W\d_]+(?:'[^\W\d_]+)?)|(?P<mark>[,;:.!?()\"])"
)
_DOTTED = re.compile(r"\b(?:[A-Za-z]\.){2,}")
_HYPHEN = re.compile(r"(?<=\w)-(?=[^\W\d])|(?<=\d)-(?=\w)")
_CONTRACTED = (
    ("won't", "will not"),
    ("can't", "can not"),
    ("shan't", "shall not"),
    ("n't", " not"),
)
_TIMES = {
    "k": 1e3, "thousand": 1e3, "m": 1e6, "mln": 1e6, "million": 1e6, "bn": 1e9, "billion": 1e9,
    "trillion": 1e12, "hundred": 1e2,
}  # fmt: skip
PARTS = {
    "half": 1 / 2, "third": 1 / 3, "thirds": 1 / 3, "quarter": 1 / 4, "quarters": 1 / 4,
    "fifth": 1 / 5, "fifths": 1 / 5, "tenth": 1 / 10, "tenths": 1 / 10,
}  # fmt: skip
_ARTICLES = ("a", "an", "the")
_UNITS = ("second", "minute", "hour", "day", "week", "month", "year")
RANGES = {
    "dozens": (24, 99),
    "scores": (40, 99),
    "hundreds": (200, 999),
    "thousands": (2000, 99999),
    "millions": (2e6, 9.9e8),
}
_CUES = {
    "nearly": (0.9, 1.0),
    "almost": (0.9, 1.0),
    "over": (1.0, 1.12),
    "than": (1.0, 1.12),
    "least": (1.0, 1.12),
    "about": (0.92, 1.08),
    "around": (0.92, 1.08),
    "some": (0.92, 1.08),
    "roughly": (0.92, 1.08),
    "approximately": (0.92, 1.08),
}


class Fact:
    """One word of a sentence: its key in the tables, its class, and what goes with the class.

    `word` is its text in small letters, `base` the base form of that. A sentence has dozens: what
    only a few have is set on those, and stands here for all others.
    """

    place = 0
    status = DONE
    value: float | None = None
    unit = ""
    printed = ""  # the unit that was printed, of a measure that is kept in another
    value_printed: float | None = None
    range_: tuple[float, float] | None = None
    passive = False
    noun = False
    one_more = False
    cue = ""

    def __init__(self, text: str, word: str, base: str, key: str, kind: str, clause: int) -> None:
        self.text, self.word, self.base = text, word, base
        self.key, self.kind, self.clause = key, kind, clause

    @property
    def tells(self) -> bool:
        """Whether it takes part in the comparison."""
        return self.kind != SMALL


def facts(text: str, tables: Tables) -> list[Fact]:
    """The words of a sentence in order, with class and status."""
    cut = _cut(text, tables)
    joined = _phrases(cut, tables)
    figured = _figures(joined, tables)
    for place, fact in enumerate(figured):
        fact.place = place
    _statuses(figured, tables)
    _asides(figured, tables)
    return figured


def _asides(found: list[Fact], tables: Tables) -> None:
    """Clauses that only say who said it tell nothing: “…, two people at the talks said on Monday”.

    A clause of who and “said”, the last one, or one with “according to”, beside a longer rest.
    """
    telling = [fact for fact in found if fact.tells]
    if not telling:
        return
    last = telling[-1].clause
    for clause in {fact.clause for fact in telling}:
        mine = [fact for fact in telling if fact.clause == clause]
        if len(mine) > LONGEST_ASIDE or len(telling) - len(mine) < LONGEST_ASIDE // 2:
            continue
        says = next((at for at, fact in enumerate(mine) if fact.key in tables.says), None)
        if says is None or not (clause == last or mine[says].word == "according"):
            continue
        after = mine[says + 1 :]
        if mine[says].word == "according" or (
            says and not any(f.kind == NUMBER or tables.in_chain(f.key) for f in after)
        ):
            for fact in mine:
                fact.kind = SMALL


def _cut(text: str, tables: Tables) -> list[Fact]:
    plain = in_digits(fold(text, keep_case=True), tables.code)
    if "'" in plain:
        for short, long in _CONTRACTED:
            plain = plain.replace(short, long)
    plain = _DOTTED.sub(lambda m: m.group().replace(".", "").upper() + " ", plain)
    if "-" in plain:
        plain = _HYPHEN.sub(" ", plain)
    found: list[Fact] = []
    clause, opens, article, before = 0, True, False, ""
    for piece in _PIECE.finditer(plain):
        raw, of = piece.group(), piece.lastgroup
        if of == "mark":
            clause += raw in ",;:"
            opens = opens or raw in '"('
            continue
        if of == "word":
            seen = _seen(raw, opens, tables)
            word = seen.word
            if seen.opens_noun:
                article, before = True, word
                continue
            fact = Fact(raw, word, seen.base, seen.key, seen.kind, clause)
            if seen.kind == NUMBER:
                fact.value, fact.range_ = seen.value, seen.range_
            if article or seen.noun:
                fact.noun = True
            if seen.plain:
                found.append(fact)
                article, before = article and _leaves_open(found, word, tables), ""
                opens = False
                continue
        else:
            word = raw.lower()
            if of == "code":  # M23, F-16: a name, and no figure
                fact = Fact(raw, word, word, word.replace("-", ""), NAME, clause)
            else:
                fact = _number(raw, clause)
            fact.noun = article or word.endswith(tables.noun_endings)
        found.append(fact)
        if fact.kind == NUMBER and _is_age(found, plain[piece.end() : piece.end() + 9]):
            fact.kind = SMALL
        if (f"{before} {word}" if before else word) in tables.one_more:
            fact.one_more = True
        before = ""
        article = article and _leaves_open(found, word, tables)
        if fact.key in tables.clause_openers:
            clause += 1
            fact.clause = clause
        if word in tables.joined_ends:
            _join(found, tables)
        opens = False
    return found


def _is_age(found: list[Fact], after: str) -> bool:
    """“Paolo Renzi, 44, was”, “aged 44”, “44-year-old”: who somebody is, and no figure of news."""
    if after.startswith((" year old", " years old", " year-old")):
        return True
    before = found[-2] if len(found) > 1 else None
    named = before is not None and before.kind == NAME and before.clause < found[-1].clause
    aged = before is not None and before.word == "aged"
    return aged or (named and after[:1] in (",", "") and (found[-1].value or 0) < MOST_YEARS)


def _leaves_open(found: list[Fact], word: str, tables: Tables) -> bool:
    """Whether the noun of an article is still to come: “a 24-hour strike”, “the longest strike”."""
    if found[-1].kind == NUMBER or word == "one" or word.endswith(tables.adjective_endings):
        return True
    before = found[-2] if len(found) > 1 else None
    return word in _UNITS and before is not None and (before.kind == NUMBER or before.text == "one")


def _join(found: list[Fact], tables: Tables) -> None:
    """Two words that the language also writes as one (e-mail, cease fire) become one."""
    if len(found) > 1 and (one := found[-2].word + found[-1].word) in tables.joined:
        last = found.pop()
        base = tables.base(one)
        found[-1] = Fact(one, one, base, base, WORD, last.clause)


def _number(raw: str, clause: int) -> Fact:
    unit = "%" if raw.endswith("%") else "$" if raw[0] in "$€£" else ""
    digits = re.sub(r"[^\d.]", "", raw)
    tail = re.search(r"(bn|mln|m|k)$", raw)
    value = float(digits) * (_TIMES[tail.group()] if tail else 1.0)
    word = raw.lower()
    fact = Fact(raw, word, word, digits, NUMBER, clause)
    fact.value, fact.unit = value, unit
    return fact


class _Seen(NamedTuple):
    """What is known of a printed word whatever stands around it; most are `plain`, no more."""

    word: str
    base: str
    opens_noun: bool
    noun: bool
    plain: bool = False
    key: str = ""
    kind: str = SMALL
    value: float | None = None
    range_: tuple[float, float] | None = None


@lru_cache(maxsize=MOST_WORDS)
def _seen(raw: str, opens: bool, tables: Tables) -> _Seen:
    word = raw.lower()
    if word in _ARTICLES or word in tables.possessives:
        return _Seen(word, word, opens_noun=True, noun=False)
    noun = word.endswith(tables.noun_endings)
    key, kind, value, range_ = _class_of(raw, word, opens, tables)
    plain = kind != NUMBER and word not in tables.one_more_ends
    plain = plain and key not in tables.clause_openers and word not in tables.joined_ends
    return _Seen(word, tables.base(word), False, noun, plain, key, kind, value, range_)


def _class_of(
    raw: str, word: str, opens: bool, tables: Tables
) -> tuple[str, str, float | None, tuple[float, float] | None]:
    """The key and the class of a word, and its value or range if it is a number."""
    spelt = spelling(word, tables.code)
    if spelt.isdecimal() and spelt.isascii():
        return spelt, NUMBER, float(spelt), None
    if spelt in RANGES:
        return spelt, NUMBER, None, RANGES[spelt]
    key = tables.base(spelt)
    if spelt in tables.days or spelt in tables.near_days:
        return spelt, DAY, None, None
    if spelt in tables.months and (raw[0].isupper() or not opens) and spelt not in ("may", "march"):
        return spelt, DAY, None, None
    if spelt in ("may", "march") and raw[0].isupper() and not opens:
        return spelt, DAY, None, None
    shouted = raw.isupper() and len(raw) > 1
    if shouted and tables.is_alias(spelt):
        return key, NAME, None, None
    if tables.is_small(spelt, key) or (raw[0].isupper() and spelt in tables.titles):
        return spelt, SMALL, None, None
    named = raw[0].isupper() and (not opens or tables.is_alias(spelt) or not tables.is_known(key))
    return key, NAME if named else WORD, None, None


def _phrases(found: list[Fact], tables: Tables) -> list[Fact]:
    """Words that the tables know as one phrase become one word, also parted by an object."""
    bases = [fact.base for fact in found]
    if tables.phrases.keys().isdisjoint(bases):
        return found
    out: list[Fact] = []
    place, parted = 0, 0  # up to there stands the object of a parted phrase, then its particle
    while place < len(found):
        first = found[place]
        length = 0
        if first.base in tables.phrases and place >= parted:
            length, key = tables.phrase_at(bases, place)
            split = None
            if not length and first.base in tables.parted and first.kind == WORD:
                split = _parted(found, bases, place, tables)
            if split is not None:
                parted, words = split
                out.append(
                    _phrase([first, *found[parted : parted + len(words) - 1]], words, tables)
                )
                particles = len(words) - 1
                found = found[:parted] + found[parted + particles :]
                bases = bases[:parted] + bases[parted + particles :]
                place += 1
                continue
        if length:
            out.append(_phrase(found[place : place + length], tuple(key.split("_")), tables))
            place += length
        else:
            out.append(first)
            place += 1
    return out


def _phrase(words: Sequence[Fact], parts: Sequence[str], tables: Tables) -> Fact:
    """The one word that these become."""
    key, first = "_".join(parts), words[0]
    kind = NAME if tables.is_alias(key) else WORD
    text = " ".join(fact.text for fact in words)
    phrase = Fact(text, text.lower(), key, key, kind, first.clause)
    phrase.noun = first.noun
    return phrase


def _parted(
    found: list[Fact], bases: list[str], place: int, tables: Tables
) -> tuple[int, tuple[str, ...]] | None:
    """Of “pulled 12 miners out of” the place of “out”, and the words of “pull out of”."""
    for at in range(place + 1, min(place + 2 + LONGEST_OBJECT, len(found))):
        fact = found[at]
        if fact.clause != found[place].clause:
            return None
        if at > place + 1 and fact.word in tables.particles:
            for parts in tables.phrases[bases[place]]:
                after = parts[1:]
                if after[0] == bases[at] and tuple(bases[at : at + len(after)]) == after:
                    return at, parts
            return None
        if fact.kind not in (WORD, NAME, NUMBER):
            return None
    return None


def _figures(found: list[Fact], tables: Tables) -> list[Fact]:
    """Numbers take in their magnitude, unit and day: five thousand, 6 percent, March 3."""
    if not any(fact.kind in (NUMBER, DAY) or fact.word in PARTS for fact in found):
        return found
    out: list[Fact] = []
    for fact, after in zip_longest(found, found[1:]):
        last = out[-1] if out else None
        word = fact.word
        if word in PARTS and after is not None and after.word == "of":
            if last is not None and last.kind == NUMBER and last.value is not None:
                last.value, last.unit = last.value * PARTS[word], "part"  # two thirds of
                continue
            fact.kind, fact.value, fact.unit = NUMBER, PARTS[word], "part"
        if last is not None and last.kind == NUMBER:
            if word in _TIMES and last.value is not None:
                last.value *= _TIMES[word]
                continue
            if word in ("percent", "pct", "dollars", "euros", "pounds"):
                last.unit = "%" if word in ("percent", "pct") else "$"
                continue
            if word == "cent" and len(out) > 1:
                continue
            if fact.key in tables.measures and last.value is not None and not last.unit:
                last.printed, last.value_printed = fact.key, last.value
                last.unit, times = tables.measures[fact.key]
                last.value *= times
                continue
            if fact.kind == DAY and fact.key in tables.months and last.value and last.value <= 31:
                last.kind, last.key = DAY, f"{last.value:g} {fact.key}"
                continue
        if (
            last is not None
            and last.kind == DAY
            and last.key in tables.months
            and fact.kind == NUMBER
            and fact.value is not None
            and fact.value <= 31
        ):
            last.key = f"{fact.value:g} {last.key}"
            continue
        if fact.kind == NUMBER and fact.value is not None and out:
            before = [one.word.split()[-1] for one in reversed(out[-2:])]
            cue = next((word for word in before if word in _CUES), None)
            if cue:
                fact.cue = cue
        out.append(fact)
    return out


def rounding(fact: Fact) -> tuple[float, float] | None:
    """Which multiples of its value a figure under a cue may stand for (nearly 50: .9 to 1)."""
    return _CUES.get(fact.cue)


def _statuses(found: list[Fact], tables: Tables) -> None:
    """Give each cue's status to the first telling word after it in its clause."""
    words = [fact.word for fact in found]
    for place, fact in enumerate(found):
        if fact.base not in tables.cue_starts and " " not in fact.word:
            continue
        cue = tables.cue_at(words, place)
        if cue is None or fact.kind == DAY:
            continue
        status, length = cue
        ahead = found[place + length : place + length + 2 * REACH]
        reached = [one for one in ahead if one.kind != NAME][:REACH]  # names take no room
        for nth, after in enumerate(reached):
            if after.clause != fact.clause and nth:
                break
            if status == NEGATED and _is_done_to(after, found, tables):
                after.status = status
                break
            if after.kind == WORD and tables.has_status(after.word, after.key):
                doing = after if fact.kind == SMALL else _told_to(reached[nth:], tables)
                if status == NEGATED or doing.status == DONE:
                    doing.status = status
                for cue_word in found[place : place + length]:
                    if cue_word.key in tables.auxiliaries:
                        cue_word.kind = SMALL
                break
            if status == NEGATED and (after.kind == NUMBER or ahead[nth].kind == NAME):
                break
    _passive(found, words, tables)


def _is_done_to(fact: Fact, found: list[Fact], tables: Tables) -> bool:
    """A cue that is the deed itself: “has not been stopped”, and not “was not expected to …”."""
    if fact.kind != WORD or fact.key not in tables.cue_keys or not is_past(fact, tables):
        return False
    helped = {one.word for one in found[max(0, fact.place - 2) : fact.place]}
    leads_on = found[fact.place + 1 : fact.place + 2]
    return not tables.passive.isdisjoint(helped) and not any(one.word == "to" for one in leads_on)


def is_past(fact: Fact, tables: Tables) -> bool:
    """Whether a word has the form of a verb in the past."""
    return fact.kind == WORD and (
        fact.text.endswith(tables.past_endings) or tables.is_irregular(fact.word)
    )


def _told_to(reached: Sequence[Fact], tables: Tables) -> Fact:
    """Of “(ordered) the army to begin” begin: the verb after “to”, unless a verb comes first."""
    first = reached[0]
    if tables.in_chain(first.key):
        return first
    for place, fact in enumerate(reached[1:4], 1):
        if fact.clause != first.clause:
            break
        if fact.word == "to" and place + 1 < len(reached):
            after = reached[place + 1]
            return after if after.kind == WORD else first
    return first


def _passive(found: list[Fact], words: list[str], tables: Tables) -> None:
    """Mark the verbs that are done to what stands before them: “was hit by”."""
    if "by" in words:
        for place, fact in enumerate(found):
            helped = words[place + 1 : place + 2] == ["by"]  # people killed by the quake
            helped = helped or not tables.passive.isdisjoint(words[max(0, place - 3) : place])
            if fact.kind == WORD and helped and "by" in words[place + 1 : place + 12]:
                fact.passive = True
