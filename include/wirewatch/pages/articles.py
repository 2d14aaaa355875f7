"""The page of one article: everything found in it with its reason, and what each rule said."""

from typing import Annotated

from fastapi import APIRouter, HTTPException, Query
from starlette.responses import Response

from wirewatch.desk import shown_article
from wirewatch.desk.why import why
from wirewatch.pages.visit import ForViewers

router = APIRouter()


@router.get("/articles/{article_id}")
def article(
    visit: ForViewers, article_id: str, rule: Annotated[str, Query(max_length=200)] = ""
) -> Response:
    """The article; `rule` asks what one rule said of it, or at which stage it was no candidate."""
    found = shown_article.article(visit.store, article_id)
    if found is None:
        raise HTTPException(404, "There is no such article, or it is older than the desk keeps.")
    answer = why(visit.store, found.article.article_id, rule.strip()) if rule.strip() else None
    if visit.wants_part:
        return visit.page("_article_why.html", answer=answer, rule=rule.strip())
    return visit.page("article.html", shown=found, answer=answer, rule=rule.strip())
