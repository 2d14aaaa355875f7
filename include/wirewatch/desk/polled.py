"""What a poll's answer changes about its feed: validators, address, failures, the next poll."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from wirewatch.feeds.answer import Outcome
from wirewatch.feeds.document import ParsedFeed
from wirewatch.feeds.gone import taken_out
from wirewatch.feeds.hub import hub_in
from wirewatch.feeds.identity import News, Sorted
from wirewatch.feeds.poll import FeedState, new_rate, next_poll
from wirewatch.feeds.waits import http_time, server_wait
from wirewatch.fetch import Fetched
from wirewatch.records import Entry
from wirewatch.store.feeds import FeedRow, PollNote

MOVES_TO_BELIEVE: Final = 3
TIME_TO_BELIEVE_A_MOVE: Final = timedelta(days=1)
LONGEST_VALIDATOR: Final = 1024
SKEW: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Polled:
    """An answer judged: what it is, what it holds, and how it changes its feed."""

    row: FeedRow
    fetched: Fetched
    outcome: Outcome
    reason: str
    now: datetime
    changes: dict[str, Any]
    entries: tuple[Entry, ...] = ()
    entry_pieces: tuple[str, ...] = ()
    taken_out: tuple[str, ...] = ()
    had_overlap: bool = True

    def next_state(self, found: Sequence[Sorted]) -> FeedRow:
        """The feed after this poll, with the time of the next."""
        row = replace(self.row, **self.changes, last_polled=self.now, outcome=self.outcome.value)
        told = sum(one.news.is_told for one in found)
        turned_over = not self.had_overlap and all(one.news is News.NEW for one in found)
        elapsed = self.now - self.row.last_polled if self.row.last_polled else None
        notes = [row.note] if row.note else []
        if turned_over:
            notes.append("no entry of the last poll is left: some may have been missed")
        if self.outcome.is_good:
            rate = new_rate(self.row.entries_per_day, told, elapsed, self._span())
            row = replace(row, entries_per_day=rate, note="; ".join(notes) or None)
        state = FeedState(
            failures=row.failures,
            entries_per_day=row.entries_per_day,
            turned_over=turned_over,
            last_wait=elapsed,
            skip_hours=row.skip_hours,
            skip_days=row.skip_days,
        )
        wait = server_wait(
            self.fetched.headers,
            self.now,
            hints=row.hint or timedelta(0),
            editor_decides=row.feed.every is not None,
        )
        following = next_poll(row.feed, state, self.now, wait)
        return replace(
            row,
            next_poll=following.at,
            why_then=following.reason.value,
            wait=following.at - self.now,
            last_new=self.now if told else row.last_new,
        )

    def note(self, after: FeedRow) -> PollNote:
        """The line of the log."""
        return PollNote(
            at=self.now,
            outcome=self.outcome.value,
            status=self.fetched.status,
            size=len(self.fetched.body),
            reason=self.reason,
        )

    def _span(self) -> timedelta | None:
        """The age of the oldest dated entry."""
        dates = [entry.published or entry.updated for entry in self.entries]
        known = [date for date in dates if date is not None]
        return self.now - min(known) if known else None


def judge_document(
    row: FeedRow,
    fetched: Fetched,
    outcome: Outcome,
    parsed: ParsedFeed,
    body_hash: str,
    now: datetime,
) -> Polled:
    """What a document that was read changes."""
    pieces = parsed.pieces
    if outcome is Outcome.PARTIAL:  # what is not in it is not gone
        pieces = tuple(dict.fromkeys([*pieces, *row.pieces]))[:4000]
    hints = [hint for hint in (parsed.ttl, parsed.update_period) if hint is not None]
    unread = parsed.skipped and not parsed.entries  # then it says nothing of itself either
    changes = _good(row, now) | _moved(row, fetched, now) | _validators(fetched)
    changes |= {
        "body_hash": body_hash,
        "pieces": pieces,
        "straight_304s": 0,
        "last_whole": row.last_whole if fetched.request.headers and row.last_whole else now,
        "note": "; ".join([*parsed.problems, *_remarks(fetched, now)]) or None,
    }
    if not unread:
        changes |= {
            "title": parsed.title or row.title,
            "hub": parsed.hub or hub_in(fetched.headers.get("link", ""), fetched.final_url),
            "hint": min(max(hints), timedelta(days=1)) if hints else None,
            "skip_hours": parsed.skip_hours,
            "skip_days": parsed.skip_days,
        }
    overlap = bool(set(parsed.pieces) & set(row.pieces))
    whole = outcome is Outcome.DOCUMENT and overlap
    return Polled(
        row=row,
        fetched=fetched,
        outcome=outcome,
        reason=outcome.value,
        now=now,
        changes=changes,
        entries=parsed.entries,
        entry_pieces=parsed.entry_pieces,
        taken_out=tuple(taken_out(row.pieces, parsed.pieces)) if whole else (),
        had_overlap=overlap or not row.pieces or outcome is Outcome.PARTIAL,
    )


def judge_without_document(
    row: FeedRow, fetched: Fetched, outcome: Outcome, now: datetime, detail: str = ""
) -> Polled:
    """What an answer that brings no entries changes."""
    reason = _in_words(outcome, fetched, detail)
    if outcome is Outcome.NOT_MODIFIED:
        # RFC 9111, 4.3.4: a 304 refreshes what it names and leaves the rest.
        renewed = {name: value for name, value in _validators(fetched).items() if value}
        changes = _good(row, now) | _moved(row, fetched, now) | renewed
        changes["straight_304s"] = row.straight_304s + 1
    elif outcome is Outcome.SAME_BODY:
        changes = _good(row, now) | _moved(row, fetched, now) | _validators(fetched)
        changes |= {"straight_304s": 0}
        if not fetched.request.headers:
            changes["last_whole"] = now
    else:
        # A host that says how long it is busy has not failed, it asked for time.
        asked_for_time = outcome is Outcome.BUSY and "retry-after" in fetched.headers
        changes = {
            "failures": row.failures + (not asked_for_time),
            "trouble": reason,
            "trouble_since": row.trouble_since or now,
            "gone": outcome is Outcome.GONE,
        }
        if outcome is Outcome.ODD and fetched.status == 304:
            changes |= {"etag": None, "last_modified": None, "last_whole": None}
    return Polled(
        row=row, fetched=fetched, outcome=outcome, reason=reason, now=now, changes=changes
    )


def _good(row: FeedRow, now: datetime) -> dict[str, Any]:
    return {"failures": 0, "trouble": None, "trouble_since": None, "last_good": now}


def _validators(fetched: Fetched) -> dict[str, Any]:
    """ETag and Last-Modified as they came, each on its own; absent ones are forgotten."""
    if fetched.headers.get("expires", "").strip() == "0":
        return {"etag": None, "last_modified": None}
    return {
        "etag": _opaque(fetched.headers.get("etag")),
        "last_modified": _opaque(fetched.headers.get("last-modified")),
    }


def _opaque(value: str | None) -> str | None:
    """A validator that can be sent back byte for byte; else None."""
    good = value and value.isascii() and value.isprintable() and len(value) <= LONGEST_VALIDATOR
    return value if good else None


def _moved(row: FeedRow, fetched: Fetched, now: datetime) -> dict[str, Any]:
    """A permanent redirect to the same place on three polls over a day moves the feed."""
    target = fetched.permanent_to
    if target is None or target == row.url:
        return {"moved_to": None, "moved_since": None, "moved_polls": 0}
    if target != row.moved_to:
        return {"moved_to": target, "moved_since": now, "moved_polls": 1}
    polls = row.moved_polls + 1
    since = row.moved_since or now
    if polls < MOVES_TO_BELIEVE or now - since < TIME_TO_BELIEVE_A_MOVE:
        return {"moved_polls": polls}
    return {
        "url": target,
        "url_history": (*row.url_history, row.url),
        "moved_to": None,
        "moved_since": None,
        "moved_polls": 0,
    }


def _remarks(fetched: Fetched, now: datetime) -> list[str]:
    remarks = []
    if fetched.downgraded:
        remarks.append("a redirect leads from https to plain http")
    sent = http_time(fetched.headers.get("date"))
    if sent is not None and abs(sent - now) > SKEW:
        remarks.append("the server's clock is more than a day off")
    return remarks


def _in_words(outcome: Outcome, fetched: Fetched, detail: str) -> str:
    if detail:
        return f"{outcome.value}: {detail}"
    if fetched.trouble is not None:
        return f"{outcome.value}: {fetched.reason}"
    if outcome.is_good or fetched.status is None:
        return outcome.value
    return f"{outcome.value} (HTTP {fetched.status})"
