"""The app: which pages there are, and what holds for all of them."""

import importlib
import time
from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import FastAPI, Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.staticfiles import StaticFiles

from wirewatch import pages
from wirewatch.pages import look, mishaps, safety
from wirewatch.pages.people import Who
from wirewatch.pages.place import Place
from wirewatch.pages.visit import nonce_of, root_of

# In the order of the tabs. A module has a `router`, and a TAB (name, path) if it has a tab.
ROUTERS = (
    *("alerts", "search", "stories", "articles", "rules"),
    *("vocabulary", "feeds", "editor", "try_out", "backtests"),
    *("runs", "card"),
)
# Asked without login: they hold no data.
OPEN_TO_ALL = ("/static", "/health", "/")
WELL = {"wirewatch": "well"}


def make_app(
    *,
    who: Who,
    secret: bytes,
    place: Place | None = None,
    login: str | None = None,
    airflow: str | None = None,
) -> FastAPI:
    """The pages as an ASGI app.

    `who` answers who sent a request. `secret` signs the forms' tokens: all processes that serve
    these pages need the same. `login` is where somebody without one is sent, with `?next=`.
    `airflow` is the path that Airflow's own pages stand under; None where there is none.
    """
    app = FastAPI(title="Wirewatch", openapi_url=None, docs_url=None, redoc_url=None)
    modules = [importlib.import_module(f"{pages.__name__}.{name}") for name in ROUTERS]
    app.state.who, app.state.secret = who, secret
    app.state.login, app.state.airflow = login, airflow
    app.state.place = place or Place()
    app.state.tabs = [module.TAB for module in modules if hasattr(module, "TAB")]
    for module in modules:
        app.include_router(module.router)
    app.add_api_route("/health", _health, methods=["GET"])
    app.add_api_route("/", _first, methods=["GET"])
    app.mount("/static", _Static(directory=look.STATIC), name="static")
    mishaps.handle(app)
    app.middleware("http")(_every_answer)
    return app


async def _every_answer(
    request: Request, go_on: Callable[[Request], Awaitable[Response]]
) -> Response:
    began = time.perf_counter()
    try:
        response = await go_on(request)
    except Exception as error:
        response = mishaps.broken(request, error)
    for name, value in safety.headers(nonce_of(request)).items():
        response.headers.setdefault(name, value)
    took = (time.perf_counter() - began) * 1000
    response.headers["Server-Timing"] = f"page;dur={took:.1f}"
    return response


def _health() -> JSONResponse:
    """That these are the pages: Airflow answers the address of a broken plugin with its own."""
    return JSONResponse(WELL)


def _first(request: Request) -> RedirectResponse:
    return RedirectResponse(f"{root_of(request)}/alerts", 303)


class _Static(StaticFiles):
    """Files whose address changes with their content: a browser may keep them."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        """The file, to be kept."""
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response
