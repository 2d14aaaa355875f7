"""How a message reaches Slack: one request, no hidden retries, and a way to find it again.

The SDK's own client posts twice when a connection drops after the server took the message, so its
retry handlers are all off: the outbox alone decides about a second try. Every message carries its
delivery's id as metadata, by which `find` recognises it in the channel's history, and as
`client_msg_id`, which Slack may use to refuse a double.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid5

from wirewatch.alerts.delivery import Done, Never, NotNow, Outcome, Unclear
from wirewatch.channels import Message, Places, Secrets
from wirewatch.channels.slack.errors import meaning, mend
from wirewatch.channels.slack.look import look, shown_in_channel
from wirewatch.records import Alert, Channel, Standing

EVENT = "wirewatch_delivery"
# What the SDK would log is told by outcomes; its debug lines hold whole requests.
_SILENT = logging.getLogger("wirewatch.channels.slack.sdk")
_SILENT.setLevel(logging.CRITICAL + 1)
_NAMESPACE = UUID("5a3f2c9e-6b1d-4c7e-9f40-2d8e7b6a1c55")
_MOVED = ("channel_not_found", "is_archived")  # or the id is not what the name means any more
_PAGE = 200
_MOST_PAGES = 25
_EARLIER = timedelta(minutes=5)  # Slack's clock and the database's may differ


class Slack:
    """One Slack channel, through a bot's token."""

    pace = timedelta(seconds=1)

    def __init__(self, client: Any, address: str, places: Places, *, buttons: bool = False) -> None:
        self._client = client
        self._places = places
        self._buttons = buttons
        self._address = address
        self._channel_id: str | None = None if address.startswith("#") else address

    def post(
        self, message: Message, delivery_id: str, thread_ts: str | None, *, plain: bool = False
    ) -> Outcome:
        """One chat.postMessage."""
        channel = self._resolve()
        if not isinstance(channel, str):
            return channel
        body: dict[str, Any] = {
            **look(message, plain=plain, buttons=self._buttons),
            "channel": channel,
            "client_msg_id": str(uuid5(_NAMESPACE, delivery_id)),
            "metadata": {"event_type": EVENT, "event_payload": {"delivery_id": delivery_id}},
            "unfurl_links": False,
            "unfurl_media": False,
        }
        if thread_ts:
            loud = isinstance(message, Alert) and shown_in_channel(message)
            body |= {"thread_ts": thread_ts, "reply_broadcast": loud}
        answer = self._call(self._client.chat_postMessage, **body)
        if isinstance(answer, Never) and answer.error in _MOVED and self._forgets():
            return NotNow(timedelta(), f"{answer.error}: its name is looked up again")
        if not isinstance(answer, dict):
            return answer
        ts = answer.get("ts")
        return Done(str(ts)) if ts else Unclear("Slack took it without saying where it is")

    def ready(self) -> Outcome | None:
        """The channel's id; a list of all channels may take seconds."""
        channel = self._resolve()
        return None if isinstance(channel, str) else channel

    def find(self, delivery_id: str, since: datetime, thread_ts: str | None) -> Outcome | None:
        """Look through the channel, or the thread, since then."""
        found: str | None = None
        for page in self._history(since - _EARLIER, thread_ts):
            if isinstance(page, Never) and page.mend == "loose":
                return None  # the thread is gone, and whatever was in it
            if not isinstance(page, list):
                return _unfinished(page)
            places = [ts for ts, known in _ours(page) if known == delivery_id]
            found = min([*places, *([found] if found else [])], key=float, default=None)
        return Done(found) if found else None

    def edit(self, ts: str, alert: Alert, standing: Standing) -> Outcome:
        """One chat.update; asking twice changes nothing more."""
        channel = self._resolve()
        if not isinstance(channel, str):
            return channel
        shown = look(alert, buttons=self._buttons, standing=standing)
        answer = self._call(self._client.chat_update, channel=channel, ts=ts, **shown)
        return Done(ts) if isinstance(answer, dict) else answer

    def permalink(self, ts: str) -> str | None:
        """Where people find the message at `ts`; None if Slack does not say."""
        channel = self._resolve()
        if not isinstance(channel, str):
            return None
        answer = self._call(self._client.chat_getPermalink, channel=channel, message_ts=ts)
        return str(answer["permalink"]) if isinstance(answer, dict) else None

    def sweep(
        self, posted: Mapping[str, str], since: datetime, thread_ts: str | None
    ) -> int | None:
        """Delete what stands in the channel beside the copy that we know of."""
        seen: list[tuple[str, str]] = []
        for page in self._history(since - _EARLIER, thread_ts):
            if not isinstance(page, list):
                return None
            seen += _ours(page)
        doubles = [ts for ts, known in seen if known in posted and posted[known] != ts]
        for ts in dict.fromkeys(doubles):
            channel = self._channel_id
            gone = self._call(self._client.chat_delete, channel=channel, ts=ts)
            if not isinstance(gone, dict) and gone != Never("message_not_found", "loose"):
                return None
        return len(doubles)

    def check(self) -> str | None:
        """Token, channel, membership and the permission to read it, in this order."""
        history = self._client.conversations_history
        steps: tuple[Callable[[], Any], ...] = (
            lambda: self._call(self._client.auth_test),
            self._resolve,
            lambda: self._call(history, channel=self._channel_id, limit=1),
        )
        for step in steps:
            answer = step()
            if isinstance(answer, NotNow | Unclear):
                return f"Slack cannot be reached now: {answer.error}"
            if isinstance(answer, Never):
                return f"{answer.error}: {mend(answer.error, answer.needs)}"
        return None

    def _resolve(self) -> str | NotNow | Unclear | Never:
        """The channel's id: history can be read by id only, so we never post without it."""
        address, places = self._address, self._places
        self._channel_id = self._channel_id or places.known.get(address)
        if self._channel_id:
            return self._channel_id
        listed = self._listed()
        before = places.old.get(address)
        if not isinstance(listed, dict):
            self._channel_id = before  # what it was is better than nothing
            return before or listed
        name = address.removeprefix("#")
        named = next((place for place, known in listed.items() if known == name), None)
        if named is None and before in listed:
            places.renamed[address] = listed[before]
        self._channel_id = named or (before if before in listed else None)
        if self._channel_id is None:
            places.wrong.add(address)
            return Never("channel_not_found")
        places.learnt[address] = self._channel_id
        return self._channel_id

    def _forgets(self) -> bool:
        """Whether the id was only remembered: then it is looked up before the next post."""
        address, places = self._address, self._places
        remembered = self._channel_id is not None and address not in places.learnt
        if not address.startswith("#") or not remembered:
            return False
        self._channel_id = None
        places.known.pop(address, None)
        places.old.pop(address, None)
        places.wrong.add(address)
        return True

    def _listed(self) -> dict[str, str] | NotNow | Unclear | Never:
        """Every channel's name by its id, read once a pass for all senders."""
        if self._places.listed is not None:
            return self._places.listed
        listed: dict[str, str] = {}
        cursor = ""
        for _ in range(_MOST_PAGES):
            answer = self._call(
                self._client.conversations_list,
                types="public_channel,private_channel",
                limit=1000,
                cursor=cursor,
            )
            if not isinstance(answer, dict):
                # A list that was not read has posted nothing.
                return NotNow(None, answer.error) if isinstance(answer, Unclear) else answer
            for channel in answer.get("channels", ()):
                listed[str(channel["id"])] = str(channel.get("name"))
            cursor = _cursor(answer)
            if not cursor:
                break
        self._places.listed = listed
        return listed

    def _history(
        self, since: datetime, thread_ts: str | None
    ) -> Iterator[list[dict[str, Any]] | NotNow | Unclear | Never]:
        """Pages of messages; what is no list is why the rest could not be read."""
        channel = self._resolve()
        if not isinstance(channel, str):
            yield channel
            return
        read = (
            self._client.conversations_replies if thread_ts else self._client.conversations_history
        )
        where = {"channel": channel, **({"ts": thread_ts} if thread_ts else {})}
        cursor = ""
        for _ in range(_MOST_PAGES):
            answer = self._call(
                read,
                **where,
                oldest=f"{since.timestamp():.6f}",
                include_all_metadata=True,
                limit=_PAGE,
                **({"cursor": cursor} if cursor else {}),
            )
            if not isinstance(answer, dict):
                yield answer
                return
            yield list(answer.get("messages") or ())
            cursor = _cursor(answer)
            if not cursor:
                return
        yield Unclear("too much was posted in the channel to look through")

    def _call(
        self, method: Callable[..., Any], **body: Any
    ) -> dict[str, Any] | NotNow | Unclear | Never:
        """The answer as a dictionary, or what its lack means."""
        try:
            answer = method(**body)
        except Exception as error:  # the SDK lets through whatever its transport raises
            return meaning(error)
        return answer.data if isinstance(answer.data, dict) else Unclear("an answer of no kind")


def _unfinished(answer: NotNow | Unclear | Never) -> Outcome:
    """A look that found no end proves nothing: the delivery stays in doubt."""
    if isinstance(answer, NotNow):
        return Unclear(answer.error, answer.wait or timedelta())
    return Never(answer.error) if isinstance(answer, Never) else answer


def _ours(messages: Iterable[dict[str, Any]]) -> list[tuple[str, str]]:
    """Place and delivery of those messages that carry our mark."""
    found: list[tuple[str, str]] = []
    for message in messages:
        metadata = message.get("metadata") or {}
        known = (metadata.get("event_payload") or {}).get("delivery_id")
        if metadata.get("event_type") == EVENT and known and message.get("ts"):
            found.append((str(message["ts"]), str(known)))
    return found


def _cursor(answer: Mapping[str, Any]) -> str:
    return str((answer.get("response_metadata") or {}).get("next_cursor") or "")


def open_slack(
    channel: Channel, secrets: Secrets, timeout: timedelta, places: Places | None = None
) -> Slack:
    """The channel, ready to post. Raises ValueError if there is no token."""
    from slack_sdk import WebClient

    if not secrets.slack_token:
        raise ValueError(f"channel {channel.name}: {mend('not_authed')}")
    url = secrets.slack_url.rstrip("/") + "/"
    client = WebClient(
        token=secrets.slack_token,
        base_url=url,
        timeout=timeout.total_seconds(),  # type: ignore[arg-type] # a socket takes fractions
        retry_handlers=[],
        logger=_SILENT,
    )
    if (urlsplit(url).hostname or "") in ("localhost", "127.0.0.1", "::1"):
        client.proxy = None  # a stand-in on this machine is not behind the company's proxy
    address = channel.address[0] if channel.address else f"#{channel.name}"
    return Slack(client, address, places or Places(), buttons=secrets.buttons)
