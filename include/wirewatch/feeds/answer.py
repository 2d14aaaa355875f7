"""What does a server's answer to a poll mean? Decided before anything is parsed."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Outcome(StrEnum):
    """What came of a poll."""

    DOCUMENT = "a new document"
    NOT_MODIFIED = "nothing new (304)"
    SAME_BODY = "nothing new (same document)"
    PARTIAL = "the new part of the document (226)"
    GONE = "gone (410): not asked any more"
    REFUSED = "refused: it wants a login"
    CHALLENGED = "a check for robots stands in the way"
    MISSING = "not found"
    BUSY = "asked to wait"
    SERVER_ERROR = "the server failed"
    ODD = "an answer that makes no sense"
    EMPTY = "an empty answer"
    NO_ANSWER = "no answer"
    NOT_A_FEED = "not a feed"
    PARSER_FAILED = "the document broke the parser"

    @property
    def is_good(self) -> bool:
        """Whether the feed is as it should be."""
        return self in _GOOD

    @property
    def has_document(self) -> bool:
        """Whether there is something to parse."""
        return self in (Outcome.DOCUMENT, Outcome.PARTIAL)


_GOOD: Final = frozenset(
    {Outcome.DOCUMENT, Outcome.NOT_MODIFIED, Outcome.SAME_BODY, Outcome.PARTIAL}
)


def outcome_of(
    status: int | None,
    headers: Mapping[str, str],
    *,
    body_hash: str | None,
    known_body_hash: str | None,
    was_conditional: bool,
) -> Outcome:
    """What an answer means; `status` is None when none came, `body_hash` for an empty body."""
    if status is None:
        return Outcome.NO_ANSWER
    if "cf-mitigated" in headers:
        return Outcome.CHALLENGED
    if status == 304:
        # To who named nothing, “as you know it” says nothing.
        return Outcome.NOT_MODIFIED if was_conditional else Outcome.ODD
    if 200 <= status < 300:
        if body_hash is None or status in (204, 205):
            return Outcome.EMPTY
        if status == 226 and "feed" in headers.get("im", "").lower():
            return Outcome.PARTIAL
        return Outcome.SAME_BODY if body_hash == known_body_hash else Outcome.DOCUMENT
    if status == 410:
        return Outcome.GONE
    if status in (401, 402, 403, 407, 451):
        return Outcome.REFUSED
    if status in (429, 503):
        return Outcome.BUSY
    if status >= 500:
        return Outcome.SERVER_ERROR
    return Outcome.MISSING if status in (400, 404, 406) else Outcome.ODD
