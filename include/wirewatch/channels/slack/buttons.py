"""How clicks reach us: Slack's Socket Mode, a websocket that we open ourselves.

Slack wants each envelope acknowledged within three seconds, and sends it again otherwise. We
acknowledge when the click is stored; if that takes longer than two seconds, then; if it failed,
not at all, and Slack tells whoever clicked.

Source: docs.slack.dev, apis/events-api/using-socket-mode.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from wirewatch.alerts.delivery import Never, NotNow, Unclear
from wirewatch.alerts.wording import clean
from wirewatch.channels import Secrets
from wirewatch.channels.slack import parts
from wirewatch.channels.slack.clicks import Click, read_click
from wirewatch.channels.slack.errors import meaning, mend

ACK_WITHIN = 2.0
_REMEMBERED = 2_000  # envelopes: Slack repeats one within minutes
_SILENT = logging.getLogger("wirewatch.channels.slack.sdk")
_SILENT.setLevel(logging.CRITICAL + 1)  # its lines hold the address with the ticket in it
Later = Callable[[], None]


class Ears:
    """One open connection that hears clicks. `press` stores one, and gives what is left to do."""

    def __init__(
        self, secrets: Secrets, press: Callable[[Click], Later], failed: Callable[[str], None]
    ) -> None:
        self._secrets, self._press, self._failed = secrets, press, failed
        self._seen: OrderedDict[str, None] = OrderedDict()
        self._tasks: set[asyncio.Future[Any]] = set()
        # Threads of its own: a Slack that is slow with edits must keep no click from the store.
        self._after = ThreadPoolExecutor(4, "after-a-click")
        self._client: Any = None

    async def open(self) -> None:
        """Connect; from then on it connects anew by itself whenever Slack asks, or goes away.

        Raises ValueError, with the mend, if Slack does not take the token.
        """
        from slack_sdk.socket_mode.aiohttp import SocketModeClient
        from slack_sdk.web.async_client import AsyncWebClient

        if not self._secrets.slack_app_token:
            raise ValueError(mend("no_app_token"))
        url = self._secrets.slack_url.rstrip("/") + "/"
        web = AsyncWebClient(base_url=url, retry_handlers=[], timeout=10, logger=_SILENT)
        self._client = SocketModeClient(
            self._secrets.slack_app_token, logger=_SILENT, web_client=web, ping_interval=5
        )
        if _is_here(url):
            web.proxy = self._client.proxy = None
        try:
            self._client.wss_uri = await self._client.issue_new_wss_url()
        except Exception as error:  # the SDK lets through whatever its transport raises
            await self._client.close()
            raise ValueError(_said(meaning(error))) from None
        self._client.socket_mode_request_listeners.append(self._heard)
        await self._client.connect()

    async def is_open(self) -> bool:
        """Whether clicks reach us now."""
        return bool(await self._client.is_connected())

    async def close(self) -> None:
        """Hear no more; what was heard is done first."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=10)
        self._after.shutdown(wait=False, cancel_futures=True)
        await self._client.close()

    async def _heard(self, client: Any, request: Any) -> None:
        from slack_sdk.socket_mode.response import SocketModeResponse

        envelope = str(request.envelope_id)
        click = read_click(request.payload) if request.type == "interactive" else None
        if click is not None and envelope not in self._seen:
            self._remember(envelope)
            stored = self._begin(asyncio.to_thread(self._press, click))
            await asyncio.wait({stored}, timeout=ACK_WITHIN)
            if stored.done() and stored.exception():
                self._seen.pop(envelope, None)
                self._failed(_name(stored.exception()))
                return
            self._begin(self._follow(stored))
        await client.send_socket_mode_response(SocketModeResponse(envelope_id=envelope))

    async def _follow(self, stored: "asyncio.Future[Later]") -> None:
        try:
            await asyncio.get_running_loop().run_in_executor(self._after, await stored)
        except Exception as error:  # it is stored, and what it changed is shown by the next pass
            self._failed(_name(error))

    def _begin(self, what: Any) -> "asyncio.Future[Any]":
        task: asyncio.Future[Any] = asyncio.ensure_future(what)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _remember(self, envelope: str) -> None:
        self._seen[envelope] = None
        while len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)


class Whisper:
    """Tells something to one person in a channel; nobody else sees it."""

    def __init__(self, secrets: Secrets, timeout: timedelta = timedelta(seconds=10)) -> None:
        from slack_sdk import WebClient

        url = secrets.slack_url.rstrip("/") + "/"
        self._client = WebClient(
            token=secrets.slack_token,
            base_url=url,
            timeout=timeout.total_seconds(),  # type: ignore[arg-type] # a socket takes fractions
            retry_handlers=[],
            logger=_SILENT,
        )
        if _is_here(url):
            self._client.proxy = None

    def team(self) -> str:
        """Our own workspace. Raises ValueError, with the mend, if the bot's token is refused."""
        try:
            return str(self._client.auth_test()["team_id"])
        except Exception as error:  # the SDK lets through whatever its transport raises
            raise ValueError(_said(meaning(error))) from None

    def tell(self, click: Click, lines: tuple[str, ...]) -> None:
        """Answer whoever clicked, beside the message. Raises ValueError if Slack refuses."""
        shown = [clean(line, 600) for line in lines]
        rows = [parts.section(parts.text(line + "\n")) for line in shown]
        try:
            self._client.chat_postEphemeral(
                channel=click.channel,
                user=click.who,
                text=parts.escaped(" ".join(shown))[:3000],
                blocks=[parts.rich(*rows)],
                thread_ts=click.thread_ts,
            )
        except Exception as error:  # the SDK lets through whatever its transport raises
            raise ValueError(_said(meaning(error))) from None


def _is_here(url: str) -> bool:
    """A stand-in on this machine is not behind the company's proxy."""
    return (urlsplit(url).hostname or "") in ("localhost", "127.0.0.1", "::1")


def _said(answer: NotNow | Unclear | Never) -> str:
    if isinstance(answer, Never):
        return f"{answer.error}: {mend(answer.error, answer.needs)}"
    return f"Slack cannot be reached now: {answer.error}"


def _name(error: BaseException | None) -> str:
    return str(error) if isinstance(error, ValueError) else type(error).__name__
