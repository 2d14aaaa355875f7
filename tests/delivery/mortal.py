"""Workers that die: at a point of their way, with a request sent, or with its reply unread."""

import threading
from collections import Counter
from collections.abc import Callable

from worktable import Table

from wirewatch.desk.deliver import Hand

POINTS = (
    "before claim",
    "after claim",
    "before post",
    "request sent",
    "reply received",
    "before mark",
    "after mark",
)


class Killed(BaseException):
    """A worker ends here, without a word to anybody."""


def once(nth: int) -> Callable[[], bool]:
    """True the nth time that it is asked, and never else."""
    passed = Counter[str]()

    def when() -> bool:
        passed["here"] += 1
        return passed["here"] == nth

    return when


def mortal(table: Table, point: str, when: Callable[[], bool]) -> Hand:
    """A worker that dies at this point when `when` says so."""

    def passing(here: str) -> None:
        if here == point and when():
            raise Killed

    hand = table.hand(passing)
    if point in ("request sent", "reply received"):
        _die_on_the_wire(hand, table, point, when)
    return hand


def _die_on_the_wire(hand: Hand, table: Table, point: str, when: Callable[[], bool]) -> None:
    """What a worker knew dies with it; what it had sent does not."""
    for sender in hand.senders.values():
        real = sender.sender.post  # type: ignore[attr-defined]

        def post(
            message: object,
            delivery_id: str,
            *args: object,
            real: Callable[..., object] = real,
            **more: object,
        ) -> object:
            if not when():
                return real(message, delivery_id, *args, **more)
            sent = threading.Thread(target=real, args=(message, delivery_id, *args), kwargs=more)
            sent.start()
            if point == "request sent":
                table.time.turn(0)  # when the server has taken up what is under way
            if point == "reply received":
                sent.join()
            raise Killed

        sender.sender.post = post  # type: ignore[attr-defined]
