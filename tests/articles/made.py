"""Pages and a newspaper of our own, for tests: all words in them are invented."""

import json
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

STORY = (
    (
        "The harbour council of Port Ellery ordered the closure of the east quay on Monday, after "
        "divers found cracks in three of its twelve pillars."
    ),
    (
        "Harbour master Ines Caldera said that no ship would moor there before the pillars were "
        "mended, and that repairs would take at least six weeks."
    ),
    (
        "Two ferries a day will leave from the fish market instead. The council had been warned "
        "of the damage in a report last spring, which it kept to itself until now."
    ),
    (
        "Fishermen gathered at the town hall in the evening and demanded that the mayor explain "
        "why nobody had told them about the danger to their boats and their crews."
    ),
)


def page(
    title: str = "Council closes the east quay",
    story: Sequence[str] = STORY,
    *,
    linked: Mapping[str, Any] | None = None,
    head: str = "",
    before: str = "",
    after: str = "",
    language: str = "en",
) -> str:
    """A newspaper's page: navigation, an article, a footer, and what the test puts around it."""
    data = f'<script type="application/ld+json">{json.dumps(linked)}</script>' if linked else ""
    body = "".join(f"<p>{line}</p>" for line in story)
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{title} | The '
        f"Ellery Post</title>{head}{data}</head><body><nav><ul><li><a href='/'>Home</a></li><li>"
        f"<a href='/sport'>Sport</a></li></ul></nav><main><article><h1>{title}</h1>{before}"
        f"<div class='text'>{body}</div>{after}</article></main>"
        "<footer><p>The Ellery Post, Quay Street</p></footer></body></html>"
    )


def news_article(**more: Any) -> dict[str, Any]:
    """JSON-LD of an article."""
    return {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": "Council closes the east quay",
        "datePublished": "2024-02-05T18:30:00+01:00",
        "dateModified": "2024-02-05T19:00:00+01:00",
        "author": [{"@type": "Person", "name": "Mara Quint"}],
        "publisher": {"@type": "Organization", "name": "The Ellery Post"},
        **more,
    }


Answer = tuple[int, str | bytes] | tuple[int, str | bytes, dict[str, str]]


@dataclass
class Newspaper:
    """A web server on loopback: each path has its answer; what was asked is kept."""

    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    before_answer: Callable[[str], None] = lambda path: None

    def __enter__(self) -> Self:
        paper = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                paper.asked.append(self.path)
                paper.before_answer(self.path)
                status, body, headers = (*paper.answers.get(self.path, (404, "gone")), {})[:3]
                data = body.encode() if isinstance(body, str) else body
                self.send_response(status)
                for name, value in {"Content-Type": "text/html", **headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.http.serve_forever, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.http.shutdown()
        self.http.server_close()
        self.thread.join(5)

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.http.server_address[1]}"

    def url(self, path: str) -> str:
        return f"http://{self.host}{path}"
