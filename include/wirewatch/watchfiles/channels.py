"""What channels.yaml may say: where each name that rules send to leads."""

import re
from collections.abc import Sequence

from wirewatch.forms import items, pairs, problem, scalar, sections, suggest
from wirewatch.records import Channel, Node, Problem

_KINDS = ("slack", "console", "email")
_ADDRESS = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
_SLACK = re.compile(r"#[\w.-]{1,80}|[CGD][A-Z0-9]{6,}")


def load_channels(root: Node) -> tuple[tuple[Channel, ...], list[Problem]]:
    """The channels of the file and every problem in it; a bad one costs only itself."""
    parts, problems = sections(root, {"channels": "map"})
    found: list[Channel] = []
    for name, node in pairs(parts["channels"]) if "channels" in parts else ():
        told: list[Problem] = []
        channel = _channel(name, node, told)
        problems += told
        if channel and not any(p.severity == "error" for p in told):
            found.append(channel)
    return tuple(found), problems


def _channel(name: Node, node: Node, told: list[Problem]) -> Channel | None:
    if node.kind != "map" or len(pairs(node)) != 1:
        said = f"“{scalar(name)}” wants one of slack, console or email: {{console: }}"
        near = suggest(scalar(node), _KINDS)
        told.append(problem(name if node.value == "" else node, said, word=scalar(name),
                            suggestion=near))  # fmt: skip
        return None
    key, value = pairs(node)[0]
    kind = scalar(key)
    if kind not in _KINDS:
        said = f"there is no kind of channel “{kind}”, only slack, console and email"
        told.append(problem(key, said, suggestion=suggest(kind, _KINDS)))
        return None
    addresses = items(value) if value.kind == "list" else (value,)
    if value.kind == "map" or any(item.kind != "scalar" for item in addresses):
        told.append(problem(value, f"“{kind}” takes an address or a list of them", word=kind))
        return None
    address = tuple(scalar(item) for item in addresses if scalar(item))
    _check(kind, key, addresses, told)
    if kind == "slack":
        return Channel(name=scalar(name), kind="slack", address=address)
    if kind == "email":
        return Channel(name=scalar(name), kind="email", address=address)
    return Channel(name=scalar(name), kind="console", address=address)


def _check(kind: str, key: Node, addresses: Sequence[Node], told: list[Problem]) -> None:
    """Slack wants one channel, e-mail at least one address."""
    if kind == "console":
        return
    given = [item for item in addresses if scalar(item)]
    if not given or (kind == "slack" and len(given) > 1):
        how = (
            'one channel: slack: "#news"' if kind == "slack" else "an address: email: [a@b.example]"
        )
        told.append(problem(given[1] if given else key, f"“{kind}” wants {how}"))
    for item in given:
        text = scalar(item)
        if kind == "slack" and not _SLACK.fullmatch(text):
            bare = re.sub(r"[^\w.-]+", "-", text.lower()).strip("-")
            mend = f"#{bare}" if 0 < len(bare) <= 80 else None
            said = f'“{text}” is no Slack channel. Write its name as "#name", or its id'
            told.append(problem(item, said, suggestion=mend))
        if kind == "email" and not _ADDRESS.fullmatch(text):
            told.append(problem(item, f"“{text}” is no e-mail address"))
