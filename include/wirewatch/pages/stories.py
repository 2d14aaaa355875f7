"""The pages of stories: the newest ones, one as a timeline with its ledgers, two texts compared."""

from datetime import UTC, datetime
from itertools import groupby
from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Query
from starlette.responses import Response

from wirewatch.desk import repairs, shown_story
from wirewatch.desk.beside import beside
from wirewatch.desk.repairs import CannotRepair
from wirewatch.pages import drawing
from wirewatch.pages.visit import ForEditors, ForViewers, not_done
from wirewatch.store import articles

router = APIRouter()
TAB = ("Stories", "/stories")
_GONE = "There is no such story, or it is older than the desk keeps."


@router.get("/stories")
def stories(visit: ForViewers, before: datetime | None = None) -> Response:
    """The stories that developed last."""
    found, older = shown_story.newest(visit.store, before and _in_utc(before))
    return visit.page("stories.html", stories=found, older=older, before=before)


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:  # the year 1 or 9999, and a zone that leads out of them
        raise HTTPException(422, "There is no such time.") from None


@router.get("/stories/{story_id}")
def story(visit: ForViewers, story_id: str) -> Response:
    """One story: what became known when, its ledgers drawn, who printed what."""
    found = shown_story.story(visit.store, story_id)
    mends = repairs.repairs(visit.store, story_id)
    if found is None:
        into = next((one for one in mends if one.kind == "merge" and not one.undone_at), None)
        if into is None:
            raise HTTPException(404, _GONE)
        return visit.to(f"/stories/{into.other}")
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
        mends=mends,
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


# ── By hand ───────────────────────────────────────────────────────────────────────────────────


@router.post("/stories/{story_id}/merge")
def merge(visit: ForEditors, story_id: str, into: Annotated[str, Form(max_length=400)]) -> Response:
    """Put this story into another; its id, or the address of its page."""
    other = into.strip().rstrip("/").rsplit("/", 1)[-1].partition("?")[0]
    try:
        repairs.merge(visit.store, story_id, other, visit.person.name)
    except CannotRepair as error:
        raise not_done(error) from None
    return visit.to(f"/stories/{other}")


@router.post("/stories/{story_id}/split")
def split(
    visit: ForEditors, story_id: str, article: Annotated[list[str] | None, Form()] = None
) -> Response:
    """Put the chosen articles into a story of their own."""
    if not article:
        raise HTTPException(422, "Choose the articles that should become a story of their own.")
    try:
        made = repairs.split(visit.store, story_id, article, visit.person.name)
    except CannotRepair as error:
        raise not_done(error) from None
    return visit.to(f"/stories/{made.other}")


@router.post("/stories/{story_id}/undo")
def undo(
    visit: ForEditors, story_id: str, repair: Annotated[str, Form(max_length=100)]
) -> Response:
    """Take a merge or split of this story back."""
    try:
        repairs.undo(visit.store, repair, visit.person.name)
    except CannotRepair as error:
        raise not_done(error) from None
    return visit.to(f"/stories/{story_id}")
