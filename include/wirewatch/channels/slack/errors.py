"""What an answer of Slack, or the lack of one, means for a delivery, and what a desk can mend.

Only three answers make it certain that nothing was posted: no connection, “too many requests”,
and a refusal by name. Everything else may have been posted.

Source: docs.slack.dev, methods/chat.postMessage (its list of errors) and apis/web-api/rate-limits.
"""

import socket
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.error import URLError

from wirewatch.alerts.delivery import Never, NotNow, Unclear

MENDS = {
    "channel_not_found": "Slack knows no such channel, or a private one without the app: check the "
    "name in channels.yaml, then type /invite @Wirewatch in the channel.",
    "not_in_channel": "Type /invite @Wirewatch in the channel.",
    "is_archived": "The channel is archived: unarchive it, or name another in channels.yaml.",
    "invalid_auth": "Slack does not know this token: copy the bot token (xoxb-…) again.",
    "not_authed": "No token is set: put the bot token (xoxb-…) into WIREWATCH_SLACK_TOKEN or the "
    "Airflow connection slack_wirewatch.",
    "no_app_token": "No app token is set: put it (xapp-…) into WIREWATCH_SLACK_APP_TOKEN; "
    "docs/slack.md says how to make one.",
    "not_allowed_token_type": "This is no app token: one begins with xapp-, see docs/slack.md.",
    "token_revoked": "The token was revoked: install the app again and copy the new bot token.",
    "token_expired": "The token has expired: install the app again and copy the new bot token.",
    "account_inactive": "The app was removed from the workspace: install it again.",
    "missing_scope": "The app lacks a permission: compare it with docs/slack-app-manifest.yaml and "
    "install it again.",
    "restricted_action": "The workspace does not let the app post there: ask its administrator.",
    "ekm_access_denied": "The workspace's administrators have suspended posting.",
}
# “Possible some aspect of the operation succeeded before the error was raised.”
_MAYBE = {
    "fatal_error",
    "internal_error",
    "request_timeout",
    "service_unavailable",
    "team_added_to_org",
}
_BUSY = {"ratelimited", "rate_limited", "message_limit_exceeded"}
_LAYOUT = {
    "invalid_blocks",
    "invalid_blocks_format",
    "msg_blocks_too_long",
    "msg_too_long",
    "invalid_attachments",
    "metadata_too_large",
}
_THREAD = {"thread_not_found", "cannot_reply_to_message", "message_not_found", "invalid_thread_ts"}
LONGEST_WAIT = timedelta(hours=1)


def meaning(error: BaseException) -> NotNow | Unclear | Never:
    """What a failed call means. Nothing of the request, so no token, is in the answer."""
    response = getattr(error, "response", None)
    if response is None:
        return _without_answer(error)
    status, body, headers = _parts(response)
    code = str(body.get("error") or "")
    if status == 429 or code in _BUSY:
        return NotNow(_retry_after(headers), "Slack asks to wait")
    if status >= 500 or not code or code in _MAYBE:
        return Unclear(code or f"Slack answered {status} without a reason")
    if code in _LAYOUT:
        return Never(code, "plain")
    if code in _THREAD:
        return Never(code, "loose")
    return Never(code, needs=str(body.get("needed") or ""))


def mend(code: str, needs: str = "") -> str:
    """What somebody can do about a refusal; `needs` is the permission that Slack asks for."""
    if code == "missing_scope" and needs:
        how = "compare it with docs/slack-app-manifest.yaml and install it again."
        return f"The app lacks {needs}: {how}"
    return MENDS.get(code, "See docs.slack.dev/reference/methods/chat.postMessage for this error.")


def _without_answer(error: BaseException) -> NotNow | Unclear:
    reason = error.reason if isinstance(error, URLError) else error
    if isinstance(reason, ConnectionRefusedError | socket.gaierror):
        return NotNow(None, "no connection to Slack")
    return Unclear(f"no answer from Slack ({type(reason).__name__})")


def _parts(response: Any) -> tuple[int, Mapping[str, Any], Mapping[str, Any]]:
    """Status, body and headers: the SDK gives an object for JSON and a dictionary otherwise."""
    if isinstance(response, dict):
        return int(response.get("status") or 0), {}, response.get("headers") or {}
    body = response.data if isinstance(response.data, dict) else {}
    return int(response.status_code), body, response.headers or {}


def _retry_after(headers: Mapping[str, Any]) -> timedelta | None:
    value = next((v for k, v in headers.items() if str(k).lower() == "retry-after"), None)
    text = str(value[0] if isinstance(value, list) and value else value or "").strip()
    if not text.isascii() or not text.isdigit():
        return None
    return min(timedelta(seconds=min(int(text), 10**6)), LONGEST_WAIT)
