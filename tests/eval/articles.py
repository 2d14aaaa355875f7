"""How well pages are read: text, stray text of other stories, headline, names, times.

The peer is trafilatura alone, on the same pages in the same run.
"""

import gzip
import json
import logging
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.eval.measure import Measure

from wirewatch.articles.extract import extract
from wirewatch.records import Article

PEER = "trafilatura alone"
TEXT_TARGETS = {"fundus": 0.953, "scrapinghub": 0.966, "wcxb": 0.940}
# A line of this many words that shares less than a third of its word fours with the truth.
PROSE_WORDS = 12
_WORD = re.compile(r"\w+")


@dataclass(slots=True)
class Tally:
    """What was counted over the pages of one set, for us and for the peer."""

    text: list[float] = field(default_factory=list)
    peer_text: list[float] = field(default_factory=list)
    stray: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)


def measures(folder: Path, sample: int | None = None) -> Iterator[Measure]:
    """Token F1 of each set, then what else the truth of fundus and WCXB holds."""
    logging.disable(logging.ERROR)
    try:
        for name, target in TEXT_TARGETS.items():
            tally = _tally(folder / "articles", name, sample)
            yield Measure(
                room="articles",
                name=f"token F1, {name}",
                value=_mean(tally.text),
                n=len(tally.text),
                target=target,
                peer=PEER,
                peer_value=_mean(tally.peer_text),
            )
            if name == "fundus":
                yield from _on_fundus(tally)
            elif name == "wcxb":
                yield from _right(tally, ("title exact", None), ("day right", None))
    finally:
        logging.disable(logging.NOTSET)


def _on_fundus(tally: Tally) -> Iterator[Measure]:
    stray = tally.stray
    peer_share = stray["peer stray"] / max(1, stray["peer words"])
    yield Measure(
        room="articles",
        name="stray text of other stories, share of words",
        value=stray["stray"] / max(1, stray["words"]),
        n=len(tally.text),
        target=round(peer_share / 2, 4),
        peer=PEER,
        peer_value=peer_share,
        lower_is_better=True,
        note="target: half of the peer's",
    )
    yield from _right(
        tally,
        ("title exact", 0.85),
        ("authors exact", 0.84),
        ("day right", 0.97),
        ("minute and zone right", 0.91),
    )


def _right(tally: Tally, *wanted: tuple[str, float | None]) -> Iterator[Measure]:
    for name, target in wanted:
        asked = tally.asked[name]
        peer = tally.right[f"peer {name}"] / max(1, asked)
        yield Measure(
            room="articles",
            name=name,
            value=tally.right[name] / max(1, asked),
            n=asked,
            target=target,
            peer=PEER,
            peer_value=peer,
        )


def _tally(folder: Path, name: str, sample: int | None) -> Tally:
    tally = Tally()
    with (folder / "manifest.jsonl").open(encoding="utf-8") as lines:
        rows = [row for row in map(json.loads, lines) if row["source"] == name]
    for row in rows[:: max(1, len(rows) // sample)] if sample else rows:
        html = gzip.decompress((folder / row["file"]).read_bytes())
        _count(tally, row, extract(html, row["url"]), _peer(html, row["url"]))
    return tally


def _peer(html: bytes, url: str) -> Any:
    """What trafilatura makes of the page with its own metadata; None for nothing."""
    from trafilatura.core import bare_extraction

    return bare_extraction(html, url=url, with_metadata=True)


def _count(tally: Tally, row: dict[str, Any], found: Article, peer: Any) -> None:
    truth = unicodedata.normalize("NFC", row.get("text") or "")
    peer_text = unicodedata.normalize("NFC", getattr(peer, "text", None) or "")
    tally.text.append(f1(found.text, truth))
    tally.peer_text.append(f1(peer_text, truth))
    for who, text in (("", found.text), ("peer ", peer_text)):
        stray, words = strays(text, truth)
        tally.stray[f"{who}stray"] += stray
        tally.stray[f"{who}words"] += words
    peer_authors = (getattr(peer, "author", None) or "").split("; ")
    _compare(tally, "title exact", row.get("title"), _line, found.title, getattr(peer, "title", ""))
    # A page without a name has that for its truth, in this set
    authors = row.get("authors", []) if row["source"] == "fundus" else row.get("authors")
    _compare(tally, "authors exact", authors, _names, found.authors, peer_authors)
    if row.get("date"):
        moment = datetime.fromisoformat(row["date"])
        _count_times(tally, moment, found.published, getattr(peer, "date", None))


def _compare(
    tally: Tally, name: str, truth: Any, alike: Callable[[Any], Any], ours: Any, peers: Any
) -> None:
    if truth is None:
        return
    tally.asked[name] += 1
    tally.right[name] += alike(ours) == alike(truth)
    tally.right[f"peer {name}"] += alike(peers) == alike(truth)


def _count_times(
    tally: Tally, moment: datetime, found: datetime | date | None, peer: str | None
) -> None:
    days = {moment.date()} | ({moment.astimezone(UTC).date()} if moment.tzinfo else set())
    day = found.date() if isinstance(found, datetime) else found
    tally.asked["day right"] += 1
    tally.right["day right"] += day in days
    tally.right["peer day right"] += (date.fromisoformat(peer) if peer else None) in days
    tally.asked["minute and zone right"] += 1
    if isinstance(found, datetime) and moment.tzinfo:
        tally.right["minute and zone right"] += abs(found - moment) < timedelta(minutes=1)


def words(text: str) -> list[str]:
    """The words of a text, folded; soft hyphens are no words' ends."""
    return _WORD.findall(text.replace("\u00ad", "").lower())


def f1(found: str, truth: str) -> float:
    """The F1 of the words of two texts, as bags."""
    ours, theirs = Counter(words(found)), Counter(words(truth))
    if not ours and not theirs:
        return 1.0
    return 2 * sum((ours & theirs).values()) / (sum(ours.values()) + sum(theirs.values()))


def strays(text: str, truth: str) -> tuple[int, int]:
    """How many words stand in prose that the truth does not have, and how many words there are."""
    known = _fours(words(truth))
    stray = total = 0
    for line in text.split("\n"):
        own = words(line)
        total += len(own)
        fours = _fours(own)
        if len(own) >= PROSE_WORDS and len(fours & known) < 0.3 * len(fours):
            stray += len(own)
    return stray, total


def _fours(own: list[str]) -> set[tuple[str, ...]]:
    return {tuple(own[n : n + 4]) for n in range(max(0, len(own) - 3))}


def _line(text: Any) -> str:
    return unicodedata.normalize("NFC", " ".join((text or "").split()))


def _names(names: Any) -> set[str]:
    return {_line(name).casefold() for name in names or () if name}


def _mean(values: list[float]) -> float:
    return sum(values) / max(1, len(values))
