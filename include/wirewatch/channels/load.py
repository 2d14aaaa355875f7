"""What may stand in channels.yaml, and which channel a rule's `to` means without that file."""

import re
from collections.abc import Iterable

from wirewatch.forms import Form, fill, pairs, problem, scalar, sections
from wirewatch.records import Channel, Node, Problem

KINDS = ("slack", "console", "email")
_SYNONYMS = {"mail": "email", "e-mail": "email", "terminal": "console", "stdout": "console"}
_SLACK_ID = re.compile(r"[CGD][A-Z0-9]{7,}")
_SLACK_NAME = re.compile(r"#?[^\s#@,.!?\"'A-Z]{1,80}")
_MAIL = re.compile(r"[^\s@<>\"]+@[^\s@<>\"]+\.[^\s@<>\".]+")


class ChannelForm(Form):
    """Where a channel leads: one of these."""

    slack: str | None = None
    console: str | None = None
    email: tuple[str, ...] = ()


def load_channels(nodes: Iterable[Node]) -> tuple[list[Channel], list[Problem]]:
    """The channels of these files, and every mistake in them at once."""
    channels: dict[str, Channel] = {}
    problems: list[Problem] = []
    for root in nodes:
        parts, found = sections(root, {"channels": "map"})
        problems += found
        if "channels" not in parts:
            continue
        for key, value in pairs(parts["channels"]):
            channel, found = _channel(key, value)
            problems += found
            if channel is None:
                continue
            if channel.name in channels:
                problems.append(problem(key, f"there are two channels “{channel.name}”"))
            else:
                channels[channel.name] = channel
    return list(channels.values()), problems


def _channel(key: Node, value: Node) -> tuple[Channel | None, list[Problem]]:
    name = scalar(key)
    if value.kind != "map":
        said = f'write what “{name}” is: {{slack: "#{name}"}}, {{console: }} or {{email: […]}}'
        return None, [problem(value if scalar(value) else key, said)]
    form, problems = fill(value, ChannelForm, _SYNONYMS)
    if form is None or problems:
        return None, problems
    given = {scalar(k): v for k, v in pairs(value) if scalar(k) in KINDS}
    if len(given) != 1:
        said = f"“{name}” must be one of: {', '.join(KINDS)}"
        return None, [problem(key, said)]
    ((kind, node),) = given.items()
    if kind == "console":
        address = (form.console,) if form.console else ()
        return Channel(name=name, kind="console", address=address), []
    if kind == "email":
        return _email(name, node, form.email)
    return _slack(name, node, form.slack)


def _slack(name: str, node: Node, address: str | None) -> tuple[Channel | None, list[Problem]]:
    if not address:
        said = f'the Slack channel is missing. Write slack: "#{name}", in quotes'
        return None, [problem(node, said, word="slack")]
    if _SLACK_ID.fullmatch(address):
        return Channel(name=name, kind="slack", address=(address,)), []
    if not _SLACK_NAME.fullmatch(address):
        mend = "#" + re.sub(r"[\s.,!?#@]+", "-", address.lower()).strip("-")
        said = f"“{address}” is no name or id of a Slack channel"
        return None, [problem(node, said, suggestion=mend)]
    return Channel(name=name, kind="slack", address=("#" + address.removeprefix("#"),)), []


def _email(
    name: str, node: Node, addresses: tuple[str, ...]
) -> tuple[Channel | None, list[Problem]]:
    if not addresses:
        return None, [problem(node, "an e-mail channel needs an address", word="email")]
    wrong = [address for address in addresses if not _MAIL.fullmatch(address)]
    if wrong:
        return None, [problem(node, f"“{one}” is no e-mail address", word=one) for one in wrong]
    return Channel(name=name, kind="email", address=addresses), []


def channels_for(
    names: Iterable[str], written: Iterable[Channel], *, has_slack: bool
) -> list[Channel]:
    """The channels to open: those written, or else what each `to` of the rules means by itself.

    Without channels.yaml a name is the Slack channel of that name where a Slack token is set, and
    the console where none is.
    """
    given = list(written)
    if given:
        return given
    if has_slack:
        return [Channel(name=n, kind="slack", address=(_address(n),)) for n in _once(names)]
    return [Channel(name=n, kind="console") for n in _once(names)]


def _address(name: str) -> str:
    return name if _SLACK_ID.fullmatch(name) else "#" + name.removeprefix("#")


def _once(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))
