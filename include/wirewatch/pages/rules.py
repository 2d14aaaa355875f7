"""The page Rules: state, alerts a week and readers’ verdicts of each rule; and one rule alone."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query
from starlette.responses import Response

from wirewatch.desk import editing, shown_rules
from wirewatch.desk.watch import Watch, load_watch
from wirewatch.pages.visit import ForViewers, Visit

router = APIRouter()
TAB = ("Rules", "/rules")
STATES = {
    "": "any",
    shown_rules.State.LIVE: "live",
    "problems": "with problems",
    "muted": "muted",
    shown_rules.State.OFF: "switched off",
}
Words = Annotated[str, Query(max_length=200)]
PageNumber = Annotated[int, Query(ge=1, le=100_000)]


@router.get("/rules")
def rules(visit: ForViewers, words: Words = "", state: str = "", page: PageNumber = 1) -> Response:
    """The rules that pass the filters; only their rows if htmx asks."""
    state = state if state in STATES else ""
    listed = shown_rules.rules(
        visit.store, the_watch(visit), datetime.now(UTC), words=words, state=state, page=page
    )
    return visit.page(
        "_rule_rows.html" if visit.wants_part else "rules.html",
        listed=listed,
        filters={"words": words, "state": state},
        states=STATES,
        spark=spark,
    )


@router.get("/rules/{rule_id}")
def rule(visit: ForViewers, rule_id: str) -> Response:
    """One rule: what it says, in which state it is, and what came of it."""
    watch = the_watch(visit)
    found = shown_rules.rule(visit.store, watch, rule_id, datetime.now(UTC))
    if found is None:
        raise HTTPException(404, f"There is no rule “{rule_id}”, or it was taken out.")
    lines = editing.open_file(watch.path, found.file).text.split("\n")
    return visit.page(
        "rule.html", one=found, said=_own_lines(lines, found.line, found.end), spark=spark
    )


def the_watch(visit: Visit) -> Watch:
    """The editors' folder as it lies there now."""
    return load_watch(visit.settings.watch, visit.settings.zone)


def spark(values: tuple[int, ...], width: int = 96, height: int = 24) -> str:
    """The path of a sparkline: the values from left to right, nothing at the bottom."""
    most = max((*values, 1))
    step = width / max(len(values) - 1, 1)
    points = [
        f"{at * step:.1f},{height - 1 - (height - 2) * value / most:.1f}"
        for at, value in enumerate(values)
    ]
    return "M" + "L".join(points)


def _own_lines(lines: list[str], first: int, end: int) -> str:
    """The lines of one item, without the empty ones and comments that lead to the next."""
    own = lines[first - 1 : end - 1]
    while own and (not own[-1].strip() or own[-1].lstrip().startswith("#")):
        own.pop()
    return "\n".join(own)
