"""What an editor may write in channels.yaml, and what is said to a mistake."""

import pytest

from wirewatch.records import Channel, Problem
from wirewatch.watchfiles import load_channels, read_nodes


def loaded(text: str) -> tuple[tuple[Channel, ...], list[Problem]]:
    root, problems = read_nodes(text.encode(), "channels.yaml")
    assert root
    assert not problems
    return load_channels(root)


def test_the_three_kinds_are_read() -> None:
    channels, problems = loaded("""
channels:
  gaza-desk: {slack: "#gaza-desk"}
  by-id: {slack: C0123ABCD9}
  night: {email: [night@desk.example, boss@desk.example]}
  demo: {console: }
  log: {console: alerts.txt}
""")
    assert problems == []
    assert [(c.name, c.kind, c.address) for c in channels] == [
        ("gaza-desk", "slack", ("#gaza-desk",)),
        ("by-id", "slack", ("C0123ABCD9",)),
        ("night", "email", ("night@desk.example", "boss@desk.example")),
        ("demo", "console", ()),
        ("log", "console", ("alerts.txt",)),
    ]


@pytest.mark.parametrize(
    ("line", "column", "says", "suggestion"),
    [
        ("a: {slak: x}", 7, "no kind of channel “slak”", "slack"),
        ('a: {slack: "Gaza Desk"}', 14, "no Slack channel", "#gaza-desk"),
        ("a: {slack: gaza-desk}", 14, "no Slack channel", "#gaza-desk"),
        ("a: {slack: }", 7, "wants one channel", None),
        ("a: {email: nobody}", 14, "no e-mail address", None),
        ("a: {email: []}", 7, "wants an address", None),
        ("a: {slack: b, console: }", 6, "one of slack, console or email", None),
        ("a: {slack: {b: c}}", 14, "takes an address", None),
        ("a: consol", 6, "{console: }", "console"),
        ("a:", 3, "{console: }", None),
    ],
)
def test_a_mistake_is_told_at_its_place(
    line: str, column: int, says: str, suggestion: str | None
) -> None:
    channels, problems = loaded(f"channels:\n  {line}\n")
    assert channels == ()
    (problem,) = problems
    assert says in problem.message
    assert (problem.line, problem.column, problem.suggestion) == (2, column, suggestion)


def test_all_mistakes_come_at_once_and_the_good_ones_stay() -> None:
    text = "channels:\n  a: {slak: x}\n  b: {console: }\n  c: {email: no}\n"
    channels, problems = loaded(text)
    assert [c.name for c in channels] == ["b"]
    assert [p.line for p in problems] == [2, 4]
