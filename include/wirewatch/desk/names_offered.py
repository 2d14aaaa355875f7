"""Which of the desk's own names may stand where somebody types: events, places, channels."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from wirewatch.desk.typed_at import Spot
from wirewatch.desk.watch import Watch
from wirewatch.forms import pairs, scalar
from wirewatch.reading.counts import KINDS as COUNTED
from wirewatch.reading.load import KINDS as ENTITY_KINDS
from wirewatch.records import Entity
from wirewatch.rules.names import ENTITY_FIELDS, LIST_FIELDS, read_lists
from wirewatch.rules.values import LANGUAGES

MOST: Final = 60


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of an explanation: a paragraph, or an example as it is written in the file."""

    kind: Literal["text", "code"]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One thing that may be written. `insert` is a template if it has `${holes}`."""

    label: str
    kind: Literal["key", "name", "word", "new"]
    insert: str
    detail: str = ""
    page: tuple[Piece, ...] = ()


def names_at(spot: Spot, watch: Watch) -> Iterator[Option]:
    """The desk's own names that are meant at a place, and values that people often write there."""
    kind = spot.file.partition("/")[0]
    if kind == "rules":
        yield from _in_rules(spot, watch)
    elif kind == "vocabulary":
        yield from _in_vocabulary(spot, watch)
    elif kind == "feeds":
        yield from _in_feeds(spot, watch)


def _in_rules(spot: Spot, watch: Watch) -> Iterator[Option]:
    part, key = spot.where
    names = list(_rule_names(spot, watch))
    if any(part == group and key in fields for group, fields in LIST_FIELDS):
        known = {name.label for name in names}
        yield from _lists(spot.file, watch, known if key in _ONLY_KNOWN else None)
    yield from names


def _rule_names(spot: Spot, watch: Watch) -> Iterator[Option]:
    part, key = spot.where
    vocabulary = watch.vocabulary
    if part == "when" and key == "event":
        yield from (_name(e.event_id, e.about, _words("Words", e.what)) for e in vocabulary.events)
    elif part == "when" and key == "figure":
        for figure in vocabulary.figures:
            yield _name(figure.figure_id, figure.about, _words("Counts", [figure.counts]))
    elif part == "when" and key in ENTITY_FIELDS:
        yield from _entities(vocabulary.entities, key)
    elif part == "only_if" and key in ("publishers", "not_publishers"):
        yield from (_name(name, "a publisher") for name in _publishers(watch))
    elif part == "only_if" and key == "groups":
        yield from _groups(watch)
    elif part == "only_if" and key == "credit":
        yield from (_name(name, "an agency") for name in _agencies())
    elif part == "send" and key in ("to", "mention"):
        yield from _addresses(watch, key)
    elif key == "file":
        yield from _texts(spot.file, watch)
    else:
        yield from _FIXED.get(key, ())


def _in_vocabulary(spot: Spot, watch: Watch) -> Iterator[Option]:
    key = spot.where[1]
    if key in ("where", "with"):
        yield from _entities(watch.vocabulary.entities, "place" if key == "where" else key)
    elif key == "kind":
        yield from (_word(word) for word in ENTITY_KINDS)
    elif key == "counts":
        yield from (_word(word) for word in COUNTED)


def _in_feeds(spot: Spot, watch: Watch) -> Iterator[Option]:
    key = spot.where[1]
    if key == "publisher":
        yield from (_name(name, "a publisher") for name in _publishers(watch))
    elif key == "group":
        yield from _groups(watch)
    else:
        yield from _FIXED.get({"language": "languages"}.get(key, key), ())


def _name(name: str, detail: str, *page: Piece) -> Option:
    pages = (Piece("text", detail), *page) if detail else page
    return Option(label=name, kind="name", insert=name, detail=detail, page=pages)


def _word(word: str, detail: str = "") -> Option:
    return Option(label=word, kind="word", insert=word, detail=detail)


def _words(label: str, words: tuple[str, ...] | list[str]) -> Piece:
    return Piece("text", f"{label}: {', '.join(words)}")


_FIXED: Final[Mapping[str, tuple[Option, ...]]] = {
    "digest": (
        _word("hourly"), _word("daily 08:00"), _word("weekly Monday 08:00"),
    ),
    "quiet_hours": (
        _word("never", "posted at any hour"),
        _word("22:00-06:30", "in the desk's zone"),
        _word("22:00-06:30 Europe/London"),
    ),
    "at_most_every": (_word("15m"), _word("30m"), _word("1h"), _word("6h")),
    "published_within": (_word("6h"), _word("24h"), _word("2d")),
    "every": (_word("5m"), _word("15m"), _word("1h")),
    "rises_by": (_word("5%", "a share"), _word("100", "an amount")),
    "falls_by": (_word("5%", "a share"), _word("100", "an amount")),
    "languages": tuple(_word(code, name) for name, code in LANGUAGES.items()),
    "enabled": (_word("yes"), _word("no")),
}  # fmt: skip
# Fields that take nothing but what is offered; the others take any word.
_ONLY_KNOWN: Final = ("event", "figure", *ENTITY_FIELDS, "groups", "to")
_FIRST_KINDS: Final = {"remarks_by": ("person", "organisation"), "place": ("place",)}


def _entities(entities: tuple[Entity, ...], key: str) -> Iterator[Option]:
    """The entities, those first whose kind is mostly meant there."""
    first = _FIRST_KINDS.get(key, ())
    for entity in sorted(entities, key=lambda e: (e.kind not in first, e.entity_id)):
        also = [_words("Also", entity.also)] if entity.also else []
        yield _name(entity.entity_id, f"{entity.name}, {entity.kind}", *also)


def _publishers(watch: Watch) -> list[str]:
    return sorted({feed.publisher for feed in watch.feeds})


def _groups(watch: Watch) -> Iterator[Option]:
    groups = {group for feed in watch.feeds for group in feed.groups}
    return (_name(name, "a group of feeds") for name in sorted(groups))


def _agencies() -> list[str]:
    from wirewatch.articles.agencies import SPELLINGS

    return sorted(set(SPELLINGS.values()))


def _addresses(watch: Watch, key: str) -> Iterator[Option]:
    """The channels of channels.yaml, else those that rules send to."""
    if key == "to" and watch.channels:
        for channel in watch.channels:
            yield _name(channel.name, f"{channel.kind} {', '.join(channel.address)}".strip())
        return
    used = {name for rule in watch.rules for name in getattr(rule.send, key)}
    yield from (_name(name, "other rules name it too") for name in sorted(used))


def _lists(file: str, watch: Watch, known: set[str] | None) -> Iterator[Option]:
    """The lists of this file that hold what is wanted: `known` names only, or else plain words."""
    ids = {e.entity_id for e in watch.vocabulary.entities}
    for root in watch.nodes.rules:
        if root.file != file or root.kind != "map":
            continue
        lists = next((value for key, value in pairs(root) if scalar(key) == "lists"), None)
        for name, words in read_lists(lists)[0].items() if lists else ():
            held = tuple(scalar(word) for word in words)
            if ids.isdisjoint(held) if known is None else known.issuperset(held):
                yield _name(name, "a list of this file", _words("Holds", held))


def _texts(file: str, watch: Watch) -> Iterator[Option]:
    """The texts that a test may name, relative to the rule's file."""
    base = (watch.path / file).parent
    for path in sorted(base.glob("*/*.txt"))[:MOST]:
        yield _name(path.relative_to(base).as_posix(), "a text of an article")
