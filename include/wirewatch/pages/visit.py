"""One request of one person: what a page is handed, and how a route says which right it needs."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Depends, HTTPException, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from wirewatch.desk.settings import Settings
from wirewatch.pages import look, safety
from wirewatch.pages.people import Person, Right
from wirewatch.pages.place import Place
from wirewatch.store import Store


@dataclass(frozen=True, slots=True)
class Visit:
    """What a route works with: who asks, the store, the settings, and how to answer."""

    request: Request
    person: Person
    place: Place

    @property
    def store(self) -> Store:
        """The store."""
        return self.place.store

    @property
    def settings(self) -> Settings:
        """The settings."""
        return self.place.settings

    @property
    def root(self) -> str:
        """The path that all pages stand under, without a slash at its end."""
        return root_of(self.request)

    @property
    def wants_part(self) -> bool:
        """Whether htmx asks for a part of the page, not for the page."""
        return self.request.headers.get("hx-request") == "true"

    def may(self, right: Right) -> bool:
        """Whether the person has the right."""
        return self.person.may(right)

    def page(self, template: str, status: int = 200, **values: Any) -> Response:
        """The template, filled; what every template may use is listed in `look.render`."""
        return render(self.request, template, status, person=self.person, **values)

    def to(self, path: str) -> Response:
        """The person is led to another page of ours, after a change."""
        return RedirectResponse(f"{self.root}{path}", 303)

    def said(self, text: str, *, bad: bool = False) -> Response:
        """One line for the person, shown at the page's foot and read out; the page stays."""
        return self.page("_said.html", 409 if bad else 200, says=text, bad=bad)


def not_done(error: Exception) -> HTTPException:
    """409, with the error's words as a sentence: it was understood, and cannot be done."""
    text = str(error)
    sentence = f"{text[:1].upper()}{text[1:]}" + ("" if text.endswith(".") else ".")
    return HTTPException(409, sentence)


class NotLoggedIn(Exception):  # noqa: N818 - what is the case, not an error of ours
    """Nobody is logged in."""


@dataclass(frozen=True, slots=True)
class Needs:
    """A dependency that lets only those through who have the right; changes need a token too.

    Raises NotLoggedIn, or HTTPException 403 in words for the person.
    """

    right: Right

    async def __call__(self, request: Request) -> Visit:
        """The visit of somebody who may."""
        state = request.app.state
        person = await state.who(request)
        if person is None:
            raise NotLoggedIn
        if not person.may(self.right):
            raise HTTPException(403, look.RIGHTS[self.right])
        request.state.person = person
        if request.method not in safety.SAFE_METHODS:
            refused = safety.refusal(
                request, state.secret, person.name, await _token(request), datetime.now(UTC)
            )
            if refused:
                raise HTTPException(403, refused)
        return Visit(request, person, state.place)


ForViewers = Annotated[Visit, Depends(Needs(Right.VIEWER))]
ForEditors = Annotated[Visit, Depends(Needs(Right.EDITOR))]
ForOperators = Annotated[Visit, Depends(Needs(Right.OPERATOR))]


async def _token(request: Request) -> str:
    """The token of the header, else of the form."""
    header = request.headers.get(safety.HEADER)
    kind = request.headers.get("content-type", "")
    if header is not None or not kind.startswith(("application/x-www-form", "multipart/")):
        return header or ""
    given = (await request.form()).get(safety.FIELD)
    return given if isinstance(given, str) else ""


def root_of(request: Request) -> str:
    """The path that all pages stand under, whatever they are mounted at."""
    return str(request.scope.get("root_path", "")).rstrip("/")


def render(
    request: Request, template: str, status: int = 200, *, person: Person | None, **values: Any
) -> HTMLResponse:
    """A template as an answer, with what every template may use."""
    state = request.app.state
    now = datetime.now(UTC)
    text = look.render(
        template,
        root=root_of(request),
        path=request.scope["path"].removeprefix(root_of(request)),
        person=person,
        token=safety.token(state.secret, person.name, now) if person else "",
        nonce=nonce_of(request),
        tabs=state.tabs,
        airflow=state.airflow,
        now=now,
        zone=state.place.settings.zone,
        **values,
    )
    return HTMLResponse(text, status)


def nonce_of(request: Request) -> str:
    """The nonce of this answer's policy."""
    if not hasattr(request.state, "nonce"):
        request.state.nonce = secrets.token_urlsafe(16)
    return str(request.state.nonce)
