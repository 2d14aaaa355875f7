"""What the stories room asks of the store, what it gets, and what it gives back to be kept.

Only this room and `store.told` share these records. Hashes are whole numbers of at most 63 bits.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from wirewatch.records import Development, Echo, Status
from wirewatch.stories.words import Weights


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedSentence:
    """A sentence to look up: its hash, its hash without figures and days, and its stems in order.

    `upper` holds the tokens that are written with a capital.
    """

    hash: int
    mask: int
    tokens: tuple[str, ...]
    stems: tuple[str, ...]
    upper: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What to look up before an article can be judged.

    `ledgers` are the ledgers that its events and figures may move; one that ends in `STORY` is
    kept for each story, and is looked up for every story that the article may belong to.
    """

    article_id: str
    language: str
    text_hash: int
    runs: frozenset[int]
    sketch: tuple[int, ...]
    size: int
    numbers: frozenset[str]
    counts: Mapping[str, int]
    sentences: tuple[AskedSentence, ...]
    ledgers: tuple[str, ...]


STORY = "@story"
SENTENCES = 1000  # of one article; what is longer is no news story


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldArticle:
    """An article judged before. `number` is its place in the order of judging.

    `size` counts words, `runs` are its packed hashes.
    """

    number: int
    article_id: str
    url: str
    publisher: str | None
    origin: str
    story: str
    at: datetime
    text_hash: int
    size: int
    runs: bytes
    numbers: frozenset[str]


class ToldSentence(NamedTuple):
    """A sentence told before, in the order of its columns.

    `number` is its article's number times `SENTENCES`, and its place in it.
    `days` counts the days that carried it, `facts` are its developments' ids. `first_day` is in
    days, `last_at` in seconds since 1970: hundreds are read for an article.
    """

    number: int
    hash: int
    mask: int
    article_id: str
    url: str
    publisher: str | None
    origin: str
    story: str
    first_day: int
    last_at: int
    days: int
    text: str
    stems: str
    facts: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldStory:
    """A story as its articles' summed vector; `articles` says how many were summed."""

    story: str
    number: int
    articles: int
    last_at: datetime
    vector: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One entry of a ledger: a status or a value, when it held and which sentence said it.

    `moves` is false for what was noted and did not move the ledger (a denial of an event).
    """

    ledger: str
    nth: int
    development_id: str
    at: datetime
    day: date
    sentence: str
    url: str
    article_id: str
    status: Status | None = None
    value: float | None = None
    bound: str | None = None
    moves: bool = True


class SketchRow(NamedTuple):
    """A kept hash in an article told before, and the day (since 1970) of that article."""

    hash: int
    article: int
    day: int


class TermRow(NamedTuple):
    """A heavy term of a story."""

    term: int
    story: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """All that the store knows and an article's judgement needs.

    `weights`, `vector`, and for each sentence `asked_keys` and `near` (told sentences by number)
    were made for the lookups and are handed on, not made twice; a sentence that was told word for
    word has none. `by_key` leads from a key to the told sentences that it finds, in
    ascending order. `moving` says that lists of the first version are still being moved.
    """

    weights: Weights
    next_article: int = 1
    next_story: int = 1
    vector: Mapping[str, float] = field(default_factory=dict)
    same: ToldArticle | None = None
    sketch: tuple[SketchRow, ...] = ()
    articles: Mapping[int, ToldArticle] = field(default_factory=dict)
    terms: tuple[TermRow, ...] = ()
    stories: tuple[ToldStory, ...] = ()
    by_key: Mapping[int, Sequence[int]] = field(default_factory=dict)
    asked_keys: tuple[tuple[int, ...], ...] = ()
    near: tuple[list[int], ...] = ()
    sentences: Mapping[int, ToldSentence] = field(default_factory=dict)
    steps: Mapping[str, tuple[Step, ...]] = field(default_factory=dict)
    moving: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Remember:
    """What is to be kept of one judgement. All empty: nothing new.

    `sketch` (run's hash → rows), `story_terms` (term → stories) and `keys` (key → sentences) are
    whole lists, each instead of the one that was looked up, the lowest number first.
    """

    article: ToldArticle | None = None
    terms_met: tuple[int, ...] = ()
    sketch: Mapping[int, Sequence[SketchRow]] = field(default_factory=dict)
    story: ToldStory | None = None
    story_terms: Mapping[int, Sequence[int]] = field(default_factory=dict)
    sentences: tuple[ToldSentence, ...] = ()
    told_again: tuple[ToldSentence, ...] = ()
    keys: Mapping[int, Sequence[int]] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    developments: tuple[Development, ...] = ()
    carriers: tuple[tuple[Echo, str | None], ...] = ()
    moving: bool = False
