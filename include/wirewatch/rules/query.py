"""How `mentions` is read: AND, OR, NOT, "…", NEAR/n, * and brackets, as desks know them.

AND binds before OR; `a NOT b` is `a AND NOT b`. Words are looked for as written, in any case;
`tank*` finds every word that begins so.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from wirewatch.forms import Mistake, suggest
from wirewatch.rules.words import Words, frequency, split

FARTHEST = 100


@dataclass(frozen=True, slots=True)
class Term:
    """A word, a prefix or a phrase; `forms` are the ways to write it (cease fire, ceasefire)."""

    forms: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Near:
    """Two things at most `within` words apart, in either order."""

    one: "Query"
    other: "Query"
    within: int


@dataclass(frozen=True, slots=True)
class AllOf:
    """All parts hold."""

    parts: tuple["Query", ...]


@dataclass(frozen=True, slots=True)
class OneOf:
    """At least one part holds."""

    parts: tuple["Query", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: "Query"


Query: TypeAlias = Term | Near | AllOf | OneOf | Not
Mark: TypeAlias = tuple[int, int, int]  # number of the string, first and last word


class QueryMistake(Mistake):
    """A mistake in a query, `offset` characters from its beginning."""

    def __init__(self, message: str, offset: int, word: str, suggestion: str | None = None):
        super().__init__(message, suggestion)
        self.offset = offset
        self.word = word


@lru_cache(maxsize=65_536)
def term(text: str) -> Term | None:
    """A word, a phrase, or either with * at the end of words; None if it holds no letter."""
    forms = [_keys(text)]
    if "-" in text:
        forms.append(_keys(re.sub(r"(?<=\w)-(?=\w)", "", text)))
    kept = tuple(dict.fromkeys(form for form in forms if form))
    return Term(kept) if kept else None


def _keys(text: str) -> tuple[str, ...]:
    keys: list[str] = []
    for piece in re.split(r"(?<=\*)|\s+", text):
        found = split(piece)
        if found and piece.endswith("*"):
            found[-1] += "*"
        keys += found
    return tuple(keys)


# ── Reading ───────────────────────────────────────────────────────────────────────────────────

_TOKEN = re.compile(r'\s*(?:(["“”„])(.*?)(["“”]|$)|([()])|([^\s()"“”]+))', re.DOTALL)
_OPERATORS = ("AND", "OR", "NOT")
_SIGNS = {"&": "AND", "&&": "AND", "+": "AND", "|": "OR", "||": "OR", "!": "NOT", "-": "NOT"}


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str  # word, phrase, ( or ), AND, OR, NOT, NEAR
    text: str
    offset: int
    within: int = 0


@lru_cache(maxsize=8_192)
def parse(text: str) -> Query:
    """The query that the text says. Raises QueryMistake with the place and the mend."""
    reader = _Reader(list(_tokens(text)), text)
    if not reader.tokens:
        raise QueryMistake("there is nothing to look for", 0, text)
    query = reader.any_()
    if reader.here:
        raise reader.unexpected()
    if not required(query):
        raise QueryMistake("it needs a word that must stand there, beside NOT", 0, text)
    return query


def _tokens(text: str) -> Iterator[_Token]:
    end = len(text.rstrip())
    place = 0
    while place < end:
        found = _TOKEN.match(text, place)
        if found is None:  # pragma: no cover - the pattern takes whatever is no space
            raise QueryMistake("this cannot be read", place, text[place:])
        place = found.end()
        opened, inside, closed, bracket, word = found.groups()
        if opened:
            offset = found.start(1)
            if not closed:
                raise QueryMistake("the quote is opened here and not closed", offset, opened)
            yield _Token("phrase", inside, offset)
        elif bracket:
            yield _Token(bracket, bracket, found.start(4))
        else:
            yield _word(word, found.start(5))


def _word(word: str, offset: int) -> _Token:
    if word in _OPERATORS:
        return _Token(word, word, offset)
    near = re.fullmatch(r"(O?NEAR)(?:/(\w*))?", word)
    if near:
        within = int(near[2]) if near[2] and near[2].isdigit() and len(near[2]) < 4 else 0
        if near[1] != "NEAR" or not 1 <= within <= FARTHEST:
            mend = f"NEAR/{within if 1 <= within <= FARTHEST else 10}"
            said = f"“{word}” is not known: NEAR wants a number of words, from 1 to {FARTHEST}"
            raise QueryMistake(said, offset, word, mend)
        return _Token("NEAR", word, offset, within)
    if word in _SIGNS:
        raise QueryMistake(f"“{word}” is not used here", offset, word, _SIGNS[word])
    if word.endswith(","):
        said = f"a comma says nothing here. Write OR or AND after “{word[:-1]}”"
        raise QueryMistake(said, offset, word)
    return _Token("word", word, offset)


class _Reader:
    """One pass over the tokens, an operator a method, the loosest first."""

    def __init__(self, tokens: Sequence[_Token], text: str):
        self.tokens = tokens
        self.text = text
        self.place = 0
        self.depth = 0

    @property
    def here(self) -> _Token | None:
        return self.tokens[self.place] if self.place < len(self.tokens) else None

    def _at(self, *kinds: str) -> bool:
        return self.here is not None and self.here.kind in kinds

    def _take(self) -> _Token:
        token = self.tokens[self.place]
        self.place += 1
        return token

    def any_(self) -> Query:
        """Parts joined by OR."""
        parts = [self._all()]
        while self._at("OR"):
            self._take()
            if self._at("NOT"):
                raise self._mistake("OR NOT would hold almost everywhere. Write AND NOT", self.here)
            parts.append(self._all())
        return parts[0] if len(parts) == 1 else OneOf(tuple(parts))

    def _all(self) -> Query:
        parts: list[Query] = []
        if self._at("NOT"):
            self._take()
            parts.append(Not(self._near()))
        else:
            parts.append(self._near())
        while self._at("AND", "NOT"):
            operator = self._take()
            if operator.kind == "AND" and self._at("NOT"):
                operator = self._take()
            part = self._near()
            parts.append(Not(part) if operator.kind == "NOT" else part)
        if self._at("word", "phrase", "("):
            raise self._two_in_a_row()
        return parts[0] if len(parts) == 1 else AllOf(tuple(parts))

    def _near(self) -> Query:
        part = self._one()
        while self._at("NEAR"):
            operator = self._take()
            other = self._one()
            for side in (part, other):
                if not _stands_somewhere(side):
                    said = "NEAR joins words, phrases, and brackets with OR between them"
                    raise self._mistake(said, operator)
            part = Near(part, other, operator.within)
        return part

    def _one(self) -> Query:
        token = self.here
        if token is None:
            last = self.tokens[-1]
            raise self._mistake(f"something is missing after “{last.text}”", last)
        if token.kind == "(":
            return self._bracket()
        if token.kind not in ("word", "phrase"):
            before = f" after “{self.tokens[self.place - 1].text}”" if self.place else ""
            raise self._mistake(f"a word is missing{before}, before “{token.text}”", token)
        self._take()
        return _term(token)

    def _bracket(self) -> Query:
        opened = self._take()
        self.depth += 1
        if self.depth > 20:
            raise self._mistake("the brackets lie too deep", opened)
        inner = self.any_()
        if not self._at(")"):
            raise self._mistake("the bracket ( is opened here and not closed", opened)
        self._take()
        self.depth -= 1
        return inner

    def _two_in_a_row(self) -> QueryMistake:
        token, before = self.here, self.tokens[self.place - 1]
        if token is None:  # pragma: no cover - asked only where there is one
            return QueryMistake("something is missing", 0, self.text)
        if token.text.upper() in _OPERATORS:
            said = f"“{token.text}” in small letters is a word"
            return self._mistake(said, token, token.text.upper())
        if before.text.upper() in _OPERATORS and before.kind == "word":
            said = f"“{before.text}” in small letters is a word"
            return self._mistake(said, before, before.text.upper())
        near = suggest(token.text, _OPERATORS) if token.text.isupper() else None
        if near:
            return self._mistake(f"there is no “{token.text}” here", token, near)
        both = f'"{before.text} {token.text}"'
        said = f"AND or OR is missing before “{token.text}”. Words that belong together: {both}"
        return self._mistake(said, token)

    def unexpected(self) -> QueryMistake:
        """What stands where nothing more is due."""
        token = self.here
        if token and token.kind == ")":
            return self._mistake("this ) closes nothing", token)
        return self._mistake("this is not due here", token)

    def _mistake(
        self, said: str, token: _Token | None, suggestion: str | None = None
    ) -> QueryMistake:
        offset, word = (token.offset, token.text) if token else (0, self.text)
        return QueryMistake(said, offset, word, suggestion)


def _term(token: _Token) -> Term:
    for star in re.finditer(r"\*", token.text):
        stem = re.search(r"\w*$", token.text[: star.start()])
        if not stem or len(stem[0]) < 2 or re.match(r"\w", token.text[star.end() :]):
            said = "* stands at the end of a word, after at least two letters: tank*"
            raise QueryMistake(said, token.offset, token.text)
    found = term(token.text)
    if found is None:
        raise QueryMistake(f"“{token.text}” holds no word", token.offset, token.text)
    return found


def _stands_somewhere(query: Query) -> bool:
    if isinstance(query, OneOf):
        return all(_stands_somewhere(part) for part in query.parts)
    return isinstance(query, Term | Near)


# ── Asking ────────────────────────────────────────────────────────────────────────────────────


def required(query: Query) -> list[frozenset[str]]:
    """Groups of words of which one must stand in the text each, the cheapest to look for."""
    if isinstance(query, Term):
        return [frozenset(min(form, key=frequency) for form in query.forms)]
    if isinstance(query, Near):
        return [*required(query.one), *required(query.other)]
    if isinstance(query, AllOf):
        return [group for part in query.parts for group in required(part)]
    if isinstance(query, OneOf):
        each = [required(part) for part in query.parts]
        if not all(each):
            return []
        return [frozenset().union(*(min(groups, key=cost) for groups in each))]
    return []


def cost(group: frozenset[str]) -> float:
    """In which share of articles one of the group stands, at most."""
    return sum(frequency(key) for key in group)


def find(query: Query, strings: Sequence[Words]) -> list[Mark] | None:
    """Where the query's words stand, if it holds over these strings together; else None."""
    if isinstance(query, Term | Near):
        marks = [(n, a, b) for n, words in enumerate(strings) for a, b in _places(query, words)]
        return marks or None
    if isinstance(query, Not):
        return None if find(query.part, strings) is not None else []
    found = [find(part, strings) for part in query.parts]
    if isinstance(query, AllOf):
        if any(marks is None for marks in found):
            return None
    elif all(marks is None for marks in found):
        return None
    return [mark for marks in found if marks for mark in marks]


def _places(query: Query, words: Words) -> list[tuple[int, int]]:
    if isinstance(query, Term):
        return [place for form in query.forms for place in words.phrase(form)]
    if isinstance(query, OneOf):
        return [place for part in query.parts for place in _places(part, words)]
    if isinstance(query, Near):
        ones, others = _places(query.one, words), _places(query.other, words)
        return [
            (min(one[0], other[0]), max(one[1], other[1]))
            for one in ones
            for other in others
            if 0 < max(other[0] - one[1], one[0] - other[1]) <= query.within
        ]
    return []
