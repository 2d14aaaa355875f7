"""A whole desk for drills: a paper that prints, a strict Slack, a store, and passes to disturb.

A pass is a process of its own that does the four steps as `wirewatch run` and the main job do.
Names lead nowhere but to the paper and to Slack on loopback, and can be dead. Waiting is not done
in earnest: `later` makes all that is stored older, as if the time had gone by.
"""

import json
import os
import signal
import socket
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from unittest.mock import patch

from sqlalchemy import bindparam, event, select
from sqlalchemy.engine import Engine

sys.path.insert(0, str(Path(__file__).parents[1] / "delivery"))

from fake_slack import TOKEN, FakeSlack

from wirewatch.desk import poll as poll_desk
from wirewatch.desk import read as read_desk
from wirewatch.desk import steps
from wirewatch.desk.settings import Settings
from wirewatch.store import Store
from wirewatch.store.entries import ENTRY
from wirewatch.store.feed_tables import FEED
from wirewatch.store.metadata import METADATA, UTCTime
from wirewatch.store.outbox import database_now
from wirewatch.store.outbox_tables import ALERT, DELIVERY

PAPER = "paper.example"
PHASES = ("poll", "read", "judge", "deliver")
WATCH = {
    "feeds/paper.yaml": "feeds:\n  - {feed: 'http://paper.example/rss.xml', language: en,"
    " publisher: The Paper, every: 1s}\n",
    "rules/harbour.yaml": "watches:\n  - watch: Harbours\n    when: {any_of: [harbour]}\n"
    "    send: {to: desk}\n",
}
_NAMES = ("Halvek", "Tesina", "Borlund", "Caelsson", "Drenaro", "Emermann", "Falitz", "Grisova")
_LONG_AGO = timedelta(hours=1)
_resolve = socket.getaddrinfo


@dataclass
class Paper:
    """Prints a feed and its pages: whatever number of articles was printed so far."""

    printed: int = 0
    host: str = PAPER
    asked: Counter[str] = field(default_factory=Counter)

    def __enter__(self) -> "Paper":
        paper = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                paper.asked[self.path] += 1
                found = paper.answer(self.path)
                self.send_response(200 if found else 404)
                self.send_header("Content-Type", found[0] if found else "text/plain")
                body = found[1].encode() if found else b""
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                with suppress(OSError):
                    self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                return

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        threading.Thread(target=self.http.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.http.shutdown()
        self.http.server_close()

    @property
    def port(self) -> int:
        return int(self.http.server_address[1])

    def answer(self, path: str) -> tuple[str, str] | None:
        """The media type and the text of a path; None if there is none."""
        if path == "/rss.xml":
            newest = range(self.printed, max(0, self.printed - 200), -1)
            items = "".join(
                f"<item><guid>g{n}</guid><title>{title(n)}</title>"
                f"<link>http://{self.host}/{n}.html</link></item>"
                for n in newest
            )
            return "application/rss+xml", (
                f"<rss version='2.0'><channel><title>x</title>{items}</channel></rss>"
            )
        number = path.strip("/").removesuffix(".html")
        if not number.isdigit() or not 0 < int(number) <= self.printed:
            return None
        n = int(number)
        words = "".join(f"<p>{one}</p>" for one in sentences(n))
        return "text/html", (
            f"<html><head><title>{title(n)}</title><meta property='og:type' content='article'>"
            f"</head><body><article><h1>{title(n)}</h1>{words}</article></body></html>"
        )


def title(n: int) -> str:
    """A headline that no other article has."""
    return f"Harbour {_name(n)} closed in storm {n}"


def _name(n: int) -> str:
    return f"{_NAMES[n % 8]}{chr(97 + n // 8 % 26)}{chr(97 + n // 208 % 26)}"


def sentences(n: int) -> list[str]:
    """What stands in it: news of its own."""
    who = _name(n + 1000)
    return [
        f"The harbour of {_name(n)} was closed on the order of {who} after storm number {n}.",
        f"“We have waited {n + 3} days for the pilots of {_name(n)},” said {who}, its master.",
        f"At least {n + 2} ferries lie off {_name(n)}, and {n * 7 + 11} passengers wait for {who}.",
        f"Nobody in {_name(n)} had been asked whether the {n + 9} villages could be left.",
        f"{who} did not say for how long the order to keep all {n + 4} ships in port would hold.",
        f"Repairs of pier {n} cost {n * 13 + 5} million crowns, the council of {_name(n)} said.",
    ]


@dataclass
class Ended:
    """How a pass ended: statements by step, what failed, and whether it was killed."""

    killed: bool
    statements: dict[str, int] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    counts: dict[str, dict[str, Any]] = field(default_factory=dict)


@dataclass
class SmallDesk:
    """The desk. `dns_is_dead` leads every name nowhere."""

    folder: Path
    store: Store
    paper: Paper
    slack: FakeSlack
    dns_is_dead: bool = False

    @property
    def settings(self) -> Settings:
        """As an operator would set them."""
        return Settings(
            watch=self.folder / "watch",
            store=self.store.engine.url.render_as_string(hide_password=False),
            archive=f"file://{self.folder}/pages",
            allow=(PAPER,),
            slack_token=TOKEN,
            slack_url=self.slack.url.replace("127.0.0.1", "slack.example"),
        )

    # ── Passes ──

    def run(
        self,
        at: tuple[str, int] | None = None,
        do: Callable[[], None] | None = None,
        before: Callable[[str], None] = lambda phase: None,
    ) -> Ended:
        """One pass to its end, or until statement `at` of a step, where it does (or is) `do`.

        Without `do` it is killed there. `before` is called in the pass before each step.
        """
        reading, writing = os.pipe()
        child = self._fork(writing, at, do or _die, before)
        os.close(writing)
        with os.fdopen(reading) as pipe:
            said = pipe.read()
        _, status = os.waitpid(child, 0)
        if os.WIFSIGNALED(status):
            assert os.WTERMSIG(status) == signal.SIGKILL
            return Ended(killed=True)
        return Ended(killed=False, **json.loads(said))

    def begin(self) -> int:
        """A pass that goes on by itself; its process."""
        reading, writing = os.pipe()
        child = self._fork(writing, None, _die, lambda phase: None)
        os.close(writing)
        os.close(reading)
        return child

    def _fork(
        self,
        writing: int,
        at: tuple[str, int] | None,
        do: Callable[[], None],
        before: Callable[[str], None],
    ) -> int:
        child = os.fork()
        if child:
            return child
        signal.signal(signal.SIGPIPE, signal.SIG_IGN)
        try:
            found = self._pass(at, do, before)
            with suppress(OSError):
                os.write(writing, json.dumps(found).encode())
        finally:
            os._exit(0)

    def _pass(
        self, at: tuple[str, int] | None, do: Callable[[], None], before: Callable[[str], None]
    ) -> dict[str, Any]:
        phase, statements = "", Counter[str]()

        def passing(*_: object, **__: object) -> None:
            statements[phase] += 1
            if at == (phase, statements[phase]):
                do()

        event.listen(Engine, "before_cursor_execute", passing)
        event.listen(Engine, "commit", passing)
        functions = (steps.poll_step, steps.read_step, steps.judge_step, steps.deliver_step)
        failed, counts = {}, {}
        with (
            patch.object(socket, "getaddrinfo", self._look_up),
            patch.object(poll_desk, "run_killable", _here),
            patch.object(read_desk, "run_killable", _here),
        ):
            for name, step in zip(PHASES, functions, strict=True):
                phase = name
                before(name)
                try:
                    counts[name] = step(self.settings, "drill")
                except Exception as error:  # as in Airflow: the next step goes on
                    failed[name] = f"{type(error).__name__}: {error}"
        return {"statements": statements, "failed": failed, "counts": counts}

    def _look_up(self, host: Any, port: Any, *args: Any, **more: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        if not str(name).endswith(".example"):
            return _resolve(host, port, *args, **more)
        if self.dns_is_dead:
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
        return _resolve("127.0.0.1", self.paper.port if name == PAPER else port, *args, **more)

    # ── Time ──

    def later(self, span: timedelta) -> None:
        """Everything that is stored is older by so much."""
        with self.store.begin() as connection:
            for table in METADATA.sorted_tables:
                times = [c for c in table.c if isinstance(c.type, UTCTime)]
                keys = list(table.primary_key.columns)
                if not times or not keys:
                    continue
                rows = connection.execute(select(*keys, *times)).all()
                query = table.update().values({c.name: bindparam(f"new_{c.name}") for c in times})
                for key in keys:
                    query = query.where(key == bindparam(f"key_{key.name}"))
                changed = [
                    {f"key_{c.name}": row[place] for place, c in enumerate(keys)}
                    | {
                        f"new_{c.name}": row[place] - span if row[place] else None
                        for place, c in enumerate(times, len(keys))
                    }
                    for row in rows
                ]
                if changed:
                    connection.execute(query, changed)

    def _next_end_of_a_lease(self) -> timedelta | None:
        """How long until something that waits is free again."""
        with self.store.read() as connection:
            now = database_now(connection)
            ends = [
                connection.execute(select(column).where(column > now)).scalars().all()
                for column in (
                    FEED.c.lease_until, FEED.c.next_poll, ENTRY.c.lease_until, ENTRY.c.not_before,
                    DELIVERY.c.lease_until, DELIVERY.c.not_before,
                )
            ]  # fmt: skip
        waits = [at - now for some in ends for at in some]
        return min(waits, default=None)

    # ── What came of it ──

    def told(self) -> Counter[str]:
        """How many messages Slack holds for each address that they lead to."""
        with self.slack.lock:
            self.slack.delivered()
            texts = [json.dumps(message) for message in self.slack.messages]
        return Counter(
            {
                n: sum(f"{PAPER}/{n}.html" in text for text in texts)
                for n in map(str, range(1, self.paper.printed + 1))
            }
        )

    def is_told(self, n: int) -> bool:
        """Whether somebody can read of this article."""
        return self.told()[str(n)] > 0

    def recover(self, n: int, most: timedelta = timedelta(minutes=30)) -> timedelta:
        """Let passes and time go by until article `n` is told; how long that took."""
        passed, begun = timedelta(), time.monotonic()
        while True:
            self.run()
            if self.is_told(n):
                return passed + timedelta(seconds=time.monotonic() - begun)
            wait = max(self._next_end_of_a_lease() or timedelta(), timedelta(seconds=1))
            wait += timedelta(seconds=0.1)
            passed += wait
            assert passed < most, f"article {n} is still not told after {passed}"
            self.later(wait)

    def all_told_once(self) -> None:
        """Fails unless each article but the first, which is old news, was told exactly once."""
        self.later(_LONG_AGO)  # whatever might still come, or come twice
        self.run()
        expected = {str(n): int(n > 1) for n in range(1, self.paper.printed + 1)}
        assert dict(self.told()) == expected
        assert set(self.slack.delivered().values()) == {1}
        with self.store.read() as connection:
            alerts = connection.execute(select(ALERT.c.alert_id)).scalars().all()
        assert len(alerts) == self.paper.printed - 1


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _here(function: Callable[..., Any], args: tuple[Any, ...] = (), *_: Any) -> Any:
    """`run_killable` without its process: here all of a pass is one process."""
    return function(*args)


@contextmanager
def small_desk(folder: Path, store: Store) -> Iterator[SmallDesk]:
    """A desk whose paper has printed one article, which is old news to it."""
    for name, text in WATCH.items():
        path = folder / "watch" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    with Paper(printed=1) as paper, FakeSlack() as slack:
        desk = SmallDesk(folder, store, paper, slack)
        _warm()
        first = desk.run()
        assert not first.failed, first.failed
        assert first.counts["judge"]["dropped"] == {"first pass of its feed": 1}, first.counts
        yield desk


def _warm() -> None:
    """Load what reads and asks here, not in each process that is forked."""
    from wirewatch.articles.extract import extract
    from wirewatch.feeds.parse import parse_feed
    from wirewatch.fetch import Request, fetch_now

    parse_feed(b"<rss><channel><item><title>x</title></item></channel></rss>")
    words = " ".join(sentences(1))
    extract(f"<html><body><article><p>{words}</p></article></body></html>", "https://x.example/a")
    fetch_now([Request(url="http://127.0.0.2/")])
