"""The whole way on real feeds: served on loopback, polled, read, judged, delivered, twice.

The feeds' own text is read, so that no page outside this machine is asked for.
"""

import os
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import feedparser
from tests.eval.measure import Measure

from wirewatch.articles.canonical import url_key
from wirewatch.desk.settings import Settings, from_environment
from wirewatch.desk.steps import deliver_step, judge_step, poll_step, read_step
from wirewatch.store import articles, open_store

RULE = """watches:
  - watch: Anything
    when: {any_of: [said, says, announced]}
    send: {to: x}
"""


class _Quiet(SimpleHTTPRequestHandler):
    """Files as they are, without a line on the terminal for each."""

    def log_message(self, *_: Any) -> None:
        """Nothing."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The folder on a free port of 127.0.0.1."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()


def measures(folder: Path, sample: int | None = None) -> Iterator[Measure]:
    """What reached the judge of all that plain feedparser finds, and what a second run brings."""
    live = folder / "feeds" / "kagi-live"
    files = [path for path in sorted(live.iterdir()) if linked(path)][: sample or 12]
    with tempfile.TemporaryDirectory() as home, served(live) as host:
        settings = from_environment({**os.environ, **desk_of(Path(home), host, files)})
        first = _pass(settings)
        again = _pass(settings)
        reached = set(judged(settings))
    links = {url_key(link) for path in files for link in linked(path)}
    yield Measure(
        room="whole",
        name="live feeds: articles of their entries that were judged",
        value=len(reached & links) / len(links),
        target=1.0,
        n=len(links),
        note=f"{len(files)} feeds, first pass {first}".replace("Counter", ""),
    )
    yield Measure(
        room="whole",
        name="the same feeds once more: entries and messages that come again",
        value=float(again["fed"] + again["judged"] + again["sent"]),
        target=0.0,
        lower_is_better=True,
        n=len(links),
    )


def judged(settings: Settings) -> list[str]:
    """The URL keys of all articles that were judged."""
    with open_store(settings.store) as store, store.read() as connection:
        stored = articles.since(connection, datetime(2000, 1, 1, tzinfo=UTC), 10**6)
    return [url_key(one.article.url) for one in stored if one.judged_at]


def linked(path: Path) -> set[str]:
    """The addresses of a feed's entries, as plain feedparser finds them."""
    found = feedparser.parse(path.read_bytes(), sanitize_html=False, resolve_relative_uris=False)
    return {entry.link for entry in found.entries if entry.get("link", "").startswith("http")}


def desk_of(home: Path, host: str, files: list[Path]) -> dict[str, str]:
    """The settings of a desk that reads these feeds; it keeps everything in `home`."""
    (home / "watch" / "feeds").mkdir(parents=True)
    (home / "watch" / "rules").mkdir()
    lines = [
        f"  - {{feed: 'http://{host}/{path.name}', publisher: '{path.name}', full_text: feed}}\n"
        for path in files
    ]
    (home / "watch" / "feeds" / "live.yaml").write_text("feeds:\n" + "".join(lines))
    (home / "watch" / "rules" / "any.yaml").write_text(RULE)
    return {
        "WIREWATCH_WATCH": str(home / "watch"),
        "WIREWATCH_STORE": f"sqlite:///{home}/store.sqlite",
        "WIREWATCH_ARCHIVE": f"file://{home}/pages",
        "WIREWATCH_ALLOW": host,
        "WIREWATCH_CONSOLE": str(home / "console.log"),
    }


def _pass(settings: Settings) -> dict[str, Any]:
    """One pass; reading goes on until nothing waits, as it would over several runs."""
    counts: dict[str, Any] = {"fed": poll_step(settings)["fed"], "judged": 0, "why": Counter()}
    while (read := read_step(settings))["read"] + read["from_feed"]:
        counts["judged"] += judge_step(settings)["judged"]
        counts["why"].update(read["why"], known=read["known"])
    counts["sent"] = deliver_step(settings)["sent"]
    return counts
