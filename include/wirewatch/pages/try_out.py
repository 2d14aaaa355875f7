"""The page Try: what would be read in an article, and told of it, by the rules or by a draft."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Query
from starlette.responses import Response

from wirewatch.desk import editing
from wirewatch.desk.article_trial import CannotTry, article_at, article_of_text, try_article
from wirewatch.desk.editing import NotHere
from wirewatch.desk.watch import Watch, load_draft, load_watch
from wirewatch.pages.people import Right
from wirewatch.pages.visit import ForViewers, Visit

router = APIRouter()


@router.get("/rules/tools/try")
def form(
    visit: ForViewers,
    rule: Annotated[str, Query(max_length=200)] = "",
    url: Annotated[str, Query(max_length=2000)] = "",
) -> Response:
    """The form."""
    watch = load_watch(visit.settings.watch, visit.settings.zone)
    return visit.page("try.html", rules=watch.rules, rule_id=rule, address=url, trial=None)


@router.post("/rules/tools/try")
def tried(
    visit: ForViewers,
    title: Annotated[str, Form(max_length=1_000)] = "",
    text: Annotated[str, Form(max_length=200_000)] = "",
    url: Annotated[str, Form(max_length=2_000)] = "",
    rule: Annotated[str, Form(max_length=200)] = "",
    file: Annotated[str, Form(max_length=400)] = "",
    draft: Annotated[str, Form(max_length=2_000_000)] = "",
) -> Response:
    """What comes of the text or page; an address is only for editors, as it goes out to the web."""
    if url.strip() and not visit.may(Right.EDITOR):
        raise HTTPException(403, "Only editors may have a page fetched. Paste its text instead.")
    watch = the_rules(visit, file, draft)
    try:
        article = (
            article_at(url.strip(), visit.settings)
            if url.strip()
            else article_of_text(title, text, datetime.now(UTC))
        )
    except CannotTry as error:
        raise HTTPException(422, str(error)) from None
    trial = try_article(watch, article, zone=visit.settings.zone, rule_id=rule)
    broken = sum(problem.severity == "error" for problem in watch.problems)
    if visit.wants_part:
        return visit.page("_tried.html", trial=trial, broken=broken)
    return visit.page(
        "try.html", rules=watch.rules, rule_id=rule, address=url, trial=trial, broken=broken
    )


def the_rules(visit: Visit, file: str, draft: str) -> Watch:
    """The folder as it lies there, with the draft of one file if there is one."""
    folder, zone = visit.settings.watch, visit.settings.zone
    if not file:
        return load_watch(folder, zone)
    try:
        editing.place_of(folder, file)
    except NotHere as error:
        raise HTTPException(404, str(error)) from None
    text = draft.replace("\r\n", "\n")
    return load_draft(folder, {file: text.encode("utf-8", "replace")}, zone)
