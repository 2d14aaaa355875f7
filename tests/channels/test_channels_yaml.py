"""What an editor may write in channels.yaml, and what is said to a mistake."""

import pytest

from wirewatch.channels.load import channels_for, load_channels
from wirewatch.records import Channel, Node
from wirewatch.watchfiles.nodes import read_nodes


def nodes(text: str) -> list[Node]:
    root, problems = read_nodes(text.encode(), "channels.yaml")
    assert root
    assert not problems
    return [root]


def test_the_three_kinds_are_read() -> None:
    text = """
channels:
  gaza-desk: {slack: "#gaza-desk"}
  by-id: {slack: C0123ABCD9}
  night: {email: [night@desk.example, boss@desk.example]}
  demo: {console: }
  log: {console: alerts.txt}
"""
    channels, problems = load_channels(nodes(text))
    assert problems == []
    assert [(c.name, c.kind, c.address) for c in channels] == [
        ("gaza-desk", "slack", ("#gaza-desk",)),
        ("by-id", "slack", ("C0123ABCD9",)),
        ("night", "email", ("night@desk.example", "boss@desk.example")),
        ("demo", "console", ()),
        ("log", "console", ("alerts.txt",)),
    ]


@pytest.mark.parametrize(
    ("line", "column", "says"),
    [
        ("a: {slak: x}", 7, "Did you mean “slack”?"),
        ('a: {slack: "Gaza Desk"}', 14, "Did you mean “#gaza-desk”?"),
        ("a: {slack: }", None, "missing"),
        ("a: {email: nobody}", 14, "no e-mail address"),
        ("a: {slack: b, console: }", 3, "one of: slack, console, email"),
        ("a: console", 6, "{console: }"),
        ("a:", 3, "{console: }"),
    ],
)
def test_a_mistake_is_told_at_its_place(line: str, column: int | None, says: str) -> None:
    channels, problems = load_channels(nodes(f"channels:\n  {line}\n"))
    assert channels == []
    (problem,) = problems
    assert says in problem.message
    assert problem.line == 2
    assert column is None or problem.column == column


def test_all_mistakes_come_at_once_and_the_good_ones_stay() -> None:
    text = "channels:\n  a: {slak: x}\n  b: {console: }\n  c: {email: no}\n"
    channels, problems = load_channels(nodes(text))
    assert [c.name for c in channels] == ["b"]
    assert [p.line for p in problems] == [2, 4]


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
