"""Socket Mode on 127.0.0.1: a real websocket server that sends envelopes and notes what is said.

`apps.connections.open` of the strict Slack beside it hands out its address. It runs on a loop and
thread of its own; a test sends, and waits for what comes back.
"""

import asyncio
import json
import threading
import time
from typing import Any

from aiohttp import web
from fake_slack import FakeSlack


class FakeSocket:
    """The server; `sessions` counts the connections, `acknowledged` when each envelope was."""

    def __init__(self, slack: FakeSlack) -> None:
        self.acknowledged: dict[str, list[float]] = {}
        self.sent: dict[str, float] = {}
        self.sessions = 0
        self._open: list[web.WebSocketResponse] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._slack = slack

    def __enter__(self) -> "FakeSocket":
        self._thread.start()
        self._do(self._start())
        return self

    def __exit__(self, *_: object) -> None:
        self._do(self._runner.cleanup())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def _do(self, what: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(what, self._loop).result(20)

    async def _start(self) -> None:
        app = web.Application()
        app.router.add_get("/link", self._talk)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = self._runner.addresses[0][1]
        self._slack.socket_url = f"ws://127.0.0.1:{port}/link?ticket=secret-ticket"

    async def _talk(self, request: web.Request) -> web.WebSocketResponse:
        session = web.WebSocketResponse()
        await session.prepare(request)
        self.sessions += 1
        self._open.append(session)
        await session.send_json({"type": "hello", "num_connections": 1})
        async for message in session:
            said = json.loads(message.data)
            at = time.monotonic()
            self.acknowledged.setdefault(said["envelope_id"], []).append(at)
        self._open.remove(session)
        return session

    # ── What tests do ──

    def send(self, message: Any) -> None:
        """Send one line to whoever listens; text goes as it is."""
        text = message if isinstance(message, str) else json.dumps(message)
        if isinstance(message, dict) and "envelope_id" in message:
            self.sent.setdefault(str(message["envelope_id"]), time.monotonic())
        self._do(self._open[-1].send_str(text))

    def drop(self) -> None:
        """The connection is gone, without a word."""

        async def cut() -> None:
            for session in list(self._open):
                transport = session._req.transport  # type: ignore[union-attr]
                assert transport
                transport.abort()

        self._do(cut())

    def wait(self, what: Any, seconds: float = 10.0) -> None:
        """Until it is true. Raises AssertionError if that takes too long."""
        end = time.monotonic() + seconds
        while not what():
            assert time.monotonic() < end, "it never came about"
            time.sleep(0.01)

    def answered(self, envelope: str) -> float:
        """Wait for an envelope's acknowledgement; how many seconds it took."""
        self.wait(lambda: envelope in self.acknowledged)
        return self.acknowledged[envelope][0] - self.sent[envelope]
