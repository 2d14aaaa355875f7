"""What may stand in a rule, key by key. The JSON schema and the manual are made from this."""

from typing import Literal

from pydantic import Field

from wirewatch.forms import Duration, Form
from wirewatch.rules.values import (
    AmountText,
    Count,
    DigestText,
    Hours,
    Language,
    Moment,
    StatusWord,
)

Expect = Literal["alert", "update", "silent"]

# What people write for it, having met another system or another of our words.
SYNONYMS = {
    "name": "watch", "title": "watch", "rule": "watch", "conditions": "when", "if": "when",
    "condition": "when", "trigger": "when", "filter": "only_if", "unless": "none_of",
    "throttle": "at_most_every", "rate_limit": "at_most_every", "realert": "at_most_every",
    "every": "at_most_every", "cooldown": "at_most_every", "repeat_interval": "at_most_every",
    "sources": "publishers", "source": "publishers", "publisher": "publishers",
    "not_sources": "not_publishers", "exclude_publishers": "not_publishers",
    "outlets": "publishers", "agency": "credit", "agencies": "credit", "credits": "credit",
    "min_sources": "min_origins", "origins": "min_origins", "confirmed_by": "min_origins",
    "channel": "to", "channels": "to", "notify": "to", "recipients": "to", "send_to": "to",
    "priority": "severity", "level": "severity", "importance": "severity", "urgency": "severity",
    "mute": "mute_until", "snooze": "mute_until", "silence": "quiet_hours", "quiet": "quiet_hours",
    "status": "becomes", "becoming": "becomes", "state": "becomes",
    "increases_by": "rises_by", "up_by": "rises_by", "decreases_by": "falls_by",
    "more_than": "above", "greater_than": "above", "over": "above", "less_than": "below",
    "under": "below", "quotes": "remarks_by", "quotes_by": "remarks_by", "speaker": "remarks_by",
    "said_by": "remarks_by", "keywords": "any_of", "words": "any_of", "any": "any_of",
    "all": "all_of", "none": "none_of", "not": "none_of", "exclude": "none_of",
    "near": "within_words", "query": "mentions", "boolean": "mentions", "search": "mentions",
    "entities": "about", "entity": "about", "who": "about", "where": "place", "places": "place",
    "location": "place", "lang": "languages", "language": "languages", "group": "groups",
    "max_age": "published_within", "not_older_than": "published_within",
    "expected": "expect", "expects": "expect", "description": "notes", "note": "notes",
    "comment": "notes", "author": "owner", "disabled": "enabled", "active": "enabled",
    "test": "tests", "examples": "tests", "date": "published", "time": "published",
    "body": "text", "content": "text", "steps": "articles", "summary": "digest",
}  # fmt: skip


class WhenForm(Form):
    """What a development must be: all that stands here must hold, a list means any of it."""

    event: tuple[str, ...] = Field((), description="An event of the vocabulary.")
    becomes: tuple[StatusWord, ...] = Field((), description="The event reaches one of these.")
    figure: tuple[str, ...] = Field((), description="A figure of the vocabulary.")
    rises_by: AmountText | None = Field(None, description="Against what this rule last told.")
    falls_by: AmountText | None = Field(None, description="Against what this rule last told.")
    above: float | None = Field(None, description="Told when the figure crosses this, going up.")
    below: float | None = Field(None, description="Told when the figure crosses this, going down.")
    remarks_by: tuple[str, ...] = Field((), description="Somebody says what was not told before.")
    mentions: str | None = Field(None, description='AND OR NOT "…" NEAR/n * and brackets.')
    any_of: tuple[str, ...] = Field((), description="One of these words or phrases.")
    all_of: tuple[str, ...] = Field((), description="Each of these words or phrases.")
    none_of: tuple[str, ...] = Field((), description="None of these words or phrases.")
    within_words: Count | None = Field(None, description="The words stand this near each other.")
    about: tuple[str, ...] = Field((), description="One of these entities is named.")
    place: tuple[str, ...] = Field((), description="One of these places is named.")


class OnlyIfForm(Form):
    """What must vouch for a development before it is told."""

    min_origins: Count | None = Field(None, description="Independent origins; copies are one.")
    publishers: tuple[str, ...] = Field((), description="One of these carries it.")
    not_publishers: tuple[str, ...] = Field((), description="Told only by others than these.")
    groups: tuple[str, ...] = Field((), description="A feed of one of these groups carries it.")
    credit: tuple[str, ...] = Field((), description="One of these agencies is credited.")
    languages: tuple[Language, ...] = Field((), description="The article's language.")
    published_within: Duration | None = Field(None, description="The article is no older.")


class SendForm(Form):
    """To whom, and how. Everything here holds an alert or shapes it; nothing drops one."""

    to: tuple[str, ...] = Field((), description="A channel of channels.yaml, or of Slack.")
    severity: Literal["low", "normal", "high", "urgent"] = Field(
        "normal", description="low, normal, high or urgent; normal where nothing is said."
    )
    mention: tuple[str, ...] = Field(
        (),
        description='Who is called: "@here", "@channel" or a Slack id (U…, S…); '
        "another name is only shown.",
    )
    at_most_every: Duration | None = Field(
        None, description="30m: new stories wait for each other, replies in a thread do not."
    )
    digest: DigestText | None = Field(
        None, description="Told together: hourly, daily 08:00 or weekly Monday 08:00."
    )
    quiet_hours: Hours | None = Field(
        None,
        description="Held until these hours are over: 22:00-06:30 Europe/London, or never; "
        "without a zone the desk's.",
    )
    mute_until: Moment | None = Field(
        None, description="Recorded and not posted until then: 2024-02-09 08:00."
    )


class StepForm(Form):
    """One article of a test."""

    text: str | None = Field(None, description="What the article says.")
    file: str | None = Field(None, description="A text file, relative to this one.")
    title: str | None = Field(None, description="Its headline.")
    publisher: str | None = Field(
        None, description="Who prints it; else each article has a publisher of its own."
    )
    published: Moment | None = Field(
        None, description="When: 2024-02-07 12:00; else an hour after the one before."
    )
    expect: Expect = Field(description="alert, update or silent.")


class TestForm(Form):
    """A test of the rule: one article, or several in order."""

    __test__ = False

    name: str | None = Field(None, description="What it shows, in a few words.")
    text: str | None = Field(None, description="What the article says.")
    file: str | None = Field(None, description="A text file, relative to this one.")
    title: str | None = Field(None, description="Its headline.")
    publisher: str | None = Field(
        None, description="Who prints it; else each article has a publisher of its own."
    )
    published: Moment | None = Field(
        None, description="When: 2024-02-07 12:00; else an hour after the one before."
    )
    expect: Expect | None = Field(None, description="alert, update or silent.")
    articles: tuple[StepForm, ...] = Field(
        (), description="Several in order, each with all of the above."
    )


class WatchForm(Form):
    """A watch rule."""

    watch: str = Field(description="What is watched, in a few words.")
    id: str | None = Field(None, description="Stays when the name changes.")
    when: WhenForm = Field(description="What is new in an article must be this.")
    only_if: OnlyIfForm | None = Field(None, description="What must vouch for it.")
    send: SendForm | None = Field(None, description="To whom, and how.")
    tests: tuple[TestForm, ...] = Field((), description="Articles that prove it.")
    notes: str | None = Field(None, description="For people; nothing reads it.")
    owner: str | None = Field(None, description="Whose it is; nothing reads it.")
    enabled: bool = Field(True, description="no switches it off.")


class DefaultsForm(Form):
    """What holds for every rule of the file that does not say otherwise."""

    only_if: OnlyIfForm | None = None
    send: SendForm | None = None
