"""Which entries were taken out of a feed, rather than pushed out by newer ones? Decided here."""

from collections.abc import Sequence


def taken_out(before: Sequence[str], after: Sequence[str]) -> list[str]:
    """The pieces of the last document that are gone though an older one still stands.

    Feeds drop what is oldest, at the end; at the start if that is where they are oldest, which
    shows in new pieces that come last. A piece that was edited is gone too: only who knows the
    entries can tell. Nothing for a document that shares no piece with the last one.
    """
    known, left = set(before), set(after)
    if not known & left:
        return []
    oldest_first = after[0] in known and after[-1] not in known
    ordered = list(reversed(before)) if oldest_first else list(before)
    last = max(place for place, piece in enumerate(ordered) if piece in left)
    return [piece for piece in ordered[:last] if piece not in left]
