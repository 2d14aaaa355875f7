"""The page Vocabulary: events, figures and entities, their sentences, and the rules that ask."""

from fastapi import APIRouter
from starlette.responses import Response

from wirewatch.desk import shown_rules
from wirewatch.pages.rules import PageNumber, Words, the_watch
from wirewatch.pages.visit import ForViewers

router = APIRouter()
TAB = ("Vocabulary", "/vocabulary")


@router.get("/vocabulary")
def vocabulary(
    visit: ForViewers,
    part: str = "events",
    words: Words = "",
    page: PageNumber = 1,
    tried: bool = False,
) -> Response:
    """One part of the vocabulary; only its rows if htmx asks, with the sentences tried."""
    part = part if part in shown_rules.PARTS else "events"
    tries = tried or part != "events"
    listed = shown_rules.vocabulary(
        visit.store, the_watch(visit), part, words=words, page=page, tried=tries
    )
    return visit.page(
        "_vocabulary_rows.html" if visit.wants_part else "vocabulary.html",
        listed=listed,
        part=part,
        parts=shown_rules.PARTS,
        filters={"part": part, "words": words},
        tried=tries,
    )
