"""Serves the demo wire on loopback: `python -m demo.wire 127.0.0.1:8655 STATE_FILE`."""

import hashlib
import sys
import threading
from datetime import timedelta
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from demo import look
from demo.story import BETWEEN_STEPS, Wire, now

Answer = tuple[str, str]


class Publisher(ThreadingHTTPServer):
    """The wire and its readers' requests; one at a time looks at the story."""

    daemon_threads = True

    def __init__(
        self, host: str, port: int, state: Path, between: timedelta = BETWEEN_STEPS
    ) -> None:
        super().__init__((host, port), Reader)
        self.base = f"http://{host}:{self.server_port}"
        self._wire = Wire(state, now(), between)
        self._one_at_a_time = threading.Lock()

    def answer(self, path: str) -> Answer | None:
        """The type and text of a page, or None if there is none."""
        outlet_slug, _, name = path.strip("/").partition("/")
        outlet = self._wire.outlets.get(outlet_slug)
        if outlet is None:
            return None
        with self._one_at_a_time:
            printed = self._wire.printed(outlet.slug)
        if name == "rss.xml":
            return "application/rss+xml", look.feed(outlet, printed, self.base)
        if not name:
            return "text/html", look.front(outlet, printed, self.base)
        for article, at in printed:
            if name == f"{article.slug}.html":
                others = [other for other, _ in printed if other is not article]
                return "text/html", look.page(outlet, article, at, others, self.base)
        return None

    def was_kept(self, path: str, *, unchanged: bool) -> None:
        """After an answer: if it shows that a reader keeps a paper's newest, the story may go on.

        It shows when its newest article is fetched, or its feed is asked for with the mark of
        what stands in it. A feed that was only sent may not have been kept.
        """
        outlet, _, name = path.strip("/").partition("/")
        with self._one_at_a_time:
            newest = self._wire.printed(outlet)[0][0]
            if not (name == f"{newest.slug}.html" or (name == "rss.xml" and unchanged)):
                return
            step = self._wire.is_known(outlet, now())
        if step is not None:
            print(f"step {step} is printed", flush=True)


class Reader(BaseHTTPRequestHandler):
    """One request."""

    server: Publisher
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Send a feed, a page, or that nothing changed."""
        found = self.server.answer(self.path)
        if found is None:
            self._send(HTTPStatus.NOT_FOUND, "text/plain", "There is no such page.\n", None)
            return
        kind, text = found
        tag = f'"{hashlib.sha256(text.encode()).hexdigest()[:16]}"'
        unchanged = self.headers.get("If-None-Match") == tag
        if unchanged:
            self._send(HTTPStatus.NOT_MODIFIED, kind, "", tag)
        else:
            self._send(HTTPStatus.OK, kind, text, tag)
        self.server.was_kept(self.path, unchanged=unchanged)

    def _send(self, status: HTTPStatus, kind: str, text: str, tag: str | None) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        if tag:
            self.send_header("ETag", tag)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """One line a request in the part's log."""
        print(f"{self.log_date_time_string()} {format % args}", flush=True)


def main(arguments: list[str]) -> None:
    """Serve until stopped."""
    address, state = arguments
    host, _, port = address.rpartition(":")
    with Publisher(host, int(port), Path(state)) as publisher:
        publisher.serve_forever()


if __name__ == "__main__":
    main(sys.argv[1:])
