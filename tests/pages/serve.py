"""The pages without Airflow, on loopback, to look at: `python -m tests.pages.serve`.

Who asks is told by the address: `?as=viewer`, editor (the default), operator or nobody; a cookie
keeps it. Without --store the store is a fresh one, filled with the shipped rules' test articles.
"""

import argparse
import tempfile
from pathlib import Path

from starlette.requests import Request

from wirewatch.desk.settings import Settings
from wirewatch.pages.app import make_app
from wirewatch.pages.people import Person, Right
from wirewatch.pages.place import Place

ROOT = Path(__file__).resolve().parents[2]
LADDER = [Right.VIEWER, Right.EDITOR, Right.OPERATOR]


def person(name: str) -> Person | None:
    """The person who is called like a right, and has it with those below; nobody for others."""
    if name not in [right.value for right in LADDER]:
        return None
    return Person(name, frozenset(LADDER[: LADDER.index(Right(name)) + 1]))


async def by_cookie(request: Request) -> Person | None:
    """Who the address or the cookie says it is; an editor unless told."""
    asked = request.query_params.get("as") or request.cookies.get("as") or "editor"
    return person(asked)


def settings_for(store: str, watch: Path) -> Settings:
    """Settings for pages on this store."""
    return Settings(watch=watch, store=store, archive="memory://")


def main() -> None:
    """Serve until interrupted."""
    import uvicorn
    from tests.pages.filled import fill

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8090)
    parser.add_argument("--store", help="an existing store instead of a filled one")
    parser.add_argument("--watch", type=Path, default=ROOT / "include/watch")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ww-pages-") as folder:
        url = given.store or f"sqlite:///{folder}/pages.sqlite"
        place = Place(lambda: settings_for(url, given.watch))
        if not given.store:
            fill(place.store, given.watch)
        app = make_app(who=by_cookie, secret=b"only for looking", place=place, airflow="")
        uvicorn.run(app, host="127.0.0.1", port=given.port, log_level="warning")


if __name__ == "__main__":
    main()
