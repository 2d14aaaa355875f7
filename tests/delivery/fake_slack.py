"""A strict Slack on 127.0.0.1: it keeps what it was told, refuses what Slack refuses, and fails.

Its limits stand in `slack_limits.py`. A fault is an entry of `faults`, taken by the next
chat.postMessage. Time is whatever `clock` says.
"""

import json
import socket
import struct
import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from slack_limits import Refuse, check_message

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
    "internal_error",
    "duplicate commit",
    "late commit",
)
BEFORE = ("429", "5xx before", "hang before", "reset before", "internal_error")
TOKEN = "xoxb-test-secret"
APP_TOKEN = "xapp-test-secret"
TEAM = "T0000001"


# The permission that a method asks for; docs.slack.dev/reference/scopes.
SCOPES = {
    "chat.postMessage": "chat:write",
    "chat.update": "chat:write",
    "chat.delete": "chat:write",
    "chat.postEphemeral": "chat:write",
    "conversations.list": "channels:read",
    "conversations.history": "channels:history",
    "conversations.replies": "channels:history",
}


def http_server(answer: Callable[[BaseHTTPRequestHandler], None]) -> ThreadingHTTPServer:
    """A server on a free port that has each request answered, and says nothing itself."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            answer(self)

        do_GET = do_POST  # noqa: N815 - the library's name

        def log_message(self, *_: Any) -> None:
            return

    class Server(ThreadingHTTPServer):
        request_queue_size = 64
        daemon_threads = True

        def handle_error(self, *_: Any) -> None:
            """A client that was killed hears no reply: nothing to tell."""

    return Server(("127.0.0.1", 0), Handler)


class FakeSlack:
    """The server and what it knows. Use it as a context."""

    def __init__(self, clock: Callable[[], float] = time.time, *, pace: float = 1.0) -> None:
        self.clock = clock
        self.pace = pace
        self.burst = 0.25  # seconds by which a message may come early
        self.late = 5.0  # seconds after the request at which a late commit happens
        self.hang = 0.3  # real seconds: longer than the client's patience
        self.hung: Callable[[], None] = lambda: None
        self.down: Callable[[], bool] = lambda: False
        self.retry_after = 3
        self.honours_client_msg_id = False
        self.lock = threading.RLock()
        self.faults: deque[str] = deque()
        self.choose: Callable[[], str | None] = lambda: None
        self.channels = {"C0000001": {"id": "C0000001", "name": "desk"}}
        self.members = {"C0000001"}
        self.scopes = set(SCOPES.values())
        self.messages: list[dict[str, Any]] = []
        self.posts: list[dict[str, Any]] = []
        self.pending: list[tuple[float, dict[str, Any]]] = []
        self.too_fast = 0
        self.seen_faults: Counter[str] = Counter()
        self.calls: Counter[str] = Counter()
        self.taken_up: Callable[[str], None] = lambda delivery_id: None  # told of each post
        self.whispers: list[dict[str, Any]] = []
        self.socket_url = ""
        self._serial = 0
        self._last_post: dict[str, float] = {}
        self.http = http_server(self._answer)
        self.thread = threading.Thread(target=self.http.serve_forever, args=(0.05,), daemon=True)

    @property
    def url(self) -> str:
        """What WIREWATCH_SLACK_URL would be."""
        return f"http://127.0.0.1:{self.http.server_address[1]}/api/"

    def __enter__(self) -> "FakeSlack":
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.http.shutdown()
        self.http.server_close()

    # ── What tests ask ──

    def delivered(self) -> Counter[str]:
        """How often each delivery stands in a channel."""
        with self.lock:
            self._commit_late()
            return Counter(m["metadata"]["event_payload"]["delivery_id"] for m in self.messages)

    # ── HTTP ──

    def _answer(self, request: BaseHTTPRequestHandler) -> None:
        if self.down():
            self._reset(request)
            return
        method = request.path.split("/api/")[-1].split("?")[0]
        size = int(request.headers.get("Content-Length") or 0)
        raw = request.rfile.read(size).decode("utf-8")
        if "json" in (request.headers.get("Content-Type") or ""):
            body = json.loads(raw or "{}")
        else:
            query = raw or request.path.partition("?")[2]
            body = {key: values[0] for key, values in parse_qs(query).items()}
        self.calls[method] += 1
        fault = None
        if method == "chat.postMessage":
            with self.lock:
                fault = self.faults.popleft() if self.faults else self.choose()
                if fault:
                    self.seen_faults[fault] += 1
        self._with_fault(request, method, body, fault)

    def _with_fault(
        self, request: BaseHTTPRequestHandler, method: str, body: dict[str, Any], fault: str | None
    ) -> None:
        reply: dict[str, Any] = {}
        if fault not in BEFORE:
            reply = self._do(request, method, body, late=fault == "late commit")
        if method == "chat.postMessage":
            self.taken_up(body["metadata"]["event_payload"]["delivery_id"])
        if fault == "429":
            return self._say(request, {"ok": False, "error": "ratelimited"}, 429)
        if fault == "5xx before":
            return self._say(request, None, 503)
        if fault == "internal_error":
            return self._say(request, {"ok": False, "error": "internal_error"})
        if fault == "hang before":
            return self._hang(request)
        if fault == "reset before":
            return self._reset(request)
        if fault == "duplicate commit":
            # The server's own doing: it says nothing about the pace of whoever posts.
            last, fast = dict(self._last_post), self.too_fast
            self._do(request, method, body, late=False)
            self._last_post, self.too_fast = last, fast
        if fault in ("hang after", "late commit"):
            return self._hang(request)
        if fault == "5xx after":
            return self._say(request, None, 502)
        if fault == "reset after":
            return self._reset(request)
        if fault == "fatal_error after":
            return self._say(request, {"ok": False, "error": "fatal_error"})
        return self._say(request, reply, 200, cut=fault == "truncated")

    def _do(
        self, request: BaseHTTPRequestHandler, method: str, body: dict[str, Any], *, late: bool
    ) -> dict[str, Any]:
        try:
            token = APP_TOKEN if method == "apps.connections.open" else TOKEN
            if request.headers.get("Authorization") != f"Bearer {token}":
                raise Refuse("invalid_auth")
            if (needed := SCOPES.get(method)) and needed not in self.scopes:
                lacking = Refuse("missing_scope")
                lacking.needed = needed
                raise lacking
            with self.lock:
                self._commit_late()
                handler = getattr(self, "_" + method.replace(".", "_"))
                more = {"late": late} if method == "chat.postMessage" else {}
                return {"ok": True, **handler(body, **more)}
        except Refuse as refusal:
            more = {"needed": refusal.needed} if refusal.needed else {}
            return {"ok": False, "error": str(refusal), **more}

    def _say(
        self,
        request: BaseHTTPRequestHandler,
        reply: dict[str, Any] | None,
        status: int = 200,
        *,
        cut: bool = False,
    ) -> None:
        data = json.dumps(reply).encode() if reply is not None else b"<html>upstream</html>"
        kind = "application/json" if reply is not None else "text/html"
        request.send_response(status)
        request.send_header("Content-Type", kind)
        request.send_header("Content-Length", str(len(data)))
        if status == 429:
            request.send_header("Retry-After", str(self.retry_after))
        request.end_headers()
        request.wfile.write(data[: len(data) // 2] if cut else data)
        request.close_connection = True

    def _hang(self, request: BaseHTTPRequestHandler) -> None:
        self.hung()
        time.sleep(self.hang)
        self._reset(request)

    def _reset(self, request: BaseHTTPRequestHandler) -> None:
        request.close_connection = True
        linger = struct.pack("ii", 1, 0)
        request.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        request.connection.close()

    # ── Methods ──

    def _auth_test(self, body: dict[str, Any]) -> dict[str, Any]:
        return {"team": "Test", "team_id": TEAM, "user": "wirewatch"}

    def _apps_connections_open(self, body: dict[str, Any]) -> dict[str, Any]:
        return {"url": self.socket_url}

    def _chat_postEphemeral(self, body: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        self._channel(body)
        check_message(body)
        self.whispers.append(body)
        return {"message_ts": f"{self.clock():.6f}"}

    def _conversations_list(self, body: dict[str, Any]) -> dict[str, Any]:
        return {"channels": list(self.channels.values())}

    def _channel(self, body: dict[str, Any], *, member: bool = True) -> str:
        channel = self.channels.get(str(body.get("channel")))
        if channel is None:
            raise Refuse("channel_not_found")
        if channel.get("is_archived"):
            raise Refuse("is_archived")
        if member and channel["id"] not in self.members:
            raise Refuse("not_in_channel")
        return channel["id"]

    def _chat_postMessage(self, body: dict[str, Any], *, late: bool) -> dict[str, Any]:  # noqa: N802
        channel = self._channel(body)
        check_message(body)
        thread = body.get("thread_ts")
        if thread and not any(m["ts"] == thread and m["channel"] == channel for m in self.messages):
            raise Refuse("thread_not_found")
        now = self.clock()
        if now - self._last_post.get(channel, -1e9) < self.pace - self.burst:
            self.too_fast += 1
        self._last_post[channel] = now
        if self.honours_client_msg_id:
            for message in self.messages:
                if message.get("client_msg_id") == body.get("client_msg_id"):
                    return {"ts": message["ts"], "channel": channel}
        message = {**body, "channel": channel}
        if late:
            self.pending.append((now + self.late, message))
            return {"channel": channel}
        return {"ts": self._commit(message), "channel": channel}

    def _commit(self, message: dict[str, Any]) -> str:
        self._serial += 1
        message = {**message, "ts": f"{self.clock():.3f}{self._serial:03d}"}
        # Slack's places are unique within a channel.
        while any(m["ts"] == message["ts"] for m in self.messages):
            message["ts"] = f"{float(message['ts']) + 1e-6:.6f}"
        self.messages.append(message)
        return str(message["ts"])

    def _commit_late(self) -> None:
        now = self.clock()
        due = [message for at, message in self.pending if at <= now]
        self.pending = [(at, message) for at, message in self.pending if at > now]
        for message in due:
            self._commit(message)

    def _chat_update(self, body: dict[str, Any]) -> dict[str, Any]:
        channel = self._channel(body)
        check_message(body)
        for message in self.messages:
            if message["ts"] == body.get("ts") and message["channel"] == channel:
                message |= {"text": body["text"], "blocks": body.get("blocks")}
                return {"ts": message["ts"], "channel": channel}
        raise Refuse("message_not_found")

    def _chat_getPermalink(self, body: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        channel = self._channel(body)
        if not any(message["ts"] == body.get("message_ts") for message in self.messages):
            raise Refuse("message_not_found")
        place = str(body["message_ts"]).replace(".", "")
        return {"permalink": f"https://desk.slack.com/archives/{channel}/p{place}"}

    def _chat_delete(self, body: dict[str, Any]) -> dict[str, Any]:
        before = len(self.messages)
        self.messages = [m for m in self.messages if m["ts"] != body.get("ts")]
        if len(self.messages) == before:
            raise Refuse("message_not_found")
        return {"ts": body.get("ts")}

    def _conversations_history(self, body: dict[str, Any]) -> dict[str, Any]:
        channel = self._channel(body)
        shown = [
            m for m in self.messages
            if m["channel"] == channel and (not m.get("thread_ts") or m.get("reply_broadcast"))
        ]  # fmt: skip
        return self._page(shown, body)

    def _conversations_replies(self, body: dict[str, Any]) -> dict[str, Any]:
        channel, ts = self._channel(body), body.get("ts")
        shown = [
            m for m in self.messages
            if m["channel"] == channel and ts in (m["ts"], m.get("thread_ts"))
        ]  # fmt: skip
        if not shown:
            raise Refuse("thread_not_found")
        return self._page(shown, body)

    def _page(self, shown: list[dict[str, Any]], body: dict[str, Any]) -> dict[str, Any]:
        oldest = float(body.get("oldest") or 0)
        limit = min(int(body.get("limit") or 100), 999)
        start = int(body.get("cursor") or 0)
        found = sorted((m for m in shown if float(m["ts"]) > oldest), key=lambda m: -float(m["ts"]))
        metadata = str(body.get("include_all_metadata")).lower() in ("1", "true")
        page = [
            {k: v for k, v in m.items() if metadata or k != "metadata"}
            for m in found[start : start + limit]
        ]
        rest = str(start + limit) if len(found) > start + limit else ""
        return {"messages": page, "response_metadata": {"next_cursor": rest}}
