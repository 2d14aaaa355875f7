"""The index and the conditions agree with an evaluator that has neither and shares none of it."""

import re
from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st
from rule_records import article, development, judgement, match, reading, rule

from wirewatch.records import Article, Development, Reading, When

WORDS = ("tanker", "tankers", "red", "sea", "suez", "cruise", "fire", "cease", "port", "sank")
NAMES = ("Rafah", "Cairo", "Gaza")
EVENTS = ("attack", "truce")

# ── Random articles and rules ─────────────────────────────────────────────────────────────────

words = st.sampled_from((*WORDS, *NAMES, *EVENTS, "cease-fire", "the", "Sea's"))
sentence = st.lists(words, min_size=2, max_size=9).map(lambda some: "A " + " ".join(some) + ".")
texts = st.lists(sentence, min_size=1, max_size=4).map("\n".join)
titles = st.lists(words, max_size=4).map(" ".join)

simple = st.sampled_from(
    (*WORDS, "tank*", "ceasefire", "cease-fire", '"red sea"', "gaza", '"the po*"')
)


def _joined(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pair = st.tuples(parts, parts)
    return st.one_of(
        pair.map(lambda two: f"({two[0]} AND {two[1]})"),
        pair.map(lambda two: f"({two[0]} OR {two[1]})"),
        st.tuples(parts, simple).map(lambda two: f"({two[0]} NOT {two[1]})"),
        st.tuples(simple, simple, st.integers(1, 4)).map(lambda t: f"({t[0]} NEAR/{t[2]} {t[1]})"),
    )


queries = st.recursive(simple, _joined, max_leaves=5)
lists = st.lists(
    st.sampled_from((*WORDS, "tank*", "red sea", "cease-fire")), min_size=1, max_size=3
)
names = st.lists(st.sampled_from(NAMES), min_size=1, max_size=2, unique=True)


CONDITIONS = {
    "mentions": queries,
    "any_of": lists.map(tuple),
    "all_of": lists.map(tuple),
    "about": names.map(tuple),
    "place": names.map(tuple),
    "event": st.sampled_from(EVENTS).map(lambda event: (event,)),
    "remarks_by": st.just(("Cairo",)),
}


@st.composite
def whens(draw: st.DrawFn) -> When:
    """One condition or two, most often words, and now and then what must not be there."""
    often = ("mentions", "mentions", "any_of", *CONDITIONS)
    chosen = draw(st.lists(st.sampled_from(often), min_size=1, max_size=2, unique=True))
    none_of = draw(st.one_of(st.just(()), st.just(()), lists.map(tuple)))
    return When(**{name: draw(CONDITIONS[name]) for name in chosen}, none_of=none_of)


# ── The naive way ─────────────────────────────────────────────────────────────────────────────


@dataclass
class Seen:
    """One sentence or title as a list of words, each with its neighbours joined by a hyphen."""

    words: list[str]
    joined: dict[int, str]

    @classmethod
    def of(cls, text: str) -> "Seen":
        found, joined = [], {}
        for piece in text.lower().replace(".", " ").split():
            parts = re.sub(r"'s$", "", piece).split("-")
            if len(parts) > 1:
                joined[len(found)] = "".join(parts)
            found += parts
        return cls(found, joined)


def _same(word: str, wanted: str) -> bool:
    return word.startswith(wanted[:-1]) if wanted.endswith("*") else word == wanted


def _stands(seen: Seen, text: str) -> list[tuple[int, int]]:
    wanted = text.strip('"').lower().split()
    ways = [[part for word in wanted for part in word.split("-")]]
    if any("-" in word for word in wanted):
        ways.append([word.replace("-", "") for word in wanted])
    found = []
    for way in ways:
        for start in range(len(seen.words)):
            ends = [start]
            for word in way:
                after = []
                for at in ends:
                    if at < len(seen.words) and _same(seen.words[at], word):
                        after.append(at + 1)
                    if at in seen.joined and _same(seen.joined[at], word):
                        after.append(at + 2)
                ends = after
            found += [(start, end - 1) for end in ends]
    return found


def _ask(query: str, seen: list[Seen]) -> tuple[bool, bool]:
    """Whether it holds, and whether something of it stands in the first string."""
    if query.startswith("("):
        left, operator, right = _cut(query[1:-1])
        if operator.startswith("NEAR"):
            return _near(left, right, int(operator[5:]), seen)
        one, two = _ask(left, seen), _ask(right, seen)
        if operator == "NOT":
            return (one[0] and not two[0], one[1])
        if operator == "AND":
            return (one[0] and two[0], one[1] or two[1])
        return (one[0] or two[0], (one[0] and one[1]) or (two[0] and two[1]))
    places = [bool(_stands(each, query)) for each in seen]
    return any(places), places[0]


def _cut(inside: str) -> tuple[str, str, str]:
    depth = quoted = 0
    for at, char in enumerate(inside):
        quoted ^= char == '"'
        depth += (char == "(") - (char == ")")
        if char == " " and not depth and not quoted:
            operator, _, right = inside[at + 1 :].partition(" ")
            return inside[:at], operator, right
    raise AssertionError(inside)


def _near(left: str, right: str, within: int, seen: list[Seen]) -> tuple[bool, bool]:
    places = []
    for each in seen:
        ones, twos = _stands(each, left), _stands(each, right)
        gaps = [max(b[0] - a[1], a[0] - b[1]) for a in ones for b in twos]
        places.append(any(0 < gap <= within for gap in gaps))
    return any(places), places[0]


def naive(when: When, page: Article, found: Development) -> bool:
    """Whether a rule means this development, asked in the plainest way."""
    strings = [found.sentence, page.title]
    seen = [Seen.of(text) for text in strings]
    here = bool(when.event or when.remarks_by)
    if when.event and not any(event in found.sentence for event in when.event):
        return False
    if when.remarks_by and not (found.kind == "quote" and found.about in when.remarks_by):
        return False
    for wanted in (when.about, when.place):
        if wanted:
            named = [[name for name in wanted if name in _named(page, text)] for text in strings]
            speaks = found.kind == "quote" and wanted is when.about and found.about in wanted
            if not any(named) and not speaks:
                return False
            here = here or bool(named[0]) or speaks
    if when.any_of:
        asked = [_ask(each, seen) for each in when.any_of]
        if not any(holds for holds, _ in asked):
            return False
        here = here or any(first for _, first in asked)
    for each in when.all_of:
        holds, first = _ask(each, seen)
        if not holds:
            return False
        here = here or first
    if when.mentions:
        holds, first = _ask(when.mentions, seen)
        if not holds:
            return False
        here = here or first
    return here and not any(_ask(each, seen)[0] for each in when.none_of)


def _named(page: Article, text: str) -> set[str]:
    """`reading` finds each name once in the title and once in the text, at its first place."""
    if text == page.title:
        return {name for name in NAMES if name in text}
    before = page.text[: page.text.index(text)]
    return {name for name in NAMES if name in text and name not in before}


def _read(page: Article) -> Reading:
    first = reading(page, names=[(name, name) for name in NAMES])
    lines = page.text.split("\n")
    events = [(line, event) for line in lines for event in EVENTS if event in line]
    return reading(page, names=[(name, name) for name in NAMES], events=events) if events else first


@settings(max_examples=300, deadline=None)
@given(texts, titles, st.lists(whens(), min_size=1, max_size=6))
def test_matching_is_what_a_naive_evaluator_says(text: str, title: str, wanted: list[When]) -> None:
    lines = list(dict.fromkeys(text.split("\n")))
    page = article("\n".join(lines), title=title)
    found = [
        development(page, n, "quote", about="Cairo") if "Cairo" in line else development(page, n)
        for n, line in enumerate(lines)
    ]
    rules = [rule(when, name=str(n)) for n, when in enumerate(wanted)]
    matches, _, _ = match(rules, page, judgement(page, *found), _read(page))
    said = {(m.rule_id, d.development_id) for m in matches for d in m.developments}
    assert said == {
        (each.rule_id, d.development_id)
        for each in rules
        for d in found
        if naive(each.when, page, d)
    }
