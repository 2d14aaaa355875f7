"""When a status or a figure has moved: one row a case, with the story behind it."""

from datetime import UTC, date, datetime

import pytest

from wirewatch.records import Figure, Span, Status
from wirewatch.stories.ledger import Mention, Move, figure_move, status_move
from wirewatch.stories.memory import Step

DAY = date(2031, 3, 4)
AT = datetime(2031, 3, 4, 8, tzinfo=UTC)
T, P, O_, U, W, C, V = (
    Status.THREATENED, Status.PLANNED, Status.ORDERED, Status.UNDER_WAY, Status.PAUSED,
    Status.COLLAPSED, Status.OVER,
)  # fmt: skip
TALK, DENIED = Status.TALKED_ABOUT, Status.DENIED


def _steps(*statuses: Status) -> list[Step]:
    return [
        _step(nth, status=status, moves=status not in (TALK, DENIED))
        for nth, status in enumerate(statuses)
    ]


def _step(nth: int, **what: object) -> Step:
    return Step(
        ledger="l", nth=nth, development_id=f"d{nth}", at=AT, day=DAY, sentence="s", url="u",
        article_id="a", **what,  # type: ignore[arg-type]
    )  # fmt: skip


FRESH, STALE = Mention(fresh=True, day=DAY), Mention(fresh=False, day=DAY)


@pytest.mark.parametrize(
    ("before", "now", "told", "move"),
    [
        ([], P, FRESH, Move.FIRST),  # the first plan
        ([], TALK, FRESH, Move.FIRST),  # somebody calls for it
        ([TALK], P, FRESH, Move.FIRST),  # talk was no step
        ([P], O_, FRESH, Move.STEP),  # the plan becomes an order
        ([O_], P, FRESH, Move.BACKWARD),  # a later paragraph still speaks of the plan
        ([U], O_, FRESH, Move.BACKWARD),  # what is under way is not ordered any more
        ([U], T, FRESH, Move.BACKWARD),  # a new threat while it is under way
        ([V], P, FRESH, Move.STEP),  # another round is planned after the end
        ([C], U, FRESH, Move.STEP),  # talks begin again after they collapsed
        ([U], U, FRESH, Move.SAME),  # the second paper
        ([U, W], U, FRESH, Move.STEP),  # resumed
        ([U, W, U], W, FRESH, Move.STEP),  # paused a second time
        ([U], W, STALE, Move.NOT_NEW),  # its sentence was told before
        ([U], W, Mention(fresh=True, day=date(2031, 3, 1)), Move.EARLIER),  # last week's pause
        (
            [C],
            U,
            Mention(fresh=True, day=DAY, highest_here=6),
            Move.BACKWARD,
        ),  # the lead: collapsed
        ([P], U, Mention(fresh=True, day=DAY, highest_here=2), Move.STEP),  # planned, then: began
        ([U], DENIED, FRESH, Move.STEP),  # the army denies it
        ([U, DENIED], DENIED, FRESH, Move.SAME),  # … and so does another paper say
        ([U, DENIED], U, FRESH, Move.SAME),  # a denial did not end it
        ([U], TALK, FRESH, Move.ASIDE),  # a call for a halt is no halt
    ],
)
def test_a_status_moves_its_ledger(
    before: list[Status], now: Status, told: Mention, move: Move
) -> None:
    assert status_move(now, _steps(*before), told) is move


def _figure(
    value: float, bound: str = "exactly", counts: str = "killed", scope: str = "total"
) -> Figure:
    span = Span(where="text", start=0, end=1)
    return Figure(span=span, figure=None, counts=counts, value=value, bound=bound, scope=scope)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("before", "now", "told", "revised", "move"),
    [
        (None, _figure(27708), FRESH, False, Move.FIRST),
        (27708, _figure(27840), FRESH, False, Move.STEP),
        (27708, _figure(27708, "at least"), FRESH, False, Move.SAME),
        (27708, _figure(27700, "more than"), FRESH, False, Move.ROUNDED),
        (27708, _figure(20000, "more than"), FRESH, False, Move.ROUNDED),  # still true
        (27840, _figure(28000, "about"), FRESH, False, Move.ROUNDED),
        (28064, _figure(28000, "about"), FRESH, False, Move.ROUNDED),
        (28064, _figure(29100, "at least"), FRESH, False, Move.STEP),
        (28064, _figure(29000, "about"), FRESH, False, Move.STEP),  # 28,064 rounds to 28,000
        (9.8e6, _figure(10.3e6, "about", "people"), FRESH, False, Move.STEP),
        (9.8e6, _figure(10e6, "about", "people"), FRESH, False, Move.ROUNDED),
        (27708, _figure(30000, "more than"), FRESH, False, Move.STEP),
        (27840, _figure(27708), FRESH, False, Move.NO_FALL),  # an older background paragraph
        (23, _figure(21), FRESH, True, Move.STEP),  # two were counted twice
        (134, _figure(98, counts="hostages"), FRESH, False, Move.STEP),  # hostages come home
        (123, _figure(107, scope="day"), FRESH, False, Move.STEP),  # another day's toll
        (27708, _figure(27840), STALE, False, Move.NOT_NEW),
        (27708, _figure(27840), Mention(fresh=True, day=date(2031, 3, 1)), False, Move.EARLIER),
    ],
)
def test_a_figure_moves_its_ledger(
    before: float | None, now: Figure, told: Mention, revised: bool, move: Move
) -> None:
    steps = [] if before is None else [_step(0, value=before)]
    assert figure_move(now, steps, told, revised=revised) is move
