"""What Slack refuses in a message: its limits, as it publishes them.

Source: docs.slack.dev (reference/block-kit, methods/chat.postMessage) and the slack_sdk's models;
the total over all blocks is what users of Slack measured.
"""

import json
import re
from typing import Any

_EVENT_TYPE = re.compile(r"[a-z0-9_]+")
_PARTS = {"text", "link", "user", "usergroup", "broadcast", "date", "emoji", "channel"}


class Refuse(Exception):  # noqa: N818 - what Slack does
    """Slack says no, by name."""

    needed = ""


def check_message(body: dict[str, Any]) -> None:
    """Refuse what Slack would refuse. Raises Refuse."""
    if len(str(body.get("text", ""))) > 40_000:
        raise Refuse("msg_too_long")
    metadata = body.get("metadata")
    if metadata is not None and (
        not _EVENT_TYPE.fullmatch(str(metadata.get("event_type")))
        or not all(isinstance(v, str | int | bool) for v in metadata["event_payload"].values())
    ):
        raise Refuse("invalid_metadata_format")
    blocks = body.get("blocks")
    if blocks is None:
        if not body.get("text"):
            raise Refuse("no_text")
        return
    if not isinstance(blocks, list) or not 1 <= len(blocks) <= 50:
        raise Refuse("invalid_blocks")
    if len(json.dumps(blocks)) > 13_200:
        raise Refuse("msg_blocks_too_long")
    for block in blocks:
        _check_block(block)


def _check_block(block: dict[str, Any]) -> None:
    kind = block.get("type")
    if kind == "header":
        _text(block["text"], {"plain_text"}, 150)
    elif kind == "context":
        if not 1 <= len(block["elements"]) <= 10:
            raise Refuse("invalid_blocks")
        for element in block["elements"]:
            _text(element, {"plain_text", "mrkdwn"}, 3000)
    elif kind == "actions":
        _actions(block)
    elif kind == "rich_text":
        _rich(block)
    elif kind == "table":
        if not 1 <= len(block["rows"]) <= 100 or any(not 1 <= len(r) <= 20 for r in block["rows"]):
            raise Refuse("invalid_blocks")
        for row in block["rows"]:
            for cell in row:
                if cell.get("type") == "raw_text":
                    _text(cell, {"raw_text"}, 3000)
                else:
                    _rich(cell)
    else:
        raise Refuse("invalid_blocks")


def _actions(block: dict[str, Any]) -> None:
    elements = block.get("elements") or []
    names = [element.get("action_id") for element in elements]
    if not 1 <= len(elements) <= 25 or len(set(names)) != len(names):
        raise Refuse("invalid_blocks")
    for element in elements:
        if not 1 <= len(element["action_id"]) <= 255:
            raise Refuse("invalid_blocks")
        if element["type"] == "button":
            _text(element["text"], {"plain_text"}, 75)
            if not len(element["value"]) <= 2000:
                raise Refuse("invalid_blocks")
            if element.get("style", "primary") not in ("primary", "danger"):
                raise Refuse("invalid_blocks")
        elif element["type"] == "static_select":
            _text(element["placeholder"], {"plain_text"}, 150)
            if not 1 <= len(element["options"]) <= 100:
                raise Refuse("invalid_blocks")
            for option in element["options"]:
                _text(option["text"], {"plain_text"}, 75)
                if not 1 <= len(option["value"]) <= 75:
                    raise Refuse("invalid_blocks")
        else:
            raise Refuse("invalid_blocks")


def _text(element: dict[str, Any], kinds: set[str], longest: int) -> None:
    said = element.get("text")
    if element.get("type") not in kinds or not isinstance(said, str):
        raise Refuse("invalid_blocks")
    if not 1 <= len(said) <= longest:
        raise Refuse("invalid_blocks")


def _rich(block: dict[str, Any]) -> None:
    if block.get("type") != "rich_text" or not block.get("elements"):
        raise Refuse("invalid_blocks")
    for element in block["elements"]:
        if element["type"] == "rich_text_list":
            if not element["elements"] or element.get("style") not in ("bullet", "ordered"):
                raise Refuse("invalid_blocks")
            sections = element["elements"]
        elif element["type"] in ("rich_text_section", "rich_text_quote"):
            sections = [element]
        else:
            raise Refuse("invalid_blocks")
        for section in sections:
            if not section.get("elements"):
                raise Refuse("invalid_blocks")
            for part in section["elements"]:
                _part(part)


def _part(part: dict[str, Any]) -> None:
    if part.get("type") not in _PARTS:
        raise Refuse("invalid_blocks")
    if part["type"] == "text" and not part.get("text"):
        raise Refuse("invalid_blocks")
    if part["type"] == "link" and not str(part.get("url", "")).startswith(("http://", "https://")):
        raise Refuse("invalid_blocks")
    if part["type"] == "date" and not isinstance(part.get("timestamp"), int):
        raise Refuse("invalid_blocks")
