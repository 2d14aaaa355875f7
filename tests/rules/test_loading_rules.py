"""What a good rule file becomes; what is wrong in a bad one stands in tests/watchfiles."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from wirewatch.records import (
    Amount,
    Digest,
    Entity,
    EventDefinition,
    Feed,
    FigureDefinition,
    Problem,
    QuietHours,
    Rule,
    Status,
    Vocabulary,
)
from wirewatch.rules.load import load_rules, slug
from wirewatch.watchfiles import read_nodes

VOCABULARY = Vocabulary(
    entities=(Entity(entity_id="rafah", name="Rafah", kind="place"),
              Entity(entity_id="egypt", name="Egypt", kind="place"),
              Entity(entity_id="qatar", name="Qatar", kind="place")),
    events=(EventDefinition(event_id="rafah-operation", about="Rafah", what=("operate",)),),
    figures=(FigureDefinition(figure_id="gaza-toll", about="Toll", counts="killed"),),
)  # fmt: skip


def load(text: str, **more) -> tuple[list[Rule], list[Problem]]:
    root, problems = read_nodes(text.encode(), "rules/a.yaml")
    assert root is not None
    rules, told = load_rules([root], VOCABULARY, **more)
    return rules, [*problems, *told]


def test_everything_that_a_rule_may_say_is_read() -> None:
    (rule,), problems = load(
        """
defaults:
  send: {to: desk, quiet_hours: 22:00-06:30 Europe/London, severity: low}
  only_if: {min_origins: 2}
lists:
  mediators: [egypt, qatar]
watches:
  - watch: Rafah operation
    owner: no
    notes: 012
    when:
      event: rafah-operation
      becomes: [ordered, under way, talked_about]
      about: [mediators, rafah]
      mentions: 'Suez AND tanker*'
      any_of: [a b, c*]
      within_words: 10
    only_if: {languages: [en, no], published_within: 24h, credit: AFP}
    send:
      severity: high
      at_most_every: 30m
      mute_until: 2024-02-09 08:00
      digest: weekly Monday 09:30
""",
        zone=ZoneInfo("Europe/Oslo"),
    )
    assert [p.message for p in problems] == []
    assert (rule.rule_id, rule.owner, rule.notes) == ("rafah-operation", "no", "012")
    assert rule.when.becomes == (Status.ORDERED, Status.UNDER_WAY, Status.TALKED_ABOUT)
    assert rule.when.about == ("egypt", "qatar", "rafah")
    assert (rule.when.any_of, rule.when.within_words) == (("a b", "c*"), 10)
    assert rule.only_if.min_origins == 2
    assert rule.only_if.languages == ("en", "no")
    assert rule.only_if.published_within == timedelta(hours=24)
    assert rule.send.to == ("desk",)
    assert rule.send.severity == "high"
    assert rule.send.quiet_hours == QuietHours(start=1320, end=390, zone="Europe/London")
    assert rule.send.mute_until == datetime(2024, 2, 9, 7, tzinfo=UTC)
    assert rule.send.digest == Digest(every="weekly", minute_of_day=570, weekday=0)


def test_never_takes_the_quiet_hours_of_the_defaults_away() -> None:
    (rule,), _ = load("""
defaults:
  send: {to: desk, quiet_hours: 22:00-06:30}
watches:
  - watch: A
    when: {place: rafah}
    send: {quiet_hours: never}
""")
    assert rule.send.quiet_hours is None
    assert rule.send.to == ("desk",)


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("5%", Amount(value=0.05, share=True)),
        ("0.5%", Amount(value=0.005, share=True)),
        ("5", Amount(value=5.0)),
        ("0.5", Amount(value=0.5)),
        ('"5%"', Amount(value=0.05, share=True)),
    ],
)
def test_a_share_is_no_amount(typed: str, amount: Amount) -> None:
    (rule,), _ = load(f"""
watches:
  - watch: A
    when: {{figure: gaza-toll, rises_by: {typed}}}
    send: {{to: desk}}
""")
    assert rule.when.rises_by == amount


def test_one_bad_rule_leaves_the_others_alive() -> None:
    rules, problems = load("""
watches:
  - watch: A
    when: {place: rafah}
    send: {to: desk}
  - watch: B
    when: {place: nowhere}
    send: {to: desk}
  - watch: "C
    when: {place: rafah}
    send: {to: desk}
  - watch: D
    when: {place: rafah, any_of: [x]}
    send: {to: desk}
    tests: [{text: x, expect: nothing}]
""")
    assert [rule.name for rule in rules] == ["A", "D"]
    assert len(problems) == 3


def test_the_version_changes_with_what_a_rule_means_and_with_nothing_else() -> None:
    text = "watches:\n  - watch: A\n    notes: {}\n    when: {{place: {}}}\n    send: {{to: {}}}\n"
    first = load(text.format("x", "rafah", "a"))[0][0].version
    assert load(text.format("y", "rafah", "b"))[0][0].version == first
    assert load(text.format("x", "egypt", "a"))[0][0].version != first


def test_a_mistake_in_the_defaults_holds_back_the_rules_that_rely_on_them() -> None:
    rules, problems = load("""
defaults:
  send: {to: desk, quiet_hours: 25:00-06:30}
watches:
  - watch: A
    when: {place: rafah}
""")
    assert rules == []
    assert len(problems) == 1


def test_publishers_and_groups_of_the_feeds_are_known() -> None:
    feed = Feed(feed_id="f", url="u", publisher="Example Daily", groups=("wires",))
    _, problems = load(
        """
watches:
  - watch: A
    when: {place: rafah}
    only_if: {publishers: [Example Daily], groups: [wires, others]}
    send: {to: desk}
""",
        feeds=[feed],
    )
    assert [(p.severity, p.word) for p in problems] == [("warning", "others")]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Rafah operation", "rafah-operation"),
        ("Toll: up 5% (Gaza)", "toll-up-5-gaza"),
        ("São Paulo’s  fires", "sao-paulo-s-fires"),
        ("رفح", "رفح"),
        ("!", ""),
    ],
)
def test_an_id_is_the_name_in_lower_case_with_hyphens(name: str, expected: str) -> None:
    assert slug(name) == expected
