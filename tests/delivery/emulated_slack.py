"""The Slack of the npm package `emulate`, which nobody here wrote, behind a proxy that fails.

The proxy keeps nothing: it passes a request on, or its reply back, or neither. What was delivered
is asked of the server itself.
"""

import json
import shutil
import socket
import struct
import subprocess
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fake_slack import TOKEN, http_server

HERE = Path(__file__).parent / "emulate"
ABSENT = shutil.which("node") is None or not (HERE / "node_modules" / "emulate").is_dir()
FAULTS = (
    "429",
    "5xx before",
    "5xx after",
    "hang before",
    "hang after",
    "reset before",
    "reset after",
    "truncated",
    "fatal_error after",
)
BEFORE = ("429", "5xx before", "hang before", "reset before")
_OPEN = urllib.request.build_opener(urllib.request.ProxyHandler({})).open


class EmulatedSlack:
    """The server and the proxy in front of it. Use it as a context."""

    def __init__(self) -> None:
        self.choose: Callable[[], str | None] = lambda: None
        self.hang = 0.6  # real seconds: longer than the client's patience
        self.calls: Counter[str] = Counter()
        self.seen_faults: Counter[str] = Counter()
        self.taken_up: Callable[[str], None] = lambda delivery_id: None  # told of each post
        self.down: Callable[[], bool] = lambda: False
        self.lock = threading.Lock()
        self.http = http_server(self._answer)

    @property
    def url(self) -> str:
        """What WIREWATCH_SLACK_URL would be."""
        return f"http://127.0.0.1:{self.http.server_address[1]}/api/"

    def __enter__(self) -> "EmulatedSlack":
        self.node = subprocess.Popen(
            ["node", "serve.mjs", TOKEN],
            cwd=HERE,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.node.stdout
        self.server = self.node.stdout.readline().strip()
        threading.Thread(target=self.http.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.http.shutdown()
        self.http.server_close()
        self.node.terminate()
        self.node.communicate()

    def messages(self) -> list[dict[str, Any]]:
        """All that stands in the channel, threads and all, as the server tells it."""
        channels = self._ask("conversations.list")["channels"]
        desk = next(c["id"] for c in channels if c["name"] == "desk")
        found: list[dict[str, Any]] = []
        for root in reversed(
            self._ask("conversations.history", channel=desk, limit=999)["messages"]
        ):
            thread = self._ask("conversations.replies", channel=desk, ts=root["ts"])["messages"]
            found += thread or [root]
        return found

    def delivered(self) -> Counter[str]:
        """How often each delivery stands in the channel."""
        events = [m["metadata"]["event_payload"] for m in self.messages() if m.get("metadata")]
        return Counter(payload["delivery_id"] for payload in events)

    def _ask(self, method: str, **body: Any) -> Any:
        status, answer = self._pass(method, urlencode(body).encode(), "")
        said = json.loads(answer)
        assert said.get("ok"), (status, said)
        return said

    def _pass(self, method: str, body: bytes, kind: str) -> tuple[int, bytes]:
        form = "application/x-www-form-urlencoded"
        headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": kind or form}
        request = urllib.request.Request(f"{self.server}/api/{method}", body, headers)
        with _OPEN(request, timeout=20) as answer:
            return answer.status, answer.read()

    def _answer(self, request: BaseHTTPRequestHandler) -> None:
        # Slack takes GET as well, and so does the SDK; this server knows POST only.
        method, _, query = request.path.split("/api/")[-1].partition("?")
        size = int(request.headers.get("Content-Length") or 0)
        body = request.rfile.read(size) or query.encode()
        kind = request.headers.get("Content-Type") or "" if size else ""
        fault = None
        with self.lock:
            self.calls[method] += 1
            if method == "chat.postMessage" and (fault := self.choose()):
                self.seen_faults[fault] += 1
        status, answer = 0, b""
        if fault not in BEFORE:
            status, answer = self._pass(method, body, kind)
        if method == "chat.postMessage":
            self.taken_up(json.loads(body)["metadata"]["event_payload"]["delivery_id"])
        self._with_fault(request, status, answer, fault)

    def _with_fault(
        self, request: BaseHTTPRequestHandler, status: int, answer: bytes, fault: str | None
    ) -> None:
        if fault == "429":
            return self._say(request, 429, b'{"ok":false,"error":"ratelimited"}')
        if fault == "5xx before":
            return self._say(request, 503, b"<html>upstream</html>")
        if fault and fault.endswith(" before"):
            return self._gone(request, fault)
        if fault == "5xx after":
            return self._say(request, 502, b"<html>upstream</html>")
        if fault == "fatal_error after":
            return self._say(request, 200, b'{"ok":false,"error":"fatal_error"}')
        if fault and fault.endswith(" after"):
            return self._gone(request, fault)
        return self._say(request, status, answer, cut=fault == "truncated")

    def _say(
        self, request: BaseHTTPRequestHandler, status: int, answer: bytes, *, cut: bool = False
    ) -> None:
        request.send_response(status)
        request.send_header("Content-Type", "application/json; charset=utf-8")
        request.send_header("Content-Length", str(len(answer)))
        if status == 429:
            request.send_header("Retry-After", "1")
        request.end_headers()
        request.wfile.write(answer[: len(answer) // 2] if cut else answer)
        request.close_connection = True

    def _gone(self, request: BaseHTTPRequestHandler, fault: str) -> None:
        if fault.startswith("hang"):
            time.sleep(self.hang)
        request.close_connection = True
        linger = struct.pack("ii", 1, 0)
        request.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        request.connection.close()
