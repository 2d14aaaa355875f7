"""Which channels are opened for the names that rules send to."""

import pytest

from wirewatch.channels.load import channels_for
from wirewatch.records import Channel

WRITTEN = (Channel(name="desk", kind="console"),)


@pytest.mark.parametrize(
    ("names", "written", "has_slack", "kinds"),
    [
        (["a", "b", "a"], (), True, [("a", "slack", ("#a",)), ("b", "slack", ("#b",))]),
        (["a"], (), False, [("a", "console", ())]),
        (["desk"], WRITTEN, True, [("desk", "console", ())]),
    ],
)
def test_without_channels_yaml_a_name_is_slacks_or_the_consoles(
    names: list[str], written: tuple[Channel, ...], has_slack: bool, kinds: list[object]
) -> None:
    found = channels_for(names, written, has_slack=has_slack)
    assert [(c.name, c.kind, c.address) for c in found] == kinds
