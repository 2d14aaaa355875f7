"""How many tasks share a step's work: as many as its measured cost asks for, and no more.

A share is `(number, of_how_many)`. Each owns the hosts that fall to it, so two shares never hold
the same row, nor ask the same host at the same time.
"""

from collections.abc import Callable, Iterable, Mapping
from math import ceil
from typing import Any, Final
from zlib import crc32

from wirewatch.articles.unwrap import unwrapped
from wirewatch.fetch.lanes import lane_of
from wirewatch.records import Feed, Rule

Share = tuple[int, int]

# A task costs seconds before it does anything: one is enough for what it can do in this time.
SECONDS_ALONE: Final = 10.0
# Before anything was measured: feeds answered slowly, or pages read in one process.
GUESSED: Final = {"poll": 0.1, "read": 0.3}
FEWEST_MEASURED: Final = 20
_URGENT: Final = ("urgent", "high")


def shares(waiting: int, seconds_each: float, at_once: int) -> list[Share]:
    """The parts into which `waiting` things that take `seconds_each` are shared; none if one does.

    There are no more parts than tasks may run `at_once`.
    """
    parts = min(ceil(waiting * seconds_each / SECONDS_ALONE), at_once)
    return [(number, parts) for number in range(parts)] if parts > 1 else []


def at_a_time(seconds_each: float) -> int:
    """How many things one task leases together: a few seconds' work, so little is lost with it."""
    return max(20, min(400, int(SECONDS_ALONE / 2 / max(seconds_each, 1e-3))))


def seconds_each(step: str, did: str, notes: Iterable[Mapping[str, Any]]) -> float:
    """What one thing has cost lately on the clock: by notes of a step, with `did` and `seconds`."""
    measured = [note for note in notes if note.get(did) and note.get("seconds") is not None]
    count = sum(note[did] for note in measured)
    if count < FEWEST_MEASURED:
        return GUESSED[step]
    return float(sum(note["seconds"] for note in measured) / count)


def is_mine(share: Share | None) -> Callable[[str], bool]:
    """Whether an address falls to this share, by the host that its requests queue for."""
    if share is None:
        return lambda url: True
    number, parts = share
    return lambda url: crc32(lane_of(unwrapped(url)).encode()) % parts == number


def urgent_feeds(rules: Iterable[Rule], feeds: Iterable[Feed]) -> list[Feed]:
    """The feeds that rules of high or urgent severity name, by group or publisher.

    A rule that names neither wants all feeds alike: it puts none before the others.
    """
    asked = [
        rule.only_if
        for rule in rules
        if rule.enabled
        and rule.send.severity in _URGENT
        and (rule.only_if.groups or rule.only_if.publishers)
    ]
    return [
        feed
        for feed in feeds
        if feed.enabled
        and any(
            (not only_if.groups or set(only_if.groups) & set(feed.groups))
            and (not only_if.publishers or feed.publisher in only_if.publishers)
            for only_if in asked
        )
    ]
