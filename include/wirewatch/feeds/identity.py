"""Which entries of a feed are new, which changed, which were seen.

A feed's own id is believed first, then the link, then the words. Feeds break each of these: ids
are used twice, change while the link stays, or all change at once when a site moves.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from wirewatch.feeds.plain import plain_line
from wirewatch.feeds.urls import url_key
from wirewatch.records import Entry
from wirewatch.text import digest, fold

MOST_VERSIONS: Final = 24
RESET_SHARE: Final = 0.8
RESET_LEAST: Final = 3


class News(StrEnum):
    """What an entry is to us, and by what that is known."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "seen"
    TWICE = "twice in one document"
    MOVED = "known words at another address"
    FLIPPED_BACK = "back to an earlier version"
    TOO_MANY_VERSIONS = "too many versions"

    @property
    def is_told(self) -> bool:
        """Whether the entry has to be read (again)."""
        return self in (News.NEW, News.CHANGED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """An entry that the store has of this feed. `hashes` are those of all its versions."""

    entry_key: str
    guid: str
    url_key: str | None
    content_hash: str
    versions: int = 1
    hashes: frozenset[str] = frozenset()
    repeated_guid: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sorted:
    """One entry of a document with what it is, its key in the store, and its hashes.

    `piece` is the hash of the document's part that it was read from; "" if that is not sure.
    """

    entry: Entry
    entry_key: str
    news: News
    url_key: str | None
    content_hash: str
    repeated_guid: bool = False
    piece: str = ""


def content_hash(entry: Entry) -> str:
    """A hash of what the entry says: title and words, without markup, case, link or dates."""
    words = plain_line(entry.content or entry.summary)
    return digest(fold(plain_line(entry.title)), fold(words))


def look_up(entries: Iterable[Entry]) -> tuple[set[str], set[str], set[str]]:
    """The guids, URL keys and content hashes by which the store may know these entries."""
    listed = list(entries)
    keys = {key for entry in listed if (key := url_key(entry.link))}
    return {e.entry_id for e in listed if e.entry_id}, keys, {content_hash(e) for e in listed}


def sort_entries(
    feed_id: str, entries: Sequence[Entry], known: Sequence[Known], pieces: Sequence[str] = ()
) -> list[Sorted]:
    """Each entry with what it is, in the document's order; `pieces` are those they came from."""
    sorter = _Sorter(feed_id, entries, known)
    found = [sorter.sort(entry) for entry in entries]
    if pieces:
        found = [replace(one, piece=piece) for one, piece in zip(found, pieces, strict=True)]
    return _without_reset(found, {one.content_hash for one in known})


class _Sorter:
    def __init__(self, feed_id: str, entries: Sequence[Entry], known: Sequence[Known]) -> None:
        self.feed_id = feed_id
        self.by_guid: dict[str, list[Known]] = defaultdict(list)
        self.by_link: dict[str | None, list[Known]] = defaultdict(list)
        self.by_words: dict[str, Known] = {}
        for one in known:
            self._remember(one)
        self.in_document = Counter(url_key(entry.link) for entry in entries)
        self.taken: set[str] = set()

    def _remember(self, one: Known) -> None:
        if one.guid:
            self.by_guid[one.guid].append(one)
        self.by_link[one.url_key].append(one)
        if not one.guid and one.url_key is None:
            self.by_words.setdefault(one.content_hash, one)

    def _replace(self, old: Known, new: Known) -> None:
        """Know the entry as it is now: what follows in the document is compared with that."""
        for listed in (self.by_guid.get(old.guid, []), self.by_link.get(old.url_key, [])):
            listed[:] = [one for one in listed if one is not old]
        self._remember(new)

    def sort(self, entry: Entry) -> Sorted:
        """What this entry is; the next ones are judged knowing it."""
        key, words = url_key(entry.link), content_hash(entry)
        known = self._same(entry, key, words)
        if known is None:
            repeated = entry.entry_id in self.by_guid
            known = Known(
                entry_key=self._key(entry, key, words, repeated),
                guid=entry.entry_id,
                url_key=key,
                content_hash=words,
                repeated_guid=repeated,
            )
            news = News.TWICE if known.entry_key in self.taken else News.NEW
            self._remember(known)
        else:
            news = self._against(known, words)
            if news is News.CHANGED:
                now = replace(known, guid=entry.entry_id, content_hash=words, url_key=key)
                self._replace(known, now)
        self.taken.add(known.entry_key)
        return Sorted(
            entry=entry,
            entry_key=known.entry_key,
            news=news,
            url_key=key,
            content_hash=words,
            repeated_guid=known.repeated_guid,
        )

    def _same(self, entry: Entry, key: str | None, words: str) -> Known | None:
        """The known entry that this one is, if any."""
        ours = self.by_guid.get(entry.entry_id, []) if entry.entry_id else []
        linked = self.by_link.get(key, []) if key else []
        # The words decide between several: a document may give two items one id and one link.
        exact = [one for one in (*ours, *linked) if one.content_hash == words]
        exact += [one for one in ours if one.url_key == key and one.entry_key not in self.taken]
        if exact:
            return exact[0]
        # An id for two items of a feed is no id of either.
        if len(ours) == 1 and not ours[0].repeated_guid and ours[0].entry_key not in self.taken:
            return ours[0]
        if ours:
            return None
        if key is None:
            return None if entry.entry_id else self.by_words.get(words)
        alone = len(linked) == 1 and self.in_document[key] == 1
        # One that its id has claimed already has moved on from this link.
        return linked[0] if alone and linked[0].entry_key not in self.taken else None

    def _key(self, entry: Entry, key: str | None, words: str, repeated: bool) -> str:
        if entry.entry_id and not repeated:
            return digest(self.feed_id, "guid", entry.entry_id)
        if entry.entry_id:
            return digest(self.feed_id, "guid", entry.entry_id, key or words)
        if key and self.in_document[key] == 1 and key not in self.by_link:
            return digest(self.feed_id, "link", key)
        return digest(self.feed_id, "words", key, words)

    def _against(self, known: Known, words: str) -> News:
        if known.entry_key in self.taken:
            return News.TWICE
        if known.content_hash == words:
            return News.SAME
        if words in known.hashes:
            return News.FLIPPED_BACK
        return News.CHANGED if known.versions < MOST_VERSIONS else News.TOO_MANY_VERSIONS


def _without_reset(found: list[Sorted], known_words: set[str]) -> list[Sorted]:
    """A feed that gave all its old items new ids and links has told nothing new."""
    new = [one for one in found if one.news is News.NEW]
    old_words = [one for one in new if one.content_hash in known_words]
    if len(old_words) < RESET_LEAST or len(old_words) < RESET_SHARE * len(new):
        return found
    return [
        replace(one, news=News.MOVED)
        if one.news is News.NEW and one.content_hash in known_words
        else one
        for one in found
    ]
