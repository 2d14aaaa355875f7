"""The pages on loopback with a filled store, a headless Chromium, and axe to judge them."""

import json
import os
import re
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright
from tests.pages.filled import ROOT, fill
from tests.pages.serve import by_cookie, settings_for

from wirewatch.desk.settings import Settings
from wirewatch.pages.app import make_app
from wirewatch.pages.place import Place
from wirewatch.store import open_store

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
AXE = Path(__file__).parent / "axe/node_modules/axe-core/axe.min.js"


@pytest.fixture(scope="session")
def filled_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A filled SQLite store, made once; tests work on copies."""
    path = tmp_path_factory.mktemp("filled") / "filled.sqlite"
    with open_store(f"sqlite:///{path}") as store:
        fill(store)
        with store.begin() as connection:
            connection.exec_driver_sql("PRAGMA user_version = 0")
    return path


@dataclass
class Served:
    """Pages that are served: where, and on which settings."""

    address: str
    settings: Settings


@pytest.fixture
def served(filled_once: Path, tmp_path: Path) -> Iterator[Served]:
    """The pages on a filled store and an editors' folder of their own."""
    for part in filled_once.parent.glob(f"{filled_once.name}*"):
        shutil.copy(part, tmp_path / part.name)
    watch = tmp_path / "watch"
    shutil.copytree(ROOT / "include/watch", watch)
    settings = settings_for(f"sqlite:///{tmp_path}/{filled_once.name}", watch)
    place = Place(lambda: settings)
    app = make_app(who=by_cookie, secret=b"of the tests", place=place)
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield Served(f"http://127.0.0.1:{port}", settings)
    server.should_exit = True
    thread.join()
    place.close()


class Asking:
    """Asks the served pages without a browser, as anybody."""

    def __init__(self, address: str) -> None:
        self._client = httpx.Client(base_url=address, timeout=20)

    def __call__(self, method: str, path: str, who: str = "editor", **more: Any) -> httpx.Response:
        """The answer to a request of somebody; a change carries no token unless it is given."""
        headers = {"Cookie": f"as={who}", **more.pop("headers", {})}
        return self._client.request(method, path, headers=headers, **more)

    def get(self, path: str, who: str = "editor", **more: Any) -> httpx.Response:
        """The page at a path."""
        return self("GET", path, who, **more)

    def change(self, path: str, who: str = "editor", **more: Any) -> httpx.Response:
        """The answer to a POST with the token of this person's own page."""
        headers = {"X-Wirewatch-Token": self.token(who), **more.pop("headers", {})}
        return self("POST", path, who, headers=headers, **more)

    def token(self, who: str) -> str:
        """The token that a page of this person carries."""
        found = re.search(r'name="wirewatch-token" content="(\w+)"', self.get("/alerts", who).text)
        assert found
        return found[1]


@pytest.fixture
def ask(served: Served) -> Asking:
    """Asks the served pages without a browser: `ask.get("/alerts", "viewer")`."""
    return Asking(served.address)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A headless Chromium; loud if there is none, and a failure where CI runs.

    One for each file: while Playwright is up, its event loop is this thread's, and the tests of
    other files that run in the same process could have none of their own.
    """
    if not CHROMIUM.exists() and not os.environ.get("CI"):
        pytest.skip("NO CHROMIUM HERE, the pages are untested: apt-get install -y chromium")
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(params=["light"])
def page(request: pytest.FixtureRequest, chromium: Browser, served: Served) -> Iterator[Page]:
    """A browser's page whose addresses begin at the served pages; the one who looks is an editor.

    The test fails if the page logged an error: a script that broke, or a policy that was violated.
    """
    context = chromium.new_context(
        base_url=served.address,
        viewport={"width": 1440, "height": 900},
        color_scheme=request.param,
        reduced_motion="reduce",
    )
    context.set_default_timeout(10_000)
    found: list[str] = []
    opened = context.new_page()

    def heard(message: ConsoleMessage) -> None:
        # A refusal that a test provokes is no error of the page.
        if message.type == "error" and "Failed to load resource" not in message.text:
            found.append(message.text)

    opened.on("console", heard)
    opened.on("pageerror", lambda error: found.append(str(error)))
    yield opened
    context.close()
    assert found == []


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """Asserts that everybody can use what the page shows now: nothing serious, nothing critical."""
    if not AXE.exists():
        if os.environ.get("CI"):
            raise FileNotFoundError(f"{AXE}: make judges")
        pytest.skip("NO AXE HERE, nobody judges the pages: make judges (needs npm)")
    script = AXE.read_text(encoding="utf-8")

    def judge(page: Page) -> None:
        page.evaluate(script)
        found: list[dict[str, Any]] = page.evaluate("axe.run().then(run => run.violations)")
        grave = [one for one in found if one["impact"] in ("serious", "critical")]
        shown = [
            {"id": one["id"], "help": one["help"], "nodes": [n["html"] for n in one["nodes"][:3]]}
            for one in grave
        ]
        assert shown == [], json.dumps(shown, indent=1)

    return judge
