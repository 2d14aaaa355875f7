"""The pages of stories: the newest ones, one as a timeline with its ledgers, two texts compared."""

from datetime import UTC, datetime
from itertools import groupby
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query
from starlette.responses import Response

from wirewatch.desk import shown_story
from wirewatch.desk.beside import beside
from wirewatch.pages import drawing
from wirewatch.pages.visit import ForViewers
from wirewatch.store import articles

router = APIRouter()
TAB = ("Stories", "/stories")
_GONE = "There is no such story, or it is older than the desk keeps."


@router.get("/stories")
def stories(visit: ForViewers, before: datetime | None = None) -> Response:
    """The stories that developed last."""
    found, older = shown_story.newest(visit.store, before and before.astimezone(UTC))
    return visit.page("stories.html", stories=found, older=older, before=before)


@router.get("/stories/{story_id}")
def story(visit: ForViewers, story_id: str) -> Response:
    """One story: what became known when, its ledgers drawn, who printed what."""
    found = shown_story.story(visit.store, story_id)
    if found is None:
        raise HTTPException(404, _GONE)
    now = datetime.now(UTC)
    pictures = [
        (each, drawing.figure(each.steps) if each.is_figure else drawing.lane(each.steps, now))
        for each in found.ledgers
    ]
    by_article = groupby(found.timeline, key=lambda one: (one[0].first_seen, one[0].article_id))
    return visit.page(
        "story.html",
        story=found,
        pictures=pictures,
        width=drawing.WIDTH,
        groups=[(key, list(group)) for key, group in by_article],
        titles={one.article_id: one.title for one in found.outlets if one.title},
    )


@router.get("/stories/{story_id}/beside")
def compare(
    visit: ForViewers,
    story_id: str,
    one: Annotated[str, Query(max_length=200)],
    other: Annotated[str, Query(max_length=200)],
) -> Response:
    """Two articles of a story side by side: copied, reworded, left out, added."""
    with visit.store.read() as connection:
        both = articles.get_many(connection, [one, other])
    if one not in both or other not in both:
        raise HTTPException(404, "One of the two articles is no longer kept.")
    left, right = both[one].article, both[other].article
    return visit.page(
        "beside.html", story_id=story_id, left=left, right=right, rows=beside(left, right)
    )
