"""Which channels are opened: those that are written, or what the names of the rules mean."""

import re
from collections.abc import Iterable

from wirewatch.records import Channel

_SLACK_ID = re.compile(r"[CGD][A-Z0-9]{7,}")


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
