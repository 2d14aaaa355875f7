"""What travels between the rooms: feed, entry, article, reading, story, development, match, alert.

Every record is frozen and holds values only. Times are aware UTC; spans count code points of the
NFC string that `where` names; languages are BCP 47. Ids that must be equal for equal things are
content hashes (`text.digest`). A field that nobody knows is None, never a guess.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Literal

Where = Literal["title", "text"]


# ── What is written by editors, read from YAML ────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One YAML node with its place: a scalar's text as typed, a list of nodes, or a mapping.

    `value` is `str` for a scalar, `tuple[Node, ...]` for a list, `tuple[tuple[Node, Node], ...]`
    (key, value) for a mapping; lines and columns count from 1. `plain` is true for a scalar
    without quotes: only such a one may become a number or a yes-or-no. `begins` is the line and
    column of the first letter of a quoted or block text, where its words can be pointed at.
    """

    file: str
    line: int
    column: int
    kind: Literal["scalar", "list", "map"]
    value: "str | tuple[Node, ...] | tuple[tuple[Node, Node], ...]"
    plain: bool = True
    begins: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing to mend in an editor's file: where, which word, what is wrong, what to write."""

    file: str
    line: int
    column: int
    severity: Literal["error", "warning"]
    word: str
    message: str
    suggestion: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed that a desk reads. `login` names a secret, it never holds one."""

    feed_id: str
    url: str
    publisher: str
    language: str | None = None
    groups: tuple[str, ...] = ()
    login: str | None = None
    every: timedelta | None = None
    full_text: Literal["page", "feed"] = "page"
    enabled: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """A person, place, organisation or thing that a desk watches, with its spellings."""

    entity_id: str
    name: str
    kind: str
    also: tuple[str, ...] = ()
    not_in: tuple[str, ...] = ()
    with_any: tuple[str, ...] = ()
    last_name: str | None = None
    geonames: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventDefinition:
    """An event as editors describe it: one of `what`, one of `where`, `near` one another.

    `where` and `with_any` hold entity ids or plain words.
    """

    event_id: str
    about: str
    what: tuple[str, ...]
    where: tuple[str, ...] = ()
    with_any: tuple[str, ...] = ()
    not_in: tuple[str, ...] = ()
    near: Literal["sentence", "next sentence", "article"] = "sentence"
    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureDefinition:
    """A figure to keep a ledger of: what it counts, where, and over which scope."""

    figure_id: str
    about: str
    counts: str
    where: tuple[str, ...] = ()
    scope: Literal["total", "day", "incident"] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """All that a desk calls by name. `version` is a hash of the content."""

    entities: tuple[Entity, ...] = ()
    events: tuple[EventDefinition, ...] = ()
    figures: tuple[FigureDefinition, ...] = ()
    version: str = ""


# ── From the web ──────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One item of a feed, as the feed has it. `summary` and `content` are unsanitised HTML."""

    entry_id: str
    link: str | None
    title: str | None
    published: datetime | None = None
    updated: datetime | None = None
    author: str | None = None
    authors: tuple[str, ...] = ()
    summary: str | None = None
    content: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dateline:
    """Where and when a story says that it was filed; `text` is the evidence."""

    place: str | None
    day: date | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A page's story: NFC text, paragraphs parted by one newline.

    `published` is a datetime, or a date where only the day is known. `arrived` is when we got it.
    """

    article_id: str
    url: str
    publisher: str | None
    title: str
    text: str
    published: datetime | date | None = None
    modified: datetime | date | None = None
    arrived: datetime | None = None
    standfirst: str | None = None
    authors: tuple[str, ...] = ()
    byline: str | None = None
    language: str | None = None
    credit: str | None = None
    dateline: Dateline | None = None
    feed: str | None = None
    groups: tuple[str, ...] = ()
    method: str | None = None
    refused: str | None = None


# ── Reading ───────────────────────────────────────────────────────────────────────────────────


class Status(StrEnum):
    """How far an event has come, as its sentence says."""

    THREATENED = "threatened"
    PLANNED = "planned"
    ORDERED = "ordered"
    UNDER_WAY = "under_way"
    PAUSED = "paused"
    COLLAPSED = "collapsed"
    OVER = "over"
    DENIED = "denied"
    TALKED_ABOUT = "talked_about"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stretch of an article: code points `start` to `end` of its title or text."""

    where: Where
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A name found. Without `entity` it is a find of the model, of the model's own kind."""

    span: Span
    text: str
    entity: str | None
    kind: str
    by: Literal["vocabulary", "model"] = "vocabulary"
    ambiguous: bool = False
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A defined event: `span` is its sentence, `what` and `cues` the words that say it."""

    span: Span
    event: str
    status: Status
    what: tuple[int, int]
    cues: tuple[tuple[int, int], ...] = ()
    place: str | None = None
    day: date | None = None
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number that counts something. `figure` is the vocabulary's id where one fits."""

    span: Span
    figure: str | None
    counts: str
    value: float
    bound: Literal["exactly", "at least", "about", "more than", "up to"] = "exactly"
    scope: Literal["total", "day", "incident"] | None = None
    place: str | None = None
    attribution: str | None = None
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """Who said it: the words beside the quote, and who that is if the vocabulary knows."""

    text: str
    start: int
    end: int
    entity: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """What somebody said; `span` is what stands inside the quotation marks, or what is reported."""

    span: Span
    kind: Literal["direct", "reported"]
    text: str
    speaker: Speaker | None = None
    told_to: str | None = None
    cue: str | None = None
    how: Literal["right", "left", "inside", "carried"] = "right"


@dataclass(frozen=True, slots=True, kw_only=True)
class DateFound:
    """A date expression and its TIMEX3 value, resolved against dateline, then `published`."""

    span: Span
    text: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """All that was found in one article: a pure function of text, vocabulary and `tagger`.

    `sentences` are those of title and text in order. Finds stand in order of place, title first.
    """

    article_id: str
    tagger: str
    language: str | None
    sentences: tuple[Span, ...] = ()
    mentions: tuple[Mention, ...] = ()
    events: tuple[Event, ...] = ()
    figures: tuple[Figure, ...] = ()
    quotes: tuple[Quote, ...] = ()
    dates: tuple[DateFound, ...] = ()


# ── Stories ───────────────────────────────────────────────────────────────────────────────────


class Verdict(StrEnum):
    """How a sentence stands against everything that was told before."""

    NEW = "new"
    CHANGED = "changed"
    UNSURE = "unsure"
    KNOWN = "known"
    BOILERPLATE = "boilerplate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A sentence told before, with the page that told it."""

    url: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A sentence's verdict; `novelty` runs from 0 (told word for word) to 1 (nothing like it)."""

    span: Span
    verdict: Verdict
    novelty: float
    nearest: Told | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Development:
    """One thing that an article adds to what was told.

    `development_id` hashes the kind, the ledger's key and the step (sentences and quotes: the
    first telling), never the story. `ledger` is that key. `status_before`/`status_now` are set for
    kind `status`; `value_before`/`value_now` for kind `figure`, with `value_bound` (“at least”)
    where the figure now is not exact; for kind `quote` `speaker` is the name as printed and `about`
    the entity behind it. `before` is None at a first sighting. `span` is the evidence: a whole
    sentence.
    """

    development_id: str
    kind: Literal["sentence", "status", "figure", "quote", "correction"]
    article_id: str
    url: str
    story: str
    span: Span
    sentence: str
    says: str
    before: str | None = None
    about: str | None = None
    ledger: str | None = None
    place: str | None = None
    status_before: Status | None = None
    status_now: Status | None = None
    value_before: float | None = None
    value_now: float | None = None
    value_bound: str | None = None
    speaker: str | None = None
    sentence_before: str | None = None
    verdict: Verdict = Verdict.NEW
    origin: str | None = None
    first_seen: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Echo:
    """A development told before that this article carries again: only its counts change."""

    development_id: str
    article_id: str
    publisher: str | None
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Carriers:
    """Who has carried a development so far, in order: outlets, independent origins, agencies."""

    publishers: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    credits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What the stories room says of one article."""

    article_id: str
    story: str
    copy_of: str | None = None
    copied: float = 0.0
    origin: str | None = None
    sentences: tuple[Sentence, ...] = ()
    developments: tuple[Development, ...] = ()
    echoes: tuple[Echo, ...] = ()
    reason: str = ""


# ── Rules ─────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """`5%` is a share, `5` an amount."""

    value: float
    share: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """What a development must be. All that is set must hold; a tuple means any of it."""

    event: tuple[str, ...] = ()
    becomes: tuple[Status, ...] = ()
    figure: tuple[str, ...] = ()
    rises_by: Amount | None = None
    falls_by: Amount | None = None
    above: float | None = None
    below: float | None = None
    remarks_by: tuple[str, ...] = ()
    mentions: str | None = None
    any_of: tuple[str, ...] = ()
    all_of: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()
    within_words: int | None = None
    about: tuple[str, ...] = ()
    place: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OnlyIf:
    """What must vouch for a development before it is told."""

    min_origins: int | None = None
    publishers: tuple[str, ...] = ()
    not_publishers: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    credit: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    published_within: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """`hourly`, `daily` at a time, or `weekly` on a day (0 is Monday), in the desk's zone."""

    every: Literal["hourly", "daily", "weekly"]
    minute_of_day: int = 480
    weekday: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietHours:
    """From one minute of the day to another, over midnight if `start` is later than `end`."""

    start: int
    end: int
    zone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Send:
    """To whom and how. Everything here holds an alert or shapes it; nothing drops one."""

    to: tuple[str, ...] = ()
    severity: Literal["low", "normal", "high", "urgent"] = "normal"
    mention: tuple[str, ...] = ()
    at_most_every: timedelta | None = None
    digest: Digest | None = None
    quiet_hours: QuietHours | None = None
    mute_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleTestArticle:
    """One step of a rule's test: an article and what must come of it."""

    expect: Literal["alert", "update", "silent"]
    text: str
    line: int
    column: int
    title: str = ""
    publisher: str | None = None
    published: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleTest:
    """A test that stands in a rule: articles in order, on a fresh memory."""

    name: str
    articles: tuple[RuleTestArticle, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A watch rule as an editor wrote it; `version` is a hash of what it means.

    It judges what was first seen from `since` on: when this version was loaded (None: everything).
    """

    rule_id: str
    name: str
    when: When
    only_if: OnlyIf = field(default_factory=OnlyIf)
    send: Send = field(default_factory=Send)
    tests: tuple[RuleTest, ...] = ()
    notes: str | None = None
    owner: str | None = None
    enabled: bool = True
    file: str = ""
    line: int = 1
    version: str = ""
    since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """Where a rule's `to` leads: a kind of channel and its address there."""

    name: str
    kind: Literal["slack", "console", "email"]
    address: tuple[str, ...] = ()


class Stage(StrEnum):
    """How far an article came, and a rule with it."""

    READ = "read"
    TAGGED = "tagged"
    NEW = "new"
    CANDIDATE = "candidate"
    CONDITION = "condition"
    ONLY_IF = "only_if"
    MATCHED = "matched"
    HELD = "held"
    SENT = "sent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """One decision of a rule on one development, yes or no, with its sentence."""

    rule_id: str
    article_id: str
    url: str
    stage: Stage
    said_yes: bool
    reason: str
    sentence: str | None = None
    development_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A rule said yes to these developments of one article; `because` is one line for people.

    `marks` are the spans of the words that matched.
    """

    rule_id: str
    article_id: str
    story: str
    developments: tuple[Development, ...]
    because: str
    marks: tuple[Span, ...] = ()


# ── Alerts ────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """What a desk is told: one rule, one article, the new developments of one story.

    `alert_id` hashes rule and developments, so the same news never makes a second one. `held` says
    why it waits: quiet hours, digest, at most every, muted.
    """

    alert_id: str
    rule_id: str
    rule_name: str
    to: tuple[str, ...]
    severity: str
    story: str
    article_id: str
    url: str
    kind: Literal["alert", "update"]
    thread: str
    headline: str
    because: str
    developments: tuple[Development, ...]
    publishers: tuple[str, ...]
    origins: tuple[str, ...]
    at: datetime
    publisher: str | None = None
    credit: str | None = None
    mention: tuple[str, ...] = ()
    marks: tuple[Span, ...] = ()
    known_share: float = 0.0
    held: str | None = None
    held_until: datetime | None = None
    together: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """A rule or story is kept back: until when (None: until somebody ends it), and by whom."""

    until: datetime | None = None
    by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What people have done about an alert: its message shows it beside the news."""

    taken_by: str | None = None
    taken_at: datetime | None = None
    muted: Pause | None = None
    snoozed: Pause | None = None
    useful: int = 0
    noise: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """Several alerts of one channel told in one message: a digest, or what waited together."""

    gathered_id: str
    reason: Literal["digest", "muted", "at most every", "catch-up"]
    alerts: tuple[Alert, ...]
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """Word about Wirewatch itself: one message when a thing fails, one when it is well again.

    `about` names the thing, such as `channel gaza-desk`; `mend` says what somebody may do; a
    `trial` is what somebody posts by hand to see whether messages arrive.
    """

    health_id: str
    about: str
    says: str
    well: bool
    at: datetime
    mend: str = ""
    trial: bool = False
