"""The page Feeds: how each fares and why, those in trouble first; try, add, switch, import, export.

Viewers look; editors try an address, add and import, since that writes files or asks the web;
operators switch a feed on and off.
"""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, File, Form, HTTPException, Query, UploadFile
from starlette.responses import Response

from wirewatch.desk import feed_files, shown_feeds
from wirewatch.desk.feed_trial import try_feed
from wirewatch.feeds.opml import MOST_BYTES, NotOPML, read_opml, write_opml
from wirewatch.pages.look import query
from wirewatch.pages.rules import PageNumber, Words, spark, the_watch
from wirewatch.pages.visit import ForEditors, ForOperators, ForViewers, Visit, not_done
from wirewatch.text import without_keys

router = APIRouter()
TAB = ("Feeds", "/feeds")
Url = Annotated[str, Form(max_length=2_000)]
Name = Annotated[str, Form(max_length=200)]


@router.get("/feeds")
def feeds(visit: ForViewers, words: Words = "", state: str = "", page: PageNumber = 1) -> Response:
    """The feeds that pass the filters; only their rows if htmx asks."""
    state = state if state in shown_feeds.STATES else ""
    listed = shown_feeds.feeds(
        visit.store, the_watch(visit), datetime.now(UTC), words=words, state=state, page=page
    )
    return visit.page(
        "_feed_rows.html" if visit.wants_part else "feeds.html",
        listed=listed,
        filters={"words": words, "state": state},
        states=shown_feeds.STATES,
        spark=spark,
    )


@router.get("/feeds/tools/export")
def export(visit: ForViewers) -> Response:
    """All feeds as OPML, for other programs."""
    return Response(
        write_opml(the_watch(visit).feeds),
        media_type="text/x-opml",
        headers={"Content-Disposition": 'attachment; filename="wirewatch.opml"'},
    )


@router.get("/feeds/tools/try")
def form(visit: ForEditors, url: Annotated[str, Query(max_length=2_000)] = "") -> Response:
    """The form that tries an address."""
    return visit.page("feed_try.html", url=url, trial=None)


@router.post("/feeds/tools/try")
def tried(visit: ForEditors, url: Url) -> Response:
    """What an address brings, and what its newest page reads like; or why not. Nothing is kept."""
    settings = visit.settings
    trial = try_feed(url.strip(), allow=settings.allow, contact=settings.contact)
    known = any(feed.url == url.strip() for feed in the_watch(visit).feeds)
    template = "_feed_tried.html" if visit.wants_part else "feed_try.html"
    return visit.page(template, url=url.strip(), trial=trial, known=known)


@router.post("/feeds/tools/add")
def add(
    visit: ForEditors, url: Url, publisher: Name, language: Name = "", groups: Name = ""
) -> Response:
    """Write one more feed."""
    try:
        feed_files.add(
            visit.settings.watch,
            visit.store,
            url.strip(),
            publisher.strip(),
            language=language.strip() or None,
            groups=[one.strip() for one in groups.split(",") if one.strip()],
            who=visit.person.name,
            now=datetime.now(UTC),
        )
    except ValueError as error:
        raise not_done(error) from None
    return visit.to(f"/feeds{query({}, words=without_keys(url.strip()))}")


@router.post("/feeds/tools/import")
def take_in(visit: ForEditors, file: Annotated[UploadFile, File()]) -> Response:
    """Write a file of the feeds of an OPML list that are not known yet."""
    data = file.file.read(MOST_BYTES + 1)
    name = (file.filename or "imported").rsplit("/", 1)[-1].rsplit(".", 1)[0]
    try:
        listed = read_opml(data)
        many = feed_files.take_in(
            visit.settings.watch, visit.store, name, listed,
            who=visit.person.name, now=datetime.now(UTC),
        )  # fmt: skip
    except (NotOPML, ValueError) as error:
        raise not_done(error) from None
    return visit.page("feeds_imported.html", many=many, listed=len(listed))


@router.get("/feeds/{feed_id}")
def feed(visit: ForViewers, feed_id: str) -> Response:
    """One feed: its facts, its last polls, its newest entries."""
    found = shown_feeds.one(visit.store, the_watch(visit), feed_id, datetime.now(UTC))
    if found is None:
        raise HTTPException(404, "There is no such feed in the files.")
    return visit.page("feed.html", shown=found, spark=spark)


@router.post("/feeds/{feed_id}/switch")
def switch(visit: ForOperators, feed_id: str, on: Annotated[bool, Form()]) -> Response:
    """Switch a feed on or off, in the file that it stands in."""
    found = next((one for one in the_watch(visit).feeds if one.feed_id == feed_id), None)
    if found is None:
        raise HTTPException(404, "There is no such feed in the files.")
    try:
        feed_files.switch(
            visit.settings.watch, visit.store, found.url, on=on,
            who=visit.person.name, now=datetime.now(UTC),
        )  # fmt: skip
    except ValueError as error:
        raise not_done(error) from None
    return _switched(visit, feed_id, on)


def _switched(visit: Visit, feed_id: str, on: bool) -> Response:
    if not visit.wants_part:
        return visit.to(f"/feeds/{feed_id}")
    shown = shown_feeds.one(visit.store, the_watch(visit), feed_id, datetime.now(UTC))
    says = "It is asked at the next pass." if on else "It is not asked any more."
    return visit.page("_feed_switched.html", shown=shown, says=says)
