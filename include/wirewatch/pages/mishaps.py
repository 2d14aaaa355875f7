"""What is shown when something goes wrong: a message with an id, never a white page.

The id stands in the server's log beside what happened; the page says nothing of the inside.
"""

import html
import logging
import secrets
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException as AnyHTTPException
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from wirewatch.pages.visit import NotLoggedIn, render

LOG = logging.getLogger("wirewatch.pages")
_TITLES = {401: "Please log in", 403: "This is not for you", 404: "There is no such page"}


def handle(app: FastAPI) -> None:
    """Have the app answer all that goes wrong in words."""
    app.add_exception_handler(NotLoggedIn, _not_logged_in)
    app.add_exception_handler(AnyHTTPException, _refused)
    app.add_exception_handler(RequestValidationError, _unreadable)


def broken(request: Request, error: Exception) -> Response:
    """The answer to a mistake of ours or to a world that failed us."""
    mark = secrets.token_hex(4)
    LOG.error("page error %s at %s", mark, request.scope.get("path"), exc_info=error)
    return answer(
        request, 500, "Something went wrong here. Nothing was lost; try again in a minute.", mark
    )


def answer(request: Request, status: int, says: str, mark: str = "") -> Response:
    """The message as the caller can take it: JSON, one line in the page at hand, or a page."""
    if _wants_json(request):
        return JSONResponse({"error": says, "id": mark or None}, status)
    part = request.headers.get("hx-request") == "true"
    title = _TITLES.get(status, "That did not work")
    values: dict[str, Any] = {"says": says, "mark": mark, "bad": True, "title": title}
    person = getattr(request.state, "person", None)
    try:
        template = "_said.html" if part else "mishap.html"
        return render(request, template, status, person=person, **values)
    except Exception as error:
        LOG.error("the error page failed too %s", mark, exc_info=error)
        lines = [f"<h1>{title}</h1>", f"<p>{html.escape(says)}</p>", f"<p>Error {mark}</p>"]
        return HTMLResponse("<!doctype html><title>Wirewatch</title>" + "".join(lines), status)


async def _not_logged_in(request: Request, _: Exception) -> Response:
    """To the login page; inside a frame a message, or the login would stand in the frame."""
    login = request.app.state.login
    is_page = not _wants_json(request) and request.headers.get("hx-request") != "true"
    if is_page and request.method == "GET" and login and not _in_a_frame(request):
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"{login}?next={quote(request.url.path + query)}", 303)
    return answer(request, 401, "Your login has run out, or there was none. Log in to Airflow.")


async def _refused(request: Request, error: Exception) -> Response:
    status = getattr(error, "status_code", 500)
    detail = str(getattr(error, "detail", ""))
    if detail in {one.phrase for one in HTTPStatus}:
        detail = "Check the address, or start again from the tabs above."
    return answer(request, status, detail)


async def _unreadable(request: Request, error: Exception) -> Response:
    found = error.errors() if isinstance(error, RequestValidationError) else []
    names = ", ".join(dict.fromkeys(str(one["loc"][-1]) for one in found))
    return answer(request, 422, f"This part of the request cannot be meant: {names}.")


def _in_a_frame(request: Request) -> bool:
    return request.headers.get("sec-fetch-dest") in ("iframe", "frame")


def _wants_json(request: Request) -> bool:
    return "application/json" in request.headers.get("accept", "")
