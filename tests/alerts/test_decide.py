"""When an alert goes out at once, when it waits, and until when: each row is a story."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wirewatch.alerts.decide import Reason, Thread, decide
from wirewatch.alerts.hours import end_of_quiet, next_digest
from wirewatch.records import Development, Digest, Match, QuietHours, Rule, Send, Span, When

LONDON = ZoneInfo("Europe/London")
SPAN = Span(where="text", start=0, end=5)
NIGHT = QuietHours(start=22 * 60, end=6 * 60 + 30, zone="Europe/London")
HOUR = timedelta(hours=1)


def at(text: str, zone: ZoneInfo | None = None) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone or UTC)


def development(name: str) -> Development:
    return Development(
        development_id=name, kind="sentence", article_id="a", url="https://x.example/a",
        story="s", span=SPAN, sentence="Hello", says="Hello",
    )  # fmt: skip


def match(*names: str) -> Match:
    return Match(
        rule_id="r", article_id="a", story="s", because="it says so",
        developments=tuple(development(name) for name in names),
    )  # fmt: skip


def rule(**send: object) -> Rule:
    return Rule(rule_id="r", name="R", when=When(), send=Send(**send))  # type: ignore[arg-type]


NOON, TEN_AT_NIGHT = at("2024-02-07 12:00"), at("2024-02-07 22:00")
THREAD = Thread(alert_id="first")


@pytest.mark.parametrize(
    ("found", "told", "thread", "reason", "kind"),
    [
        (["d1"], [], None, Reason.NEW_STORY, "alert"),  # the story breaks
        (["d1"], ["d1"], None, Reason.NOTHING_NEW, "alert"),  # the same news in another paper
        (["d1", "d2"], ["d1"], THREAD, Reason.NEW_FACTS, "update"),  # a rewrite adds a fact
        (["d2"], ["d1"], THREAD, Reason.NEW_FACTS, "update"),  # the story goes on
    ],
)
def test_only_what_the_rule_has_not_told_is_told(
    found: list[str], told: list[str], thread: Thread | None, reason: Reason, kind: str
) -> None:
    decision = decide(match(*found), rule(), told, None, thread, NOON)
    assert (decision.reason, decision.kind) == (reason, kind)
    assert decision.reason.tells is bool(set(found) - set(told))
    assert {d.development_id for d in decision.developments} == set(found) - set(told)
    assert decision.held is None


HOLDS = [
    # Nothing asks to wait.
    ({}, None, None, NOON, None, None),
    # The desk sleeps from ten, over midnight.
    ({"quiet_hours": NIGHT}, None, None, TEN_AT_NIGHT, "quiet hours", at("2024-02-08 06:30")),
    ({"quiet_hours": NIGHT}, None, None, at("2024-02-08 06:29"), "quiet hours",
     at("2024-02-08 06:30")),
    ({"quiet_hours": NIGHT}, None, None, at("2024-02-08 06:30"), None, None),
    # Quiet hours are the desk's, not UTC's: in June London is an hour ahead.
    ({"quiet_hours": NIGHT}, None, None, at("2024-06-07 21:15"), "quiet hours",
     at("2024-06-08 05:30")),
    # The night on which the clocks go forward is an hour shorter.
    ({"quiet_hours": NIGHT}, None, None, at("2024-03-30 23:00"), "quiet hours",
     at("2024-03-31 05:30")),
    # An urgent rule says `quiet_hours: never`, which is no quiet hours at all.
    ({"severity": "urgent"}, None, None, TEN_AT_NIGHT, None, None),
    # Another story of the rule went out ten minutes ago.
    ({"at_most_every": HOUR / 2}, NOON - HOUR / 6, None, NOON, "at most every",
     NOON + HOUR / 3),
    # A reply in a thread does not wait for that.
    ({"at_most_every": HOUR / 2}, NOON - HOUR / 6, THREAD, NOON, None, None),
    # The half hour is over.
    ({"at_most_every": HOUR / 2}, NOON - HOUR / 2, None, NOON, None, None),
    # A reply to what still waits cannot come before it.
    ({"at_most_every": HOUR / 2}, NOON - HOUR / 6,
     Thread(alert_id="f", held="at most every", held_until=NOON + HOUR / 3), NOON,
     "at most every", NOON + HOUR / 3),
    # A digest on the hour; at the hour itself, the next one.
    ({"digest": Digest(every="hourly")}, None, None, at("2024-02-07 12:20"), "digest",
     at("2024-02-07 13:00")),
    ({"digest": Digest(every="hourly")}, None, None, NOON, "digest", at("2024-02-07 13:00")),
    # Daily at eight; weekly on Monday.
    ({"digest": Digest(every="daily")}, None, None, NOON, "digest", at("2024-02-08 08:00")),
    ({"digest": Digest(every="weekly")}, None, None, NOON, "digest", at("2024-02-12 08:00")),
    # Muted for a day: recorded, told in what was missed.
    ({"mute_until": NOON + 24 * HOUR}, None, None, NOON, "muted", NOON + 24 * HOUR),
    ({"mute_until": NOON}, None, None, NOON, None, None),
    # Several at once: the longest counts, and says so.
    ({"mute_until": NOON + HOUR, "digest": Digest(every="daily")}, None, None, NOON, "digest",
     at("2024-02-08 08:00")),
    ({"quiet_hours": NIGHT, "digest": Digest(every="hourly")}, None, None, TEN_AT_NIGHT,
     "quiet hours", at("2024-02-08 06:30")),
    # What waits until quarter past ten would wake the desk: it waits for the morning.
    ({"quiet_hours": NIGHT, "at_most_every": HOUR}, at("2024-02-07 21:15"), None,
     at("2024-02-07 21:45"), "quiet hours", at("2024-02-08 06:30")),
]  # fmt: skip


@pytest.mark.parametrize(("send", "last", "thread", "now", "held", "until"), HOLDS)
def test_a_held_alert_says_why_and_until_when(
    send: dict[str, object],
    last: datetime | None,
    thread: Thread | None,
    now: datetime,
    held: str | None,
    until: datetime | None,
) -> None:
    decision = decide(match("d1"), rule(**send), (), last, thread, now)
    assert (decision.held, decision.held_until) == (held, until)
    assert decision.reason.tells
    assert decision.developments


@pytest.mark.parametrize(
    ("send", "thread", "together"),
    [
        ({}, None, None),
        ({"quiet_hours": NIGHT}, None, None),  # the morning shows them one by one, in threads
        ({"digest": Digest(every="hourly")}, None, "digest"),
        ({"digest": Digest(every="hourly"), "quiet_hours": NIGHT}, THREAD, "digest"),
        ({"mute_until": TEN_AT_NIGHT + HOUR}, THREAD, "muted"),
        ({"at_most_every": 24 * HOUR}, None, "at most every"),
    ],
)
def test_what_waited_together_is_told_together(
    send: dict[str, object], thread: Thread | None, together: str | None
) -> None:
    decision = decide(match("d1"), rule(**send), (), NOON, thread, TEN_AT_NIGHT)
    assert decision.together == together


ZONES = st.sampled_from(
    ["UTC", "Europe/London", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe",
     "Pacific/Apia", "America/Sao_Paulo", "Africa/Casablanca"]
)  # fmt: skip
MOMENTS = st.datetimes(datetime(2005, 1, 1), datetime(2035, 1, 1)).map(  # noqa: DTZ001
    lambda moment: moment.replace(tzinfo=UTC)
)
MINUTES = st.integers(0, 1439)


@settings(max_examples=400, deadline=None)
@given(MOMENTS, MINUTES, MINUTES, ZONES)
def test_quiet_hours_end_and_are_over_when_they_end(
    now: datetime, start: int, end: int, zone: str
) -> None:
    quiet = QuietHours(start=start, end=end, zone=zone)
    over = end_of_quiet(quiet, now, ZoneInfo("UTC"))
    if over is None:
        return
    assert now < over <= now + timedelta(hours=25)
    # The clocks may turn back into the quiet hours, at most once.
    again = end_of_quiet(quiet, over, ZoneInfo("UTC"))
    assert again is None or end_of_quiet(quiet, again, ZoneInfo("UTC")) is None


@settings(max_examples=400, deadline=None)
@given(
    MOMENTS,
    st.builds(
        Digest,
        every=st.sampled_from(["hourly", "daily", "weekly"]),
        minute_of_day=st.integers(0, 1440),
        weekday=st.integers(0, 6),
    ),
    ZONES,
)
def test_a_digest_is_never_far_and_never_now(now: datetime, digest: Digest, zone: str) -> None:
    longest = {"hourly": 1, "daily": 25, "weekly": 24 * 8 + 1}[digest.every]
    due = next_digest(digest, now, ZoneInfo(zone))
    assert now < due <= now + longest * HOUR


@settings(max_examples=300, deadline=None)
@given(
    MOMENTS,
    st.builds(
        Send,
        at_most_every=st.none() | st.timedeltas(HOUR / 60, 48 * HOUR),
        digest=st.none() | st.builds(Digest, every=st.sampled_from(["hourly", "daily"])),
        quiet_hours=st.none() | st.builds(QuietHours, start=MINUTES, end=MINUTES, zone=ZONES),
        mute_until=st.none() | MOMENTS,
    ),
    st.none() | MOMENTS,
)
def test_nothing_is_ever_dropped_or_held_without_end(
    now: datetime, send: Send, last: datetime | None
) -> None:
    last = last if last and last <= now else None
    decision = decide(match("d1"), replace(rule(), send=send), (), last, None, now)
    assert decision.reason.tells
    assert (decision.held is None) == (decision.held_until is None)
    if decision.held_until:
        assert decision.held_until > now
